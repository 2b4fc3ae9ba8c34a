//! What is known of an object that is going to be patched, noted once for all copies of it.

use std::sync::OnceLock;
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// What every patch does to an object, wherever it leads.
#[derive(Debug, Default)]
pub(crate) struct SettledNotes {
    /// By which schema it was asked whether a merge leaves the object as it is, and whether it does.
    pub(crate) for_merge: OnceLock<(Schema, bool)>,
    pub(crate) for_json: OnceLock<AfterJson>,
}

/// What comes of an object that goes through JSON.
#[derive(Debug)]
pub(crate) enum AfterJson {
    AsItWas,
    Other(Value),
    /// It cannot, or what it is called changes.
    Trouble,
}
