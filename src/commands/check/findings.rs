//! The findings of all overlays.

use super::admission::Admission;
use crate::building;
use crate::ui::report::Report;
use crate::ui::secrets;
use rustc_hash::FxHashMap;
use std::path::Path;
use trimtab_check::{Checker, Entry, Finding, Rendered, codes};
use trimtab_kustomize::{Address, BuildOptions, Resource, Sources, Step};
use trimtab_tree::{Diagnostic, Label, Position, Severity, SourceMap};

/// One finding, in one overlay or several.
pub(super) struct Found {
    pub(super) diagnostic: Diagnostic,
    /// Kind, namespace and name of the object, where it is about one.
    pub(super) subject: Option<String>,
    /// The overlays that have it, as they were named.
    pub(super) overlays: Vec<String>,
    /// Whether no other overlay was checked.
    pub(super) is_of_the_only: bool,
    /// What a baseline keeps of it, for each overlay.
    pub(super) entries: Vec<Entry>,
}

/// All findings, and the texts that their positions are in.
pub(super) struct Findings {
    pub(super) found: Vec<Found>,
    pub(super) sources: SourceMap,
    /// The overlays that were checked, each with the objects that it has.
    pub(super) checked: Vec<Checked>,
}

/// An overlay that was checked.
pub(super) struct Checked {
    pub(super) overlay: String,
    pub(super) subjects: Vec<String>,
}

/// How many findings there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

/// What was found in one overlay.
struct Examined {
    findings: Vec<(Finding, Entry)>,
    /// The objects that it has.
    subjects: Vec<String>,
}

/// Builds and checks every overlay, several at a time.
pub(super) fn gather(
    targets: &[String],
    options: &BuildOptions,
    checker: &Checker,
    admission: Option<&Admission>,
    report: &Report,
) -> Findings {
    let sources = Sources::new(Path::new("."));
    let mut checked = Vec::new();
    let names: Vec<&str> = targets.iter().map(String::as_str).collect();
    let outcomes = building::build_each(&names, options, &sources, report, |number, resources| {
        let build = Build {
            target: names[number],
            options,
            sources: &sources,
        };
        build.examine(&resources, checker, admission)
    });
    let sources = sources.into_map();
    let mut gathered = Gathered {
        report,
        sources: &sources,
        is_the_only: targets.len() == 1,
        found: Vec::new(),
        known: FxHashMap::default(),
    };
    for (target, outcome) in targets.iter().zip(outcomes) {
        let wrong_types = wrong_types(&outcome.result);
        for warning in outcome.warnings {
            if warning.code != VALUE_NOT_TEXT || !wrong_types.contains(&warning.position) {
                gathered.add(target, warning, None, None);
            }
        }
        let subjects = match outcome.result {
            Ok(examined) => {
                for (finding, entry) in examined.findings {
                    let subject = Some(finding.subject);
                    gathered.add(target, *finding.diagnostic, subject, Some(entry));
                }
                examined.subjects
            }
            Err(error) => {
                gathered.add(target, *error, None, None);
                Vec::new()
            }
        };
        checked.push(Checked {
            overlay: target.clone(),
            subjects,
        });
    }
    Findings {
        found: gathered.found,
        sources,
        checked,
    }
}

/// A build's warning of a value that is no text, which is an error for the server.
const VALUE_NOT_TEXT: &str = "value-not-text";

/// Where objects have values of a wrong type.
fn wrong_types(result: &trimtab_tree::Result<Examined>) -> Vec<Position> {
    let findings = result.iter().flat_map(|examined| &examined.findings);
    let wrong = findings.filter(|(finding, _)| finding.diagnostic.code == codes::WRONG_TYPE);
    wrong
        .map(|(finding, _)| finding.diagnostic.position)
        .collect()
}

/// One build, to be done again where it has to say more.
struct Build<'b> {
    target: &'b str,
    options: &'b BuildOptions,
    sources: &'b Sources,
}

impl Build<'_> {
    /// Checks the resources that it gave.
    fn examine(
        &self,
        resources: &[Resource],
        checker: &Checker,
        admission: Option<&Admission>,
    ) -> trimtab_tree::Result<Examined> {
        let rendered = resources.iter().map(|resource| Rendered {
            value: resource.value(),
            original_name: resource.original_name(),
        });
        let mut failed = None;
        let mut found = match admission {
            None => checker.check(rendered),
            Some(admission) => checker.check_with(rendered, admission.codes(), |known| {
                let before = admission.before(self.target, self.options, self.sources);
                let judged = before.and_then(|before| admission.judge(resources, before, known));
                judged.unwrap_or_else(|error| {
                    failed = Some(error);
                    Vec::new()
                })
            }),
        };
        if let Some(error) = failed {
            return Err(error);
        }
        self.add_origins(&mut found, resources, checker);
        let with_entry = |finding: Finding| {
            let object = resources[finding.object].value();
            let entry = Entry::new(self.target, &finding, object);
            (finding, entry)
        };
        let objects = resources.iter().map(Resource::value);
        Ok(Examined {
            findings: found.into_iter().map(with_entry).collect(),
            subjects: objects.map(trimtab_check::subject).collect(),
        })
    }

    /// Says of each finding which step of the build set the value, where it was not the file that the
    /// object comes from. Recording makes a build slower, so it is done only where there are findings.
    fn add_origins(&self, found: &mut [Finding], resources: &[Resource], checker: &Checker) {
        if found.is_empty() {
            return;
        }
        let sources = self.sources.for_another_build();
        let recorded = trimtab_kustomize::build_recorded(self.target, self.options, &sources);
        let Ok(recorded) = recorded else { return };
        if recorded.resources.len() != resources.len() {
            return;
        }
        for finding in found {
            let field = finding.diagnostic.field.as_deref().unwrap_or_default();
            let Ok(address) = Address::parse(field) else {
                continue;
            };
            let resource = &recorded.resources[finding.object];
            if finding.diagnostic.code == codes::INVALID_NAME
                && tell_first_wrong_name(finding, resource, &address, checker)
            {
                continue;
            }
            let origin = resource.field_origin(&address);
            let diagnostic = &mut finding.diagnostic;
            diagnostic.position = diagnostic.position.or(origin.position);
            let by_step = origin.step.filter(|step| is_change(step));
            if let Some(step) = by_step {
                let text = format!("set by `{step}`");
                if step.position.is_some() && step.position != diagnostic.position {
                    let position = step.position;
                    diagnostic.labels.push(Label { position, text });
                } else {
                    diagnostic.notes.push(text);
                }
            }
        }
    }
}

/// A name that was wrong before prefixes and suffixes came to it is told as it was then, where it was
/// set: in a base, once for all overlays. Whether it is such a one.
fn tell_first_wrong_name(
    finding: &mut Finding,
    resource: &Resource,
    address: &Address,
    checker: &Checker,
) -> bool {
    let events = resource.events(address);
    let Some((_, before)) = events.split_last() else {
        return false;
    };
    let wrong = before.iter().find_map(|event| {
        let name = event.value?;
        let mut object = resource.value().clone();
        let metadata = object.get_mut("metadata")?.as_mapping_mut()?;
        metadata.insert("name", name.clone());
        let named = Rendered {
            value: &object,
            original_name: name.text()?,
        };
        let found = checker.check(std::iter::once(named));
        let is_same = |it: &Finding| {
            it.diagnostic.code == codes::INVALID_NAME
                && it.diagnostic.field == finding.diagnostic.field
        };
        let told = found.into_iter().find(is_same)?;
        Some((told, event.position()))
    });
    let Some((told, position)) = wrong else {
        return false;
    };
    let Some(message) = told.diagnostic.message.strip_prefix(&told.subject) else {
        return false;
    };
    finding.diagnostic.message = format!("{}{message}", finding.subject);
    finding.diagnostic.position = position;
    true
}

/// Whether a step changes objects, rather than bringing them in.
fn is_change(step: &Step) -> bool {
    !matches!(step.field, "resources" | "bases" | "components")
}

struct Gathered<'r> {
    report: &'r Report,
    sources: &'r SourceMap,
    is_the_only: bool,
    found: Vec<Found>,
    /// By what makes two findings one: the same said of an object, at the same place.
    known: FxHashMap<(&'static str, Position, String), usize>,
}

impl Gathered<'_> {
    fn add(
        &mut self,
        target: &str,
        diagnostic: Diagnostic,
        subject: Option<String>,
        entry: Option<Entry>,
    ) {
        let Some(diagnostic) = self.report.under_policy(diagnostic) else {
            return;
        };
        // A baseline is for everybody's eyes, too.
        let diagnostic = secrets::told(&diagnostic, self.sources).into_owned();
        let entry = entry.unwrap_or_else(|| Entry::of_build(target, &diagnostic));
        // Of a kind without a schema, one object is enough.
        let is_of_kind =
            diagnostic.code == codes::UNKNOWN_KIND && diagnostic.severity == Severity::Warning;
        let place = if is_of_kind {
            Position::NONE
        } else {
            diagnostic.position
        };
        // Overlays give the same object other names and namespaces.
        let subject_text = subject.as_deref().unwrap_or_default();
        let message = &diagnostic.message;
        let text = message.strip_prefix(subject_text).unwrap_or(message);
        let key = (diagnostic.code, place, text.to_owned());
        // What no file holds is told for each overlay.
        let known = self
            .known
            .get(&key)
            .copied()
            .filter(|_| place.is_some() || is_of_kind);
        if let Some(at) = known {
            let found = &mut self.found[at];
            if found.overlays.last().is_none_or(|last| last != target) {
                found.overlays.push(target.to_owned());
            }
            found.entries.push(entry);
            return;
        }
        self.known.insert(key, self.found.len());
        self.found.push(Found {
            diagnostic,
            subject,
            overlays: vec![target.to_owned()],
            is_of_the_only: self.is_the_only,
            entries: vec![entry],
        });
    }
}
