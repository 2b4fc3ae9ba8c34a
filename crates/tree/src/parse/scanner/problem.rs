//! What is said about text that is not YAML. The words are go-yaml's where people know them; the
//! position is that of the cause, and a hint names the usual slip.

use super::Scanner;
use crate::Diagnostic;

impl Scanner<'_> {
    /// A key was needed at `start`, but what stands there has no `:`.
    pub(super) fn missing_colon(&self, start: usize) -> Box<Diagnostic> {
        let line = self.line_at(start);
        let mut error = self
            .error(start, "could not find expected ':'")
            .expecting("a key with ':' behind it, like the lines around");
        if let Some(colon) = line.find(':').filter(|&colon| colon + 1 < line.len()) {
            error = error.hint(format!(
                "put a space behind the ':' of \"{}:\"",
                &line[..colon]
            ));
        } else if self.bytes[start..].starts_with(b"<<<<<<<")
            || self.bytes[start..].starts_with(b">>>>>>>")
            || self.bytes[start..].starts_with(b"=======")
        {
            error = error.hint("this looks like a merge conflict that was not resolved");
        } else {
            error = error.hint("text that goes on from the line before must be indented deeper");
        }
        error
    }

    /// No token begins with `byte`, which is at the current place.
    pub(super) fn cannot_start(&self, byte: u8) -> Box<Diagnostic> {
        let error = self.error(
            self.at,
            format!(
                "found character that cannot start any token: {:?}",
                char::from(byte)
            ),
        );
        match byte {
            b'\t' => error
                .expecting("spaces as indentation")
                .hint("replace the tab with spaces"),
            _ => error.hint(format!(
                "put text that begins with {} into quotes",
                char::from(byte)
            )),
        }
    }

    /// A `:` stands where no value may follow.
    pub(super) fn misplaced_value(&self) -> Box<Diagnostic> {
        let error = self.error(self.at, "mapping values are not allowed in this context");
        let before = &self.text[self.line_start..self.at];
        if before.contains(": ") {
            error.hint("put a value that contains \": \" into quotes")
        } else {
            error
                .expecting("a value; a key must be on one line and less than 1024 characters long")
                .hint("check the indentation of this line and the one before")
        }
    }

    /// A `- ` stands where no list may begin.
    pub(super) fn misplaced_entry(&self) -> Box<Diagnostic> {
        self.error(
            self.at,
            "block sequence entries are not allowed in this context",
        )
        .hint("begin the list on the next line, or put the value into quotes")
    }

    /// A tab where only spaces can be.
    pub(super) fn tab_as_indentation(&self, scalar: usize, message: &str) -> Box<Diagnostic> {
        self.error(self.at, message)
            .expecting("spaces as indentation")
            .label(self.position(scalar), "in the text that begins here")
            .hint("replace the tab with spaces")
    }

    /// The text ended inside quotes.
    pub(super) fn unclosed_quote(&self, opening: usize) -> Box<Diagnostic> {
        let quote = char::from(self.bytes[opening]);
        self.error(opening, "found unexpected end of stream inside quotes")
            .expecting(format!("a closing {quote}"))
            .label(self.position(self.bytes.len()), "the text ends here")
    }

    /// The line from byte `start` on, blanks at its end dropped.
    fn line_at(&self, start: usize) -> &str {
        let rest = &self.text[start..];
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        rest[..end].trim_end()
    }
}
