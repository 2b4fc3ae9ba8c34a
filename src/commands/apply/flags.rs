//! What is to be applied, and against what: the flags that `apply` and `plan` have in common.

use super::faults::Faults;
use super::release_options::{HISTORY, ReleaseOptions};
use super::selection::{SelectionFlag, none_selected, select};
use super::work::Options;
use crate::client::Connection;
use crate::complete;
use crate::exit::Failure;
use crate::manifests::{FileArgs, Origin};
use crate::provenance;
use crate::ui::report::Report;
use trimtab_deploy::{ApplySetName, Forcing, Pruning, ReleaseName, Replacing};

/// Flags that decide what a plan is.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct PlanFlags {
    #[command(flatten)]
    pub(in crate::commands) files: FileArgs,

    #[command(flatten)]
    selection: SelectionFlag,

    /// Take over fields that others own: all, or only this one and what is in it, as conflicts name it; can be
    /// given again
    #[arg(long, value_name = "FIELD", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    force_conflicts: Vec<String>,

    /// Delete and make anew what cannot be changed
    #[arg(long)]
    force: bool,

    /// Delete and make anew what cannot be changed of this kind; can be given again
    #[arg(
        long,
        value_name = "KIND",
        value_delimiter = ',',
        conflicts_with = "force"
    )]
    recreate: Vec<String>,

    /// What the release is called; without it a kustomization has the name of its place in its
    /// repository, and files are no release
    #[arg(long, value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse)]
    release: Option<ReleaseName>,

    /// Keep no record in the cluster
    #[arg(long, conflicts_with_all = ["release", "prune"])]
    no_release: bool,

    /// So many revisions are kept
    #[arg(long, value_name = "COUNT", default_value_t = HISTORY)]
    release_history: usize,

    /// Label the objects as an apply set, for other tools, with this Secret as its parent; or `configmaps/NAME`
    #[arg(long, value_name = "NAME", value_parser = ApplySetName::parse)]
    applyset: Option<ApplySetName>,

    /// Delete what earlier revisions of the release applied and this one does not: never namespaces and
    /// volume claims, nor what a revision that could be gone back to uses
    #[arg(long)]
    prune: bool,

    /// With --prune, delete namespaces, too, and all that is in them
    #[arg(long, requires = "prune")]
    prune_namespaces: bool,

    /// With --prune, delete volume claims, too, and what is stored in their volumes
    #[arg(long, requires = "prune")]
    prune_volume_claims: bool,

    #[command(flatten)]
    pub(in crate::commands) connection: Connection,
}

impl PlanFlags {
    /// What is to be applied. It asks nobody and does not wait, which is for the caller to change.
    pub(in crate::commands) fn options<'r>(
        &self,
        report: &'r Report,
    ) -> Result<Options<'r>, Failure> {
        let origin = self.files.required()?;
        let (objects, sources) = origin.load_with_sources(report)?;
        let selector = self.selection.selector()?;
        let objects = select(objects, selector.as_ref());
        if let Some(selector) = selector.as_ref().filter(|_| objects.is_empty()) {
            return Err(Failure::new("not-found", none_selected(selector))
                .hint("labels of pod templates are not those of the object"));
        }
        if selector.is_some() && self.applyset.is_some() {
            return Err(Failure::new(
                "usage",
                "an apply set is all that is described: leave -l or --applyset out",
            ));
        }
        let mut release = self.release(&origin)?;
        if let (Some(release), Some(selector)) = (&mut release, &selector) {
            release.provenance.selector = Some(selector.to_string());
        }
        Ok(Options {
            forcing: self.forcing(),
            replaces: self.replaces(),
            release,
            selector,
            applyset: self.applyset.clone(),
            faults: Some(Faults::new(origin, sources, report)),
            ..Options::new(objects)
        })
    }

    /// What is taken over; a truth in place of a field is kubectl's form of the flag.
    pub(in crate::commands) fn forcing(&self) -> Forcing {
        match &self.force_conflicts[..] {
            [] => Forcing::Nothing,
            [word] if word == "false" => Forcing::Nothing,
            words if words.iter().any(|word| word == "true") => Forcing::Everything,
            fields => Forcing::Fields(fields.to_vec()),
        }
    }

    pub(in crate::commands) fn replaces(&self) -> Replacing {
        if self.force {
            Replacing::Everything
        } else {
            Replacing::Kinds(self.recreate.clone())
        }
    }

    /// The directory of the kustomization that is to be built.
    pub(in crate::commands) fn directory(&self) -> Option<String> {
        self.files.directory().map(str::to_owned)
    }

    /// The release that what is read from `origin` is a revision of.
    fn release(&self, origin: &Origin) -> Result<Option<ReleaseOptions>, Failure> {
        let directory = match origin {
            Origin::Kustomization(directory, _) => Some(&**directory),
            Origin::Files { .. } => None,
        };
        let options = match (&self.release, directory) {
            _ if self.no_release => None,
            (Some(name), directory) => Some(ReleaseOptions {
                name: name.clone(),
                is_named: true,
                is_wanted: true,
                provenance: provenance::of(directory),
                history: HISTORY,
                prune: None,
                spared: Vec::new(),
            }),
            (None, Some(directory)) => ReleaseOptions::of_directory(directory),
            (None, None) => None,
        };
        if self.prune && options.is_none() {
            return Err(Failure::new(
                "usage",
                "--prune deletes what earlier revisions of a release applied, and these objects are none",
            )
            .hint("say which with `--release NAME`"));
        }
        Ok(options.map(|options| ReleaseOptions {
            is_wanted: options.is_wanted || self.prune,
            history: self.release_history,
            prune: self.prune.then_some(Pruning {
                namespaces: self.prune_namespaces,
                volume_claims: self.prune_volume_claims,
                used: false,
            }),
            ..options
        }))
    }
}
