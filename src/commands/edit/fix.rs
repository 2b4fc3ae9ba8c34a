//! `trimtab edit fix`: fields of older forms to those of today.

use super::change;
use crate::commands::build::output::print;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::{stderr, stdout, unified};
use std::path::Path;
use trimtab_kustomize::edit::{FixedField, Fixes};
use trimtab_kustomize::{BuildOptions, Sources};
use trimtab_tree::{Diagnostic, SourceMap};

/// Give the fields of older forms in the kustomization file the form of today
///
/// `bases`, `imageTags`, `patchesJson6902`, `patchesStrategicMerge`, `commonLabels`, `env` and
/// `helmChartInflationGenerator` become the fields that took their place; `apiVersion` and `kind`
/// are added. The kustomization is built before and after, and what differs is shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit fix
  trimtab edit fix --vars")]
pub(crate) struct Args {
    /// Convert `vars` to `replacements` too
    ///
    /// This changes the files that use variables: do it where the change is easy to undo.
    #[arg(long)]
    vars: bool,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let before = build();
    let fixes = change(report, |file| {
        let mut fixes = file.fix()?;
        if args.vars && file.fix_variables()? {
            fixes.fixed.push(FixedField {
                old: "vars",
                new: "replacements",
            });
        }
        Ok(fixes)
    })?;
    if !report.is_for_machines() {
        tell(&fixes)?;
    }
    compare(before, build(), report);
    report.refuse_denied()
}

fn tell(fixes: &Fixes) -> Result<(), Failure> {
    let mut text = match (fixes.fixed.is_empty(), fixes.added.is_empty()) {
        (true, true) => "No fields of older forms\n".to_owned(),
        (true, false) => String::new(),
        (false, _) => "Fixed fields:\n".to_owned(),
    };
    for field in &fixes.fixed {
        text.extend(["  ", field.old, " -> ", field.new, "\n"]);
    }
    if !fixes.added.is_empty() {
        text.push_str("Added fields:\n");
    }
    for field in &fixes.added {
        text.extend(["  ", field, "\n"]);
    }
    stdout::write(text.as_bytes())
}

fn build() -> trimtab_tree::Result<String> {
    let sources = Sources::new(Path::new("."));
    trimtab_kustomize::build(".", &BuildOptions::default(), &sources)
        .and_then(|resources| print(&resources))
}

/// Warns where the fixed kustomization gives something else than before.
fn compare(
    before: trimtab_tree::Result<String>,
    after: trimtab_tree::Result<String>,
    report: &Report,
) {
    let warning = match (before, after) {
        (Ok(before), Ok(after)) if before == after => return,
        (Ok(before), Ok(after)) => {
            let message = "the fixed kustomization gives other resources than before";
            if !report.is_for_machines() {
                stderr::line(&unified::lines(&before, &after, "before", "after"));
            }
            Diagnostic::warning("fix-changes-build", message)
        }
        (Ok(_), Err(error)) => {
            let message = "the fixed kustomization cannot be built any more";
            let mut warning = Diagnostic::warning("fix-changes-build", message);
            warning.notes.push(error.message);
            warning
        }
        (Err(_), _) => return,
    };
    report.add_all(&[*warning], &SourceMap::default());
}
