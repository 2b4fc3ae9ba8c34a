//! The pods of workloads, counted at every change.

use crate::report::Subject;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use trimtab_clock::Clock;
use trimtab_informer::{Change, Informers};

/// Counts pods from now on. Clones share the counts.
#[derive(Clone)]
pub(crate) struct Sampler(Arc<Mutex<Counts>>);

/// The pods of a workload by the revision that they are of, from one moment on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: Duration,
    pub(crate) desired: usize,
    /// How many there are and how many of them are available, by revision.
    pub(crate) revisions: BTreeMap<String, (usize, usize)>,
}

impl Moment {
    pub(crate) fn pods(&self) -> usize {
        self.revisions.values().map(|(pods, _)| pods).sum()
    }

    pub(crate) fn available(&self) -> usize {
        self.revisions
            .values()
            .map(|(_, available)| available)
            .sum()
    }

    pub(crate) fn of(&self, revision: &str) -> usize {
        self.revisions.get(revision).map_or(0, |(pods, _)| *pods)
    }
}

struct Counts {
    clock: Clock,
    began: Timestamp,
    workloads: Vec<Counted>,
    by_subject: FxHashMap<Subject, usize>,
    /// By uid. Looked up only.
    pods: FxHashMap<String, Tracked>,
    /// The pods that become available at a time, if nothing happens to them.
    due: BTreeSet<(Timestamp, String)>,
    /// How many pods exist that have not ended.
    existing: usize,
    peak: usize,
}

/// A workload.
struct Counted {
    min_ready: Duration,
    now: Moment,
    moments: Vec<Moment>,
}

/// A pod, as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tracked {
    workload: Option<usize>,
    revision: String,
    /// Whether it is on its way in or running, and not on its way out.
    is_active: bool,
    /// From when on it counts as available, if it is ready.
    available_from: Option<Timestamp>,
    is_available: bool,
    exists: bool,
}

impl Sampler {
    /// Counts the pods of these workloads, each with its `minReadySeconds`.
    pub(crate) fn start(
        informers: &Informers,
        workloads: impl Iterator<Item = (Subject, Duration)>,
    ) -> Self {
        let clock = informers.clock();
        let mut counts = Counts {
            clock,
            began: clock.now(),
            workloads: Vec::new(),
            by_subject: FxHashMap::default(),
            pods: FxHashMap::default(),
            due: BTreeSet::new(),
            existing: 0,
            peak: 0,
        };
        for (subject, min_ready) in workloads {
            counts.by_subject.insert(subject, counts.workloads.len());
            counts.workloads.push(Counted {
                min_ready,
                now: Moment::default(),
                moments: Vec::new(),
            });
        }
        let sampler = Self(Arc::new(Mutex::new(counts)));
        let sink = sampler.clone();
        informers
            .of::<Pod>()
            .on_change(move |change| sink.lock().take_in(change));
        let sink = sampler.clone();
        informers.of::<Deployment>().on_change(move |change| {
            let object = change.object();
            let desired = object.spec.as_ref().and_then(|spec| spec.replicas);
            sink.lock().wants(
                &subject("Deployment", &object.metadata),
                desired.unwrap_or(1),
            );
        });
        let sink = sampler.clone();
        informers.of::<StatefulSet>().on_change(move |change| {
            let object = change.object();
            let desired = object.spec.as_ref().and_then(|spec| spec.replicas);
            sink.lock().wants(
                &subject("StatefulSet", &object.metadata),
                desired.unwrap_or(1),
            );
        });
        let sink = sampler.clone();
        informers.of::<DaemonSet>().on_change(move |change| {
            let object = change.object();
            let status = object.status.as_ref();
            let desired = status.map_or(0, |status| status.desired_number_scheduled);
            sink.lock()
                .wants(&subject("DaemonSet", &object.metadata), desired);
        });
        sampler
    }

    /// Begins to write down what happens: the present state is that at zero.
    pub(crate) fn begin(&self) {
        let mut counts = self.lock();
        counts.began = counts.clock.now();
        counts.peak = counts.existing;
        for workload in &mut counts.workloads {
            workload.now.at = Duration::ZERO;
            workload.moments = vec![workload.now.clone()];
        }
    }

    /// What happened to the workloads since, and the most pods that there were.
    pub(crate) fn take(&self) -> (FxHashMap<Subject, Vec<Moment>>, usize) {
        let mut counts = self.lock();
        let Counts {
            by_subject,
            workloads,
            peak,
            ..
        } = &mut *counts;
        let moments = by_subject.iter().map(|(subject, &at)| {
            let moments = std::mem::take(&mut workloads[at].moments);
            (subject.clone(), moments)
        });
        (moments.collect(), *peak)
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Only counts: a panic elsewhere leaves them as right as they were.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn subject(
    kind: &str,
    meta: &k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
) -> Subject {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Subject {
        kind: kind.to_owned(),
        namespace: text(&meta.namespace),
        name: text(&meta.name),
    }
}

impl Counts {
    fn take_in(&mut self, change: &Change<Pod>) {
        self.promote();
        let pod = change.object();
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        let known = self.pods.remove(&uid);
        if let Some(known) = &known {
            self.count(known, false);
            if let Some(from) = known.available_from {
                self.due.remove(&(from, uid.clone()));
            }
        }
        let mut touched = known.as_ref().and_then(|known| known.workload);
        if !matches!(change, Change::Deleted(_)) {
            let tracked = self.look_at(pod);
            if let Some(from) = tracked.available_from.filter(|_| !tracked.is_available) {
                self.due.insert((from, uid.clone()));
            }
            self.count(&tracked, true);
            touched = touched.or(tracked.workload);
            self.pods.insert(uid, tracked);
        }
        self.peak = self.peak.max(self.existing);
        if let Some(workload) = touched {
            self.write_down(workload);
        }
    }

    fn look_at(&self, pod: &Pod) -> Tracked {
        let meta = &pod.metadata;
        let status = pod.status.as_ref();
        let phase = status.and_then(|status| status.phase.as_deref());
        let exists = !matches!(phase, Some("Succeeded" | "Failed"));
        let is_active = exists && meta.deletion_timestamp.is_none();
        let (owner, revision) = owner_and_revision(pod);
        let workload = owner.and_then(|owner| self.by_subject.get(&owner).copied());
        let conditions = status.and_then(|status| status.conditions.as_ref());
        let mut conditions = conditions.into_iter().flatten();
        let ready = conditions.find(|it| it.type_ == "Ready" && it.status == "True");
        let min_ready = workload.map_or(Duration::ZERO, |at| self.workloads[at].min_ready);
        let available_from = ready.filter(|_| is_active).map(|ready| {
            let since = ready.last_transition_time.as_ref();
            let since = since.map_or_else(|| self.clock.now(), |time| time.0);
            SignedDuration::try_from(min_ready)
                .ok()
                .and_then(|wait| since.checked_add(wait).ok())
                .unwrap_or(since)
        });
        Tracked {
            workload,
            revision,
            is_active,
            available_from,
            is_available: available_from.is_some_and(|from| from <= self.clock.now()),
            exists,
        }
    }

    /// Makes those available that have been ready for long enough.
    fn promote(&mut self) {
        let now = self.clock.now();
        while let Some((from, uid)) = self.due.first().cloned() {
            if from > now {
                return;
            }
            self.due.pop_first();
            let Some(mut tracked) = self.pods.remove(&uid) else {
                continue;
            };
            self.count(&tracked, false);
            tracked.is_available = true;
            self.count(&tracked, true);
            let workload = tracked.workload;
            self.pods.insert(uid, tracked);
            if let Some(workload) = workload {
                self.write_down(workload);
            }
        }
    }

    fn count(&mut self, pod: &Tracked, is_more: bool) {
        let step = |number: &mut usize| {
            *number = if is_more {
                *number + 1
            } else {
                number.saturating_sub(1)
            };
        };
        if pod.exists {
            step(&mut self.existing);
        }
        let Some(workload) = pod.workload.filter(|_| pod.is_active) else {
            return;
        };
        let revisions = &mut self.workloads[workload].now.revisions;
        let counted = revisions.entry(pod.revision.clone()).or_default();
        step(&mut counted.0);
        if pod.is_available {
            step(&mut counted.1);
        }
        if *counted == (0, 0) {
            revisions.remove(&pod.revision);
        }
    }

    fn wants(&mut self, subject: &Subject, desired: i32) {
        self.promote();
        if let Some(&workload) = self.by_subject.get(subject) {
            self.workloads[workload].now.desired = usize::try_from(desired).unwrap_or(0);
            self.write_down(workload);
        }
    }

    /// Keeps how it is now, if that is new.
    fn write_down(&mut self, workload: usize) {
        let passed = self.clock.now().duration_since(self.began).unsigned_abs();
        let counted = &mut self.workloads[workload];
        let Some(last) = counted.moments.last() else {
            return;
        };
        if last.desired != counted.now.desired || last.revisions != counted.now.revisions {
            counted.now.at = passed;
            counted.moments.push(counted.now.clone());
        }
    }
}

/// The workload that a pod is of, and which of its revisions.
pub(crate) fn owner_and_revision(pod: &Pod) -> (Option<Subject>, String) {
    let meta = &pod.metadata;
    let label = |name: &str| meta.labels.as_ref().and_then(|labels| labels.get(name));
    let owners = meta.owner_references.iter().flatten();
    let Some(owner) = { owners }.find(|owner| owner.controller == Some(true)) else {
        return (None, String::new());
    };
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    if owner.kind == "ReplicaSet"
        && let Some(hash) = label("pod-template-hash")
        && let Some(name) = owner.name.strip_suffix(&**hash)
        && let Some(name) = name.strip_suffix('-')
    {
        let deployment = Subject::new("Deployment", namespace, name);
        return (Some(deployment), hash.clone());
    }
    let revision = label("controller-revision-hash").cloned();
    let owner = Subject::new(&owner.kind, namespace, &owner.name);
    (Some(owner), revision.unwrap_or_default())
}
