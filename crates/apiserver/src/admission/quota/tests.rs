use super::limit::Limit;
use super::*;
use crate::admission::testing::parse;

fn claim(group: &str, resource: &str, object: &str, old: Option<&str>) -> Claim {
    Claim {
        evaluator: Evaluator::of(group, resource),
        object: parse(object),
        old: old.map(parse),
        refusal: Refusal {
            group: group.to_owned(),
            resource: resource.to_owned(),
            name: "x".to_owned(),
        },
        dry_run: false,
        is_status: false,
        needs_quota: false,
    }
}

fn quota(spec: &str, hard: &str, used: &str) -> Limit {
    let text = format!(
        r#"{{"metadata": {{"name": "q"}}, "spec": {spec}, "status": {{"hard": {hard}, "used": {used}}}}}"#
    );
    Limit::read(&parse(&text))
}

/// What is used after a write, or why it is refused.
fn taken(limit: &mut Limit, claim: &Claim) -> Result<String, String> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let told = |status: Status| status.message;
    limit.check_form(claim).map_err(told)?;
    let added = limit.addition(claim, now);
    limit.take(claim, &added).map_err(told)?;
    let used = limit
        .used
        .iter()
        .map(|(name, used)| format!("{name}={used}"));
    Ok(used.collect::<Vec<_>>().join(","))
}

const POD: &str = r#"{"spec": {"containers": [{"name": "c", "resources": {
    "requests": {"cpu": "600m", "memory": "1Gi", "x.y/gpu": "2"}, "limits": {"memory": "1Gi"}}}],
    "overhead": {"cpu": "100m"}}}"#;

#[test]
fn pods_are_counted_by_what_they_ask_for() {
    let hard = r#"{"pods": "2", "requests.cpu": "1", "memory": "4Gi", "requests.x.y/gpu": "9", "secrets": "0"}"#;
    let used = r#"{"pods": "0", "requests.cpu": "0", "memory": "0", "requests.x.y/gpu": "0", "secrets": "0"}"#;
    let mut limit = quota("{}", hard, used);
    let pod = claim("", "pods", POD, None);
    assert_eq!(
        taken(&mut limit, &pod).unwrap(),
        "memory=1Gi,pods=1,requests.cpu=700m,requests.x.y/gpu=2,secrets=0"
    );
    assert_eq!(
        taken(&mut limit, &pod).unwrap_err(),
        "pods \"x\" is forbidden: exceeded quota: q, requested: requests.cpu=700m, used: \
         requests.cpu=700m, limited: requests.cpu=1"
    );
    let ended = POD.replacen('{', r#"{"status": {"phase": "Succeeded"}, "#, 1);
    let ended = claim("", "pods", &ended, None);
    let mut limit = quota("{}", r#"{"pods": "1"}"#, r#"{"pods": "0"}"#);
    assert_eq!(taken(&mut limit, &ended).unwrap(), "pods=0");
}

#[test]
fn what_is_counted_must_be_said_and_known() {
    let pod = r#"{"spec": {"containers": [{"name": "b"}, {"name": "a"}]}}"#;
    let hard = r#"{"limits.cpu": "1", "requests.memory": "1"}"#;
    let mut limit = quota("{}", hard, "{}");
    assert_eq!(
        taken(&mut limit, &claim("", "pods", pod, None)).unwrap_err(),
        "pods \"x\" is forbidden: failed quota: q: must specify limits.cpu for: a,b; requests.memory for: a,b"
    );
    let mut limit = quota("{}", r#"{"configmaps": "1"}"#, "{}");
    assert_eq!(
        taken(&mut limit, &claim("", "configmaps", "{}", None)).unwrap_err(),
        "configmaps \"x\" is forbidden: status unknown for quota: q, resources: configmaps"
    );
    // Nobody has filled in the status yet.
    let mut limit = quota("{}", "{}", "{}");
    assert_eq!(
        taken(&mut limit, &claim("", "configmaps", "{}", None)),
        Ok(String::new())
    );
}

#[test]
fn scopes_decide_what_is_counted() {
    let counted = |spec: &str, pod: &str| {
        let mut limit = quota(spec, r#"{"pods": "9"}"#, r#"{"pods": "0"}"#);
        taken(&mut limit, &claim("", "pods", pod, None)).unwrap() == "pods=1"
    };
    let best_effort = r#"{"spec": {"containers": [{"name": "c"}], "priorityClassName": "high"}}"#;
    let limited = r#"{"spec": {"containers": [], "activeDeadlineSeconds": 5, "affinity": {"podAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [{"namespaces": ["a"]}]}}}}"#;
    for (spec, of_best_effort, of_limited) in [
        (r#"{"scopes": ["BestEffort"]}"#, true, true),
        (r#"{"scopes": ["NotBestEffort"]}"#, false, false),
        (r#"{"scopes": ["Terminating"]}"#, false, true),
        (
            r#"{"scopes": ["NotTerminating", "BestEffort"]}"#,
            true,
            false,
        ),
        (r#"{"scopes": ["CrossNamespacePodAffinity"]}"#, false, true),
        (
            r#"{"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}}"#,
            true,
            false,
        ),
        (
            r#"{"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "NotIn", "values": ["high"]}]}}"#,
            false,
            true,
        ),
    ] {
        assert_eq!(counted(spec, best_effort), of_best_effort, "{spec}");
        assert_eq!(counted(spec, limited), of_limited, "{spec}");
    }
    assert!(!counted(r#"{"scopes": ["BestEffort"]}"#, POD));
}

#[test]
fn services_and_claims_have_names_of_their_own() {
    let hard = r#"{"services": "9", "services.nodeports": "3", "services.loadbalancers": "1"}"#;
    let mut limit = quota(
        "{}",
        hard,
        r#"{"services": "0", "services.nodeports": "0", "services.loadbalancers": "0"}"#,
    );
    let plain = r#"{"spec": {"type": "ClusterIP", "ports": [{}, {}]}}"#;
    let outside = r#"{"spec": {"type": "LoadBalancer", "ports": [{}, {}]}}"#;
    taken(&mut limit, &claim("", "services", plain, None)).unwrap();
    assert_eq!(
        taken(&mut limit, &claim("", "services", outside, Some(plain))).unwrap(),
        "services=1,services.loadbalancers=1,services.nodeports=2"
    );
    assert_eq!(
        taken(&mut limit, &claim("", "services", outside, None)).unwrap_err(),
        "services \"x\" is forbidden: exceeded quota: q, requested: services.loadbalancers=1,\
         services.nodeports=2, used: services.loadbalancers=1,services.nodeports=2, limited: \
         services.loadbalancers=1,services.nodeports=3"
    );
    let fast = "fast.storageclass.storage.k8s.io/requests.storage";
    let hard = format!(r#"{{"requests.storage": "9Gi", "{fast}": "1Gi"}}"#);
    let used = format!(r#"{{"requests.storage": "0", "{fast}": "0"}}"#);
    let mut limit = quota("{}", &hard, &used);
    let disk = |class: &str, size: &str| {
        let object = format!(
            r#"{{"spec": {{"storageClassName": "{class}", "resources": {{"requests": {{"storage": "{size}"}}}}}}}}"#
        );
        claim("", "persistentvolumeclaims", &object, None)
    };
    taken(&mut limit, &disk("slow", "2Gi")).unwrap();
    assert!(taken(&mut limit, &disk("fast", "2Gi")).is_err());
    assert_eq!(
        taken(&mut limit, &disk("fast", "1Gi")).unwrap(),
        format!("{fast}=1Gi,requests.storage=3Gi")
    );
}

#[test]
fn everything_else_is_counted_by_number() {
    let mut limit = quota(
        "{}",
        r#"{"count/deployments.apps": "1"}"#,
        r#"{"count/deployments.apps": "0"}"#,
    );
    let deployment = claim("apps", "deployments", "{}", None);
    assert!(taken(&mut limit, &deployment).is_ok());
    assert_eq!(
        taken(&mut limit, &deployment).unwrap_err(),
        "deployments.apps \"x\" is forbidden: exceeded quota: q, requested: \
         count/deployments.apps=1, used: count/deployments.apps=1, limited: \
         count/deployments.apps=1"
    );
    assert!(is_ignored("", "events"));
}
