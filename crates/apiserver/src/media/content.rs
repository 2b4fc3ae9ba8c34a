//! Encodings of bodies.

use trimtab_object::read_as_yaml_1_1;
use trimtab_tree::{
    Diagnostic, JsonStyle, ParseOptions, SourceMap, Value, parse_document,
    parse_json_last_key_wins, write_json, write_yaml,
};

use crate::Status;
use trimtab_protobuf::Encoder;
use trimtab_schema::Schema;

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// JSON
    #[default]
    Json,
    /// YAML
    Yaml,
    /// Protocol Buffers: of kinds of the table only, and not of tables of their columns.
    Protobuf,
}

/// Every encoding under every name that it is asked for by.
const NAMES: [(&str, Encoding); 3] = [
    ("application/json", Encoding::Json),
    ("application/yaml", Encoding::Yaml),
    ("application/vnd.kubernetes.protobuf", Encoding::Protobuf),
];

/// What is served, for messages.
pub(crate) const SERVED: &str =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// What is served of custom resources, for messages.
pub(crate) const SERVED_CUSTOM: &str = "application/json, application/yaml";

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
            Self::Protobuf => "application/vnd.kubernetes.protobuf",
        }
    }

    /// Writes a value.
    pub(crate) fn encode(self, value: &Value, pretty: bool) -> Result<Vec<u8>, Status> {
        let mut text = String::new();
        match self {
            Self::Json if pretty => write_json(value, &mut text, JsonStyle::OrderedIndented),
            Self::Json => write_json(value, &mut text, JsonStyle::Ordered),
            Self::Yaml => write_yaml(value, &mut text),
            Self::Protobuf => {
                let mut encoder = Encoder::new(&Schema::kubernetes());
                return encoder.value(value).map_err(Status::internal);
            }
        }
        .map_err(|error| Status::internal(told(&error)))?;
        Ok(text.into_bytes())
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When the text is not of this encoding, with what is wrong and where.
    pub(crate) fn read(self, body: &[u8]) -> Result<Document, String> {
        if self == Self::Protobuf {
            return trimtab_protobuf::decode(&Schema::kubernetes(), body)
                .map(Document::from)
                .map_err(|error| error.to_string());
        }
        let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
        match self {
            Self::Json => {
                let (value, repeated) =
                    parse_json_last_key_wins(text, 0).map_err(|error| told(&error))?;
                Ok(Document { value, repeated })
            }
            Self::Yaml | Self::Protobuf => {
                let options = ParseOptions {
                    base: FIRST_BASE,
                    last_key_wins: true,
                    ..ParseOptions::default()
                };
                let value = parse_document(text, options);
                let mut value = value.map_err(|error| told_in(text, &error))?;
                read_as_yaml_1_1(&mut value);
                Ok(value.into())
            }
        }
    }
}

/// What a body says.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its content.
    pub(crate) value: Value,
    /// The paths of keys that are there more than once; of each the last counts.
    pub(crate) repeated: Vec<String>,
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self {
            value,
            repeated: Vec::new(),
        }
    }
}

/// Reads a request's body by its `Content-Type`; without one it is JSON. Custom kinds have no
/// messages in Protocol Buffers.
///
/// # Errors
/// For unknown media types, and for texts that are not of their type.
pub(crate) fn decode(
    content_type: Option<&str>,
    body: &[u8],
    has_messages: bool,
) -> Result<Document, Status> {
    let content_type = content_type.unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let encoding = if content_type.is_empty() {
        Encoding::Json
    } else {
        let served = if has_messages { SERVED } else { SERVED_CUSTOM };
        Encoding::named(media_type)
            .filter(|encoding| has_messages || *encoding != Encoding::Protobuf)
            .ok_or_else(|| Status::unsupported_media_type(content_type, served))?
    };
    encoding.read(body).map_err(Status::bad_request)
}

/// The base of the first text of a source map.
const FIRST_BASE: u32 = 1;

/// What a diagnostic says and in which line of the text.
fn told_in(text: &str, error: &Diagnostic) -> String {
    let mut sources = SourceMap::new();
    sources.add("body", text.into());
    match sources.locate(error.position) {
        Some(location) => format!("line {}: {}", location.line, told(error)),
        None => told(error),
    }
}

/// What a diagnostic says, in one line.
pub(crate) fn told(error: &Diagnostic) -> String {
    error.to_string()
}
