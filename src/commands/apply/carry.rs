//! Carries a plan out: stage by stage, each ready before the next begins.

use super::wait::{Wait, Waiting, wait};
use super::work::Options;
use crate::cluster::{Failed, words};
use crate::exit::Failure;
use crate::signals::interrupted;
use crate::ui::apply_report::{ApplyReport, count};
use crate::ui::stderr;
use trimtab_deploy::{AppliedObject, Deletion, Plan, Step, Target, apply, is_deleted_when_done};

/// How far a plan was carried out.
pub(in crate::commands) enum Carried {
    /// All of it.
    Out,
    /// Whoever did it or waited for it went away: what was applied goes on.
    Left,
    /// To a step after which somebody is to say how it goes on.
    Paused,
    /// To where another process went on with it, or back.
    Elsewhere,
    /// To where somebody began a later revision.
    Overtaken,
}

pub(super) async fn carry_out(
    target: &Target,
    plan: &Plan,
    options: &Options<'_>,
) -> Result<Carried, Failed> {
    let mut to_come = plan.steps.len();
    for steps in plan.stages() {
        if steps.len() < plan.steps.len() {
            options.report.stage(steps[0].stage, steps.len())?;
        }
        let Some(applied) = apply_stage(target, steps, options, &mut to_come).await? else {
            stderr::line(&format!(
                "Stopped: {} were not applied: apply again to go on.",
                count(to_come)
            ));
            return Ok(Carried::Left);
        };
        let Some(waiting) = options.waiting() else {
            continue;
        };
        if let Carried::Left = wait(target, &applied, &waiting).await? {
            if to_come > 0 {
                stderr::line(&format!(
                    "{} of later stages were not applied: apply again to go on.",
                    count(to_come)
                ));
            }
            return Ok(Carried::Left);
        }
        delete_done(target, &applied, options.report).await?;
    }
    Ok(Carried::Out)
}

impl Options<'_> {
    /// How what is applied is waited for, if it is.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let timeout = match self.wait {
            Wait::No => return None,
            Wait::Forever => None,
            Wait::AtMost(timeout) => Some(timeout),
        };
        Some(Waiting {
            timeout,
            for_custom: self.waits_for_custom,
            release: self.release.as_ref().map(|release| release.name.clone()),
            goes_back: self.undoes || self.progressive.is_some(),
            report: self.report,
        })
    }
}

/// Applies the objects of a stage, and takes them from those `to_come`. Nothing where somebody stops that.
async fn apply_stage(
    target: &Target,
    steps: &[Step],
    options: &Options<'_>,
    to_come: &mut usize,
) -> Result<Option<Vec<AppliedObject>>, Failed> {
    let mut unwritten = None;
    let mut tell = |applied: &AppliedObject| {
        *to_come -= 1;
        let written = options.report.applied(applied);
        unwritten = unwritten.take().or(written.err());
    };
    let work = apply(target, steps, &options.replaces, &mut tell);
    let report = tokio::select! {
        biased;
        () = interrupted() => return Ok(None),
        report = work => report?,
    };
    if let Some(failure) = unwritten {
        return Err(failure.into());
    }
    let lost = report.failed.iter().find(|(_, error)| error.is_of_server());
    if let Some((name, error)) = lost {
        let (done, all) = (report.applied.len(), steps.len());
        let message = format!(
            "{done} of {all} objects were applied, then {name} was not: {}",
            words(error)
        );
        return Err(Failure::new("not-applied", message)
            .hint("apply again to go on when the server answers")
            .into());
    }
    if let Some((name, error)) = report.failed.first() {
        let mut failure = Failure::new("not-applied", format!("{name}: {}", error.message()));
        for (name, error) in report.failed.iter().skip(1) {
            failure = failure.note(format!("{name}: {}", error.message()));
        }
        return Err(failure.into());
    }
    Ok(Some(report.applied))
}

/// Deletes the hooks that want to go once they are done, which all of a stage that is ready are.
async fn delete_done(
    target: &Target,
    applied: &[AppliedObject],
    report: ApplyReport,
) -> Result<(), Failed> {
    for AppliedObject {
        reference, object, ..
    } in applied
    {
        if !is_deleted_when_done(object) {
            continue;
        }
        match target
            .delete(reference, Deletion::in_background(), None)
            .await
        {
            Ok(_) => report.done(reference, "deleted")?,
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
