//! The terminal, where there is one.

use std::io::IsTerminal as _;
use terminal_size::{Height, Width};

/// How many characters are beside and lines below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Whether what was written to standard error can be written over: it is a terminal that can, and somebody
/// looks at it. What a pipeline keeps of a terminal is all that was ever written.
pub(crate) fn is_drawn_on() -> bool {
    std::io::stderr().is_terminal()
        && anstyle_query::term_supports_color()
        && anstyle_query::windows::enable_ansi_colors().unwrap_or(true)
        && !anstyle_query::is_ci()
}

/// The size of the terminal that standard error is, as it is now.
pub(crate) fn size_of_stderr() -> Option<Size> {
    terminal_size::terminal_size_of(std::io::stderr()).map(size)
}

/// How wide the terminal is that standard output is.
pub(crate) fn width_of_stdout() -> Option<usize> {
    Some(size(terminal_size::terminal_size_of(std::io::stdout())?).width)
}

fn size((Width(width), Height(height)): (Width, Height)) -> Size {
    Size {
        width: width.into(),
        height: height.into(),
    }
}
