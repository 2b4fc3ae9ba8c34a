//! `clusterrole-aggregation-controller`: gives aggregated roles the rules of those they select.
//!
//! The rules are those of `pkg/controller/clusterroleaggregation` in Kubernetes.

use crate::context::Context;
use crate::error::ReconcileError;
use crate::selector::{parse, selects};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::rbac::v1::{ClusterRole, PolicyRule};
use kube::ResourceExt;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use std::sync::Arc;
use trimtab_informer::{Cache, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "clusterrole-aggregation-controller";

/// The one controller that applies does so under a name of its own.
const FIELD_MANAGER: &str = "clusterrole-aggregation-controller";

/// Roles looked at the same time.
const WORKERS: usize = 5;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct ClusterRoleAggregation {
    context: Context,
    roles: Cache<ClusterRole>,
    /// Names of aggregated roles.
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for ClusterRoleAggregation {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(role) = self.roles.get("", name) else {
            return Ok(());
        };
        let Some(rules) = aggregated(&role, &self.roles.list())? else {
            return Ok(());
        };
        if rules.as_slice() == role.rules.as_deref().unwrap_or_default() {
            return Ok(());
        }
        // Applied, so that what somebody else has written into the rules is given up by them.
        let applied = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": &**name},
            "rules": rules,
        });
        let params = PatchParams::apply(FIELD_MANAGER).force();
        let roles = self.context.cluster::<ClusterRole>();
        roles.patch(name, &params, &Patch::Apply(applied)).await?;
        Ok(())
    }
}

impl ClusterRoleAggregation {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            roles: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let it = controller.clone();
        controller.roles.on_change(move |_| {
            if it.roles.has_synced() {
                it.look_at_all();
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.roles.synced().await;
        self.look_at_all();
        work(&self, &self.queue).await;
    }

    /// Any role may be selected, or have been, by any that is aggregated.
    fn look_at_all(&self) {
        for role in self.roles.list() {
            if role.aggregation_rule.is_some() {
                self.queue.add(role.name_any().into());
            }
        }
    }
}

/// The rules of all roles that `role` selects, each once; `None` if it is not aggregated.
fn aggregated(
    role: &ClusterRole,
    roles: &[Arc<ClusterRole>],
) -> Result<Option<Vec<PolicyRule>>, ReconcileError> {
    let Some(aggregation) = &role.aggregation_rule else {
        return Ok(None);
    };
    let mut rules = Vec::<PolicyRule>::new();
    for selector in aggregation.cluster_role_selectors.iter().flatten() {
        let selector = parse(selector)?;
        let selected = roles
            .iter()
            .filter(|it| it.metadata.name != role.metadata.name && selects(&selector, &***it));
        for rule in selected.flat_map(|it| it.rules.iter().flatten()) {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
    }
    Ok(Some(rules))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str, labels: &serde_json::Value, rules: &[&str]) -> Arc<ClusterRole> {
        let rules: Vec<_> = rules
            .iter()
            .map(|verb| json!({"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}))
            .collect();
        let role = json!({"metadata": {"name": name, "labels": labels}, "rules": rules});
        Arc::new(serde_json::from_value(role).unwrap())
    }

    #[test]
    fn rules_of_what_is_selected_are_there_once_and_never_its_own() {
        let whole = |selectors: serde_json::Value| -> ClusterRole {
            serde_json::from_value(json!({
                "metadata": {"name": "b", "labels": {"to": "view"}},
                "rules": [{"verbs": ["own"]}],
                "aggregationRule": {"clusterRoleSelectors": selectors},
            }))
            .unwrap()
        };
        let selectors = json!([{"matchLabels": {"to": "view"}}, {"matchLabels": {"to": "edit"}}]);
        let of_all = whole(selectors);
        let roles = [
            role("a", &json!({"to": "edit"}), &["create", "get"]),
            Arc::new(of_all.clone()),
            role("c", &json!({"to": "view"}), &["get"]),
            role("d", &json!({}), &["delete"]),
        ];
        let verbs = |rules: Option<Vec<PolicyRule>>| {
            let rules = rules.into_iter().flatten();
            rules.flat_map(|rule| rule.verbs).collect::<Vec<_>>()
        };
        assert_eq!(
            verbs(aggregated(&of_all, &roles).unwrap()),
            ["get", "create"],
            "selector by selector, name by name"
        );
        assert_eq!(
            aggregated(&whole(json!([])), &roles).unwrap(),
            Some(Vec::new())
        );
        assert_eq!(aggregated(&roles[0], &roles).unwrap(), None);
    }
}
