//! Waits for what was applied.

use super::carry::Carried;
use crate::cluster::{Failed, deadline};
use crate::ui::apply_report::ApplyReport;
use crate::ui::progress::verdict;
use crate::ui::stderr;
use std::time::Duration;
use trimtab_deploy::{AppliedObject, Controllers, ObjectRef, Target, until_ready};
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
    pub(in crate::commands) report: ApplyReport,
}

/// Waits for what was applied, save for what nobody works on.
pub(super) async fn wait(
    target: &Target,
    applied: &[AppliedObject],
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    let controllers = Controllers::working(target, jiff::Timestamp::now()).await?;
    let mut awaited: Vec<ObjectRef> = Vec::new();
    for applied in applied {
        let (reference, object) = (&applied.reference, &applied.object);
        if let Some(missing) = controllers
            .missing_for_applied(target, reference, object)
            .await?
        {
            stderr::line(&format!(
                "{}: not waited for: this control plane runs no {missing}",
                applied.reference
            ));
        } else if is_paused(&applied.object) {
            stderr::line(&format!(
                "{}: not waited for: it is paused",
                applied.reference
            ));
        } else {
            awaited.push(applied.reference.clone());
        }
    }
    // What is ready at once is not worth a line.
    let schema = Schema::kubernetes();
    awaited.retain(|object| takes_time(object, &schema, waiting.for_custom));
    until(target, &awaited, waiting).await
}

/// Waits until objects are ready.
pub(in crate::commands) async fn until(
    target: &Target,
    awaited: &[ObjectRef],
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    let mut display = waiting.report.display();
    let mut show = |progress| display.show(progress);
    let work = until_ready(target, awaited, deadline(waiting.timeout), &mut show);
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {
            stderr::line("Stopped waiting; what was applied goes on. See `trimtab rollout status`.");
            Ok(Carried::Left)
        }
        outcome = work => {
            verdict(outcome?)?;
            Ok(Carried::Out)
        }
    }
}

fn is_paused(object: &Value) -> bool {
    let paused = object.get_path(&["spec", "paused"]);
    paused.and_then(Value::text) == Some("true")
}

/// Whether readiness is more than being there: the kinds of the core that only hold data are ready
/// once they are applied, and so are custom resources of which nobody knows what their conditions mean.
fn takes_time(object: &ObjectRef, schema: &Schema, waits_for_custom: bool) -> bool {
    let resource = &object.resource;
    match &*resource.group {
        "" => matches!(&*resource.kind, "Pod" | "ReplicationController"),
        "apps" | "batch" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => true,
        _ => {
            let built_in = schema.type_of(&resource.api_version(), &resource.kind);
            waits_for_custom && built_in.is_none()
        }
    }
}
