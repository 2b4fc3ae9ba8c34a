//! `namespace`: moves everything that can be in a namespace into one.

use super::set::{has_text, set_string};
use crate::config::{Create, FieldPath, FieldSpec, FieldSpecs, KnownKinds};
use crate::kustomization::At;
use crate::resource::{MADE_BY_HELM, Resource};
use crate::resource_set::ResourceSet;
use std::sync::LazyLock;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Mapping, Result, Text, Value};

/// Which subjects of role bindings are moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those named `default`.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    Nobody,
}

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct SetNamespace<'a> {
    /// The namespace; nothing is done when it is empty.
    pub namespace: &'a At<Text>,
    /// Fields beside `metadata.namespace` and the subjects of role bindings.
    pub specs: &'a FieldSpecs,
    /// Whether only fields that are empty are set.
    pub unset_only: bool,
    /// Which subjects of role bindings are moved.
    pub subjects: Subjects,
}

const NAMESPACE_PATH: &str = "metadata/namespace";
const NAME_PATH: &str = "metadata/name";
const SUBJECTS_PATH: &str = "subjects/namespace";

/// Sets the namespace of every resource whose kind is not known to be outside all namespaces, and
/// the other fields that hold a namespace.
///
/// # Errors
/// When such a field is a list or a mapping, or two resources come to have the same id.
pub(crate) fn set_namespace(resources: &mut ResourceSet, order: &SetNamespace<'_>) -> Result<()> {
    if order.namespace.is_empty() {
        return Ok(());
    }
    let size = order.namespace.len() / 64;
    resources.grow(resources.len(), size, order.namespace.position)?;
    resources.will_rename();
    let mut moved = Vec::with_capacity(resources.len());
    let mut done = 0;
    let mut kinds = KnownKinds::default();
    let result = (0..resources.len()).try_for_each(|place| {
        if !is_made_by_helm(resources.get(place)) {
            resources.edit(place, |resource| {
                resource.store_previous_id();
                let position = resource.position();
                let (number, gvk) = (resource.kind_number(), resource.gvk());
                let others = kinds.of_numbered(number, gvk, |gvk| order.other_fields(gvk));
                (order.apply_to(resource, others)).map_err(|error| error.at(position))
            })?;
            moved.push(place);
        }
        done = place + 1;
        Ok(())
    });
    if resources.are_different() {
        return result;
    }
    // All at once: the index is made for it when all have moved.
    let mut moved = moved.into_iter();
    let alone = moved.try_for_each(|place| check_alone(resources, place, done));
    alone.and(result)
}

fn is_made_by_helm(resource: &Resource) -> bool {
    resource.annotation(MADE_BY_HELM) == Some("true")
}

/// Checks that a resource did not meet another one where it was moved: one that was moved before it,
/// or was there. Those from place `done` on were not moved.
fn check_alone(resources: &ResourceSet, place: usize, done: usize) -> Result<()> {
    let moved = resources.get(place);
    let is_met = |&other: &usize| other < place || other >= done || was_there(resources.get(other));
    match resources.twins_of(place).find(is_met) {
        None => Ok(()),
        Some(other) => Err(Diagnostic::error(
            "namespace-conflict",
            format!(
                "the namespace makes two resources one: {}",
                moved.id().in_words()
            ),
        )
        .at(moved.position())
        .label(resources.get(other).position(), "the other one")
        .hint("rename one of them, or leave its namespace to a kustomization of its own")),
    }
}

/// Whether a resource was called what it is now before everything was moved.
fn was_there(resource: &Resource) -> bool {
    let id = resource.id();
    let before = resource.previous().last();
    is_made_by_helm(resource)
        || before
            .is_none_or(|before| before.name == id.name && before.namespace == id.scope().name())
}

impl SetNamespace<'_> {
    pub(super) fn apply(&self, resource: &mut Resource) -> Result<()> {
        let others = self.other_fields(resource.gvk());
        self.apply_to(resource, &others)
    }

    /// The fields of a kind beside those that are set in all objects.
    fn other_fields(&self, gvk: &Gvk) -> Vec<&FieldSpec> {
        let is_core = gvk.group.is_empty() && gvk.version == "v1";
        let is_other = |spec: &&FieldSpec| match spec.path.text() {
            NAMESPACE_PATH => false,
            // Only the core `Namespace` is renamed, not every kind that is called so.
            NAME_PATH => is_core,
            SUBJECTS_PATH => !(is_role_binding(&gvk.kind) && is_role_binding(&spec.gvk.kind)),
            _ => true,
        };
        self.specs.of(gvk).filter(is_other).collect()
    }

    fn apply_to(&self, resource: &mut Resource, others: &[&FieldSpec]) -> Result<()> {
        static OWN_NAMESPACE: LazyLock<FieldSpec> =
            LazyLock::new(|| FieldSpec::everywhere(NAMESPACE_PATH));
        static SUBJECTS: FieldPath = FieldPath::from_static(SUBJECTS_PATH);

        let has_namespace = !resource.id().cluster_scoped;
        let is_binding = is_role_binding(&resource.gvk().kind);
        let mut set = |field: &mut Value| self.set(field);
        if has_namespace {
            if let Some(visited) = resource.visit_namespace(&mut set) {
                visited.map_err(|error| error.in_field(NAMESPACE_PATH))?;
            } else {
                let value = resource.value_mut_below(&OWN_NAMESPACE.path);
                OWN_NAMESPACE.visit(value, Create::Scalar, &mut set)?;
            }
        }
        if is_binding {
            self.set_in_subjects(resource.value_mut_below(&SUBJECTS))?;
        }
        for spec in others {
            let value = resource.value_mut_below(&spec.path);
            spec.visit(value, Create::Scalar, &mut set)?;
        }
        Ok(())
    }

    fn set(&self, field: &mut Value) -> Result<()> {
        if self.unset_only && has_text(field) {
            return Ok(());
        }
        set_string(field, self.namespace)
    }

    fn set_in_subjects(&self, binding: &mut Value) -> Result<()> {
        let (field, wanted) = match self.subjects {
            Subjects::Nobody => return Ok(()),
            Subjects::DefaultOnly => ("name", "default"),
            Subjects::AllServiceAccounts => ("kind", "ServiceAccount"),
        };
        let subjects = match binding.get_mut("subjects") {
            Some(subjects) if !subjects.is_null() => subjects,
            _ => return Ok(()),
        };
        let (what, position) = (subjects.describe(), subjects.position);
        let Some(items) = subjects.as_sequence_mut() else {
            return Err(wrong_subjects(what)
                .at(position)
                .expecting("a list of subjects"));
        };
        for subject in items.iter_mut().filter(|subject| !subject.is_null()) {
            let (what, position) = (subject.describe(), subject.position);
            let fields = (subject.as_mapping_mut())
                .ok_or_else(|| wrong_subjects(what).at(position).expecting("a mapping"))?;
            if fields.get(field).and_then(Value::text_if_not_null) == Some(wanted) {
                self.set(namespace_of(fields))?;
            }
        }
        Ok(())
    }
}

fn namespace_of(subject: &mut Mapping) -> &mut Value {
    subject.get_or_insert_with("namespace", || Value::string(""))
}

fn wrong_subjects(what: &str) -> Box<Diagnostic> {
    Diagnostic::error("wrong-node-kind", format!("a subject cannot be {what}")).in_field("subjects")
}

fn is_role_binding(kind: &str) -> bool {
    matches!(kind, "RoleBinding" | "ClusterRoleBinding")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources};
    use super::*;
    use crate::config::builtin_specs;
    use crate::config::{FieldPath, SpecList};
    use trimtab_tree::Position;

    fn order(subjects: Subjects, unset_only: bool) -> SetNamespace<'static> {
        static NEW: At<Text> = At::new(Text::const_new("new"), Position::NONE);
        SetNamespace {
            namespace: &NEW,
            specs: builtin_specs(SpecList::Namespace),
            unset_only,
            subjects,
        }
    }

    #[test]
    fn all_that_can_be_in_a_namespace_is_moved() {
        let mut set = resources(
            "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: null}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: old}}
---
{apiVersion: x/v1, kind: Namespace, metadata: {name: kept, namespace: old}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: d}, spec: {service: {name: s}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: h, annotations: {internal.config.kubernetes.io/helm-generated: 'true'}}
",
        );
        set_namespace(&mut set, &order(Subjects::DefaultOnly, false)).unwrap();
        assert_text(
            &set,
            "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: new}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: new}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: new}}
---
{apiVersion: x/v1, kind: Namespace, metadata: {name: kept, namespace: new}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: d}, spec: {service: {name: s, namespace: new}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: h, annotations: {internal.config.kubernetes.io/helm-generated: 'true'}}
",
        );
        let previous: Vec<_> = set
            .iter()
            .map(|resource| resource.previous().len())
            .collect();
        assert_eq!(previous, [1, 1, 1, 1, 1, 1, 0]);
    }

    #[test]
    fn subjects_are_moved_as_asked() {
        let binding = |first: &str, second: &str| {
            format!(
                "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b}}
subjects:
- {{kind: ServiceAccount, name: default{first}}}
- {{kind: ServiceAccount, name: other, namespace: {second}}}
- {{kind: User, name: jane}}
- null
"
            )
        };
        for (subjects, unset_only, first, second) in [
            (Subjects::Nobody, false, "", "old"),
            (Subjects::DefaultOnly, false, ", namespace: new", "old"),
            (
                Subjects::AllServiceAccounts,
                false,
                ", namespace: new",
                "new",
            ),
            (
                Subjects::AllServiceAccounts,
                true,
                ", namespace: new",
                "old",
            ),
        ] {
            let mut set = resources(&binding("", "old"));
            set_namespace(&mut set, &order(subjects, unset_only)).unwrap();
            assert_text(&set, &binding(first, second));
        }
    }

    #[test]
    fn what_is_set_stays_when_only_unset_fields_are_wanted() {
        let mut set = resources(
            "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: old}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: ''}}
",
        );
        set_namespace(&mut set, &order(Subjects::DefaultOnly, true)).unwrap();
        let namespaces: Vec<_> = set.iter().map(|r| r.id().namespace.clone()).collect();
        assert_eq!(namespaces, ["old", "new"]);
    }

    #[test]
    fn two_resources_must_not_become_one() {
        let mut set = resources(
            "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: y}}
",
        );
        let error = set_namespace(&mut set, &order(Subjects::DefaultOnly, false)).unwrap_err();
        assert_eq!(error.code, "namespace-conflict");
    }

    #[test]
    fn a_field_that_cannot_be_a_namespace_is_an_error() {
        static NEW: At<Text> = At::new(Text::const_new("new"), Position::NONE);
        let spec = FieldSpec {
            gvk: Gvk::default(),
            path: FieldPath::new("spec"),
            create: false,
        };
        let specs = FieldSpecs::new(vec![spec]);
        let order = SetNamespace {
            namespace: &NEW,
            specs: &specs,
            unset_only: false,
            subjects: Subjects::DefaultOnly,
        };
        for (object, field) in [
            (
                "{apiVersion: v1, kind: A, metadata: {name: a}, spec: {}}",
                "spec",
            ),
            (
                "{apiVersion: v1, kind: RoleBinding, metadata: {name: a}, subjects: x}",
                "subjects",
            ),
        ] {
            let error = set_namespace(&mut resources(object), &order).unwrap_err();
            assert_eq!(
                (error.code, error.field.as_deref()),
                ("wrong-node-kind", Some(field))
            );
        }
    }
}
