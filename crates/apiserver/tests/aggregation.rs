//! A server behind the API server: it is found through a Service, asked what it serves, and passed
//! requests on, upgrades included.

use crate::support::{ask, make, server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONNECTION, UPGRADE};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use trimtab_apiserver::{ApiServer, Pki};
use trimtab_clock::Clock;

const SERVICES: &str = "/apis/apiregistration.k8s.io/v1/apiservices";
const OWN: &str = "/apis/back.example.com/v1";

/// A server that serves `things` of `back.example.com/v1`, and says who asks.
async fn behind() -> (u16, Pki) {
    let names = ["back.ns.svc".to_owned()];
    let pki = Pki::ephemeral(&names, Clock::system()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tls = pki.server_config().unwrap();
    let forever = std::future::pending();
    tokio::spawn(trimtab_apiserver::server::serve(
        listener, tls, answer, forever,
    ));
    (port, pki)
}

async fn answer(mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    if request.headers().contains_key(UPGRADE) {
        let upgraded = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut stream = TokioIo::new(upgraded.await.unwrap());
            let mut bytes = [0; 4];
            stream.read_exact(&mut bytes).await.unwrap();
            bytes.reverse();
            stream.write_all(&bytes).await.unwrap();
        });
        let mut answer = Response::new(Full::default());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(CONNECTION, "Upgrade".parse().unwrap());
        headers.insert(UPGRADE, "websocket".parse().unwrap());
        return answer;
    }
    let user = request.headers().get("x-remote-user");
    let user = user.map_or("nobody", |user| user.to_str().unwrap());
    let document = match request.uri().path() {
        OWN => json!({"kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": "back.example.com/v1",
            "resources": [{"name": "things", "singularName": "thing", "namespaced": true,
                "kind": "Thing", "verbs": ["get", "list"]}]}),
        "/openapi/v3" => json!({"paths": {"apis/back.example.com/v1":
            {"serverRelativeURL": "/openapi/v3/apis/back.example.com/v1?hash=1"}}}),
        path if path.ends_with("/things") => json!({"kind": "ThingList", "for": user}),
        _ => {
            let mut answer = Response::new(Full::default());
            *answer.status_mut() = StatusCode::NOT_FOUND;
            return answer;
        }
    };
    Response::new(Full::new(document.to_string().into()))
}

fn service(port: u16, bundle: &str) -> Value {
    json!({"metadata": {"name": "v1.back.example.com"}, "spec": {
        "group": "back.example.com", "version": "v1",
        "groupPriorityMinimum": 1000, "versionPriority": 15,
        "caBundle": STANDARD.encode(bundle),
        "service": {"namespace": "ns", "name": "back", "port": port}}})
}

/// The condition `Available`, once its reason is this one.
async fn available(server: &ApiServer, reason: &str) -> Value {
    let mut last = Value::Null;
    for _ in 0..200 {
        let path = format!("{SERVICES}/v1.back.example.com");
        let (_, service) = ask(server, "GET", &path, "").await;
        last = service["status"]["conditions"][0].clone();
        if last["reason"] == reason {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never {reason}: {last}");
}

/// Makes the Service that leads to loopback by its name.
async fn lead(server: &ApiServer) {
    let back = json!({"metadata": {"name": "back"},
        "spec": {"type": "ExternalName", "externalName": "localhost"}});
    make(server, "/api/v1/namespaces/ns/services", &back).await;
}

#[tokio::test]
async fn a_server_behind_is_found_and_part_of_what_is_told() {
    let (server, (port, pki)) = (server().await, behind().await);
    make(&server, SERVICES, &service(port, pki.ca_pem())).await;
    let missing = available(&server, "ServiceNotFound").await;
    assert_eq!(missing["status"], "False");
    let (code, _) = ask(&server, "GET", &format!("{OWN}/namespaces/ns/things"), "").await;
    assert_eq!(code, 503, "nobody is there yet");
    lead(&server).await;
    assert_eq!(available(&server, "Passed").await["status"], "True");

    let path = format!("{OWN}/namespaces/ns/things");
    let (code, things) = ask(&server, "GET", &path, "").await;
    assert_eq!((code, &things["for"]), (200, &json!("admin")));
    let (_, groups) = ask(&server, "GET", "/apis", "").await;
    let groups = groups["groups"].as_array().unwrap();
    let own = groups.iter().find(|it| it["name"] == "back.example.com");
    assert_eq!(own.unwrap()["preferredVersion"]["version"], "v1");
    let (_, index) = ask(&server, "GET", "/openapi/v3", "").await;
    let place = &index["paths"]["apis/back.example.com/v1"]["serverRelativeURL"];
    assert!(place.as_str().unwrap().starts_with("/openapi/v3/apis/back"));
}

#[tokio::test]
async fn a_server_behind_that_is_another_is_not_believed() {
    let (server, (port, _)) = (server().await, behind().await);
    lead(&server).await;
    let other = Pki::ephemeral(&[], Clock::system()).unwrap();
    make(&server, SERVICES, &service(port, other.ca_pem())).await;
    let failed = available(&server, "FailedDiscoveryCheck").await;
    let told = failed["message"].as_str().unwrap();
    assert!(told.contains("x509"), "{told}");
}

#[tokio::test]
async fn an_upgrade_goes_through() {
    let (server, (port, pki)) = (server().await, behind().await);
    lead(&server).await;
    make(&server, SERVICES, &service(port, pki.ca_pem())).await;
    available(&server, "Passed").await;

    let own = Pki::ephemeral(&[], Clock::system()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tls = own.server_config().unwrap();
    let front = server.clone();
    tokio::spawn(async move { front.serve(listener, tls, std::future::pending()).await });

    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(own.ca_pem().as_bytes()).unwrap();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await.unwrap();
    let head = format!(
        "GET {OWN}/namespaces/ns/things/a/attach HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer secret\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(stream.read_u8().await.unwrap());
    }
    let seen = String::from_utf8(seen).unwrap().to_lowercase();
    assert!(seen.starts_with("http/1.1 101"), "{seen}");
    assert!(seen.contains("upgrade: websocket"), "{seen}");
    stream.write_all(b"abcd").await.unwrap();
    let mut told = [0; 4];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"dcba");
}
