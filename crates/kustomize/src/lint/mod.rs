//! Warnings of what kustomize takes in silence though it can hardly be meant. The checks here read
//! and never change anything, and cost next to nothing where there is nothing to tell: scalars are
//! looked at only where the parser met a doubtful one.

mod files;
mod labels;
mod listed;
mod objects;
mod scalars;
mod texts;

use crate::loader::{Source, Sources};
pub use files::unreferenced_files;
pub(crate) use labels::warn_of_label_fields;
pub(crate) use listed::warn_of_kustomization;
pub(crate) use objects::warn_of_object;
pub(crate) use scalars::{Role, warn_of_scalars};
use trimtab_tree::{
    ParseOptions, Parsed, Result, Value, parse_documents_on_two_threads, parse_documents_with_doubt,
};

/// All documents of a source of objects; warns of doubtful scalars.
///
/// # Errors
/// When the text is not YAML.
pub(crate) fn parse_objects(source: &Source, sources: &Sources) -> Result<Vec<Value>> {
    Ok(objects(parse(source, false)?, sources))
}

/// What `make` makes of the documents of a source of objects, as a whole or, if somebody waits for it, part
/// by part on two threads. It warns of nothing.
///
/// # Errors
/// When the text is not YAML.
pub(crate) fn parse_parts<T: Send>(
    source: &Source,
    is_awaited: bool,
    make: impl Fn(Parsed) -> T + Sync,
) -> Result<Vec<T>> {
    if is_awaited {
        return parse_documents_on_two_threads(&source.text, options(source, true), make);
    }
    parse(source, true).map(|parsed| vec![make(parsed)])
}

/// All documents of a source of objects, for those who look ahead: nothing is said of it.
pub(crate) fn parse_ahead(source: &Source) -> Option<Parsed> {
    parse(source, true).ok()
}

/// The documents of a source of objects that were parsed ahead; warns of doubtful scalars.
pub(crate) fn objects(parsed: Parsed, sources: &Sources) -> Vec<Value> {
    warned(parsed, Role::Objects, sources)
}

/// All documents of a patch of either kind; warns of doubtful scalars.
///
/// # Errors
/// When the text is not YAML.
pub(crate) fn parse_patch(source: &Source, sources: &Sources) -> Result<Vec<Value>> {
    let parsed = parse(source, false)?;
    let mut documents = parsed.documents.iter();
    let first = documents.find(|document| !document.is_null_or_empty());
    let role = match first.and_then(Value::as_sequence) {
        Some(_) => Role::JsonPatch,
        None => Role::Objects,
    };
    Ok(warned(parsed, role, sources))
}

fn parse(source: &Source, are_objects: bool) -> Result<Parsed> {
    parse_documents_with_doubt(&source.text, options(source, are_objects))
}

fn options(source: &Source, are_objects: bool) -> ParseOptions {
    ParseOptions {
        base: source.base,
        may_double_annotations: are_objects,
        ..ParseOptions::default()
    }
}

fn warned(parsed: Parsed, role: Role, sources: &Sources) -> Vec<Value> {
    if parsed.is_doubtful {
        warn_of_scalars(&parsed.documents, role, &mut |warning| {
            sources.warn(warning);
        });
    }
    for warning in parsed.doubled {
        sources.warn(warning);
    }
    parsed.documents
}
