//! How many volumes of a driver a node can have attached.
//!
//! The rules are those of kube-scheduler's `NodeVolumeLimits` plugin: the limit is what the node's `CSINode`
//! says of the driver; a volume counts once however many pods of the node use it, and also one that is
//! still attached though no pod uses it any more. Volumes of the drivers that were once built in, which only
//! a cloud's kubelet translates, do not count.

use crate::attachments::Volume;
use crate::claims::claims_of;
use crate::nodes::{NodeInfo, Resident};
use crate::storage::Storage;
use k8s_openapi::api::core::v1::Pod;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The volumes of a pod that drivers attach, those that are yet to be made among them.
pub(crate) fn attachable(pod: &Pod, storage: &Storage) -> BTreeSet<Volume> {
    let claims = claims_of(pod).into_iter();
    claims.filter_map(|key| volume_of(&key, storage)).collect()
}

fn volume_of(key: &str, storage: &Storage) -> Option<Volume> {
    let spec = storage.claims.get(key)?.spec.as_ref()?;
    let named = spec.volume_name.as_ref();
    if let Some(volume) = named.and_then(|name| storage.volumes.get(name)) {
        let source = volume.spec.as_ref()?.csi.as_ref()?;
        return Some((source.driver.clone(), source.volume_handle.clone()));
    }
    let class = storage.classes.get(spec.storage_class_name.as_ref()?)?;
    Some((class.provisioner.clone(), format!("\0{key}")))
}

/// Whether a node can have the volumes of another pod attached, once `without` have gone from it.
pub(crate) fn has_room(
    wanted: &BTreeSet<Volume>,
    info: &NodeInfo,
    without: &[Arc<Resident>],
    storage: &Storage,
) -> bool {
    let attachments = &storage.attachments;
    if wanted.is_empty() || attachments.is_unlimited(&info.name) {
        return true;
    }
    let is_gone = |it: &Arc<Resident>| without.iter().any(|gone| Arc::ptr_eq(gone, it));
    let staying = info.residents.iter().filter(|it| !is_gone(it));
    let used = staying.flat_map(|it| attachable(&it.pod, storage));
    let there: BTreeSet<Volume> = used
        .chain(attachments.on(&info.name, &storage.volumes))
        .collect();
    let mut limits = attachments.limits(&info.name).iter();
    limits.all(|(driver, limit)| {
        let of_driver = |volume: &&Volume| volume.0 == *driver;
        let new = wanted.difference(&there).filter(of_driver).count();
        let count = there.iter().filter(of_driver).count() + new;
        new == 0 || i32::try_from(count).is_ok_and(|count| count <= *limit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::Nodes;
    use crate::testing::{node, pod, read};
    use k8s_openapi::api::storage::v1::{CSINode, VolumeAttachment};
    use serde_json::json;

    /// Claims `a`, `b` and `c`, bound to volumes of one driver, and `new` of a class that it makes.
    fn storage(limit: i32) -> Storage {
        let mut storage = Storage::default();
        for name in ["a", "b", "c"] {
            let claim = json!({"metadata": {"name": name, "namespace": "default"}, "spec": {"volumeName": name},
                "status": {"phase": "Bound"}});
            storage
                .claims
                .insert(format!("default/{name}"), read(claim));
            let source =
                json!({"driver": "example.com/d", "volumeHandle": format!("handle-{name}")});
            let volume = json!({"metadata": {"name": name}, "spec": {"csi": source}});
            storage.volumes.insert(name.to_owned(), read(volume));
        }
        let claim = json!({"metadata": {"name": "new", "namespace": "default"}, "spec": {"storageClassName": "s"}});
        storage.claims.insert("default/new".to_owned(), read(claim));
        let class = json!({"metadata": {"name": "s"}, "provisioner": "example.com/d"});
        storage.classes.insert("s".to_owned(), read(class));
        let driver =
            json!({"name": "example.com/d", "nodeID": "n", "allocatable": {"count": limit}});
        let of_node: Arc<CSINode> =
            read(json!({"metadata": {"name": "n"}, "spec": {"drivers": [driver]}}));
        storage.attachments.set_node("n", Some(&of_node));
        storage
    }

    fn user(name: &str, claim: &str) -> Arc<Pod> {
        let volume = json!({"name": "v", "persistentVolumeClaim": {"claimName": claim}});
        pod(name, json!({"containers": [], "volumes": [volume]}))
    }

    fn fits(claim: &str, nodes: &Nodes, storage: &Storage) -> bool {
        let wanted = attachable(&user("p", claim), storage);
        has_room(&wanted, nodes.get("n").unwrap(), &[], storage)
    }

    #[test]
    fn a_volume_counts_once_and_no_more_than_the_limit_are_attached() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "1"));
        let mut two = storage(2);
        nodes.place(&user("q", "a"), "n");
        nodes.place(&user("r", "a"), "n");
        assert!(fits("b", &nodes, &two) && fits("new", &nodes, &two));
        nodes.place(&user("s", "new"), "n");
        assert!(fits("a", &nodes, &two), "it is there already");
        assert!(!fits("b", &nodes, &two));
        let gone = [Arc::clone(&nodes.get("n").unwrap().residents[2])];
        let wanted = attachable(&user("p", "b"), &two);
        assert!(has_room(&wanted, nodes.get("n").unwrap(), &gone, &two));
        two.attachments.set_node("n", None);
        assert!(fits("b", &nodes, &two), "without a limit all do");
    }

    #[test]
    fn what_is_still_attached_counts_until_it_is_gone() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "1"));
        let mut one = storage(1);
        let attachment = json!({"metadata": {"name": "x"}, "spec": {"attacher": "example.com/d",
            "nodeName": "n", "source": {"persistentVolumeName": "c"}}});
        let attachment: Arc<VolumeAttachment> = read(attachment);
        one.attachments.set_attachment("x", Some(&attachment));
        assert!(!fits("a", &nodes, &one) && fits("c", &nodes, &one));
        one.attachments.set_attachment("x", None);
        assert!(fits("a", &nodes, &one));
    }
}
