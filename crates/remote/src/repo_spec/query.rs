//! What stands behind the question mark of a reference to a repository.

use std::time::Duration;

/// The parameters that count.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub reference: String,
    pub submodules: bool,
    pub timeout: Duration,
}

/// kustomize's own.
const TIMEOUT: Duration = Duration::from_secs(27);

impl Default for Query {
    fn default() -> Self {
        Self {
            reference: String::new(),
            submodules: true,
            timeout: TIMEOUT,
        }
    }
}

impl Query {
    /// Reads a query. What is malformed counts as not said, as with kustomize: all of a query with
    /// a bad escape or a semicolon, else the one value.
    pub(super) fn parse(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let Some(pairs) = pairs(text) else {
            return Self::default();
        };
        let get = |name: &str| {
            let first = pairs.iter().find(|(key, _)| key == name);
            first.map_or("", |(_, value)| value)
        };
        let reference = Some(get("ref")).filter(|value| !value.is_empty());
        Self {
            reference: reference.unwrap_or(get("version")).to_owned(),
            submodules: boolean(get("submodules")).unwrap_or(true),
            timeout: timeout(get("timeout")).unwrap_or(TIMEOUT),
        }
    }
}

/// A part of the query of a reference to a repository that has no effect, as with kustomize.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Where it begins, counted in bytes from the start of the reference.
    pub offset: usize,
    /// What it is, or why it has no effect.
    pub what: String,
    /// What would have one.
    pub expected: &'static str,
}

const NAMES: &str = "`ref`, `version`, `timeout` or `submodules`";

/// What [`Query::parse`] passes over without a word.
pub(super) fn passed_over(text: &str) -> Vec<PassedOver> {
    if pairs(text).is_none() {
        return vec![PassedOver {
            offset: 0,
            what: "what stands behind `?` is malformed, all of it".to_owned(),
            expected: "`NAME=VALUE` with `&` between them, and a `%` only before two digits",
        }];
    }
    let mut found = Vec::new();
    let mut known: Vec<String> = Vec::new();
    let mut offset = 0;
    for part in text.split('&') {
        let start = offset;
        offset += part.len() + 1;
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (Some(name), Some(value)) = (decode(name), decode(value)) else {
            continue;
        };
        let is_again = known.contains(&name);
        let (what, expected) = match name.as_str() {
            _ if part.is_empty() => continue,
            "ref" | "version" | "timeout" | "submodules" if is_again => (
                format!("`{name}` is there twice: the first counts"),
                "one of them",
            ),
            "ref" | "version" if value.is_empty() => {
                (format!("`{name}` is empty"), "a branch, tag or commit")
            }
            "version" if has_reference(text) => (
                "`version` stands beside `ref`, which counts".to_owned(),
                "one of them",
            ),
            "timeout" if timeout(&value).is_none() => (
                format!("`timeout={value}` is no length of time"),
                "seconds, or a length of time such as `2m`; without one it is 27 seconds",
            ),
            "submodules" if boolean(&value).is_none() => (
                format!("`submodules={value}` is neither true nor false"),
                "`true` or `false`; without one they are fetched",
            ),
            "ref" | "version" | "timeout" | "submodules" => {
                known.push(name);
                continue;
            }
            // The value may be a secret.
            _ => (format!("there is no parameter `{name}`"), NAMES),
        };
        known.push(name);
        found.push(PassedOver {
            offset: start,
            what,
            expected,
        });
    }
    found
}

fn has_reference(text: &str) -> bool {
    let mut pairs = pairs(text).into_iter().flatten();
    pairs.any(|(name, value)| name == "ref" && !value.is_empty())
}

/// The names and values, decoded.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            if part.contains(';') {
                return None;
            }
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Without percent and plus signs.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Seconds, or a length of time as Go writes it; nothing unless it is more than none.
fn timeout(text: &str) -> Option<Duration> {
    let seconds: Option<u32> = text.parse().ok();
    seconds
        .map(|seconds| Duration::from_secs(seconds.into()))
        .or_else(|| go_duration(text))
        .filter(|duration| !duration.is_zero())
}

/// The units of Go's `time.ParseDuration`, in seconds; those that are the start of another come
/// behind it.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("h", 3600.0),
    ("m", 60.0),
    ("s", 1.0),
];

fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        let (unit, length) = UNITS
            .iter()
            .find(|(unit, _)| rest[end..].starts_with(unit))?;
        seconds += number * length;
        rest = &rest[end + unit.len()..];
    }
    Duration::try_from_secs_f64(seconds).ok()
}

/// As Go's `strconv.ParseBool` has it.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_effect_is_told() {
        for (text, expected) in [
            ("", &[][..]),
            ("ref=v1&timeout=2m&submodules=0&", &[]),
            ("version=main", &[]),
            ("ref=v1&timeout=abc", &[(7, "`timeout=abc` is no")]),
            ("timeout=0", &[(0, "`timeout=0`")]),
            ("submodules=maybe", &[(0, "`submodules=maybe`")]),
            ("submodules", &[(0, "`submodules=`")]),
            (
                "rev=v1&ref=",
                &[(0, "no parameter `rev`"), (7, "`ref` is empty")],
            ),
            ("Ref=v1", &[(0, "no parameter `Ref`")]),
            ("ref=a&ref=b", &[(6, "`ref` is there twice")]),
            ("version=a&ref=b", &[(0, "`version` stands beside `ref`")]),
            ("ref=a;timeout=2", &[(0, "malformed")]),
            ("ref=a%2", &[(0, "malformed")]),
        ] {
            let found = passed_over(text);
            assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
            for (found, (offset, what)) in found.iter().zip(expected) {
                assert_eq!(found.offset, *offset, "{text}");
                assert!(found.what.contains(what), "{text}: {found:?}");
            }
        }
    }

    #[test]
    fn parameters_are_read_and_what_is_malformed_is_not() {
        let default = Query::default;
        let reference = |text: &str| Query {
            reference: text.to_owned(),
            ..default()
        };
        let timeout = |duration| Query {
            timeout: duration,
            ..default()
        };
        let without = || Query {
            submodules: false,
            ..default()
        };
        for (text, expected) in [
            ("", default()),
            ("ref=v1", reference("v1")),
            ("version=main", reference("main")),
            ("version=main&ref=v1&ref=v2", reference("v1")),
            ("version=main&ref=", reference("main")),
            ("ref=kustomize%2Fv4.5.7", reference("kustomize/v4.5.7")),
            ("ref=a+b", reference("a b")),
            ("ref=v1&x=%zz", default()),
            ("ref=v1&x=%2", default()),
            ("ref=v1;timeout=2", default()),
            ("timeout=61", timeout(Duration::from_secs(61))),
            ("timeout=1m1.5s", timeout(Duration::from_millis(61_500))),
            (
                "timeout=1h2ms3us",
                timeout(Duration::from_micros(3_600_002_003)),
            ),
            ("timeout=0", default()),
            ("timeout=0s", default()),
            ("timeout=-5", default()),
            ("timeout=-5s", default()),
            ("timeout=jiffy", default()),
            ("timeout=5parsecs", default()),
            ("timeout=1e400s", default()),
            ("submodules=false", without()),
            ("submodules=0", without()),
            ("submodules=true", default()),
            ("submodules=maybe", default()),
        ] {
            assert_eq!(Query::parse(text), expected, "{text}");
        }
    }
}
