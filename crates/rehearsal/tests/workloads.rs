//! What `StatefulSets`, `DaemonSets` and Jobs promise at every moment, whatever goes wrong around them.
//!
//! How thousands are played is in docs/rehearse.md.

use crate::chances::{below, faults, play_all, scenario};
use crate::court::{
    CONTROLLERS, Court, Law, all_have, api, at_least, comes, create, goes_with_its_pods, has_image,
    is_ready, must_come, no_law, set_image, template,
};
use k8s_openapi::api::apps::v1::{DaemonSet, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use trimtab_clock::Chance;
use trimtab_cluster::Cluster;
use trimtab_node::Scenario;

/// How many plays of each kind where nothing else is said.
const RUNS: u64 = 4;

/// How long a rollout is watched that may be stuck for ever.
const STUCK: Duration = Duration::from_secs(600);

const OUTCOMES: [Option<&str>; 5] = [
    None,
    None,
    Some("outcome: NeverReady"),
    Some("readyAfter: 25s"),
    Some("outcome: ImagePullBackOff\n  share: 40%"),
];

/// A `StatefulSet` and what befalls it.
#[derive(Clone, Debug)]
struct Ordered {
    replicas: usize,
    partition: usize,
    is_parallel: bool,
    unavailable: usize,
    outcome: Option<&'static str>,
    faults: Vec<String>,
}

impl Ordered {
    fn draw(chance: &Chance) -> Self {
        let replicas = 1 + below(chance, 6);
        Self {
            replicas,
            partition: [0, 0, below(chance, replicas + 1)][below(chance, 3)],
            is_parallel: below(chance, 3) == 0,
            unavailable: 1 + below(chance, 2),
            outcome: OUTCOMES[below(chance, OUTCOMES.len())],
            faults: faults(chance, CONTROLLERS),
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("it:2", self.outcome, &self.faults)
    }

    fn object(&self) -> Value {
        let management = if self.is_parallel {
            "Parallel"
        } else {
            "OrderedReady"
        };
        let rolling = json!({"partition": self.partition, "maxUnavailable": self.unavailable});
        json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "it"},
            "spec": {
                "replicas": self.replicas, "serviceName": "it", "podManagementPolicy": management,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
                "selector": {"matchLabels": {"app": "it"}}, "template": template("it:1"),
            },
        })
    }

    /// Pods come one after the other, those below first, and go no further than the partition.
    fn law(&self, least: usize) -> Law {
        let Self {
            replicas,
            partition,
            is_parallel,
            ..
        } = *self;
        Box::new(move |pods, new| {
            at_least(least, pods)?;
            for (name, pod) in pods {
                let ordinal = ordinal(name);
                if ordinal >= replicas {
                    return Err(format!("{name} is one too many"));
                }
                if ordinal < partition && has_image(pod, "it:2") {
                    return Err(format!("{name} is below the partition"));
                }
            }
            let Some(new) = new.filter(|_| !is_parallel) else {
                return Ok(());
            };
            let is_there = |below: usize| pods.get(&format!("it-{below}"));
            let early =
                (0..ordinal(new)).find(|it| !is_there(*it).is_some_and(|pod| is_ready(pod)));
            early.map_or(Ok(()), |it| {
                Err(format!("{new} came before it-{it} was ready"))
            })
        })
    }
}

fn ordinal(name: &str) -> usize {
    name.rsplit('-').next().unwrap().parse().unwrap()
}

async fn run_ordered(cluster: &Cluster, play: &Ordered) -> Result<(), String> {
    let court = Court::open(cluster, play.law(0));
    create::<StatefulSet>(cluster, play.object()).await;
    must_come(
        cluster,
        "the first revision",
        all_have("it:1", play.replicas),
    )
    .await?;
    cluster.begin_faults();
    court.rule(play.law(play.replicas.saturating_sub(play.unavailable)));
    set_image::<StatefulSet>(cluster, "it:2").await;
    let updated = i32::try_from(play.replicas - play.partition.min(play.replicas)).unwrap();
    let replicas = i32::try_from(play.replicas).unwrap();
    let is_done = |all: &[Arc<StatefulSet>]| {
        all.first().is_some_and(|set| {
            let status = set.status.clone().unwrap_or_default();
            status.observed_generation == set.metadata.generation
                && set.metadata.generation > Some(1)
                && status.ready_replicas == Some(replicas)
                && status.updated_replicas.unwrap_or_default() == updated
        })
    };
    if matches!(play.outcome, None | Some("readyAfter: 25s")) {
        must_come(cluster, "the second revision", is_done).await?;
    } else {
        comes(cluster, STUCK, is_done).await;
    }
    court.judge()?;
    // From a template that never gets ready a StatefulSet comes back only once somebody has taken
    // its broken pods away: a limit of Kubernetes.
    court.rule(no_law());
    set_image::<StatefulSet>(cluster, "it:1").await;
    sleep(Duration::from_secs(5)).await;
    let pods = api::<Pod>(cluster);
    for pod in pods.list(&ListParams::default()).await.unwrap() {
        if has_image(&pod, "it:2") && !is_ready(&pod) {
            let _ = pods.delete(&pod.name_any(), &DeleteParams::default()).await;
        }
    }
    must_come(cluster, "what was before", all_have("it:1", play.replicas)).await?;
    goes_with_its_pods::<StatefulSet>(cluster, &court).await
}

#[test]
fn a_stateful_set_keeps_its_order_whatever_goes_wrong() {
    play_all(RUNS, &[], Ordered::draw, Ordered::scenario, &run_ordered);
}

/// A `DaemonSet` and what befalls it.
#[derive(Clone, Debug)]
struct Everywhere {
    surge: usize,
    unavailable: usize,
    outcome: Option<&'static str>,
    faults: Vec<String>,
}

/// Nodes of a cluster where nothing else is said.
const NODES: usize = 3;

impl Everywhere {
    fn draw(chance: &Chance) -> Self {
        let count = 1 + below(chance, NODES);
        let (surge, unavailable) = if below(chance, 2) == 0 {
            (count, 0)
        } else {
            (0, count)
        };
        Self {
            surge,
            unavailable,
            outcome: OUTCOMES[below(chance, OUTCOMES.len())],
            faults: faults(chance, CONTROLLERS),
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("it:2", self.outcome, &self.faults)
    }

    fn object(&self) -> Value {
        let rolling = json!({"maxSurge": self.surge, "maxUnavailable": self.unavailable});
        json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "it"},
            "spec": {
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
                "selector": {"matchLabels": {"app": "it"}}, "template": template("it:1"),
            },
        })
    }

    fn law(least: usize, most: usize) -> Law {
        Box::new(move |pods, _| {
            at_least(least, pods)?;
            if pods.len() > most {
                return Err(format!("{} pods, {most} permitted", pods.len()));
            }
            Ok(())
        })
    }
}

async fn run_everywhere(cluster: &Cluster, play: &Everywhere) -> Result<(), String> {
    let court = Court::open(cluster, Everywhere::law(0, NODES));
    create::<DaemonSet>(cluster, play.object()).await;
    must_come(cluster, "the first revision", all_have("it:1", NODES)).await?;
    cluster.begin_faults();
    let least = NODES - play.unavailable;
    court.rule(Everywhere::law(least, NODES + play.surge));
    set_image::<DaemonSet>(cluster, "it:2").await;
    let is_done = all_have("it:2", NODES);
    if matches!(play.outcome, None | Some("readyAfter: 25s")) {
        must_come(cluster, "the second revision", is_done).await?;
    } else {
        comes(cluster, STUCK, is_done).await;
    }
    // Pods that are not available may be replaced all at once.
    court.rule(Everywhere::law(least, 2 * NODES));
    set_image::<DaemonSet>(cluster, "it:1").await;
    must_come(cluster, "what was before", all_have("it:1", NODES)).await?;
    goes_with_its_pods::<DaemonSet>(cluster, &court).await
}

#[test]
fn a_daemon_set_keeps_its_limits_whatever_goes_wrong() {
    play_all(
        RUNS,
        &[],
        Everywhere::draw,
        Everywhere::scenario,
        &run_everywhere,
    );
}

/// A Job and what befalls it.
#[derive(Clone, Debug)]
struct Work {
    completions: usize,
    parallelism: usize,
    backoff_limit: usize,
    is_indexed: bool,
    outcome: Option<&'static str>,
    faults: Vec<String>,
}

const ENDS: [Option<&str>; 4] = [
    None,
    None,
    Some("outcome: Error\n  share: 30%"),
    Some("outcome: Error"),
];

impl Work {
    fn draw(chance: &Chance) -> Self {
        Self {
            completions: 1 + below(chance, 8),
            parallelism: 1 + below(chance, 4),
            backoff_limit: below(chance, 5),
            is_indexed: below(chance, 2) == 0,
            outcome: ENDS[below(chance, ENDS.len())],
            faults: faults(chance, CONTROLLERS),
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("it:1", self.outcome, &self.faults)
    }

    fn object(&self) -> Value {
        let mut template = template("it:1");
        template["spec"]["restartPolicy"] = "Never".into();
        let mode = if self.is_indexed {
            "Indexed"
        } else {
            "NonIndexed"
        };
        json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "it"},
            "spec": {
                "completions": self.completions, "parallelism": self.parallelism,
                "backoffLimit": self.backoff_limit, "completionMode": mode, "template": template,
            },
        })
    }

    /// No more pods run than may at once and than have work to do, and none does what is done.
    fn law(&self) -> Law {
        let Self {
            completions,
            parallelism,
            ..
        } = *self;
        Box::new(move |pods, _| {
            let succeeded = pods.values().filter(|pod| is_in(pod, "Succeeded")).count();
            let active = pods.values().filter(|pod| is_active(pod)).count();
            let most = parallelism.min(completions.saturating_sub(succeeded));
            if active > most {
                return Err(format!("{active} pods at work, {most} permitted"));
            }
            Ok(())
        })
    }
}

fn is_in(pod: &Pod, phase: &str) -> bool {
    let status = pod.status.as_ref();
    status.and_then(|it| it.phase.as_deref()) == Some(phase)
}

fn is_active(pod: &Pod) -> bool {
    !is_in(pod, "Succeeded") && !is_in(pod, "Failed")
}

fn index(pod: &Pod) -> Option<&String> {
    pod.annotations()
        .get("batch.kubernetes.io/job-completion-index")
}

async fn run_work(cluster: &Cluster, play: &Work) -> Result<(), String> {
    cluster.begin_faults();
    let court = Court::open(cluster, play.law());
    create::<Job>(cluster, play.object()).await;
    let ended = |job: &Job, type_: &str| {
        let status = job.status.iter();
        let mut conditions = status.flat_map(|it| it.conditions.iter().flatten());
        conditions.any(|it| it.type_ == type_ && it.status == "True")
    };
    must_come(cluster, "an end", |all: &[Arc<Job>]| {
        let mut all = all.iter();
        all.any(|job| ended(job, "Complete") || ended(job, "Failed"))
    })
    .await?;
    sleep(Duration::from_secs(300)).await;
    let job = api::<Job>(cluster).get("it").await.unwrap();
    let pods = api::<Pod>(cluster)
        .list(&ListParams::default())
        .await
        .unwrap()
        .items;
    let status = job.status.clone().unwrap_or_default();
    let count = |count: Option<i32>| usize::try_from(count.unwrap_or_default()).unwrap();
    let (is_complete, has_failed) = (ended(&job, "Complete"), ended(&job, "Failed"));
    let succeeded = count(status.succeeded);
    let told = format!(
        "{succeeded} of {} succeeded, {} failed",
        play.completions,
        count(status.failed)
    );
    let is_exact = if is_complete {
        succeeded == play.completions
    } else {
        succeeded < play.completions && count(status.failed) > play.backoff_limit
    };
    let done: Vec<_> = pods.iter().filter(|pod| is_in(pod, "Succeeded")).collect();
    let indexes: BTreeSet<_> = done.iter().filter_map(|pod| index(pod)).collect();
    if is_complete == has_failed || !is_exact || count(status.active) > 0 {
        return Err(format!("{told}: {:?}", status.conditions));
    }
    // A pod that ends well while it is deleted, because the Job has failed, counts, too, and is gone.
    let is_counted = |there: usize| there == succeeded || has_failed && there < succeeded;
    if !is_counted(done.len()) || play.is_indexed && indexes.len() != done.len() {
        return Err(format!(
            "{told}, by {} pods, {} indexes",
            done.len(),
            indexes.len()
        ));
    }
    if pods.iter().any(is_active) {
        return Err(format!("{told}, and pods are still at work"));
    }
    goes_with_its_pods::<Job>(cluster, &court).await
}

#[test]
fn a_job_completes_exactly_whatever_goes_wrong() {
    play_all(RUNS, &[201], Work::draw, Work::scenario, &run_work);
}
