//! The release that an apply belongs to, from before its first object until after its last.

use super::other_release::{refuse_another_source, refuse_to_replace_all};
use super::release_options::ReleaseOptions;
use super::wait::how_to_follow;
use crate::cluster::{Failed, words};
use crate::exit::{Failure, Status};
use crate::ui::apply_report::count;
use crate::ui::stderr;
use trimtab_clock::Clock;
use trimtab_deploy::{
    Member, Progression, Pruning, Release, ReleaseContent, ReleaseName, ReleaseStatus, Releases,
    Target,
};
use trimtab_object::LabelSelector;
use trimtab_tree::Value;

/// There is no such release: in that namespace, or nowhere.
pub(in crate::commands) fn no_release(name: &ReleaseName, namespace: Option<&str>) -> Failure {
    let place = namespace.map(|it| format!(" in namespace {it}"));
    let place = place.unwrap_or_default();
    Failure::new("not-found", format!("there is no release {name}{place}"))
        .hint("`trimtab releases -A` lists all")
}

/// Keeps the record of one apply.
pub(super) struct Keeper<'t> {
    releases: Releases<'t>,
    options: ReleaseOptions,
    /// The revision before, and what it holds.
    last: Option<(Release, ReleaseContent)>,
    /// The one that is being applied.
    begun: Option<Release>,
    /// Whether its namespace is yet to be made, by what it is the record of.
    is_early: bool,
}

impl<'t> Keeper<'t> {
    /// Looks up what there is of the release. Nothing where it cannot be kept and nobody has asked for it.
    pub(super) async fn open(
        target: &'t Target,
        options: ReleaseOptions,
    ) -> Result<Option<Self>, Failed> {
        let is_wanted = options.is_wanted;
        match Self::look_up(target, options).await {
            Ok(keeper) => Ok(Some(keeper)),
            Err(Failed::Error(error)) if !is_wanted && is_forbidden(&error) => {
                tell_unkept(&error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn look_up(target: &'t Target, options: ReleaseOptions) -> Result<Self, Failed> {
        let releases = Releases::of(target).await?;
        let last = releases.list(Some(&options.name)).await?.pop();
        let last = match last {
            Some(last) => {
                refuse_another_source(&last, &options)?;
                let content = releases.content(&last).await?;
                Some((last, content))
            }
            None => None,
        };
        Ok(Self {
            releases,
            options,
            last,
            begun: None,
            is_early: false,
        })
    }

    /// Refuses to begin a change while another one of the release goes by steps.
    pub(super) async fn refuse_between_steps(&self, target: &Target) -> Result<(), Failed> {
        let is_over = |(last, _): &(Release, _)| last.status == ReleaseStatus::Applied;
        if self.last.as_ref().is_none_or(is_over) {
            return Ok(());
        }
        let name = &self.options.name;
        let Some(progression) = Progression::find(target, name).await? else {
            return Ok(());
        };
        let namespace = self.releases.namespace();
        let (strategy, done) = (&progression.strategy, progression.steps_done);
        let message = format!(
            "nothing was applied: release {name} is in the middle of another change ({strategy}, {done} steps done)"
        );
        Err(Failure::new("between-steps", message)
            .hint(format!(
                "go on with it: `trimtab rollout promote --release {name} -n {namespace}`"
            ))
            .hint(format!(
                "or take it back: `trimtab rollout abort --release {name} -n {namespace}`"
            ))
            .into())
    }

    /// Refuses to delete all that the last revision applied.
    pub(super) fn refuse_to_replace_all(
        &self,
        objects: &[Value],
        default_namespace: &str,
    ) -> Result<(), Failure> {
        let last = self.last.as_ref();
        last.map_or(Ok(()), |(last, content)| {
            refuse_to_replace_all(last, content, &self.options, objects, default_namespace)
        })
    }

    /// Whether something that is left over stays.
    pub(super) fn spares(&self, member: &Member) -> bool {
        self.options.spared.iter().any(|it| it.is_same(member))
    }

    /// Goes on with the last revision.
    pub(super) fn resume(&mut self) {
        self.begun = self.last.as_ref().map(|(last, _)| last.clone());
    }

    pub(super) fn pruning(&self) -> Option<Pruning> {
        self.options.prune
    }

    /// Says which release it is, whether the revision before was not seen to end, and whether something is left
    /// over that nobody wants deleted.
    pub(super) fn introduce(&self, left_over: &[Member]) {
        self.introduce_revision();
        if self.pruning().is_none() && !left_over.is_empty() {
            stderr::line(&format!(
                "note: {} of earlier revisions are not described any more: --prune deletes what is left of them",
                count(left_over.len())
            ));
        }
    }

    fn introduce_revision(&self) {
        let (name, namespace) = (&self.options.name, self.releases.namespace());
        let Some((last, _)) = &self.last else {
            return stderr::line(&format!(
                "Release {name} in namespace {namespace}: the first revision."
            ));
        };
        let Release { revision, .. } = last;
        stderr::line(&format!(
            "Release {name} in namespace {namespace}: revision {} after {revision}.",
            revision + 1
        ));
        if last.status == ReleaseStatus::Applying {
            stderr::line(&format!(
                "note: revision {revision}{} was not seen to end: it was interrupted, or is still at work and leaves the rest to this one",
                begun_by(last)
            ));
        }
    }

    /// What earlier revisions have in the cluster that these objects do not take the place of.
    pub(super) fn left_over(&self, objects: &[Value], default_namespace: &str) -> Vec<Member> {
        let last = self.last.as_ref();
        last.map_or_else(Vec::new, |(_, content)| {
            content.left_over(objects, default_namespace)
        })
    }

    /// What the release holds when only these objects were applied, of all that is selected.
    pub(super) fn with_selected(
        &self,
        objects: &[Value],
        selector: &LabelSelector,
        default_namespace: &str,
    ) -> Vec<Value> {
        match &self.last {
            Some((_, content)) => content.with_selected(objects, selector, default_namespace),
            None => objects.to_vec(),
        }
    }

    /// Those that the last revision applied, of what is left over: of the others nobody knows any more what
    /// selects them.
    pub(super) fn of_last(&self, left_over: &[Member]) -> Vec<Member> {
        let older = self.last.as_ref().map(|(_, content)| &content.leftovers);
        let is_older =
            |member: &&Member| older.is_some_and(|older| older.iter().any(|it| it.is_same(member)));
        left_over
            .iter()
            .filter(|it| !is_older(it))
            .cloned()
            .collect()
    }

    /// Whether the last revision is what would be kept now.
    pub(super) fn is_kept_already(&self, objects: &[Value]) -> bool {
        self.last.as_ref().is_some_and(|(last, content)| {
            last.status == ReleaseStatus::Applied && content.objects == objects
        })
    }

    /// Keeps what is about to be applied.
    pub(super) async fn begin(
        &mut self,
        objects: &[Value],
        leftovers: &[Member],
    ) -> Result<(), Failed> {
        match self.write(objects, leftovers).await {
            Err(Failed::Error(error)) if error.is_not_found() => {
                self.is_early = makes_namespace(objects, self.releases.namespace());
                if self.is_early {
                    return Ok(());
                }
                if self.options.is_wanted {
                    return Err(error.into());
                }
                tell_unkept(&error);
                Ok(())
            }
            Err(Failed::Error(error)) if error.is_of_server() => {
                Err(self.unwritten("nothing was applied", &error).into())
            }
            result => result,
        }
    }

    /// Keeps what was applied, if its namespace had to be made first.
    pub(super) async fn begin_late(
        &mut self,
        objects: &[Value],
        leftovers: &[Member],
    ) -> Result<(), Failed> {
        if !std::mem::take(&mut self.is_early) {
            return Ok(());
        }
        match self.write(objects, leftovers).await {
            Err(Failed::Error(error)) if error.is_of_server() => Err(self
                .unwritten(APPLIED, &error)
                .with_status(Status::NotReady)
                .into()),
            result => result,
        }
    }

    async fn write(&mut self, objects: &[Value], leftovers: &[Member]) -> Result<(), Failed> {
        let content = ReleaseContent {
            objects: objects.to_vec(),
            leftovers: leftovers.to_vec(),
        };
        let ReleaseOptions {
            name, provenance, ..
        } = &self.options;
        let now = Clock::system().now();
        let last = self.last.as_ref().map_or(0, |(last, _)| last.revision);
        let begun = self
            .releases
            .begin(name, last, &content, provenance.clone(), now)
            .await;
        match begun {
            Ok(release) => self.begun = Some(release),
            Err(error) if !self.options.is_wanted && is_forbidden(&error) => tell_unkept(&error),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Ends when somebody begins the revision after this one. Never where that cannot be seen: then it is found
    /// out at the end.
    pub(super) async fn until_later(&self) -> Release {
        if let Some(present) = self.present()
            && let Ok(later) = self.releases.until_later(present).await
        {
            return later;
        }
        std::future::pending().await
    }

    /// The revision after this one, if somebody has begun it.
    pub(super) async fn later(&self) -> Result<Option<Release>, Failed> {
        match self.present() {
            Some(present) => Ok(self.releases.later(present).await?),
            None => Ok(None),
        }
    }

    /// The revision that is being applied; where nothing changes that is the last one.
    fn present(&self) -> Option<&Release> {
        let last = self.last.as_ref().map(|(last, _)| last);
        self.begun.as_ref().or(last)
    }

    /// Keeps how it ended, and forgets what is too old.
    pub(super) async fn end(
        &self,
        status: ReleaseStatus,
        leftovers: &[Member],
    ) -> Result<(), Failed> {
        let Some(begun) = &self.begun else {
            return Ok(());
        };
        let now = Clock::system().now();
        match self.releases.end(begun, status, leftovers, now).await {
            Err(error) if error.is_of_server() && status == ReleaseStatus::Applied => {
                let unwritten = self.unwritten(APPLIED, &error);
                return Err(unwritten.with_status(Status::NotReady).into());
            }
            ended => ended?,
        }
        let ReleaseOptions { name, history, .. } = &self.options;
        Ok(self.releases.trim(name, *history).await?)
    }

    /// That the record cannot be written, and what became of the objects.
    fn unwritten(&self, objects: &str, error: &trimtab_deploy::Error) -> Failure {
        let (name, namespace) = (&self.options.name, self.releases.namespace());
        let why = words(error);
        let message = format!(
            "{objects}; the record of release {name} in namespace {namespace} could not be written: {why}"
        );
        Failure::new("no-record", message).hint("apply again when the server answers")
    }
}

/// What became of the objects when it is only the record that is not written at the end.
const APPLIED: &str = "all was applied";

/// Says that a change is left to a later revision.
pub(super) fn tell_later(later: &Release) {
    let Release {
        name,
        namespace,
        revision,
        ..
    } = later;
    stderr::line(&format!(
        "Stopped: revision {revision} of release {name}{} takes the place of this one: see `{}`.",
        begun_by(later),
        how_to_follow(Some(name), namespace)
    ));
}

/// By whom, and when, in the middle of a sentence.
fn begun_by(release: &Release) -> String {
    let user = release.provenance.user.as_deref().unwrap_or("somebody");
    let started = release.started.map(|it| format!(" at {it}"));
    format!(", begun by {user}{},", started.unwrap_or_default())
}

fn makes_namespace(objects: &[Value], name: &str) -> bool {
    objects.iter().any(|object| {
        let text = |path: &[&str]| object.get_path(path).and_then(Value::text);
        text(&["kind"]) == Some("Namespace") && text(&["metadata", "name"]) == Some(name)
    })
}

fn tell_unkept(error: &trimtab_deploy::Error) {
    let why = error.message();
    stderr::line(&format!("warning: no record of this apply is kept: {why}"));
}

fn is_forbidden(error: &trimtab_deploy::Error) -> bool {
    error.status().is_some_and(|status| status.code == 403)
}
