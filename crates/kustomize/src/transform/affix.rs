//! `namePrefix` and `nameSuffix`.

use super::set::set_text;
use crate::config::{Create, FieldSpecs};
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use trimtab_object::Gvk;
use trimtab_tree::{Result, Text, Value};

/// At which end of a name a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affix {
    /// In front.
    Prefix,
    /// Behind.
    Suffix,
}

/// The one field whose change is a change of the resource's name.
const NAME: &str = "metadata/name";

/// Puts `text` before or behind the texts in the fields that `specs` name, and remembers what
/// resources that were so renamed were called before.
///
/// Kinds whose names are made of other names, or that are named by others everywhere, keep
/// theirs: custom resource definitions, API services and namespaces. What counts is the kind a
/// resource was read with.
///
/// # Errors
/// When a field is a list or a mapping, or the way to it leads through a scalar.
pub fn add_affix(
    resources: &mut ResourceSet,
    affix: Affix,
    text: &Text,
    specs: &FieldSpecs,
) -> Result<()> {
    resources.edit_all(|resource| {
        let original = original_gvk(resource);
        if is_exempt(&original) {
            return Ok(());
        }
        for spec in specs.of(&original) {
            if spec.path.text() == NAME && !text.is_empty() {
                match affix {
                    Affix::Prefix => resource.prefixes.push(text.clone()),
                    Affix::Suffix => resource.suffixes.push(text.clone()),
                }
                resource.store_previous_id();
            }
            if spec.selects(resource.gvk()) {
                let position = resource.position();
                let mut change = |value: &mut Value| affix.add(value, text);
                spec.visit(resource.value_mut(), Create::Scalar, &mut change)
                    .map_err(|error| error.at(position))?;
            }
        }
        Ok(())
    })
}

impl Affix {
    fn add(self, value: &mut Value, text: &Text) -> Result<()> {
        let old = value.text().unwrap_or_default();
        let (first, second) = match self {
            Self::Prefix => (text.as_str(), old),
            Self::Suffix => (old, text.as_str()),
        };
        let mut new = Text::with_capacity(first.len() + second.len());
        new.push_str(first);
        new.push_str(second);
        set_text(value, new)
    }
}

fn original_gvk(resource: &Resource) -> Gvk {
    let mut gvk = resource.gvk().clone();
    if let Some(first) = resource.previous().first() {
        gvk.kind.clone_from(&first.kind);
    }
    gvk
}

fn is_exempt(gvk: &Gvk) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}
