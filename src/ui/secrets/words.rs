//! Findings without the secrets that their texts quote.

use super::of;
use std::borrow::Cow;
use trimtab_deploy::Secrets;
use trimtab_tree::{Diagnostic, Location, Position, SourceMap};

/// A finding whose texts do not quote the secrets in the lines that it is about.
pub(crate) fn told<'f>(finding: &'f Diagnostic, sources: &SourceMap) -> Cow<'f, Diagnostic> {
    let positions = finding.labels.iter().map(|label| label.position);
    let mut secrets = Secrets::default();
    for position in std::iter::once(finding.position).chain(positions) {
        add_secret_at(position, sources, &mut secrets);
    }
    if secrets.is_empty() {
        return Cow::Borrowed(finding);
    }
    let mut told = finding.clone();
    let labels = told.labels.iter_mut().map(|label| &mut label.text);
    let texts = std::iter::once(&mut told.message).chain(&mut told.expected);
    for text in texts
        .chain(&mut told.notes)
        .chain(&mut told.hints)
        .chain(labels)
    {
        *text = secrets.without(text);
    }
    Cow::Owned(told)
}

/// Adds the secret at a position, or behind it in its line.
fn add_secret_at(position: Position, sources: &SourceMap, secrets: &mut Secrets) {
    let Some(location) = sources.locate(position) else {
        return;
    };
    let Location { text, offset, .. } = location;
    let hidden = of(&location, sources);
    let next = hidden.partition_point(|range| range.end <= offset);
    let Some(secret) = hidden.get(next) else {
        return;
    };
    let between = text.get(offset..secret.start).unwrap_or_default();
    // The text of a block scalar begins in the line behind.
    if !between.contains('\n') || between.starts_with(['|', '>']) {
        secrets.add_written(&text[secret.clone()]);
    }
}
