//! The pods and claims of a `StatefulSet`: making, correcting and deleting them, and telling of it.
//!
//! The rules are those of `pkg/controller/statefulset/stateful_pod_control.go` in Kubernetes.

use super::StatefulSetController;
use super::advance::Step;
use super::identity::{claims, has_identity, has_storage, ordinal, set_identity, set_storage};
use super::retention::{Ownership, blocks, ownership};
use crate::context::deleting;
use crate::error::{ReconcileError, is_already_exists, is_not_found, message, status};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::ResourceExt;
use std::sync::Arc;
use trimtab_informer::{EventType, ObjectKey};

impl StatefulSetController {
    /// The claims of the pod that are there.
    fn claims_of(&self, set: &StatefulSet, pod: &Pod) -> Vec<Arc<PersistentVolumeClaim>> {
        let Some(ordinal) = ordinal(pod) else {
            return Vec::new();
        };
        claims(set, ordinal)
            .filter_map(|(_, claim)| self.claims.find(&ObjectKey::of(&claim)))
            .collect()
    }

    /// Makes a pod and, before it, its claims.
    pub(super) async fn create_pod(
        &self,
        key: &ObjectKey,
        set: &StatefulSet,
        pod: &Pod,
    ) -> Result<Step, ReconcileError> {
        let claims = self.claims_of(set, pod);
        if claims.iter().any(|claim| blocks(set, claim, pod)) {
            self.expectations.creation_observed(key);
            return Ok(Step::Wait);
        }
        if let Err(error) = self.create_claims(set, pod).await {
            self.expectations.creation_observed(key);
            self.tell_of_pod("Create", set, pod, Some(&error.to_string()));
            return Err(error);
        }
        let pods = self.context.namespaced::<Pod>(&key.namespace);
        match pods.create(&self.context.posting(), pod).await {
            Ok(created) => {
                self.tell_of_pod("Create", set, pod, None);
                self.keep_claims(set, &created).await
            }
            Err(error) => {
                self.expectations.creation_observed(key);
                if !is_already_exists(&error) {
                    self.tell_of_pod("Create", set, pod, Some(&message(&error)));
                }
                Err(error.into())
            }
        }
    }

    /// Makes the claims of a pod that are not there.
    pub(super) async fn create_claims(
        &self,
        set: &StatefulSet,
        pod: &Pod,
    ) -> Result<(), ReconcileError> {
        let Some(ordinal) = ordinal(pod) else {
            return Ok(());
        };
        for (_, claim) in claims(set, ordinal) {
            let name = claim.name_any();
            if let Some(there) = self.claims.find(&ObjectKey::of(&claim)) {
                if there.metadata.deletion_timestamp.is_some() {
                    return Err(ReconcileError::NotYet(format!(
                        "pvc {name} is being deleted"
                    )));
                }
                continue;
            }
            let namespace = set.namespace().unwrap_or_default();
            let all = self.context.namespaced::<PersistentVolumeClaim>(&namespace);
            let of = format!(
                "Claim {name} Pod {} in StatefulSet {}",
                pod.name_any(),
                set.name_any()
            );
            match all.create(&self.context.posting(), &claim).await {
                Ok(_) => {
                    let told = format!("Create {of} success");
                    self.tell(set, EventType::Normal, "SuccessfulCreate", &told);
                }
                Err(error) if is_already_exists(&error) => {}
                Err(error) => {
                    let told = format!("Create {of} failed error: {}", message(&error));
                    self.tell(set, EventType::Warning, "FailedCreate", &told);
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Sees to it that the claims of a pod go when the policy of the set says so.
    pub(super) async fn keep_claims(
        &self,
        set: &StatefulSet,
        pod: &Pod,
    ) -> Result<Step, ReconcileError> {
        for claim in self.claims_of(set, pod) {
            let Ownership::Wrong(owners, conflict) = ownership(set, &claim, pod) else {
                continue;
            };
            if conflict {
                let told = format!(
                    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a managing controller, the retention policy is ignored for this claim",
                    claim.name_any()
                );
                self.tell(set, EventType::Warning, "ConflictingController", &told);
            }
            let namespace = set.namespace().unwrap_or_default();
            let all = self.context.namespaced::<PersistentVolumeClaim>(&namespace);
            let mut claim = (*claim).clone();
            claim.metadata.owner_references = Some(owners);
            all.replace(&claim.name_any(), &self.context.posting(), &claim)
                .await?;
        }
        Ok(Step::GoOn)
    }

    /// Gives a pod the labels and volumes of its place, if it lacks them.
    pub(super) async fn correct_pod(
        &self,
        set: &StatefulSet,
        pod: &Pod,
    ) -> Result<(), ReconcileError> {
        self.keep_claims(set, pod).await?;
        let Some(ordinal) = ordinal(pod) else {
            return Ok(());
        };
        if has_identity(pod) && has_storage(set, pod, ordinal) {
            return Ok(());
        }
        let mut pod = pod.clone();
        set_identity(&mut pod, ordinal);
        set_storage(set, &mut pod, ordinal);
        self.create_claims(set, &pod).await?;
        let namespace = set.namespace().unwrap_or_default();
        let pods = self.context.namespaced::<Pod>(&namespace);
        let replaced = pods
            .replace(&pod.name_any(), &self.context.posting(), &pod)
            .await;
        let failed = replaced.as_ref().err().map(message);
        self.tell_of_pod("Update", set, &pod, failed.as_deref());
        replaced?;
        Ok(())
    }

    /// Deletes pods.
    pub(super) async fn delete_pods(
        &self,
        key: &ObjectKey,
        set: &StatefulSet,
        doomed: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        if doomed.is_empty() {
            return Ok(());
        }
        let keys = doomed.iter().map(|pod| ObjectKey::of(&**pod));
        self.expectations.expect_deletions(key, keys);
        let pods = self.context.namespaced::<Pod>(&key.namespace);
        let mut failed = None;
        for pod in doomed {
            let params = deleting(pod.metadata.uid.as_deref());
            let Err(error) = pods.delete(&pod.name_any(), &params).await else {
                self.tell_of_pod("Delete", set, pod, None);
                continue;
            };
            self.expectations
                .deletion_observed(key, &ObjectKey::of(&**pod));
            // 409: the uid is another, so the pod that was meant is gone.
            if is_not_found(&error) || status(&error).is_some_and(|it| it.code == 409) {
                continue;
            }
            self.tell_of_pod("Delete", set, pod, Some(&message(&error)));
            failed = Some(error);
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn tell_of_pod(&self, verb: &str, set: &StatefulSet, pod: &Pod, failed: Option<&str>) {
        let of = format!(
            "{verb} Pod {} in StatefulSet {}",
            pod.name_any(),
            set.name_any()
        );
        match failed {
            None => {
                let told = format!("{of} successful");
                self.tell(set, EventType::Normal, &format!("Successful{verb}"), &told);
            }
            Some(error) => {
                let told = format!("{of} failed error: {error}");
                self.tell(set, EventType::Warning, &format!("Failed{verb}"), &told);
            }
        }
    }
}
