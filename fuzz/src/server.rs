//! An API server that requests are sent to.

use http::request::Builder;
use http_body_util::{BodyExt, Full};
use std::cell::OnceCell;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::runtime::{self, Runtime};
use trimtab_apiserver::authentication::{
    Authentication, ServiceAccountOptions, ServiceAccounts, SigningKey, TokenFile,
};
use trimtab_apiserver::{ApiServer, Body, Cidr, Config};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention};

const TOKENS: &str = "token,admin,admin,system:masters\n";

/// The key in PEM that the server signs tokens with.
pub(crate) static KEY: LazyLock<String> = LazyLock::new(SigningKey::generate_pem);

thread_local! {
    static SERVER: OnceCell<(Runtime, ApiServer)> = const { OnceCell::new() };
}

/// One server for all inputs: what earlier ones left is part of the test.
fn start() -> (Runtime, ApiServer) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let key = SigningKey::parse(Path::new("key.pem"), KEY.as_bytes()).expect("a key");
    let server = runtime.block_on(ApiServer::start(Config {
        store: Arc::new(MemoryStore::new(Retention::default())),
        schema: Schema::kubernetes(),
        clock: Clock::system(),
        chance: Chance::seeded(1),
        authentication: Authentication {
            tokens: Some(TokenFile::parse("tokens.csv", TOKENS).expect("a token file")),
            service_accounts: ServiceAccounts::new(ServiceAccountOptions::new(key)),
            bootstrap_tokens: true,
            ..Authentication::default()
        },
        authorization: trimtab_apiserver::Authorization::default(),
        audit: None,
        service_cluster_ip_range: Cidr::default(),
        serving: trimtab_apiserver::ServingOptions::default(),
        admission_plugins: trimtab_apiserver::AdmissionPlugins::default(),
        egress: trimtab_apiserver::Egress::Nothing,
    }));
    (runtime, server.expect("an empty store can be started on"))
}

/// What kube-apiserver answers with 500, too: an apply of fields that its kind does not have, and a single
/// object at a version that is no number.
const UPSTREAM: [&str; 2] = [
    "failed to create typed patch object",
    "resourceVersion: Invalid value: ",
];

/// Of a body that goes on, so many frames are read.
const FRAMES: usize = 100;

async fn beginning(mut body: Body) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..FRAMES {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    bytes
}

/// Sends a request, and gives the code of the answer and the beginning of its body; `None` if it is no
/// request of HTTP.
///
/// # Panics
/// When the server answers with a 500 that kube-apiserver would not.
pub(crate) fn answer(request: Builder, body: &str) -> Option<(u16, String)> {
    let body = Full::from(body.to_owned()).map_err(|never| match never {});
    let request = request.body(body.boxed_unsync()).ok()?;
    let line = format!("{} {}", request.method(), request.uri());
    SERVER.with(|server| {
        let (runtime, server) = server.get_or_init(start);
        let answer = runtime.block_on(server.handle(request));
        let code = answer.status().as_u16();
        let body = runtime.block_on(beginning(answer.into_body()));
        let text = String::from_utf8_lossy(&body).into_owned();
        let is_upstream = UPSTREAM.iter().any(|known| text.contains(known));
        assert!(code != 500 || is_upstream, "{line}: {text}");
        Some((code, text))
    })
}

/// Sends a request of an administrator.
pub(crate) fn ask(method: &str, path: &str, body: &str) -> (u16, String) {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", "Bearer token")
        .header("Content-Type", "application/json");
    answer(request, body).expect("it is a request")
}

fn is_success(answer: Option<(u16, String)>) -> bool {
    answer.is_some_and(|(code, _)| code < 300)
}

/// No request makes the API server panic or hang, or answer with a 500 that kube-apiserver would not.
///
/// The input is `METHOD PATH`, a line of content type, a line of accepted types, and the body.
pub fn request(text: &str) -> bool {
    let mut parts = text.splitn(4, '\n');
    let mut next = || parts.next().unwrap_or_default();
    let (line, content_type, accept, body) = (next(), next(), next(), next());
    let Some((method, path)) = line.split_once(' ') else {
        return false;
    };
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", "Bearer token")
        .header("Content-Type", content_type)
        .header("Accept", accept);
    is_success(answer(request, body))
}

/// No parameter of a query makes the API server panic: selectors, limits, versions and the like. The
/// input is a path, and a line `NAME=VALUE` for each parameter, escaped here.
pub fn query(text: &str) -> bool {
    let (path, parameters) = text.split_once('\n').unwrap_or((text, ""));
    let escaped = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect()
    };
    let parameters = parameters.lines().map(|line| {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        format!("{}={}", escaped(name), escaped(value))
    });
    let parameters: Vec<String> = parameters.collect();
    let request = http::Request::builder()
        .uri(format!("{path}?{}", parameters.join("&")))
        .header("Authorization", "Bearer token");
    is_success(answer(request, ""))
}

/// What [`headers`] sends where it sends something.
const BODY: &str = r#"{"metadata":{"generateName":"a-"},"data":{"a":"b"}}"#;

/// No headers make the API server panic: accepted types and their qualities, encodings, who is acted for.
/// The input is `METHOD PATH`, and a line `NAME: VALUE` for each header.
pub fn headers(text: &str) -> bool {
    let mut lines = text.lines();
    let Some((method, path)) = lines.next().and_then(|line| line.split_once(' ')) else {
        return false;
    };
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", "Bearer token");
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        request = request.header(name, value);
    }
    let body = if method == "GET" { "" } else { BODY };
    is_success(answer(request, body))
}

/// A token of a list that goes on.
pub(crate) fn continuation() -> String {
    let path = "/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=1";
    let (_, list) = ask("GET", path, "");
    let list = trimtab_tree::parse_json(&list, 0).expect("the answer is JSON");
    let token = list.get_path(&["metadata", "continue"]);
    let token = token.and_then(trimtab_tree::Value::as_str);
    token.expect("there are several roles").to_owned()
}
