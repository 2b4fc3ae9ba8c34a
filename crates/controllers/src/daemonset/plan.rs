//! Which pods of a `DaemonSet` come and go.
//!
//! The rules are those of `podsShouldBeOnNode` in Kubernetes'
//! `pkg/controller/daemon/daemon_controller.go` and of `pkg/controller/daemon/update.go`.

use super::placement::{Place, is_updated, place, target};
use crate::deployment::resolve_up;
use crate::pods::{available_in, is_finished, is_ready, phase};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetStatus, RollingUpdateDaemonSet};
use k8s_openapi::api::core::v1::{Node, Pod};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::ResourceExt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Names of nodes that are to have a pod.
    pub(super) create: Vec<String>,
    pub(super) delete: Vec<Arc<Pod>>,
    /// Pods that failed or ended, and their nodes: they are deleted too, the failed not too often.
    pub(super) ended: Vec<(String, Arc<Pod>)>,
}

/// A `DaemonSet`, its pods and the nodes there are.
pub(super) struct Picture<'a> {
    pub(super) set: &'a DaemonSet,
    pub(super) hash: &'a str,
    pub(super) nodes: Vec<(Arc<Node>, Place)>,
    /// By node; those of a node in the order in which they count.
    pub(super) pods: BTreeMap<String, Vec<Arc<Pod>>>,
    pub(super) now: Timestamp,
}

impl<'a> Picture<'a> {
    pub(super) fn new(
        set: &'a DaemonSet,
        hash: &'a str,
        mut nodes: Vec<Arc<Node>>,
        pods: &[Arc<Pod>],
        now: Timestamp,
    ) -> Self {
        nodes.sort_by_key(|node| node.name_any());
        let nodes = nodes.into_iter().map(|node| {
            let place = place(set, &node);
            (node, place)
        });
        let mut by_node = BTreeMap::<String, Vec<Arc<Pod>>>::new();
        for pod in pods {
            // It is about to be gone, and nothing of it runs.
            if is_finished(pod) && is_leaving(pod) {
                continue;
            }
            if let Some(node) = target(pod) {
                let pods = by_node.entry(node.to_owned()).or_default();
                pods.push(Arc::clone(pod));
            }
        }
        for pods in by_node.values_mut() {
            pods.sort_by_key(|pod| {
                let created = pod.metadata.creation_timestamp.as_ref().map(|time| time.0);
                (!is_assigned(pod), created, pod.name_any())
            });
        }
        Self {
            set,
            hash,
            nodes: nodes.collect(),
            pods: by_node,
            now,
        }
    }

    fn min_ready_seconds(&self) -> i32 {
        let spec = self.set.spec.as_ref();
        spec.and_then(|spec| spec.min_ready_seconds)
            .unwrap_or_default()
    }

    fn is_available(&self, pod: &Pod) -> bool {
        let wait = available_in(pod, self.min_ready_seconds(), self.now);
        wait.is_some_and(|wait| wait.is_zero())
    }

    fn is_updated(&self, pod: &Pod) -> bool {
        is_updated(self.set, pod, self.hash)
    }

    fn rolling(&self) -> Option<&RollingUpdateDaemonSet> {
        let strategy = self.set.spec.as_ref()?.update_strategy.as_ref()?;
        let is_rolling = strategy.type_.as_deref().unwrap_or("RollingUpdate") == "RollingUpdate";
        strategy.rolling_update.as_ref().filter(|_| is_rolling)
    }

    fn surge(&self, nodes: i32) -> i32 {
        let surge = self.rolling().and_then(|it| it.max_surge.as_ref());
        surge.map_or(0, |surge| resolve_up(surge, nodes))
    }

    fn desired(&self) -> i32 {
        let runs = self.nodes.iter().filter(|(_, place)| *place == Place::Run);
        i32::try_from(runs.count()).unwrap_or(i32::MAX)
    }

    /// What makes that every node has just the pods it is to have, old or new.
    pub(super) fn manage(&self) -> Plan {
        let mut plan = Plan::default();
        for (node, place) in &self.nodes {
            let name = node.name_any();
            let pods = self.pods.get(&name);
            match (place, pods) {
                (Place::Run, None) => plan.create.push(name),
                (Place::Leave, Some(pods)) => {
                    let staying = pods.iter().filter(|pod| !is_leaving(pod));
                    plan.delete.extend(staying.cloned());
                }
                (Place::Run | Place::Stay, Some(pods)) => {
                    self.manage_node(&name, *place, pods, &mut plan);
                }
                (Place::Stay | Place::Leave, None) => {}
            }
        }
        // Pods that wait for a node which is gone.
        for (node, pods) in &self.pods {
            if self.nodes.iter().all(|(it, _)| it.name_any() != *node) {
                let waiting = pods.iter().filter(|pod| !is_assigned(pod));
                plan.delete.extend(waiting.cloned());
            }
        }
        plan
    }

    fn manage_node(&self, name: &str, place: Place, pods: &[Arc<Pod>], plan: &mut Plan) {
        let staying = pods.iter().filter(|pod| !is_leaving(pod));
        let (ended, running): (Vec<_>, Vec<_>) = staying.partition(|pod| is_finished(pod));
        let ended = ended
            .into_iter()
            .map(|pod| (name.to_owned(), Arc::clone(pod)));
        plan.ended.extend(ended);
        if self.surge(1) == 0 {
            plan.delete.extend(running.into_iter().skip(1).cloned());
            return;
        }
        if running.is_empty() {
            if place == Place::Run {
                plan.create.push(name.to_owned());
            }
            return;
        }
        if running.len() == 1 {
            return;
        }
        let (mut new, mut old) = (None, None);
        for pod in running {
            let hash = pod.labels().get(crate::history::HASH_LABEL);
            let kept = if hash.is_some_and(|it| it == self.hash) {
                &mut new
            } else {
                &mut old
            };
            if kept.is_some() {
                plan.delete.push(Arc::clone(pod));
            } else {
                *kept = Some(pod);
            }
        }
        if let (Some(new), Some(old)) = (new, old)
            && (!is_ready(old) || self.is_available(new))
        {
            plan.delete.push(Arc::clone(old));
        }
    }

    /// What replaces pods of older templates, as far as the strategy allows.
    pub(super) fn roll(&self) -> Plan {
        let strategy = self
            .set
            .spec
            .as_ref()
            .and_then(|it| it.update_strategy.as_ref());
        if strategy.and_then(|it| it.type_.as_deref()) == Some("OnDelete") {
            return Plan::default();
        }
        let desired = self.desired();
        let default = IntOrString::Int(1);
        let unavailable = self.rolling().map(|it| it.max_unavailable.as_ref());
        let unavailable = unavailable.map_or(0, |it| resolve_up(it.unwrap_or(&default), desired));
        let surge = self.surge(desired);
        if surge > 0 {
            return self.roll_by_surge(usize::try_from(surge).unwrap_or_default());
        }
        // Else nothing would ever move.
        let most = if desired > 0 {
            unavailable.max(1)
        } else {
            unavailable
        };
        self.roll_in_place(usize::try_from(most).unwrap_or_default())
    }

    /// The pods of each node that has some or is to, by name.
    fn by_node(&self) -> BTreeMap<String, &[Arc<Pod>]> {
        let runs = self.nodes.iter().filter(|(_, place)| *place == Place::Run);
        let mut all: BTreeMap<String, &[Arc<Pod>]> =
            runs.map(|(node, _)| (node.name_any(), &[][..])).collect();
        all.extend(
            self.pods
                .iter()
                .map(|(node, pods)| (node.clone(), &pods[..])),
        );
        all
    }

    /// The new and the old pod among `pods`; `None` if there are several of a kind.
    fn new_and_old<'p>(&self, pods: &'p [Arc<Pod>]) -> Option<[Option<&'p Arc<Pod>>; 2]> {
        let mut found = [None, None];
        for pod in pods.iter().filter(|pod| !is_leaving(pod)) {
            let place = &mut found[usize::from(!self.is_updated(pod))];
            if place.is_some() {
                return None;
            }
            *place = Some(pod);
        }
        Some(found)
    }

    fn roll_in_place(&self, most: usize) -> Plan {
        let (mut unavailable, mut allowed, mut candidates) = (0, Vec::new(), Vec::new());
        for pods in self.by_node().into_values() {
            match self.new_and_old(pods) {
                Some([Some(new), None]) => {
                    unavailable += usize::from(!self.is_available(new));
                }
                Some([None, Some(old)]) if self.is_available(old) => {
                    candidates.push(Arc::clone(old));
                }
                Some([None, Some(old)]) => {
                    // It serves nobody: replacing it costs nothing.
                    allowed.push(Arc::clone(old));
                    unavailable += 1;
                }
                None | Some(_) => unavailable += 1,
            }
        }
        candidates.truncate(most.saturating_sub(unavailable));
        allowed.extend(candidates);
        Plan {
            delete: allowed,
            ..Plan::default()
        }
    }

    fn roll_by_surge(&self, most: usize) -> Plan {
        let mut plan = Plan::default();
        let (mut candidates, mut elsewhere) = (Vec::new(), Vec::new());
        let (mut surging, mut available) = (0, 0);
        let runs = |name: &str| {
            let mut nodes = self.nodes.iter();
            nodes.any(|(node, place)| *place == Place::Run && node.name_any() == name)
        };
        for (name, pods) in self.by_node() {
            let Some([new, old]) = self.new_and_old(pods) else {
                surging += 1;
                continue;
            };
            let serving = old.or(new);
            available += i32::from(serving.is_some_and(|pod| self.is_available(pod)));
            let Some(old) = old else {
                continue;
            };
            match new {
                Some(new) if self.is_available(new) => plan.delete.push(Arc::clone(old)),
                Some(_) => surging += 1,
                None if !self.is_available(old) && runs(&name) => plan.create.push(name),
                None if !self.is_available(old) => plan.delete.push(Arc::clone(old)),
                None if runs(&name) => candidates.push(name),
                None => elsewhere.push(Arc::clone(old)),
            }
        }
        let spare = usize::try_from(available - self.desired()).unwrap_or_default();
        plan.delete.extend(elsewhere.into_iter().take(spare));
        candidates.truncate(most.saturating_sub(surging));
        plan.create.extend(candidates);
        plan
    }

    /// What the set reports. `observed` tells whether its newest form was acted upon.
    pub(super) fn status(&self, observed: bool) -> DaemonSetStatus {
        let mut status = self.set.status.clone().unwrap_or_default();
        let (mut current, mut misscheduled, mut ready, mut updated, mut available) =
            (0, 0, 0, 0, 0);
        for (node, place) in &self.nodes {
            let pod = self
                .pods
                .get(&node.name_any())
                .and_then(|pods| pods.first());
            let Some(pod) = pod else {
                continue;
            };
            if *place != Place::Run {
                misscheduled += 1;
                continue;
            }
            current += 1;
            ready += i32::from(is_ready(pod));
            available += i32::from(self.is_available(pod));
            updated += i32::from(self.is_updated(pod));
        }
        let desired = self.desired();
        if observed {
            status.observed_generation = self.set.metadata.generation;
        }
        status.desired_number_scheduled = desired;
        status.current_number_scheduled = current;
        status.number_misscheduled = misscheduled;
        status.number_ready = ready;
        status.updated_number_scheduled = Some(updated);
        status.number_available = Some(available);
        status.number_unavailable = Some(desired - available);
        status
    }
}

/// Whether both say the same. The API leaves out counts of none.
pub(super) fn is_same(old: &DaemonSetStatus, new: &DaemonSetStatus) -> bool {
    let counts = |it: &DaemonSetStatus| {
        (
            it.desired_number_scheduled,
            it.current_number_scheduled,
            it.number_misscheduled,
            it.number_ready,
            it.updated_number_scheduled.unwrap_or_default(),
            it.number_available.unwrap_or_default(),
            it.number_unavailable.unwrap_or_default(),
        )
    };
    counts(old) == counts(new) && old.observed_generation >= new.observed_generation
}

pub(super) fn has_failed(pod: &Pod) -> bool {
    phase(pod) == "Failed"
}

fn is_leaving(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_some()
}

fn is_assigned(pod: &Pod) -> bool {
    let spec = pod.spec.as_ref();
    let node = spec.and_then(|spec| spec.node_name.as_deref());
    node.is_some_and(|node| !node.is_empty())
}
