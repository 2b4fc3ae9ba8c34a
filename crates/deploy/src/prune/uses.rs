//! Who uses `ConfigMaps` and Secrets: pods, and the revisions of workloads that could be gone back to.

use crate::error::Result;
use crate::fields::{field, metadata, text_at};
use crate::target::{Collection, ObjectRef, Target};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use trimtab_tree::{Node, Value};

/// The kinds whose objects hold templates of pods, or are pods, and outlive the workload's own: with the
/// path to the specification.
const USERS: &[(&str, &str, &[&str])] = &[
    ("apps/v1", "ReplicaSet", &["spec", "template", "spec"]),
    (
        "apps/v1",
        "ControllerRevision",
        &["data", "spec", "template", "spec"],
    ),
    ("v1", "Pod", &["spec"]),
];

/// The fields that refer to a `ConfigMap` or Secret, with the field in them that names it.
const REFERENCES: &[(&str, &str, &str)] = &[
    ("configMap", "name", "ConfigMap"),
    ("configMapRef", "name", "ConfigMap"),
    ("configMapKeyRef", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
    ("secret", "name", "Secret"),
    ("secretRef", "name", "Secret"),
    ("secretKeyRef", "name", "Secret"),
];

/// Kind and name.
type Used = (&'static str, String);

/// What is known of the namespaces that were asked about.
#[derive(Default)]
pub(super) struct Uses(HashMap<String, BTreeMap<Used, String>>);

impl Uses {
    /// Who uses a `ConfigMap` or Secret, such as `replicaset/web-7d4b9`; nothing if nobody does.
    pub(super) async fn user_of(
        &mut self,
        target: &Target,
        object: &ObjectRef,
    ) -> Result<Option<String>> {
        if !self.0.contains_key(&*object.namespace) {
            let uses = in_namespace(target, &object.namespace).await?;
            self.0.insert(object.namespace.to_string(), uses);
        }
        let uses = &self.0[&*object.namespace];
        let mut kinds = ["ConfigMap", "Secret"].into_iter();
        let kind = kinds.find(|kind| object.resource.kind == *kind);
        Ok(kind.and_then(|kind| uses.get(&(kind, object.name.to_string())).cloned()))
    }
}

async fn in_namespace(target: &Target, namespace: &str) -> Result<BTreeMap<Used, String>> {
    let discovery = target.discovery().await?;
    let mut uses = BTreeMap::new();
    for (api_version, kind, path) in USERS {
        let Ok(resource) = discovery.of_kind(api_version, kind) else {
            continue;
        };
        let collection = Collection::in_namespace(&Arc::new(resource.clone()), namespace);
        for item in target.list(&collection).await?.items {
            if is_over(&item) {
                continue;
            }
            let user = format!("{}/{}", kind.to_lowercase(), metadata(&item, "name"));
            if let Some(spec) = item.get_path(path) {
                collect(spec, &mut |used| {
                    uses.entry(used).or_insert_with(|| user.clone());
                });
            }
        }
    }
    Ok(uses)
}

/// A pod that has ended reads nothing any more.
fn is_over(item: &Value) -> bool {
    let phase = text_at(item, &["status", "phase"]);
    field(item, "kind") == "Pod" && matches!(phase, "Succeeded" | "Failed")
}

/// Tells which `ConfigMaps` and Secrets a specification refers to, wherever it does.
fn collect(node: &Value, tell: &mut impl FnMut(Used)) {
    match &node.node {
        Node::Mapping(fields) => {
            for (key, value) in fields.iter() {
                for (field, name, kind) in REFERENCES {
                    if *field == key
                        && let Some(name) = value.get(name).and_then(Value::text_if_not_null)
                    {
                        tell((kind, name.to_owned()));
                    }
                }
                if key == "imagePullSecrets" {
                    let items = value.as_sequence().unwrap_or_default().iter();
                    for name in items.filter_map(|it| it.get("name")?.text_if_not_null()) {
                        tell(("Secret", name.to_owned()));
                    }
                }
                collect(value, tell);
            }
        }
        Node::Sequence(items) => {
            for item in items {
                collect(item, tell);
            }
        }
        Node::Scalar(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn every_way_to_refer_is_seen() {
        let spec = yaml(
            "
imagePullSecrets: [{name: s1}]
volumes:
- {name: a, configMap: {name: c1}}
- {name: b, secret: {secretName: s2}}
- name: c
  projected: {sources: [{configMap: {name: c2}}, {secret: {name: s3}}]}
containers:
- envFrom: [{configMapRef: {name: c3}}, {secretRef: {name: s4}}]
  env:
  - {name: x, valueFrom: {configMapKeyRef: {name: c4, key: k}}}
  - {name: y, valueFrom: {secretKeyRef: {name: s5, key: k}}}
",
        );
        let mut found = Vec::new();
        collect(&spec, &mut |(kind, name)| {
            found.push(format!("{kind}/{name}"));
        });
        found.sort();
        let all = (1..=4).map(|n| format!("ConfigMap/c{n}"));
        let all: Vec<String> = all.chain((1..=5).map(|n| format!("Secret/s{n}"))).collect();
        assert_eq!(found, all);
    }
}
