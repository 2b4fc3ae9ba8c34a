//! Findings for people: file, line and column, the line itself with a caret, what was expected, how
//! the build got there, and what to do. Whatever the input holds, the text stays short and free of
//! control characters.

use crate::ui::colour::Paint;
use crate::ui::excerpt::{Excerpt, excerpt};
use crate::ui::{secrets, terminal};
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};
use std::ops::Range;
use trimtab_tree::{Diagnostic, Severity, SourceMap};

/// From so many characters on a message, note or hint is cut.
const LONGEST_TEXT: usize = 600;

/// Notes and hints are broken into lines of at most so many characters.
const WIDTH: usize = 100;

/// So many stand before them.
const INDENT: usize = 10;

/// More places of one finding are only counted.
const MOST_PLACES: usize = 8;

/// The finding as text, without a line break at its end; coloured where standard error is.
pub(crate) fn render(finding: &Diagnostic, sources: &SourceMap) -> String {
    let width = terminal::size_of_stderr().map(|size| size.width);
    render_within(finding, sources, Paint::for_stderr(), width)
}

/// The same for standard output.
pub(crate) fn render_for_stdout(finding: &Diagnostic, sources: &SourceMap) -> String {
    let width = terminal::width_of_stdout();
    render_within(finding, sources, Paint::for_stdout(), width)
}

fn render_within(
    finding: &Diagnostic,
    sources: &SourceMap,
    paint: Paint,
    width: Option<usize>,
) -> String {
    let renderer = if paint.is_coloured() {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    // Excerpts are cut to size already.
    let renderer = renderer.term_width(10 * LONGEST_TEXT);
    let told = secrets::told(finding, sources);
    let finding = &*told;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(clean(&finding.message))
        .id(finding.code);
    let width = width.map_or(WIDTH, |width| width.saturating_sub(INDENT).min(WIDTH));
    let mut group = Group::with_title(title);
    for element in places(finding, sources) {
        group = group.element(element);
    }
    for note in notes(finding) {
        group = group.element(Level::NOTE.message(wrap(&note, width)));
    }
    for hint in &finding.hints {
        group = group.element(Level::HELP.with_name("hint").message(wrap(hint, width)));
    }
    renderer.render(&[group])
}

/// The lines the finding is about: its own, then those of its labels, each line once.
fn places<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Element<'a>> {
    let mut lines: Vec<(Excerpt<'a>, Vec<Annotation<'a>>)> = Vec::new();
    let own = (finding.position, AnnotationKind::Primary, String::new());
    let labels = finding.labels.iter().take(MOST_PLACES);
    let labels = labels.map(|label| {
        let text = clean(&label.text);
        (label.position, AnnotationKind::Context, text)
    });
    for (position, kind, text) in std::iter::once(own).chain(labels) {
        let Some(location) = sources.locate(position) else {
            continue;
        };
        let found = excerpt(&location, sources);
        let annotation = |span| kind.span(span).label((!text.is_empty()).then_some(text));
        let shared = lines.iter_mut().find_map(|(line, annotations)| {
            let span = line.span_of(&found)?;
            Some((annotations, apart(span, &line.span)))
        });
        if let Some((annotations, span)) = shared {
            annotations.push(annotation(span));
        } else {
            let span = found.span.clone();
            lines.push((found, vec![annotation(span)]));
        }
    }
    let mut elements = Vec::new();
    if let (false, Some(file)) = (finding.position.is_some(), &finding.file) {
        elements.push(Origin::path(clean(file)).into());
    }
    for (line, annotations) in lines {
        let path = clean(&line.name);
        let mut snippet = Snippet::source(line.text).line_start(line.line);
        if line.is_moved {
            let origin = Origin::path(path).line(line.line);
            elements.push(origin.char_column(line.column).into());
        } else {
            snippet = snippet.path(path);
        }
        elements.push(snippet.annotations(annotations).into());
    }
    elements
}

/// What to underline for a label beside the primary span: only its beginning if the two would cross.
fn apart(span: Range<usize>, primary: &Range<usize>) -> Range<usize> {
    if span.start < primary.end && primary.start < span.end {
        span.start..span.start + 1
    } else {
        span
    }
}

/// What is said below the excerpts.
fn notes(finding: &Diagnostic) -> Vec<String> {
    let mut notes = Vec::new();
    // A field of the outermost level stands in the excerpt.
    if let Some(field) = &finding.field
        && (!finding.position.is_some() || field.contains(['.', '/']))
        && !finding.message.contains(&**field)
    {
        notes.push(format!("in field `{field}`"));
    }
    if let Some(expected) = &finding.expected {
        notes.push(format!("expected {expected}"));
    }
    if let Some(more) = finding.labels.len().checked_sub(MOST_PLACES + 1) {
        notes.push(format!("and {} more such places", more + 1));
    }
    notes.extend(finding.notes.iter().cloned());
    notes.extend(
        finding
            .trail
            .iter()
            .map(|place| format!("while building {place}")),
    );
    notes
}

/// A text of one line and bounded length.
fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    for (at, character) in text.chars().enumerate() {
        if at >= LONGEST_TEXT {
            cleaned.push_str("...");
            break;
        }
        if character.is_control() {
            cleaned.extend(character.escape_default());
        } else {
            cleaned.push(character);
        }
    }
    cleaned
}

/// A text of bounded length, broken between words into lines of `width` where that can be.
fn wrap(text: &str, width: usize) -> String {
    let text = clean(text);
    let mut wrapped = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 {
            let full = column + 1 + length > width;
            wrapped.push(if full { '\n' } else { ' ' });
            column = if full { 0 } else { column + 1 };
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(wrap("use another name", 9), "use\nanother\nname");
        assert_eq!(wrap("use another name", 11), "use another\nname");
        assert_eq!(wrap("unbreakable word", 0), "unbreakable\nword");
    }
}
