//! What holds at every moment of any rollout, whatever somebody does to it: never more pods than
//! the replicas and the surge, never fewer available ones than the replicas less what may be
//! unavailable, and in the end what was asked for.
//!
//! `TRIMTAB_ROLLOUTS` in the environment sets how many are played.

use crate::harness::{
    create_deployment, deployments, is_available, is_ready, is_rolled_out, patch, play, scenario,
    until,
};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use trimtab_clock::Chance;
use trimtab_cluster::{Cluster, Options};

/// How many are played in an ordinary run.
const ROLLOUTS: u64 = 6;

fn rollouts() -> u64 {
    let wanted = std::env::var("TRIMTAB_ROLLOUTS").ok();
    wanted.and_then(|it| it.parse().ok()).unwrap_or(ROLLOUTS)
}

/// What one rollout is played with.
#[derive(Debug)]
struct Limits {
    replicas: usize,
    surge: usize,
    unavailable: usize,
}

impl Limits {
    fn drawn(chance: &Chance) -> Self {
        let (surge, unavailable) = match chance.below(3) {
            0 => (1 + chance.below(4) as usize, 0),
            1 => (0, 1 + chance.below(3) as usize),
            _ => (1 + chance.below(3) as usize, 1 + chance.below(3) as usize),
        };
        Self {
            replicas: 4 + chance.below(9) as usize,
            surge,
            unavailable,
        }
    }
}

/// From now on every change of a pod is held against the limits; the first that breaks them is
/// told.
fn watch(cluster: &Cluster, limits: &Limits) -> Arc<Mutex<Option<String>>> {
    let broken = Arc::new(Mutex::new(None));
    let cache = cluster.informers().of::<Pod>();
    let (told, all) = (Arc::clone(&broken), cache.clone());
    let most = limits.replicas + limits.surge;
    let least = limits.replicas - limits.unavailable;
    cache.on_change(move |_| {
        let active: Vec<_> = all
            .list()
            .into_iter()
            .filter(|pod| pod.metadata.deletion_timestamp.is_none())
            .collect();
        let available = active.iter().filter(|pod| is_ready(pod)).count();
        if active.len() > most || available < least {
            let what = format!("{} pods, {available} available", active.len());
            told.lock().unwrap().get_or_insert(what);
        }
    });
    broken
}

fn to_image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}})
}

async fn meddle(cluster: &Cluster, chance: &Chance) {
    let api = deployments(cluster);
    match chance.below(5) {
        0 => patch(&api, "web", to_image("shop:broken")).await,
        1 => patch(&api, "web", json!({"spec": {"paused": true}})).await,
        2 => patch(&api, "web", json!({"spec": {"paused": false}})).await,
        number => patch(&api, "web", to_image(&format!("shop:{number}"))).await,
    }
    tokio::time::sleep(Duration::from_millis(chance.below(20_000))).await;
}

fn play_one(seed: u64) {
    let broken = |options: &mut Options| {
        options.scenario = scenario("- match: {image: 'shop:broken'}\n  outcome: NeverReady\n");
    };
    play(seed, broken, async |cluster| {
        let chance = Chance::seeded(seed);
        let limits = Limits::drawn(&chance);
        let Limits {
            replicas,
            surge,
            unavailable,
        } = limits;
        let count = i32::try_from(replicas).unwrap();
        create_deployment(cluster, "web", count, "shop:1").await;
        until::<Deployment>(cluster, "the first", |all| is_available(all, "web", count)).await;
        let api = deployments(cluster);
        let strategy = json!({"maxSurge": surge, "maxUnavailable": unavailable});
        patch(
            &api,
            "web",
            json!({"spec": {"strategy": {"rollingUpdate": strategy}}}),
        )
        .await;
        let broken = watch(cluster, &limits);
        for _ in 0..2 + chance.below(4) {
            meddle(cluster, &chance).await;
        }
        // The end is one that can come.
        let mut last = to_image("shop:last");
        last["spec"]["paused"] = json!(false);
        patch(&api, "web", last).await;
        let is_last = |set: &ReplicaSet| {
            let template = set.spec.as_ref().and_then(|spec| spec.template.as_ref());
            let spec = template.and_then(|template| template.spec.as_ref());
            spec.is_some_and(|it| it.containers[0].image.as_deref() == Some("shop:last"))
        };
        until::<ReplicaSet>(cluster, "the last revision", |all| {
            all.iter().any(|set| is_last(set))
        })
        .await;
        let sets: Api<ReplicaSet> = Api::namespaced(cluster.client(), "default");
        let all = sets.list(&ListParams::default()).await.unwrap();
        let newest = all.iter().find(|set| is_last(set)).unwrap();
        let revision = newest.annotations()["deployment.kubernetes.io/revision"].parse();
        let revision = revision.unwrap();
        until::<Deployment>(cluster, "the end", |all| {
            is_rolled_out(all, "web", count, revision)
        })
        .await;
        let told = broken.lock().unwrap().take();
        assert_eq!(told, None, "seed {seed}, {limits:?}");
        // What was replaced is ended, and nothing is left that nobody owns.
        until::<Pod>(cluster, "the end of the others", |all| {
            all.len() == replicas
        })
        .await;
    });
}

#[test]
fn limits_hold_whatever_is_done_in_mid_rollout() {
    for seed in 0..rollouts() {
        play_one(1_000 + seed);
    }
}
