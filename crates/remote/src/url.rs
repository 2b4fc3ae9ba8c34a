//! Addresses as text: which are web addresses, and how they are shown without their secrets.

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
const MASK: &str = "***";

/// Names of query parameters whose values nobody else should see, or parts of such names.
const SECRET: [&str; 6] = ["token", "secret", "password", "sig", "key", "credential"];

/// An address without its secrets: the password, a user name that may be a token (of a web address,
/// other than `git`), and what query parameters such as `token` say.
#[must_use]
pub fn mask(address: &str) -> String {
    let (place, query) = match address.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (address, None),
    };
    let mut masked = mask_user(place);
    if let Some(query) = query {
        for (index, parameter) in query.split('&').enumerate() {
            masked.push(if index == 0 { '?' } else { '&' });
            match parameter.split_once('=') {
                Some((name, value)) if !value.is_empty() && is_secret(name) => {
                    masked.push_str(name);
                    masked.push('=');
                    masked.push_str(MASK);
                }
                _ => masked.push_str(parameter),
            }
        }
    }
    masked
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|secret| name.contains(secret))
}

fn mask_user(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else {
        return place.to_owned();
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    let Some((user, host)) = authority.rsplit_once('@') else {
        return place.to_owned();
    };
    let path = &rest[authority.len()..];
    let user = match user.split_once(':') {
        Some((name, _)) => format!("{name}:{MASK}"),
        None if is_web_address(place) && user != "git" => MASK.to_owned(),
        None => user.to_owned(),
    };
    format!("{scheme}://{user}@{host}{path}")
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
        ] {
            assert_eq!(mask(address), masked);
        }
    }
}
