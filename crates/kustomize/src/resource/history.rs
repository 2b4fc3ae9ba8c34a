//! History that an object brings along in annotations.
//!
//! kustomize keeps what a build must remember of a resource in annotations of the domain
//! `internal.config.kubernetes.io`. Objects that come with such annotations, for example out of a
//! function that passed them through, have that history here too.

use super::{Behavior, PreviousId, Resource};
use trimtab_object::Scope;
use trimtab_tree::{Text, Value};

const DOMAIN: &str = "internal.config.kubernetes.io/";

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
        self.prefixes = prefixes;
        self.suffixes = suffixes;
        self.needs_hash = needs_hash;
        self.behavior = behavior;
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::set;

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
        assert_eq!(set.get(0).prefixes, ["p-"]);
        assert_eq!(set.find_named("b", Some("x")), [0]);
    }
}
