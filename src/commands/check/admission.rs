//! Overlays applied to a control plane in this process, each to one of its own.

use crate::commands::overlays::kustomization_file;
use crate::exit::Failure;
use std::path::{Path, PathBuf};
use trimtab_check::{Finding, as_sent, codes, is_encrypted, is_substituted};
use trimtab_kustomize::{BuildOptions, Resource, Sources};
use trimtab_node::Scenario;
use trimtab_rehearsal::{Judging, Objection, ObjectionKind, judge};
use trimtab_tree::{Diagnostic, JsonStyle, Severity, Value, write_json};

/// What overlays are held against.
pub(super) struct Admission {
    /// What rollouts go through, where they are rehearsed.
    scenario: Option<Scenario>,
    /// Where the overlays are as they are deployed.
    from: Option<PathBuf>,
    /// Whether that may be the only overlay itself.
    is_single: bool,
}

impl Admission {
    /// One that finds what is deployed below `from`.
    ///
    /// # Errors
    /// When none of the targets is there.
    pub(super) fn new(
        scenario: Option<Scenario>,
        from: Option<&Path>,
        targets: &[String],
    ) -> Result<Self, Failure> {
        let admission = Self {
            scenario,
            from: from.map(Path::to_owned),
            is_single: targets.len() == 1,
        };
        if let Some(from) = from
            && targets.iter().all(|it| admission.deployed(it).is_none())
        {
            let from = from.display();
            let message = format!("none of the overlays is below {from}");
            return Err(Failure::new("no-kustomization", message)
                .hint("--from names a tree in which they are at the same paths"));
        }
        Ok(admission)
    }

    /// The codes of what it looks for.
    pub(super) fn codes(&self) -> &'static [&'static str] {
        // The last is about rollouts.
        match self.scenario {
            Some(_) => &codes::OF_A_CONTROL_PLANE,
            None => codes::OF_A_CONTROL_PLANE
                .split_last()
                .map_or(&[], |(_, it)| it),
        }
    }

    /// Where an overlay is as it is deployed; a new one is nowhere.
    fn deployed(&self, target: &str) -> Option<PathBuf> {
        let from = self.from.as_ref()?;
        let same = from.join(target);
        if kustomization_file(&same).is_some() {
            return Some(same);
        }
        let is_it = self.is_single && kustomization_file(from).is_some();
        is_it.then(|| from.clone())
    }

    /// The objects of an overlay as it is deployed.
    ///
    /// # Errors
    /// When they do not build.
    pub(super) fn before(
        &self,
        target: &str,
        options: &BuildOptions,
        sources: &Sources,
    ) -> trimtab_tree::Result<Vec<Value>> {
        let Some(directory) = self.deployed(target) else {
            return Ok(Vec::new());
        };
        let sources = sources.for_another_build();
        let resources = trimtab_kustomize::build(&directory.to_string_lossy(), options, &sources)?;
        let values = resources.iter().map(Resource::value);
        Ok(values.filter(|it| !is_encrypted(it)).map(as_sent).collect())
    }

    /// What a control plane has against the resources, beside what is known of them.
    ///
    /// # Errors
    /// When there is no control plane to be had.
    pub(super) fn judge(
        &self,
        resources: &[Resource],
        before: Vec<Value>,
        known: &[Finding],
    ) -> trimtab_tree::Result<Vec<Finding>> {
        let places: Vec<usize> = (0..resources.len())
            .filter(|&at| !is_encrypted(resources[at].value()))
            .collect();
        let objects: Vec<Value> = places
            .iter()
            .map(|&at| as_sent(resources[at].value()))
            .collect();
        let judging = Judging {
            before,
            seed: self.scenario.as_ref().and_then(|it| it.seed).unwrap_or(1),
            rollout: self.scenario.clone(),
        };
        let objections = judge(&objects, &judging)
            .map_err(|error| Diagnostic::error("no-rehearsal", crate::exit::chain(&error)))?;
        let objections = objections.into_iter().filter_map(|objection| {
            let place = places[objection.object];
            let object = resources[place].value();
            is_news(&objection, place, object, known).then(|| finding(objection, place, object))
        });
        Ok(objections.collect())
    }
}

/// Whether an objection says what is not known already.
fn is_news(objection: &Objection, place: usize, object: &Value, known: &[Finding]) -> bool {
    if objection.kind != ObjectionKind::Invalid {
        return true;
    }
    let is_known = known
        .iter()
        .any(|finding| finding.object == place && finding.diagnostic.severity == Severity::Error);
    !is_known && !is_changed_later(object)
}

/// Whether something puts values into the object after the build.
fn is_changed_later(object: &Value) -> bool {
    let mut text = String::new();
    write_json(object, &mut text, JsonStyle::Ordered).is_ok() && is_substituted(&text)
}

fn finding(objection: Objection, place: usize, object: &Value) -> Finding {
    let code = match objection.kind {
        ObjectionKind::Invalid => codes::API_REFUSED,
        ObjectionKind::Immutable => codes::IMMUTABLE_FIELD,
        ObjectionKind::Forbidden => codes::ADMISSION_REFUSED,
        ObjectionKind::Quota => codes::QUOTA_EXCEEDED,
        ObjectionKind::Stuck => codes::STUCK_ROLLOUT,
    };
    let mut finding = Finding::error(place, object, code, &objection.path, &objection.message);
    finding.diagnostic.notes.extend(objection.notes);
    finding.diagnostic.hints.extend(objection.hint);
    finding
}
