//! Colour, where somebody sees it.
//!
//! The two streams belong to the whole process, and so does what the command line says of them: it is
//! said once, before anything is written.

use clap::{ColorChoice, ValueEnum};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::sync::OnceLock;

/// What `--color` says; nothing until the command line has been read.
static CHOSEN: OnceLock<When> = OnceLock::new();

/// Flags of every command that say how its text looks.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct TerminalFlags {
    /// Whether text is coloured
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        global = true,
        help_heading = "Terminal"
    )]
    color: When,
}

impl TerminalFlags {
    /// Takes them for all that is written from now on.
    pub(crate) fn choose(&self) {
        // Fails when it was said before, which nobody does.
        let _ = CHOSEN.set(self.color);
    }
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`
    #[default]
    Auto,
    /// Into files and pipes, too
    Always,
    /// Nowhere
    Never,
}

/// What a command line says before it is read: its own errors and its help are coloured likewise.
pub(crate) fn asked(arguments: &[OsString]) -> ColorChoice {
    let mut words = arguments
        .iter()
        .map(|word| word.to_str().unwrap_or_default());
    while let Some(word) = words.next() {
        let value = match word {
            "--" => break,
            "--color" => words.next(),
            _ => word.strip_prefix("--color="),
        };
        match value {
            Some("always") => return ColorChoice::Always,
            Some("never") => return ColorChoice::Never,
            _ => {}
        }
    }
    ColorChoice::Auto
}

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
        Self::for_stream(&std::io::stdout())
    }

    /// As standard error wants it.
    pub(crate) fn for_stderr() -> Self {
        Self::for_stream(&std::io::stderr())
    }

    /// As a stream wants it.
    fn for_stream(stream: &impl IsTerminal) -> Self {
        Self(match CHOSEN.get().copied().unwrap_or_default() {
            When::Always => true,
            When::Never => false,
            When::Auto => stream.is_terminal() && is_wanted(),
        })
    }

    /// Never.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self(false)
    }

    /// Whether there is colour.
    pub(crate) fn is_coloured(self) -> bool {
        self.0
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

/// The convention of no-color.org, and whether the terminal knows colours. A console of Windows has to be
/// told first that it does.
fn is_wanted() -> bool {
    !anstyle_query::no_color()
        && anstyle_query::term_supports_color()
        && anstyle_query::windows::enable_ansi_colors().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_says_how_its_errors_are_coloured() {
        for (line, choice) in [
            ("build --color=always", ColorChoice::Always),
            ("--color never build", ColorChoice::Never),
            ("build --color auto", ColorChoice::Auto),
            ("build -- --color=always", ColorChoice::Auto),
            ("build --colour=always", ColorChoice::Auto),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(asked(&words), choice, "{line}");
        }
    }
}
