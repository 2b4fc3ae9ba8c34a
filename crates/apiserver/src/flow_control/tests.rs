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
    let others = [AtomicI64::new(0), AtomicI64::new(0)];
    let counts = [&rejecting.waiting, &others[0], &others[1]];
    let place = || rejecting.place(&counts).now_or_never().unwrap().0;
    let taken = place().unwrap();
    assert_eq!(place().unwrap_err(), Rejection::QueueFull);
    drop(taken);
    assert!(place().is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_waits_gets_the_next_place_or_is_sent_away_in_time() {
    let rules = rules(1);
    let mut levels = rules.levels.iter();
    let level = levels.find(|level| level.name == "global-default").unwrap();
    let others = [AtomicI64::new(0), AtomicI64::new(0)];
    let counts = [&level.waiting, &others[0], &others[1]];
    let waiting = || counts.map(|count| count.load(Ordering::Relaxed));
    let place = level.place(&counts).await.0.unwrap();
    let waits = level.place(&counts);
    tokio::pin!(waits);
    assert!(waits.as_mut().now_or_never().is_none());
    assert_eq!(waiting(), [1, 1, 1]);
    drop(place);
    let place = waits.await.0.unwrap();
    let (refused, waited) = level.place(&counts).await;
    assert_eq!(refused.unwrap_err(), Rejection::TimeOut);
    assert_eq!(waited, LONGEST_WAIT);
    assert_eq!(waiting(), [0, 0, 0]);
    drop(place);
    assert!(level.place(&counts).await.0.is_ok());
}

/// Counts of a schema stay when the objects change; each request is counted once.
#[test]
fn what_becomes_of_requests_is_counted_by_their_schema() {
    let counts = Arc::new(Counts::default());
    counts.decided(None, Duration::from_millis(30));
    counts.decided(Some(Rejection::QueueFull), Duration::ZERO);
    let executing = Executing::of(&counts);
    let told = || {
        let mut page = Page::default();
        counts::tell(&[("a-schema", "a-level", &counts)], &mut page);
        page.text().to_owned()
    };
    let labels = "flow_schema=\"a-schema\",priority_level=\"a-level\"";
    for expected in [
        format!("apiserver_flowcontrol_dispatched_requests_total{{{labels}}} 1\n"),
        format!("apiserver_flowcontrol_current_executing_requests{{{labels}}} 1\n"),
        format!(
            "apiserver_flowcontrol_rejected_requests_total{{{labels},reason=\"queue-full\"}} 1\n"
        ),
        format!(
            "apiserver_flowcontrol_request_wait_duration_seconds_bucket{{execute=\"true\",{labels},le=\"0.05\"}} 1\n"
        ),
    ] {
        assert!(told().contains(&expected), "{expected} in {}", told());
    }
    drop(executing);
    let idle = format!("apiserver_flowcontrol_current_executing_requests{{{labels}}} 0\n");
    assert!(told().contains(&idle));
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
