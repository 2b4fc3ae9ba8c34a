//! Encodings of bodies.

use trimtab_tree::{
    Diagnostic, JsonStyle, ParseOptions, Value, parse_document, parse_json, write_json, write_yaml,
};

use crate::Status;

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// JSON
    #[default]
    Json,
    /// YAML
    Yaml,
}

/// Every encoding under every name that it is asked for by.
const NAMES: [(&str, Encoding); 2] = [
    ("application/json", Encoding::Json),
    ("application/yaml", Encoding::Yaml),
];

/// What is served, for messages.
pub(crate) const SERVED: &str = "application/json, application/yaml";

impl Encoding {
    /// The encoding of that media type (without parameters), in any case.
    pub(crate) fn named(media_type: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(media_type))
            .map(|(_, encoding)| *encoding)
    }

    /// As it stands in `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Yaml => "application/yaml",
        }
    }

    /// Writes a value.
    pub(crate) fn encode(self, value: &Value, pretty: bool) -> Result<Vec<u8>, Status> {
        let mut text = String::new();
        match self {
            Self::Json if pretty => write_json(value, &mut text, JsonStyle::GoIndented),
            Self::Json => write_json(value, &mut text, JsonStyle::Ordered),
            Self::Yaml => write_yaml(value, &mut text),
        }
        .map_err(|error| Status::internal(told(&error)))?;
        Ok(text.into_bytes())
    }

    /// Reads a value.
    ///
    /// # Errors
    /// When the text is not of this encoding, with what is wrong and where.
    pub(crate) fn read(self, body: &[u8]) -> Result<Value, String> {
        let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
        let value = match self {
            Self::Json => parse_json(text, 0),
            Self::Yaml => {
                let options = ParseOptions {
                    last_key_wins: true,
                    ..ParseOptions::default()
                };
                parse_document(text, options)
            }
        };
        value.map_err(|error| told(&error))
    }
}

/// Reads a request's body by its `Content-Type`; without one it is JSON.
///
/// # Errors
/// For unknown media types, and for texts that are not of their type.
pub(crate) fn decode(content_type: Option<&str>, body: &[u8]) -> Result<Value, Status> {
    let content_type = content_type.unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let encoding = if content_type.is_empty() {
        Encoding::Json
    } else {
        Encoding::named(media_type)
            .ok_or_else(|| Status::unsupported_media_type(content_type, SERVED))?
    };
    encoding.read(body).map_err(Status::bad_request)
}

/// What a diagnostic says, in one line.
pub(crate) fn told(error: &Diagnostic) -> String {
    error.to_string()
}
