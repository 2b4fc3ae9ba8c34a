//! Hashes behind the names of generated config maps and secrets.

use super::set::set_text;
use crate::generate::name_suffix_hash;
use crate::resource::metadata_mut;
use crate::resource_set::ResourceSet;
use trimtab_tree::{Position, Result, Value};

/// Puts a hash of its content behind the name of every resource that needs one, and remembers
/// what it was called before.
///
/// # Errors
/// When an object has no content to hash, or its name is a list or a mapping.
pub(crate) fn add_hashes(resources: &mut ResourceSet) -> Result<()> {
    for place in 0..resources.len() {
        if !resources.get(place).needs_hash {
            continue;
        }
        resources.edit(place, |resource| {
            let hash = name_suffix_hash(resource.value())?;
            resource.store_previous_id();
            let name = format!("{}-{hash}", resource.id().name);
            match metadata_mut(resource.value_mut()) {
                Some(metadata) => {
                    let field = metadata.get_or_insert_with("name", || Value::string(""));
                    set_text(field, name, Position::NONE)
                }
                None => Ok(()),
            }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::*;

    #[test]
    fn only_names_that_need_a_hash_get_one() {
        let mut set = resources(
            "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
",
        );
        set.edit(0, |resource| {
            resource.needs_hash = true;
            Ok(())
        })
        .unwrap();
        add_hashes(&mut set).unwrap();
        let hashed = set.get(0);
        let hash = hashed.id().name.strip_prefix("a-").unwrap();
        assert_eq!(hash.len(), 10);
        assert_eq!(hashed.previous()[0].name, "a");
        assert_eq!(set.get(1).id().name, "b");
    }
}
