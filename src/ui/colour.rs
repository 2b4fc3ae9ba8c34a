//! Colour, where somebody sees it.

use std::io::IsTerminal;

/// A colour of the terminal's palette.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Colour {
    /// What is new or good.
    Green,
    /// What changes or is not done yet.
    Yellow,
    /// What goes or is wrong.
    Red,
}

/// Whether text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paint(bool);

impl Paint {
    /// As standard output wants it.
    pub(crate) fn for_stdout() -> Self {
        Self(std::io::stdout().is_terminal() && is_wanted())
    }

    /// As standard error wants it.
    pub(crate) fn for_stderr() -> Self {
        Self(std::io::stderr().is_terminal() && is_wanted())
    }

    /// Never.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self(false)
    }

    /// The text in a colour.
    pub(crate) fn paint(self, colour: Colour, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Green => 32,
            Colour::Yellow => 33,
            Colour::Red => 31,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// The convention of no-color.org.
fn is_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
