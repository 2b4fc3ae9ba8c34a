//! What goes on top of the target, as if a kustomization above it said so.

/// Changes to what the target gives, made for one build without a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {}
