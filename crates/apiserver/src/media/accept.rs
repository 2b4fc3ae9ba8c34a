//! What kind of answer the client takes.

use super::{Encoding, SERVED};
use crate::Status;

/// What an answer shows of an object. The texts are versions of the group `meta.k8s.io`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All of it.
    #[default]
    Whole,
    /// A row of a `Table`.
    Table(&'static str),
    /// A `PartialObjectMetadata`: of single objects and of events of a watch.
    Metadata(&'static str),
    /// A `PartialObjectMetadataList`: of lists.
    MetadataList(&'static str),
}

/// The answer's form, once agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// How it is written.
    pub(crate) encoding: Encoding,
    /// What is written.
    pub(crate) shape: Shape,
    /// Whether for people.
    pub(crate) pretty: bool,
}

/// The versions of `meta.k8s.io` that shapes are served in.
const META_VERSIONS: [&str; 2] = ["v1", "v1beta1"];

/// Chooses among the media types of an `Accept` header: of those that are served the one of
/// highest `q`, of equal ones the first. Clients list what they would rather have (protobuf,
/// tables) first and JSON last, so what is not served is passed over.
///
/// # Errors
/// Not acceptable, when none is served.
pub(crate) fn negotiate(accept: Option<&str>) -> Result<Accepted, Status> {
    choose(accept, |_| true)
}

/// As [`negotiate`], for an answer that goes on: watches are told in JSON, which every client that
/// would rather have Protocol Buffers takes as well.
///
/// # Errors
/// As [`negotiate`].
pub(crate) fn negotiate_stream(accept: Option<&str>) -> Result<Accepted, Status> {
    choose(accept, |encoding| encoding != Encoding::Protobuf)
}

fn choose(accept: Option<&str>, is_served: impl Fn(Encoding) -> bool) -> Result<Accepted, Status> {
    let accept = accept.unwrap_or_default().trim();
    if accept.is_empty() {
        return Ok(Accepted::default());
    }
    let mut best: Option<(u16, Accepted)> = None;
    let mut type_is_served = false;
    for clause in accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let encoding = encoding_of(parts.next().unwrap_or_default());
        let Some(encoding) = encoding.filter(|encoding| is_served(*encoding)) else {
            continue;
        };
        type_is_served = true;
        let parameters = Parameters::read(parts);
        let shape = parameters.shape();
        // Shapes are made of JSON.
        let fits = |shape: &Shape| encoding != Encoding::Protobuf || *shape == Shape::Whole;
        let Some(shape) = shape.filter(fits) else {
            continue;
        };
        if best.is_none_or(|(quality, _)| parameters.quality > quality) {
            let accepted = Accepted {
                encoding,
                shape,
                pretty: parameters.pretty,
            };
            best = Some((parameters.quality, accepted));
        }
    }
    match best {
        Some((_, accepted)) => Ok(accepted),
        None if type_is_served => Err(Status::not_acceptable(SERVED)),
        None => Err(Status::none_acceptable(SERVED)),
    }
}

/// `*/*` is JSON; `application/*`, as on a real server, is nothing.
fn encoding_of(media_type: &str) -> Option<Encoding> {
    if media_type == "*/*" {
        return Some(Encoding::Json);
    }
    Encoding::named(media_type)
}

/// What stands behind a media type.
#[derive(Default)]
struct Parameters<'a> {
    kind: &'a str,
    group: &'a str,
    version: &'a str,
    pretty: bool,
    /// In thousandths.
    quality: u16,
}

impl<'a> Parameters<'a> {
    fn read(parts: impl Iterator<Item = &'a str>) -> Self {
        let mut parameters = Self {
            quality: 1000,
            ..Self::default()
        };
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.trim() {
                "as" => parameters.kind = value.trim(),
                "g" => parameters.group = value.trim(),
                "v" => parameters.version = value.trim(),
                "pretty" => parameters.pretty = value.trim() == "1",
                "q" => parameters.quality = quality(value.trim()),
                _ => {}
            }
        }
        parameters
    }

    /// `None` of one that is not served.
    fn shape(&self) -> Option<Shape> {
        if self.kind.is_empty() {
            return Some(Shape::Whole);
        }
        let known = |version: &&&str| **version == self.version;
        let version = *META_VERSIONS.iter().find(known)?;
        if self.group != "meta.k8s.io" {
            return None;
        }
        match self.kind {
            "Table" => Some(Shape::Table(version)),
            "PartialObjectMetadata" => Some(Shape::Metadata(version)),
            "PartialObjectMetadataList" => Some(Shape::MetadataList(version)),
            _ => None,
        }
    }
}

/// `0.9` as 900; what is no such number counts as 1.
fn quality(text: &str) -> u16 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(thousandths)) => thousandths,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Result<(Encoding, Shape), u16> {
        negotiate(Some(accept))
            .map(|accepted| (accepted.encoding, accepted.shape))
            .map_err(|status| status.code)
    }

    #[test]
    fn takes_the_first_that_is_served() {
        use Encoding::{Json, Protobuf, Yaml};
        for (accept, expected) in [
            ("", Ok((Json, Shape::Whole))),
            ("*/*", Ok((Json, Shape::Whole))),
            ("APPLICATION/json", Ok((Json, Shape::Whole))),
            ("application/yaml", Ok((Yaml, Shape::Whole))),
            (
                "application/json;q=0.1,application/yaml;q=0.9",
                Ok((Yaml, Shape::Whole)),
            ),
            (
                "application/vnd.kubernetes.protobuf, application/json",
                Ok((Protobuf, Shape::Whole)),
            ),
            (
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json",
                Ok((Json, Shape::Whole)),
            ),
            (
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
                Ok((Json, Shape::Table("v1"))),
            ),
            (
                "application/json;as=Table;v=v9;g=meta.k8s.io,application/json",
                Ok((Json, Shape::Whole)),
            ),
            ("application/json;as=Table;v=v9;g=meta.k8s.io", Err(406)),
            ("application/json;as=Zed;v=v1;g=meta.k8s.io", Err(406)),
            ("application/*", Err(406)),
            ("text/html", Err(406)),
        ] {
            assert_eq!(chosen(accept), expected, "{accept}");
        }
    }

    #[test]
    fn watches_are_told_in_json() {
        let both = "application/vnd.kubernetes.protobuf,application/json";
        let accepted = negotiate_stream(Some(both)).unwrap();
        assert_eq!(accepted.encoding, Encoding::Json);
        let only = negotiate_stream(Some("application/vnd.kubernetes.protobuf"));
        assert_eq!(only.unwrap_err().code, 406);
    }
}
