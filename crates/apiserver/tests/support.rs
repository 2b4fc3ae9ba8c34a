//! A server in memory, and raw requests to it.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_apiserver::authentication::{Authentication, TokenFile};
use trimtab_apiserver::{
    AdmissionConfiguration, AdmissionPlugins, ApiServer, Audit, AuditOptions, Body, Config,
    Response, ServingOptions,
};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention, Store};

/// The token of an administrator.
const TOKEN: &str = "secret";

/// A server with a namespace `ns`.
pub(crate) async fn server() -> ApiServer {
    let server = on(Arc::new(MemoryStore::new(Retention::default()))).await;
    let namespace = r#"{"metadata":{"name":"ns"}}"#;
    let (code, body) = ask(&server, "POST", "/api/v1/namespaces", namespace).await;
    assert_eq!(code, 201, "{body}");
    server
}

/// What a namespaced object is stored as.
pub(crate) fn stored(kind: &str, name: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"{kind}","metadata":{{"name":"{name}","namespace":"ns"}}}}"#
    )
}

/// A server on a store.
pub(crate) async fn on(store: Arc<dyn Store>) -> ApiServer {
    with(store, None).await
}

/// A server in memory whose audit log is by this policy, and the log.
pub(crate) async fn audited(directory: &Path, policy: &str) -> (ApiServer, PathBuf) {
    let options = AuditOptions {
        path: directory.join("audit.log"),
        policy: Some(directory.join("policy.yaml")),
        ..AuditOptions::default()
    };
    std::fs::write(directory.join("policy.yaml"), policy).unwrap();
    let audit = Audit::open(&options).unwrap();
    let store = Arc::new(MemoryStore::new(Retention::default()));
    (with(store, Some(audit)).await, options.path)
}

async fn with(store: Arc<dyn Store>, audit: Option<Audit>) -> ApiServer {
    started(store, audit, AdmissionConfiguration::default()).await
}

/// A server in memory with a namespace `ns`, whose plugins, with these besides, have been told
/// `configuration`: the plugins of an `AdmissionConfiguration`.
pub(crate) async fn configured(configuration: &str) -> ApiServer {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("admission.yaml");
    let head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n";
    std::fs::write(&file, format!("{head}{configuration}")).unwrap();
    let store = Arc::new(MemoryStore::new(Retention::default()));
    let server = started(store, None, AdmissionConfiguration::open(&file).unwrap()).await;
    let namespace = r#"{"metadata":{"name":"ns"}}"#;
    let (code, body) = ask(&server, "POST", "/api/v1/namespaces", namespace).await;
    assert_eq!(code, 201, "{body}");
    server
}

async fn started(
    store: Arc<dyn Store>,
    audit: Option<Audit>,
    admission: AdmissionConfiguration,
) -> ApiServer {
    let mut tokens = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(
        &mut tokens,
        b"secret,admin,admin,system:masters\noperator-secret,operator,operator\n",
    )
    .unwrap();
    ApiServer::start(Config {
        store,
        schema: Schema::kubernetes(),
        clock: Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap()),
        chance: Chance::seeded(1),
        authentication: Authentication {
            tokens: Some(TokenFile::open(tokens.path()).unwrap()),
            ..Authentication::default()
        },
        authorization: trimtab_apiserver::Authorization::default(),
        audit,
        service_cluster_ip_range: "198.19.0.0/24".parse().unwrap(),
        serving: ServingOptions {
            admission,
            ..ServingOptions::default()
        },
        admission_plugins: AdmissionPlugins::new(["EventRateLimit"], []).unwrap(),
        egress: trimtab_apiserver::Egress::Loopback,
    })
    .await
    .unwrap()
}

/// A request of an administrator.
pub(crate) fn request(method: &str, path: &str, content_type: &str, body: &str) -> Request<Body> {
    let body = Full::new(Bytes::from(body.to_owned()));
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("user-agent", "test/1.0")
        .header("content-type", content_type)
        .body(body.map_err(|never| match never {}).boxed_unsync())
        .unwrap()
}

/// Asks, and reads the answer as JSON.
pub(crate) async fn send(server: &ApiServer, request: Request<Body>) -> (u16, serde_json::Value) {
    let response = server.handle(request).await;
    let code = response.status().as_u16();
    (code, read(response).await)
}

/// Reads an answer as JSON; null if it is none.
pub(crate) async fn read(response: Response) -> serde_json::Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap_or_default()
}

/// Asks with a JSON body.
pub(crate) async fn ask(
    server: &ApiServer,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, serde_json::Value) {
    let content_type = match method {
        "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    };
    send(server, request(method, path, content_type, body)).await
}

/// Asks as somebody else.
pub(crate) async fn as_user(
    server: &ApiServer,
    user: &str,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, serde_json::Value) {
    let mut request = request(method, path, "application/json", body);
    let user = user.parse().unwrap();
    request.headers_mut().insert("impersonate-user", user);
    send(server, request).await
}

/// Makes an object.
pub(crate) async fn make(server: &ApiServer, path: &str, object: &serde_json::Value) {
    let (code, answer) = ask(server, "POST", path, &object.to_string()).await;
    assert_eq!(code, 201, "{answer}");
}
