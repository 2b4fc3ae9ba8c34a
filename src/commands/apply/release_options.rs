//! What somebody wants of a release.

use crate::provenance;
use trimtab_deploy::{Member, Provenance, Pruning, Release, ReleaseName};

/// What is kept of an apply, and what of earlier ones is taken away.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) struct ReleaseOptions {
    /// What the release is called.
    pub(in crate::commands) name: ReleaseName,
    /// Whether somebody has called it so; else it is called after its place, as others may be.
    pub(in crate::commands) is_named: bool,
    /// Whether somebody has asked for it: what nobody asked for must not keep objects from being applied.
    pub(in crate::commands) is_wanted: bool,
    /// Where the objects come from.
    pub(in crate::commands) provenance: Provenance,
    /// So many revisions are kept.
    pub(in crate::commands) history: usize,
    /// Whether what is left over of earlier revisions is deleted, and what of it.
    pub(in crate::commands) prune: Option<Pruning>,
    /// What is left over and stays all the same.
    pub(in crate::commands) spared: Vec<Member>,
}

/// So many revisions are kept unless somebody says.
pub(in crate::commands) const HISTORY: usize = 10;

impl ReleaseOptions {
    /// Of a kustomization that nobody has named: called after its place.
    pub(in crate::commands) fn of_directory(directory: &str) -> Option<Self> {
        Some(Self {
            name: provenance::release_name(directory)?,
            is_named: false,
            is_wanted: false,
            provenance: provenance::of(Some(directory)),
            history: HISTORY,
            prune: None,
            spared: Vec::new(),
        })
    }

    /// Of a revision that is gone on with.
    pub(in crate::commands) fn going_on_with(last: &Release) -> Self {
        Self {
            name: last.name.clone(),
            is_named: true,
            is_wanted: true,
            provenance: last.provenance.clone(),
            history: HISTORY,
            prune: None,
            spared: Vec::new(),
        }
    }

    /// What the history of a workload says of a revision that this makes.
    pub(super) fn change_cause(&self) -> Option<String> {
        let Provenance {
            user,
            commit,
            run,
            description,
            ..
        } = &self.provenance;
        let commit = commit
            .as_deref()
            .map(|it| format!("commit {}", short_commit(it)));
        let what = description.clone().or(commit)?;
        let user = user.as_ref().map(|user| format!(" by {user}"));
        let run = run.as_ref().map(|run| format!(" in {run}"));
        Some(format!(
            "{what}{}{}",
            user.unwrap_or_default(),
            run.unwrap_or_default()
        ))
    }
}

/// A commit as git abbreviates it.
pub(in crate::commands) fn short_commit(commit: &str) -> String {
    let (commit, dirty) = match commit.strip_suffix("-dirty") {
        Some(commit) => (commit, "-dirty"),
        None => (commit, ""),
    };
    let end = commit
        .char_indices()
        .nth(10)
        .map_or(commit.len(), |(at, _)| at);
    format!("{}{dirty}", &commit[..end])
}
