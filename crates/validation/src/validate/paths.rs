//! Places in volumes.

use super::errors::{Errors, Path};

/// A path that does not lead out of where it begins.
pub(super) fn check_no_way_up(place: &str, path: &Path<'_>, errors: &mut Errors) {
    if place.split('/').any(|part| part == "..") {
        errors.invalid_string(path, place, "must not contain '..'");
    }
}

/// A path inside something.
pub(super) fn check_relative(place: &str, path: &Path<'_>, errors: &mut Errors) {
    if place.starts_with('/') {
        errors.invalid_string(path, place, "must be a relative path");
    }
    check_no_way_up(place, path, errors);
}

/// A path inside a volume whose files are the server's: names that begin with two dots are its own.
pub(super) fn check_not_reserved(place: &str, path: &Path<'_>, errors: &mut Errors) {
    check_relative(place, path, errors);
    if place.starts_with("..") && !place.starts_with("../") {
        errors.invalid_string(path, place, "must not start with '..'");
    }
}
