//! Who may do what, and as whom.

use crate::support::{as_user, ask, make, request, send, server};
use serde_json::{Value, json};
use trimtab_apiserver::ApiServer;

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

async fn bind(server: &ApiServer, kind: &str, role: &str, user: &str) {
    let binding = json!({
        "metadata": {"name": format!("{user}-{role}").replace(':', "-")},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": user}],
    });
    make(
        server,
        &format!("{RBAC}/namespaces/ns/rolebindings"),
        &binding,
    )
    .await;
}

async fn role(server: &ApiServer, name: &str, rules: Value) {
    let role = json!({"metadata": {"name": name}, "rules": rules});
    make(server, &format!("{RBAC}/namespaces/ns/roles"), &role).await;
}

#[tokio::test(start_paused = true)]
async fn a_binding_counts_for_the_very_next_request_until_it_is_gone() {
    let server = server().await;
    let pods = "/api/v1/namespaces/ns/pods";
    assert_eq!(as_user(&server, "jane", "GET", pods, "").await.0, 403);
    bind(&server, "ClusterRole", "view", "jane").await;
    assert_eq!(as_user(&server, "jane", "GET", pods, "").await.0, 200);
    let elsewhere = "/api/v1/namespaces/default/pods";
    assert_eq!(as_user(&server, "jane", "GET", elsewhere, "").await.0, 403);
    let binding = format!("{RBAC}/namespaces/ns/rolebindings/jane-view");
    assert_eq!(ask(&server, "DELETE", &binding, "").await.0, 200);
    // Rights that are taken away end once the cache knows, which it does by the next read of anybody.
    assert_eq!(ask(&server, "GET", pods, "").await.0, 200);
    assert_eq!(as_user(&server, "jane", "GET", pods, "").await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_missing_is_told() {
    let server = server().await;
    bind(&server, "Role", "nowhere", "jane").await;
    let (code, refused) = as_user(&server, "jane", "GET", "/api/v1/namespaces/ns/pods", "").await;
    assert_eq!(code, 403);
    assert_eq!(
        refused["message"],
        "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the \
         namespace \"ns\": RBAC: role.rbac.authorization.k8s.io \"nowhere\" not found"
    );
}

#[tokio::test(start_paused = true)]
async fn rules_name_objects_and_parts_of_them() {
    let server = server().await;
    let rules = json!([
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["only"], "verbs": ["get", "list"]},
        {"apiGroups": ["*"], "resources": ["*/status"], "verbs": ["get"]},
    ]);
    role(&server, "r", rules).await;
    bind(&server, "Role", "r", "jane").await;
    for (path, expected) in [
        ("secrets/only", 404),
        ("secrets/other", 403),
        ("secrets", 403),
        ("secrets?fieldSelector=metadata.name%3Donly", 200),
        ("pods/p/status", 404),
        ("pods/p", 403),
    ] {
        let path = format!("/api/v1/namespaces/ns/{path}");
        assert_eq!(
            as_user(&server, "jane", "GET", &path, "").await.0,
            expected,
            "{path}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_gives_what_they_do_not_have() {
    let server = server().await;
    bind(&server, "ClusterRole", "admin", "jane").await;
    let roles = format!("{RBAC}/namespaces/ns/roles");
    let rule = |resource: &str| {
        json!({
            "metadata": {"name": format!("gives-{resource}")},
            "rules": [{"apiGroups": [""], "resources": [resource], "verbs": ["get", "delete"]}],
        })
        .to_string()
    };
    assert_eq!(
        as_user(&server, "jane", "POST", &roles, &rule("pods"))
            .await
            .0,
        201
    );
    let (code, refused) = as_user(&server, "jane", "POST", &roles, &rule("nodes")).await;
    assert_eq!(code, 403);
    let message = refused["message"].as_str().unwrap();
    let missing = "{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\" \"delete\"]}";
    assert!(
        message.contains("not currently held") && message.contains(missing),
        "{message}"
    );

    // The right to escalate lets it pass.
    let escalate = json!([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["escalate"]}]);
    role(&server, "escalator", escalate).await;
    bind(&server, "Role", "escalator", "jane").await;
    assert_eq!(
        as_user(&server, "jane", "POST", &roles, &rule("nodes"))
            .await
            .0,
        201
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_binds_a_role_that_gives_more_than_they_have() {
    let server = server().await;
    bind(&server, "ClusterRole", "admin", "jane").await;
    let bindings = format!("{RBAC}/namespaces/ns/rolebindings");
    let binding = |role: &str| {
        json!({
            "metadata": {"name": format!("bob-{role}")},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "User", "name": "bob"}],
        })
        .to_string()
    };
    assert_eq!(
        as_user(&server, "jane", "POST", &bindings, &binding("view"))
            .await
            .0,
        201
    );
    for (role, expected) in [("cluster-admin", 403), ("nowhere", 404)] {
        let (code, refused) = as_user(&server, "jane", "POST", &bindings, &binding(role)).await;
        assert_eq!(code, expected, "{refused}");
    }
    let bind_it = json!([{
        "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"],
        "resourceNames": ["cluster-admin"], "verbs": ["bind"],
    }]);
    role(&server, "binder", bind_it).await;
    bind(&server, "Role", "binder", "jane").await;
    let bound = as_user(
        &server,
        "jane",
        "POST",
        &bindings,
        &binding("cluster-admin"),
    )
    .await;
    assert_eq!(bound.0, 201, "{}", bound.1);
}

#[tokio::test(start_paused = true)]
async fn the_right_to_impersonate_can_be_bounded() {
    let server = server().await;
    let rules = json!([
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["impersonate-on:user-info:list"]},
    ]);
    role(&server, "on", rules).await;
    bind(&server, "Role", "on", "operator").await;
    let role = json!({
        "metadata": {"name": "acts-as-jane"},
        "rules": [{"apiGroups": ["authentication.k8s.io"], "resources": ["users"], "resourceNames": ["jane"], "verbs": ["impersonate:user-info"]}],
    });
    make(&server, &format!("{RBAC}/clusterroles"), &role).await;
    let binding = json!({
        "metadata": {"name": "acts-as-jane"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "acts-as-jane"},
        "subjects": [{"kind": "User", "name": "operator"}],
    });
    make(&server, &format!("{RBAC}/clusterrolebindings"), &binding).await;
    bind(&server, "ClusterRole", "view", "jane").await;

    // A token of the operator, so that it can impersonate in turn.
    let act = async |user: &str, method: &str, path: &str| {
        let mut request = request(method, path, "application/json", "");
        let headers = request.headers_mut();
        headers.insert("authorization", "Bearer operator-secret".parse().unwrap());
        headers.insert("impersonate-user", user.parse().unwrap());
        send(&server, request).await
    };
    let pods = "/api/v1/namespaces/ns/pods";
    assert_eq!(act("jane", "GET", pods).await.0, 200);
    for (user, path, expected) in [
        (
            "bob",
            pods,
            "cannot impersonate:user-info resource \"users\"",
        ),
        (
            "jane",
            "/api/v1/namespaces/ns/configmaps",
            "cannot impersonate-on:user-info:list resource \"configmaps\"",
        ),
        (
            "jane",
            "/api/v1/pods",
            "cannot impersonate-on:user-info:list resource \"pods\"",
        ),
    ] {
        let (code, refused) = act(user, "GET", path).await;
        assert_eq!(code, 403, "{refused}");
        assert!(
            refused["message"].as_str().unwrap().contains(expected),
            "{refused}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_may_do_is_told_as_rules() {
    let server = server().await;
    let rules = json!([{"apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"], "verbs": ["get"]}]);
    role(&server, "r", rules).await;
    bind(&server, "Role", "r", "jane").await;
    let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    let body = r#"{"spec":{"namespace":"ns"}}"#;
    let (code, review) = as_user(&server, "jane", "POST", path, body).await;
    assert_eq!(code, 201, "{review}");
    let rules = review["status"]["resourceRules"].as_array().unwrap();
    let own =
        json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]});
    assert!(rules.contains(&own), "{review}");
    assert_eq!(review["status"]["incomplete"], false);
    assert_eq!(as_user(&server, "jane", "POST", path, "{}").await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn a_review_within_a_namespace_is_of_that_namespace() {
    let server = server().await;
    bind(&server, "ClusterRole", "view", "jane").await;
    let path = "/apis/authorization.k8s.io/v1/namespaces/ns/localsubjectaccessreviews";
    for (namespace, expected) in [("ns", 201), ("other", 422)] {
        let attributes = json!({"namespace": namespace, "verb": "get", "resource": "pods"});
        let body = json!({"spec": {"user": "jane", "resourceAttributes": attributes}});
        let (code, review) = ask(&server, "POST", path, &body.to_string()).await;
        assert_eq!(code, expected, "{review}");
        if code == 201 {
            assert_eq!(
                review["status"],
                json!({
                    "allowed": true,
                    "reason": "RBAC: allowed by RoleBinding \"jane-view/ns\" of ClusterRole \"view\" to User \"jane\"",
                })
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_reads_and_writes_what_is_on_it() {
    let server = server().await;
    let account = json!({"metadata": {"name": "default"}});
    make(&server, "/api/v1/namespaces/ns/serviceaccounts", &account).await;
    let as_node = async |node: &str, method: &str, path: &str, body: &str| {
        let mut request = request(method, path, "application/json", body);
        if method == "PATCH" {
            let patch = "application/merge-patch+json".parse().unwrap();
            request.headers_mut().insert("content-type", patch);
        }
        let headers = request.headers_mut();
        let user = format!("system:node:{node}");
        headers.insert("impersonate-user", user.parse().unwrap());
        headers.insert("impersonate-group", "system:nodes".parse().unwrap());
        send(&server, request).await
    };
    let node = r#"{"metadata":{"name":"n1"}}"#;
    assert_eq!(as_node("n1", "POST", "/api/v1/nodes", node).await.0, 201);
    assert_eq!(as_node("n2", "POST", "/api/v1/nodes", node).await.0, 403);
    for secret in ["used", "unused"] {
        let secret = json!({"metadata": {"name": secret}});
        make(&server, "/api/v1/namespaces/ns/secrets", &secret).await;
    }
    let pod = json!({
        "metadata": {"name": "p"},
        "spec": {
            "nodeName": "n1", "automountServiceAccountToken": false,
            "containers": [{"name": "c", "image": "i"}],
            "volumes": [{"name": "s", "secret": {"secretName": "used"}}],
        },
    });
    make(&server, "/api/v1/namespaces/ns/pods", &pod).await;
    for (node, method, path, body, expected) in [
        ("n1", "GET", "/api/v1/nodes/n1", "", 200),
        ("n2", "GET", "/api/v1/nodes/n1", "", 403),
        ("n1", "GET", "/api/v1/nodes", "", 403),
        ("n1", "GET", "/api/v1/namespaces/ns/secrets/used", "", 200),
        ("n2", "GET", "/api/v1/namespaces/ns/secrets/used", "", 403),
        ("n1", "GET", "/api/v1/namespaces/ns/secrets/unused", "", 403),
        (
            "n1",
            "GET",
            "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1",
            "",
            200,
        ),
        (
            "n2",
            "GET",
            "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1",
            "",
            403,
        ),
        (
            "n1",
            "PATCH",
            "/api/v1/namespaces/ns/pods/p/status",
            r#"{"status":{"phase":"Running"}}"#,
            200,
        ),
        (
            "n2",
            "PATCH",
            "/api/v1/namespaces/ns/pods/p/status",
            r#"{"status":{"phase":"Failed"}}"#,
            403,
        ),
        (
            "n1",
            "PATCH",
            "/api/v1/nodes/n1",
            r#"{"metadata":{"labels":{"node-restriction.kubernetes.io/x":"y"}}}"#,
            403,
        ),
        (
            "n1",
            "PATCH",
            "/api/v1/nodes/n1",
            r#"{"metadata":{"labels":{"own":"y"}}}"#,
            200,
        ),
        ("n2", "DELETE", "/api/v1/namespaces/ns/pods/p", "", 403),
        (
            "n1",
            "DELETE",
            "/api/v1/namespaces/ns/pods/p?gracePeriodSeconds=0",
            "",
            200,
        ),
        ("n2", "GET", "/api/v1/namespaces/ns/secrets/used", "", 403),
        ("n1", "GET", "/api/v1/namespaces/ns/secrets/used", "", 403),
    ] {
        let (code, answer) = as_node(node, method, path, body).await;
        assert_eq!(code, expected, "{node} {method} {path}: {answer}");
    }
}
