//! What drivers are told, and what a class says beside it.

use super::lists::fits;
use super::names::check_driver;
use crate::fields::{given, items};
use crate::validate::errors::{Errors, Path, show};
use crate::validate::resources;
use trimtab_tree::Value;

pub(super) const MAX_CONFIGURATIONS: usize = 32;
const MAX_PARAMETERS: usize = 10 * 1024;

pub(super) fn check_class_configuration(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("config");
    let configurations = items(spec, "config");
    if fits(configurations.len(), MAX_CONFIGURATIONS, &list, errors) {
        for (at, configuration) in configurations.iter().enumerate() {
            check_configuration(configuration, &list.item(at), errors);
        }
    }
}

pub(super) fn check_extended_resource(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(name) = given(spec, "extendedResourceName")
        && !resources::is_extended(name)
    {
        let why = "must be a valid extended resource name";
        errors.invalid_string(&path.field("extendedResourceName"), name, why);
    }
}

pub(super) fn check_configuration(configuration: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("opaque");
    let Some(opaque) = configuration.get("opaque").filter(|it| !it.is_null()) else {
        errors.required(&path, "");
        return;
    };
    check_driver(opaque, &path, errors);
    let path = path.field("parameters");
    match opaque.get("parameters").filter(|it| !it.is_null()) {
        None => errors.required(&path, ""),
        Some(parameters) if parameters.as_mapping().is_none() => {
            errors.invalid_string(&path, "<value omitted>", "must be a valid JSON object");
        }
        Some(parameters) => {
            if show(Some(parameters)).len() > MAX_PARAMETERS {
                errors.too_long(&path, MAX_PARAMETERS);
            }
        }
    }
}
