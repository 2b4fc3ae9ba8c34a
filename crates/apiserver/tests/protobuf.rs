//! Objects, lists and watches in Protocol Buffers.

use crate::support::{ask, request, server};
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use trimtab_apiserver::{ApiServer, Body};
use trimtab_protobuf::{Encoder, decode};
use trimtab_schema::Schema;
use trimtab_tree::{Value, parse_json};

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const MAPS: &str = "/api/v1/namespaces/ns/configmaps";

fn message(json: &str) -> Vec<u8> {
    let value = parse_json(json, 0).unwrap();
    Encoder::new(&Schema::kubernetes()).value(&value).unwrap()
}

fn text(value: &Value, path: &[&str]) -> String {
    let text = value.get_path(path).and_then(Value::text);
    text.unwrap_or_default().to_owned()
}

fn asking(method: &str, path: &str, accept: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = request(method, path, PROTOBUF, "");
    request
        .headers_mut()
        .insert(ACCEPT, accept.parse().unwrap());
    let body = Full::new(bytes::Bytes::from(body));
    *request.body_mut() = body.map_err(|never| match never {}).boxed_unsync();
    request
}

async fn read(server: &ApiServer, request: Request<Body>) -> (u16, String, Value) {
    let response = server.handle(request).await;
    let code = response.status().as_u16();
    let content_type = response.headers()[CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (
        code,
        content_type,
        decode(&Schema::kubernetes(), &body).unwrap(),
    )
}

#[tokio::test]
async fn an_object_goes_in_and_comes_out() {
    let server = server().await;
    let map = message(
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","generateName":""},"data":{"k":"v"}}"#,
    );
    let (code, content_type, made) = read(&server, asking("POST", MAPS, PROTOBUF, map)).await;
    assert_eq!((code, &*content_type), (201, PROTOBUF));
    assert_eq!(text(&made, &["data", "k"]), "v");
    let (_, json) = ask(&server, "GET", &format!("{MAPS}/a"), "").await;
    assert_eq!(json["metadata"]["uid"], text(&made, &["metadata", "uid"]));
    assert!(json["metadata"].get("generateName").is_none());
    let (code, _, list) = read(&server, asking("GET", MAPS, PROTOBUF, Vec::new())).await;
    assert_eq!(
        (code, text(&list, &["kind"])),
        (200, "ConfigMapList".to_owned())
    );
    let items = list.get("items").unwrap().as_sequence().unwrap();
    assert_eq!(text(&items[0], &["metadata", "name"]), "a");
    let options =
        message(r#"{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"other"}}"#);
    let path = format!("{MAPS}/a");
    let (code, content_type, status) =
        read(&server, asking("DELETE", &path, PROTOBUF, options)).await;
    assert_eq!((code, &*content_type), (409, PROTOBUF));
    assert_eq!(text(&status, &["reason"]), "Conflict");
}

#[tokio::test]
async fn metadata_alone_have_messages_and_tables_have_none() {
    let server = server().await;
    ask(
        &server,
        "POST",
        MAPS,
        r#"{"metadata":{"name":"a"},"data":{"k":"v"}}"#,
    )
    .await;
    let accept = |kind: &str| format!("{PROTOBUF};as={kind};g=meta.k8s.io;v=v1");
    let list = accept("PartialObjectMetadataList");
    let (code, _, list) = read(&server, asking("GET", MAPS, &list, Vec::new())).await;
    assert_eq!(code, 200);
    assert_eq!(text(&list, &["apiVersion"]), "meta.k8s.io/v1");
    let items = list.get("items").unwrap().as_sequence().unwrap();
    assert!(items[0].get("data").is_none());
    let table = server.handle(asking("GET", MAPS, &accept("Table"), Vec::new()));
    assert_eq!(table.await.status(), 406);
}

#[tokio::test]
async fn a_watch_comes_in_frames() {
    let server = server().await;
    ask(
        &server,
        "POST",
        MAPS,
        r#"{"metadata":{"name":"a"},"data":{"k":"v"}}"#,
    )
    .await;
    let path = format!("{MAPS}?watch=1");
    let response = server
        .handle(asking("GET", &path, PROTOBUF, Vec::new()))
        .await;
    assert_eq!(
        response.headers()[CONTENT_TYPE],
        "application/vnd.kubernetes.protobuf;stream=watch"
    );
    let mut body = response.into_body();
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let length = u32::from_be_bytes(frame[..4].try_into().unwrap());
    assert_eq!(length as usize, frame.len() - 4);
    assert_eq!(&frame[4..11], b"\x0a\x05ADDED");
    let object = frame
        .windows(4)
        .position(|bytes| bytes == b"k8s\0")
        .unwrap();
    let object = decode(&Schema::kubernetes(), &frame[object..]).unwrap();
    assert_eq!(text(&object, &["metadata", "name"]), "a");
}
