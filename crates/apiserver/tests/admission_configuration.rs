//! What admission plugins are told in a file, seen from outside.

use crate::support::{ask, configured};

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";
const EVENTS: &str = "/api/v1/namespaces/ns/events";

fn named(name: &str) -> String {
    format!(r#"{{"metadata":{{"name":"{name}"}}}}"#)
}

#[tokio::test]
async fn limited_resources_need_a_quota_that_covers_them() {
    let server = configured(
        "- name: ResourceQuota\n  configuration:\n    apiVersion: apiserver.config.k8s.io/v1\n    \
         kind: ResourceQuotaConfiguration\n    limitedResources:\n    \
         - {resource: configmaps, matchContains: [configmaps]}\n    \
         - {resource: pods, matchScopes: [{scopeName: PriorityClass, operator: In, values: [high]}]}\n",
    )
    .await;
    let (code, refused) = ask(&server, "POST", MAPS, &named("a")).await;
    assert_eq!(code, 403);
    let told = "insufficient quota to consume: configmaps,count/configmaps";
    let message = refused["message"].as_str().unwrap();
    assert!(message.ends_with(told), "{message}");
    // Others need none.
    let secrets = "/api/v1/namespaces/ns/secrets";
    assert_eq!(ask(&server, "POST", secrets, &named("a")).await.0, 201);

    let quotas = "/api/v1/namespaces/ns/resourcequotas";
    let hard = r#"{"configmaps":"5","count/configmaps":"5"}"#;
    let quota = format!(r#"{{"metadata":{{"name":"q"}},"spec":{{"hard":{hard}}}}}"#);
    assert_eq!(ask(&server, "POST", quotas, &quota).await.0, 201);
    let used = r#"{"configmaps":"0","count/configmaps":"0"}"#;
    let status = format!(r#"{{"status":{{"hard":{hard},"used":{used}}}}}"#);
    let (code, told) = ask(&server, "PATCH", &format!("{quotas}/q/status"), &status).await;
    assert_eq!(code, 200, "{told}");
    let (code, told) = ask(&server, "POST", MAPS, &named("a")).await;
    assert_eq!(code, 201, "{told}");

    let classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
    let class = r#"{"metadata":{"name":"high"},"value":5}"#;
    assert_eq!(ask(&server, "POST", classes, class).await.0, 201);
    let account = "/api/v1/namespaces/ns/serviceaccounts";
    assert_eq!(
        ask(&server, "POST", account, &named("default")).await.0,
        201
    );
    let pods = "/api/v1/namespaces/ns/pods";
    let pod = |class: &str| {
        format!(
            r#"{{"metadata":{{"name":"p"}},"spec":{{{class}"containers":[{{"name":"c","image":"i"}}]}}}}"#
        )
    };
    let (code, refused) = ask(
        &server,
        "POST",
        pods,
        &pod(r#""priorityClassName":"high","#),
    )
    .await;
    // As upstream: no refusal of its own kind.
    assert_eq!(code, 500);
    let told = "insufficient quota to match these scopes: [{PriorityClass In [high]}]";
    assert_eq!(refused["message"], told);
    assert_eq!(ask(&server, "POST", pods, &pod("")).await.0, 201);
}

#[tokio::test]
async fn events_that_come_too_fast_are_refused() {
    let server = configured(
        "- name: EventRateLimit\n  configuration:\n    \
         apiVersion: eventratelimit.admission.k8s.io/v1alpha1\n    kind: Configuration\n    \
         limits: [{type: Namespace, qps: 1, burst: 2}, {type: User, qps: 1, burst: 3}]\n",
    )
    .await;
    let event = |name: &str| {
        format!(
            r#"{{"metadata":{{"name":"{name}"}},"involvedObject":{{"kind":"Pod","namespace":"ns","name":"a"}}}}"#
        )
    };
    for name in ["a", "b"] {
        assert_eq!(ask(&server, "POST", EVENTS, &event(name)).await.0, 201);
    }
    // Nothing comes of a dry run.
    let dry = format!("{EVENTS}?dryRun=All");
    assert_eq!(ask(&server, "POST", &dry, &event("c")).await.0, 201);
    let (code, refused) = ask(&server, "POST", EVENTS, &event("c")).await;
    assert_eq!((code, &refused["reason"]), (429, &"TooManyRequests".into()));
    let told = "Too many requests: limit reached on type Namespace for key ns";
    assert_eq!(refused["message"], told);
    // That one counted for the user, too.
    let (_, refused) = ask(&server, "POST", EVENTS, &event("d")).await;
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("on type User for key admin"), "{message}");
    assert_eq!(ask(&server, "POST", MAPS, &named("a")).await.0, 201);
}
