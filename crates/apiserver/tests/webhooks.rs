//! Webhooks: a server on loopback is asked about writes, and says what it is told to say.

use crate::support::{ask, make, on, server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use trimtab_apiserver::{ApiServer, Pki};
use trimtab_clock::Clock;

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";
const REGISTRATION: &str = "/apis/admissionregistration.k8s.io/v1";

/// A webhook: what it was asked, and how it answers a request by path.
#[derive(Clone)]
struct Hook {
    port: u16,
    authority: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Hook {
    async fn serve() -> Self {
        let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = Self {
            port: listener.local_addr().unwrap().port(),
            authority: STANDARD.encode(pki.ca_pem()),
            asked: Arc::default(),
        };
        let asked = Arc::clone(&hook.asked);
        let two = Arc::new(Barrier::new(2));
        let handler = move |request: Request<Incoming>| {
            let (asked, two) = (Arc::clone(&asked), Arc::clone(&two));
            async move {
                let path = request.uri().path().to_owned();
                let request_query = request.uri().query().map(str::to_owned);
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let review: Value = serde_json::from_slice(&body).unwrap();
                if path == "/together" {
                    two.wait().await;
                }
                if path == "/never" {
                    let told = request_query.unwrap_or_default();
                    asked.lock().unwrap().push(json!({"request": told}));
                    std::future::pending::<()>().await;
                }
                let answer = answer(&path, &review);
                asked.lock().unwrap().push(review);
                Response::new(Full::new(Bytes::from(answer.to_string())))
            }
        };
        let tls = pki.server_config().unwrap();
        let forever = std::future::pending();
        tokio::spawn(trimtab_apiserver::server::serve(
            listener, tls, handler, forever,
        ));
        hook
    }

    /// Registers webhooks, of which `fields` says how they differ from plain ones for all writes of
    /// configuration maps.
    async fn register(&self, server: &ApiServer, kind: &str, name: &str, fields: &[Value]) {
        let hooks = fields.iter().enumerate().map(|(at, fields)| {
            let mut hook = json!({
                "name": format!("h{at}.{name}.example.com"),
                "admissionReviewVersions": ["v1", "v1beta1"],
                "sideEffects": "None",
                "rules": [{"apiGroups": [""], "apiVersions": ["*"], "resources": ["configmaps"],
                    "operations": ["*"]}],
            });
            let path = fields["path"].as_str().unwrap();
            hook["clientConfig"] = json!({
                "url": format!("https://127.0.0.1:{}/{path}", self.port),
                "caBundle": self.authority,
            });
            for (name, value) in fields.as_object().unwrap() {
                if name != "path" {
                    hook[name] = value.clone();
                }
            }
            hook
        });
        let configuration = json!({
            "metadata": {"name": name},
            "webhooks": hooks.collect::<Vec<_>>(),
        });
        let path = format!("{REGISTRATION}/{kind}webhookconfigurations");
        let (code, body) = ask(server, "POST", &path, &configuration.to_string()).await;
        assert_eq!(code, 201, "{body}");
        settle(server).await;
    }

    /// The requests that came, without their uids.
    fn take(&self) -> Vec<Value> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked
            .into_iter()
            .map(|mut it| it["request"].take())
            .collect()
    }
}

/// Waits until the server's cache is where its store is: a list sees every write before it.
async fn settle(server: &ApiServer) {
    ask(server, "GET", MAPS, "").await;
}

fn answer(path: &str, review: &Value) -> Value {
    let uid = &review["request"]["uid"];
    let patch = |operations: Value| {
        let patch = STANDARD.encode(operations.to_string());
        json!({"uid": uid, "allowed": true, "patchType": "JSONPatch", "patch": patch})
    };
    let response = match path {
        "/allow" => json!({"uid": uid, "allowed": true, "warnings": ["be careful"],
            "auditAnnotations": {"k": "v"}}),
        "/together" => json!({"uid": uid, "allowed": true}),
        "/deny" => json!({"uid": uid, "allowed": false,
            "status": {"code": 418, "reason": "Teapot", "message": "no coffee"}}),
        "/deny-silently" => json!({"uid": uid, "allowed": false}),
        "/stranger" => json!({"uid": "another", "allowed": true}),
        "/label" => {
            let labels = &review["request"]["object"]["metadata"]["labels"];
            if labels.is_null() {
                patch(json!([{"op": "add", "path": "/metadata/labels", "value": {"seen": "1"}}]))
            } else {
                let count: u32 = labels["seen"].as_str().unwrap_or("0").parse().unwrap();
                let value = (count + 1).to_string();
                patch(json!([{"op": "add", "path": "/metadata/labels/seen", "value": value}]))
            }
        }
        "/replicas" => patch(json!([{"op": "replace", "path": "/spec/replicas", "value": 5}])),
        "/data" => patch(json!([{"op": "add", "path": "/data", "value": {"k": "v"}},
            {"op": "add", "path": "/nonsense", "value": 1}])),
        _ => panic!("{path}"),
    };
    json!({"apiVersion": review["apiVersion"], "kind": "AdmissionReview", "response": response})
}

async fn create(server: &ApiServer, name: &str) -> (u16, Value) {
    let map = json!({"metadata": {"name": name}});
    ask(server, "POST", MAPS, &map.to_string()).await
}

#[tokio::test]
async fn a_validating_webhook_sees_the_write_and_may_refuse_it() {
    let (server, hook) = (server().await, Hook::serve().await);
    hook.register(&server, "validating", "v", &[json!({"path": "allow"})])
        .await;
    let (code, made) = create(&server, "a").await;
    assert_eq!(code, 201, "{made}");
    let asked = hook.take().remove(0);
    assert_eq!(
        asked["kind"],
        json!({"group": "", "version": "v1", "kind": "ConfigMap"})
    );
    assert_eq!(
        asked["resource"],
        json!({"group": "", "version": "v1", "resource": "configmaps"})
    );
    assert_eq!(asked["requestKind"], asked["kind"]);
    assert_eq!(asked["requestResource"], asked["resource"]);
    assert_eq!(
        (&asked["name"], &asked["namespace"]),
        (&json!("a"), &json!("ns"))
    );
    assert_eq!(asked["operation"], "CREATE");
    assert_eq!(asked["userInfo"]["username"], "admin");
    assert_eq!(asked["object"]["metadata"]["uid"], made["metadata"]["uid"]);
    assert_eq!(asked["object"]["apiVersion"], "v1");
    assert_eq!(
        (&asked["oldObject"], &asked["dryRun"]),
        (&json!(null), &json!(false))
    );
    assert_eq!(asked["options"]["kind"], "CreateOptions");

    let path = format!("{MAPS}/a?fieldManager=me");
    ask(&server, "PATCH", &path, r#"{"data":{"a":"b"}}"#).await;
    let asked = hook.take().remove(0);
    assert_eq!(asked["operation"], "UPDATE");
    assert_eq!(asked["oldObject"]["data"], json!(null));
    assert_eq!(asked["object"]["data"], json!({"a": "b"}));
    assert_eq!(
        asked["options"],
        json!({"kind": "UpdateOptions", "apiVersion": "meta.k8s.io/v1", "fieldManager": "me"})
    );

    hook.register(&server, "validating", "w", &[json!({"path": "deny"})])
        .await;
    let (code, refused) = ask(&server, "DELETE", &format!("{MAPS}/a"), "").await;
    assert_eq!((code, &refused["reason"]), (418, &json!("Teapot")));
    assert_eq!(
        refused["message"],
        "admission webhook \"h0.w.example.com\" denied the request: no coffee"
    );
    let asked = hook.take();
    let deleted = asked.iter().find(|it| it["operation"] == "DELETE").unwrap();
    assert_eq!(deleted["object"], json!(null));
    assert_eq!(deleted["oldObject"]["data"], json!({"a": "b"}));
    assert_eq!(deleted["options"]["kind"], "DeleteOptions");
    // It is still there, and configurations themselves are nobody's business.
    assert_eq!(ask(&server, "GET", &format!("{MAPS}/a"), "").await.0, 200);
    let path = format!("{REGISTRATION}/validatingwebhookconfigurations/w");
    assert_eq!(ask(&server, "DELETE", &path, "").await.0, 200);
}

#[tokio::test]
async fn mutating_webhooks_change_objects_in_turn_and_see_what_others_do() {
    let (server, hook) = (server().await, Hook::serve().await);
    // The first wants to see what others do after it, the second does something.
    let hooks = [
        json!({"path": "label", "reinvocationPolicy": "IfNeeded"}),
        json!({"path": "data"}),
    ];
    hook.register(&server, "mutating", "m", &hooks).await;
    let (code, made) = create(&server, "a").await;
    assert_eq!(code, 201, "{made}");
    assert_eq!(made["metadata"]["labels"], json!({"seen": "2"}));
    assert_eq!(
        (&made["data"], &made["nonsense"]),
        (&json!({"k": "v"}), &json!(null))
    );
    assert_eq!(hook.take().len(), 3);
    // What they add is nobody's: it is noted before who owns which field.
    let owned = made["metadata"]["managedFields"].to_string();
    assert!(!owned.contains("f:data"), "{owned}");
    // A deletion cannot be changed.
    let (code, refused) = ask(&server, "DELETE", &format!("{MAPS}/a"), "").await;
    assert_eq!(code, 500, "{refused}");
    let told = refused["message"].as_str().unwrap();
    assert!(told.contains("attempted to modify the object"), "{told}");
}

#[tokio::test]
async fn what_a_webhook_is_about_is_told_by_rules_and_selectors() {
    let (server, hook) = (server().await, Hook::serve().await);
    let rules = |rule: Value| {
        let mut all = json!({"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"],
            "operations": ["CREATE"]});
        for (name, value) in rule.as_object().unwrap() {
            all[name] = value.clone();
        }
        json!({"path": "allow", "rules": [all]})
    };
    let select = |field: &str, selector: Value| {
        let mut hook = rules(json!({}));
        hook[field] = selector;
        hook
    };
    let name = "kubernetes.io/metadata.name";
    let hooks = [
        rules(json!({"scope": "Cluster"})),
        rules(json!({"operations": ["UPDATE"]})),
        rules(json!({"resources": ["configmaps/status"]})),
        select("objectSelector", json!({"matchLabels": {"a": "b"}})),
        select("namespaceSelector", json!({"matchLabels": {name: "other"}})),
        json!({"path": "allow", "matchConditions": [
            {"name": "c", "expression": "object.metadata.name != 'a'"}]}),
    ];
    hook.register(&server, "validating", "v", &hooks).await;
    assert_eq!(create(&server, "a").await.0, 201);
    assert_eq!(hook.take(), Vec::<Value>::new());
    assert_eq!(create(&server, "b").await.0, 201);
    assert_eq!(hook.take().len(), 1);
    // Autoscalers are stored as v2; a rule for v1 is about those of v2 as well.
    let v1 = json!([{"apiGroups": ["autoscaling"], "apiVersions": ["v1"],
        "resources": ["horizontalpodautoscalers"], "operations": ["CREATE"]}]);
    let hooks = [
        json!({"path": "allow", "rules": v1}),
        json!({"path": "allow", "rules": v1, "matchPolicy": "Exact"}),
    ];
    hook.register(&server, "validating", "w", &hooks).await;
    let path = "/apis/autoscaling/v2/namespaces/ns/horizontalpodautoscalers";
    let scaler = json!({"metadata": {"name": "s"}, "spec": {"maxReplicas": 3, "scaleTargetRef":
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}}});
    let (code, body) = ask(&server, "POST", path, &scaler.to_string()).await;
    assert_eq!(code, 201, "{body}");
    let asked = hook.take();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["kind"]["version"], "v1");
    assert_eq!(asked[0]["requestKind"]["version"], "v2");
    assert_eq!(asked[0]["object"]["apiVersion"], "autoscaling/v1");
}

#[tokio::test]
async fn a_webhook_that_cannot_be_asked_may_or_may_not_matter() {
    let (server, hook) = (server().await, Hook::serve().await);
    hook.register(
        &server,
        "validating",
        "v",
        &[json!({"path": "stranger", "failurePolicy": "Ignore"})],
    )
    .await;
    assert_eq!(create(&server, "a").await.0, 201);
    hook.register(&server, "validating", "w", &[json!({"path": "stranger"})])
        .await;
    let (code, refused) = create(&server, "b").await;
    assert_eq!(code, 500);
    let told = refused["message"].as_str().unwrap();
    assert!(
        told.starts_with("Internal error occurred: failed calling webhook \"h0.w.example.com\": received invalid webhook response: expected response.uid="),
        "{told}"
    );
    let path = format!("{REGISTRATION}/validatingwebhookconfigurations/w");
    ask(&server, "DELETE", &path, "").await;
    // One with effects beside its answer is not asked about a write that does not happen.
    let hooks = [json!({"path": "allow", "sideEffects": "NoneOnDryRun"})];
    hook.register(&server, "validating", "x", &hooks).await;
    hook.take();
    let dry = format!("{MAPS}?dryRun=All");
    let map = r#"{"metadata":{"name":"c"}}"#;
    assert_eq!(ask(&server, "POST", &dry, map).await.0, 201);
    assert_eq!(hook.take()[0]["dryRun"], true);
    let hooks = [json!({"path": "deny-silently"})];
    hook.register(&server, "validating", "y", &hooks).await;
    let (code, refused) = create(&server, "d").await;
    assert_eq!(code, 400);
    assert_eq!(
        refused["message"],
        "admission webhook \"h0.y.example.com\" denied the request without explanation"
    );
}

#[tokio::test]
async fn nothing_is_dialled_beyond_loopback() {
    let server = on(Arc::new(trimtab_store::MemoryStore::new(
        trimtab_store::Retention::default(),
    )))
    .await;
    let configuration = json!({"metadata": {"name": "v"}, "webhooks": [{
        "name": "far.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {"url": "https://192.0.2.7:8443/x"},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["namespaces"],
            "operations": ["CREATE"]}]}]});
    let path = format!("{REGISTRATION}/validatingwebhookconfigurations");
    assert_eq!(
        ask(&server, "POST", &path, &configuration.to_string())
            .await
            .0,
        201
    );
    ask(&server, "GET", "/api/v1/namespaces", "").await;
    let namespace = r#"{"metadata":{"name":"n"}}"#;
    let (code, refused) = ask(&server, "POST", "/api/v1/namespaces", namespace).await;
    assert_eq!(code, 500);
    assert_eq!(
        refused["message"],
        "Internal error occurred: failed calling webhook \"far.example.com\": failed to call webhook: \
         Post \"https://192.0.2.7:8443/x?timeout=10s\": dial tcp 192.0.2.7:8443: not dialled, as \
         --egress=loopback does not permit this address"
    );
}

#[tokio::test]
async fn services_do_not_wait_for_each_others_webhooks() {
    let (server, hook) = (server().await, Hook::serve().await);
    // It answers when it has been asked about two.
    let rules = json!([{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["services"],
        "operations": ["CREATE"]}]);
    let hooks = [json!({"path": "together", "rules": rules, "timeoutSeconds": 20})];
    hook.register(&server, "validating", "v", &hooks).await;
    let create = async |name: &str| {
        let service = json!({"metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}});
        let path = "/api/v1/namespaces/ns/services";
        let (code, made) = ask(&server, "POST", path, &service.to_string()).await;
        assert_eq!(code, 201, "{made}");
        made["spec"]["clusterIP"].clone()
    };
    let (one, two) = tokio::join!(create("one"), create("two"));
    assert_ne!(one, two);
}

#[tokio::test]
async fn a_scale_is_told_as_what_it_is() {
    let (server, hook) = (server().await, Hook::serve().await);
    let rules = json!([{"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/scale"],
        "operations": ["*"]}]);
    let path = |path: &str| json!({"path": path, "rules": rules});
    hook.register(&server, "mutating", "m", &[path("replicas")])
        .await;
    hook.register(&server, "validating", "v", &[path("allow")])
        .await;
    let controllers = "/api/v1/namespaces/ns/replicationcontrollers";
    let pod = json!({"metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]}});
    let controller = json!({"metadata": {"name": "c"},
        "spec": {"replicas": 1, "selector": {"a": "b"}, "template": pod}});
    make(&server, controllers, &controller).await;
    assert!(hook.take().is_empty(), "the object itself is no scale");
    let scale = format!("{controllers}/c/scale");
    let (code, scaled) = ask(&server, "PATCH", &scale, r#"{"spec":{"replicas":3}}"#).await;
    assert_eq!((code, &scaled["spec"]["replicas"]), (200, &json!(5)));
    let asked = hook.take();
    assert_eq!(
        asked.len(),
        2,
        "the one that changes it, and the one that looks"
    );
    for (asked, replicas) in asked.iter().zip([3, 5]) {
        let kind = json!({"group": "autoscaling", "version": "v1", "kind": "Scale"});
        assert_eq!((&asked["kind"], &asked["requestKind"]), (&kind, &kind));
        assert_eq!(asked["resource"]["resource"], "replicationcontrollers");
        assert_eq!(asked["requestSubResource"], "scale");
        assert_eq!(asked["object"]["kind"], "Scale");
        assert_eq!(asked["object"]["spec"], json!({"replicas": replicas}));
        assert_eq!(asked["oldObject"]["kind"], "Scale");
        assert_eq!(asked["oldObject"]["spec"], json!({"replicas": 1}));
    }
    let owners = |at: usize| &asked[at]["object"]["metadata"]["managedFields"];
    assert!(owners(0).is_array() && owners(1).is_null());
}

#[tokio::test]
async fn a_webhook_has_no_more_time_than_the_request() {
    let (server, hook) = (server().await, Hook::serve().await);
    hook.register(&server, "validating", "v", &[json!({"path": "never"})])
        .await;
    let path = format!("{MAPS}?timeout=300ms");
    let map = json!({"metadata": {"name": "a"}}).to_string();
    let request = crate::support::request("POST", &path, "application/json", &map);
    let answer = server.handle(request).await;
    assert_eq!(answer.status(), 504);
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let status: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status["reason"], "Timeout");
    assert_eq!(hook.take(), [json!("timeout=1s")], "in whole seconds");
}
