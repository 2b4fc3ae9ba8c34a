//! An API server that requests are sent to.

use http_body_util::{BodyExt, Full};
use std::cell::OnceCell;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use trimtab_apiserver::authentication::{Authentication, TokenFile};
use trimtab_apiserver::{ApiServer, Cidr, Config};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention};

const TOKENS: &str = "token,admin,admin,system:masters\n";

thread_local! {
    static SERVER: OnceCell<(Runtime, ApiServer)> = const { OnceCell::new() };
}

/// One server for all inputs: what earlier ones left is part of the test.
fn start() -> (Runtime, ApiServer) {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let server = runtime.block_on(ApiServer::start(Config {
        store: Arc::new(MemoryStore::new(Retention::default())),
        schema: Schema::kubernetes(),
        clock: Clock::system(),
        chance: Chance::seeded(1),
        authentication: Authentication {
            tokens: Some(TokenFile::parse("tokens.csv", TOKENS).expect("a token file")),
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

/// What kube-apiserver answers with 500, too: an apply of fields that its kind does not have.
const UPSTREAM: &str = "failed to create typed patch object";

/// No request makes the API server panic or hang, or answer with a 500 that kube-apiserver would not.
///
/// The input is `METHOD PATH`, a line of content type, a line of accepted types, and the body.
pub fn request(text: &str) {
    let mut parts = text.splitn(4, '\n');
    let mut next = || parts.next().unwrap_or_default();
    let (line, content_type, accept, body) = (next(), next(), next(), next());
    let Some((method, path)) = line.split_once(' ') else {
        return;
    };
    let body = Full::from(body.to_owned()).map_err(|never| match never {});
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", "Bearer token")
        .header("Content-Type", content_type)
        .header("Accept", accept)
        .body(body.boxed_unsync());
    let Ok(request) = request else {
        return;
    };
    SERVER.with(|server| {
        let (runtime, server) = server.get_or_init(start);
        let answer = runtime.block_on(server.handle(request));
        if answer.status() == 500 {
            let body = runtime.block_on(answer.into_body().collect());
            let body = body.map(|body| body.to_bytes()).unwrap_or_default();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(UPSTREAM), "{line}: {body}");
        }
    });
}
