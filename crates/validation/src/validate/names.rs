//! Names that are made of a domain and something else.

use super::errors::{Errors, Path};
use super::formats;

/// `acme.io/foo`, the name of a controller, say.
pub(super) fn check_domain_path(text: &str, path: &Path<'_>, errors: &mut Errors) {
    if text.is_empty() {
        errors.required(path, "");
        return;
    }
    let parts = text
        .split_once('/')
        .filter(|(domain, rest)| !domain.is_empty() && !rest.is_empty());
    let Some((domain, rest)) = parts else {
        let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid_string(path, text, why);
        return;
    };
    errors.invalid_each(path, domain, formats::dns_subdomain(domain));
    let of_paths = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if !rest.bytes().all(of_paths) {
        let why = "Invalid path (regex used for validation is \
                   '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
        errors.invalid_string(path, rest, why);
    }
}

/// A domain of at least three parts, as webhooks are named.
pub(super) fn check_qualified_domain(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let problems = formats::dns_subdomain(name);
    if name.is_empty() {
        errors.required(path, "");
    } else if !problems.is_empty() {
        errors.invalid_string(path, name, &problems.join(","));
    } else if name.split('.').count() < 3 {
        let why = "should be a domain with at least three segments separated by dots";
        errors.invalid_string(path, name, why);
    }
}

/// A domain of at least two parts, with or without the dot behind it.
pub(super) fn check_full_domain(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(path, "");
        return;
    }
    let bare = name.strip_suffix('.').unwrap_or(name);
    let problems = formats::dns_subdomain(bare);
    if !problems.is_empty() {
        errors.invalid_string(path, bare, &problems.join(","));
    } else if bare.split('.').count() < 2 {
        let why = "should be a domain with at least two segments separated by dots";
        errors.invalid_string(path, bare, why);
    } else if let Some(label) = bare
        .split('.')
        .find(|label| !formats::dns_label(label).is_empty())
    {
        let problems = formats::dns_label(label);
        errors.invalid_string(path, label, &problems.join(","));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_what_stands_behind_them() {
        type Check = fn(&str, &Path<'_>, &mut Errors);
        let cases: [(Check, &str, &str); 6] = [
            (check_domain_path, "acme.io/a/b", ""),
            (check_domain_path, "acme.io", "domain-prefixed path"),
            (check_domain_path, "acme.io/a b", "Invalid path"),
            (check_qualified_domain, "a.b.c", ""),
            (check_qualified_domain, "a.b", "three segments"),
            (check_full_domain, "localhost", "two segments"),
        ];
        for (check, text, why) in cases {
            let mut errors = Errors::default();
            check(text, &Path::ROOT, &mut errors);
            let found = errors.into_found();
            assert_eq!(found.is_empty(), why.is_empty(), "{text}: {found:?}");
            assert!(found.iter().all(|it| it.message.contains(why)), "{found:?}");
        }
    }
}
