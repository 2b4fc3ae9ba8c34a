//! Quotas hold however many write at once, and count nothing that did not happen.

use crate::support::{ask, on, server};
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;
use trimtab_apiserver::ApiServer;
use trimtab_store::{MemoryStore, Retention};

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";
const QUOTA: &str = "/api/v1/namespaces/ns/resourcequotas/q";

/// A server whose namespace `ns` may have so many configuration maps.
async fn limited(most: usize) -> ApiServer {
    let server = server().await;
    limit(&server, most).await;
    server
}

/// Gives the namespace a quota.
async fn limit(server: &ApiServer, most: usize) {
    let hard = json!({"configmaps": most.to_string()});
    let quota = json!({"metadata": {"name": "q"}, "spec": {"hard": hard}});
    let path = "/api/v1/namespaces/ns/resourcequotas";
    let (code, body) = ask(server, "POST", path, &quota.to_string()).await;
    assert_eq!(code, 201, "{body}");
    let status = json!({"status": {"hard": hard, "used": {"configmaps": "0"}}});
    let path = format!("{QUOTA}/status");
    let (code, body) = ask(server, "PATCH", &path, &status.to_string()).await;
    assert_eq!(code, 200, "{body}");
}

async fn used(server: &ApiServer) -> String {
    let (_, quota) = ask(server, "GET", QUOTA, "").await;
    quota["status"]["used"]["configmaps"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_never_exceed_it() {
    let server = limited(40).await;
    let writers = (0..16).map(|writer| {
        let server = server.clone();
        tokio::spawn(async move {
            let mut made = 0;
            for at in 0..8 {
                let map = json!({"metadata": {"name": format!("m{writer}-{at}")}});
                let (code, body) = ask(&server, "POST", MAPS, &map.to_string()).await;
                match code {
                    201 => made += 1,
                    _ => assert!(
                        body["message"]
                            .as_str()
                            .unwrap()
                            .contains("exceeded quota: q"),
                        "{body}"
                    ),
                }
            }
            made
        })
    });
    let made: usize = join_all(writers)
        .await
        .into_iter()
        .map(|it| it.unwrap())
        .sum();
    assert_eq!(made, 40);
    assert_eq!(used(&server).await, "40");
    let (_, list) = ask(&server, "GET", MAPS, "").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn a_refusal_names_what_would_have_been_made() {
    let server = limited(0).await;
    let map = json!({"metadata": {"generateName": "settings-"}}).to_string();
    let (code, body) = ask(&server, "POST", MAPS, &map).await;
    assert_eq!(code, 403, "{body}");
    let name = body["details"]["name"].as_str().unwrap();
    assert_eq!(name.len(), "settings-".len() + 5, "{body}");
    let message = body["message"].as_str().unwrap();
    let begins = format!("configmaps \"{name}\" is forbidden: exceeded quota: q");
    assert!(message.starts_with(&begins), "{message}");
}

#[tokio::test]
async fn what_does_not_happen_is_not_counted() {
    let server = limited(5).await;
    let map = json!({"metadata": {"name": "a"}}).to_string();
    assert_eq!(ask(&server, "POST", MAPS, &map).await.0, 201);
    assert_eq!(used(&server).await, "1");
    // There is one of that name.
    assert_eq!(ask(&server, "POST", MAPS, &map).await.0, 409);
    assert_eq!(used(&server).await, "1");
    let other = json!({"metadata": {"name": "b"}}).to_string();
    let dry = format!("{MAPS}?dryRun=All");
    assert_eq!(ask(&server, "POST", &dry, &other).await.0, 201);
    assert_eq!(used(&server).await, "1");
    let (_, quota) = ask(&server, "GET", QUOTA, "").await;
    let managers = quota["metadata"]["managedFields"].as_array().unwrap();
    assert!(
        managers
            .iter()
            .any(|entry| entry["manager"] == "kube-apiserver" && entry["subresource"] == "status")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_on_one_store_share_it() {
    let store = Arc::new(MemoryStore::new(Retention::default()));
    let servers = [on(store.clone()).await, on(store).await];
    let namespace = r#"{"metadata":{"name":"ns"}}"#;
    ask(&servers[0], "POST", "/api/v1/namespaces", namespace).await;
    limit(&servers[0], 20).await;
    let writers = (0..8).map(|writer| {
        let server = servers[writer % 2].clone();
        tokio::spawn(async move {
            let mut made = 0;
            for at in 0..5 {
                let map = json!({"metadata": {"name": format!("m{writer}-{at}")}});
                made += usize::from(ask(&server, "POST", MAPS, &map.to_string()).await.0 == 201);
            }
            made
        })
    });
    let made: usize = join_all(writers)
        .await
        .into_iter()
        .map(|it| it.unwrap())
        .sum();
    assert_eq!(made, 20);
    assert_eq!(used(&servers[1]).await, "20");
}
