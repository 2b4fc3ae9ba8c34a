//! The `-o` flag of commands that print objects in place of a line about them.

use crate::exit::Failure;
use crate::ui::objects::Format;

/// How objects are printed, where they are.
#[derive(Debug, clap::Args)]
pub(super) struct OutputFlag {
    /// Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "",
        hide_default_value = true
    )]
    output: String,
}

impl OutputFlag {
    /// The format that was asked for, if one was.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn format(&self) -> Result<Option<Format>, Failure> {
        Format::parse(&self.output)
    }

    /// Whether a table with all its columns was asked for, which is no format of objects.
    pub(super) fn is_wide(&self) -> bool {
        self.output == "wide"
    }
}
