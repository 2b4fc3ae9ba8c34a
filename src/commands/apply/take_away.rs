//! Deletes what is left over.

use super::wait::Wait;
use crate::cluster::{Failed, deadline};
use crate::exit::{Failure, Status};
use crate::ui::apply_report::ApplyReport;
use crate::ui::stderr;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{
    Deletion, Error, Leftover, Member, ObjectRef, Plan, Target, held_by, is_ending,
    still_left_over, until_gone,
};

/// What became of what is left over.
pub(in crate::commands) struct TakenAway {
    /// What is still there, of all that is left over.
    pub(in crate::commands) remaining: Vec<Member>,
    /// What was waited for in vain: it is deleted, and not gone.
    pub(in crate::commands) ending: Vec<ObjectRef>,
}

/// What takes longer to be gone is told.
const SHORTLY: Duration = Duration::from_secs(2);

/// Deletes what is left over and goes. Where it waits, what belongs to a later stage is gone before what belongs
/// to an earlier one goes; what hangs must not keep the rest there.
pub(in crate::commands) async fn take_away(
    target: &Target,
    plan: &Plan,
    left_over: Vec<Member>,
    report: ApplyReport,
    wait: Wait,
) -> Result<TakenAway, Failed> {
    let mut taken = TakenAway {
        remaining: still_left_over(target, left_over, &plan.leftovers).await?,
        ending: Vec::new(),
    };
    let pruned: Vec<&Leftover> = plan.pruned().collect();
    for stage in pruned.chunk_by(|a, b| a.stage == b.stage) {
        let mut ending = Vec::new();
        for leftover in stage {
            match delete(target, leftover, report).await? {
                Deleted::Gone => taken.remaining.retain(|it| *it != leftover.member),
                Deleted::Ending => ending.push(*leftover),
                Deleted::Not => {}
            }
        }
        let until = match wait {
            Wait::No => continue,
            Wait::Forever => None,
            Wait::AtMost(timeout) => deadline(Some(timeout)),
        };
        for leftover in ending {
            if is_gone(target, leftover, until).await? {
                taken.remaining.retain(|it| *it != leftover.member);
            } else {
                taken.ending.push(leftover.reference.clone());
            }
        }
    }
    Ok(taken)
}

/// What an answer says that came of a deletion.
enum Deleted {
    Gone,
    /// It is there until others have done what they must.
    Ending,
    /// Somebody has put another one in its place, which stays.
    Not,
}

async fn delete(
    target: &Target,
    leftover: &Leftover,
    report: ApplyReport,
) -> Result<Deleted, Failed> {
    let Leftover { reference, uid, .. } = leftover;
    let deletion = Deletion::in_background();
    match target.delete(reference, deletion, Some(uid)).await {
        Ok(answer) => {
            report.done(reference, "pruned")?;
            Ok(if is_ending(&answer) {
                Deleted::Ending
            } else {
                Deleted::Gone
            })
        }
        Err(error) if error.is_not_found() => Ok(Deleted::Gone),
        Err(error) if error.is_conflict() => Ok(Deleted::Not),
        Err(error) => Err(error.into()),
    }
}

/// Waits for what was deleted.
async fn is_gone(
    target: &Target,
    leftover: &Leftover,
    until: Option<Instant>,
) -> Result<bool, Failed> {
    let Leftover { reference, uid, .. } = leftover;
    let shortly = Instant::now() + SHORTLY;
    for end in [
        Some(until.map_or(shortly, |until| until.min(shortly))),
        until,
    ] {
        match until_gone(target, reference, uid, end).await {
            Err(Error::TimedOut(_)) if end == until => return Ok(false),
            Err(Error::TimedOut(_)) => {
                let held = still_there(target, reference).await;
                stderr::line(&format!("{held}: waiting until it is gone"));
            }
            gone => return Ok(gone.map(|()| true)?),
        }
    }
    Ok(false)
}

/// That what was deleted is there all the same, by its finalizers if that can be told.
async fn still_there(target: &Target, object: &ObjectRef) -> String {
    let found = target.get(object).await.ok().flatten();
    let held = found.map(|found| held_by(&found)).unwrap_or_default();
    if held.is_empty() {
        return format!("{object} is deleted, but not gone");
    }
    format!("{object} is deleted, but held by {}", held.join(", "))
}

/// The failure that is told of what was waited for in vain.
pub(in crate::commands) async fn hangs(target: &Target, ending: &[ObjectRef]) -> Option<Failure> {
    let (first, others) = ending.split_first()?;
    let message = format!("timed out: {}", still_there(target, first).await);
    let mut failure = Failure::new("timed-out", message).with_status(Status::NotReady);
    for other in others {
        failure = failure.note(still_there(target, other).await);
    }
    Some(failure.hint("see what its finalizers wait for; `prune` goes on with what is left"))
}
