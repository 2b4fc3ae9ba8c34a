//! Jobs and cron jobs.

use crate::world::World;
use k8s_openapi::api::batch::v1::{CronJob, Job, JobStatus};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::DeleteParams;
use serde_json::{Value, json};
use std::time::Duration;

fn job(image: &str, more: Value) -> Value {
    let mut job = json!({
        "metadata": {"name": "job"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": image}]}}},
    });
    if let Value::Object(more) = more {
        job["spec"].as_object_mut().unwrap().extend(more);
    }
    job
}

/// Waits until the Job is over, and tells how.
async fn over(world: &World) -> (JobStatus, String, String) {
    let jobs = world
        .until("the end of the Job", |all: &[Job]| {
            all.iter().any(|job| end(job).is_some())
        })
        .await;
    let (type_, reason) = end(&jobs[0]).unwrap();
    (jobs[0].status.clone().unwrap(), type_, reason)
}

fn end(job: &Job) -> Option<(String, String)> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let end = conditions
        .iter()
        .find(|it| matches!(it.type_.as_str(), "Complete" | "Failed"))?;
    Some((end.type_.clone(), end.reason.clone().unwrap_or_default()))
}

fn is(text: &str) -> String {
    text.to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_job_is_complete_when_enough_pods_succeeded() {
    let world = World::new().await;
    world
        .create::<Job>(job("exit:0", json!({"completions": 5, "parallelism": 2})))
        .await;
    let (status, type_, reason) = over(&world).await;
    assert_eq!((type_, reason), (is("Complete"), is("CompletionsReached")));
    assert_eq!(
        (status.succeeded, status.failed.unwrap_or_default()),
        (Some(5), 0)
    );
    assert!(status.completion_time.is_some() && status.start_time.is_some());
    let pods = world.until("five pods", |all: &[Pod]| all.len() == 5).await;
    assert!(
        pods.iter().all(|pod| pod.finalizers().is_empty()),
        "all were let go"
    );
    let reasons: Vec<_> = world
        .events_of("job")
        .await
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(
        reasons
            .iter()
            .filter(|it| *it == "SuccessfulCreate")
            .count(),
        5
    );
    assert!(reasons.contains(&is("Completed")));
}

#[tokio::test(start_paused = true)]
async fn failures_are_retried_later_each_time_up_to_the_limit() {
    let world = World::new().await;
    let start = tokio::time::Instant::now();
    world
        .create::<Job>(job("exit:1", json!({"backoffLimit": 3})))
        .await;
    let (status, type_, reason) = over(&world).await;
    assert_eq!((type_, reason), (is("Failed"), is("BackoffLimitExceeded")));
    assert_eq!(
        (status.failed, status.succeeded.unwrap_or_default()),
        (Some(4), 0)
    );
    // 10, 20 and 40 seconds, but for parts of seconds that times do not have.
    let passed = start.elapsed();
    assert!(
        passed > Duration::from_secs(66) && passed < Duration::from_secs(76),
        "{passed:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_indexed_job_has_a_pod_for_each_index() {
    let world = World::new().await;
    let more = json!({"completions": 4, "parallelism": 4, "completionMode": "Indexed", "backoffLimitPerIndex": 1});
    // All but the first index fail, each twice.
    world.create::<Job>(job("exit:INDEX", more)).await;
    let (status, type_, reason) = over(&world).await;
    assert_eq!((type_, reason), (is("Failed"), is("FailedIndexes")));
    assert_eq!(status.completed_indexes.as_deref(), Some("0"));
    assert_eq!(status.failed_indexes.as_deref(), Some("1-3"));
    assert_eq!(status.failed, Some(6));
    let pods = world
        .until("seven pods", |all: &[Pod]| all.len() == 7)
        .await;
    let again = pods.iter().filter(|pod| {
        pod.annotations()
            .get("batch.kubernetes.io/job-index-failure-count")
            .is_some_and(|it| it == "1")
    });
    assert_eq!(again.count(), 3);
    let last = pods
        .iter()
        .find(|pod| pod.annotations()["batch.kubernetes.io/job-completion-index"] == "3");
    let spec = last.unwrap().spec.as_ref().unwrap();
    assert_eq!(spec.hostname.as_deref(), Some("job-3"));
    assert_eq!(
        spec.containers[0].env.as_ref().unwrap()[0].name,
        "JOB_COMPLETION_INDEX"
    );
}

#[tokio::test(start_paused = true)]
async fn policies_end_a_job_early() {
    let fails = json!({"podFailurePolicy": {"rules": [
        {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}},
    ]}});
    let suffices = json!({"completions": 3, "completionMode": "Indexed", "parallelism": 3,
        "successPolicy": {"rules": [{"succeededIndexes": "0"}]}});
    for (image, more, expected) in [
        ("exit:42", fails, ("Failed", "PodFailurePolicy")),
        ("exit:INDEX", suffices, ("Complete", "SuccessPolicy")),
        (
            "i:runs",
            json!({"activeDeadlineSeconds": 30}),
            ("Failed", "DeadlineExceeded"),
        ),
    ] {
        let world = World::new().await;
        world.create::<Job>(job(image, more)).await;
        let (_, type_, reason) = over(&world).await;
        assert_eq!((type_.as_str(), reason.as_str()), expected, "{image}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_job_has_no_pods_until_it_is_resumed() {
    let world = World::new().await;
    world
        .create::<Job>(job("i:runs", json!({"parallelism": 2, "suspend": true})))
        .await;
    let suspended = |status: &str| {
        let status = status.to_owned();
        move |all: &[Job]| {
            let conditions = all[0]
                .status
                .clone()
                .and_then(|it| it.conditions)
                .unwrap_or_default();
            conditions
                .iter()
                .any(|it| it.type_ == "Suspended" && it.status == status)
        }
    };
    world.until("suspension", suspended("True")).await;
    world.until("no pods", |all: &[Pod]| all.is_empty()).await;
    world
        .patch::<Job>("job", json!({"spec": {"suspend": false}}))
        .await;
    world.until("two pods", |all: &[Pod]| all.len() == 2).await;
    world.until("resumption", suspended("False")).await;
    world
        .patch::<Job>("job", json!({"spec": {"suspend": true}}))
        .await;
    world.until("no pods", |all: &[Pod]| all.is_empty()).await;
    let jobs = world
        .until("no active pods", |all: &[Job]| {
            all[0]
                .status
                .as_ref()
                .is_some_and(|it| it.active.unwrap_or_default() == 0)
        })
        .await;
    assert_eq!(
        jobs[0].status.as_ref().unwrap().failed.unwrap_or_default(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_goes_some_time_after_its_end_and_its_pods_with_it() {
    let world = World::new().await;
    world
        .create::<Job>(job("exit:0", json!({"ttlSecondsAfterFinished": 100})))
        .await;
    over(&world).await;
    tokio::time::sleep(Duration::from_secs(90)).await;
    world.until("the Job", |all: &[Job]| all.len() == 1).await;
    world.until("no Job", |all: &[Job]| all.is_empty()).await;
    world.until("no pods", |all: &[Pod]| all.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn the_pods_of_a_deleted_job_are_let_go() {
    let world = World::new().await;
    world
        .create::<Job>(job("i:runs", json!({"parallelism": 2})))
        .await;
    world.until("two pods", |all: &[Pod]| all.len() == 2).await;
    let params = DeleteParams::orphan();
    world.api::<Job>().delete("job", &params).await.unwrap();
    world.until("no Job", |all: &[Job]| all.is_empty()).await;
    world
        .until("pods without finalizers", |all: &[Pod]| {
            all.len() == 2 && all.iter().all(|pod| pod.finalizers().is_empty())
        })
        .await;
}

fn cron(image: &str, more: Value) -> Value {
    let mut cron = json!({
        "metadata": {"name": "cron"},
        "spec": {"schedule": "*/10 * * * *", "jobTemplate": job(image, json!({}))},
    });
    cron["spec"]["jobTemplate"]["metadata"] = json!({"labels": {"of": "cron"}});
    if let Value::Object(more) = more {
        cron["spec"].as_object_mut().unwrap().extend(more);
    }
    cron
}

#[tokio::test(start_paused = true)]
async fn a_cron_job_starts_jobs_on_time_and_keeps_the_last() {
    let world = World::new().await;
    world
        .create::<CronJob>(cron("exit:0", json!({"successfulJobsHistoryLimit": 2})))
        .await;
    tokio::time::sleep(Duration::from_secs(9 * 60)).await;
    world.until("no Job", |all: &[Job]| all.is_empty()).await;
    tokio::time::sleep(Duration::from_secs(45 * 60)).await;
    let jobs = world.until("two Jobs", |all: &[Job]| all.len() == 2).await;
    // 2026-01-01T00:40Z and ten minutes later, in minutes since 1970.
    let names: Vec<_> = jobs.iter().map(ResourceExt::name_any).collect();
    assert_eq!(names, ["cron-29453800", "cron-29453810"]);
    let annotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    assert_eq!(jobs[1].annotations()[annotation], "2026-01-01T00:50:00Z");
    assert_eq!(jobs[1].labels()["of"], "cron");
    let cron = world
        .api::<CronJob>()
        .get("cron")
        .await
        .unwrap()
        .status
        .unwrap();
    assert_eq!(cron.active, None);
    assert_eq!(
        cron.last_schedule_time.unwrap().0.to_string(),
        "2026-01-01T00:50:00Z"
    );
    assert!(cron.last_successful_time.is_some());
}

#[tokio::test(start_paused = true)]
async fn the_concurrency_policy_says_what_becomes_of_a_job_that_still_runs() {
    for (policy, names) in [
        ("Allow", &["cron-29453770", "cron-29453780"][..]),
        ("Forbid", &["cron-29453770"]),
        ("Replace", &["cron-29453780"]),
    ] {
        let world = World::new().await;
        world
            .create::<CronJob>(cron("i:runs", json!({"concurrencyPolicy": policy})))
            .await;
        tokio::time::sleep(Duration::from_secs(21 * 60)).await;
        let jobs = world
            .until("Jobs", |all: &[Job]| all.len() == names.len())
            .await;
        let found: Vec<_> = jobs.iter().map(ResourceExt::name_any).collect();
        assert_eq!(found, names, "{policy}");
        let cron = world
            .api::<CronJob>()
            .get("cron")
            .await
            .unwrap()
            .status
            .unwrap();
        let active = cron.active.unwrap().into_iter().filter_map(|it| it.name);
        assert_eq!(active.collect::<Vec<_>>(), names, "{policy}");
    }
}
