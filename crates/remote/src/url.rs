//! Addresses as text: which are web addresses, and how they are shown without their secrets.

use std::ops::Range;

/// Whether a reference is fetched with HTTP where a file is wanted: kustomize's
/// `loader.IsRemoteFile`.
#[must_use]
pub fn is_web_address(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else {
        return false;
    };
    let web = ["http", "https"];
    web.iter().any(|web| scheme.eq_ignore_ascii_case(web))
        && !reference.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Names of query parameters whose values nobody else should see, or parts of such names.
const SECRET: [&str; 6] = ["token", "secret", "password", "sig", "key", "credential"];

/// A text without the secrets of the addresses in it: passwords, user names that may be tokens (of
/// web addresses, other than `git`), and what query parameters such as `token` say.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for secret in secrets(text) {
        masked.push_str(&text[end..secret.start]);
        masked.push_str(MASK);
        end = secret.end;
    }
    masked.push_str(&text[end..]);
    masked
}

/// The same, byte for byte as long as it was; nothing when there are no secrets.
#[must_use]
pub fn hide(text: &str) -> Option<String> {
    let secrets = secrets(text);
    secrets.first()?;
    let mut hidden = text.to_owned();
    for secret in secrets {
        let stars = "*".repeat(secret.len());
        hidden.replace_range(secret, &stars);
    }
    Some(hidden)
}

/// Where the secrets of the addresses in a text are.
fn secrets(text: &str) -> Vec<Range<usize>> {
    const BEHIND_SCHEME: &str = "://";
    let mut secrets = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(BEHIND_SCHEME) {
        let scheme = &text[from..from + at];
        let is_web = scheme.ends_with("http") || scheme.ends_with("https");
        let start = from + at + BEHIND_SCHEME.len();
        let is_end = |c: char| c.is_whitespace() || "'\"`<>".contains(c);
        let length = text[start..].find(is_end);
        let end = length.map_or(text.len(), |length| start + length);
        secrets_of(&text[start..end], start, is_web, &mut secrets);
        from = end;
    }
    secrets
}

/// Adds where the secrets are of an address without its scheme, which starts at `start`.
fn secrets_of(address: &str, start: usize, is_web: bool, secrets: &mut Vec<Range<usize>>) {
    let authority = address.split(['/', '?']).next().unwrap_or(address);
    if let Some((user, _)) = authority.rsplit_once('@') {
        match user.split_once(':') {
            Some((name, _)) => secrets.push(start + name.len() + 1..start + user.len()),
            None if is_web && user != "git" => secrets.push(start..start + user.len()),
            None => {}
        }
    }
    let Some((place, query)) = address.split_once('?') else {
        return;
    };
    let mut at = start + place.len() + 1;
    for parameter in query.split('&') {
        if let Some((name, value)) = parameter.split_once('=')
            && !value.is_empty()
            && is_secret(name)
        {
            let begin = at + name.len() + 1;
            secrets.push(begin..begin + value.len());
        }
        at += parameter.len() + 1;
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|secret| name.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_fetched_as_files() {
        for (reference, is_web) in [
            ("https://example.com/a.yaml", true),
            ("HTTP://example.com/a.yaml", true),
            ("ftp://example.com/a.yaml", false),
            ("a.yaml", false),
            ("apiVersion: v1", false),
            ("http: a\nb: c", false),
        ] {
            assert_eq!(is_web_address(reference), is_web, "{reference}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        for (address, masked) in [
            ("https://a:b@host/x?ref=v1", "https://a:***@host/x?ref=v1"),
            (
                "https://ghp_12@github.com/o/r",
                "https://***@github.com/o/r",
            ),
            ("https://git@host/o/r", "https://git@host/o/r"),
            ("ssh://alice@host/o/r", "ssh://alice@host/o/r"),
            ("ssh://alice:pw@host/o/r", "ssh://alice:***@host/o/r"),
            ("git@host:o/r", "git@host:o/r"),
            ("https://host/a@b", "https://host/a@b"),
            (
                "https://host/a?token=1&x=2&X-Amz-Signature=3&sig=",
                "https://host/a?token=***&x=2&X-Amz-Signature=***&sig=",
            ),
            ("base", "base"),
            (
                "fatal: 'https://a:b@host/x/' and http://c@host: 403",
                "fatal: 'https://a:***@host/x/' and http://***@host: 403",
            ),
        ] {
            assert_eq!(mask(address), masked);
        }
        let line = "- https://a:bcd@host/\u{fc}?token=\u{fc}x # why";
        let hidden = "- https://a:***@host/\u{fc}?token=*** # why";
        assert_eq!(hide(line).as_deref(), Some(hidden));
        assert_eq!(hide("- https://host/x?ref=v1"), None);
    }
}
