//! History that an object brings along in annotations.
//!
//! kustomize keeps what a build must remember of a resource in annotations of the domain
//! `internal.config.kubernetes.io`. Objects that come with such annotations, for example out of a
//! function that passed them through, have that history here too.

use super::{Behavior, PreviousId, Resource, make_string, remove_annotations, set_annotation};
use crate::origin::{self, ORIGIN, TRANSFORMATIONS};
use trimtab_object::Scope;
use trimtab_tree::{Node, Result, Text, Value};

const DOMAIN: &str = "internal.config.kubernetes.io/";

/// What kustomize calls each part of a history, behind [`DOMAIN`].
const PARTS: [&str; 7] = [
    "previousNames",
    "previousNamespaces",
    "previousKinds",
    "prefixes",
    "suffixes",
    "needsHashSuffix",
    "generatorBehavior",
];

impl Resource {
    /// Takes over the history that the annotations tell. They stay in the object.
    pub(crate) fn read_history(&mut self) {
        let annotations = self.value.get_path(&["metadata", "annotations"]);
        let Some(annotations) = annotations.and_then(Value::as_mapping) else {
            return;
        };
        let told = |name: &str| {
            let key = annotations
                .iter()
                .find(|(key, _)| key.strip_prefix(DOMAIN) == Some(name));
            key.and_then(|(_, value)| value.text())
        };
        if !annotations.iter().any(|(key, _)| key.starts_with(DOMAIN)) {
            return;
        }
        let list = |name| -> Vec<Text> {
            let text = told(name);
            text.map_or_else(Vec::new, |text| text.split(',').map(Text::from).collect())
        };
        let (names, namespaces) = (list("previousNames"), list("previousNamespaces"));
        let kinds = list("previousKinds");
        let (prefixes, suffixes) = (list("prefixes"), list("suffixes"));
        let needs_hash = told("needsHashSuffix") == Some("enabled");
        let behavior = match told("generatorBehavior") {
            Some("create") => Behavior::Create,
            Some("replace") => Behavior::Replace,
            Some("merge") => Behavior::Merge,
            _ => Behavior::Unspecified,
        };
        self.kind_number = None;
        // Lists of different lengths tell of no id.
        if names.len() == namespaces.len() && names.len() == kinds.len() {
            let ids = names.into_iter().zip(namespaces).zip(kinds);
            self.previous = ids
                .map(|((name, namespace), kind)| PreviousId {
                    name,
                    cluster_scoped: namespace == Scope::Cluster.name(),
                    namespace,
                    kind,
                })
                .collect();
        }
        self.prefixes = prefixes.into_iter().collect();
        self.suffixes = suffixes.into_iter().collect();
        self.needs_hash = needs_hash;
        self.behavior = behavior;
    }

    /// The object with all that the build remembers of it in annotations, which are all strings, as
    /// other programs are given it.
    ///
    /// # Errors
    /// Those of printing.
    pub(crate) fn with_history(&self) -> Result<Value> {
        let mut object = Value::clone(&self.value);
        let annotations = object.get_path_mut(&["metadata", "annotations"]);
        if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
            annotations.values_mut().for_each(make_string);
        }
        if self.has_history() {
            let joined = |texts: &mut dyn Iterator<Item = &Text>| {
                let texts: Vec<&str> = texts.map(Text::as_str).collect();
                (!texts.is_empty()).then(|| texts.join(","))
            };
            let previous = &self.previous;
            let behavior = Some(self.behavior).filter(|&it| it != Behavior::Unspecified);
            let parts = [
                joined(&mut previous.iter().map(|id| &id.name)),
                joined(&mut previous.iter().map(|id| &id.namespace)),
                joined(&mut previous.iter().map(|id| &id.kind)),
                joined(&mut self.prefixes.iter()),
                joined(&mut self.suffixes.iter()),
                self.needs_hash.then(|| "enabled".to_owned()),
                behavior.map(|behavior| behavior.name().to_owned()),
            ];
            for (name, text) in PARTS.into_iter().zip(parts) {
                if let Some(text) = text {
                    set_annotation(&mut object, &format!("{DOMAIN}{name}"), Value::string(text));
                }
            }
            origin::write_reports(
                &mut object,
                self.origin.as_deref(),
                &self.transformations,
                self.position(),
            )?;
        }
        Ok(object)
    }

    /// Makes this resource what another program returned of it: its object, and the memory of the
    /// build as far as its annotations tell it. Values that stay keep the places they were read at.
    pub(crate) fn become_returned(&mut self, returned: &Self) {
        let mut value = Value::clone(&returned.value);
        keep_positions(&mut value, &self.value);
        self.replace_value(value);
        self.previous.clone_from(&returned.previous);
        self.kind_number = None;
        self.prefixes.clone_from(&returned.prefixes);
        self.suffixes.clone_from(&returned.suffixes);
        self.needs_hash = returned.needs_hash;
        self.behavior = returned.behavior;
        self.origin.clone_from(&returned.origin);
        self.transformations.clone_from(&returned.transformations);
        self.part_shared();
    }

    /// Moves what the annotations tell of the history out of them: what [`Resource::with_history`]
    /// put there and a program passed through.
    pub(crate) fn take_history(&mut self) {
        self.read_history();
        let (origin, transformations) = origin::read_reports(&self.value);
        self.origin = origin.map(Box::new);
        self.transformations = transformations;
        remove_annotations(self.value_mut(), |key| {
            key == ORIGIN
                || key == TRANSFORMATIONS
                || key
                    .strip_prefix(DOMAIN)
                    .is_some_and(|name| PARTS.contains(&name))
        });
    }
}

/// Gives the nodes of `new` that say the same as those of `old` the places of those, so that later
/// findings lead to the file that a value is from, not to what a program wrote.
fn keep_positions(new: &mut Value, old: &Value) {
    match (&mut new.node, &old.node) {
        // The text may be written in another way now, and is still the file's.
        (Node::Scalar(new_scalar), Node::Scalar(old_scalar))
            if new_scalar.text() == old_scalar.text() =>
        {
            new.position = old.position;
        }
        (Node::Sequence(new_items), Node::Sequence(old_items)) => {
            new.position = old.position;
            for (new, old) in new_items.iter_mut().zip(old_items) {
                keep_positions(new, old);
            }
        }
        (Node::Mapping(new_fields), Node::Mapping(old_fields)) => {
            new.position = old.position;
            let entries = std::mem::take(new_fields).into_entries();
            for mut entry in entries {
                if let Some(old) = old_fields.entry(entry.key.text()) {
                    entry.key_position = old.key_position;
                    keep_positions(&mut entry.value, old.value);
                }
                new_fields.push(entry);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::keep_positions;
    use crate::testing::{documents, set};
    use trimtab_tree::Value;

    #[test]
    fn former_ids_can_come_with_the_object() {
        let mut set = set("\
apiVersion: v1
kind: ConfigMap
metadata:
  name: new
  annotations:
    internal.config.kubernetes.io/previousNames: a,b
    internal.config.kubernetes.io/previousNamespaces: default,x
    internal.config.kubernetes.io/previousKinds: Secret,ConfigMap
    internal.config.kubernetes.io/prefixes: p-
");
        set.edit(0, |resource| {
            resource.read_history();
            Ok(())
        })
        .unwrap();
        let ids: Vec<_> = set.get(0).previous_ids().map(|id| id.to_string()).collect();
        assert_eq!(
            ids,
            ["Secret.v1.[noGrp]/a.default", "ConfigMap.v1.[noGrp]/b.x"]
        );
        assert_eq!(*set.get(0).prefixes, ["p-"]);
        assert_eq!(set.find_named("b", Some("x")), [0]);
    }

    #[test]
    fn places_stay_with_what_stays() {
        let old = &documents("a: 1\nb: [x, y]\nc: {d: e}\n")[0];
        let mut new = documents("c: {f: g, d: e}\nb: [x, z]\na: '1'\n").remove(0);
        keep_positions(&mut new, old);
        let at = |value: &Value, path: &[&str]| value.get_path(path).unwrap().position;
        assert_eq!(at(&new, &["a"]), at(old, &["a"]));
        assert_eq!(at(&new, &["c", "d"]), at(old, &["c", "d"]));
        let items = |value: &Value| value.get("b").unwrap().as_sequence().unwrap().to_vec();
        assert_eq!(items(&new)[0].position, items(old)[0].position);
        assert_ne!(items(&new)[1].position, items(old)[1].position);
    }
}
