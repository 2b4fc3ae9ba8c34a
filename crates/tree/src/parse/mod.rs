//! Reading YAML and JSON.
//!
//! YAML is read as go-yaml v3 reads it when kustomize does: the grammar of libyaml (YAML 1.1), the
//! resolution rules of [`crate::resolve`], anchors expanded and merge keys merged. The way goes
//! from the text through `scanner` (tokens), `grammar` (events) and `compose` (values).
//!
//! Whatever the text, time and memory are linear in its length; what aliases add is bounded in
//! `anchors`. Text that YAML does not allow is refused with the position of the cause.

mod anchors;
mod characters;
mod comments;
mod compose;
mod decode;
#[cfg(test)]
mod differential;
mod grammar;
mod json;
mod merge;
mod parts;
mod problem;
mod scanner;
#[cfg(test)]
mod tests;
mod token;

pub use decode::decode;
pub use json::{parse_json, parse_json_last_key_wins};
pub use parts::parse_documents_on_two_threads;
pub use problem::too_deep;

use crate::{Diagnostic, Position, Result, Value};
use compose::Composer;
pub(crate) use grammar::{Event, EventKind, Grammar};

use scanner::Scanner;

/// How deep sequences and mappings may be nested. go-yaml stops at 10,000; here the limit is such
/// that every recursive function over a [`Value`], dropping it included, is safe on a stack of
/// 2 MiB: 8 KiB a level. Manifests are a few dozen levels deep at most.
pub const MAX_DEPTH: usize = 256;

/// Texts of more bytes are refused before they are read. With [`MAX_NODES`] that bounds the memory
/// of whatever is read to less than 512 MiB.
pub const MAX_LENGTH: usize = 64 << 20;

/// A YAML text may hold as many scalars, sequences and mappings together: those of some 100,000
/// workloads.
pub const MAX_NODES: usize = 4_000_000;

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ParseOptions {
    /// The offset of the text in its [`crate::SourceMap`], see [`crate::SourceMap::base`].
    pub base: u32,
    /// Whether comments are kept, in [`crate::Value::extra`].
    pub comments: bool,
    /// Whether of equal keys in one mapping the last value stays, as with go-yaml v2, in the place
    /// of the first. Otherwise they are refused.
    pub last_key_wins: bool,
    /// Whether a scalar behind a tag that is only `!` is a string whatever it looks like, as with
    /// go-yaml v2. Otherwise that tag says nothing.
    pub bare_tag_is_text: bool,
    /// Whether an object may have `metadata.annotations` twice, and annotations a key, as kustomize lets them:
    /// see [`Parsed::doubled`]. The mappings become one: for a key in several the first counts, within one the last.
    pub may_double_annotations: bool,
}

/// Reads all documents of `text`. A document without content is `null`; a text without documents
/// (empty, or comments only) gives none.
///
/// # Errors
/// When `text` is not YAML, has equal keys in one mapping, names an anchor that is not there, or
/// passes a limit: [`MAX_DEPTH`], [`MAX_LENGTH`], [`MAX_NODES`], some 400,000 nodes added by aliases.
pub fn parse_documents(text: &str, options: ParseOptions) -> Result<Vec<Value>> {
    parse_documents_with_doubt(text, options).map(|parsed| parsed.documents)
}

/// The documents of a text, and whether they deserve a second look.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents.
    pub documents: Vec<Value>,
    /// Whether a plain scalar is in them that other readers of YAML, or people, may see something
    /// else in: a word such as `on`, a date, a number such as `012`, `1.10` or `1:30`. Those who
    /// warn of such look for them only then.
    pub is_doubtful: bool,
    /// Warnings of keys that are there twice: see [`ParseOptions::may_double_annotations`].
    pub doubled: Vec<Diagnostic>,
}

/// As [`parse_documents`].
///
/// # Errors
/// As [`parse_documents`].
pub fn parse_documents_with_doubt(text: &str, options: ParseOptions) -> Result<Parsed> {
    let mut composer = composer(text, options)?;
    let mut documents = Vec::new();
    while let Some(document) = composer.document()? {
        documents.push(document);
    }
    Ok(Parsed {
        documents,
        is_doubtful: composer.is_doubtful,
        doubled: composer.doubled,
    })
}

/// Reads the only document of `text`; text without any is `null`.
///
/// # Errors
/// As [`parse_documents`], and when there is a second document.
pub fn parse_document(text: &str, options: ParseOptions) -> Result<Value> {
    let mut composer = composer(text, options)?;
    let Some(document) = composer.document()? else {
        return Ok(Value::null().at(Position::new(options.base, 0)));
    };
    if let Some(second) = composer.document()? {
        return Err(
            Diagnostic::error("second-document", "found a second document")
                .at(second.position)
                .expecting("one document only")
                .label(document.position, "the first document")
                .hint("remove the line --- and what is behind it, or make it a file of its own"),
        );
    }
    Ok(document)
}

fn composer(text: &str, options: ParseOptions) -> Result<Composer<'_>> {
    check_length(text.len(), MAX_LENGTH)?;
    if let Some(at) = characters::find_forbidden(text) {
        return Err(problem::forbidden_character(
            text,
            at,
            Position::new(options.base, at),
        ));
    }
    let mut scanner = Scanner::new(text, options.base);
    scanner.comments = options.comments.then(Vec::new);
    Ok(Composer::new(Grammar::new(scanner), options))
}

/// The grammar's events of a text that has been parsed without an error, for those who need to know
/// where its parts are.
pub(crate) fn grammar_of(text: &str) -> Grammar<'_> {
    Grammar::new(Scanner::new(text, 0))
}

fn check_length(length: usize, most: usize) -> Result<()> {
    if length <= most {
        return Ok(());
    }
    Err(
        Diagnostic::error("text-too-long", format!("the text has {length} bytes"))
            .expecting(format!("at most {most} bytes")),
    )
}
