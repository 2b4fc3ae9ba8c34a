//! What goes on top of the target, as if a kustomization above it said so.

/// Changes to what the target gives, made for one build without a file: what a kustomization would
/// do that has nothing but the target under `resources` and these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Other names, tags and digests of images, in the forms that `kustomize edit set image` takes.
    pub images: Vec<String>,
    /// Numbers of replicas, each as `NAME=COUNT`.
    pub replicas: Vec<String>,
    /// The namespace of everything; empty for none.
    pub namespace: String,
    /// What goes before names.
    pub name_prefix: String,
    /// What goes behind names.
    pub name_suffix: String,
}

impl Overrides {
    /// Under which name their text is shown.
    pub const SHOWN: &'static str = "command line";

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
