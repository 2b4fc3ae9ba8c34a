//! The flags that describe a patch.

use crate::ui::path::with_slashes;
use trimtab_kustomize::edit::PatchArguments;

/// A patch.
#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// The patch's file
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true
    )]
    path: String,

    /// The patch itself
    #[arg(
        long,
        value_name = "PATCH",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    patch: String,

    /// API group of its targets
    #[arg(
        long,
        value_name = "GROUP",
        default_value = "",
        hide_default_value = true
    )]
    group: String,

    /// API version of its targets
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    version: String,

    /// Kind of its targets
    #[arg(
        long,
        value_name = "KIND",
        default_value = "",
        hide_default_value = true
    )]
    kind: String,

    /// Name of its targets
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    name: String,

    /// Namespace of its targets
    #[arg(
        long,
        value_name = "NAMESPACE",
        default_value = "",
        hide_default_value = true
    )]
    namespace: String,

    /// Selector for annotations of its targets
    #[arg(
        long,
        value_name = "SELECTOR",
        default_value = "",
        hide_default_value = true
    )]
    annotation_selector: String,

    /// Selector for labels of its targets
    #[arg(
        long,
        value_name = "SELECTOR",
        default_value = "",
        hide_default_value = true
    )]
    label_selector: String,
}

impl Flags {
    pub(super) fn arguments(&self) -> PatchArguments {
        PatchArguments {
            path: with_slashes(&self.path),
            patch: self.patch.clone(),
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            annotation_selector: self.annotation_selector.clone(),
            label_selector: self.label_selector.clone(),
        }
    }
}
