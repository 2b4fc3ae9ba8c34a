//! What kind of answer the client takes.

use super::content::SERVED_CUSTOM;
use super::{Encoding, SERVED};
use crate::Status;
use http::{HeaderMap, header};

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

/// How the `User-Agent` of browsers and of programs that people fetch pages with begins.
const PEOPLE: [&str; 3] = ["curl", "Wget", "Mozilla/5.0"];

impl Accepted {
    /// The same for people: if the query (`pretty`) says so, or, where it says nothing, if the
    /// client is one that people read the answers of. (`isPrettyPrint` in
    /// `apiserver/pkg/endpoints/handlers/negotiation`.)
    pub(crate) fn or_for_people(mut self, pretty: Option<bool>, headers: &HeaderMap) -> Self {
        self.pretty |= pretty.unwrap_or_else(|| is_from_people(headers));
        self
    }
}

/// Whether a client is a browser, or a program that people fetch pages with.
pub(crate) fn is_from_people(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    agent.is_some_and(|agent| PEOPLE.iter().any(|known| agent.starts_with(known)))
}

/// The versions of `meta.k8s.io` that shapes are served in.
const META_VERSIONS: [&str; 2] = ["v1", "v1beta1"];

/// What may be chosen among.
#[derive(Clone, Copy)]
struct Offer {
    protobuf: bool,
    yaml: bool,
    /// Whether it can be shown as rows.
    tables: bool,
    /// As errors name them.
    names: &'static str,
}

const OBJECTS: Offer = Offer {
    protobuf: true,
    yaml: true,
    tables: true,
    names: SERVED,
};

/// Lists can be watched, which upstream tells who takes neither.
const LISTS: Offer = Offer {
    protobuf: true,
    yaml: true,
    tables: true,
    names: "application/json, application/yaml, application/vnd.kubernetes.protobuf, \
            application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
};

/// Custom resources have no messages.
const CUSTOM_OBJECTS: Offer = Offer {
    protobuf: false,
    yaml: true,
    tables: true,
    names: SERVED_CUSTOM,
};

/// YAML has no frames.
const STREAMS: Offer = Offer {
    protobuf: true,
    yaml: false,
    tables: true,
    names: "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
};

const CUSTOM_STREAMS: Offer = Offer {
    protobuf: false,
    yaml: false,
    tables: true,
    names: "application/json;stream=watch",
};

impl Offer {
    fn holds(self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Json => true,
            Encoding::Yaml => self.yaml,
            Encoding::Protobuf => self.protobuf,
        }
    }
}

/// Chooses among the media types of an `Accept` header: of those that are served the one of
/// highest `q`, of equal ones the first. Clients list what they would rather have (protobuf,
/// tables) first and JSON last, so what is not served is passed over.
///
/// # Errors
/// Not acceptable, when none is served.
pub(crate) fn negotiate(accept: Option<&str>) -> Result<Accepted, Status> {
    choose(accept, OBJECTS)
}

/// As [`negotiate`], for objects of a kind: custom ones have no messages.
///
/// # Errors
/// As [`negotiate`].
pub(crate) fn negotiate_objects(
    accept: Option<&str>,
    has_messages: bool,
    is_list: bool,
) -> Result<Accepted, Status> {
    let offer = if has_messages && is_list {
        LISTS
    } else {
        objects(has_messages)
    };
    choose(accept, offer).map_err(|status| {
        // A list that can be told, but not in that shape, is refused as any object.
        match status.details {
            None if is_list && has_messages => Status::not_acceptable(SERVED),
            _ => status,
        }
    })
}

/// As [`negotiate_objects`], for answers that are no objects to look at, such as that of a review:
/// they have no rows.
///
/// # Errors
/// As [`negotiate`].
pub(crate) fn negotiate_replies(
    accept: Option<&str>,
    has_messages: bool,
) -> Result<Accepted, Status> {
    let offer = Offer {
        tables: false,
        ..objects(has_messages)
    };
    choose(accept, offer)
}

fn objects(has_messages: bool) -> Offer {
    if has_messages {
        OBJECTS
    } else {
        CUSTOM_OBJECTS
    }
}

/// As [`negotiate_objects`], for an answer that goes on.
///
/// # Errors
/// As [`negotiate`].
pub(crate) fn negotiate_stream(
    accept: Option<&str>,
    has_messages: bool,
) -> Result<Accepted, Status> {
    choose(
        accept,
        if has_messages {
            STREAMS
        } else {
            CUSTOM_STREAMS
        },
    )
}

fn choose(accept: Option<&str>, offer: Offer) -> Result<Accepted, Status> {
    let accept = accept.unwrap_or_default().trim();
    if accept.is_empty() {
        return Ok(Accepted::default());
    }
    let mut best: Option<(u16, Accepted)> = None;
    let mut type_is_served = false;
    for clause in accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let encoding = encoding_of(parts.next().unwrap_or_default());
        let Some(encoding) = encoding.filter(|encoding| offer.holds(*encoding)) else {
            continue;
        };
        type_is_served = true;
        let parameters = Parameters::read(parts);
        let shape = parameters.shape();
        // There are no messages of tables.
        let has_tables = offer.tables && encoding != Encoding::Protobuf;
        let fits = |shape: &Shape| has_tables || !matches!(shape, Shape::Table(_));
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
        None if type_is_served => Err(Status::not_acceptable(offer.names)),
        None => Err(Status::none_acceptable(offer.names)),
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

/// A `q` in thousandths: `0.9` is 900; what is no such number counts as 1.
pub(crate) fn quality(text: &str) -> u16 {
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
    fn people_get_lines_unless_they_say_otherwise() {
        let pretty = |agent: &str, said: Option<bool>| {
            let headers = [(header::USER_AGENT, agent.parse().unwrap())];
            let accepted = Accepted::default();
            accepted
                .or_for_people(said, &headers.into_iter().collect())
                .pretty
        };
        for agent in ["curl/8.5.0", "Wget/1.21", "Mozilla/5.0 (X11)"] {
            assert!(pretty(agent, None), "{agent}");
            assert!(!pretty(agent, Some(false)), "{agent}");
        }
        assert!(!pretty("kubectl/v1.36.2", None));
        assert!(pretty("kubectl/v1.36.2", Some(true)));
    }

    #[test]
    fn metadata_have_messages_and_tables_have_none() {
        let protobuf = |kind: &str| {
            format!("application/vnd.kubernetes.protobuf;as={kind};v=v1;g=meta.k8s.io")
        };
        assert_eq!(
            chosen(&protobuf("PartialObjectMetadata")),
            Ok((Encoding::Protobuf, Shape::Metadata("v1")))
        );
        assert_eq!(
            chosen(&protobuf("PartialObjectMetadataList")),
            Ok((Encoding::Protobuf, Shape::MetadataList("v1")))
        );
        assert_eq!(chosen(&protobuf("Table")), Err(406));
    }

    #[test]
    fn watches_come_in_frames_of_both_kinds_but_not_in_yaml() {
        let protobuf = "application/vnd.kubernetes.protobuf";
        let encoding = |accept: &str| {
            negotiate_stream(Some(accept), true)
                .map(|accepted| accepted.encoding)
                .map_err(|status| status.code)
        };
        let both = format!("{protobuf},application/json");
        assert_eq!(encoding(&both), Ok(Encoding::Protobuf));
        let stream = format!("{protobuf};stream=watch");
        assert_eq!(encoding(&stream), Ok(Encoding::Protobuf));
        assert_eq!(encoding("application/yaml"), Err(406));
    }

    #[test]
    fn custom_resources_have_no_messages() {
        let protobuf = "application/vnd.kubernetes.protobuf";
        let both = format!("{protobuf},application/json");
        let objects =
            |accept: Option<&str>, has_messages| negotiate_objects(accept, has_messages, false);
        for negotiate in [objects, negotiate_stream] {
            let chosen = negotiate(Some(&both), false).unwrap();
            assert_eq!(chosen.encoding, Encoding::Json);
            assert_eq!(negotiate(Some(protobuf), false).unwrap_err().code, 406);
        }
    }

    #[test]
    fn replies_have_no_rows() {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        assert_eq!(negotiate_replies(Some(table), true).unwrap_err().code, 406);
        let either = format!("{table},application/json");
        let chosen = negotiate_replies(Some(&either), true).unwrap();
        assert_eq!(chosen.shape, Shape::Whole);
        assert!(matches!(
            negotiate_objects(Some(table), true, false).unwrap().shape,
            Shape::Table(_)
        ));
    }
}
