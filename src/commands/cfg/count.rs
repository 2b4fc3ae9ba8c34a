//! `trimtab cfg count`: how many objects there are.

use super::input::{Recursion, ended, from_packages, from_stdin};
use crate::exit::Failure;
use crate::switch;
use crate::ui::report::Report;
use crate::ui::stdout;
use std::fmt::Write;
use std::path::PathBuf;
use trimtab_packages::count_kinds;
use trimtab_tree::Value;

/// Count the objects in a directory, kind by kind
///
/// Without DIR the objects are read from standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab cfg count overlays/production
  trimtab build | trimtab cfg count --kind=false")]
pub(crate) struct Args {
    /// Directory to look at
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Count kind by kind
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, value_parser = switch::value())]
    kind: bool,

    #[command(flatten)]
    recursion: Recursion,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let Some(directory) = &args.directory else {
        let text = from_stdin(report, |objects| Ok(counts(&objects, args.kind)))?;
        return stdout::write(text.as_bytes());
    };
    let (text, is_whole) =
        from_packages(directory, &args.recursion, report, |package, objects| {
            let counts = counts(&objects, args.kind);
            Ok(format!("{}/\n{counts}", package.display()))
        })?;
    stdout::write(text.as_bytes())?;
    ended(is_whole)
}

fn counts(objects: &[Value], by_kind: bool) -> String {
    if !by_kind {
        return format!("{}\n", objects.len());
    }
    let mut text = String::new();
    for (kind, count) in count_kinds(objects) {
        // Writing to a string never fails.
        let _ = writeln!(text, "{kind}: {count}");
    }
    text
}
