//! Where the YAML printers are.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// The document itself.
    Root,
    /// Behind `key:`.
    Field,
    /// Behind `-`, or behind the `:` of a key that needed `?`.
    Inline,
}

/// Where a node stands, or where the children of a collection shall stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) indent: usize,
    pub(super) context: Context,
    /// Whether it was written between `[]` or `{}`.
    pub(super) flow: bool,
}
