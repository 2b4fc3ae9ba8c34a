//! What holds while nodes are drained and lost, and while others decide how many pods and jobs there are.
//!
//! How thousands are played is in docs/rehearse.md.

use crate::chances::{below, faults, play_all, scenario};
use crate::court::{
    CONTROLLERS, Court, Law, Pods, api, at_least, create, goes_with_its_pods, is_ready, must_come,
    no_law, template,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;
use trimtab_clock::Chance;
use trimtab_cluster::Cluster;
use trimtab_informer::Change;
use trimtab_node::Scenario;

/// How many plays of each kind where nothing else is said.
const RUNS: u64 = 3;

/// By now no fault lasts any longer, but that watches are dropped.
const FAULTS_END: Duration = Duration::from_secs(900);

fn deployment(replicas: usize) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "it"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "it"}},
            "template": template("it:1")},
    })
}

/// So many pods that stay, and all of them ready.
fn are_ready(pods: &[Arc<Pod>], count: usize) -> bool {
    let staying = || {
        pods.iter()
            .filter(|it| it.metadata.deletion_timestamp.is_none())
    };
    staying().count() == count && staying().all(|it| is_ready(it))
}

/// A Deployment with a budget, one of whose nodes is drained or lost for a while.
#[derive(Clone, Debug)]
struct Disrupted {
    replicas: usize,
    /// How many pods the budget wants.
    wanted: usize,
    is_lost: bool,
    faults: Vec<String>,
}

impl Disrupted {
    fn draw(chance: &Chance) -> Self {
        let replicas = 2 + below(chance, 6);
        let is_lost = below(chance, 2) == 0;
        let (node, at) = (1 + below(chance, 3), 1 + below(chance, 20));
        let kind = if is_lost { "NodeLoss" } else { "NodeDrain" };
        let minutes = 1 + below(chance, 12);
        let mut faults = faults(chance, CONTROLLERS);
        faults.push(format!(
            "{{fault: {kind}, node: node-{node}, at: {at}s, for: {minutes}m}}"
        ));
        Self {
            replicas,
            wanted: below(chance, replicas + 1),
            is_lost,
            faults,
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("none", None, &self.faults)
    }

    /// No more pods than wanted; and no eviction takes one that the budget wants.
    fn law(&self, least: usize) -> Law {
        let Self {
            replicas, is_lost, ..
        } = *self;
        Box::new(move |pods: &Pods, _| {
            if pods.len() > replicas {
                return Err(format!("{} pods, {replicas} wanted", pods.len()));
            }
            // What a node that is lost takes along no budget can keep.
            at_least(if is_lost { 0 } else { least }, pods)
        })
    }
}

async fn run_disrupted(cluster: &Cluster, play: &Disrupted) -> Result<(), String> {
    let court = Court::open(cluster, play.law(0));
    create::<PodDisruptionBudget>(
        cluster,
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "it"},
            "spec": {"minAvailable": play.wanted, "selector": {"matchLabels": {"app": "it"}}},
        }),
    )
    .await;
    create::<Deployment>(cluster, deployment(play.replicas)).await;
    let count = play.replicas;
    must_come(cluster, "the first pods", move |pods: &[Arc<Pod>]| {
        are_ready(pods, count)
    })
    .await?;
    court.rule(play.law(play.wanted));
    cluster.begin_faults();
    sleep(FAULTS_END).await;
    must_come(
        cluster,
        "what was there before",
        move |pods: &[Arc<Pod>]| are_ready(pods, count),
    )
    .await?;
    goes_with_its_pods::<Deployment>(cluster, &court).await
}

#[test]
fn drains_and_lost_nodes_take_no_more_than_they_may() {
    let (draw, scenario) = (Disrupted::draw, Disrupted::scenario);
    // A node is back before its pods are deleted, which others have made unready meanwhile.
    play_all(RUNS, &[3], draw, scenario, &run_disrupted);
}

/// A Deployment whose number of pods is an autoscaler's.
#[derive(Clone, Debug)]
struct Scaled {
    least: usize,
    most: usize,
    /// What somebody else wants, one after the other.
    asked: Vec<usize>,
    faults: Vec<String>,
}

impl Scaled {
    fn draw(chance: &Chance) -> Self {
        let least = 1 + below(chance, 4);
        Self {
            least,
            most: least + below(chance, 4),
            asked: (0..3).map(|_| 1 + below(chance, 10)).collect(),
            faults: faults(chance, CONTROLLERS),
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("none", None, &self.faults)
    }
}

async fn run_scaled(cluster: &Cluster, play: &Scaled) -> Result<(), String> {
    let court = Court::open(cluster, no_law());
    create::<Deployment>(cluster, deployment(play.asked[0])).await;
    create::<HorizontalPodAutoscaler>(
        cluster,
        json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "it"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "it"},
                "minReplicas": play.least, "maxReplicas": play.most,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 50}}}],
            },
        }),
    )
    .await;
    cluster.begin_faults();
    let (least, most) = (play.least, play.most);
    for &asked in &play.asked {
        let patch = Patch::Merge(json!({"spec": {"replicas": asked}}));
        let scaled = api::<Deployment>(cluster)
            .patch("it", &PatchParams::default(), &patch)
            .await;
        scaled.unwrap();
        // Long enough for it to act on, whatever stood in the way.
        sleep(FAULTS_END).await;
        let wanted = asked.clamp(least, most);
        must_come(
            cluster,
            "a number within bounds",
            move |pods: &[Arc<Pod>]| are_ready(pods, wanted),
        )
        .await?;
    }
    goes_with_its_pods::<Deployment>(cluster, &court).await
}

#[test]
fn an_autoscaler_keeps_to_its_bounds_whoever_else_scales() {
    let (draw, scenario) = (Scaled::draw, Scaled::scenario);
    play_all(RUNS, &[], draw, scenario, &run_scaled);
}

/// A `CronJob` that is due every minute.
#[derive(Clone, Debug)]
struct Repeated {
    policy: &'static str,
    /// How long a job takes, in seconds.
    takes: usize,
    kept: usize,
    faults: Vec<String>,
}

impl Repeated {
    fn draw(chance: &Chance) -> Self {
        Self {
            policy: ["Allow", "Forbid", "Replace"][below(chance, 3)],
            takes: [5, 40, 100, 200][below(chance, 4)],
            kept: 1 + below(chance, 3),
            faults: faults(chance, CONTROLLERS),
        }
    }

    fn scenario(&self) -> Scenario {
        let outcome = format!("outcome: Completed\n  after: {}s", self.takes);
        scenario("it:1", Some(&outcome), &self.faults)
    }
}

/// What was seen of the jobs.
#[derive(Default)]
struct Jobs {
    /// Those that have not ended, and are not ending.
    active: BTreeSet<String>,
    /// When each was due, by name.
    due: BTreeMap<String, String>,
    breach: Option<String>,
}

impl Jobs {
    fn see(&mut self, job: &Job, is_gone: bool, is_alone: bool) {
        let name = job.name_any();
        let status = job.status.clone().unwrap_or_default();
        let mut conditions = status.conditions.iter().flatten();
        let has_ended = conditions.any(|it| {
            it.status == "True"
                && matches!(&*it.type_, "Complete" | "Failed" | "SuccessCriteriaMet")
        });
        if is_gone || has_ended || job.metadata.deletion_timestamp.is_some() {
            self.active.remove(&name);
        } else {
            self.active.insert(name.clone());
        }
        let due = job
            .annotations()
            .get("batch.kubernetes.io/cronjob-scheduled-timestamp");
        let due = due.cloned().unwrap_or_default();
        let twice = self
            .due
            .iter()
            .find(|(other, it)| **it == due && **other != name);
        let breach = if let Some((other, _)) = twice {
            Some(format!("{name} and {other} are both of {due}"))
        } else if is_alone && self.active.len() > 1 {
            Some(format!("{:?} run at once", self.active))
        } else {
            None
        };
        self.breach = self.breach.take().or(breach);
        self.due.insert(name, due);
    }
}

async fn run_repeated(cluster: &Cluster, play: &Repeated) -> Result<(), String> {
    let jobs = Arc::new(Mutex::new(Jobs::default()));
    let (seen, is_alone) = (Arc::clone(&jobs), play.policy != "Allow");
    cluster.informers().of::<Job>().on_change(move |change| {
        let is_gone = matches!(change, Change::Deleted(_));
        seen.lock().unwrap().see(change.object(), is_gone, is_alone);
    });
    let mut pod = template("it:1");
    pod["spec"]["restartPolicy"] = json!("Never");
    create::<CronJob>(
        cluster,
        json!({
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "it"},
            "spec": {
                "schedule": "* * * * *", "concurrencyPolicy": play.policy,
                "successfulJobsHistoryLimit": play.kept, "failedJobsHistoryLimit": play.kept,
                "jobTemplate": {"spec": {"template": pod}},
            },
        }),
    )
    .await;
    cluster.begin_faults();
    sleep(FAULTS_END).await;
    let before = jobs.lock().unwrap().due.len();
    sleep(Duration::from_secs(600)).await;
    let (came, breach) = {
        let mut jobs = jobs.lock().unwrap();
        (jobs.due.len() - before, jobs.breach.take())
    };
    breach.map_or(Ok(()), Err)?;
    // Whoever forbids waits for the one before; all others begin every minute.
    let least = match play.policy {
        "Forbid" => 600 / (play.takes + 60).max(60),
        _ => 9,
    };
    if came < least {
        return Err(format!("{came} jobs in ten minutes, {least} owed"));
    }
    // As many stay as are asked for, and those that run or have just ended.
    let listed = api::<Job>(cluster)
        .list(&ListParams::default())
        .await
        .unwrap();
    let ended = listed.items.iter().filter(|job| {
        let status = job.status.as_ref();
        status.is_some_and(|it| it.completion_time.is_some())
    });
    if ended.clone().count() > play.kept + 1 {
        return Err(format!(
            "{} ended jobs, {} to be kept",
            ended.count(),
            play.kept
        ));
    }
    let deleted = api::<CronJob>(cluster)
        .delete("it", &DeleteParams::background())
        .await;
    deleted.unwrap();
    must_come(cluster, "the end of all jobs", |jobs: &[Arc<Job>]| {
        jobs.is_empty()
    })
    .await?;
    must_come(cluster, "the end of all pods", |pods: &[Arc<Pod>]| {
        pods.is_empty()
    })
    .await
}

#[test]
fn a_cron_job_begins_each_run_once_and_as_its_policy_says() {
    let (draw, scenario) = (Repeated::draw, Repeated::scenario);
    // What was started could not be noted down before the next was due.
    play_all(RUNS, &[103], draw, scenario, &run_repeated);
}
