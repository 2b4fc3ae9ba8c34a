//! Tags as they are written.

use super::INFALLIBLE;
use crate::ScalarKind;
use std::fmt::Write as _;

/// The tag that says what a text alone does not.
pub(super) fn own_tag(kind: ScalarKind) -> &'static str {
    match kind {
        ScalarKind::Null => "!!null",
        ScalarKind::Bool => "!!bool",
        ScalarKind::Int => "!!int",
        ScalarKind::Float => "!!float",
        ScalarKind::Timestamp => "!!timestamp",
        ScalarKind::Binary => "!!binary",
        ScalarKind::String => "!!str",
    }
}

/// A tag with `%` escapes for what tags must not hold; one that does not begin with `!` is put
/// between `!<` and `>`.
pub(super) fn escaped_tag(tag: &str) -> String {
    let (mut out, rest) = match tag.strip_prefix('!') {
        Some(rest) => (String::from("!"), rest),
        None => (String::from("!<"), tag),
    };
    for byte in rest.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_!;/?:@&=+$,.~*'()[]".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect(INFALLIBLE);
        }
    }
    if !tag.starts_with('!') {
        out.push('>');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_escaped() {
        for (tag, written) in [
            ("!Ref", "!Ref"),
            ("!!int", "!!int"),
            ("!a b", "!a%20b"),
            ("tag:example.com,2000:é", "!<tag:example.com,2000:%C3%A9>"),
        ] {
            assert_eq!(escaped_tag(tag), written);
        }
    }
}
