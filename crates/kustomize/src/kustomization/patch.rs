//! Patches.

use super::decode::fields;
use super::{At, Selector};
use trimtab_tree::Text;

/// One entry of `patches` or `patchesJson6902`: a strategic merge patch or a JSON 6902 patch, in a
/// file or inline, and what it is for.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(clippy::struct_field_names, reason = "kustomize's own names")]
pub(crate) struct Patch {
    /// The file.
    pub path: At<Text>,
    /// The patch itself.
    pub patch: At<Text>,
    /// What it is for; of a strategic merge patch it may be left out.
    pub target: Option<At<Selector>>,
    /// What it may change.
    pub options: Option<At<PatchOptions>>,
}

/// What a patch may change that it otherwise may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PatchOptions {
    /// The name.
    pub allow_name_change: bool,
    /// The kind.
    pub allow_kind_change: bool,
}

fields!(Patch, "a patch", {
    "path" => path,
    "patch" => patch,
    "target" => target,
    "options" => options,
});

fields!(PatchOptions, "patch options", {
    "allowNameChange" => allow_name_change,
    "allowKindChange" => allow_kind_change,
});
