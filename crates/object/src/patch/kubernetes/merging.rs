//! What is known of a list that is merged.

use super::Result;
use super::error::{StrategicPatchError, json};
use crate::apply::KeyValue;
use trimtab_schema::Type;
use trimtab_tree::Value;

/// How a list is merged.
pub(super) struct Merging<'a> {
    /// The field of the list.
    pub(super) field: &'a str,
    /// The merge key, of a list of objects.
    pub(super) key: Option<&'a str>,
    /// What the items are.
    pub(super) items: Option<Type<'a>>,
}

impl<'a> Merging<'a> {
    /// `None` of a list that is replaced as a whole.
    pub(super) fn of(field: &'a str, ty: Option<Type<'a>>) -> Option<Self> {
        let ty = ty.filter(|ty| ty.patch_strategy().merge)?;
        Some(Self {
            field,
            key: ty.patch_merge_key(),
            items: ty.elements(),
        })
    }

    /// By what an item is told from others.
    pub(super) fn key_of(&self, item: &Value) -> Result<KeyValue> {
        let (Some(key), Some(fields)) = (self.key, item.as_mapping()) else {
            return Ok(KeyValue::of(item));
        };
        match fields.get(key) {
            Some(value) => Ok(KeyValue::of(value)),
            None => Err(StrategicPatchError::NoMergeKey {
                item: json(item),
                key: key.to_owned(),
            }),
        }
    }
}
