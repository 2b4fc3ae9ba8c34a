//! A rehearsal for programs: one JSON object. Times are seconds, to the millisecond.

use super::Outcome;
use serde::Serialize;
use std::time::Duration;
use trimtab_rehearsal::{Budget, Cause, End, Note, Refused, Subject, Undo, Workload};

/// The object, over several lines.
pub(super) fn render(outcome: &Outcome) -> String {
    let document = Document::new(outcome);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'o> {
    api_version: &'static str,
    kind: &'static str,
    passes: bool,
    completes: bool,
    seed: u64,
    duration_seconds: f64,
    peak_pods: usize,
    unsettled: Vec<UnsettledForm<'o>>,
    refused: Vec<RefusedForm<'o>>,
    workloads: Vec<WorkloadForm<'o>>,
    notes: Vec<MessageForm<'o>>,
    disruption_budgets: Vec<BudgetForm<'o>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<UndoForm<'o>>,
    assertions: Vec<AssertionForm<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubjectForm<'o> {
    kind: &'o str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'o str,
    name: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnsettledForm<'o> {
    object: SubjectForm<'o>,
    message: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseForm<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusedForm<'o> {
    object: SubjectForm<'o>,
    message: &'o str,
    is_immutable: bool,
    causes: Vec<FieldForm<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldForm<'o> {
    field: &'o str,
    message: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkloadForm<'o> {
    object: SubjectForm<'o>,
    completes: bool,
    after_seconds: f64,
    message: &'o str,
    desired: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_surge: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_unavailable: Option<usize>,
    available_before: usize,
    worst_available: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    permitted_available: Option<usize>,
    peak_pods: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseForm<'o>>,
    timeline: Vec<SampleForm>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SampleForm {
    seconds: f64,
    desired: usize,
    pods: usize,
    available: usize,
    updated: usize,
    unavailable: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CauseForm<'o> {
    reason: &'o str,
    chain: Vec<LinkForm<'o>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'o str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkForm<'o> {
    object: &'o str,
    message: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BudgetForm<'o> {
    object: SubjectForm<'o>,
    is_kept: bool,
    desired_available: usize,
    worst_available: usize,
    allowed_disruptions: usize,
    workloads: Vec<SubjectForm<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UndoForm<'o> {
    restores: bool,
    duration_seconds: f64,
    failed: Vec<MessageForm<'o>>,
    remains: Vec<MessageForm<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageForm<'o> {
    object: SubjectForm<'o>,
    message: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssertionForm<'o> {
    assertion: &'o str,
    holds: bool,
    found: &'o str,
}

impl<'o> Document<'o> {
    fn new(outcome: &'o Outcome) -> Self {
        let rehearsal = &outcome.rehearsal;
        let verdicts = outcome.verdicts.iter();
        Self {
            api_version: "trimtab.dev/v1alpha1",
            kind: "Rehearsal",
            passes: outcome.passes(),
            completes: rehearsal.completes(),
            seed: rehearsal.seed,
            duration_seconds: seconds(rehearsal.duration),
            peak_pods: rehearsal.peak_pods,
            unsettled: rehearsal
                .unsettled
                .iter()
                .map(|it| UnsettledForm {
                    object: subject(&it.subject),
                    message: &it.text,
                    cause: it.cause.as_ref().map(cause),
                })
                .collect(),
            refused: rehearsal.refused.iter().map(refused).collect(),
            workloads: rehearsal.workloads.iter().map(workload).collect(),
            notes: rehearsal.notes.iter().map(note).collect(),
            disruption_budgets: rehearsal.budgets.iter().map(budget).collect(),
            undo: rehearsal.undo.as_ref().map(undo),
            assertions: verdicts
                .map(|it| AssertionForm {
                    assertion: &it.assertion,
                    holds: it.holds,
                    found: &it.found,
                })
                .collect(),
        }
    }
}

fn subject(subject: &Subject) -> SubjectForm<'_> {
    SubjectForm {
        kind: &subject.kind,
        namespace: &subject.namespace,
        name: &subject.name,
    }
}

fn refused(refused: &Refused) -> RefusedForm<'_> {
    let causes = refused.causes.iter();
    RefusedForm {
        object: subject(&refused.subject),
        message: &refused.message,
        is_immutable: refused.is_immutable,
        causes: causes
            .map(|(field, message)| FieldForm { field, message })
            .collect(),
    }
}

fn workload(workload: &Workload) -> WorkloadForm<'_> {
    let (message, why) = match &workload.end {
        End::Complete { text, .. } => (text, None),
        End::Stuck { text, cause, .. } => (text, cause.as_ref()),
    };
    let samples = workload.samples.iter();
    WorkloadForm {
        object: subject(&workload.subject),
        completes: workload.end.is_complete(),
        after_seconds: seconds(workload.end.after()),
        message,
        desired: workload.desired,
        max_surge: workload.max_surge,
        max_unavailable: workload.max_unavailable,
        available_before: workload.available_before,
        worst_available: workload.worst_available,
        permitted_available: workload.permitted_available(),
        peak_pods: workload.peak_pods,
        cause: why.map(cause),
        timeline: samples
            .map(|sample| SampleForm {
                seconds: seconds(sample.at),
                desired: sample.desired,
                pods: sample.pods,
                available: sample.available,
                updated: sample.updated,
                unavailable: sample.unavailable(),
            })
            .collect(),
    }
}

fn cause(cause: &Cause) -> CauseForm<'_> {
    let links = cause.chain.iter();
    CauseForm {
        reason: &cause.reason,
        chain: links
            .map(|link| LinkForm {
                object: &link.object,
                message: &link.text,
            })
            .collect(),
        fix: cause.fix.as_deref(),
        field: cause.field.as_deref(),
    }
}

fn budget(budget: &Budget) -> BudgetForm<'_> {
    BudgetForm {
        object: subject(&budget.subject),
        is_kept: budget.is_kept(),
        desired_available: budget.desired_available,
        worst_available: budget.worst_available,
        allowed_disruptions: budget.allowed_disruptions,
        workloads: budget.workloads.iter().map(subject).collect(),
    }
}

fn undo(undo: &Undo) -> UndoForm<'_> {
    UndoForm {
        restores: undo.restores,
        duration_seconds: seconds(undo.duration),
        failed: undo.failed.iter().map(message).collect(),
        remains: undo.remains.iter().map(message).collect(),
    }
}

fn message((object, message): &(Subject, String)) -> MessageForm<'_> {
    MessageForm {
        object: subject(object),
        message,
    }
}

fn note(note: &Note) -> MessageForm<'_> {
    MessageForm {
        object: subject(&note.subject),
        message: &note.text,
    }
}

/// To the millisecond.
fn seconds(time: Duration) -> f64 {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).as_secs_f64()
}
