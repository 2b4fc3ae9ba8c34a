//! Waits, their reasons and their ends.

use crate::harness::{
    Refusal, apply_now, deploying, deploying_with, reference, refusing, wait, web,
};
use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

use trimtab_cluster::ControllerSelection;
use trimtab_deploy::{
    Controllers, Deletion, Error, Goal, Goals, Outcome, Overdue, Progress, Target, delete_and_wait,
    until_ready, wait_for,
};

const BROKEN: &str = "- {match: {image: 'shop/web:broken'}, outcome: ImagePullBackOff}\n";

#[test]
fn a_rollout_is_told_as_it_goes() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        let (outcome, told) = wait(target, &deployment).await;
        assert_eq!(outcome, Outcome::Ready);
        let last = Progress::Ready {
            object: deployment.clone(),
            text: "deployment \"web\" successfully rolled out".to_owned(),
        };
        assert_eq!(told.last(), Some(&last));
        assert!(matches!(told[0], Progress::Moved { .. }), "{told:?}");
    });
}

#[test]
fn a_rollout_that_fails_says_why_and_ends_when_that_is_certain() {
    deploying(BROKEN, async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        wait(target, &deployment).await;
        apply_now(target, &web("shop/web:broken")).await;
        let started = Instant::now();
        let (outcome, told) = wait(target, &deployment).await;
        let took = started.elapsed();
        assert!(
            took < Duration::from_secs(75),
            "the deadline is a minute: {took:?}"
        );
        let Outcome::Failed(unready) = outcome else {
            panic!("it fails: {outcome:?}");
        };
        assert_eq!(
            unready[0].text,
            "deployment \"web\" exceeded its progress deadline"
        );
        let reason = unready[0].reasons[0].to_string();
        assert!(reason.starts_with("pod/web-"), "{reason}");
        assert!(reason.contains("ImagePullBackOff"), "{reason}");
        let explained = told
            .iter()
            .any(|progress| matches!(progress, Progress::Explained { .. }));
        assert!(explained, "the reason is told before the end: {told:?}");

        // Who looks only now hears the reason too.
        let (outcome, _) = wait(target, &deployment).await;
        let Outcome::Failed(unready) = outcome else {
            panic!("it has failed: {outcome:?}");
        };
        assert!(!unready[0].reasons.is_empty());
    });
}

/// A proxy may let no watch through.
#[test]
fn where_no_watch_goes_through_lists_do() {
    deploying("", async |target| {
        let target = &refusing(target, |request| {
            let is_watch = request
                .uri()
                .query()
                .is_some_and(|it| it.contains("watch="));
            is_watch.then_some(Refusal::Broken)
        });
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
    });
}

/// As for the account of a pipeline that may apply, and no more.
#[test]
fn who_may_not_see_pods_hears_that_nobody_can_say_why() {
    deploying(BROKEN, async |target| {
        let target = &refusing(target, |request| {
            let is_hidden = request.uri().path().ends_with("/pods");
            let why = "pods is forbidden: User \"ci\" cannot list";
            is_hidden.then_some(Refusal::Status(403, "Forbidden", why))
        });
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:broken")).await;
        let (outcome, _) = wait(target, &deployment).await;
        let Outcome::Failed(unready) = outcome else {
            panic!("it fails: {outcome:?}");
        };
        let reasons: Vec<String> = unready[0].reasons.iter().map(ToString::to_string).collect();
        let expected =
            "pods: cannot be seen, and so not why: pods is forbidden: User \"ci\" cannot list";
        assert_eq!(reasons, [expected]);
    });
}

/// Its controller takes it for rolled out, and would wait for ever.
#[test]
fn a_deployment_that_was_rolled_out_and_gets_no_further_fails_too() {
    deploying(BROKEN, async |target| {
        let deployment = reference(target, "deploy", "web").await;
        let none = web("shop/web:broken").replace("replicas: 3", "replicas: 0");
        apply_now(target, &none).await;
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
        // The controller tells of that by itself in a moment.
        tokio::time::sleep(Duration::from_secs(5)).await;
        apply_now(target, &web("shop/web:broken")).await;
        let started = Instant::now();
        let deadline = started + Duration::from_secs(600);
        let objects = [deployment];
        let outcome = until_ready(
            target,
            &objects,
            Overdue::Fails,
            Some(deadline),
            &mut |_| {},
        )
        .await;
        let Outcome::Failed(unready) = outcome.unwrap() else {
            panic!("it fails");
        };
        let took = started.elapsed();
        let minute = Duration::from_secs(60);
        assert!(took >= minute && took < minute * 5 / 4, "{took:?}");
        assert_eq!(
            unready[0].text,
            "deployment \"web\" exceeded its progress deadline"
        );
        let reason = unready[0].reasons[0].to_string();
        assert!(reason.contains("ImagePullBackOff"), "{reason}");
    });
}

/// Its controller says that it has failed until one of its pods gets ready.
#[test]
fn a_deployment_that_was_too_late_before_is_given_time_where_its_cause_may_be_mended() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        let from_map = "containers: [{envFrom: [{configMapRef: {name: late}}], ";
        let web = web("shop/web:1").replace("containers: [{", from_map);
        apply_now(target, &web).await;
        let failed = |outcome| matches!(outcome, Outcome::Failed(_));
        assert!(failed(wait(target, &deployment).await.0));

        let objects = [deployment.clone()];
        let wait_again = async || {
            let overdue = Overdue::IsGivenTime;
            until_ready(target, &objects, overdue, None, &mut |_| {})
                .await
                .unwrap()
        };
        let started = Instant::now();
        assert!(failed(wait_again().await));
        let (took, minute) = (started.elapsed(), Duration::from_secs(60));
        assert!(took >= minute && took < minute * 5 / 4, "{took:?}");

        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: late}, data: {a: b}}";
        apply_now(target, map).await;
        assert!(failed(wait(target, &deployment).await.0));
        assert_eq!(wait_again().await, Outcome::Ready);
    });
}

#[test]
fn a_wait_ends_at_its_deadline() {
    let never = "- {match: {labels: {app: web}}, outcome: NeverReady}\n";
    deploying(never, async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        let deadline = Instant::now() + Duration::from_secs(20);
        let objects = [deployment];
        let outcome = until_ready(
            target,
            &objects,
            Overdue::Fails,
            Some(deadline),
            &mut |_| {},
        )
        .await
        .unwrap();
        let Outcome::TimedOut(unready) = outcome else {
            panic!("nothing gets ready: {outcome:?}");
        };
        assert_eq!(Instant::now(), deadline);
        assert!(
            !unready[0].is_final && !unready[0].reasons.is_empty(),
            "{unready:?}"
        );
    });
}

#[test]
fn a_reason_comes_with_what_the_container_printed_last() {
    let crashes = "- {match: {labels: {app: web}}, outcome: CrashLoopBackOff}\n";
    deploying(crashes, async |target| {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let paths = Arc::clone(&asked);
        let client = target.client().clone();
        let with_logs = tower::service_fn(move |request: Request<Body>| {
            let path = request.uri().to_string();
            let client = client.clone();
            let is_log = path.contains("/log?");
            if is_log {
                paths.lock().unwrap().push(path);
            }
            async move {
                if is_log {
                    return Ok(Response::new(Body::from(
                        b"starting\nno database\n".to_vec(),
                    )));
                }
                client.send(request).await
            }
        });
        let target = &Target::new(Client::new(with_logs, "default"), "default");
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deploy", "web").await;
        let Outcome::Failed(unready) = wait(target, &deployment).await.0 else {
            panic!("it crashes again and again");
        };
        let logged = unready[0].reasons[0].logged.as_ref().unwrap();
        assert_eq!(logged.tail, ["starting", "no database"]);
        let asked = asked.lock().unwrap();
        assert!(
            asked.len() <= 2,
            "pods that fail alike are not all asked: {asked:?}"
        );
        let path = |previous| format!("/log?container=web{previous}&tailLines=10");
        let expected = [path(""), path("&previous=true")];
        for asked in &*asked {
            assert!(expected.iter().any(|it| asked.ends_with(it)), "{asked}");
        }
    });
}

/// The node of a container may be gone, which the server answers with its own failure.
#[test]
fn a_node_that_gives_no_log_is_not_waited_for() {
    let crashes = "- {match: {labels: {app: web}}, outcome: CrashLoopBackOff}\n";
    deploying(crashes, async |target| {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let target = &refusing(target, move |request| {
            let is_log = request.uri().path().ends_with("/log");
            count.fetch_add(usize::from(is_log), Ordering::Relaxed);
            is_log.then_some(Refusal::Status(500, "InternalError", "no route to host"))
        });
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deploy", "web").await;
        let Outcome::Failed(unready) = wait(target, &deployment).await.0 else {
            panic!("it crashes again and again");
        };
        assert!(!unready[0].reasons.is_empty());
        let asked = asked.load(Ordering::Relaxed);
        assert!((1..=2).contains(&asked), "{asked}");
    });
}

#[test]
fn nobody_is_waited_for_who_does_not_run() {
    let kinds = "
{apiVersion: apps/v1, kind: Deployment}
---
{apiVersion: apps/v1, kind: StatefulSet}
";
    let missing = async |target: &Target| {
        let controllers = Controllers::announced(target).await.unwrap();
        let kinds = crate::harness::objects(kinds);
        [0, 1].map(|at: usize| controllers.missing_for(&kinds[at]))
    };
    let found = deploying("", missing);
    assert_eq!(found, [None, None]);
    let some = |options: &mut trimtab_cluster::Options| {
        options.controllers = ControllerSelection::parse(&["*", "-statefulset"]).unwrap();
    };
    let found = deploying_with(some, "", missing);
    assert_eq!(found, [None, Some("statefulset-controller")]);
    let none = |options: &mut trimtab_cluster::Options| {
        options.controllers = ControllerSelection::parse(&["-*"]).unwrap();
        options.nodes = 0;
    };
    let found = deploying_with(none, "", missing);
    assert_eq!(found[0], Some("deployment-controller"));
}

#[test]
fn goals_are_reached_or_time_is_up() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        let soon = || Some(Instant::now() + Duration::from_secs(30));
        let goals = |goals: &[&str], is_any_enough| {
            let goals = goals.iter().map(|goal| Goal::parse(goal).unwrap());
            Goals::new(goals.collect(), is_any_enough).unwrap()
        };
        let missing = goals(&["condition=Available"], false);
        let error = wait_for(target, &deployment, &missing, soon())
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");

        apply_now(target, &web("shop/web:1")).await;
        let (available, ready) = ("condition=Available", "jsonpath={.status.readyReplicas}=3");
        for goal in [&["create"][..], &[available], &[ready], &[available, ready]] {
            let goal = goals(goal, false);
            wait_for(target, &deployment, &goal, soon()).await.unwrap();
        }
        let never = "jsonpath={.spec.replicas}=4";
        for goal in [&[never][..], &[available, never]] {
            let error = wait_for(target, &deployment, &goals(goal, false), soon())
                .await
                .unwrap_err();
            assert!(matches!(error, Error::TimedOut(_)), "{error}");
        }
        for goal in [[never, available], ["delete", available]] {
            let goal = goals(&goal, true);
            let met = wait_for(target, &deployment, &goal, soon()).await.unwrap();
            assert!(met.is_some());
        }

        delete_and_wait(target, &deployment, Deletion::default(), soon())
            .await
            .unwrap();
        assert_eq!(target.get(&deployment).await.unwrap(), None);
    });
}
