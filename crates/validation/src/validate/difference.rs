//! Differences of texts, line by line, as Kubernetes shows them.
//!
//! Kubernetes compares with `github.com/pmezard/go-difflib`, a child of Python's `difflib`: the longest
//! run of lines that both texts have comes first, then what is before and behind it, likewise. Another
//! algorithm would say as much, in other lines.

use rustc_hash::FxHashMap;
use std::fmt::Write as _;
use std::ops::Range;

/// So many lines of the surroundings are shown.
const CONTEXT: usize = 3;
/// Of texts with so many lines, those that are there too often are not looked for.
const MANY: usize = 200;

/// What differs between two texts, as `diff -u` shows it, without the names of files.
pub(super) fn unified(before: &str, now: &str) -> String {
    let (before, now) = (lines(before), lines(now));
    let changes = changes(&before, &now);
    let mut text = String::new();
    let mut next = 0;
    while let Some(first) = changes.get(next) {
        let mut last = first;
        next += 1;
        while let Some(change) = changes.get(next)
            && change.before.start - last.before.end <= 2 * CONTEXT
        {
            last = change;
            next += 1;
        }
        let hunk: Vec<&Change> = changes
            .iter()
            .filter(|it| (first.before.start..=last.before.start).contains(&it.before.start))
            .collect();
        write_hunk(&hunk, &before, &now, &mut text);
    }
    text
}

/// The lines of a text; the last one, which may be empty, too.
fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

/// Lines that came in the place of others.
struct Change {
    before: Range<usize>,
    now: Range<usize>,
}

fn changes(before: &[&str], now: &[&str]) -> Vec<Change> {
    let mut runs = Vec::new();
    let places = places(now);
    let mut parts = vec![(0..before.len(), 0..now.len())];
    while let Some((of_before, of_now)) = parts.pop() {
        let run = longest_run(before, now, &places, &of_before, &of_now);
        if run.length == 0 {
            continue;
        }
        parts.push((of_before.start..run.before, of_now.start..run.now));
        let (end_before, end_now) = (run.before + run.length, run.now + run.length);
        parts.push((end_before..of_before.end, end_now..of_now.end));
        runs.push(run);
    }
    runs.sort_by_key(|run| run.before);
    runs.push(Run {
        before: before.len(),
        now: now.len(),
        length: 0,
    });
    let (mut at_before, mut at_now) = (0, 0);
    let mut changes = Vec::new();
    for run in runs {
        if at_before < run.before || at_now < run.now {
            changes.push(Change {
                before: at_before..run.before,
                now: at_now..run.now,
            });
        }
        (at_before, at_now) = (run.before + run.length, run.now + run.length);
    }
    changes
}

/// Where each line is, those aside that are there too often.
fn places<'t>(text: &[&'t str]) -> FxHashMap<&'t str, Vec<usize>> {
    let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, line) in text.iter().enumerate() {
        places.entry(line).or_default().push(at);
    }
    if text.len() >= MANY {
        places.retain(|_, found| found.len() <= text.len() / 100 + 1);
    }
    places
}

/// Lines that both texts have.
struct Run {
    before: usize,
    now: usize,
    length: usize,
}

/// The longest run within two parts; of several the first.
fn longest_run(
    before: &[&str],
    now: &[&str],
    places: &FxHashMap<&str, Vec<usize>>,
    of_before: &Range<usize>,
    of_now: &Range<usize>,
) -> Run {
    let mut best = Run {
        before: of_before.start,
        now: of_now.start,
        length: 0,
    };
    // How long the run is that ends at a line of `now`, and at the line before that of `before`.
    let mut lengths: FxHashMap<usize, usize> = FxHashMap::default();
    for at in of_before.clone() {
        let mut longer = FxHashMap::default();
        let found = places.get(before[at]).into_iter().flatten();
        for &there in found.filter(|there| of_now.contains(there)) {
            let shorter = there.checked_sub(1).and_then(|end| lengths.get(&end));
            let length = shorter.copied().unwrap_or_default() + 1;
            longer.insert(there, length);
            if length > best.length {
                best = Run {
                    before: at + 1 - length,
                    now: there + 1 - length,
                    length,
                };
            }
        }
        lengths = longer;
    }
    // Lines that are there too often lengthen a run all the same.
    while best.before > of_before.start
        && best.now > of_now.start
        && before[best.before - 1] == now[best.now - 1]
    {
        best.before -= 1;
        best.now -= 1;
        best.length += 1;
    }
    while best.before + best.length < of_before.end
        && best.now + best.length < of_now.end
        && before[best.before + best.length] == now[best.now + best.length]
    {
        best.length += 1;
    }
    best
}

fn write_hunk(hunk: &[&Change], before: &[&str], now: &[&str], text: &mut String) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
        return;
    };
    let lead = CONTEXT.min(first.before.start).min(first.now.start);
    let trail = CONTEXT
        .min(before.len() - last.before.end)
        .min(now.len() - last.now.end);
    let of_before = first.before.start - lead..last.before.end + trail;
    let of_now = first.now.start - lead..last.now.end + trail;
    // A `String` takes everything.
    let _ = writeln!(text, "@@ -{} +{} @@", told(&of_before), told(&of_now));
    let mut at = of_before.start;
    let mut write = |sign: char, lines: &[&str]| {
        for line in lines {
            text.push(sign);
            text.push_str(line);
            text.push('\n');
        }
    };
    for change in hunk {
        write(' ', &before[at..change.before.start]);
        write('-', &before[change.before.clone()]);
        write('+', &now[change.now.clone()]);
        at = change.before.end;
    }
    write(' ', &before[at..of_before.end]);
}

/// Lines as `diff -u` counts them: `7,3`, or `7` of one.
fn told(lines: &Range<usize>) -> String {
    match lines.len() {
        1 => (lines.start + 1).to_string(),
        0 => format!("{},0", lines.start),
        count => format!("{},{count}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn changes_stand_in_three_lines_of_surroundings() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh";
        let now = "a\nb\nc\nd\nX\nf\ng\nh";
        let expected = "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n";
        assert_eq!(unified(before, now), expected);
        assert_eq!(unified(before, before), "");
        assert_eq!(unified("a", "b"), "@@ -1 +1 @@\n-a\n+b\n");
    }

    #[test]
    fn the_longest_run_comes_first() {
        let told = unified("a\nx\ny\nb\nc\nd", "b\nc\nd\na\nx");
        assert_eq!(told, "@@ -1,6 +1,5 @@\n-a\n-x\n-y\n b\n c\n d\n+a\n+x\n");
    }

    #[test]
    fn far_changes_stand_apart() {
        let before: Vec<String> = (0..30).map(|at| at.to_string()).collect();
        let mut now = before.clone();
        now[2].push('x');
        now[20].push('y');
        let told = unified(&before.join("\n"), &now.join("\n"));
        assert_eq!(told.matches("@@ -").count(), 2, "{told}");
        assert!(told.starts_with("@@ -1,6 +1,6 @@\n"), "{told}");
    }
}
