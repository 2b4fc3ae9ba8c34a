//! Hashes behind the names of generated config maps and secrets.

use super::set::set_text;
use crate::resource::metadata_mut;
use crate::resource_set::ResourceSet;
use trimtab_tree::{Result, Text, Value};

/// Puts the hash that `hash` makes of an object behind the name of every resource that needs one,
/// and remembers what it was called before.
///
/// # Errors
/// Those of `hash`; and when a name is a list or a mapping.
pub fn add_hashes(
    resources: &mut ResourceSet,
    hash: impl Fn(&Value) -> Result<Text>,
) -> Result<()> {
    for place in 0..resources.len() {
        if !resources.get(place).needs_hash {
            continue;
        }
        resources.edit(place, |resource| {
            let hash = hash(resource.value())?;
            resource.store_previous_id();
            let name = format!("{}-{hash}", resource.id().name);
            match metadata_mut(resource.value_mut()) {
                Some(metadata) => {
                    let field = metadata.get_or_insert_with("name", || Value::string(""));
                    set_text(field, name)
                }
                None => Ok(()),
            }
        })?;
    }
    Ok(())
}
