//! Errors at fields.

use std::fmt;

/// The `reason` of a cause in a `Status`, one of those of Kubernetes' field errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseReason {
    /// A value that is needed is missing.
    FieldValueRequired,
    /// The value is of a form that is not allowed.
    FieldValueInvalid,
    /// The value is not of the type that it must have.
    FieldValueTypeInvalid,
    /// The value is none of those that may stand there.
    FieldValueNotSupported,
    /// The value may not be there, given the rest.
    FieldValueForbidden,
    /// The value is there twice where each may be there once.
    FieldValueDuplicate,
    /// What the value names is not there.
    FieldValueNotFound,
    /// The text is too long.
    FieldValueTooLong,
    /// There are too many items.
    FieldValueTooMany,
}

impl CauseReason {
    /// As it is written in a `Status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FieldValueRequired => "FieldValueRequired",
            Self::FieldValueInvalid => "FieldValueInvalid",
            Self::FieldValueTypeInvalid => "FieldValueTypeInvalid",
            Self::FieldValueNotSupported => "FieldValueNotSupported",
            Self::FieldValueForbidden => "FieldValueForbidden",
            Self::FieldValueDuplicate => "FieldValueDuplicate",
            Self::FieldValueNotFound => "FieldValueNotFound",
            Self::FieldValueTooLong => "FieldValueTooLong",
            Self::FieldValueTooMany => "FieldValueTooMany",
        }
    }
}

/// Something wrong at a field: one cause of a `Status` whose reason is `Invalid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// What is wrong, for machines.
    pub reason: CauseReason,
    /// The path of the field: `spec.containers[0].image`.
    pub field: String,
    /// What is wrong, with the value at fault, for people.
    pub message: String,
}

/// `field: message`, as a `Status` joins them.
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As Kubernetes names the object as a whole.
        let field = if self.field.is_empty() {
            "<nil>"
        } else {
            &self.field
        };
        write!(f, "{field}: {}", self.message)
    }
}
