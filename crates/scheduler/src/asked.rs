//! All that one pod asks for, worked out once for all nodes.

use crate::devices::DeviceNeeds;
use crate::footprint::Footprint;
use crate::neighbours::Neighbours;
use crate::nodes::Nodes;
use crate::obstacle::Obstacle;
use crate::spread::Spread;
use crate::storage::Storage;
use crate::suitability::{Suited, named};
use crate::volumes::VolumeNeeds;
use k8s_openapi::api::core::v1::{Pod, PodSpec};
use std::sync::Arc;

/// What a pod asks for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) pod: Arc<Pod>,
    pub(crate) spec: PodSpec,
    pub(crate) footprint: Footprint,
    /// The nodes that are ones for it.
    pub(crate) suited: Arc<Suited>,
    pub(crate) neighbours: Neighbours,
    pub(crate) spread: Spread,
    pub(crate) volumes: VolumeNeeds,
    pub(crate) devices: DeviceNeeds,
}

/// Why a pod can go to no node at all.
#[derive(Debug)]
pub(crate) struct Hopeless {
    pub(crate) obstacle: Obstacle,
    /// In the words of kube-scheduler.
    pub(crate) why: String,
}

impl Asked {
    /// Works it out.
    ///
    /// # Errors
    /// Why the pod can go nowhere, whatever nodes there are.
    pub(crate) fn by(
        pod: &Arc<Pod>,
        nodes: &mut Nodes,
        storage: &Storage,
    ) -> Result<Self, Hopeless> {
        let spec = pod.spec.clone().unwrap_or_default();
        if named(&spec).is_some_and(|names| names.is_empty()) {
            return Err(Hopeless {
                obstacle: Obstacle::Affinity,
                why: "pod affinity terms conflict".to_owned(),
            });
        }
        let volumes = VolumeNeeds::of(pod, storage).map_err(|why| Hopeless {
            obstacle: Obstacle::Volumes,
            why,
        })?;
        let devices = DeviceNeeds::of(pod, &storage.devices).map_err(|why| Hopeless {
            obstacle: Obstacle::Devices,
            why,
        })?;
        Ok(Self {
            volumes,
            devices,
            suited: nodes.suited(&spec),
            spec,
            footprint: Footprint::of(pod),
            neighbours: Neighbours::of(pod, nodes),
            spread: Spread::of(pod, nodes),
            pod: Arc::clone(pod),
        })
    }

    /// How important it is.
    pub(crate) fn priority(&self) -> i32 {
        self.spec.priority.unwrap_or(0)
    }
}
