//! A rehearsal for people.

use super::Outcome;
use super::chart::{Shows, WIDTH, bars, columns};
use crate::ui::colour::{Colour, Paint};
use std::fmt::Write as _;
use std::time::Duration;
use trimtab_rehearsal::{Budget, Cause, End, Refused, Rehearsal, Sample, Subject, Undo, Workload};

/// More of what an undo leaves are only counted.
const MOST_REMAINS: usize = 8;

/// Everything, with charts.
pub(super) fn render(outcome: &Outcome, paint: Paint) -> String {
    let rehearsal = &outcome.rehearsal;
    let mut text = String::new();
    for unsettled in &rehearsal.unsettled {
        let head = format!(
            "before the rollout, {} is not well: {}",
            place(&unsettled.subject),
            unsettled.text
        );
        line(&mut text, &paint.paint(Colour::Yellow, &head));
        if let Some(cause) = &unsettled.cause {
            chain(&mut text, cause);
        }
        text.push('\n');
    }
    for refused in &rehearsal.refused {
        refusal(&mut text, refused, paint);
    }
    for workload in &rehearsal.workloads {
        one(&mut text, workload, paint);
    }
    for note in &rehearsal.notes {
        let head = paint.paint(Colour::Yellow, "note");
        line(
            &mut text,
            &format!("{head}: {}: {}", place(&note.subject), note.text),
        );
    }
    if !rehearsal.notes.is_empty() {
        text.push('\n');
    }
    for budget in &rehearsal.budgets {
        line(&mut text, &of_budget(budget, paint));
    }
    if !rehearsal.budgets.is_empty() {
        text.push('\n');
    }
    if let Some(undo) = &rehearsal.undo {
        undone(&mut text, undo, paint);
    }
    for verdict in &outcome.verdicts {
        let (word, colour) = if verdict.holds {
            ("holds", Colour::Green)
        } else {
            ("does not hold", Colour::Red)
        };
        let word = paint.paint(colour, word);
        line(
            &mut text,
            &format!("{} {word}: {}", verdict.assertion, verdict.found),
        );
    }
    if !outcome.verdicts.is_empty() {
        text.push('\n');
    }
    line(&mut text, &summary(outcome, paint));
    text
}

fn summary(outcome: &Outcome, paint: Paint) -> String {
    let rehearsal = &outcome.rehearsal;
    let verdict = if outcome.passes() {
        paint.paint(Colour::Green, "pass")
    } else {
        paint.paint(Colour::Red, "fail")
    };
    let what = if !rehearsal.refused.is_empty() {
        "nothing was rolled out".to_owned()
    } else if rehearsal.completes() {
        format!("all is ready after {}", seconds(rehearsal.duration))
    } else {
        format!(
            "it does not end; given up after {}",
            seconds(rehearsal.duration)
        )
    };
    let peak = match rehearsal.peak_pods {
        0 => String::new(),
        peak => format!(", at most {} at once, ending ones included", pods(peak)),
    };
    format!("{verdict}: {what}{peak} (seed {})", rehearsal.seed)
}

fn refusal(text: &mut String, refused: &Refused, paint: Paint) {
    let head = format!(
        "{} is refused: {}",
        place(&refused.subject),
        refused.message
    );
    line(text, &paint.paint(Colour::Red, &head));
    for (field, message) in &refused.causes {
        line(text, &format!("  {field}: {message}"));
    }
    if refused.is_immutable {
        line(
            text,
            "  fix: leave the fields as they are, or delete the object and make it anew",
        );
    }
    text.push('\n');
}

fn one(text: &mut String, workload: &Workload, paint: Paint) {
    let limits = match (workload.max_surge, workload.max_unavailable) {
        (Some(surge), Some(missing)) => format!(
            ": {} wanted, maxSurge {surge}, maxUnavailable {missing}",
            pods(workload.desired)
        ),
        _ => String::new(),
    };
    line(text, &format!("{}{limits}", place(&workload.subject)));
    match &workload.end {
        End::Complete { after, text: said } => {
            let done = paint.paint(
                Colour::Green,
                &format!("complete after {}", seconds(*after)),
            );
            line(text, &format!("  {done}: {said}"));
        }
        End::Stuck {
            after,
            text: said,
            cause,
        } => {
            let stuck = format!("cannot finish: after {}", seconds(*after));
            line(
                text,
                &format!("  {}: {said}", paint.paint(Colour::Red, &stuck)),
            );
            if let Some(cause) = cause {
                chain(text, cause);
            }
        }
    }
    if !workload.samples.is_empty() && workload.max_surge.is_some() {
        availability(text, workload, paint);
        draw(text, workload);
    }
    text.push('\n');
}

fn availability(text: &mut String, workload: &Workload, paint: Paint) {
    let Some(permitted) = workload.permitted_available() else {
        return;
    };
    let worst = workload.worst_available;
    let colour = if worst < permitted {
        Colour::Red
    } else {
        Colour::Green
    };
    let found = paint.paint(colour, &format!("{worst} available"));
    line(
        text,
        &format!(
            "  at worst {found}, where {permitted} are owed; at most {} at once",
            pods(workload.peak_pods)
        ),
    );
}

/// What a row shows of a sample.
type Count = fn(&Sample) -> usize;

/// The pods against time.
fn draw(text: &mut String, workload: &Workload) {
    let end = workload.end.after();
    let samples = &workload.samples;
    let most = samples.iter().map(|it| it.pods.max(it.desired)).max();
    let most = most.unwrap_or(0).max(1);
    let last = |of: Count| samples.last().map_or(0, of);
    let rows: [(&str, Shows, usize, Count); 3] = [
        ("available", Shows::Fewest, 3, |it| it.available),
        ("updated", Shows::Last, 3, |it| it.updated),
        ("unavailable", Shows::Most, 2, Sample::unavailable),
    ];
    for (name, shows, height, value) in rows {
        let values = columns(samples, end, shows, value);
        let drawn = bars(&values, most, height);
        let base = drawn.len() - 1;
        for (at, row) in drawn.iter().enumerate() {
            let (name, number) = if at == base {
                (name, format!(" {}", last(value)))
            } else {
                ("", String::new())
            };
            let row = if at == base {
                format!("{row:WIDTH$}")
            } else {
                row.clone()
            };
            line(text, &format!("  {name:>11} |{row}{number}"));
        }
    }
    let to = seconds(end);
    let gap = WIDTH.saturating_sub(2);
    line(text, &format!("  {:>11} 0s{to:>gap$}", ""));
}

fn of_budget(budget: &Budget, paint: Paint) -> String {
    let Budget {
        desired_available: wanted,
        worst_available: worst,
        ..
    } = budget;
    let head = place(&budget.subject);
    let drains = if budget.allowed_disruptions == 0 {
        "; it lets no pod be evicted, so a drain never ends"
    } else {
        ""
    };
    if budget.is_kept() {
        let kept = paint.paint(Colour::Green, "kept");
        format!("{head}: {kept}: at worst {worst} available of {wanted} that it asks for{drains}")
    } else {
        let undercut = paint.paint(Colour::Yellow, "undercut");
        format!(
            "{head}: {undercut}: at worst {worst} available of {wanted} that it asks for; a rollout is not held by it, maxUnavailable is{drains}"
        )
    }
}

fn undone(text: &mut String, undo: &Undo, paint: Paint) {
    let took = seconds(undo.duration);
    if undo.restores {
        let word = paint.paint(Colour::Green, "brings back");
        line(text, &format!("undo {word} every pod template, in {took}"));
    } else {
        for (subject, why) in &undo.failed {
            let word = paint.paint(Colour::Red, "does not bring back");
            line(text, &format!("undo {word} {}: {why}", place(subject)));
        }
    }
    for (subject, what) in undo.remains.iter().take(MOST_REMAINS) {
        line(text, &format!("  stays: {}: {what}", place(subject)));
    }
    if let Some(more @ 1..) = undo.remains.len().checked_sub(MOST_REMAINS) {
        line(text, &format!("  and {more} more"));
    }
    text.push('\n');
}

/// What causes what, each a step further in.
fn chain(text: &mut String, cause: &Cause) {
    for (depth, link) in cause.chain.iter().enumerate() {
        let indent = "  ".repeat(depth);
        let mark = if depth == 0 { "" } else { "`- " };
        line(
            text,
            &format!("    {indent}{mark}{}: {}", link.object, link.text),
        );
    }
    if let Some(fix) = &cause.fix {
        let field = cause.field.as_deref().map(|field| format!(" ({field})"));
        line(
            text,
            &format!("    fix: {fix}{}", field.unwrap_or_default()),
        );
    }
}

fn pods(number: usize) -> String {
    match number {
        1 => "1 pod".to_owned(),
        number => format!("{number} pods"),
    }
}

/// An object with its namespace, where that is not the usual one.
pub(super) fn place(subject: &Subject) -> String {
    match &*subject.namespace {
        "" | "default" => subject.to_string(),
        namespace => format!("{subject} in {namespace}"),
    }
}

/// A length of time to a tenth of a second, or to the second where it takes minutes.
pub(super) fn seconds(time: Duration) -> String {
    if time.as_secs() >= 60 {
        crate::duration::human(time)
    } else {
        format!("{:.1}s", time.as_secs_f64())
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a string never fails.
    let _ = writeln!(text, "{}", line.trim_end());
}

/// Whether anything is worth a picture.
pub(super) fn is_drawn(rehearsal: &Rehearsal) -> impl Iterator<Item = &Workload> {
    let workloads = rehearsal.workloads.iter();
    workloads.filter(|it| !it.samples.is_empty() && it.max_surge.is_some())
}
