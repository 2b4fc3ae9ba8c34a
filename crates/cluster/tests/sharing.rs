//! What the components of a cluster share, and how a cluster ends.

use crate::harness::{INSTANTLY, create_deployment, is_available, play, until, watch};
use futures::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use trimtab_cluster::{Cluster, Options, in_virtual_time};

/// How many watches are open, by the path of what they watch, as the API server's metrics tell.
async fn open_watches(cluster: &Cluster) -> BTreeMap<String, u64> {
    let request = http::Request::get("/metrics").body(Vec::new()).unwrap();
    let metrics = cluster.client().request_text(request).await.unwrap();
    let watches = metrics.lines().filter_map(|line| {
        let (labels, count) = line
            .strip_prefix("apiserver_longrunning_requests{")?
            .rsplit_once("} ")?;
        let label = |name: &str| {
            let mut labels = labels.split(',').filter_map(|label| label.split_once('='));
            let found = labels.find(|(key, _)| *key == name);
            found.map(|(_, value)| value.trim_matches('"').to_owned())
        };
        let (group, version) = (label("group")?, label("version")?);
        let prefix = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let path = format!("{prefix}/{}", label("resource")?);
        (label("verb")? == "WATCH").then(|| (path, count.parse().unwrap()))
    });
    watches.filter(|(_, count)| *count > 0).collect()
}

/// Counts the objects that watches of these paths tell of from now on.
async fn count_events(cluster: &Cluster, paths: impl Iterator<Item = &String>) -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    for path in paths {
        let (mut events, count) = (watch(cluster, path).await, Arc::clone(&count));
        tokio::spawn(async move {
            while let Some(Ok(events)) = events.next().await {
                let text = String::from_utf8(events.to_vec()).unwrap();
                let told = text.lines().filter(|line| !line.contains("\"BOOKMARK\""));
                count.fetch_add(told.count() as u64, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    count
}

#[test]
fn every_kind_has_one_watch_and_every_event_is_decoded_once() {
    let change = |options: &mut Options| options.ready_after = INSTANTLY;
    play(31, change, async |cluster| {
        // Let the garbage collector find its kinds.
        tokio::time::sleep(Duration::from_secs(60)).await;
        let watches = open_watches(cluster).await;
        assert!(watches.contains_key("/api/v1/pods"), "{watches:?}");
        assert!(watches.len() > 10, "{watches:?}");
        assert!(watches.values().all(|&count| count == 1), "{watches:?}");

        let events = count_events(cluster, watches.keys()).await;
        let statistics = cluster.informers().statistics();
        let (told, decoded) = (events.load(Ordering::Relaxed), statistics.objects());
        create_deployment(cluster, "web", 20, "nginx:1").await;
        until::<Deployment>(cluster, "20 available", |all| is_available(all, "web", 20)).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        let told = events.load(Ordering::Relaxed) - told;
        // At least each pod's creation, binding and status.
        assert!(told > 60, "{told}");
        assert_eq!(statistics.objects() - decoded, told);
    });
}

#[test]
fn a_cluster_ends_at_once() {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let took = in_virtual_time(start, 1, async |clock, chance| {
        let cluster = Cluster::start(Options::new(clock, chance)).await.unwrap();
        create_deployment(&cluster, "web", 3, "nginx:1").await;
        until::<Deployment>(&cluster, "3 available", |all| is_available(all, "web", 3)).await;
        let began = Instant::now();
        cluster.shutdown().await;
        began.elapsed()
    });
    assert!(
        took.unwrap() < Duration::from_secs(1),
        "something held the store"
    );
}
