use super::*;
use futures::FutureExt as _;
use http::Method;

fn rules(capacity: usize) -> Rules {
    let mapping = |fields: [(&'static str, Value); 2]| {
        let mut object = Value::mapping(fields);
        let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
        let metadata = metadata.unwrap();
        let uid = format!("uid-{}", metadata.get("name").unwrap().text().unwrap());
        metadata.insert("uid", Value::string(uid));
        object
    };
    let levels: Vec<Value> = defaults::levels().map(mapping).collect();
    let shares: i64 = levels.iter().map(shares_of).sum();
    let levels = levels
        .iter()
        .map(|level| Level::read(level, capacity, shares));
    let schemas = defaults::schemas().map(mapping);
    let mut schemas: Vec<Schema> = schemas.map(|schema| Schema::read(&schema)).collect();
    schemas.sort_by(|a, b| a.order().cmp(&b.order()));
    Rules {
        schemas,
        levels: levels.map(Arc::new).collect(),
    }
}

fn schema_of(identity: &Identity, method: &Method, path: &str) -> String {
    let request = RequestInfo::parse(method, path, "");
    let rules = rules(600);
    let mut schemas = rules.schemas.iter();
    let found = schemas.find(|schema| schema.takes(identity, &request));
    found.unwrap().name.clone()
}

#[test]
fn requests_fall_under_the_default_schemas() {
    let jane = Identity::user("jane", &[]);
    let admin = Identity::user("admin", &[Identity::MASTERS]);
    let node = Identity::user("system:node:a", &["system:nodes"]);
    let lease = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a";
    let account = |name: &str| {
        let groups = ["system:serviceaccounts"];
        Identity::user(format!("system:serviceaccount:{name}"), &groups)
    };
    for (identity, method, path, expected) in [
        (&admin, Method::GET, "/api/v1/pods", "exempt"),
        (&jane, Method::GET, "/api/v1/pods", "global-default"),
        (&jane, Method::GET, "/readyz", "probes"),
        (&jane, Method::POST, "/readyz", "global-default"),
        (&Identity::anonymous(), Method::GET, "/livez", "probes"),
        (
            &node,
            Method::PUT,
            "/api/v1/nodes/a/status",
            "system-node-high",
        ),
        (&node, Method::PUT, lease, "system-node-high"),
        (&node, Method::GET, "/api/v1/pods", "system-nodes"),
        (
            &account("kube-system:x"),
            Method::GET,
            "/api/v1/pods",
            "kube-system-service-accounts",
        ),
        (
            &account("kube-system:x"),
            Method::GET,
            lease,
            "system-leader-election",
        ),
        (&account("a:x"), Method::GET, lease, "service-accounts"),
    ] {
        let name = &identity.name;
        assert_eq!(
            schema_of(identity, &method, path),
            expected,
            "{name} {path}"
        );
    }
}

#[test]
fn levels_have_their_shares_of_the_concurrency() {
    let rules = rules(600);
    let places = |name: &str| {
        let mut levels = rules.levels.iter();
        levels.find(|level| level.name == name).unwrap().places
    };
    assert_eq!(places("exempt"), None);
    assert_eq!(places("workload-low"), Some(245));
    assert_eq!(places("global-default"), Some(49));
    assert_eq!(places("catch-all"), Some(13));
}

#[test]
fn a_level_that_is_full_sends_away_or_lets_wait() {
    let rules = rules(1);
    let level = |name: &str| {
        let mut levels = rules.levels.iter();
        Arc::clone(levels.find(|level| level.name == name).unwrap())
    };
    let rejecting = level("catch-all");
    let place = rejecting.place().now_or_never().unwrap().unwrap();
    assert!(rejecting.place().now_or_never().unwrap().is_err());
    drop(place);
    assert!(rejecting.place().now_or_never().unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_waits_gets_the_next_place_or_is_sent_away_in_time() {
    let rules = rules(1);
    let mut levels = rules.levels.iter();
    let level = levels.find(|level| level.name == "global-default").unwrap();
    let place = level.place().await.unwrap();
    let waits = level.place();
    tokio::pin!(waits);
    assert!(waits.as_mut().now_or_never().is_none());
    drop(place);
    let place = waits.await.unwrap();
    let begun = tokio::time::Instant::now();
    assert!(level.place().await.is_err());
    assert_eq!(begun.elapsed(), LONGEST_WAIT);
    assert_eq!(level.waiting.load(Ordering::Relaxed), 0);
    drop(place);
    assert!(level.place().await.is_ok());
}

#[test]
fn who_is_sent_away_is_told_when_to_come_again() {
    let answer = too_many();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()[RETRY_AFTER], "1");
}

/// What kube-apiserver 1.36 tells of the defaults with its default capacity of 600.
#[test]
fn levels_have_their_parts_of_the_capacity() {
    let rules = rules(600);
    let levels = rules.levels.iter();
    let mut limits: Vec<_> = levels.map(|level| (&*level.name, level.nominal)).collect();
    limits.sort_unstable();
    let expected = [
        ("catch-all", 13),
        ("exempt", 0),
        ("global-default", 49),
        ("leader-election", 25),
        ("node-high", 98),
        ("system", 74),
        ("workload-high", 98),
        ("workload-low", 245),
    ];
    assert_eq!(limits, expected);
}
