//! Names of drivers, requests, attributes and capacities.

use crate::fields::text;
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

const MAX_DRIVER_NAME: usize = 63;
const MAX_IDENTIFIER: usize = 32;

pub(super) fn check_driver(holder: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("driver");
    match text(holder, "driver") {
        None => errors.required(&path, ""),
        Some(name) => check_driver_name(name, &path, errors),
    }
}

fn check_driver_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.len() > MAX_DRIVER_NAME {
        errors.too_long(path, MAX_DRIVER_NAME);
    }
    let problems = formats::dns_subdomain(&name.to_lowercase());
    errors.invalid_each(path, name, problems);
}

/// The name of an attribute or of something that a device has so much of: an identifier, which may
/// have a domain.
pub(super) fn check_attribute_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        [identifier] => check_identifier(identifier, path, errors),
        [domain, identifier] => {
            if domain.is_empty() {
                errors.invalid_string(path, "", "the domain must not be empty");
            } else {
                check_driver_name(domain, path, errors);
            }
            if identifier.is_empty() {
                errors.invalid_string(path, "", "the name must not be empty");
            } else {
                check_identifier(identifier, path, errors);
            }
        }
        _ => {}
    }
}

fn check_identifier(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.len() > MAX_IDENTIFIER {
        errors.too_long(path, MAX_IDENTIFIER);
    }
    let is_start = |byte: u8| byte == b'_' || byte.is_ascii_alphabetic();
    let is_right = name.bytes().next().is_some_and(is_start)
        && name.bytes().all(|it| is_start(it) || it.is_ascii_digit());
    if !is_right {
        let why = "a valid C identifier must start with alphabetic character or '_', followed by a \
                   string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or \
                   'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
        errors.invalid_string(path, name, why);
    }
}

pub(super) fn check_label(name: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(path, name, formats::dns_label(name));
}
