//! The findings of all overlays.

use crate::ui::report::Report;
use rustc_hash::FxHashMap;
use std::path::Path;
use trimtab_check::{Checker, Entry};
use trimtab_kustomize::{BuildOptions, Resource, Sources};
use trimtab_tree::{Diagnostic, Position, SourceMap};

/// One finding, in one overlay or several.
pub(super) struct Found {
    pub(super) diagnostic: Diagnostic,
    /// Kind, namespace and name of the object, where it is about one.
    pub(super) subject: Option<String>,
    /// The overlays that have it, as they were named.
    pub(super) overlays: Vec<String>,
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

/// Builds and checks every overlay.
pub(super) fn gather(
    targets: &[String],
    options: &BuildOptions,
    checker: &Checker,
    report: &Report,
) -> Findings {
    let sources = Sources::new(Path::new("."));
    let mut gathered = Gathered {
        report,
        found: Vec::new(),
        known: FxHashMap::default(),
    };
    let mut checked = Vec::new();
    for target in targets {
        let own = sources.for_another_build();
        let resources = trimtab_kustomize::build(target, options, &own);
        for warning in own.take_warnings() {
            gathered.add(target, warning, None, None);
        }
        let subjects = match resources {
            Ok(resources) => gathered.check(target, &resources, checker),
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
        sources: sources.into_map(),
        checked,
    }
}

struct Gathered<'r> {
    report: &'r Report,
    found: Vec<Found>,
    /// By what makes two findings one: of the same text, at the same place.
    known: FxHashMap<(&'static str, Position, String), usize>,
}

impl Gathered<'_> {
    /// Checks the resources of one overlay; gives what they are called.
    fn check(&mut self, target: &str, resources: &[Resource], checker: &Checker) -> Vec<String> {
        for finding in checker.check(resources.iter().map(Resource::value)) {
            let object = resources[finding.object].value();
            let entry = Entry::new(target, &finding, object);
            self.add(
                target,
                *finding.diagnostic,
                Some(finding.subject),
                Some(entry),
            );
        }
        let objects = resources.iter().map(Resource::value);
        objects.map(trimtab_check::subject).collect()
    }

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
        let entry = entry.unwrap_or_else(|| Entry::of_build(target, &diagnostic));
        let place = diagnostic.position;
        let key = (diagnostic.code, place, diagnostic.message.clone());
        // What no file holds is told for each overlay.
        let known = self.known.get(&key).copied().filter(|_| place.is_some());
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
            entries: vec![entry],
        });
    }
}
