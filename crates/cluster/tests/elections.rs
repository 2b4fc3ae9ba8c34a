//! Several programs that do the same work, of which one does at a time.

use crate::harness::{
    create_deployment, deployments, is_available, is_rolled_out, patch, play, until,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{Api, ListParams};
use serde_json::json;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use trimtab_clock::Chance;
use trimtab_cluster::{
    Cluster, ControllerSelection, ControllersOptions, Ended, LeaderElectionOptions, Options,
    SchedulerOptions, run_controllers, run_scheduler,
};

fn without_controllers(options: &mut Options) {
    options.controllers = ControllerSelection::none();
}

/// A program with all controllers that takes part in the election.
struct Candidate {
    task: JoinHandle<Ended>,
    stop: oneshot::Sender<()>,
}

fn candidate(cluster: &Cluster, name: &str, seed: u64) -> Candidate {
    let (stop, stopped) = oneshot::channel();
    let options = ControllersOptions {
        client: cluster.client(),
        controllers: ControllerSelection::all(),
        root_ca: None,
        election: Some(LeaderElectionOptions::new(name.to_owned())),
        clock: cluster.informers().clock(),
        chance: Chance::seeded(seed),
    };
    let stopped = async {
        let _ = stopped.await;
    };
    Candidate {
        task: tokio::spawn(run_controllers(options, stopped)),
        stop,
    }
}

/// A scheduler that takes part in the election.
fn scheduling_candidate(cluster: &Cluster, name: &str, seed: u64) -> Candidate {
    let (stop, stopped) = oneshot::channel();
    let options = SchedulerOptions {
        client: cluster.client(),
        election: Some(LeaderElectionOptions::new(name.to_owned())),
        clock: cluster.informers().clock(),
        chance: Chance::seeded(seed),
    };
    let stopped = async {
        let _ = stopped.await;
    };
    Candidate {
        task: tokio::spawn(run_scheduler(options, stopped)),
        stop,
    }
}

async fn holder(cluster: &Cluster) -> (String, i32) {
    holder_of(cluster, "kube-controller-manager").await
}

/// Who holds a lease, and how often it went from one to another.
async fn holder_of(cluster: &Cluster, lease: &str) -> (String, i32) {
    let leases: Api<Lease> = Api::namespaced(cluster.client(), "kube-system");
    let spec = leases.get(lease).await.unwrap().spec.unwrap();
    (
        spec.holder_identity.unwrap(),
        spec.lease_transitions.unwrap(),
    )
}

/// Waits until a program holds the lease, and tells for how long that was.
async fn until_held_by(cluster: &Cluster, name: &str) -> Duration {
    let begun = Instant::now();
    until::<Lease>(cluster, "another holder", |all| {
        let mut all = all
            .iter()
            .filter_map(|it| it.spec.as_ref()?.holder_identity.as_deref());
        all.any(|it| it == name)
    })
    .await;
    begun.elapsed()
}

#[test]
fn when_the_leader_is_killed_in_mid_rollout_the_next_goes_on() {
    play(41, without_controllers, async |cluster| {
        let first = candidate(cluster, "first", 1);
        until_held_by(cluster, "first").await;
        let second = candidate(cluster, "second", 2);
        create_deployment(cluster, "web", 20, "shop:1").await;
        until::<Deployment>(cluster, "20 available", |all| is_available(all, "web", 20)).await;
        assert_eq!(holder(cluster).await, ("first".to_owned(), 0));
        let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}});
        patch(&deployments(cluster), "web", image).await;
        until::<Deployment>(cluster, "a rollout under way", |all| {
            let status = all[0].status.clone().unwrap_or_default();
            (5..15).contains(&status.updated_replicas.unwrap_or_default())
        })
        .await;
        first.task.abort();
        // Nobody lets go of the lease: it has to end.
        let took = until_held_by(cluster, "second").await.as_secs();
        assert!((10..=25).contains(&took), "{took}");
        until::<Deployment>(cluster, "the rest of the rollout", |all| {
            is_rolled_out(all, "web", 20, 2)
        })
        .await;
        assert_eq!(holder(cluster).await, ("second".to_owned(), 1));
        until::<Pod>(cluster, "the end of the others", |all| all.len() == 20).await;
        drop(second.stop);
        assert_eq!(second.task.await.unwrap(), Ended::Stopped);
    });
}

#[test]
fn when_the_leading_scheduler_is_killed_in_mid_rollout_the_next_goes_on() {
    let without_scheduler = |options: &mut Options| options.scheduler = false;
    play(44, without_scheduler, async |cluster| {
        let first = scheduling_candidate(cluster, "first", 1);
        until_held_by(cluster, "first").await;
        let second = scheduling_candidate(cluster, "second", 2);
        create_deployment(cluster, "web", 20, "shop:1").await;
        until::<Deployment>(cluster, "20 available", |all| is_available(all, "web", 20)).await;
        let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}});
        patch(&deployments(cluster), "web", image).await;
        until::<Deployment>(cluster, "a rollout under way", |all| {
            let status = all[0].status.clone().unwrap_or_default();
            (5..15).contains(&status.updated_replicas.unwrap_or_default())
        })
        .await;
        first.task.abort();
        // Nobody gives pods nodes before the lease has ended, and then the other one does.
        until::<Pod>(cluster, "pods that wait for a node", |all| {
            all.iter().any(|it| {
                it.spec
                    .as_ref()
                    .is_some_and(|spec| spec.node_name.is_none())
            })
        })
        .await;
        let took = until_held_by(cluster, "second").await.as_secs();
        assert!((10..=25).contains(&took), "{took}");
        until::<Deployment>(cluster, "the rest of the rollout", |all| {
            is_rolled_out(all, "web", 20, 2)
        })
        .await;
        assert_eq!(
            holder_of(cluster, "kube-scheduler").await,
            ("second".to_owned(), 1)
        );
        drop(second.stop);
        assert_eq!(second.task.await.unwrap(), Ended::Stopped);
    });
}

#[test]
fn a_leader_that_stops_lets_go_and_is_followed_at_once() {
    play(42, without_controllers, async |cluster| {
        let first = candidate(cluster, "first", 1);
        until_held_by(cluster, "first").await;
        let second = candidate(cluster, "second", 2);
        tokio::time::sleep(Duration::from_secs(60)).await;
        // Held as long as it is renewed, by one.
        assert_eq!(holder(cluster).await, ("first".to_owned(), 0));
        drop(first.stop);
        assert_eq!(first.task.await.unwrap(), Ended::Stopped);
        let took = until_held_by(cluster, "second").await.as_secs();
        assert!(took <= 5, "{took}");
        let events: Api<Event> = Api::namespaced(cluster.client(), "kube-system");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let events = events.list(&ListParams::default()).await.unwrap();
        let mut told: Vec<_> = events
            .items
            .into_iter()
            .filter(|it| it.reason.as_deref() == Some("LeaderElection"))
            .map(|it| it.message.unwrap())
            .collect();
        told.sort_unstable();
        let expected = [
            "first became leader",
            "first stopped leading",
            "second became leader",
        ];
        assert_eq!(told, expected);
        drop(second.stop);
        second.task.await.unwrap();
        assert_eq!(holder(cluster).await.0, "");
    });
}

#[test]
fn a_leader_whose_lease_is_taken_ends() {
    play(43, without_controllers, async |cluster| {
        let first = candidate(cluster, "first", 1);
        until_held_by(cluster, "first").await;
        let leases: Api<Lease> = Api::namespaced(cluster.client(), "kube-system");
        let taken = json!({"spec": {"holderIdentity": "thief", "leaseDurationSeconds": 3600}});
        patch(&leases, "kube-controller-manager", taken).await;
        let begun = Instant::now();
        assert_eq!(first.task.await.unwrap(), Ended::Lost);
        let took = begun.elapsed().as_secs();
        assert!((7..=13).contains(&took), "{took}");
    });
}
