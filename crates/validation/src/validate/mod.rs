//! What is wrong with an object, as the causes of a `Status`.

mod error;

pub use error::{CauseReason, FieldError};

use trimtab_tree::Value;

/// What is wrong with an object that is to be created; nothing if it is valid. The object is
/// decoded, defaulted and prepared.
#[must_use]
pub fn validate_create(_object: &Value) -> Vec<FieldError> {
    Vec::new()
}

/// What is wrong with an update of `old` at `subresource` (empty for the object itself). Both
/// objects are decoded, defaulted and prepared.
#[must_use]
pub fn validate_update(_object: &Value, _old: &Value, _subresource: &str) -> Vec<FieldError> {
    Vec::new()
}

/// What is allowed but should not be done, for the `Warning` headers of an answer. `old` is the
/// object before an update.
#[must_use]
pub fn warnings(_object: &Value, _old: Option<&Value>) -> Vec<String> {
    Vec::new()
}
