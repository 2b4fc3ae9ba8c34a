//! `root-ca-certificate-publisher-controller`: tells every namespace whom to trust.
//!
//! The rules are those of `pkg/controller/certificates/rootcacertpublisher` in Kubernetes: the
//! `ConfigMap` `kube-root-ca.crt` with the certificate of the authority that the API server's own
//! is signed by.

use crate::context::Context;
use crate::error::ReconcileError;
use crate::service_account::{is_active, settle};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "root-ca-certificate-publisher-controller";

/// Namespaces looked at the same time.
const WORKERS: usize = 1;
const CONFIG_MAP: &str = "kube-root-ca.crt";
const KEY: &str = "ca.crt";
const DESCRIPTION: (&str, &str) = (
    "kubernetes.io/description",
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct RootCaPublisher {
    context: Context,
    certificate: Arc<str>,
    namespaces: Cache<Namespace>,
    config_maps: Cache<ConfigMap>,
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for RootCaPublisher {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, namespace: &Arc<str>) -> Result<(), ReconcileError> {
        if !self
            .namespaces
            .get("", namespace)
            .is_some_and(|it| is_active(&it))
        {
            return Ok(());
        }
        let maps = self.context.namespaced::<ConfigMap>(namespace);
        let posting = self.context.posting();
        let Some(found) = self.config_maps.get(namespace, CONFIG_MAP) else {
            let made = publish(ConfigMap::default(), &self.certificate);
            return settle(maps.create(&posting, &made).await);
        };
        let published = publish((*found).clone(), &self.certificate);
        if published == *found {
            return Ok(());
        }
        maps.replace(CONFIG_MAP, &posting, &published).await?;
        Ok(())
    }
}

impl RootCaPublisher {
    /// Publishes `certificate`, in PEM.
    pub(crate) fn new(context: Context, certificate: &str) -> Self {
        let controller = Self {
            namespaces: context.informers.of(),
            config_maps: context.informers.of(),
            queue: WorkQueue::new(),
            certificate: certificate.into(),
            context,
        };
        let queue = controller.queue.clone();
        controller.namespaces.on_change(move |change| {
            if !matches!(change, Change::Deleted(_)) {
                queue.add(change.object().name_any().into());
            }
        });
        let queue = controller.queue.clone();
        controller.config_maps.on_change(move |change| {
            let map = change.object();
            if map.metadata.name.as_deref() == Some(CONFIG_MAP) {
                queue.add(map.namespace().unwrap_or_default().into());
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.namespaces.synced().await;
        self.config_maps.synced().await;
        work(&self, &self.queue).await;
    }
}

/// `map` with the certificate and nothing else, whatever somebody has written into it.
fn publish(map: ConfigMap, certificate: &str) -> ConfigMap {
    let (key, value) = DESCRIPTION;
    let mut metadata = ObjectMeta {
        name: Some(CONFIG_MAP.to_owned()),
        ..map.metadata
    };
    let annotations = metadata.annotations.get_or_insert_default();
    annotations.insert(key.to_owned(), value.to_owned());
    ConfigMap {
        metadata,
        data: Some(BTreeMap::from([(KEY.to_owned(), certificate.to_owned())])),
        ..ConfigMap::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tampered_with_is_made_right_and_what_is_right_stays() {
        let made = publish(ConfigMap::default(), "PEM");
        assert_eq!(made.data.as_ref().unwrap()[KEY], "PEM");
        assert_eq!(publish(made.clone(), "PEM"), made);
        let mut tampered = made.clone();
        tampered
            .data
            .as_mut()
            .unwrap()
            .insert("more".to_owned(), "x".to_owned());
        assert_eq!(publish(tampered, "PEM"), made);
    }
}
