//! `trimtab cfg grep`: the objects that are like this or that.

use super::input::{Recursion, ended, from_packages, from_stdin};
use crate::exit::Failure;
use crate::switch;
use crate::ui::report::Report;
use crate::ui::stdout;
use std::path::PathBuf;
use trimtab_packages::{Output, Query};
use trimtab_tree::{Diagnostic, Result as Found, SourceMap, Value};

/// Print the objects that have a field that is like this or that
///
/// QUERY is a path of fields and what the value must be like: `PATH=REGEX`, or `<`, `<=`, `>`, `>=`
/// and a quantity; without a comparison the field need only be there. Items of a list are chosen by
/// `[FIELD=REGEX]`; a dot that is no end of a name has a backslash in front. Without DIR the
/// objects are read from standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab cfg grep 'kind=Deployment|StatefulSet' base
  trimtab cfg grep 'spec.replicas>3' overlays/production
  trimtab cfg grep 'spec.template.spec.containers[name=app].image=app:1\\.2' base")]
pub(crate) struct Args {
    /// What to look for
    query: String,

    /// Directory to look at
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Annotate objects with their files
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, value_parser = switch::value())]
    annotate: bool,

    /// Print the objects that the query is not true of
    #[arg(long)]
    invert_match: bool,

    #[command(flatten)]
    recursion: Recursion,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let query = Query::parse(&args.query, args.invert_match).map_err(Failure::of)?;
    warn(&query, report);
    report.refuse_denied()?;
    let output = Output {
        keep_annotations: args.annotate,
        ..Output::default()
    };
    let print = |objects: Vec<Value>| -> Found<String> {
        let mut text = String::new();
        output.write(query.filter(objects)?, &mut text)?;
        Ok(text)
    };
    let Some(directory) = &args.directory else {
        let text = from_stdin(report, print)?;
        return stdout::write(text.as_bytes());
    };
    let (text, is_whole) = from_packages(directory, &args.recursion, report, |_, objects| {
        print(objects).map(separated)
    })?;
    stdout::write(without_last_separator(&text).as_bytes())?;
    ended(is_whole)
}

fn warn(query: &Query, report: &Report) {
    if let Some(part) = query.misplaced_comparison() {
        let message = format!("`{part}` compares before the end of the path");
        let warning = Diagnostic::warning("misplaced-comparison", message)
            .hint("write `\\.` for a dot in a value or a name");
        report.add(&warning, &SourceMap::default());
    }
}

/// The objects of a package, with what parts them from those of the next.
pub(super) fn separated(mut text: String) -> String {
    if !text.is_empty() {
        text.push_str("---");
    }
    text
}

/// What several packages made, without what would part it from another.
pub(super) fn without_last_separator(text: &str) -> &str {
    text.strip_suffix("---").unwrap_or(text)
}
