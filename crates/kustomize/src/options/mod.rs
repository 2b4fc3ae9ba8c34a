//! What a build may be told beside its target.

mod functions;
mod helm;
mod overrides;

pub use functions::FunctionOptions;
pub use helm::HelmOptions;
pub use overrides::Overrides;
pub use trimtab_remote::RemoteOptions;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// What that label names, as `PROGRAM-vVERSION`; this program when not given.
    pub manager: Option<&'static str>,
    /// How references to other machines are read.
    pub remote: RemoteOptions,
    /// Which functions and plugins may run, and with what.
    pub functions: FunctionOptions,
    /// How charts are inflated.
    pub helm: HelmOptions,
    /// What goes on top of the target, as if a kustomization above it said so.
    pub overrides: Overrides,
}
