//! What a build may be told beside its target.

use crate::loader::LoadRestrictions;

/// In which order the resources come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reorder {
    /// As `sortOptions` says, else [`Reorder::Legacy`].
    #[default]
    Unspecified,
    /// Namespaces first, webhooks last.
    Legacy,
    /// As the kustomizations list them.
    None,
}

/// The options of a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Which files a kustomization may read.
    pub load_restrictions: LoadRestrictions,
    /// In which order the resources come; `sortOptions` of the target goes before it.
    pub reorder: Reorder,
    /// Whether every resource gets the label `app.kubernetes.io/managed-by`.
    pub managed_by_label: bool,
    /// Whether to write down what every field was and what set it: see
    /// [`Resource::history`](crate::Resource::history).
    pub record: bool,
}
