//! How many pods a measured value asks for. No I/O here.
//!
//! The rules are those of `pkg/controller/podautoscaler/replica_calculator.go` in Kubernetes. Values
//! are in thousandths.

use crate::pods::is_ready;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Container, Pod, PodCondition};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Amount;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_object::Quantity;

/// How long what a pod uses of the processor may be that of its start:
/// `--horizontal-pod-autoscaler-cpu-initialization-period`.
const CPU_INITIALIZATION: SignedDuration = SignedDuration::from_mins(5);
/// How long a pod may take to get ready the first time:
/// `--horizontal-pod-autoscaler-initial-readiness-delay`.
const INITIAL_READINESS: SignedDuration = SignedDuration::from_secs(30);

/// What was measured of one pod.
#[derive(Clone, Debug)]
pub(super) struct PodMetric {
    pub(super) at: Timestamp,
    /// Over how long.
    pub(super) window: SignedDuration,
    pub(super) value: i64,
}

/// What was measured, by the names of pods.
pub(super) type PodMetrics = BTreeMap<String, PodMetric>;

/// How far from its target a value may be without anything happening, as parts of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerances {
    pub(super) down: f64,
    pub(super) up: f64,
}

impl Tolerances {
    fn include(self, ratio: f64) -> bool {
        1.0 - self.down <= ratio && ratio <= 1.0 + self.up
    }
}

/// What a measured value asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) replicas: i32,
    /// The measured value, of a pod if it is one of pods.
    pub(super) usage: i64,
    /// The same in hundredths of what pods request.
    pub(super) utilization: Option<i32>,
}

/// What the value of each pod is to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// So much.
    Usage(i64),
    /// So many hundredths of what is requested of the resource, by the container of this name or
    /// by all.
    Utilization {
        percent: i32,
        resource: &'a str,
        container: Option<&'a str>,
    },
}

/// The pods, sorted by what can be said of them.
#[derive(Debug, Default)]
struct Groups {
    ready: usize,
    unready: BTreeSet<String>,
    missing: BTreeSet<String>,
    ignored: BTreeSet<String>,
}

/// What values of single pods ask for. `resource` is what they are of, if they are of one.
pub(super) fn by_pods(
    pods: &[Arc<Pod>],
    mut metrics: PodMetrics,
    resource: Option<&str>,
    current: i32,
    target: Target<'_>,
    tolerances: Tolerances,
    now: Timestamp,
) -> Result<Proposal, String> {
    if pods.is_empty() {
        return Err(NO_PODS.to_owned());
    }
    let groups = group(pods, &metrics, resource == Some("cpu"), now);
    metrics.retain(|pod, _| !groups.ignored.contains(pod) && !groups.unready.contains(pod));
    if metrics.is_empty() {
        let why = "did not receive metrics for targeted pods (pods might be unready)";
        return Err(why.to_owned());
    }
    let requests = match target {
        Target::Usage(_) => BTreeMap::new(),
        Target::Utilization {
            resource,
            container,
            ..
        } => requests(pods, resource, container)?,
    };
    let (ratio, proposal) = measure(&metrics, &requests, target)?;
    let propose = |replicas| Proposal {
        replicas,
        ..proposal
    };
    let counts_unready = !groups.unready.is_empty() && ratio > 1.0;
    if !counts_unready && groups.missing.is_empty() {
        if tolerances.include(ratio) {
            return Ok(propose(current));
        }
        return Ok(propose(ceil(ratio * float(groups.ready as u64))));
    }
    // Pods of which nothing is known slow either direction down: they are taken to use what they
    // are meant to when there are to be fewer, and nothing when there are to be more.
    let mut assume = |pod: &String, value: i64| {
        let unknown = PodMetric {
            at: now,
            window: SignedDuration::ZERO,
            value,
        };
        metrics.insert(pod.clone(), unknown);
    };
    if ratio < 1.0 {
        for pod in &groups.missing {
            let value = match target {
                Target::Usage(usage) => usage,
                Target::Utilization { percent, .. } => {
                    let request = requests.get(pod).copied().unwrap_or_default();
                    request * i64::from(percent.max(100)) / 100
                }
            };
            assume(pod, value);
        }
    } else if ratio > 1.0 {
        groups.missing.iter().for_each(|pod| assume(pod, 0));
    }
    if counts_unready {
        groups.unready.iter().for_each(|pod| assume(pod, 0));
    }
    let (new_ratio, _) = measure(&metrics, &requests, target)?;
    if tolerances.include(new_ratio)
        || ratio < 1.0 && new_ratio > 1.0
        || ratio > 1.0 && new_ratio < 1.0
    {
        return Ok(propose(current));
    }
    let replicas = ceil(new_ratio * float(metrics.len() as u64));
    let turns = new_ratio < 1.0 && replicas > current || new_ratio > 1.0 && replicas < current;
    Ok(propose(if turns { current } else { replicas }))
}

const NO_PODS: &str = "no pods returned by selector while calculating replica count";

/// How the values are to the target, and what they are.
fn measure(
    metrics: &PodMetrics,
    requests: &BTreeMap<String, i64>,
    target: Target<'_>,
) -> Result<(f64, Proposal), String> {
    let mut proposal = Proposal {
        replicas: 0,
        usage: 0,
        utilization: None,
    };
    match target {
        Target::Usage(target) => {
            let total: i64 = metrics.values().map(|it| it.value).sum();
            proposal.usage = total / i64::try_from(metrics.len()).unwrap_or(i64::MAX);
            Ok((ratio(proposal.usage, target), proposal))
        }
        Target::Utilization { percent, .. } => {
            let known = metrics
                .iter()
                .filter_map(|(pod, metric)| Some((metric.value, *requests.get(pod)?)));
            let (mut used, mut requested, mut count) = (0, 0, 0);
            for (value, request) in known {
                used += value;
                requested += request;
                count += 1;
            }
            if requested == 0 {
                return Err("no metrics returned matched known pods".to_owned());
            }
            let utilization = used * 100 / requested;
            proposal.usage = used / count;
            proposal.utilization = Some(i32::try_from(utilization).unwrap_or(i32::MAX));
            Ok((ratio(utilization, i64::from(percent)), proposal))
        }
    }
}

/// What one value asks for that all pods together bring about: more of them, less of it for each.
pub(super) fn by_total(
    pods: &[Arc<Pod>],
    usage: i64,
    current: i32,
    target: i64,
    tolerances: Tolerances,
) -> Result<Proposal, String> {
    let ratio = ratio(usage, target);
    let replicas = if current == 0 {
        ceil(ratio)
    } else if tolerances.include(ratio) {
        current
    } else {
        if pods.is_empty() {
            return Err(format!("unable to calculate ready pods: {NO_PODS}"));
        }
        let is_running = |pod: &&Arc<Pod>| crate::pods::phase(pod) == "Running" && is_ready(pod);
        let ready = pods.iter().filter(is_running).count();
        ceil(ratio * float(ready as u64))
    };
    Ok(Proposal {
        replicas,
        usage,
        utilization: None,
    })
}

/// What one value asks for of which each pod is to have its share. `observed` is how many there are.
pub(super) fn by_share(usage: i64, observed: i32, target: i64, tolerances: Tolerances) -> Proposal {
    let needed = ratio(usage, target);
    let replicas = if tolerances.include(needed / f64::from(observed)) {
        observed
    } else {
        ceil(needed)
    };
    let share = match i64::from(observed) {
        0 => usage,
        observed => usage / observed + i64::from(usage % observed > 0),
    };
    Proposal {
        replicas,
        usage: share,
        utilization: None,
    }
}

fn group(pods: &[Arc<Pod>], metrics: &PodMetrics, is_cpu: bool, now: Timestamp) -> Groups {
    let mut groups = Groups::default();
    for pod in pods {
        let name = pod.name_any();
        let phase = crate::pods::phase(pod);
        if pod.metadata.deletion_timestamp.is_some() || phase == "Failed" {
            groups.ignored.insert(name);
        } else if phase == "Pending" {
            groups.unready.insert(name);
        } else {
            match metrics.get(&name) {
                None => {
                    groups.missing.insert(name);
                }
                Some(metric) if is_cpu && is_starting(pod, metric, now) => {
                    groups.unready.insert(name);
                }
                Some(_) => groups.ready += 1,
            }
        }
    }
    groups
}

/// Whether what a pod uses of the processor may be due to its start.
fn is_starting(pod: &Pod, metric: &PodMetric, now: Timestamp) -> bool {
    let status = pod.status.as_ref();
    let conditions = status.and_then(|status| status.conditions.as_ref());
    let is_ready = |it: &&PodCondition| it.type_ == "Ready";
    let ready = conditions.and_then(|it| it.iter().find(is_ready));
    let started = status.and_then(|status| status.start_time.as_ref());
    let (Some(ready), Some(Time(started))) = (ready, started) else {
        return true;
    };
    let since = ready.last_transition_time.as_ref().map(|it| it.0);
    let since = since.unwrap_or(Timestamp::MIN);
    let is_unready = ready.status == "False";
    if now.duration_since(*started) < CPU_INITIALIZATION {
        is_unready || metric.at.duration_since(since) < metric.window
    } else {
        // It has never been ready, rather than no longer.
        is_unready && since.duration_since(*started) < INITIAL_READINESS
    }
}

/// What each pod requests of a resource, in thousandths.
fn requests(
    pods: &[Arc<Pod>],
    resource: &str,
    container: Option<&str>,
) -> Result<BTreeMap<String, i64>, String> {
    let requests = pods.iter().map(|pod| {
        let name = pod.name_any();
        let request = match (container, whole_pod_requests(pod)) {
            (None, Some(whole)) => whole
                .get(resource)
                .map(millis)
                .ok_or_else(|| format!("missing pod-level request for {resource} in Pod {name}")),
            _ => container_requests(pod, resource, container),
        };
        Ok((name, request?))
    });
    requests.collect()
}

/// What the pod as a whole requests, if it says anything as a whole.
fn whole_pod_requests(pod: &Pod) -> Option<&BTreeMap<String, Amount>> {
    let resources = pod.spec.as_ref()?.resources.as_ref()?;
    resources.requests.as_ref().filter(|it| !it.is_empty())
}

fn container_requests(pod: &Pod, resource: &str, container: Option<&str>) -> Result<i64, String> {
    let pod_name = pod.name_any();
    let stays = |it: &&Container| it.restart_policy.as_deref() == Some("Always");
    let spec = pod.spec.iter();
    let containers = spec.flat_map(|spec| {
        let beside = spec.init_containers.iter().flatten().filter(stays);
        spec.containers.iter().chain(beside)
    });
    let mut wanted = containers
        .filter(|it| container.is_none_or(|name| name == it.name))
        .peekable();
    if let Some(name) = container
        && wanted.peek().is_none()
    {
        return Err(format!("container {name} not found in Pod {pod_name}"));
    }
    wanted
        .map(|it| {
            let resources = it.resources.as_ref();
            let requests = resources.and_then(|it| it.requests.as_ref());
            requests
                .and_then(|it| it.get(resource))
                .map(millis)
                .ok_or_else(|| {
                    let name = &it.name;
                    format!("missing request for {resource} in container {name} of Pod {pod_name}")
                })
        })
        .sum()
}

/// An amount as the API has it, in thousandths. The API server lets none in that is none.
pub(super) fn millis(amount: &Amount) -> i64 {
    Quantity::parse(&amount.0).map_or(0, |it| it.millis())
}

fn ratio(usage: i64, target: i64) -> f64 {
    signed_float(usage) / signed_float(target)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "kube-controller-manager divides in floats too, and the result is rounded to pods"
)]
fn signed_float(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of pods are far under 2 to the power of 52"
)]
fn float(number: u64) -> f64 {
    number as f64
}

/// Rounded up to whole pods, at most as many as a workload may have.
fn ceil(replicas: f64) -> i32 {
    replicas.ceil().clamp(0.0, f64::from(i32::MAX)) as i32
}

#[cfg(test)]
#[path = "calculate_tests.rs"]
mod tests;
