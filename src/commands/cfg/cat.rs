//! `trimtab cfg cat`: print the objects in a directory.

use super::grep::{separated, without_last_separator};
use super::input::{Recursion, ended, from_packages, from_stdin};
use crate::exit::Failure;
use crate::switch;
use crate::ui::report::Report;
use crate::ui::stdout;
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use trimtab_packages::{Boundary, Locality, Output, Reader, Style, format, strip_comments};
use trimtab_tree::{Diagnostic, Result as Found, Value};

/// Print the objects in a directory
///
/// Fields are put into the usual order; comments stay. Without DIR the objects are read from
/// standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab cfg cat base
  trimtab cfg cat base --wrap-kind List --wrap-version v1
  trimtab build | trimtab cfg cat --strip-comments")]
pub(crate) struct Args {
    /// Directory to look at
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Put fields into the usual order
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, value_parser = switch::value())]
    format: bool,

    /// Annotate objects with their files
    #[arg(long)]
    annotate: bool,

    /// Put the objects into a list of this kind
    #[arg(
        long,
        value_name = "KIND",
        default_value = "",
        hide_default_value = true
    )]
    wrap_kind: String,

    /// The `apiVersion` of that list
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    wrap_version: String,

    /// File with the `functionConfig` of that list
    #[arg(long, value_name = "FILE")]
    function_config: Option<PathBuf>,

    /// YAML styles of the objects
    #[arg(long, value_name = "STYLE", value_enum, value_delimiter = ',')]
    style: Vec<StyleName>,

    /// Leave out comments
    #[arg(long)]
    strip_comments: bool,

    /// Also print objects that are not for the cluster
    #[arg(long)]
    include_local: bool,

    /// Do not print objects that are for the cluster
    #[arg(long)]
    exclude_non_local: bool,

    /// Write to this file
    #[arg(long, value_name = "FILE")]
    dest: Option<PathBuf>,

    #[command(flatten)]
    recursion: Recursion,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(clippy::enum_variant_names, reason = "kustomize's own words")]
enum StyleName {
    #[value(name = "TaggedStyle")]
    TaggedStyle,
    #[value(name = "DoubleQuotedStyle")]
    DoubleQuotedStyle,
    #[value(name = "SingleQuotedStyle")]
    SingleQuotedStyle,
    #[value(name = "LiteralStyle")]
    LiteralStyle,
    #[value(name = "FoldedStyle")]
    FoldedStyle,
    #[value(name = "FlowStyle")]
    FlowStyle,
}

impl StyleName {
    fn style(self) -> Style {
        match self {
            Self::TaggedStyle => Style::Tagged,
            Self::FlowStyle => Style::Flow,
            Self::DoubleQuotedStyle
            | Self::SingleQuotedStyle
            | Self::LiteralStyle
            | Self::FoldedStyle => Style::Text,
        }
    }
}

impl Args {
    fn output(&self) -> Result<Output, Failure> {
        let config = self.function_config.as_deref();
        Ok(Output {
            keep_annotations: self.annotate,
            wrap_kind: self.wrap_kind.clone(),
            wrap_version: self.wrap_version.clone(),
            function_config: config
                .map(|path| function_config(path, self.annotate))
                .transpose()?,
            styles: self.style.iter().map(|name| name.style()).collect(),
            ..Output::default()
        })
    }

    /// Prints those objects that count.
    fn print(&self, mut objects: Vec<Value>, output: &Output) -> Found<String> {
        let locality = Locality {
            include_local: self.include_local,
            exclude_non_local: self.exclude_non_local,
        };
        locality.filter(&mut objects);
        let mut text = String::new();
        if objects.is_empty() {
            return Ok(text);
        }
        for object in &mut objects {
            if self.format {
                format(object)?;
            }
            if self.strip_comments {
                strip_comments(object);
            }
        }
        output.write(objects, &mut text)?;
        Ok(text)
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let Some(path) = &self.dest else {
            return stdout::write(text.as_bytes());
        };
        std::fs::write(path, text).map_err(|error| Failure::Write {
            path: path.clone(),
            error,
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let output = args.output()?;
    let Some(directory) = &args.directory else {
        let text = from_stdin(report, |objects| args.print(objects, &output))?;
        return args.write(&text);
    };
    let (text, is_whole) = from_packages(directory, &args.recursion, report, |_, objects| {
        args.print(objects, &output).map(separated)
    })?;
    args.write(without_last_separator(&text))?;
    ended(is_whole)
}

/// The only object in a file.
fn function_config(path: &Path, annotated: bool) -> Result<Value, Failure> {
    let mut reader = Reader::default();
    let found = reader.package(path, Boundary::None, annotated);
    let found = found.and_then(|objects| {
        <[Value; 1]>::try_from(objects).map_err(|objects| {
            let message = format!("`{}` has {} objects", path.display(), objects.len());
            Diagnostic::error("bad-function-config", message)
                .expecting("one object, the configuration of the function")
        })
    });
    match found {
        Ok([config]) => Ok(config),
        Err(finding) => Err(super::input::failure(finding, reader)),
    }
}
