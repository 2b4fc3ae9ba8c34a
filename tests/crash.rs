//! SIGKILL at random moments under concurrent writers: every acknowledged write is there afterwards,
//! a watch goes on where it was and tells of each once, and a rollout that was interrupted goes on.
//!
//! Three kills by default; `TRIMTAB_KILLS` asks for more, as `.ci/steps/crash` does.

use crate::crash_watch::{Change, Seen, value_of, version_of};
use crate::sandbox::{PATIENCE, Running, Sandbox, block_on, client};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How many clients write at the same time, each to keys of its own.
const WRITERS: usize = 8;

/// How many keys a writer has: few, so that each is made, changed and deleted many times.
const KEYS: usize = 5;

/// The longest that the writers go on before the kill.
const LONGEST_MILLIS: u64 = 400;

/// In one round of so many a rollout is begun: it goes on in the next.
const ROLLOUT_EVERY: usize = 5;

/// What is known of one key: a write that was not acknowledged may have happened or not.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The acknowledged value; none if the key is not there.
    acknowledged: Option<u64>,
    /// What the write would have left that the kill interrupted, if there was one.
    interrupted: Vec<Option<u64>>,
}

impl Known {
    fn allows(&self, found: Option<u64>) -> bool {
        found == self.acknowledged || self.interrupted.contains(&found)
    }
}

/// Keeps the store of a run that failed: without it nobody finds out what was lost, and where.
struct Kept(Sandbox);

impl Drop for Kept {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let kept = std::env::temp_dir().join(format!("trimtab-crash-{}", std::process::id()));
        let store = self.0.path("data").join("store");
        let copied =
            std::fs::create_dir_all(&kept).and_then(|()| std::fs::copy(&store, kept.join("store")));
        let _ = writeln!(
            std::io::stderr(),
            "the store of the failed run: {} ({copied:?})",
            kept.display()
        );
    }
}

/// The last key that is written.
const FLAG: &str = "crash-last";

type Model = BTreeMap<String, Known>;

#[test]
fn no_acknowledged_write_is_lost_and_rollouts_go_on() {
    let kills = std::env::var("TRIMTAB_KILLS").map_or(3, |text| text.parse().expect("a number"));
    let sandbox = Kept(Sandbox::new());
    let sandbox = &sandbox.0;
    let kubeconfig = sandbox.path("admin.kubeconfig");
    let mut model = Model::new();
    let mut acknowledged = Vec::new();
    let mut seen = Seen::default();
    for round in 0..kills {
        let server = start(sandbox, &kubeconfig);
        (acknowledged, seen) = block_on(async {
            let client = client(&kubeconfig).await;
            let last = last_of(&acknowledged);
            compare(&client, &mut model, round, last).await;
            if last > 0 {
                seen.follow(client.clone(), Some(last)).await;
            }
            rollouts(&client, round).await;
            let moment = Duration::from_millis(fastrand::u64(..LONGEST_MILLIS));
            let watching = client.clone();
            let watcher = tokio::spawn(async move {
                seen.follow(watching, None).await;
                seen
            });
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    tokio::spawn(write(client.clone(), writer, round, mine(&model, writer)))
                })
                .collect();
            sleep(moment).await;
            server.kill();
            for writer in writers {
                let (part, changes) = writer.await.expect("a writer does not panic");
                model.extend(part);
                acknowledged.extend(changes);
            }
            let seen = watcher.await.expect("a watcher does not panic");
            (acknowledged, seen)
        });
    }
    let _server = start(sandbox, &kubeconfig);
    block_on(async {
        let client = client(&kubeconfig).await;
        let mut now = compare(&client, &mut model, kills, last_of(&acknowledged)).await;
        let last = flag(&client).await;
        now.insert(FLAG.to_owned(), 0);
        seen.follow(client.clone(), Some(last)).await;
        acknowledged.sort_by_key(|change| change.version);
        seen.check(&acknowledged, &now);
        rollouts(&client, kills).await;
    });
    let count = acknowledged.len();
    assert!(
        count > kills,
        "only {count} writes in {kills} rounds test nothing"
    );
}

/// The version of the last acknowledged write; 0 before the first.
fn last_of(acknowledged: &[Change]) -> u64 {
    let versions = acknowledged.iter().map(|change| change.version);
    versions.max().unwrap_or(0)
}

/// Begins a rollout in some rounds, and waits for it in those behind them.
async fn rollouts(client: &kube::Client, round: usize) {
    if round % ROLLOUT_EVERY == 1 || round == 1 {
        wait_for_rollout(client, round - 1).await;
    }
    if round.is_multiple_of(ROLLOUT_EVERY) {
        apply_deployment(client, round).await;
    }
}

fn start(sandbox: &Sandbox, kubeconfig: &Path) -> Running {
    let data = sandbox.path("data");
    sandbox.start(&[
        "server",
        "--secure-port=0",
        "--nodes=2",
        "--pod-ready-after=0s",
        "--verbosity=off",
        "--data-dir",
        data.to_str().expect("UTF-8"),
        "--write-kubeconfig",
        kubeconfig.to_str().expect("UTF-8"),
    ])
}

/// The part of the model that one writer may change.
fn mine(model: &Model, writer: usize) -> Model {
    let keys = (0..KEYS).map(|key| format!("crash-{writer}-{key}"));
    keys.map(|key| {
        let known = model.get(&key).cloned().unwrap_or_default();
        (key, known)
    })
    .collect()
}

/// Makes, changes and deletes its keys in every way there is, until the server is gone; -> what it
/// knows of them, and the acknowledged writes.
async fn write(
    client: kube::Client,
    writer: usize,
    round: usize,
    mut keys: Model,
) -> (Model, Vec<Change>) {
    let maps: Api<ConfigMap> = Api::default_namespaced(client);
    let mut acknowledged = Vec::new();
    for step in 0.. {
        let value = (round * 1_000_000 + writer * 100_000 + step) as u64;
        let at = fastrand::usize(..KEYS);
        let (name, known) = keys.iter_mut().nth(at).expect("every writer has its keys");
        let next = match known.acknowledged {
            Some(_) if fastrand::u8(..4) == 0 => None,
            _ => Some(value),
        };
        known.interrupted = vec![next];
        let written = match (known.acknowledged, next) {
            (_, None) => {
                let deleted = maps.delete(name, &DeleteParams::default()).await;
                deleted.map(|_| None)
            }
            (None, Some(value)) => maps
                .create(&PostParams::default(), &map(name, value))
                .await
                .map(Some),
            (Some(_), Some(value)) => change(&maps, name, value).await.map(Some),
        };
        match written {
            Ok(map) => {
                *known = Known {
                    acknowledged: next,
                    interrupted: Vec::new(),
                };
                acknowledged.extend(map.map(|map| Change {
                    version: version_of(&map),
                    name: name.clone(),
                    value: next,
                }));
            }
            // An answer would have been wrong: nobody else writes these keys.
            Err(kube::Error::Api(status)) => panic!("{name}: {status:?}"),
            Err(_) => break,
        }
    }
    (keys, acknowledged)
}

/// Gives a key a value: by a merge patch, by server-side apply, or by an update of what was read.
async fn change(maps: &Api<ConfigMap>, name: &str, value: u64) -> kube::Result<ConfigMap> {
    let wanted = map(name, value);
    match fastrand::u8(..3) {
        0 => {
            let patch = Patch::Merge(wanted);
            maps.patch(name, &PatchParams::default(), &patch).await
        }
        1 => {
            let parameters = PatchParams::apply("crash-test").force();
            let patch = Patch::Apply(json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "labels": wanted.metadata.labels},
                "data": wanted.data,
            }));
            maps.patch(name, &parameters, &patch).await
        }
        _ => {
            let mut read = maps.get(name).await?;
            read.data = wanted.data;
            maps.replace(name, &PostParams::default(), &read).await
        }
    }
}

/// The last write of all, and its version: what comes before it has been told when it has.
async fn flag(client: &kube::Client) -> u64 {
    let maps: Api<ConfigMap> = Api::default_namespaced(client.clone());
    let last = map(FLAG, 0);
    let made = maps.create(&PostParams::default(), &last).await;
    version_of(&made.expect("it can be made"))
}

fn map(name: &str, value: u64) -> ConfigMap {
    let mut map = ConfigMap {
        data: Some([("value".to_owned(), value.to_string())].into()),
        ..ConfigMap::default()
    };
    map.metadata.name = Some(name.to_owned());
    map.metadata.labels = Some([("test".to_owned(), "crash".to_owned())].into());
    map
}

/// Holds what the server has against the model, and takes over what of the interrupted happened; ->
/// what there is.
async fn compare(
    client: &kube::Client,
    model: &mut Model,
    round: usize,
    last: u64,
) -> BTreeMap<String, u64> {
    let maps: Api<ConfigMap> = Api::default_namespaced(client.clone());
    let labelled = ListParams::default().labels("test=crash");
    let list = maps.list(&labelled).await.expect("a list");
    let version = list.metadata.resource_version.unwrap_or_default();
    let items = list.items.into_iter();
    let mut found: BTreeMap<String, u64> = items
        .map(|map| (map.metadata.name.clone().expect("a name"), value_of(&map)))
        .collect();
    let now = found.clone();
    let mut wrong = Vec::new();
    for (name, known) in model.iter_mut() {
        let found = found.remove(name);
        if !known.allows(found) {
            wrong.push(format!("{name}: found {found:?}, expected {known:?}"));
        }
        *known = Known {
            acknowledged: found,
            interrupted: Vec::new(),
        };
    }
    wrong.extend(found.iter().map(|found| format!("nobody wrote {found:?}")));
    // All of it, and where it was seen: whether the end is missing or one key says what to look for.
    assert!(
        wrong.is_empty(),
        "round {round}, {} of {} wrong in a list at version {version}, after version {last}:\n{}",
        wrong.len(),
        model.len(),
        wrong.join("\n")
    );
    now
}

/// Asks for a new image: the beginning of a rollout.
async fn apply_deployment(client: &kube::Client, round: usize) {
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop"},
        "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": "shop"}},
            "template": {
                "metadata": {"labels": {"app": "shop"}},
                "spec": {"containers": [{"name": "shop", "image": image(round)}]},
            },
        },
    });
    let deployments: Api<Deployment> = Api::default_namespaced(client.clone());
    let parameters = PatchParams::apply("crash-test").force();
    let applied = deployments
        .patch("shop", &parameters, &Patch::Apply(deployment))
        .await;
    applied.expect("the server takes a Deployment");
}

fn image(round: usize) -> String {
    format!("registry.example/shop:{round}")
}

/// Waits until all pods have the image of a round and are available.
async fn wait_for_rollout(client: &kube::Client, round: usize) {
    let deployments: Api<Deployment> = Api::default_namespaced(client.clone());
    let started = Instant::now();
    loop {
        let deployment = deployments
            .get("shop")
            .await
            .expect("an acknowledged Deployment");
        if is_rolled_out(&deployment, &image(round)) {
            return;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "the rollout stands still: {:?}",
            deployment.status
        );
        sleep(Duration::from_millis(20)).await;
    }
}

fn is_rolled_out(deployment: &Deployment, image: &str) -> bool {
    let (Some(spec), Some(status)) = (&deployment.spec, &deployment.status) else {
        return false;
    };
    let container = spec
        .template
        .spec
        .as_ref()
        .and_then(|pod| pod.containers.first());
    assert_eq!(
        container.and_then(|container| container.image.as_deref()),
        Some(image),
        "an acknowledged change is lost"
    );
    status.observed_generation == deployment.metadata.generation
        && status.updated_replicas == spec.replicas
        && status.replicas == spec.replicas
        && status.available_replicas == spec.replicas
}
