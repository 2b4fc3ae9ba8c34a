//! Devices: claims of pods and their templates, classes, and slices of what drivers offer.

mod claim;
mod configuration;
mod counters;
mod device;
mod lists;
mod names;
mod place;
mod selectors;
mod slice;
mod taints;

use super::errors::{Errors, Path};
use super::metadata;
use super::rules::Rule::{self, Do, Object};
use trimtab_tree::Value;

pub(super) use slice::check_slice_update;

static SPEC: &[Rule] = &[Object("devices", &[Do(claim::check_claim)])];

/// Rules of a `ResourceClaim`.
pub(super) static CLAIM: &[Rule] = &[Object("spec", SPEC)];

/// Rules of a `ResourceClaimTemplate`.
pub(super) static TEMPLATE: &[Rule] = &[Object(
    "spec",
    &[Do(check_template_metadata), Object("spec", SPEC)],
)];

/// Rules of a `DeviceClass`.
pub(super) static CLASS: &[Rule] = &[Object(
    "spec",
    &[
        Do(selectors::check_selectors),
        Do(configuration::check_class_configuration),
        Do(configuration::check_extended_resource),
    ],
)];

/// Rules of a `ResourceSlice`.
pub(super) static SLICE: &[Rule] = &[Object("spec", &[Do(slice::check_slice)])];

fn check_template_metadata(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    metadata::check_template(spec, path, errors);
}
