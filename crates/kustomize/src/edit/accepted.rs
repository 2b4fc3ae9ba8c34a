//! What a cluster will not take: kustomize writes it without a word, so that it is found out at the
//! next apply.

use trimtab_tree::Diagnostic;

/// The longest value of a label, name behind a key's domain, and namespace.
const LONGEST: usize = 63;
/// The longest domain before the name of a key.
const LONGEST_DOMAIN: usize = 253;

/// Warnings of labels or annotations, called `noun`, given as keys and values.
pub(super) fn refused_pairs<'a>(
    noun: &str,
    has_values: bool,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<Diagnostic> {
    let warnings = pairs.into_iter().filter_map(|(key, value)| {
        if !is_key(key) {
            let warning = refused(&format!("the key `{key}` of {noun}s")).expecting(
                "a name of at most 63 letters, digits, `-`, `_` and `.`, and before it perhaps a domain and `/`",
            );
            return Some(*match key.split_once('=') {
                Some((name, rest)) if value.is_empty() && is_key(name) => {
                    warning.hint(format!("a colon stands between them: `{name}:{rest}`"))
                }
                _ => warning,
            });
        }
        if !has_values || is_value(value) {
            return None;
        }
        let warning = refused(&format!("the value `{value}` of the {noun} `{key}`"))
            .expecting("at most 63 letters, digits, `-`, `_` and `.`, the first and last no sign");
        let several = value.contains(',') && value.contains(':');
        Some(*if several {
            let all = format!("{key}:{value}").replace(',', " ");
            warning.hint(format!("each {noun} is an argument of its own: `{all}`"))
        } else {
            warning
        })
    });
    warnings.collect()
}

/// A warning of a namespace.
pub(super) fn refused_namespace(name: &str) -> Option<Diagnostic> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if name.is_empty() || is_name(name, LONGEST, good, b"-") {
        return None;
    }
    let warning = refused(&format!("the namespace `{name}`"));
    Some(*warning.expecting(
        "at most 63 lower-case letters, digits and `-`, which neither begins nor ends it",
    ))
}

fn refused(what: &str) -> Box<Diagnostic> {
    Diagnostic::warning(
        "refused-by-clusters",
        format!("a cluster does not take {what}"),
    )
}

fn is_key(key: &str) -> bool {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_domain = |domain: &str| {
        domain.len() <= LONGEST_DOMAIN
            && domain
                .split('.')
                .all(|part| is_name(part, LONGEST_DOMAIN, lower, b"-"))
    };
    domain.is_none_or(is_domain)
        && is_name(name, LONGEST, |byte| byte.is_ascii_alphanumeric(), b"-_.")
}

fn is_value(value: &str) -> bool {
    value.is_empty() || is_name(value, LONGEST, |byte| byte.is_ascii_alphanumeric(), b"-_.")
}

/// Whether a text begins and ends with something `good`, and has `more` at most between.
fn is_name(text: &str, longest: usize, good: impl Fn(u8) -> bool, more: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    text.len() <= longest
        && ends
            .into_iter()
            .all(|end| end.is_some_and(|&end| good(end)))
        && bytes.iter().all(|&byte| good(byte) || more.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_cluster_takes_is_told() {
        let long = "a".repeat(64);
        for (key, value, hint) in [
            ("app", "web", None),
            ("app", "", None),
            ("example.com/a_b", "1.2-X", None),
            (
                "app=web",
                "",
                Some("a colon stands between them: `app:web`"),
            ),
            (
                "a",
                "b,c:d",
                Some("each label is an argument of its own: `a:b c:d`"),
            ),
            ("a", "b c", Some("")),
            ("a", "-b", Some("")),
            ("a", &*long, Some("")),
            (&*long, "", Some("")),
            ("Example.com/a", "", Some("")),
            ("a/b/c", "", Some("")),
            ("a/", "", Some("")),
            ("é", "", Some("")),
        ] {
            let found = refused_pairs("label", true, [(key, value)]);
            let hints = found.first().map(|it| it.hints.concat());
            assert_eq!(hints.as_deref(), hint, "{key}:{value}");
        }
        assert!(refused_pairs("annotation", false, [("a", "b c")]).is_empty());
        for (name, is_refused) in [
            ("", false),
            ("a-1", false),
            ("A", true),
            ("a.b", true),
            ("-a", true),
        ] {
            assert_eq!(refused_namespace(name).is_some(), is_refused, "{name}");
        }
    }
}
