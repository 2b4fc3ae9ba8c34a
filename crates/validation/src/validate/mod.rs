//! What is wrong with an object, as the causes of a `Status`.
//!
//! Each kind has a row in [`KINDS`]: the form of its names, the rules of its fields, and what an
//! update may not change. Rules ([`rules::Rule`]) are tables that are applied in their order, which
//! is that in which kube-apiserver tells of errors.

mod addresses;
mod amounts;
mod annotations;
mod attachments;
mod autoscaler;
mod certificates;
mod claim;
mod classes;
mod cluster;
mod container;
mod content;
mod cron_job;
mod devices;
mod difference;
mod endpoints;

mod environment;
mod error;
pub(crate) mod errors;
mod flow;
pub(crate) mod formats;
mod ingress;
mod internal;
mod job;
mod job_policies;
mod job_update;
mod kinds;
mod limits;
mod matching;
pub(crate) mod metadata;
mod metrics;
mod mounts;
mod names;
mod network_policy;
mod paths;
mod persistent_volume;
mod pod;
mod pod_context;
mod pod_resize;
mod pod_status;
mod pod_update;
mod pod_warnings;
mod policies;
mod probe;
mod projected;
mod references;
pub(crate) mod registration;
mod resources;
mod roles;
mod rules;
mod scheduling;
mod security;
mod selectors;
mod service;
mod stateful_set;
#[cfg(test)]
mod tests;
mod volume;
mod volume_sources;
mod warnings;
mod windows;
mod workload_status;
mod workloads;

pub use error::{CauseReason, FieldError};
pub use warnings::{deprecation, warnings};

use errors::{Errors, Path};
use trimtab_tree::Value;

/// Whether a kind looks at what changes of the metadata, as the server does for all before it, so
/// that a fault is told twice.
#[must_use]
pub fn checks_changed_metadata(group: &str, kind: &str) -> bool {
    !matches!(
        (group, kind),
        ("", "Event" | "LimitRange" | "PersistentVolume")
            | (
                "admissionregistration.k8s.io" | "flowcontrol.apiserver.k8s.io",
                _
            )
            | ("discovery.k8s.io", "EndpointSlice")
            | ("policy", "PodDisruptionBudget")
            | ("storage.k8s.io", "CSINode" | "VolumeAttachment")
    )
}

/// What is wrong with the key of a label; nothing if it is right.
#[must_use]
pub fn label_key_problems(key: &str) -> Vec<String> {
    formats::qualified_name(key)
}

/// What is wrong with the value of a label; nothing if it is right.
#[must_use]
pub fn label_value_problems(value: &str) -> Vec<String> {
    formats::label_value(value)
}

/// What is wrong with an object that is to be created; nothing if it is valid. The object is
/// decoded, defaulted and prepared.
#[must_use]
pub fn validate_create(object: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let kind = kinds::of(object);
    metadata::check(object, kind.name, &mut errors);
    rules::apply(kind.rules, object, &Path::ROOT, &mut errors);
    rules::apply(kind.create, object, &Path::ROOT, &mut errors);
    errors.into_found()
}

/// What is wrong with the addresses that a Service asks for in the cluster, in the place of `old` if
/// that is one: Kubernetes looks at them before it gives any out, and tells nothing else if something
/// is.
#[must_use]
pub fn validate_service_addresses(service: &Value, old: Option<&Value>) -> Vec<FieldError> {
    service::check_addresses(service, old).into_found()
}

/// What is wrong with an update of `old` at `subresource` (empty for the object itself). Both
/// objects are decoded, defaulted and prepared.
#[must_use]
pub fn validate_update(object: &Value, old: &Value, subresource: &str) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let kind = kinds::of(object);
    // The server looks at all metadata before it asks the kind, which looks again. What a name may be
    // is the kind's matter.
    metadata::check(object, formats::path_segment, &mut errors);
    metadata::check_update(object, old, &mut errors);
    let (group, name) = crate::fields::group_and_kind(object);
    if checks_changed_metadata(group, name) {
        metadata::check_update(object, old, &mut errors);
    }
    if let Some(check) = kind.subresource {
        check(object, old, subresource, &mut errors);
    }
    match subresource {
        "" => {
            if kind.checks_metadata_again {
                metadata::check(object, kind.name, &mut errors);
            }
            if !kind.is_checked_by_update {
                rules::apply(kind.rules, object, &Path::ROOT, &mut errors);
            }
            for field in kind.immutable {
                metadata::check_kept(object, old, field, &Path::ROOT, &mut errors);
            }
            if let Some(check) = kind.update {
                check(object, old, &Path::ROOT, &mut errors);
            }
        }
        "status" => {
            if let Some(check) = kind.status {
                check(object, old, &Path::ROOT, &mut errors);
            }
        }
        "ephemeralcontainers" => {
            rules::apply(kind.rules, object, &Path::ROOT, &mut errors);
            pod_update::check_debuggers(object, old, &Path::ROOT, &mut errors);
        }
        "resize" => {
            rules::apply(kind.rules, object, &Path::ROOT, &mut errors);
            pod_resize::check(object, old, &Path::ROOT, &mut errors);
        }
        _ => {}
    }
    errors.into_found()
}
