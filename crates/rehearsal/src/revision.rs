//! Which revision of a workload is the one that is rolled out, as the labels of its pods name it.

use crate::report::Subject;
use k8s_openapi::api::apps::v1::{ControllerRevision, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::sync::Arc;
use trimtab_informer::Informers;

const REVISION: &str = "deployment.kubernetes.io/revision";

/// The label value of the pods that are of the present template; empty where there is none.
pub(crate) fn of(informers: &Informers, subject: &Subject) -> String {
    let (namespace, name) = (&subject.namespace, &subject.name);
    match &*subject.kind {
        "Deployment" => {
            let Some(deployment) = informers.of::<Deployment>().get(namespace, name) else {
                return String::new();
            };
            newest_replica_set(informers, &deployment)
                .and_then(|set| set.metadata.labels.clone()?.remove("pod-template-hash"))
                .unwrap_or_default()
        }
        "StatefulSet" => informers
            .of::<StatefulSet>()
            .get(namespace, name)
            .and_then(|set| set.status.clone()?.update_revision)
            .unwrap_or_default(),
        "DaemonSet" => {
            let revisions = informers.of::<ControllerRevision>().list_in(namespace);
            revisions
                .into_iter()
                .filter(|revision| {
                    controller(&revision.metadata)
                        .is_some_and(|(kind, owner, _)| kind == "DaemonSet" && owner == name)
                })
                .max_by_key(|revision| revision.revision)
                .and_then(|it| {
                    it.metadata
                        .labels
                        .clone()?
                        .remove("controller-revision-hash")
                })
                .unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// The `ReplicaSet` of a Deployment's present template: its revision is the Deployment's own.
pub(crate) fn newest_replica_set(
    informers: &Informers,
    deployment: &Deployment,
) -> Option<Arc<ReplicaSet>> {
    let meta = &deployment.metadata;
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let sets = informers.of::<ReplicaSet>().list_in(namespace);
    sets.into_iter()
        .filter(|set| {
            controller(&set.metadata).is_some_and(|(_, _, uid)| Some(uid) == meta.uid.as_deref())
        })
        .max_by_key(|set| (number(&set.metadata) == number(meta), number(&set.metadata)))
}

fn number(meta: &ObjectMeta) -> u64 {
    let annotations = meta.annotations.as_ref();
    let revision = annotations.and_then(|annotations| annotations.get(REVISION));
    revision.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Kind, name and uid of what controls an object.
pub(crate) fn controller(meta: &ObjectMeta) -> Option<(&str, &str, &str)> {
    let mut owners = meta.owner_references.iter().flatten();
    let owner = owners.find(|owner| owner.controller == Some(true))?;
    Some((&owner.kind, &owner.name, &owner.uid))
}
