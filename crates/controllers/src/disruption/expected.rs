//! How many pods there ought to be, and how many of them healthy.

use super::DisruptionController;
use crate::discovery::Served;
use crate::error::{ReconcileError, is_not_found};
use k8s_openapi::api::autoscaling::v1::Scale;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::api::DynamicObject;
use kube::core::Request;
use kube::{Resource, ResourceExt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_informer::{Cache, ObjectKey, index};

/// What a budget is reckoned against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    /// Pods that there ought to be.
    pub(super) pods: i32,
    /// As many of them as must be healthy.
    pub(super) healthy: i32,
    /// Whether some pods count for nothing, as nobody says how many of them there ought to be.
    pub(super) some_are_unmanaged: bool,
}

impl DisruptionController {
    pub(super) async fn expected(
        &self,
        budget: &PodDisruptionBudget,
        pods: &[Arc<Pod>],
    ) -> Result<Expected, ReconcileError> {
        let spec = budget.spec.clone().unwrap_or_default();
        if let Some(unavailable) = &spec.max_unavailable {
            let (pods, some_are_unmanaged) = self.scale(pods).await?;
            return Ok(Expected {
                pods,
                healthy: (pods - share(unavailable, pods)).max(0),
                some_are_unmanaged,
            });
        }
        match &spec.min_available {
            Some(IntOrString::Int(healthy)) => Ok(Expected {
                pods: i32::try_from(pods.len()).unwrap_or(i32::MAX),
                healthy: *healthy,
                some_are_unmanaged: false,
            }),
            Some(available @ IntOrString::String(_)) => {
                let (pods, some_are_unmanaged) = self.scale(pods).await?;
                Ok(Expected {
                    pods,
                    healthy: share(available, pods),
                    some_are_unmanaged,
                })
            }
            None => Ok(Expected::default()),
        }
    }

    /// How many pods the controllers of `pods` want together, and whether some have none.
    async fn scale(&self, pods: &[Arc<Pod>]) -> Result<(i32, bool), ReconcileError> {
        // By uid of what says how many; a pod's own controller may be made by that.
        let mut scales = BTreeMap::new();
        let mut known = BTreeSet::new();
        let mut some_are_unmanaged = false;
        for pod in pods {
            let Some(owner) = index::controller_of(&**pod) else {
                some_are_unmanaged = true;
                continue;
            };
            if !known.insert(owner.uid.clone()) {
                continue;
            }
            let namespace = pod.namespace().unwrap_or_default();
            let Some((uid, scale)) = self.scale_of(owner, &namespace).await? else {
                let name = pod.name_any();
                return Err(ReconcileError::NotYet(format!(
                    "found no controllers for pod {name:?}"
                )));
            };
            scales.insert(uid, scale);
        }
        let total = scales
            .values()
            .fold(0_i32, |total, scale| total.saturating_add(*scale));
        Ok((total, some_are_unmanaged))
    }

    /// The uid of what says how many pods there are to be of the kind that `owner` makes, and what
    /// it says.
    async fn scale_of(
        &self,
        owner: &OwnerReference,
        namespace: &str,
    ) -> Result<Option<(String, i32)>, ReconcileError> {
        let group = owner
            .api_version
            .split_once('/')
            .map_or("", |(group, _)| group);
        let found = match (group, owner.kind.as_str()) {
            ("", "ReplicationController") => found(&self.replication_controllers, owner, namespace)
                .map(|it| {
                    (
                        owner.uid.clone(),
                        it.spec.as_ref().and_then(|spec| spec.replicas),
                    )
                }),
            ("apps", "StatefulSet") => found(&self.stateful_sets, owner, namespace).map(|it| {
                (
                    owner.uid.clone(),
                    it.spec.as_ref().and_then(|spec| spec.replicas),
                )
            }),
            ("apps" | "extensions", "ReplicaSet") => {
                let Some(set) = found(&self.replica_sets, owner, namespace) else {
                    return Ok(None);
                };
                let above = index::controller_of(&*set).filter(|it| it.kind == "Deployment");
                if let Some(above) = above {
                    found(&self.deployments, above, namespace).map(|it| {
                        let replicas = it.spec.as_ref().and_then(|spec| spec.replicas);
                        (above.uid.clone(), replicas)
                    })
                } else {
                    let replicas = set.spec.as_ref().and_then(|spec| spec.replicas);
                    Some((owner.uid.clone(), replicas))
                }
            }
            _ => return self.ask_scale(owner, namespace).await,
        };
        Ok(found.map(|(uid, replicas)| (uid, replicas.unwrap_or(1))))
    }

    /// Asks an owner of another kind.
    async fn ask_scale(
        &self,
        owner: &OwnerReference,
        namespace: &str,
    ) -> Result<Option<(String, i32)>, ReconcileError> {
        let client = &self.context.client;
        let served = Served::ask(client).await?;
        let Some(kind) = served.find(&owner.api_version, &owner.kind) else {
            let (version, kind) = (&owner.api_version, &owner.kind);
            return Err(ReconcileError::NotYet(format!(
                "{version} {kind} is not served"
            )));
        };
        let path = DynamicObject::url_path(&kind.resource, Some(namespace));
        let request = Request::new(path).get_subresource("scale", &owner.name)?;
        match client.request::<Scale>(request).await {
            Ok(scale) if scale.metadata.uid.as_deref() == Some(&owner.uid) => {
                let replicas = scale
                    .spec
                    .and_then(|spec| spec.replicas)
                    .unwrap_or_default();
                Ok(Some((owner.uid.clone(), replicas)))
            }
            Ok(_) => Ok(None),
            Err(error) if is_not_found(&error) => {
                let objects = kube::Api::<DynamicObject>::namespaced_with(
                    client.clone(),
                    namespace,
                    &kind.resource,
                );
                match objects.get_metadata(&owner.name).await {
                    Ok(_) => Err(ReconcileError::NotYet(format!(
                        "{}.{} does not implement the scale subresource",
                        kind.resource.plural, kind.resource.group
                    ))),
                    Err(error) if is_not_found(&error) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The object that `owner` means, if it is still of that uid.
fn found<K: Resource>(cache: &Cache<K>, owner: &OwnerReference, namespace: &str) -> Option<Arc<K>> {
    let found = cache.find(&ObjectKey::new(namespace, &owner.name))?;
    (found.meta().uid.as_ref() == Some(&owner.uid)).then_some(found)
}

/// A number, or a share of `total`, rounded up.
fn share(value: &IntOrString, total: i32) -> i32 {
    match value {
        IntOrString::Int(number) => *number,
        IntOrString::String(text) => {
            let percent = text.strip_suffix('%').and_then(|it| it.parse::<i64>().ok());
            let share = (percent.unwrap_or_default() * i64::from(total) + 99).div_euclid(100);
            i32::try_from(share).unwrap_or(i32::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_up() {
        for (value, total, expected) in [
            ("50%", 3, 2),
            ("50%", 4, 2),
            ("0%", 7, 0),
            ("1%", 1, 1),
            ("100%", 9, 9),
        ] {
            let value = IntOrString::String(value.to_owned());
            assert_eq!(share(&value, total), expected, "{value:?} of {total}");
        }
        assert_eq!(share(&IntOrString::Int(4), 2), 4);
    }
}
