//! `format`: those that kube-apiserver checks. Others say nothing.

use crate::validate::formats as names;
use jiff::civil::Date;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether a text has a format.
pub(crate) fn fits(text: &str, format: &str) -> bool {
    match format {
        "date" => text.len() == 10 && text.parse::<Date>().is_ok(),
        "date-time" | "datetime" => crate::decode::is_rfc3339(text),
        "duration" => is_duration(text),
        "uuid" => is_uuid(text, None),
        "uuid3" => is_uuid(text, Some('3')),
        "uuid4" => is_uuid(text, Some('4')),
        "uuid5" => is_uuid(text, Some('5')),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.contains(':') && text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "email" => is_email(text),
        "hostname" => names::dns_subdomain(&text.to_lowercase()).is_empty(),
        "uri" => is_uri(text),
        "byte" => crate::decode::check_base64(text).is_ok(),
        "hexcolor" => is_hex_colour(text),
        "k8s-short-name" => names::dns_label(text).is_empty(),
        "k8s-long-name" => names::dns_subdomain(text).is_empty(),
        _ => true,
    }
}

/// Formats that are looked at, by the type that they are of.
const KNOWN: [(&str, &[&str]); 3] = [
    (
        "string",
        &[
            "bsonobjectid",
            "byte",
            "cidr",
            "creditcard",
            "date",
            "date-time",
            "datetime",
            "duration",
            "email",
            "hexcolor",
            "hostname",
            "ipv4",
            "ipv6",
            "isbn",
            "isbn10",
            "isbn13",
            "k8s-long-name",
            "k8s-short-name",
            "mac",
            "password",
            "rgbcolor",
            "ssn",
            "uri",
            "uuid",
            "uuid3",
            "uuid4",
            "uuid5",
        ],
    ),
    ("integer", &["int32", "int64"]),
    ("number", &["double", "float"]),
];

/// Whether a format of a type is one that is looked at. Texts' formats may be written with and without
/// hyphens; what has no type is taken for a text.
pub(crate) fn is_known(kind: &str, format: &str) -> bool {
    let kind = if kind.is_empty() { "string" } else { kind };
    let Some((_, formats)) = KNOWN.iter().find(|(known, _)| *known == kind) else {
        return false;
    };
    if kind != "string" {
        return formats.contains(&format);
    }
    let plain = |format: &str| format.replace('-', "");
    formats.iter().any(|known| plain(known) == plain(format))
}

/// Whether a number has a format: fits the type of that name.
pub(super) fn holds(number: f64, format: &str) -> bool {
    match format {
        "int32" => (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number),
        "uint32" => (0.0..=f64::from(u32::MAX)).contains(&number),
        "float" => number.abs() <= f64::from(f32::MAX),
        _ => true,
    }
}

/// What Go's `time.ParseDuration` takes, and, as kube-openapi does, words such as `3 weeks`.
fn is_duration(text: &str) -> bool {
    let signless = text.strip_prefix(['-', '+']).unwrap_or(text);
    if signless == "0" {
        return true;
    }
    let mut rest = signless;
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if digits.len() == rest.len() || rest.starts_with(". ") {
            return false;
        }
        let unit = digits.trim_start_matches(' ');
        let end = unit
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(unit.len());
        let name = unit[..end].trim_end();
        let is_known = matches!(
            name,
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h" | "d" | "w"
        ) || [
            "nano", "micro", "milli", "sec", "second", "min", "minute", "hr", "hour", "day",
            "week", "wk",
        ]
        .contains(&name.trim_end_matches('s'));
        if !is_known {
            return false;
        }
        rest = &unit[end..];
        parts += 1;
    }
    parts > 0
}

/// Hexadecimal digits in groups of 8, 4, 4, 4 and 12, hyphens between them or not.
fn is_uuid(text: &str, version: Option<char>) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut characters = text.chars().peekable();
    let mut digits = String::new();
    for (at, length) in groups.into_iter().enumerate() {
        if at > 0 {
            characters.next_if_eq(&'-');
        }
        for _ in 0..length {
            match characters.next() {
                Some(digit) if digit.is_ascii_hexdigit() => digits.push(digit),
                _ => return false,
            }
        }
    }
    let found = digits.chars().nth(12);
    characters.next().is_none() && version.is_none_or(|version| found == Some(version))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let most = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    is_number && length.parse::<u8>().is_ok_and(|length| length <= most)
}

/// Six, eight or twenty bytes, as Go's `net.ParseMAC` takes them.
fn is_mac(text: &str) -> bool {
    let parts = |separator: char, digits: usize| {
        let parts: Vec<&str> = text.split(separator).collect();
        let are_hex = parts
            .iter()
            .all(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let bytes = parts.len() * digits / 2;
        are_hex && matches!(bytes, 6 | 8 | 20)
    };
    parts(':', 2) || parts('-', 2) || parts('.', 4)
}

fn is_email(text: &str) -> bool {
    let address = match text.strip_suffix('>') {
        Some(named) => named.rsplit_once('<').map_or("", |(_, address)| address),
        None => text,
    };
    address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !address.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// As Go's `url.ParseRequestURI`: an absolute URI or an absolute path.
fn is_uri(text: &str) -> bool {
    if text.contains(|c: char| c.is_control() || c == ' ') {
        return false;
    }
    if text.starts_with('/') {
        return true;
    }
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_word = scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        is_word && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.is_empty()
    })
}

fn is_hex_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{fits, holds};

    #[test]
    fn texts_have_their_formats_or_not() {
        for (format, right, wrong) in [
            ("date", "2026-11-26", "2026-13-26"),
            ("date-time", "2026-11-26T10:00:00Z", "2026-11-26"),
            ("duration", "1h30m", "1 fortnight"),
            ("duration", "3 weeks", "h"),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
            (
                "uuid4",
                "123e4567-e89b-42d3-a456-426614174000",
                "123e4567-e89b-12d3-a456-426614174000",
            ),
            ("ipv4", "192.0.2.1", "192.0.2.256"),
            ("ipv6", "2001:db8::1", "192.0.2.1"),
            ("cidr", "192.0.2.0/24", "192.0.2.0/33"),
            ("mac", "00:00:5e:00:53:01", "00:00:5e"),
            ("email", "a@example.com", "example.com"),
            ("hostname", "example.com", "-example.com"),
            ("uri", "https://example.com/a", "example"),
            ("byte", "YQ==", "YQ="),
            ("hexcolor", "#00ff00", "#00ff0"),
        ] {
            assert!(fits(right, format), "{format}: {right}");
            assert!(!fits(wrong, format), "{format}: {wrong}");
        }
        assert!(fits("anything", "unheard-of"));
    }

    #[test]
    fn numbers_fit_their_types_or_not() {
        assert!(holds(2_147_483_647.0, "int32"));
        assert!(!holds(2_147_483_648.0, "int32"));
        assert!(holds(2_147_483_648.0, "int64"));
    }
}
