//! Why requests fail, as words that programs know.

/// Why a request failed, as a word that programs know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing more is known.
    Unknown,
    /// No or bad credentials.
    Unauthorized,
    /// The user may not do that.
    Forbidden,
    /// There is no such object or path.
    NotFound,
    /// There is one already.
    AlreadyExists,
    /// The object has changed since, or is otherwise in the way.
    Conflict,
    /// The resource is gone for good.
    Gone,
    /// The revision asked for is no longer known.
    Expired,
    /// The object breaks rules.
    Invalid,
    /// The server took too long.
    ServerTimeout,
    /// The request took too long.
    Timeout,
    /// Too many requests.
    TooManyRequests,
    /// The request makes no sense.
    BadRequest,
    /// The resource has no such verb.
    MethodNotAllowed,
    /// None of the media types that the client takes is served.
    NotAcceptable,
    /// The body is of a media type that is not read here.
    UnsupportedMediaType,
    /// The body is too long.
    RequestEntityTooLarge,
    /// The server itself failed.
    InternalError,
    /// The server cannot answer now.
    ServiceUnavailable,
}

impl Reason {
    /// As it stands in `reason`; nothing for [`Reason::Unknown`].
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::Conflict => "Conflict",
            Self::Gone => "Gone",
            Self::Expired => "Expired",
            Self::Invalid => "Invalid",
            Self::ServerTimeout => "ServerTimeout",
            Self::Timeout => "Timeout",
            Self::TooManyRequests => "TooManyRequests",
            Self::BadRequest => "BadRequest",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::NotAcceptable => "NotAcceptable",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::RequestEntityTooLarge => "RequestEntityTooLarge",
            Self::InternalError => "InternalError",
            Self::ServiceUnavailable => "ServiceUnavailable",
        }
    }
}

/// All reasons.
const REASONS: [Reason; 19] = [
    Reason::Unknown,
    Reason::Unauthorized,
    Reason::Forbidden,
    Reason::NotFound,
    Reason::AlreadyExists,
    Reason::Conflict,
    Reason::Gone,
    Reason::Expired,
    Reason::Invalid,
    Reason::ServerTimeout,
    Reason::Timeout,
    Reason::TooManyRequests,
    Reason::BadRequest,
    Reason::MethodNotAllowed,
    Reason::NotAcceptable,
    Reason::UnsupportedMediaType,
    Reason::RequestEntityTooLarge,
    Reason::InternalError,
    Reason::ServiceUnavailable,
];

impl Reason {
    /// The reason of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        REASONS.into_iter().find(|reason| reason.as_str() == word)
    }
}
