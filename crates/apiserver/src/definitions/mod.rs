//! `CustomResourceDefinition`s themselves: which names they get, when their objects are served, and
//! how they go away.
//!
//! These are part of the API server, not of the controllers beside it: a definition is of no use
//! without them.
//!
//! Upstream: `apiextensions-apiserver/pkg/controller/{status,establish,finalizer,apiapproval}`.

mod approval;
mod conditions;
mod controller;
mod finalizer;
mod names;
mod requests;

pub(crate) use controller::{collection, run};
pub(crate) use finalizer::Cleaning;

use jiff::Timestamp;
use trimtab_tree::Value;

use crate::registry::{Call, metadata_field};
use conditions::{Condition, set_condition};

/// Keeps a deleted definition until its objects are gone.
pub(crate) const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// Where definitions are served.
const PATH: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// Whether a call is about definitions.
pub(crate) fn is_about(call: &Call<'_>) -> bool {
    call.resource.group() == "apiextensions.k8s.io"
        && call.resource.plural == "customresourcedefinitions"
}

/// Marks a definition as being deleted, for its objects to go first. False if it is already.
pub(crate) fn mark_deleted(definition: &mut Value, now: Timestamp) -> bool {
    if metadata_field(definition, "deletionTimestamp").is_some() {
        return false;
    }
    let time = crate::registry::timestamp(now);
    if let Some(metadata) = definition
        .get_mut("metadata")
        .and_then(Value::as_mapping_mut)
    {
        metadata.insert("deletionTimestamp", Value::string(time.as_str()));
        let finalizers = metadata.get_or_insert_with("finalizers", || Value::sequence(Vec::new()));
        if let Some(finalizers) = finalizers.as_sequence_mut()
            && !finalizers.iter().any(|known| known.text() == Some(CLEANUP))
        {
            finalizers.push(Value::string(CLEANUP));
        }
    }
    let condition = Condition {
        kind: "Terminating",
        status: "True",
        reason: "InstanceDeletionPending",
        message: "the definition has been marked for deletion; its objects are deleted first"
            .to_owned(),
    };
    set_condition(definition, &condition, &time);
    true
}
