//! Forms that texts must have: names, keys, ports, addresses.
//!
//! The rules are those of apimachinery's `util/validation` and `api/validate/content`, and the
//! sentences say the same things as theirs, down to the patterns, which users look for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is wrong with a text; nothing if it is right.
pub(crate) type Problems = Vec<String>;

/// A function that says what is wrong with a text.
pub(crate) type Format = fn(&str) -> Problems;

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const KEY_PART: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

pub(crate) const EMPTY: &str = "must be non-empty";

fn longest(limit: usize) -> String {
    format!("must be no more than {limit} bytes")
}

/// What a pattern says in words, examples of it, and the pattern.
fn pattern(words: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|text| format!("'{text}', ")).collect();
    format!(
        "{words} (e.g. {} regex used for validation is '{pattern}')",
        examples.join(" or ").trim_end(),
    )
}

/// Whether `text` has only bytes that are `inner`, and the first and last are `outer`.
fn is_word(text: &str, outer: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [] => false,
        [one] => outer(*one),
        [first, middle @ .., last] => {
            outer(*first) && outer(*last) && middle.iter().all(|byte| inner(*byte))
        }
    }
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_label(text: &str) -> bool {
    is_word(text, is_lower, |byte| is_lower(byte) || byte == b'-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_key_part(text: &str) -> bool {
    is_word(
        text,
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
    )
}

/// A label of a DNS name, after RFC 1123: `my-name`.
pub(crate) fn dns_label(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 63 {
        problems.push(longest(63));
    }
    if !is_label(text) {
        problems.push(if is_subdomain(text) {
            "must not contain dots".to_owned()
        } else {
            pattern(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \
                 '-', and must start and end with an alphanumeric character",
                LABEL,
                &["my-name", "123-abc"],
            )
        });
    }
    problems
}

/// A DNS name, after RFC 1123: `example.com`.
pub(crate) fn dns_subdomain(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 253 {
        problems.push(longest(253));
    }
    if !is_subdomain(text) {
        problems.push(pattern(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character",
            &format!("{LABEL}(\\.{LABEL})*"),
            &["example.com"],
        ));
    }
    problems
}

/// A DNS name whose labels may have underscores, as some search paths do.
pub(crate) fn dns_subdomain_with_underscores(text: &str) -> Problems {
    let is_label = |label: &str| {
        let bare = label.strip_prefix('_').unwrap_or(label);
        is_word(bare, is_lower, |byte| {
            is_lower(byte) || matches!(byte, b'-' | b'_')
        })
    };
    let mut problems = Problems::new();
    if text.len() > 253 {
        problems.push(longest(253));
    }
    if !text.split('.').all(is_label) {
        let label = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        problems.push(pattern(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '_', '-' or '.', and must start and end with an alphanumeric character",
            &format!("{label}(\\.{label})*"),
            &["example.com"],
        ));
    }
    problems
}

/// A DNS name whose first label is `*`.
pub(crate) fn wildcard_subdomain(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 253 {
        problems.push(longest(253));
    }
    if !text.strip_prefix("*.").is_some_and(is_subdomain) {
        problems.push(pattern(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS \
             subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and \
             end with an alphanumeric character",
            &format!("\\*\\.{LABEL}(\\.{LABEL})*"),
            &["*.example.com"],
        ));
    }
    problems
}

/// A label of a DNS name, after RFC 1035: it begins with a letter.
pub(crate) fn dns_1035_label(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 63 {
        problems.push(longest(63));
    }
    if !is_label(text) || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        problems.push(pattern(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start \
             with an alphabetic character, and end with an alphanumeric character",
            "[a-z]([-a-z0-9]*[a-z0-9])?",
            &["my-name", "abc-123"],
        ));
    }
    problems
}

/// A name that may stand in a path: almost anything.
pub(crate) fn path_segment(text: &str) -> Problems {
    if matches!(text, "." | "..") {
        return vec![format!("may not be '{text}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|part| text.contains(**part))
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

/// A key of a label or annotation, or any other qualified name: `example.com/name`.
pub(crate) fn qualified_name(text: &str) -> Problems {
    const WORDS: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start \
                         and end with an alphanumeric character";
    let examples = ["MyName", "my.name", "123-abc"];
    let mut problems = Problems::new();
    let mut parts = text.split('/');
    let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let name = match (second, third) {
        (None, _) => first,
        (Some(name), None) => {
            if first.is_empty() {
                problems.push(format!("prefix part {EMPTY}"));
            } else {
                let of_prefix = dns_subdomain(first).into_iter();
                problems.extend(of_prefix.map(|problem| format!("prefix part {problem}")));
            }
            name
        }
        (Some(_), Some(_)) => {
            let problem = pattern(&format!("a valid label key {WORDS}"), KEY_PART, &examples);
            return vec![format!(
                "{problem} with an optional DNS subdomain prefix and '/' (e.g. \
                 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        problems.push(format!("name part {EMPTY}"));
    } else if name.len() > 63 {
        problems.push(format!("name part {}", longest(63)));
    }
    if !is_key_part(name) {
        problems.push(pattern(&format!("name part {WORDS}"), KEY_PART, &examples));
    }
    problems
}

/// The value of a label.
pub(crate) fn label_value(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 63 {
        problems.push(longest(63));
    }
    if !text.is_empty() && !is_key_part(text) {
        problems.push(pattern(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', \
             '_' or '.', and must start and end with an alphanumeric character",
            &format!("({KEY_PART})?"),
            &["MyValue", "my_value", "12345"],
        ));
    }
    problems
}

/// The name of a port.
pub(crate) fn port_name(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 15 {
        problems.push("must be no more than 15 characters".to_owned());
    }
    if text.is_empty() || !text.bytes().all(|byte| is_lower(byte) || byte == b'-') {
        problems.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !text.contains(|c: char| c.is_ascii_lowercase()) {
        problems.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        problems.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        problems.push("must not begin or end with a hyphen".to_owned());
    }
    problems
}

/// The name of an environment variable.
pub(crate) fn environment_name(text: &str) -> Problems {
    if text
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~') && byte != b'=')
    {
        return Problems::new();
    }
    vec![
        "a valid environment variable name must consist only of printable ASCII characters other \
         than '='"
            .to_owned(),
    ]
}

/// A key of a `ConfigMap` or `Secret`.
pub(crate) fn config_key(text: &str) -> Problems {
    let mut problems = Problems::new();
    if text.len() > 253 {
        problems.push(longest(253));
    }
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if text.is_empty() || !text.bytes().all(is_key) {
        problems.push(pattern(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            "[-._a-zA-Z0-9]+",
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    if text == "." {
        problems.push("must not be '.'".to_owned());
    } else if text == ".." {
        problems.push("must not be '..'".to_owned());
    } else if text.starts_with("..") {
        problems.push("must not start with '..'".to_owned());
    }
    problems
}

/// The name of a header of HTTP.
pub(crate) fn header_name(text: &str) -> Problems {
    let is_header = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.is_empty() && text.bytes().all(is_header) {
        return Problems::new();
    }
    vec![pattern(
        "a valid HTTP header must consist of alphanumeric characters or '-'",
        "[-A-Za-z0-9]+",
        &["X-Header-Name"],
    )]
}

/// `25%`
pub(crate) fn percent(text: &str) -> Problems {
    let digits = text.strip_suffix('%').unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Problems::new();
    }
    vec![pattern(
        "a valid percent string must be a numeric string followed by an ending '%'",
        "[0-9]+%",
        &["1%", "93%"],
    )]
}

/// A range of addresses.
pub(crate) fn cidr(text: &str) -> Problems {
    let is_range = text.split_once('/').is_some_and(|(address, length)| {
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse::<u8>().ok().filter(|_| digits);
        match (address.parse::<IpAddr>(), length) {
            (Ok(IpAddr::V4(_)), Some(length)) => u32::from(length) <= Ipv4Addr::BITS,
            (Ok(IpAddr::V6(_)), Some(length)) => u32::from(length) <= Ipv6Addr::BITS,
            _ => false,
        }
    });
    if is_range {
        return Problems::new();
    }
    vec!["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)".to_owned()]
}

/// The name of a kernel parameter.
pub(crate) fn sysctl_name(text: &str) -> Problems {
    let is_segment = |text: &str| {
        is_word(text, is_lower, |byte| {
            is_lower(byte) || matches!(byte, b'-' | b'_')
        })
    };
    if text.len() <= 253 && text.split(['.', '/']).all(is_segment) {
        return Problems::new();
    }
    vec![
        "must have at most 253 characters and match regex \
         ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
            .to_owned(),
    ]
}

/// A finalizer: one of the few known by a bare name, or a qualified one.
pub(crate) fn is_standard_finalizer(text: &str) -> bool {
    matches!(text, "kubernetes" | "orphan" | "foregroundDeletion")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_takes(format: Format, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert_eq!(format(text), Problems::new(), "{text:?}");
        }
        for text in wrong {
            assert_ne!(format(text), Problems::new(), "{text:?}");
        }
    }

    #[test]
    fn names() {
        let long = "a".repeat(64);
        assert_takes(
            dns_label,
            &["a", "1-b"],
            &["", "A", "a.b", "-a", "a-", &long],
        );
        assert_takes(
            dns_subdomain,
            &["a.b", "1", &long],
            &["", "a..b", "a.", "a_b"],
        );
        assert_takes(dns_1035_label, &["a1"], &["1a", "a.b"]);
        assert_takes(wildcard_subdomain, &["*.a"], &["a", "a.*", "*"]);
        assert_takes(path_segment, &["a:b", "A b"], &[".", "..", "a/b", "a%b"]);
        assert_takes(
            qualified_name,
            &["a", "a.b/C_d"],
            &["", "a b", "a/b/c", "/a", "A/b", "a/"],
        );
        assert_takes(label_value, &["", "A_b.c"], &["-a", "a b", &long]);
        assert_takes(
            port_name,
            &["http", "a-1"],
            &["", "80", "A", "a--b", "-a", "aaaaaaaaaaaaaaaa"],
        );
        assert_takes(
            config_key,
            &["a.b", ".a", "A_B"],
            &["", ".", "..", "..a", "a b"],
        );
        assert_takes(environment_name, &["a.b-c", "1"], &["a=b", "é"]);
        assert_takes(
            sysctl_name,
            &["kernel.shm_rmid", "net/ipv4"],
            &["A b", "a..b"],
        );
    }

    #[test]
    fn numbers_and_addresses() {
        assert_takes(percent, &["0%", "101%"], &["", "%", "ten", "-1%"]);
        assert_takes(
            cidr,
            &["10.0.0.0/8", "::/0"],
            &["10.0.0.0", "10.0.0.0/33", "::/129", "1.1.1.1/+8"],
        );
    }

    #[test]
    fn sentences_hold_examples_and_patterns() {
        assert_eq!(
            label_value("a b"),
            [
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            ]
        );
    }
}
