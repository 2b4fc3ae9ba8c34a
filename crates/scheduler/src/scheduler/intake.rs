//! What becomes of what happened: what is known of nodes, pods and volumes is kept up to date, and pods that it
//! may help are tried again.

use super::Scheduler;
use crate::claims::claim_key;
use crate::happening::{Happening, current, labels_of, matters, wants_a_node};
use crate::queue::Relief;
use k8s_openapi::api::core::v1::{Namespace, PersistentVolumeClaim, Pod};
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_informer::Change;

impl Scheduler {
    pub(super) fn take_in(&mut self, happening: Happening) {
        let now = Instant::now();
        match happening {
            Happening::Pod(Change::Added(pod) | Change::Updated { new: pod, .. }) => {
                self.set_pod(&pod, now);
            }
            Happening::Pod(Change::Deleted(pod)) => self.forget(&pod, now),
            Happening::Node(Change::Added(node)) => {
                self.nodes.set_node(&node);
                self.queue.relieve(Relief::Node, now);
            }
            Happening::Node(Change::Updated { old, new }) => {
                self.nodes.set_node(&new);
                if matters(&old, &new) {
                    self.queue.relieve(Relief::Node, now);
                }
            }
            Happening::Node(Change::Deleted(node)) => {
                let name = node.metadata.name.as_deref().unwrap_or_default();
                self.nodes.remove_node(name);
                self.queue.relieve(Relief::PodGone, now);
            }
            Happening::Namespace(change) => self.set_namespace(&change, now),
            Happening::Claim(change) => self.set_claim(&change, now),
            Happening::Volume(change) => {
                self.changes += 1;
                let name = change.object().metadata.name.clone().unwrap_or_default();
                match change {
                    Change::Deleted(_) => self.storage.volumes.remove(&name),
                    Change::Added(it) | Change::Updated { new: it, .. } => {
                        self.storage.volumes.insert(name, it)
                    }
                };
                self.queue.relieve(Relief::Volume, now);
            }
            Happening::Class(change) => {
                self.changes += 1;
                let name = change.object().metadata.name.clone().unwrap_or_default();
                match change {
                    Change::Deleted(_) => self.storage.classes.remove(&name),
                    Change::Added(it) | Change::Updated { new: it, .. } => {
                        self.storage.classes.insert(name, it)
                    }
                };
                self.queue.relieve(Relief::Volume, now);
            }
            Happening::NodeStorage(change) => {
                self.changes += 1;
                let name = change.object().metadata.name.as_deref();
                let attachments = &mut self.storage.attachments;
                attachments.set_node(name.unwrap_or_default(), current(&change));
                self.queue.relieve(Relief::Volume, now);
            }
            Happening::Attachment(change) => {
                self.changes += 1;
                let name = change.object().metadata.name.as_deref();
                let attachments = &mut self.storage.attachments;
                attachments.set_attachment(name.unwrap_or_default(), current(&change));
                self.queue.relieve(Relief::Volume, now);
            }
            Happening::Devices(change) => {
                self.changes += 1;
                let is_gone = current(&change).is_none();
                self.storage.devices.set(change.object(), is_gone);
                self.queue.relieve(Relief::Devices, now);
            }
            Happening::Selecting(change) => self.nodes.defaults.take_in(&change),
            Happening::Budget(change) => {
                self.changes += 1;
                let meta = &change.object().metadata;
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let key = (text(&meta.namespace), text(&meta.name));
                match change {
                    Change::Deleted(_) => self.budgets.remove(&key),
                    Change::Added(it) | Change::Updated { new: it, .. } => {
                        self.budgets.insert(key, it)
                    }
                };
            }
        }
    }

    fn set_namespace(&mut self, change: &Change<Namespace>, now: Instant) {
        let name = change.object().metadata.name.as_deref();
        let labels = labels_of(change);
        if self
            .nodes
            .set_namespace(name.unwrap_or_default(), labels.as_ref())
        {
            self.queue.relieve(Relief::Namespace, now);
        }
    }

    fn set_claim(&mut self, change: &Change<PersistentVolumeClaim>, now: Instant) {
        self.changes += 1;
        let key = claim_key(change.object());
        match change {
            Change::Deleted(_) => self.storage.claims.remove(&key),
            Change::Added(it) | Change::Updated { new: it, .. } => {
                self.storage.claims.insert(key.clone(), Arc::clone(it))
            }
        };
        let waiting: Vec<String> = self
            .awaiting
            .iter()
            .filter(|(_, it)| it.claims.contains(&key))
            .map(|(uid, _)| uid.clone())
            .collect();
        for uid in waiting {
            self.bind_if_bound(&uid);
        }
        self.queue.relieve(Relief::Volume, now);
    }

    fn set_pod(&mut self, pod: &Arc<Pod>, now: Instant) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
        if matches!(phase, Some("Succeeded" | "Failed")) {
            // What has ended takes nothing, though it still names its node.
            self.forget(pod, now);
            return;
        }
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
        if let Some(node) = node.filter(|node| !node.is_empty()) {
            self.queue.remove(uid);
            self.awaiting.remove(uid);
            if self.nodes.place(pod, node) {
                self.queue.relieve(Relief::PodPlaced, now);
            }
        } else if wants_a_node(pod) {
            let status = pod.status.as_ref();
            let nominated = status.and_then(|it| it.nominated_node_name.as_deref());
            if let Some(node) = nominated.filter(|node| !node.is_empty())
                && self.nodes.nomination(uid).is_none()
                && !self.nodes.holds(uid)
            {
                self.nodes.nominate(pod, node);
            }
            self.queue.set(pod, now);
        } else {
            self.queue.remove(uid);
            self.nodes.dismiss(uid);
        }
    }

    fn forget(&mut self, pod: &Pod, now: Instant) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.queue.remove(uid);
        self.awaiting.remove(uid);
        self.tries.remove(uid);
        if self.nodes.remove(uid) {
            self.queue.relieve(Relief::PodGone, now);
        }
    }
}
