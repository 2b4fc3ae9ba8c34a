//! Whether an undo brings back what was.

use crate::error::RehearsalError;
use crate::report::{Subject, Undo};
use crate::settle::{Awaited, Changes, settle};
use crate::templates::Templates;
use tokio::time::Instant;
use trimtab_deploy::{Action, ObjectRef, Plan, Step, Target, undo};
use trimtab_informer::Informers;
use trimtab_tree::Value;

/// Undoes the rollout of every workload whose template it changed, as `trimtab rollout undo` does,
/// and waits for what comes of it.
pub(crate) async fn rehearse(
    target: &Target,
    informers: &Informers,
    changes: &Changes,
    before: &Templates,
    plan: &Plan,
    rolled_out: &[Awaited],
) -> Result<Undo, RehearsalError> {
    let began = Instant::now();
    let mut failed = Vec::new();
    let mut awaited = Vec::new();
    for Awaited { subject, .. } in rolled_out {
        let Some(old) = before.template(subject) else {
            continue;
        };
        let present = Templates::read(informers);
        if present.template(subject) == Some(old) {
            continue;
        }
        let Some(workload) = reference(plan, subject) else {
            continue;
        };
        if let Err(error) = undo(target, workload, None, false).await {
            failed.push((subject.clone(), error.message()));
            continue;
        }
        let undone = target.get_existing(workload).await?;
        let generation = undone.get_path(&["metadata", "generation"]);
        let generation = generation.and_then(Value::text).map(str::parse);
        awaited.push(Awaited {
            subject: subject.clone(),
            generation: generation.and_then(Result::ok).unwrap_or(0),
        });
    }
    let undoing = began.elapsed();
    let settled = settle(informers, changes, &awaited).await;
    let latest = settled.iter().map(|settled| settled.after).max();
    let restored = Templates::read(informers);
    for (awaited, settled) in awaited.into_iter().zip(settled) {
        let subject = awaited.subject;
        if restored.template(&subject) != before.template(&subject) {
            let text = "its pod template is another than before".to_owned();
            failed.push((subject, text));
        } else if !settled.is_complete {
            failed.push((subject, settled.text));
        }
    }
    Ok(Undo {
        restores: failed.is_empty(),
        duration: undoing + latest.unwrap_or_default(),
        failed,
        remains: plan.steps.iter().flat_map(remaining).collect(),
    })
}

fn reference<'p>(plan: &'p Plan, subject: &Subject) -> Option<&'p ObjectRef> {
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| Subject::of_step(step) == *subject)?;
    step.reference.as_ref()
}

/// What a step does that an undo of templates leaves done.
fn remaining(step: &Step) -> Vec<(Subject, String)> {
    let subject = Subject::of_step(step);
    match &step.action {
        Action::Create { .. } => vec![(subject, "is new and stays".to_owned())],
        Action::Change(changes) => {
            let is_rolled_back =
                matches!(&*subject.kind, "Deployment" | "StatefulSet" | "DaemonSet");
            let changes = changes.iter().map(ToString::to_string);
            let left =
                changes.filter(|text| !(is_rolled_back && text.starts_with("spec.template")));
            left.map(|text| (subject.clone(), text)).collect()
        }
        _ => Vec::new(),
    }
}
