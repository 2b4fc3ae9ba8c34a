//! Creating and deleting the pods of an owner, and telling of it.
//!
//! The rules are those of `RealPodControl` and `slowStartBatch` in Kubernetes.

use crate::context::{Context, deleting};
use crate::error::{is_namespace_terminating, is_not_found, message, status};
use futures::{StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::core::PartialObjectMeta;
use kube::core::request::Request;
use kube::{Resource, ResourceExt};
use std::sync::Arc;
use trimtab_informer::{EventType, Expectations, ObjectKey, reference};

/// Pods created or deleted in one look, so that one owner does not keep the API server from others.
pub(crate) const BURST: usize = 500;
/// Creations or deletions on their way at the same time.
const IN_FLIGHT: usize = 32;
/// Pods created at first; twice as many each time that all went well. An owner whose pods are
/// refused is refused a few times, not a thousand.
const FIRST_BATCH: usize = 1;

/// Who does it for whom.
pub(crate) struct PodControl<'a, O> {
    pub(crate) context: &'a Context,
    /// What is done is expected to be seen.
    pub(crate) expectations: &'a Expectations,
    pub(crate) key: &'a ObjectKey,
    pub(crate) owner: &'a O,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Pods it went well for.
    pub(crate) count: usize,
    /// What the first it did not go well for was told.
    pub(crate) error: Option<String>,
}

impl<O: Resource<DynamicType = ()> + Sync> PodControl<'_, O> {
    /// Creates `count` pods; `body` is what is posted for each. They are to be expected already.
    pub(crate) async fn create(
        &self,
        count: usize,
        body: impl Fn(usize) -> Vec<u8> + Send,
    ) -> Done {
        let mut done = Done::default();
        let mut tried = 0;
        let mut batch = FIRST_BATCH.min(count);
        while batch > 0 {
            let bodies: Vec<_> = (tried..tried + batch).map(&body).collect();
            let created: Vec<_> = stream::iter(bodies)
                .map(|body| self.create_one(body))
                .buffer_unordered(IN_FLIGHT)
                .collect()
                .await;
            tried += batch;
            for result in created {
                match result {
                    Ok(()) => done.count += 1,
                    Err(error) => done.error = done.error.or(Some(error)),
                }
            }
            if done.error.is_some() {
                self.expectations.creations_skipped(self.key, count - tried);
                break;
            }
            batch = (batch * 2).min(count - tried);
        }
        done
    }

    async fn create_one(&self, body: Vec<u8>) -> Result<(), String> {
        match self.post(body).await {
            Ok(pod) => {
                let told = format!("Created pod: {}", pod.name_any());
                self.tell(EventType::Normal, "SuccessfulCreate", &told);
                Ok(())
            }
            Err(error) => {
                // Nothing will be seen of it.
                self.expectations.creation_observed(self.key);
                if is_namespace_terminating(&error) {
                    return Ok(());
                }
                let error = message(&error);
                let told = format!("Error creating: {error}");
                self.tell(EventType::Warning, "FailedCreate", &told);
                Err(error)
            }
        }
    }

    /// Of the answer only the metadata is decoded.
    async fn post(&self, body: Vec<u8>) -> Result<PartialObjectMeta, kube::Error> {
        let request = Request::new(Pod::url_path(&(), Some(&self.key.namespace)))
            .create(&self.context.posting(), body)
            .map_err(kube::Error::BuildRequest)?;
        self.context.client.request(request).await
    }

    /// Deletes pods. Those that are gone already count. They are to be expected already.
    pub(crate) async fn delete(&self, doomed: &[Arc<Pod>]) -> Done {
        let deleted: Vec<_> = stream::iter(doomed.to_vec())
            .map(|pod| self.delete_one(pod))
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        let mut done = Done::default();
        for result in deleted {
            match result {
                Ok(()) => done.count += 1,
                Err(error) => done.error = done.error.or(Some(error)),
            }
        }
        done
    }

    async fn delete_one(&self, pod: Arc<Pod>) -> Result<(), String> {
        let pods = self.context.namespaced::<Pod>(&self.key.namespace);
        let name = pod.name_any();
        let deleted = pods
            .delete(&name, &deleting(pod.metadata.uid.as_deref()))
            .await;
        let Err(error) = deleted else {
            let told = format!("Deleted pod: {name}");
            self.tell(EventType::Normal, "SuccessfulDelete", &told);
            return Ok(());
        };
        // Nothing more will be seen of it.
        self.expectations
            .deletion_observed(self.key, &ObjectKey::of(&*pod));
        // 409: the uid is another, so the pod that was meant is gone.
        if is_not_found(&error) || status(&error).is_some_and(|it| it.code == 409) {
            return Ok(());
        }
        let error = message(&error);
        let told = format!("Error deleting: {error}");
        self.tell(EventType::Warning, "FailedDelete", &told);
        Err(error)
    }

    fn tell(&self, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(self.owner), event_type, reason, message);
    }
}
