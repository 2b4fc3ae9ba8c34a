//! JSON pointers (RFC 6901), as JSON patches use them.

use trimtab_tree::Text;

/// A parsed JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPointer {
    tokens: Vec<Text>,
}

impl JsonPointer {
    /// Parses a pointer: `/`, then tokens divided by `/`, in which `~1` is `/` and `~0` is `~`.
    ///
    /// As in the library that kustomize uses, whatever stands before the first `/` does not count,
    /// and a text without one points nowhere: that is `None`. The empty text, which points at the
    /// whole document, is that too.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, tokens) = text.split_once('/')?;
        Some(Self {
            tokens: tokens.split('/').map(unescape).collect(),
        })
    }

    /// How many levels deep what it points at is.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The tokens that lead to a container, and the last one, which names a place in that.
    #[must_use]
    pub fn split_last(&self) -> (&[Text], &str) {
        let (last, parents) = self
            .tokens
            .split_last()
            .expect("splitting a text gives at least one part");
        (parents, last)
    }
}

fn unescape(token: &str) -> Text {
    if !token.contains('~') {
        return token.into();
    }
    // In one pass from the left, so that `~01` is `~1`.
    let mut out = Text::default();
    let mut rest = token;
    while let Some(at) = rest.find('~') {
        out.push_str(&rest[..at]);
        let (plain, length) = match rest.as_bytes().get(at + 1) {
            Some(b'1') => ('/', 2),
            Some(b'0') => ('~', 2),
            _ => ('~', 1),
        };
        out.push(plain);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_unescaped_once() {
        let pointer = JsonPointer::parse("/a~1b/~01/~2/").unwrap();
        assert_eq!(pointer.tokens, ["a/b", "~1", "~2", ""]);
        assert_eq!(JsonPointer::parse("/").unwrap().tokens, [""]);
    }

    #[test]
    fn texts_without_a_slash_point_nowhere() {
        assert_eq!(JsonPointer::parse(""), None);
        assert_eq!(JsonPointer::parse("spec"), None);
        assert_eq!(
            JsonPointer::parse("spec/replicas"),
            JsonPointer::parse("/replicas")
        );
    }
}
