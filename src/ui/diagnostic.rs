//! Findings for people: file, line and column, the line itself with a caret, what was expected, how
//! the build got there, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::io::IsTerminal;
use std::ops::Range;
use trimtab_tree::{Diagnostic, Location, Severity, SourceMap};

/// The finding as text, without a line break at its end; coloured where standard error is a
/// terminal and `NO_COLOR` is not set.
pub(crate) fn render(finding: &Diagnostic, sources: &SourceMap) -> String {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let field = finding
        .field
        .as_ref()
        .map(|field| format!("field `{field}`"));
    let expected = finding
        .expected
        .as_ref()
        .map(|expected| format!("expected {expected}"));
    let trail: Vec<String> = finding
        .trail
        .iter()
        .map(|at| format!("while building {at}"))
        .collect();

    let mut group = Group::with_title(level.primary_title(&*finding.message).id(finding.code));
    if let Some(location) = sources.locate(finding.position) {
        let mut snippet = excerpt(&location).annotation(
            AnnotationKind::Primary
                .span(span(&location))
                .label(field.as_deref()),
        );
        let mut others = Vec::new();
        for label in &finding.labels {
            let Some(place) = sources.locate(label.position) else {
                continue;
            };
            let annotation = AnnotationKind::Context
                .span(span(&place))
                .label(&*label.text);
            if place.name == location.name {
                snippet = snippet.annotation(annotation);
            } else {
                others.push(excerpt(&place).annotation(annotation));
            }
        }
        group = group.element(snippet);
        group = others.into_iter().fold(group, Group::element);
    } else {
        if let Some(file) = &finding.file {
            group = group.element(Origin::path(&**file));
        }
        for label in &finding.labels {
            if let Some(place) = sources.locate(label.position) {
                let annotation = AnnotationKind::Context
                    .span(span(&place))
                    .label(&*label.text);
                group = group.element(excerpt(&place).annotation(annotation));
            }
        }
        if let Some(field) = &field {
            group = group.element(Level::NOTE.message(&**field));
        }
    }
    for note in expected.iter().chain(&trail) {
        group = group.element(Level::NOTE.message(&**note));
    }
    for hint in &finding.hints {
        group = group.element(Level::HELP.with_name("hint").message(&**hint));
    }
    renderer.render(&[group])
}

fn excerpt<'a, T: Clone>(location: &Location<'a>) -> Snippet<'a, T> {
    Snippet::source(location.text).path(location.name.clone())
}

/// The word at a position: what the caret underlines.
fn span(location: &Location<'_>) -> Range<usize> {
    let rest = &location.text[location.offset..];
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    let end = line.find(": ").unwrap_or(line.len());
    let word = line[..end].trim_end().trim_end_matches(':');
    location.offset..location.offset + word.len()
}
