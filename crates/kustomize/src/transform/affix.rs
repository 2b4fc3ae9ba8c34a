//! `namePrefix` and `nameSuffix`.

use super::set::set_text;
use crate::config::{Create, FieldSpec, FieldSpecs, KnownKinds};
use crate::kustomization::At;
use crate::provenance::{Action, Step};
use crate::resource::AddAffix;
use crate::resource_set::ResourceSet;
use trimtab_object::Gvk;
use trimtab_tree::{Position, Result, Text, Value};

/// At which end of a name a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affix {
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
pub(crate) fn add_affix(
    resources: &mut ResourceSet,
    affix: Affix,
    text: &At<Text>,
    specs: &FieldSpecs,
) -> Result<()> {
    // Names that were are kept, too.
    resources.grow(resources.len(), text.len() / 64, text.position)?;
    resources.will_rename();
    let mut add = AddAffix::new(&text.value);
    let mut kinds: KnownKinds<Vec<&FieldSpec>> = KnownKinds::default();
    resources.edit_all(|resource| {
        let number = resource.kind_number();
        let due = kinds.of_numbered(number, &resource.original_gvk(), |original| {
            let is_due = !is_exempt(original);
            specs.of(original).filter(|_| is_due).collect()
        });
        for &spec in due {
            let is_name = spec.path.text() == NAME;
            if is_name && !text.is_empty() {
                add.to(match affix {
                    Affix::Prefix => &mut resource.prefixes,
                    Affix::Suffix => &mut resource.suffixes,
                });
                resource.store_previous_id();
            }
            if spec.selects(resource.gvk()) {
                let position = resource.position();
                let mut change = |value: &mut Value| affix.add(value, text);
                let visited = if is_name {
                    resource.visit_name(spec, Create::Scalar, &mut change)
                } else {
                    resource.visit(spec, Create::Scalar, &mut change)
                };
                visited.map_err(|error| error.at(position))?;
            }
        }
        Ok(())
    })
}

impl Affix {
    /// The step of the field of a kustomization that stands at a position.
    pub(crate) fn step(self, position: Position) -> Step {
        match self {
            Self::Prefix => Step::new(Action::NamePrefix, "namePrefix", position),
            Self::Suffix => Step::new(Action::NameSuffix, "nameSuffix", position),
        }
    }

    fn add(self, value: &mut Value, text: &At<Text>) -> Result<()> {
        let old = value.text().unwrap_or_default();
        let (first, second) = match self {
            Self::Prefix => (text.as_str(), old),
            Self::Suffix => (old, text.as_str()),
        };
        let mut new = Text::with_capacity(first.len() + second.len());
        new.push_str(first);
        new.push_str(second);
        set_text(value, new, text.position)
    }
}

fn is_exempt(gvk: &Gvk) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources};
    use super::*;
    use crate::config::SpecList;
    use crate::config::builtin_specs;

    fn add(set: &mut ResourceSet, affix: Affix, text: &str) {
        add_affix(
            set,
            affix,
            &text.into(),
            builtin_specs(SpecList::NamePrefix),
        )
        .unwrap();
    }

    #[test]
    fn names_grow_at_both_ends_and_are_remembered() {
        let mut set = resources("{apiVersion: v1, kind: Service, metadata: {name: web}}");
        add(&mut set, Affix::Prefix, "a-");
        add(&mut set, Affix::Suffix, "-z");
        add(&mut set, Affix::Prefix, "b-");
        add(&mut set, Affix::Prefix, "");
        assert_text(
            &set,
            "{apiVersion: v1, kind: Service, metadata: {name: b-a-web-z}}",
        );
        let resource = set.get(0);
        assert_eq!(*resource.prefixes, ["a-", "b-"]);
        assert_eq!(*resource.suffixes, ["-z"]);
        let names: Vec<_> = resource
            .previous()
            .iter()
            .map(|id| id.name.as_str())
            .collect();
        assert_eq!(names, ["web", "a-web", "a-web-z"]);
        assert_eq!(resource.id().name, "b-a-web-z");
    }

    #[test]
    fn kinds_that_are_named_everywhere_keep_their_names() {
        let exempt = "
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: b}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: c}}
";
        let mut set = resources(exempt);
        add(&mut set, Affix::Prefix, "p-");
        assert_text(&set, exempt);
        assert!(set.iter().all(|resource| resource.previous().is_empty()));
        let mut other = resources("{apiVersion: x/v1, kind: APIService, metadata: {name: c}}");
        add(&mut other, Affix::Prefix, "p-");
        assert_eq!(other.get(0).id().name, "p-c");
    }

    #[test]
    fn a_name_may_turn_into_a_number_as_in_kustomize() {
        let mut set = resources("{apiVersion: v1, kind: Service, metadata: {name: e5}}");
        add(&mut set, Affix::Prefix, "1");
        assert_text(
            &set,
            "{apiVersion: v1, kind: Service, metadata: {name: 1e5}}",
        );
    }
}
