//! The form that decoding gives objects.

use crate::fields::text_at;
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// Brings an object that somebody else has changed into the form that decoding gives it: what its
/// kind does not have is dropped, what it has by default is set.
///
/// # Errors
/// What does not fit the kind.
pub(super) fn normal_form(schema: &Schema, object: &mut Value) -> Result<(), String> {
    let text = |name: &str| text_at(object, &[name]).unwrap_or_default();
    let Some(ty) = schema.type_of(text("apiVersion"), text("kind")) else {
        return Ok(());
    };
    trimtab_validation::decode(object, ty).map_err(|why| why.to_string())?;
    trimtab_validation::default(object, ty);
    Ok(())
}
