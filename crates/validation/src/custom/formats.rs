//! `format`: those that kube-apiserver checks. Others say nothing.

use super::numbered;
use crate::validate::formats as names;
use jiff::civil::Date;
use std::borrow::Cow;
use std::net::Ipv6Addr;

/// Whether a text has a format, whose name may have hyphens or not.
pub(crate) fn fits(text: &str, format: &str) -> bool {
    let plain = if format.contains('-') {
        Cow::Owned(format.replace('-', ""))
    } else {
        Cow::Borrowed(format)
    };
    match &*plain {
        "date" => is_date(text),
        "datetime" => is_date_time(text),
        "duration" => is_duration(text),
        "uuid" => is_uuid(text, None),
        "uuid3" => is_uuid(text, Some('3')),
        "uuid4" => is_uuid(text, Some('4')),
        "uuid5" => is_uuid(text, Some('5')),
        "ipv4" => text.contains('.') && (is_ipv4(text) || text.parse::<Ipv6Addr>().is_ok()),
        "ipv6" => text.contains(':') && text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "email" => is_email(text),
        "hostname" => is_hostname(text),
        "uri" => is_uri(text),
        "byte" => !text.is_empty() && crate::decode::check_base64(text).is_ok(),
        "hexcolor" => is_hex_colour(text),
        "rgbcolor" => is_rgb_colour(text),
        "isbn" => numbered::is_isbn_10(text) || numbered::is_isbn_13(text),
        "isbn10" => numbered::is_isbn_10(text),
        "isbn13" => numbered::is_isbn_13(text),
        "creditcard" => numbered::is_credit_card(text),
        "ssn" => numbered::is_social_security_number(text),
        "bsonobjectid" => text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "k8sshortname" => names::dns_label(text).is_empty(),
        "k8slongname" => names::dns_subdomain(text).is_empty(),
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

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

/// A date, `t`, and a time of day with its zone: letters large or small, and nothing looked at behind a
/// second `t`, as in kube-openapi.
fn is_date_time(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else {
        return false;
    };
    let two = |text: &str, most: u8| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|number| number <= most)
    };
    let (Some(clock), Some(rest)) = (time.get(..8), time.get(8..)) else {
        return false;
    };
    let mut of_clock = clock.split(':');
    let limits = [23, 59, 59];
    let is_clock = limits
        .iter()
        .all(|most| of_clock.next().is_some_and(|it| two(it, *most)));
    // Whatever stands between the seconds and their fraction.
    let mut behind = rest.chars();
    let fraction = behind.next().map_or("", |_| behind.as_str());
    let digits = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    let zone = |zone: &str| {
        let signed = zone
            .strip_prefix(['+', '-'])
            .and_then(|zone| zone.split_once(':'));
        zone == "z" || signed.is_some_and(|(hours, minutes)| two(hours, 99) && two(minutes, 99))
    };
    is_date(date)
        && is_clock
        && of_clock.next().is_none()
        && (zone(rest) || digits.len() < fraction.len() && zone(digits))
}

/// What Go's `time.ParseDuration` takes, and, as kube-openapi does, anything in which a whole number
/// stands before a unit, such as `3 weeks` or `P1D`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&[&str]; 8] = [
        &["ns", "nano"],
        &["us", "µs", "micro"],
        &["ms", "milli"],
        &["s", "sec"],
        &["m", "min"],
        &["h", "hr", "hour"],
        &["d", "day"],
        &["w", "wk", "week"],
    ];
    if crate::cel::parse_duration(text).is_some() {
        return true;
    }
    let (mut rest, mut is_any) = (text, false);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let behind = rest[start..].trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &rest[start..rest.len() - behind.len()];
        let word = behind.trim_start();
        let after = word.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == 'µ');
        let unit = word[..word.len() - after.len()].to_lowercase();
        if !unit.is_empty() {
            if number.parse::<i64>().is_err() {
                return false;
            }
            is_any |= UNITS.iter().any(|variants| {
                let long = variants.last().is_some_and(|long| unit.starts_with(long));
                long || variants.contains(&unit.as_str())
            });
        }
        rest = after;
    }
    is_any
}

/// Four numbers, which may have zeros in front.
fn is_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_byte = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number <= 255)
    };
    parts.len() == 4 && parts.iter().all(is_byte)
}

/// Labels of letters, digits, symbols and hyphens, the last of which ends in two letters.
fn is_hostname(text: &str) -> bool {
    const SYMBOLS: &str = "$+<=>^`|~";
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric()
            || SYMBOLS.contains(c)
            || !c.is_ascii() && !c.is_whitespace() && !c.is_control()
    };
    let mut labels: Vec<&str> = text.split('.').collect();
    let last = labels.pop().unwrap_or_default();
    let is_label = |label: &&str| {
        label.starts_with(is_plain)
            && label.ends_with(is_plain)
            && label.chars().all(|c| is_plain(c) || c == '-')
    };
    let letters = last.chars().rev().take_while(|c| c.is_alphabetic()).count();
    // A name of one label has something before its end.
    let is_long_enough = !labels.is_empty() || last.chars().count() > 2;
    text.len() <= 255
        && labels.iter().all(is_label)
        && is_label(&last)
        && !last.contains("--")
        && letters >= 2
        && is_long_enough
        && labels.iter().chain([&last]).all(|label| label.len() <= 63)
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
    // What versions 4 and 5 say of how they were made.
    let variant = digits.chars().nth(16).map(|c| c.to_ascii_lowercase());
    let has_variant =
        !matches!(version, Some('4' | '5')) || matches!(variant, Some('8' | '9' | 'a' | 'b'));
    characters.next().is_none()
        && version.is_none_or(|version| found == Some(version))
        && has_variant
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse::<Ipv6Addr>() {
        _ if is_ipv4(address) => 32,
        Ok(_) => 128,
        Err(_) => return false,
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
        let is_odd = |c: char| c.is_whitespace() || c.is_control();
        let quoted = local.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let is_local = match quoted {
            Some(quoted) => !quoted.is_empty() && !quoted.contains('"'),
            None => !local.is_empty() && !local.contains(is_odd),
        };
        is_local && !domain.is_empty() && !domain.contains(is_odd)
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

/// `rgb(1, 2, 3)`
fn is_rgb_colour(text: &str) -> bool {
    let parts = text
        .strip_prefix("rgb(")
        .and_then(|it| it.strip_suffix(')'));
    let Some(parts) = parts else { return false };
    let parts: Vec<&str> = parts.split(',').map(str::trim_ascii).collect();
    let is_byte = |part: &&str| part.parse::<u8>().is_ok_and(|it| it.to_string() == **part);
    parts.len() == 3 && parts.iter().all(is_byte)
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
            ("byte", "YQ==", ""),
            (
                "date-time",
                "2026-11-26t10:00:00.5+02:00",
                "2026-11-26T24:00:00Z",
            ),
            ("datetime", "2026-11-26T10:00:00Z", "2026-11-26T10:00Z"),
            ("duration", "P1D", "P1X"),
            (
                "uuid5",
                "886313e1-3b8a-5372-9b90-0c9aee199e5d",
                "886313e1-3b8a-5372-0b90-0c9aee199e5d",
            ),
            ("ipv4", "01.2.3.4", "1.2.3"),
            ("email", "\"a b\"@example.com", "a b@example.com"),
            ("hostname", "a.example", "a.b"),
            ("hostname", "localhost", "192.0.2.1"),
            ("rgbcolor", "rgb(1, 2,255)", "rgb(1,2,256)"),
            ("isbn", "978-3-16-148410-0", "978-3-16-148410-1"),
            ("isbn10", "080442957X", "0306406153"),
            ("creditcard", "4111 1111 1111 1111", "4111-1111-1111-1112"),
            ("ssn", "123-45-6789", "123456789"),
            ("bsonobjectid", "507f1f77bcf86cd799439011", "507f"),
            ("k8s-short-name", "a", "a.b"),
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
