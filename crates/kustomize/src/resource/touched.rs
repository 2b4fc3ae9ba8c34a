//! Which parts of an object a change may have touched.

/// What of an object may have been changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touched {
    /// Nothing.
    #[default]
    Nothing,
    /// Whatever is beside `metadata` and what the kind is read from.
    BesideMetadata,
    /// Whatever the id is not read from.
    Content,
    /// What name and namespace are read from, which was done.
    KnownMetadata,
    /// What name and namespace are read from, but not the kind.
    Metadata,
    /// Anything.
    Anything,
}

impl Touched {
    /// What a change of the fields at a path touches.
    pub(super) fn at(path: &str) -> Self {
        let is_content = ["metadata/labels", "metadata/annotations", "spec/"];
        if is_content.iter().any(|start| path.starts_with(start)) {
            Self::Content
        } else if path.starts_with("metadata/") {
            Self::Metadata
        } else {
            Self::Anything
        }
    }
}
