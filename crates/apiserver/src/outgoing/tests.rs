use super::*;
use crate::Pki;
use crate::admission::testing::{Objects, parse};
use crate::server::serve;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use trimtab_clock::Clock;
use trimtab_tree::Value;

const LIMITS: Limits = Limits {
    time: Duration::from_secs(20),
    bytes: 100,
};

/// A server on loopback that answers with the path and query it is asked for; `/long` is a long
/// answer, `/never` none.
async fn served(tls: Arc<rustls::ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handler = |request: Request<Incoming>| async move {
        let told = match request.uri().path() {
            "/long" => "x".repeat(101),
            "/never" => std::future::pending().await,
            _ => request.uri().path_and_query().unwrap().to_string(),
        };
        Response::new(Full::new(Bytes::from(told)))
    };
    tokio::spawn(serve(listener, tls, handler, std::future::pending()));
    address
}

fn pki() -> Pki {
    Pki::ephemeral(&[], Clock::system()).unwrap()
}

fn config(url: &str, authority: &str) -> Value {
    let bundle = STANDARD.encode(authority);
    parse(&format!(r#"{{"url": "{url}", "caBundle": "{bundle}"}}"#))
}

async fn asked(dialer: &Dialer, target: &Target, path: &str) -> Result<String, String> {
    asked_of(dialer, target, path, &Objects::of(&[])).await
}

async fn asked_of(
    dialer: &Dialer,
    target: &Target,
    path: &str,
    objects: &Objects,
) -> Result<String, String> {
    let request = Request::get(target.url(path, "timeout=2s"));
    let request = request.body(Bytes::new()).unwrap();
    let answer = dialer.call(objects, target, request, LIMITS).await;
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(answer.into_body().to_vec()).unwrap())
}

#[tokio::test]
async fn a_url_is_called_as_given() {
    let pki = pki();
    let address = served(pki.server_config().unwrap()).await;
    let config = config(&format!("https://{address}/base?a=b"), pki.ca_pem());
    let target = Target::of_client_config(&config).unwrap();
    let dialer = Dialer::new(Egress::Loopback);
    for _ in 0..2 {
        let told = asked(&dialer, &target, "").await;
        assert_eq!(told.as_deref(), Ok("/base?a=b&timeout=2s"));
    }
    let stranger = Pki::ephemeral(&[], Clock::system()).unwrap();
    let config = self::config(&format!("https://{address}/"), stranger.ca_pem());
    let target = Target::of_client_config(&config).unwrap();
    let refused = asked(&dialer, &target, "").await.unwrap_err();
    assert_eq!(
        refused,
        "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    );
}

#[tokio::test]
async fn answers_are_bounded_in_length_and_time() {
    let pki = pki();
    let address = served(pki.server_config().unwrap()).await;
    let config = config(&format!("https://{address}/"), pki.ca_pem());
    let target = Target::of_client_config(&config).unwrap();
    let dialer = Dialer::new(Egress::All);
    let refused = asked(&dialer, &target, "/long").await.unwrap_err();
    assert_eq!(refused, "the answer is longer than 100 bytes");

    let request = Request::get(target.url("/never", ""));
    let request = request.body(Bytes::new()).unwrap();
    let limits = Limits {
        time: Duration::from_millis(300),
        ..LIMITS
    };
    let answer = dialer
        .call(&Objects::of(&[]), &target, request, limits)
        .await;
    let refused = answer.unwrap_err().to_string();
    assert_eq!(refused, "context deadline exceeded: no answer within 0.3s");
}

/// A certificate that is its own authority, as simple webhooks have.
fn self_signed(name: &str) -> (String, Arc<rustls::ServerConfig>) {
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap().pem();
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (certificate, Arc::new(config))
}

#[tokio::test]
async fn a_bundle_may_hold_the_servers_own_certificate() {
    let dialer = Dialer::new(Egress::Loopback);
    for (name, wanted) in [
        ("localhost", Ok("/x?timeout=2s".to_owned())),
        ("elsewhere", Err(())),
    ] {
        let (certificate, tls) = self_signed(name);
        let address = served(tls).await;
        let config = config(
            &format!("https://localhost:{}/x", address.port()),
            &certificate,
        );
        let target = Target::of_client_config(&config).unwrap();
        let told = asked(&dialer, &target, "").await;
        assert_eq!(told.map_err(|_| ()), wanted, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_permitted_is_not_dialled() {
    let pki = pki();
    let arrivals = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let counted = Arc::clone(&arrivals);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let near = config(&format!("https://{address}/"), pki.ca_pem());
    let near = Target::of_client_config(&near).unwrap();
    let told = asked(&Dialer::new(Egress::Nothing), &near, "").await;
    assert!(told.unwrap_err().contains("--egress=nothing"));
    assert_eq!(arrivals.load(Ordering::Relaxed), 0);

    let far = config("https://192.0.2.1:444/", pki.ca_pem());
    let far = Target::of_client_config(&far).unwrap();
    assert_eq!(
        asked(&Dialer::new(Egress::Loopback), &far, "")
            .await
            .unwrap_err(),
        "dial tcp 192.0.2.1:444: not dialled, as --egress=loopback does not permit this address"
    );
    assert!(Egress::Loopback.permits("::ffff:127.0.0.1".parse().unwrap()));
    assert!(!Egress::Loopback.permits("::ffff:10.0.0.1".parse().unwrap()));
}

#[tokio::test]
async fn nobody_there_is_told_as_such() {
    let config = parse(r#"{"url": "https://127.0.0.1:1/x"}"#);
    let target = Target::of_client_config(&config).unwrap();
    let told = asked(&Dialer::new(Egress::Loopback), &target, "").await;
    assert_eq!(
        told.unwrap_err(),
        "dial tcp 127.0.0.1:1: connect: connection refused"
    );
    for wrong in [r#"{"url": "http://127.0.0.1:1/x"}"#, r#"{"url": ""}"#, "{}"] {
        assert!(Target::of_client_config(&parse(wrong)).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_service_is_reached_at_its_ready_endpoints() {
    // A certificate for the name of the Service.
    let pki = Pki::ephemeral(&["hook.ns.svc".to_owned()], Clock::system()).unwrap();
    let address = served(pki.server_config().unwrap()).await;
    let service = r#"{"spec": {"type": "ClusterIP", "ports": [{"name": "https", "port": 443, "targetPort": 8443}]}}"#;
    let slice = |ready: bool, address: &str| {
        let port = address.rsplit(':').next().unwrap();
        format!(
            r#"{{"metadata": {{"labels": {{"kubernetes.io/service-name": "hook"}}}},
                "ports": [{{"name": "https", "port": {port}}}],
                "endpoints": [{{"addresses": ["127.0.0.1"], "conditions": {{"ready": {ready}}}}}]}}"#
        )
    };
    let bundle = STANDARD.encode(pki.ca_pem());
    let config = parse(&format!(
        r#"{{"service": {{"namespace": "ns", "name": "hook", "path": "p"}}, "caBundle": "{bundle}"}}"#
    ));
    let target = Target::of_client_config(&config).unwrap();
    let dialer = Dialer::new(Egress::Loopback);
    let ask = async |objects: &[([&'static str; 4], &str)]| {
        let request = Request::get(target.url("", "timeout=2s"));
        let request = request.body(Bytes::new()).unwrap();
        let objects = Objects::of(objects);
        let answer = dialer.call(&objects, &target, request, LIMITS).await;
        answer
            .map(Response::into_body)
            .map_err(|error| error.to_string())
    };
    let service = (["", "services", "ns", "hook"], service);
    let slices = ["discovery.k8s.io", "endpointslices", "ns", "hook-1"];
    let (ready, unready) = (
        slice(true, &address.to_string()),
        slice(false, &address.to_string()),
    );
    let answer = ask(&[service, (slices, &ready)]).await;
    assert_eq!(answer.as_deref(), Ok(&b"/p?timeout=2s"[..]));
    assert_eq!(
        ask(&[service, (slices, &unready)]).await.unwrap_err(),
        "no endpoints available for service \"hook\""
    );
    assert_eq!(ask(&[]).await.unwrap_err(), "service \"hook\" not found");
    let other = r#"{"spec": {"ports": [{"port": 80}]}}"#;
    assert_eq!(
        ask(&[(service.0, other)]).await.unwrap_err(),
        "no service port 443 found for service \"hook\""
    );
    // A name is dialled as such, at the very port.
    let external = r#"{"spec": {"type": "ExternalName", "externalName": "localhost"}}"#;
    let trust = Trust::in_bundle(pki.ca_pem().into());
    let target = Target::service("ns", "hook", address.port(), trust);
    let objects = Objects::of(&[(service.0, external)]);
    assert_eq!(
        asked_of(&dialer, &target, "/x", &objects).await.as_deref(),
        Ok("/x?timeout=2s")
    );
}
