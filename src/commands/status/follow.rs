//! Follows a release until it is ready, or will not be: whoever applies it, wherever.

use super::Args;
use super::release::{failed_before, refuse_gone, steps};
use super::view::View;
use crate::cluster::Failed;
use crate::commands::apply::how_to_go_on;
use crate::duration;
use crate::exit::{Failure, Status};
use crate::ui::apply_report::{ApplyReport, count};
use crate::ui::progress::{Display, verdict};
use crate::ui::{stderr, stdout};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use trimtab_deploy::{
    ObjectRef, Outcome, Overdue, Progress, Release, ReleaseStatus, Unready, unready, until_ready,
};

/// So often is looked whether the apply has come further.
const BEAT: Duration = Duration::from_secs(1);

/// So many objects that were not applied are named.
const MOST_NAMES: usize = 10;

/// Waits, and gives in a word how it ended.
pub(super) async fn follow(
    view: &mut View<'_>,
    args: &Args,
    until: Option<Instant>,
) -> Result<&'static str, Failed> {
    let mut told = Told::new(args.report(), view);
    loop {
        told.news(view)?;
        if view.release.status == ReleaseStatus::Failed {
            let awaited = view.awaited(args.wait_custom).await?;
            let unready = unready(view.target, &awaited.objects).await?;
            return Err(failed_before(view, &unready).await);
        }
        refuse_gone(view)?;
        let awaited = view.awaited(args.wait_custom).await?;
        told.left_out(&awaited.left_out);
        // Whoever applies it gives it time, too.
        let overdue = if view.is_being_applied() {
            Overdue::IsGivenTime
        } else {
            Overdue::Fails
        };
        let mut show = |progress| told.progress(progress);
        let outcome = tokio::select! {
            biased;
            outcome = until_ready(view.target, &awaited.objects, overdue, until, &mut show) => outcome?,
            moved = next(view) => {
                take(view, moved?).await?;
                continue;
            }
        };
        match outcome {
            Outcome::Ready if !view.is_being_applied() => return ready(view, args.report()),
            Outcome::Ready => {
                let rest = until.map(|until| until.saturating_duration_since(Instant::now()));
                let patience = rest.map_or(args.patience, |rest| rest.min(args.patience));
                match timeout(patience, next(view)).await {
                    Ok(moved) => take(view, moved?).await?,
                    Err(_) => return left_behind(view, args, patience),
                }
            }
            Outcome::Failed(unready) if has_passed(view, &unready).await? => {
                sleep(BEAT).await;
                view.renew().await?;
            }
            outcome => verdict(outcome, view.way_back().await)?,
        }
    }
}

/// What an apply that is at work has done since.
enum Moved {
    /// The record says something new.
    Record(Box<Release>),
    /// Something that was to come may have come, or a step was done.
    Objects,
}

/// Waits for it.
async fn next(view: &View<'_>) -> Result<Moved, Failed> {
    let mut standings = view.standings.clone();
    loop {
        sleep(BEAT).await;
        let newest = view.newest().await?;
        let release = &view.release;
        if (newest.revision, newest.status) != (release.revision, release.status) {
            return Ok(Moved::Record(Box::new(newest)));
        }
        if !view.is_being_applied() {
            continue;
        }
        if !standings.look_again(view.target).await?.is_empty() || view.has_stepped().await? {
            return Ok(Moved::Objects);
        }
    }
}

async fn take(view: &mut View<'_>, moved: Moved) -> Result<(), Failed> {
    match moved {
        Moved::Record(release) => view.take(*release).await,
        Moved::Objects => view.look_again().await,
    }
}

/// Whether all that failed by being gone was to go.
async fn has_passed(view: &View<'_>, unready: &[Unready]) -> Result<bool, Failed> {
    for unready in unready.iter().filter(|it| it.is_final) {
        let is_passing = view.is_being_applied() && view.is_passing(&unready.object);
        if !is_passing || view.target.get(&unready.object).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ready(view: &View<'_>, report: ApplyReport) -> Result<&'static str, Failed> {
    if report == ApplyReport::Text {
        let Release { name, revision, .. } = &view.release;
        stdout::line(&format!("revision {revision} of release {name} is ready"))?;
    }
    Ok("ready")
}

/// Nobody seems to be at work any more.
fn left_behind(view: &View<'_>, args: &Args, patience: Duration) -> Result<&'static str, Failed> {
    let Release { name, revision, .. } = &view.release;
    let waited = duration::human(patience);
    let interrupted = |message: String| {
        let message = format!("{message}, and nothing new came for {waited}");
        Failure::new("interrupted-apply", message).with_status(Status::NotReady)
    };
    if let Some(progression) = &view.progression {
        let steps = steps(progression);
        let message = format!("release {name} stands between its steps, {steps}");
        return Err(interrupted(message)
            .hint(how_to_go_on(name, view.target.namespace()))
            .into());
    }
    let to_come = view.standings.objects.iter().filter(|it| it.is_to_come());
    let to_come: Vec<&str> = to_come.map(|it| &*it.name).collect();
    let again = how_to_apply(view, args);
    if to_come.is_empty() {
        stderr::line(&format!(
            "note: nobody has written down that revision {revision} was applied; nothing new came for {waited}. To end it: {again}."
        ));
        return ready(view, args.report());
    }
    let message = format!(
        "revision {revision} of release {name} is not all applied: {} to come",
        count(to_come.len())
    );
    let mut failure = interrupted(message);
    for name in to_come.iter().take(MOST_NAMES) {
        failure = failure.note(format!("{name} is not applied"));
    }
    Err(failure.hint(format!("go on: {again}")).into())
}

/// The command that goes on with an apply.
fn how_to_apply(view: &View<'_>, args: &Args) -> String {
    let Release {
        name, namespace, ..
    } = &view.release;
    if let Some(directory) = &args.kustomize {
        return format!("`trimtab apply -k {directory} -n {namespace}`");
    }
    match &view.release.provenance.source {
        Some(source) => match source.rsplit_once("//") {
            Some((repository, directory))
                if !directory.contains('@') && repository.contains('/') =>
            {
                format!(
                    "`trimtab apply -k {directory} -n {namespace}` in a checkout of {repository}"
                )
            }
            _ => format!("`trimtab apply -k . -n {namespace}` in a checkout of {source}"),
        },
        None => {
            format!("the same `trimtab apply` once more, with `--release {name} -n {namespace}`")
        }
    }
}

/// What was told already: a wait that begins anew says nothing twice.
struct Told {
    report: ApplyReport,
    display: Display,
    revision: u32,
    steps: Option<String>,
    applied: BTreeSet<String>,
    left_out: BTreeSet<String>,
    /// The last progress and the last reasons of each object.
    progress: IndexMap<ObjectRef, [Option<Progress>; 3]>,
}

impl Told {
    /// What is there from the beginning is no news.
    fn new(report: ApplyReport, view: &View<'_>) -> Self {
        Self {
            report,
            display: report.display(),
            revision: view.release.revision,
            steps: view.progression.as_ref().map(steps),
            applied: applied(view),
            left_out: BTreeSet::new(),
            progress: IndexMap::new(),
        }
    }

    fn news(&mut self, view: &View<'_>) -> Result<(), Failure> {
        let revision = view.release.revision;
        if self.revision != revision {
            self.revision = revision;
            self.applied.clear();
            self.report.release(&view.release)?;
            if self.report == ApplyReport::Text {
                self.line(&format!("Revision {revision} is being applied now."));
            }
        }
        let steps = view.progression.as_ref().map(steps);
        if self.steps != steps
            && let Some(progression) = &view.progression
        {
            let (done, all) = (progression.steps_done, progression.strategy.steps());
            self.display.aside(|| self.report.step(done, all, "done"))?;
        }
        self.steps = steps;
        for standing in &view.standings.objects {
            let is_new = !standing.is_to_come() && self.applied.insert(standing.name.clone());
            if is_new && let Some(reference) = &standing.reference {
                self.display
                    .aside(|| self.report.done(reference, "applied"))?;
            }
        }
        Ok(())
    }

    fn left_out(&mut self, left_out: &[String]) {
        for line in left_out {
            if self.left_out.insert(line.clone()) {
                self.line(line);
            }
        }
    }

    fn line(&self, text: &str) {
        self.display.aside(|| stderr::line(text));
    }

    fn progress(&mut self, progress: Progress) {
        let (at, object) = match &progress {
            Progress::Grown { object, .. } => (2, object),
            Progress::Explained { object, .. } => (1, object),
            Progress::Moved { object, .. } | Progress::Ready { object, .. } => (0, object),
        };
        let told = &mut self.progress.entry(object.clone()).or_default()[at];
        if told.as_ref() != Some(&progress) {
            *told = Some(progress.clone());
            self.display.show(progress);
        }
    }
}

fn applied(view: &View<'_>) -> BTreeSet<String> {
    let standings = view.standings.objects.iter();
    let applied = standings.filter(|it| !it.is_to_come());
    applied.map(|it| it.name.clone()).collect()
}
