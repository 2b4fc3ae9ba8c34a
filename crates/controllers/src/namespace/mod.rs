//! `namespace-controller`: empties a namespace that is being deleted, and lets it go.
//!
//! The rules are those of `pkg/controller/namespace` in Kubernetes.

mod conditions;
mod content;

use crate::context::Context;
use crate::error::{ReconcileError, is_not_found, unless_not_found};
use crate::worker::{Reconcile, work};
use conditions::Findings;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, Change, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "namespace-controller";

/// Namespaces looked at the same time: `--concurrent-namespace-syncs`.
const WORKERS: usize = 10;
/// First and longest wait for content that takes time to go: most is gone at once, what a finalizer
/// holds may stay for days.
const RETRY: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(15));
/// The finalizer that stands for a namespace's content, in its spec.
const FINALIZER: &str = "kubernetes";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct NamespaceController {
    context: Context,
    namespaces: Cache<Namespace>,
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for NamespaceController {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let namespaces = self.context.cluster::<Namespace>();
        let namespace = match namespaces.get(name).await {
            Ok(namespace) => namespace,
            Err(error) if is_not_found(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if !is_leaving(&namespace) {
            return Ok(());
        }
        let findings = content::delete_all(&self.context, name).await;
        let namespace = self.report(namespace, &findings).await?;
        if findings.is_empty() {
            return self.finalize(name, namespace).await;
        }
        Err(ReconcileError::NotYet(format!(
            "namespace {name} is not empty"
        )))
    }
}

impl NamespaceController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            namespaces: context.informers.of(),
            queue: WorkQueue::with_retries(RETRY.0, RETRY.1),
            context,
        };
        let it = controller.clone();
        controller.namespaces.on_change(move |change| {
            if !matches!(change, Change::Deleted(_)) {
                it.look_if_leaving(change.object());
            }
        });
        let it = controller.clone();
        controller
            .context
            .informers
            .of::<Pod>()
            .on_change(move |change| {
                // Pods take their time to end, and the namespace waits for them.
                if let Change::Deleted(pod) = change
                    && let Some(name) = &pod.metadata.namespace
                    && let Some(namespace) = it.namespaces.get("", name)
                {
                    it.look_if_leaving(&namespace);
                }
            });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.namespaces.synced().await;
        work(&self, &self.queue).await;
    }

    fn look_if_leaving(&self, namespace: &Namespace) {
        if is_leaving(namespace)
            && let Some(name) = &namespace.meta().name
        {
            self.queue.add(name.as_str().into());
        }
    }

    async fn report(
        &self,
        mut namespace: Namespace,
        findings: &Findings,
    ) -> Result<Namespace, ReconcileError> {
        let mut status = namespace.status.clone().unwrap_or_default();
        let current = status.conditions.clone().unwrap_or_default();
        // What was never in anybody's way needs no words.
        if current.is_empty() && findings.is_empty() {
            return Ok(namespace);
        }
        let now = self.context.now();
        status.conditions = Some(conditions::conditions(&current, findings, &now));
        status.phase = Some("Terminating".to_owned());
        if namespace.status.as_ref() == Some(&status) {
            return Ok(namespace);
        }
        namespace.status = Some(status);
        let name = namespace.metadata.name.clone().unwrap_or_default();
        let namespaces = self.context.cluster::<Namespace>();
        Ok(namespaces
            .replace_status(&name, &self.context.posting(), &namespace)
            .await?)
    }

    /// Lets go of the namespace, whose content is gone.
    async fn finalize(&self, name: &str, namespace: Namespace) -> Result<(), ReconcileError> {
        let Namespace { metadata, spec, .. } = namespace;
        let mut spec = spec.unwrap_or_default();
        spec.finalizers
            .get_or_insert_default()
            .retain(|it| it != FINALIZER);
        let finalized = Namespace {
            metadata: ObjectMeta {
                managed_fields: None,
                ..metadata
            },
            spec: Some(spec),
            status: None,
        };
        let namespaces = self.context.cluster::<Namespace>();
        let posting = self.context.posting();
        let replaced = namespaces
            .replace_subresource("finalize", name, &posting, &finalized)
            .await;
        unless_not_found(replaced)?;
        Ok(())
    }
}

/// Whether the namespace is being deleted and still has to be emptied.
fn is_leaving(namespace: &Namespace) -> bool {
    let finalizers = namespace
        .spec
        .as_ref()
        .and_then(|spec| spec.finalizers.as_ref());
    namespace.metadata.deletion_timestamp.is_some()
        && finalizers.is_some_and(|finalizers| finalizers.iter().any(|it| it == FINALIZER))
}
