//! What a wait looks like on a terminal of some size: pure, so that it can be told what it comes to.

use super::{MOST_REASONS, harmless, told};
use crate::ui::colour::{Colour, Paint};
use crate::ui::terminal::Size;
use trimtab_deploy::{DependentState, Dependents, ObjectRef, Reason};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// An object that is waited for, as far as it is known.
#[derive(Default)]
pub(super) struct Awaited {
    /// What its status says.
    pub(super) text: String,
    pub(super) reasons: Vec<Reason>,
    pub(super) dependents: Dependents,
}

/// A line as the terminal takes it, and how wide it is there.
pub(super) struct Drawn {
    pub(super) text: String,
    pub(super) width: usize,
}

/// A line: how far in it is, and what it says, in a colour.
struct Line {
    before: String,
    text: String,
    colour: Option<Colour>,
}

/// The lines of all that is waited for, no wider and not more than there is room for. `spinner` stands
/// before each object.
pub(super) fn lines<'a>(
    awaited: impl ExactSizeIterator<Item = (&'a ObjectRef, &'a Awaited)>,
    room: Size,
    spinner: &str,
    paint: Paint,
) -> Vec<Drawn> {
    let mut left = awaited.len();
    let mut height = room.height;
    let mut lines = Vec::new();
    for (object, it) in awaited {
        if height == 1 && left > 1 {
            let text = format!("and {left} more");
            lines.push(drawn(&plain("  ", text), room.width, paint));
            break;
        }
        let text = match &*it.text {
            "" => object.to_string(),
            text => told(object, text),
        };
        lines.push(head(spinner, &text, room.width, paint));
        left -= 1;
        // What is over is for the others' heads first, and then shared.
        height = height.saturating_sub(1);
        let share = height.saturating_sub(left) / (left + 1);
        let mut details = details(it);
        if details.len() > share {
            details.truncate(share.saturating_sub(1));
            if share > 0 {
                details.push(plain("  ", "…".to_owned()));
            }
        }
        height -= details.len();
        lines.extend(details.iter().map(|line| drawn(line, room.width, paint)));
        if height == 0 {
            break;
        }
    }
    lines
}

/// What an object controls, as a tree, and what keeps it that the tree does not say.
fn details(awaited: &Awaited) -> Vec<Line> {
    let mut lines = Vec::new();
    branches(&awaited.dependents, "  ", &mut lines);
    let is_drawn = |reason: &&Reason| contains(&awaited.dependents, &reason.object);
    let others = awaited.reasons.iter().filter(|reason| !is_drawn(reason));
    lines.extend(others.take(MOST_REASONS).map(|reason| Line {
        before: "    ".to_owned(),
        text: harmless(&reason.to_string()),
        colour: Some(Colour::Yellow),
    }));
    lines
}

fn branches(dependents: &Dependents, before: &str, lines: &mut Vec<Line>) {
    let count = dependents.shown.len();
    for (at, it) in dependents.shown.iter().enumerate() {
        let is_last = at + 1 == count && dependents.more == 0;
        let (branch, below) = if is_last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        lines.push(Line {
            before: format!("{before}{branch}"),
            text: harmless(&format!("{}: {}", it.object, it.text)),
            colour: match it.state {
                DependentState::Failed => Some(Colour::Red),
                DependentState::Waiting => Some(Colour::Yellow),
                DependentState::Ready => Some(Colour::Green),
                DependentState::Ending => None,
            },
        });
        branches(&it.dependents, &format!("{before}{below}"), lines);
    }
    if dependents.more > 0 {
        let text = format!("and {} more", dependents.more);
        lines.push(plain(&format!("{before}└─ "), text));
    }
}

fn contains(dependents: &Dependents, object: &str) -> bool {
    let mut shown = dependents.shown.iter();
    shown.any(|it| it.object == object || contains(&it.dependents, object))
}

fn plain(before: &str, text: String) -> Line {
    Line {
        before: before.to_owned(),
        text,
        colour: None,
    }
}

fn head(spinner: &str, text: &str, width: usize, paint: Paint) -> Drawn {
    let mut line = drawn(
        &plain(&format!("{spinner} "), text.to_owned()),
        width,
        paint,
    );
    if let Some(behind) = line.text.strip_prefix(spinner) {
        line.text = paint.paint(Colour::Yellow, spinner) + behind;
    }
    line
}

fn drawn(line: &Line, width: usize, paint: Paint) -> Drawn {
    let before = cut(&line.before, width);
    let text = cut(&line.text, width.saturating_sub(before.width()));
    Drawn {
        width: before.width() + text.width(),
        text: match line.colour {
            Some(colour) if !text.is_empty() => before + &paint.paint(colour, &text),
            _ => before + &text,
        },
    }
}

/// As much of a text as there is room for, with a sign where something is left out.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for character in text.chars() {
        let Some(left) = room.checked_sub(character.width().unwrap_or(0)) else {
            break;
        };
        room = left;
        kept.push(character);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reason, web};
    use super::*;
    use indexmap::IndexMap;
    use trimtab_deploy::Dependent;

    fn dependent(
        object: &str,
        text: &str,
        state: DependentState,
        below: Vec<Dependent>,
    ) -> Dependent {
        Dependent {
            object: object.to_owned(),
            text: text.to_owned(),
            state,
            dependents: Dependents {
                shown: below,
                more: 0,
            },
        }
    }

    fn rolling() -> Awaited {
        use DependentState::{Ending, Ready, Waiting};
        let mut new = dependent(
            "replicaset/web-2",
            "new, 1 of 12 ready",
            Waiting,
            vec![
                dependent("pod/web-2-b", "ContainerCreating", Waiting, vec![]),
                dependent("pod/web-2-a", "ready", Ready, vec![]),
            ],
        );
        new.dependents.more = 10;
        let going = vec![dependent("pod/web-1-a", "terminating", Ending, vec![])];
        let old = dependent("replicaset/web-1", "old, 0 of 0 ready", Ending, going);
        Awaited {
            text: "1 of 12 updated".to_owned(),
            reasons: vec![
                reason(0, "pulling"),
                Reason {
                    object: "replicaset/web-2".to_owned(),
                    ..reason(0, "no quota")
                },
            ],
            dependents: Dependents {
                shown: vec![new, old],
                more: 0,
            },
        }
    }

    fn shown(count: usize, width: usize, height: usize) -> String {
        let awaited: IndexMap<ObjectRef, Awaited> = (0..count)
            .map(|number| {
                let name = format!("web{number}");
                let object = ObjectRef::new(&web().resource, "default", &name);
                (object, rolling())
            })
            .collect();
        let room = Size { width, height };
        let lines = lines(awaited.iter(), room, "*", Paint::plain());
        assert!(lines.iter().all(|line| line.width == line.text.width()));
        let texts: Vec<String> = lines.into_iter().map(|line| line.text).collect();
        texts.join("\n")
    }

    #[test]
    fn an_object_is_the_root_of_what_it_controls() {
        let expected = "\
* deployment.apps/web0: 1 of 12 updated
  ├─ replicaset/web-2: new, 1 of 12 ready
  │  ├─ pod/web-2-b: ContainerCreating
  │  ├─ pod/web-2-a: ready
  │  └─ and 10 more
  └─ replicaset/web-1: old, 0 of 0 ready
     └─ pod/web-1-a: terminating
    pod/web-a: pulling";
        assert_eq!(shown(1, 80, 40), expected);
    }

    #[test]
    fn nothing_is_wider_or_higher_than_the_terminal() {
        let expected = "\
* deployment.apps/we…
  ├─ replicaset/web-…
  …
* deployment.apps/we…
  ├─ replicaset/web-…
  │  ├─ pod/web-2-b:…
  …";
        assert_eq!(shown(2, 21, 7), expected);
        assert_eq!(
            shown(5, 40, 3),
            "* deployment.apps/web0: 1 of 12 updated\n* deployment.apps/web1: 1 of 12 updated\n  and 3 more"
        );
        for (width, height) in [(1, 1), (3, 2), (0, 1), (10, 5)] {
            let text = shown(3, width, height);
            assert!(text.lines().count() <= height, "{width} {height}: {text}");
            assert!(text.lines().all(|line| line.width() <= width), "{text}");
        }
    }

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
    }
}
