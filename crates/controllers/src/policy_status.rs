//! `validatingadmissionpolicy-status-controller`: says in the status of policies which of their
//! expressions do not fit the kinds that they are about.
//!
//! The rules are those of `pkg/controller/validatingadmissionpolicystatus` in Kubernetes. Kinds are
//! those of Kubernetes and of the definitions that there are.

use crate::context::Context;
use crate::error::ReconcileError;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::admissionregistration::v1::ValidatingAdmissionPolicy;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::ResourceExt;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::json;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, WorkQueue};
use trimtab_schema::Schema;
use trimtab_tree::Value;
use trimtab_validation::{CustomTypes, names_custom_kinds, type_warnings};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "validatingadmissionpolicy-status-controller";

/// Who owns what it writes.
const MANAGER: &str = "validatingadmissionpolicy-status";

/// Policies looked at the same time: `--concurrent-validating-admission-policy-status-syncs`.
const WORKERS: usize = 5;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct PolicyStatus {
    context: Context,
    policies: Cache<ValidatingAdmissionPolicy>,
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for PolicyStatus {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(policy) = self.policies.get("", name) else {
            return Ok(());
        };
        if !is_new(&policy) {
            return Ok(());
        }
        let text = serde_json::to_string(&*policy)?;
        let tree = trimtab_tree::parse_json(&text, 1)
            .map_err(|error| ReconcileError::NotYet(error.to_string()))?;
        let schema = Schema::kubernetes();
        let custom = self.custom_types(&tree, &schema).await?;
        let warnings: Vec<_> = type_warnings(&tree, &schema, &custom)
            .into_iter()
            .map(|warning| json!({"fieldRef": warning.field, "warning": warning.warning}))
            .collect();
        let mut checked = json!({});
        if !warnings.is_empty() {
            checked = json!({"expressionWarnings": warnings});
        }
        let applied = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": &**name},
            "status": {
                "observedGeneration": policy.metadata.generation,
                "typeChecking": checked,
            },
        });
        let policies = self.context.cluster::<ValidatingAdmissionPolicy>();
        let applying = PatchParams::apply(MANAGER).force();
        policies
            .patch_status(name, &applying, &Patch::Apply(applied))
            .await?;
        Ok(())
    }
}

impl PolicyStatus {
    /// The custom kinds, where the policy may be about some. They are asked for and not watched:
    /// policies are looked at once, and few are about them.
    async fn custom_types(
        &self,
        policy: &Value,
        schema: &Schema,
    ) -> Result<CustomTypes, ReconcileError> {
        let mut custom = CustomTypes::default();
        if !names_custom_kinds(policy, schema) {
            return Ok(custom);
        }
        let definitions = self.context.cluster::<CustomResourceDefinition>();
        for definition in definitions.list(&ListParams::default()).await? {
            let text = serde_json::to_string(&definition)?;
            let tree = trimtab_tree::parse_json(&text, 1)
                .map_err(|error| ReconcileError::NotYet(error.to_string()))?;
            custom.add(&tree, schema);
        }
        Ok(custom)
    }

    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            policies: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let queue = controller.queue.clone();
        controller.policies.on_change(move |change| {
            if !matches!(change, Change::Deleted(_)) && is_new(change.object()) {
                queue.add(change.object().name_any().into());
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.policies.synced().await;
        work(&self, &self.queue).await;
    }
}

/// Whether nothing has been said of a policy as it is.
fn is_new(policy: &ValidatingAdmissionPolicy) -> bool {
    let observed = policy
        .status
        .as_ref()
        .and_then(|status| status.observed_generation);
    policy.metadata.generation > observed
}
