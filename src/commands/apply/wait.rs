//! Waits for what was applied.

use super::back::{way_back_of_release, way_back_of_workload};
use super::carry::Carried;
use crate::cluster::{Failed, deadline};
use crate::signals::interrupted;
use crate::ui::apply_report::ApplyReport;
use crate::ui::progress::{WayBack, verdict};
use crate::ui::stderr;
use std::time::Duration;
use trimtab_deploy::{
    AppliedObject, Controllers, ObjectRef, Outcome, Overdue, ReleaseName, Target, until_ready,
};
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// Whether an apply ends with a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Wait {
    /// It does not.
    No,
    /// Until all is ready, however long it takes.
    Forever,
    /// So long at most.
    AtMost(Duration),
}

impl Wait {
    /// Waits so long; for as long as it takes where that is no time at all.
    pub(in crate::commands) fn for_at_most(timeout: Duration) -> Self {
        if timeout.is_zero() {
            Self::Forever
        } else {
            Self::AtMost(timeout)
        }
    }
}

/// How the objects of a stage are waited for.
pub(in crate::commands) struct Waiting {
    /// How long; nothing for as long as it takes.
    pub(in crate::commands) timeout: Option<Duration>,
    /// Whether custom resources are, too, by the conditions that they show.
    pub(in crate::commands) for_custom: bool,
    /// The release that they belong to.
    pub(in crate::commands) release: Option<ReleaseName>,
    /// Whether what fails is taken back by itself.
    pub(in crate::commands) goes_back: bool,
    pub(in crate::commands) report: ApplyReport,
}

/// Which of some objects are waited for.
#[derive(Default)]
pub(in crate::commands) struct Awaited {
    pub(in crate::commands) objects: Vec<ObjectRef>,
    /// Which ones are not, although they take time, and why.
    pub(in crate::commands) left_out: Vec<String>,
}

/// Leaves out what is ready at once, and what nobody works on.
pub(in crate::commands) async fn awaited(
    target: &Target,
    objects: impl Iterator<Item = (&ObjectRef, &Value)>,
    for_custom: bool,
) -> Result<Awaited, Failed> {
    let controllers = Controllers::working(target, jiff::Timestamp::now()).await?;
    let schema = Schema::kubernetes();
    let mut awaited = Awaited::default();
    for (reference, object) in objects {
        if !takes_time(reference, &schema, for_custom) {
            continue;
        }
        let missing = controllers.missing_for_applied(target, reference, object);
        let why = match missing.await? {
            Some(missing) => format!("this control plane runs no {missing}"),
            None if is_paused(object) => "it is paused".to_owned(),
            None => {
                awaited.objects.push(reference.clone());
                continue;
            }
        };
        let text = format!("{reference}: not waited for: {why}");
        awaited.left_out.push(text);
    }
    Ok(awaited)
}

/// Waits for what was applied, save for what nobody works on.
pub(super) async fn wait(
    target: &Target,
    applied: &[AppliedObject],
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    let applied = applied.iter().map(|it| (&it.reference, &it.object));
    let awaited = awaited(target, applied, waiting.for_custom).await?;
    for left_out in &awaited.left_out {
        stderr::line(left_out);
    }
    until(target, &awaited.objects, waiting).await
}

/// Waits until objects are ready.
pub(in crate::commands) async fn until(
    target: &Target,
    awaited: &[ObjectRef],
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    let mut display = waiting.report.display();
    let mut show = |progress| display.show(progress);
    let work = until_ready(
        target,
        awaited,
        Overdue::IsGivenTime,
        deadline(waiting.timeout),
        &mut show,
    );
    let outcome = tokio::select! {
        biased;
        () = interrupted() => None,
        outcome = work => Some(outcome),
    };
    // What is drawn must go before anything else is said.
    drop(display);
    let Some(outcome) = outcome else {
        let again = how_to_follow(waiting.release.as_ref(), target.namespace());
        stderr::line(&format!(
            "Stopped waiting; what was applied goes on. See `{again}`."
        ));
        return Ok(Carried::Left);
    };
    let outcome = outcome?;
    let way_back = match (&outcome, &waiting.release) {
        (Outcome::Ready, _) => WayBack::None,
        _ if waiting.goes_back => WayBack::None,
        (_, Some(release)) => way_back_of_release(target, release).await,
        (_, None) => way_back_of_workload(target, &outcome).await,
    };
    verdict(outcome, way_back)?;
    Ok(Carried::Out)
}

/// The command that goes on waiting.
pub(super) fn how_to_follow(release: Option<&ReleaseName>, namespace: &str) -> String {
    match release {
        None => "trimtab rollout status".to_owned(),
        Some(release) => format!("trimtab status --release {release} -n {namespace} --follow"),
    }
}

fn is_paused(object: &Value) -> bool {
    let paused = object.get_path(&["spec", "paused"]);
    paused.and_then(Value::text) == Some("true")
}

/// Whether readiness is more than being there: the kinds of the core that only hold data are ready
/// once they are applied, and so are custom resources of which nobody knows what their conditions mean.
pub(in crate::commands) fn takes_time(
    object: &ObjectRef,
    schema: &Schema,
    for_custom: bool,
) -> bool {
    let resource = &object.resource;
    match &*resource.group {
        "" => matches!(&*resource.kind, "Pod" | "ReplicationController"),
        "apps" | "batch" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => true,
        _ => {
            let built_in = schema.type_of(&resource.api_version(), &resource.kind);
            for_custom && built_in.is_none()
        }
    }
}
