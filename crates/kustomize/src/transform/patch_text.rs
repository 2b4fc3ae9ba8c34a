//! The texts of patches: read from files or inline.

use crate::kustomization::At;
use crate::lint;
use crate::loader::{Loader, Source};
use trimtab_tree::{Position, Result, Text, Value};

/// A text with its documents.
pub(super) struct PatchText {
    /// Nodes are positioned in the text.
    pub(super) documents: Vec<Value>,
    /// Whether it starts like JSON.
    pub(super) is_json: bool,
    /// Where the file names it or holds it.
    pub(super) position: Position,
}

impl PatchText {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is not YAML.
    pub(super) fn of_file(loader: &Loader<'_>, path: &At<Text>) -> Result<Self> {
        let source = loader.load(path)?;
        Self::parse(&source, path.position, loader)
    }

    /// Reads a text that stands in another.
    ///
    /// # Errors
    /// When it is not YAML.
    pub(super) fn inline(loader: &Loader<'_>, text: &str, position: Position) -> Result<Self> {
        let source = loader.sources().add_inline(position, text.into())?;
        Self::parse(&source, position, loader)
    }

    fn parse(source: &Source, position: Position, loader: &Loader<'_>) -> Result<Self> {
        Ok(Self {
            documents: lint::parse_patch(source, loader.sources())?,
            is_json: source.text.starts_with('['),
            position,
        })
    }

    /// What the documents hold, as [`Value::size`] counts.
    pub(super) fn nodes(&self) -> usize {
        self.documents.iter().map(|it| it.size().nodes).sum()
    }

    /// Whether no document says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.documents.iter().all(Value::is_null_or_empty)
    }
}
