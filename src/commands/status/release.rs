//! How far a release is now.

use super::Args;
use super::follow::follow;
use super::view::View;
use crate::cluster::{Failed, deadline, on_cluster};
use crate::commands::apply::{how_to_go_on, short_commit};
use crate::exit::{Failure, Status};
use crate::provenance;
use crate::ui::apply_report::ApplyReport;
use crate::ui::columns::Columns;
use crate::ui::progress::{WayBack, explanations, verdict};
use crate::ui::stdout;
use std::fmt::Write;
use trimtab_clock::{Clock, human_duration};
use trimtab_deploy::{
    Outcome, Presence, Progress, Progression, Release, ReleaseName, ReleaseStatus, Standing,
    Target, Unready, unready,
};

/// So many fields in which an object differs are named.
const MOST_FIELDS: usize = 3;

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut has_ended = false;
    let result = answer(args, &mut has_ended);
    if let Err(failure) = &result
        && !has_ended
    {
        let message = failure.message();
        args.report().end("failed", message.as_deref())?;
    }
    result
}

/// All of it, `has_ended` once that was told.
fn answer(args: &Args, has_ended: &mut bool) -> Result<(), Failure> {
    let name = name(args)?;
    let report = args.report();
    on_cluster(&args.connection, async |target| {
        let result = tell(args, target, name.as_ref()).await;
        let (end, message) = match &result {
            Ok(end) => (*end, None),
            Err(failed) if failed.status() == Status::NotReady => ("not-ready", failed.message()),
            Err(failed) => ("failed", failed.message()),
        };
        *has_ended = true;
        report.end(end, message.as_deref())?;
        result.map(|_| ())
    })
}

/// The release that the flags name.
fn name(args: &Args) -> Result<Option<ReleaseName>, Failure> {
    match &args.kustomize {
        Some(directory) => provenance::release_of(directory).map(Some),
        None => Ok(args.release.clone()),
    }
}

/// Tells all, and gives in a word how it is.
async fn tell(
    args: &Args,
    target: &Target,
    name: Option<&ReleaseName>,
) -> Result<&'static str, Failed> {
    let mut view = View::open(target, name).await?;
    let report = args.report();
    report.release(&view.release)?;
    if report == ApplyReport::Text {
        stdout::write(heading(&view).as_bytes())?;
    }
    if args.follow {
        let until = deadline(Some(args.timeout).filter(|timeout| !timeout.is_zero()));
        return follow(&mut view, args, until).await;
    }
    look(args, &view).await
}

async fn look(args: &Args, view: &View<'_>) -> Result<&'static str, Failed> {
    let awaited = view.awaited(args.wait_custom).await?;
    let unready = unready(view.target, &awaited.objects).await?;
    match args.report() {
        ApplyReport::Text => {
            let text = format!("\n{}{}", table(view, &unready), next_step(view));
            stdout::write(text.as_bytes())?;
        }
        report @ ApplyReport::Json => events(report, view, &unready)?,
    }
    if view.release.status == ReleaseStatus::Failed {
        return Err(failed_before(view, &unready).await);
    }
    refuse_gone(view)?;
    if unready.iter().any(|it| it.is_final) {
        verdict(Outcome::Failed(unready), view.way_back().await)?;
        return Ok("failed");
    }
    if !unready.is_empty() || view.is_being_applied() {
        return Ok("not-ready");
    }
    let are = |is_so: fn(&Presence) -> bool| {
        let mut standings = view.standings.objects.iter();
        standings.any(|it| is_so(&it.presence))
    };
    Ok(if are(|it| matches!(it, Presence::Different(_))) {
        "differs"
    } else if are(|it| matches!(it, Presence::Unknown(_) | Presence::Hidden(_))) {
        "unknown"
    } else {
        "ready"
    })
}

/// What is told of the revision itself.
fn heading(view: &View<'_>) -> String {
    let release = &view.release;
    let from = &release.provenance;
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<12}{value}");
    };
    let Release {
        name, namespace, ..
    } = release;
    row("release", &format!("{name} in namespace {namespace}"));
    row(
        "revision",
        &format!("{}, {}", release.revision, release.status),
    );
    if let Some(started) = release.started {
        let by = from.user.as_deref().map(|user| format!(" by {user}"));
        let passed = Clock::system().now().duration_since(started).as_secs();
        let ago = (passed >= 0).then(|| format!(", {} ago", human_duration(passed)));
        let (ago, by) = (ago.unwrap_or_default(), by.unwrap_or_default());
        row("begun", &format!("{started:.0}{ago}{by}"));
    }
    let commit = from.commit.as_deref().map(short_commit);
    let known = [
        ("commit", commit.as_deref()),
        ("source", from.source.as_deref()),
        ("run", from.run.as_deref()),
        ("description", from.description.as_deref()),
        ("selector", from.selector.as_deref()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            row(name, value);
        }
    }
    if let Some(progression) = &view.progression {
        row("steps", &steps(progression));
    }
    text
}

/// Where a change stands that goes by steps.
pub(super) fn steps(progression: &Progression) -> String {
    let pairs = progression.pairs.iter();
    let pairs: Vec<String> = pairs
        .map(|pair| format!("{} beside {}", pair.second, pair.first))
        .collect();
    format!(
        "{} of {} done ({}): {}",
        progression.steps_done,
        progression.strategy.steps(),
        progression.strategy,
        pairs.join(", ")
    )
}

/// A line for each object, those that are not ready with the reasons.
fn table(view: &View<'_>, unready: &[Unready]) -> String {
    let mut columns = Columns::for_tables();
    let mut rows = vec![["OBJECT", "STATE", "MESSAGE"].map(str::to_owned).to_vec()];
    let mut reasons = Vec::new();
    let of = |standing: &Standing| {
        let reference = standing.reference.as_ref();
        unready.iter().find(|it| Some(&it.object) == reference)
    };
    for standing in &view.standings.objects {
        let (state, message) = state(view, standing, of(standing));
        rows.push(vec![standing.name.clone(), state.to_owned(), message]);
        reasons.push(of(standing));
    }
    let seconds = unready.iter().filter(|it| {
        let is_its = |standing: &Standing| standing.reference.as_ref() == Some(&it.object);
        !view.standings.objects.iter().any(is_its)
    });
    for second in seconds {
        let state = if second.is_final {
            "failed"
        } else {
            "not ready"
        };
        rows.push(vec![
            second.object.to_string(),
            state.to_owned(),
            second.text.clone(),
        ]);
        reasons.push(Some(second));
    }
    let lines = columns.lines(&rows);
    let mut lines = lines.lines();
    let mut text = format!("{}\n", lines.next().unwrap_or_default());
    for (line, reasons) in lines.zip(reasons) {
        let _ = writeln!(text, "{}", line.trim_end());
        for reason in reasons.map(explanations).unwrap_or_default() {
            let _ = writeln!(text, "  {}", reason.replace('\n', "\n  "));
        }
    }
    text
}

/// How an object is, in a word and in some more.
fn state(
    view: &View<'_>,
    standing: &Standing,
    unready: Option<&Unready>,
) -> (&'static str, String) {
    match (&standing.presence, unready) {
        (Presence::Passing, _) if standing.is_passing_hook() => {
            ("hook", "goes when it is done".to_owned())
        }
        (Presence::Passing, _) => ("passed", "goes by itself when it is done".to_owned()),
        (Presence::Absent, _) if view.is_being_applied() => ("not applied", String::new()),
        (Presence::Absent, _) => ("gone", String::new()),
        (Presence::Different(fields), _) if view.is_being_applied() => {
            ("not applied", format!("is otherwise in {}", list(fields)))
        }
        (_, Some(unready)) if unready.is_final => ("failed", unready.text.clone()),
        (_, Some(unready)) => ("not ready", unready.text.clone()),
        (Presence::Different(fields), None) => {
            ("differs", format!("was changed since in {}", list(fields)))
        }
        (Presence::Unknown(why), None) => ("there", format!("cannot be compared: {why}")),
        (Presence::Hidden(why), None) => ("unknown", why.clone()),
        (Presence::Described, None) => ("ready", String::new()),
    }
}

fn list(fields: &[String]) -> String {
    let mut text = fields
        .iter()
        .take(MOST_FIELDS)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if fields.len() > MOST_FIELDS {
        let _ = write!(text, " and {} more", fields.len() - MOST_FIELDS);
    }
    text
}

fn next_step(view: &View<'_>) -> String {
    let Release {
        name, namespace, ..
    } = &view.release;
    if view.progression.is_some() {
        return format!("\n{}\n", how_to_go_on(name, namespace));
    }
    if view.is_being_applied() {
        return format!(
            "\nIt is being applied, or was interrupted: `trimtab status --release {name} -n {namespace} --follow` tells.\n"
        );
    }
    String::new()
}

fn events(report: ApplyReport, view: &View<'_>, unready: &[Unready]) -> Result<(), Failure> {
    for standing in &view.standings.objects {
        let reference = standing.reference.as_ref();
        let of = unready.iter().find(|it| Some(&it.object) == reference);
        let (state, message) = state(view, standing, of);
        report.standing(standing, state, &message)?;
    }
    for unready in unready {
        let (object, reasons) = (unready.object.clone(), unready.reasons.clone());
        report
            .display()
            .show(Progress::Explained { object, reasons });
    }
    Ok(())
}

/// The record says that it failed.
pub(super) async fn failed_before(view: &View<'_>, unready: &[Unready]) -> Failed {
    let Release {
        name,
        namespace,
        revision,
        ..
    } = &view.release;
    let message = format!("revision {revision} of release {name} failed");
    let mut failure = Failure::new("failed-release", message).with_status(Status::NotReady);
    for unready in unready {
        failure = failure.note(format!("{}: {}", unready.object, unready.text));
        for reason in explanations(unready) {
            failure = failure.note(reason);
        }
    }
    failure = failure.hint("apply again when the cause is mended");
    if let Some(before) = view.taken_back_to().await {
        failure = failure.note(format!("all is as in revision {before} again"));
    } else if let WayBack::Release(..) = view.way_back().await {
        failure = failure.hint(format!(
            "or go back: `trimtab rollout undo --release {name} -n {namespace}`"
        ));
    }
    failure.into()
}

/// What was applied and is not there any more will not come by waiting.
pub(super) fn refuse_gone(view: &View<'_>) -> Result<(), Failure> {
    if view.is_being_applied() {
        return Ok(());
    }
    let standings = view.standings.objects.iter();
    let gone = standings.filter(|it| it.presence == Presence::Absent);
    let gone: Vec<&str> = gone.map(|it| &*it.name).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let Release { name, revision, .. } = &view.release;
    let message = format!(
        "revision {revision} of release {name} is not all there any more: {} gone",
        match gone[..] {
            [one] => format!("{one} is"),
            _ => format!("{} are", gone.join(", ")),
        }
    );
    Err(Failure::new("not-found", message)
        .with_status(Status::NotReady)
        .hint("apply again to have it back"))
}
