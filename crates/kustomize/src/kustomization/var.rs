//! Variables, kustomize's older form of replacements.

use super::At;
use super::decode::fields;
use trimtab_tree::Text;

/// A name that stands for a field of a resource. `$(NAME)` in other resources becomes its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Var {
    /// The name.
    pub name: At<Text>,
    /// The resource.
    pub object: At<VarObject>,
    /// The field.
    pub field: FieldReference,
}

/// The resource that a variable reads from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VarObject {
    /// Group and version in one; goes before the two fields.
    pub api_version: At<Text>,
    /// The API group.
    pub group: At<Text>,
    /// The version.
    pub version: At<Text>,
    /// The kind.
    pub kind: At<Text>,
    /// The name.
    pub name: At<Text>,
    /// The namespace.
    pub namespace: At<Text>,
}

impl Var {
    /// The variable with everything filled in that has a default: the field, and group and version
    /// out of `apiVersion`. Only then two can be compared.
    #[must_use]
    pub(crate) fn with_defaults(mut self) -> Self {
        let field_path = &mut self.field.field_path;
        if field_path.is_empty() {
            field_path.value = Text::const_new("metadata.name");
        }
        let object = &mut self.object.value;
        let parts: Vec<&str> = object.api_version.value.split('/').collect();
        match parts[..] {
            [""] => {}
            [version] => object.version.value = version.into(),
            [group, version] => {
                object.group.value = group.into();
                object.version.value = version.into();
            }
            // kustomize leaves such as it is too; nothing will be selected by it.
            _ => {}
        }
        self
    }
}

/// The field that a variable reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FieldReference {
    /// Names joined by dots; `metadata.name` when not given.
    pub field_path: At<Text>,
}

fields!(Var, "a variable", {
    "name" => name [always],
    "objref" => object [always],
    "fieldref" => field [always],
});

fields!(VarObject, "an object reference", {
    "apiVersion" => api_version,
    "group" => group,
    "version" => version,
    "kind" => kind,
    "name" => name [always],
    "namespace" => namespace,
});

fields!(FieldReference, "a field reference", { "fieldPath" => field_path });
