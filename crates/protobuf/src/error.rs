//! What can be wrong.

/// Why a message cannot be read, or an object not be written as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no envelope.
    #[error("the body is no object in Protocol Buffers: it does not begin with the bytes `k8s\\0`")]
    NoEnvelope,
    /// The bytes end early, or are no message.
    #[error("the Protocol Buffers message is damaged")]
    Damaged,
    /// A text is not in UTF-8.
    #[error("the Protocol Buffers message is damaged: a text is not in UTF-8")]
    NotText,
    /// The envelope does not say of which kind its object is.
    #[error("Object 'Kind' is missing in the Protocol Buffers envelope")]
    NoKind,
    /// There are no messages of that kind.
    #[error("no kind {kind:?} of version {api_version:?} in Protocol Buffers")]
    UnknownKind {
        /// `apps/v1`
        api_version: String,
        /// `Deployment`
        kind: String,
    },
    /// Messages stand in each other deeper than this.
    #[error("messages stand in each other more than {0} deep")]
    TooDeep(usize),
    /// There are more values than this.
    #[error("the message holds more than {0} values")]
    TooMany(usize),
    /// A value is not of its type.
    #[error("{0}")]
    Value(String),
    /// Something is wrong with a field.
    #[error("{path}: {why}")]
    Field {
        /// `spec.replicas`
        path: String,
        /// What.
        why: Box<Error>,
    },
}

impl Error {
    /// The same, in the field of that name.
    pub(crate) fn within(self, field: &str) -> Self {
        match self {
            Self::Field { path, why } => Self::Field {
                path: format!("{field}.{path}"),
                why,
            },
            why => Self::Field {
                path: field.to_owned(),
                why: Box::new(why),
            },
        }
    }

    /// A value is not of its type.
    pub(crate) fn value(what: impl Into<String>) -> Self {
        Self::Value(what.into())
    }
}
