//! URLs.

use std::net::Ipv6Addr;

/// An absolute URL or an absolute path, as Go's `url.ParseRequestURI` takes them.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cel) struct Url {
    pub(in crate::cel) text: String,
    pub(in crate::cel) scheme: String,
    /// With the port.
    pub(in crate::cel) host: String,
    pub(in crate::cel) path: String,
    pub(in crate::cel) query: String,
}

impl Url {
    /// Reads one; nothing if it is none.
    pub(in crate::cel) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.contains(|c: char| c.is_control() || c == ' ') {
            return None;
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if !text.starts_with('/') => (scheme.to_ascii_lowercase(), rest),
            _ => (String::new(), text),
        };
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !(scheme.is_empty() && text.starts_with('/') || is_scheme) {
            return None;
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            // `mailto:a`: nothing is known of it but that it is one.
            return (!scheme.is_empty()).then(|| Self {
                text: text.to_owned(),
                scheme,
                host: String::new(),
                path: String::new(),
                query: query.to_owned(),
            });
        }
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) if !scheme.is_empty() || !rest.starts_with('/') => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                (authority.rsplit('@').next().unwrap_or_default(), path)
            }
            _ => ("", rest),
        };
        if !is_host(host) || !is_escaped(path) {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            scheme,
            host: host.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
        })
    }

    /// The host without port and brackets.
    pub(in crate::cel) fn hostname(&self) -> &str {
        let (name, _) = split_port(&self.host);
        name.strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name)
    }
}

/// A host and its port, which may be empty.
pub(in crate::cel) fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        let is_port = port.is_empty()
            || port
                .strip_prefix(':')
                .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
        return is_port
            && address
                .split('%')
                .next()
                .is_some_and(|it| it.parse::<Ipv6Addr>().is_ok());
    }
    let (name, _) = split_port(host);
    !name.contains(':') && !name.contains(|c: char| "\"<>[]\\^`{|}".contains(c)) && is_escaped(name)
}

/// Whether a percent sign stands before two digits only.
fn is_escaped(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
