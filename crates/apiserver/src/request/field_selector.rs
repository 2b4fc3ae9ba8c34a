//! Field selectors, as text: `a=b,c!=d`. What the fields are is not known here.

use trimtab_tree::Text;

use crate::Status;

/// One requirement of a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldTerm {
    /// `spec.nodeName`
    pub(crate) name: String,
    /// Whether the field must be equal to the value, or must not be.
    pub(crate) equal: bool,
    /// The value, escapes undone.
    pub(crate) value: Text,
}

/// Reads `a=b,c!=d`, commas and signs in values behind a backslash.
///
/// # Errors
/// When it is no selector.
pub(crate) fn parse_field_selector(text: &str) -> Result<Vec<FieldTerm>, Status> {
    let terms = split_terms(text)
        .into_iter()
        .filter(|term| !term.is_empty());
    let terms = terms.map(|term| {
        let (name, equal, value) = split_operator(term).ok_or_else(|| {
            Status::bad_request(format!(
                "invalid selector: '{text}'; can't understand '{term}'"
            ))
        })?;
        Ok(FieldTerm {
            name: name.to_owned(),
            equal,
            value: unescape(value)?,
        })
    });
    terms.collect()
}

fn split_terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms
}

/// The name, whether the value must be equal, and the value.
fn split_operator(term: &str) -> Option<(&str, bool, &str)> {
    for (at, _) in term.char_indices() {
        for (operator, equal) in [("!=", false), ("==", true), ("=", true)] {
            if let Some(value) = term[at..].strip_prefix(operator) {
                return Some((&term[..at], equal, value));
            }
        }
    }
    None
}

fn unescape(value: &str) -> Result<Text, Status> {
    let bad = |why: &str| Status::bad_request(format!("invalid field selector: {why}"));
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ',' | '=')) => plain.push(escaped),
                Some(other) => return Err(bad(&format!("invalid escape sequence: \\{other}"))),
                None => return Err(bad("it ends with a backslash")),
            },
            ',' | '=' => {
                let code = c as u32;
                return Err(bad(&format!("unescaped character in value: {code}")));
            }
            _ => plain.push(c),
        }
    }
    Ok(Text::from(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_taken_apart() {
        assert_eq!(split_terms("a=b\\,c,d!=e"), ["a=b\\,c", "d!=e"]);
        assert_eq!(split_operator("a!=b"), Some(("a", false, "b")));
        assert_eq!(split_operator("a==b"), Some(("a", true, "b")));
        assert_eq!(split_operator("a=b=c"), Some(("a", true, "b=c")));
        assert_eq!(split_operator("a"), None);
        assert_eq!(unescape("b\\,c\\=\\\\").unwrap(), "b,c=\\");
        assert!(unescape("b=c").is_err());
        assert!(unescape("b\\x").is_err());
        assert!(unescape("b\\").is_err());
        let terms = parse_field_selector("a=1,,b!=2").unwrap();
        assert_eq!((terms[0].equal, terms[1].equal), (true, false));
        assert!(parse_field_selector("a").is_err());
    }
}
