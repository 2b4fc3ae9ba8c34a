//! What is attached to nodes, and how much they can have attached.

use k8s_openapi::api::core::v1::PersistentVolume;
use k8s_openapi::api::storage::v1::{CSINode, VolumeAttachment};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A volume by its driver and what the driver knows it by.
pub(crate) type Volume = (String, String);

/// What nodes and attachments say.
#[derive(Debug, Default)]
pub(crate) struct Attachments {
    /// By name of the node: how many volumes of which driver.
    limits: FxHashMap<String, Vec<(String, i32)>>,
    /// By name of the attachment.
    attached: FxHashMap<String, Attached>,
    /// The names of the attachments to a node.
    by_node: FxHashMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
struct Attached {
    node: String,
    driver: String,
    volume: String,
}

impl Attachments {
    /// Takes in what a node says, or that it says nothing any more.
    pub(crate) fn set_node(&mut self, name: &str, node: Option<&CSINode>) {
        let drivers = node.iter().flat_map(|node| &node.spec.drivers);
        let limits: Vec<(String, i32)> = drivers
            .filter_map(|driver| Some((driver.name.clone(), driver.allocatable.as_ref()?.count?)))
            .collect();
        if limits.is_empty() {
            self.limits.remove(name);
        } else {
            self.limits.insert(name.to_owned(), limits);
        }
    }

    /// Takes in that a volume is attached, or is no more.
    pub(crate) fn set_attachment(&mut self, name: &str, attachment: Option<&VolumeAttachment>) {
        if let Some(gone) = self.attached.remove(name)
            && let Some(names) = self.by_node.get_mut(&gone.node)
        {
            names.remove(name);
            if names.is_empty() {
                self.by_node.remove(&gone.node);
            }
        }
        let Some(spec) = attachment.map(|attachment| &attachment.spec) else {
            return;
        };
        let Some(volume) = &spec.source.persistent_volume_name else {
            return;
        };
        let names = self.by_node.entry(spec.node_name.clone()).or_default();
        names.insert(name.to_owned());
        let attached = Attached {
            node: spec.node_name.clone(),
            driver: spec.attacher.clone(),
            volume: volume.clone(),
        };
        self.attached.insert(name.to_owned(), attached);
    }

    /// Whether a node has no limit, so that nothing need be counted on it.
    pub(crate) fn is_unlimited(&self, node: &str) -> bool {
        !self.limits.contains_key(node)
    }

    /// How many volumes of which driver a node can have.
    pub(crate) fn limits(&self, node: &str) -> &[(String, i32)] {
        self.limits.get(node).map_or(&[], Vec::as_slice)
    }

    /// The volumes attached to a node, of those that are known.
    pub(crate) fn on<'a>(
        &'a self,
        node: &str,
        known: &'a BTreeMap<String, Arc<PersistentVolume>>,
    ) -> impl Iterator<Item = Volume> + 'a {
        let names = self.by_node.get(node).into_iter().flatten();
        names.filter_map(|name| {
            let attached = self.attached.get(name)?;
            let volume = known.get(&attached.volume)?;
            let source = volume.spec.as_ref()?.csi.as_ref()?;
            Some((attached.driver.clone(), source.volume_handle.clone()))
        })
    }
}
