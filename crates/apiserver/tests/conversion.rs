//! Versions that a webhook converts: a server on loopback, reached through the server's own dialer.

use crate::custom::{THINGS, define, definition, thing, version};
use crate::support::{ask, request, send, server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use trimtab_apiserver::{ApiServer, Pki};
use trimtab_clock::Clock;

const V2: &str = "/apis/example.com/v2/namespaces/ns/things";

/// A webhook that converts between a version with `spec.size` and one with `spec.length`, and what it
/// does wrong.
struct Converter {
    url: String,
    authority: String,
    asked: Arc<Mutex<Vec<Value>>>,
    fault: Arc<Mutex<&'static str>>,
}

impl Converter {
    async fn serve() -> Self {
        let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let converter = Self {
            url: format!("https://127.0.0.1:{port}/convert"),
            authority: STANDARD.encode(pki.ca_pem()),
            asked: Arc::default(),
            fault: Arc::default(),
        };
        let (asked, fault) = (Arc::clone(&converter.asked), Arc::clone(&converter.fault));
        let handler = move |request: Request<Incoming>| {
            let (asked, fault) = (Arc::clone(&asked), Arc::clone(&fault));
            async move {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let review: Value = serde_json::from_slice(&body).unwrap();
                let fault = *fault.lock().unwrap();
                if fault == "hangs" {
                    // The time that it may take has passed.
                    tokio::time::pause();
                    tokio::time::advance(std::time::Duration::from_secs(31)).await;
                    std::future::pending::<()>().await;
                }
                let answer = answer(&review, fault);
                asked.lock().unwrap().push(review);
                let mut response = Response::new(Full::new(Bytes::from(answer.to_string())));
                if fault == "500" {
                    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                }
                response
            }
        };
        let tls = pki.server_config().unwrap();
        let forever = std::future::pending();
        tokio::spawn(trimtab_apiserver::server::serve(
            listener, tls, handler, forever,
        ));
        converter
    }

    /// A server with the kind.
    async fn with_server(&self) -> ApiServer {
        let server = server().await;
        let spec =
            |field: &str| json!({"type": "object", "properties": {field: {"type": "integer"}}});
        let versions = vec![version("v1", spec("size")), version("v2", spec("length"))];
        let mut kind = definition(versions);
        kind["spec"]["conversion"] = json!({"strategy": "Webhook", "webhook": {
            "conversionReviewVersions": ["v1"],
            "clientConfig": {"url": self.url, "caBundle": self.authority}}});
        define(&server, &kind).await;
        server
    }

    fn does(&self, fault: &'static str) {
        *self.fault.lock().unwrap() = fault;
    }
}

fn answer(review: &Value, fault: &str) -> Value {
    let request = &review["request"];
    let wanted = request["desiredAPIVersion"].as_str().unwrap();
    let convert = |object: &Value| {
        let mut object = object.clone();
        let (from, to) = match wanted {
            "example.com/v2" => ("size", "length"),
            _ => ("length", "size"),
        };
        let number = object["spec"][from].take();
        object["spec"] = json!({to: number});
        object["apiVersion"] = json!(wanted);
        object["metadata"]["labels"] = json!({"converted": to});
        match fault {
            "renames" => object["metadata"]["name"] = json!("other"),
            "wrong version" => object["apiVersion"] = json!("example.com/v9"),
            "finalizes" => object["metadata"]["finalizers"] = json!(["example.com/x"]),
            _ => {}
        }
        object
    };
    let mut objects: Vec<Value> = request["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(convert)
        .collect();
    let mut uid = request["uid"].clone();
    let mut result = json!({"status": "Success"});
    match fault {
        "another uid" => uid = json!("another"),
        "refuses" => result = json!({"status": "Failed", "message": "no such size"}),
        "forgets" => objects.clear(),
        _ => {}
    }
    json!({"apiVersion": review["apiVersion"], "kind": "ConversionReview",
        "response": {"uid": uid, "result": result, "convertedObjects": objects}})
}

#[tokio::test]
async fn a_webhook_converts_what_is_read_and_what_is_written() {
    let converter = Converter::serve().await;
    let server = converter.with_server().await;
    let (code, made) = ask(
        &server,
        "POST",
        V2,
        &thing("v2", "t", &json!({"length": 3})).to_string(),
    )
    .await;
    assert_eq!(code, 201, "{made}");
    assert_eq!(made["spec"], json!({"length": 3}));
    let (_, stored) = ask(&server, "GET", &format!("{THINGS}/t"), "").await;
    assert_eq!(stored["spec"], json!({"size": 3}));
    assert_eq!(stored["metadata"]["uid"], made["metadata"]["uid"]);
    let path = format!("{V2}/t");
    let (code, patched) = ask(&server, "PATCH", &path, r#"{"spec":{"length":4}}"#).await;
    assert_eq!(code, 200, "{patched}");
    assert_eq!(patched["spec"], json!({"length": 4}));
    let (_, list) = ask(&server, "GET", V2, "").await;
    assert_eq!(list["items"][0]["spec"], json!({"length": 4}));
    assert_eq!(list["items"][0]["apiVersion"], "example.com/v2");
    let (_, list) = ask(&server, "GET", THINGS, "").await;
    assert_eq!(list["items"][0]["spec"], json!({"size": 4}));
    let asked = converter.asked.lock().unwrap();
    assert_eq!(asked[0]["kind"], "ConversionReview");
    assert_eq!(asked[0]["apiVersion"], "apiextensions.k8s.io/v1");
}

#[tokio::test]
async fn what_a_webhook_does_wrong_is_told() {
    let converter = Converter::serve().await;
    let server = converter.with_server().await;
    let made = thing("v1", "t", &json!({"size": 3})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &made).await.0, 201);
    let path = format!("{V2}/t");
    for (fault, told) in [
        ("another uid", "another"),
        ("refuses", "no such size"),
        ("forgets", "1"),
        ("renames", "metadata.name"),
        ("wrong version", "example.com/v9"),
        ("500", "500"),
    ] {
        converter.does(fault);
        let (code, refused) = ask(&server, "GET", &path, "").await;
        assert_eq!(code, 500, "{fault}: {refused}");
        let message = refused["message"].as_str().unwrap();
        let start = "conversion webhook for example.com/v2, Kind=Thing failed: ";
        assert!(message.starts_with(start), "{fault}: {message}");
        assert!(message.contains(told), "{fault}: {message}");
    }
    // Of metadata only labels and annotations are the webhook's.
    converter.does("finalizes");
    let (code, shown) = ask(&server, "GET", &path, "").await;
    assert_eq!(code, 200, "{shown}");
    assert_eq!(shown["metadata"]["labels"], json!({"converted": "length"}));
    assert_eq!(shown["metadata"]["finalizers"], Value::Null);
    // Who needs no conversion is not bothered.
    converter.does("refuses");
    assert_eq!(ask(&server, "GET", &format!("{THINGS}/t"), "").await.0, 200);
}

#[tokio::test]
async fn a_webhook_that_cannot_be_reached_or_takes_too_long_is_told() {
    let converter = Converter::serve().await;
    let server = converter.with_server().await;
    let made = thing("v1", "t", &json!({"size": 3})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &made).await.0, 201);
    converter.does("hangs");
    let (code, refused) = ask(&server, "GET", &format!("{V2}/t"), "").await;
    tokio::time::resume();
    assert_eq!(code, 500, "{refused}");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("Post \"{}", converter.url)),
        "{message}"
    );

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let nobody = Converter {
        url: format!("https://127.0.0.1:{port}/convert"),
        authority: converter.authority.clone(),
        asked: Arc::default(),
        fault: Arc::default(),
    };
    let server = nobody.with_server().await;
    assert_eq!(ask(&server, "POST", THINGS, &made).await.0, 201);
    let (code, refused) = ask(&server, "GET", &format!("{V2}/t"), "").await;
    assert_eq!(code, 500, "{refused}");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains(&port.to_string())
    );
}

/// Who applied a field in one version owns the field that it becomes in another.
#[tokio::test]
async fn what_is_owned_is_owned_in_every_version() {
    let converter = Converter::serve().await;
    let server = converter.with_server().await;
    let apply = async |version: &str, manager: &str, spec: Value| {
        let at = if version == "v1" { THINGS } else { V2 };
        let path = format!("{at}/t?fieldManager={manager}");
        let applied = thing(version, "t", &spec).to_string();
        let request = request("PATCH", &path, "application/apply-patch+yaml", &applied);
        send(&server, request).await
    };
    let (code, made) = apply("v1", "a", json!({"size": 3})).await;
    assert_eq!(code, 201, "{made}");
    // The same value is shared, another one is a conflict.
    let (code, refused) = apply("v2", "b", json!({"length": 4})).await;
    assert_eq!(code, 409, "{refused}");
    let cause = &refused["details"]["causes"][0];
    // In the version of who owns it, as upstream.
    assert_eq!(cause["field"], ".spec.size", "{refused}");
    assert!(cause["message"].as_str().unwrap().contains("\"a\""));
    let (code, shared) = apply("v2", "b", json!({"length": 3})).await;
    assert_eq!(code, 200, "{shared}");
    let managers = |object: &Value| -> Vec<(String, String, Value)> {
        let entries = object["metadata"]["managedFields"].as_array().unwrap();
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let mut managers: Vec<_> = entries
            .iter()
            .map(|entry| {
                let spec = entry["fieldsV1"]["f:spec"].clone();
                (text(entry, "manager"), text(entry, "apiVersion"), spec)
            })
            .collect();
        managers.sort_by(|a, b| a.0.cmp(&b.0));
        managers
    };
    let entry = |manager: &str, version: &str, field: &str| {
        let version = format!("example.com/{version}");
        (manager.to_owned(), version, json!({field: {}}))
    };
    assert_eq!(
        managers(&shared),
        [entry("a", "v1", "f:size"), entry("b", "v2", "f:length")]
    );
}
