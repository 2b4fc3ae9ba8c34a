//! What the recorder sends, seen by an API server that says yes.

use super::writer::{BURST, REFILL};
use super::*;
use http_body_util::{BodyExt, Full};
use kube::client::Body;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Method, path and body of every request so far; and how the next patch is answered.
#[derive(Clone, Default)]
struct Server {
    requests: Arc<Mutex<Vec<(String, String, Value)>>>,
    refuses_next_patch: Arc<Mutex<bool>>,
}

impl Server {
    fn recorder(&self, clock: Clock) -> EventRecorder {
        let server = self.clone();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let server = server.clone();
            async move {
                let (parts, body) = request.into_parts();
                let bytes = body.collect().await.unwrap().to_bytes();
                let mut body: Value = serde_json::from_slice(&bytes).unwrap();
                let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
                assert_eq!(parts.uri.query(), Some("&fieldManager=program"));
                let is_patch = method == "PATCH";
                server
                    .requests
                    .lock()
                    .unwrap()
                    .push((method, path, body.clone()));
                let mut answer = http::Response::builder();
                if is_patch && std::mem::take(&mut *server.refuses_next_patch.lock().unwrap()) {
                    answer = answer.status(404);
                    body =
                        json!({"kind": "Status", "code": 404, "reason": "NotFound", "message": ""});
                } else if is_patch {
                    body = json!({"metadata": {}, "involvedObject": {}});
                }
                let bytes = serde_json::to_vec(&body).unwrap();
                Ok::<_, Infallible>(answer.body(Full::new(bytes.into())).unwrap())
            }
        });
        let client = Client::new(service, "default");
        let tester = Component {
            name: "tester",
            manager: "program",
        };
        EventRecorder::start(client, tester, clock, &Chance::seeded(1))
    }

    /// What was sent since the last call, once nothing more is.
    async fn sent(&self) -> Vec<(String, String, Value)> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

fn clock() -> Clock {
    Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap())
}

fn pod() -> ObjectReference {
    ObjectReference {
        kind: Some("Pod".into()),
        namespace: Some("shop".into()),
        name: Some("web".into()),
        ..ObjectReference::default()
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_words_are_counted_and_others_told() {
    let server = Server::default();
    let recorder = server.recorder(clock()).on_host("node-1");
    let tell = |message: &str| recorder.record(&pod(), EventType::Warning, "BackOff", message);
    tell("one");
    tell("one");
    tell("two");
    let sent = server.sent().await;
    let methods: Vec<_> = sent.iter().map(|(method, ..)| method.as_str()).collect();
    assert_eq!(methods, ["POST", "POST", "PATCH"]);
    let (_, path, event) = &sent[0];
    assert_eq!(path, "/api/v1/namespaces/shop/events");
    assert_eq!(event["type"], "Warning");
    assert_eq!(
        event["source"],
        json!({"component": "tester", "host": "node-1"})
    );
    let name = event["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("web."), "{name}");
    assert!(sent[2].1.ends_with(name));
    assert!(
        sent[1].2["metadata"]["name"].as_str() > Some(name),
        "names sort as they came"
    );
    assert_eq!(sent[2].2["count"], 2);

    tokio::time::sleep(Duration::from_secs(60)).await;
    tell("one");
    let sent = server.sent().await;
    assert_eq!(sent[0].2["count"], 3);
    assert_eq!(sent[0].2["lastTimestamp"], "2026-01-01T00:01:00Z");
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_gone_is_told_anew() {
    let server = Server::default();
    let recorder = server.recorder(clock());
    let tell = || recorder.record(&pod(), EventType::Normal, "Pulled", "x");
    tell();
    server.sent().await;
    *server.refuses_next_patch.lock().unwrap() = true;
    tell();
    let sent = server.sent().await;
    assert_eq!(sent[1].0, "POST");
    assert_eq!(sent[1].2["count"], 1);
}

#[tokio::test(start_paused = true)]
async fn what_differs_in_words_alone_is_combined_from_the_tenth_on() {
    let server = Server::default();
    let recorder = server.recorder(clock());
    let tell = |number: u32| {
        let message = format!("pod {number}");
        recorder.record(&pod(), EventType::Normal, "Created", message);
    };
    (1..=12).for_each(tell);
    let sent = server.sent().await;
    let told = |at: usize| sent[at].2["message"].as_str().unwrap();
    assert_eq!(sent.iter().filter(|it| it.0 == "POST").count(), 10);
    assert_eq!((told(0), told(8)), ("pod 1", "pod 9"));
    assert_eq!(told(9), "(combined from similar events): pod 10");
    let (method, _, last) = sent.last().unwrap();
    assert_eq!(method, "PATCH");
    assert_eq!(last["count"], 3);
    assert_eq!(last["message"], "(combined from similar events): pod 12");
    // Nine are remembered: only words that are news to them are combined; nor is another reason.
    tell(13);
    assert_eq!(server.sent().await[0].2["count"], 4);
    tell(13);
    assert_eq!(server.sent().await[0].2["message"], "pod 13");
    recorder.record(&pod(), EventType::Normal, "Other", "pod 1");
    assert_eq!(server.sent().await[0].2["message"], "pod 1");
    // After ten minutes of quiet it begins anew.
    tokio::time::sleep(Duration::from_secs(601)).await;
    tell(20);
    assert_eq!(server.sent().await[0].2["message"], "pod 20");
}

#[tokio::test(start_paused = true)]
async fn who_tells_too_much_about_one_object_is_slowed_down() {
    let server = Server::default();
    let recorder = server.recorder(clock());
    let tell = |from: u32, to: u32| {
        for number in from..to {
            let reason = format!("Noise{number}");
            recorder.record(&pod(), EventType::Normal, &reason, "x");
        }
    };
    tell(0, 40);
    assert_eq!(server.sent().await.len(), BURST as usize);
    tokio::time::sleep(REFILL * 2).await;
    tell(40, 50);
    assert_eq!(server.sent().await.len(), 2);
}
