//! Fields that are a controller's, whatever an object says or no longer says of them.

use crate::fields::{field, metadata, text_at};
use crate::ownership::is_applied;
use std::collections::BTreeSet;
use trimtab_object::split_api_version;
use trimtab_tree::{Mapping, Value};

/// Leaves out the rules of a `ClusterRole` that are aggregated: the controller fills them in, and takes `rules: []`,
/// as such roles are often written, for its own as soon as there is one.
pub(super) fn aggregated_rules(object: &mut Value) {
    let (group, _) = split_api_version(field(object, "apiVersion"));
    let is_role = group == "rbac.authorization.k8s.io" && field(object, "kind") == "ClusterRole";
    let is_aggregated = object
        .get("aggregationRule")
        .is_some_and(|it| !it.is_null());
    if is_role
        && is_aggregated
        && let Some(fields) = object.as_mapping_mut()
    {
        fields.remove("rules");
    }
}

/// What autoscalers among the objects to be applied count the replicas of: namespace, kind and name.
pub(super) fn scaled(objects: &[Value], namespace: &str) -> BTreeSet<(String, String, String)> {
    let is_autoscaler = |object: &&Value| {
        let (group, _) = split_api_version(field(object, "apiVersion"));
        group == "autoscaling" && field(object, "kind") == "HorizontalPodAutoscaler"
    };
    let scaled = objects.iter().filter(is_autoscaler).map(|scaler| {
        let of = |key| text_at(scaler, &["spec", "scaleTargetRef", key]).to_owned();
        let own = metadata(scaler, "namespace");
        let place = if own.is_empty() { namespace } else { own };
        (place.to_owned(), of("kind"), of("name"))
    });
    scaled.collect()
}

/// The number of replicas that was applied before, where an object says nothing of it any more: the server would go
/// back to the default of its kind.
pub(super) fn dropped_replicas<'v>(object: &Value, live: &'v Value) -> Option<&'v Value> {
    let replicas = ["spec", "replicas"];
    let was_applied = is_applied(live, &["f:spec", "f:replicas"]);
    let is_dropped = object.get_path(&replicas).is_none() && was_applied;
    live.get_path(&replicas).filter(|_| is_dropped)
}

/// Goes on with a number of replicas until whoever counts them changes it.
pub(super) fn keep_replicas(object: &mut Value, replicas: Value) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    let spec = fields.get_or_insert_with("spec", || Mapping::new().into());
    if let Some(spec) = spec.as_mapping_mut() {
        spec.insert("replicas", replicas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn rules_that_are_aggregated_are_left_out() {
        let role = "apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole";
        for (more, is_left_out) in [
            (
                "rules: [], aggregationRule: {clusterRoleSelectors: []}",
                true,
            ),
            ("rules: [], aggregationRule: null", false),
            ("rules: []", false),
        ] {
            let mut object = yaml(&format!("{{{role}, {more}}}"));
            aggregated_rules(&mut object);
            assert_eq!(object.get("rules").is_none(), is_left_out, "{more}");
        }
    }
}
