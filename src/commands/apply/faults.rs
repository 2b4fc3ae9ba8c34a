//! Where the faults stand that the server refuses objects for: what `trimtab check` finds in them, with file,
//! line and the nearest name.

use crate::commands::check;
use crate::manifests::Origin;
use crate::ui::report::Report;
use std::collections::BTreeSet;
use trimtab_check::{Checker, Rendered};
use trimtab_deploy::{Action, Plan};
use trimtab_tree::{Diagnostic, Severity, SourceMap, Value};

/// Where the objects of an apply come from.
pub(in crate::commands) struct Faults<'r> {
    origin: Origin,
    /// What the positions of the objects are in.
    sources: SourceMap,
    report: &'r Report,
}

impl<'r> Faults<'r> {
    /// Of objects that were read from `origin`, with the texts that their positions are in.
    pub(in crate::commands) fn new(origin: Origin, sources: SourceMap, report: &'r Report) -> Self {
        Self {
            origin,
            sources,
            report,
        }
    }

    /// Tells what is wrong with those of `objects` that the server would not take.
    pub(in crate::commands) fn tell(&self, objects: &[Value], plan: &Plan) {
        let refused = plan.steps.iter();
        let refused = refused.filter(|step| matches!(step.action, Action::Refused(_)));
        let subjects: BTreeSet<String> = refused
            .map(|step| trimtab_check::subject(&step.object))
            .collect();
        if subjects.is_empty() {
            return;
        }
        let told = |(subject, _): &(String, Diagnostic)| subjects.contains(subject);
        match &self.origin {
            Origin::Kustomization(directory, options) => {
                let (errors, sources) = check::errors_of(directory, options, self.report);
                self.add(errors.into_iter().filter(told), &sources);
            }
            Origin::Files { .. } => {
                let errors = errors_in(objects);
                self.add(errors.into_iter().filter(told), &self.sources);
            }
        }
    }

    fn add(&self, errors: impl Iterator<Item = (String, Diagnostic)>, sources: &SourceMap) {
        for (_, error) in errors {
            self.report.add(&error, sources);
        }
    }
}

fn errors_in(objects: &[Value]) -> Vec<(String, Diagnostic)> {
    let rendered = objects.iter().map(|value| Rendered {
        value,
        original_name: value
            .get_path(&["metadata", "name"])
            .and_then(Value::text)
            .unwrap_or_default(),
    });
    let found = Checker::new(trimtab_check::Options::default()).check(rendered);
    let errors = found
        .into_iter()
        .filter(|finding| finding.diagnostic.severity == Severity::Error);
    errors
        .map(|finding| (finding.subject, *finding.diagnostic))
        .collect()
}
