//! Why a strategic merge patch cannot be applied.

use std::fmt;
use trimtab_tree::{JsonStyle, Value, write_json};

/// Why Kubernetes refuses a strategic merge patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrategicPatchError {
    /// `$retainKeys` is no list, or the patch sets a field that is not in it.
    RetainKeys,
    /// The key of a `$deleteFromPrimitiveList/FIELD` names no field.
    DeleteFromPrimitiveList,
    /// The key of a `$setElementOrder/FIELD` names no field.
    SetElementOrder,
    /// A list that would be merged has lists in it.
    ListOfLists,
    /// A list that would be merged has items of different kinds.
    MixedList {
        /// The field of the list.
        field: String,
    },
    /// An item has no merge key.
    NoMergeKey {
        /// The item, as JSON.
        item: String,
        /// The key.
        key: String,
    },
    /// A list of objects shall be merged and has no merge key.
    Unkeyed {
        /// The field of the list.
        field: String,
    },
    /// A `$patch` that is not known, or not known there.
    Directive {
        /// What it says, as JSON.
        directive: String,
        /// The object it stands in, as JSON.
        object: String,
    },
    /// The items of a list stand in another order than its `$setElementOrder` says, or are not in it.
    Order {
        /// The items, as JSON.
        items: String,
        /// The order, as JSON.
        order: String,
    },
    /// Something else than a list stands where one is needed.
    NoList {
        /// The field.
        field: String,
        /// What stands there.
        found: &'static str,
    },
    /// A directive for a field that the type does not have.
    UnknownField {
        /// The field.
        field: String,
    },
    /// The patch is no object.
    NoObject {
        /// What it is.
        found: &'static str,
    },
}

impl StrategicPatchError {
    /// The HTTP status that Kubernetes answers with.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::RetainKeys
            | Self::DeleteFromPrimitiveList
            | Self::SetElementOrder
            | Self::NoObject { .. } => 400,
            Self::ListOfLists => 422,
            _ => 500,
        }
    }
}

impl fmt::Display for StrategicPatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetainKeys => f.write_str(
                "invalid patch format of retainKeys: expected a list that has every field the patch sets",
            ),
            Self::DeleteFromPrimitiveList => {
                f.write_str("invalid patch format of $deleteFromPrimitiveList: expected a field")
            }
            Self::SetElementOrder => {
                f.write_str("invalid patch format of $setElementOrder: expected a field")
            }
            Self::ListOfLists => f.write_str("lists of lists are not supported"),
            Self::MixedList { field } => {
                write!(f, "the elements of list {field} are not all of one kind")
            }
            Self::NoMergeKey { item, key } => {
                write!(f, "the item {item} does not have the merge key {key}")
            }
            Self::Unkeyed { field } => {
                write!(f, "cannot merge list {field}: its type has no merge key")
            }
            Self::Directive { directive, object } => {
                write!(f, "unknown patch type {directive} in {object}: expected `delete` or `replace`")
            }
            Self::Order { items, order } => write!(
                f,
                "the order in patch list {items} doesn't match $setElementOrder list {order}"
            ),
            Self::NoList { field, found } => write!(f, "{field} is {found}: expected a list"),
            Self::UnknownField { field } => {
                write!(f, "the type has no field {field:?} for a directive to act on")
            }
            Self::NoObject { found } => write!(f, "a patch cannot be {found}: expected an object"),
        }
    }
}

impl std::error::Error for StrategicPatchError {}

/// A value for a message.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    match write_json(value, &mut text, JsonStyle::Ordered) {
        Ok(()) => text,
        Err(_) => value.describe().to_owned(),
    }
}
