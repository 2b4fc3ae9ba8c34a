//! A rehearsal as a picture: the pods of each workload against time.

use super::text::{is_drawn, place, seconds};
use std::fmt::Write as _;
use std::time::Duration;
use trimtab_rehearsal::{End, Rehearsal, Sample, Workload};

const WIDTH: f64 = 760.0;
const PANEL: f64 = 220.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 36.0;

/// What is drawn of a workload: a name, a colour, a value.
type Line = (&'static str, &'static str, fn(&Sample) -> usize);

const LINES: [Line; 3] = [
    ("available", "#2e7d32", |it| it.available),
    ("updated", "#1565c0", |it| it.updated),
    ("unavailable", "#c62828", Sample::unavailable),
];

/// The picture, a panel a workload.
pub(super) fn render(rehearsal: &Rehearsal) -> String {
    let workloads: Vec<&Workload> = is_drawn(rehearsal).collect();
    let height = (PANEL * number(workloads.len())).max(PANEL / 2.0);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    if workloads.is_empty() {
        label(
            &mut text,
            LEFT,
            TOP,
            "start",
            "#333",
            "nothing was rolled out",
        );
    }
    for (at, workload) in workloads.iter().enumerate() {
        panel(&mut text, workload, PANEL * number(at));
    }
    text.push_str("</svg>\n");
    text
}

/// For coordinates; nobody draws more than `u32` counts.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn panel(text: &mut String, workload: &Workload, top: f64) {
    let end = workload.end.after().max(Duration::from_millis(1));
    let samples = &workload.samples;
    let most = samples.iter().map(|it| it.pods.max(it.desired)).max();
    let most = most.unwrap_or(0).max(1);
    let x = |at: Duration| LEFT + (WIDTH - LEFT - RIGHT) * at.as_secs_f64() / end.as_secs_f64();
    let base = top + PANEL - BOTTOM;
    let y = |value: usize| base - (PANEL - TOP - BOTTOM) * number(value) / number(most);
    let how = match &workload.end {
        End::Complete { after, .. } => format!("complete after {}", seconds(*after)),
        End::Stuck { after, .. } => format!("cannot finish, given up after {}", seconds(*after)),
    };
    let title = format!("{}: {how}", place(&workload.subject));
    label(text, LEFT, top + 18.0, "start", "#111", &title);
    let mut names = LEFT;
    for (name, colour, _) in LINES {
        label(text, names, top + 34.0, "start", colour, name);
        names += 90.0;
    }
    for value in [0, most] {
        let at = y(value);
        let right = WIDTH - RIGHT;
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\" stroke=\"#ccc\"/>"
        );
        label(
            text,
            LEFT - 8.0,
            at + 4.0,
            "end",
            "#333",
            &value.to_string(),
        );
    }
    if let Some(permitted) = workload.permitted_available().filter(|it| *it > 0) {
        let (at, right) = (y(permitted), WIDTH - RIGHT);
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\" stroke=\"#888\" \
             stroke-dasharray=\"4 4\"><title>{permitted} available pods are owed</title></line>"
        );
    }
    for (name, colour, value) in LINES {
        let mut points = String::new();
        let mut last = None;
        for sample in samples {
            let (at, level) = (x(sample.at.min(end)), y(value(sample)));
            if let Some(before) = last {
                let _ = write!(points, "{at:.1},{before:.1} ");
            }
            let _ = write!(points, "{at:.1},{level:.1} ");
            last = Some(level);
        }
        if let Some(level) = last {
            let _ = write!(points, "{:.1},{level:.1}", x(end));
        }
        let _ = writeln!(
            text,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\">\
             <title>{name}</title></polyline>"
        );
    }
    label(text, LEFT, base + 18.0, "start", "#333", "0s");
    label(
        text,
        WIDTH - RIGHT,
        base + 18.0,
        "end",
        "#333",
        &seconds(end),
    );
}

fn label(text: &mut String, x: f64, y: f64, anchor: &str, colour: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        text,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{words}</text>"
    );
}
