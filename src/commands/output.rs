//! The `-o` flag of commands that print objects in place of a line about them.

use crate::exit::Failure;
use crate::ui::objects::{Format, ManagedFields, Series};
use crate::ui::stdout;
use trimtab_deploy::Resource;
use trimtab_tree::Value;

/// Prints what became of an object where objects are printed, else the line about it.
pub(super) fn print_or_tell(
    series: &mut Option<Series>,
    resource: &Resource,
    object: Value,
    line: &str,
) -> Result<(), Failure> {
    match series {
        Some(series) => series.print(resource, object),
        None => stdout::line(line),
    }
}

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

    /// Keep `metadata.managedFields` in JSON and YAML
    #[arg(long)]
    show_managed_fields: bool,
}

impl OutputFlag {
    /// The format that was asked for, if one was.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn format(&self) -> Result<Option<Format>, Failure> {
        let managed = if self.show_managed_fields {
            ManagedFields::Shown
        } else {
            ManagedFields::Hidden
        };
        Format::parse(&self.output, managed)
    }

    /// Where objects are printed one after the other, if they are.
    ///
    /// # Errors
    /// Those of [`Self::format`].
    pub(super) fn series(&self) -> Result<Option<Series>, Failure> {
        Ok(self.format()?.map(|format| Series::new(format, false)))
    }

    /// Whether a table with all its columns was asked for, which is no format of objects.
    pub(super) fn is_wide(&self) -> bool {
        self.output == "wide"
    }
}
