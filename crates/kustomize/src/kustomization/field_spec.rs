//! Which field of which kinds a transformer changes.

use super::decode::fields;
use trimtab_object::Gvk;
use trimtab_tree::Text;

/// A field of the objects that `gvk` selects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FieldSpec {
    /// The kinds that have the field; empty parts stand for all.
    pub gvk: Gvk,
    /// Names joined by `/`; `[]` behind one goes into each item of a list.
    pub path: Text,
    /// Whether the field is made where it is missing.
    pub create: bool,
}

fields!(FieldSpec, "a field specification", {
    "group" => gvk.group,
    "version" => gvk.version,
    "kind" => gvk.kind,
    "path" => path,
    "create" => create,
});
