//! Tokens of service accounts: made, shown, reviewed, and not good any more.

use crate::support::{ask, make, request, send, server};
use serde_json::{Value, json};
use trimtab_apiserver::ApiServer;

const TOKEN: &str = "/api/v1/namespaces/ns/serviceaccounts/default/token";
const REVIEWS: &str = "/apis/authentication.k8s.io/v1/tokenreviews";
const WHO: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

async fn with_account() -> ApiServer {
    let server = server().await;
    let account = json!({"metadata": {"name": "default"}});
    make(&server, "/api/v1/namespaces/ns/serviceaccounts", &account).await;
    server
}

async fn token(server: &ApiServer, spec: Value) -> String {
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec});
    let (code, answer) = ask(server, "POST", TOKEN, &request.to_string()).await;
    assert_eq!(code, 201, "{answer}");
    answer["status"]["token"].as_str().unwrap().to_owned()
}

/// Deletes an object; the cache, from which tokens are checked, knows it by the read that follows.
async fn delete(server: &ApiServer, path: &str) {
    assert_eq!(ask(server, "DELETE", path, "").await.0, 200);
    assert_eq!(ask(server, "GET", path, "").await.0, 404);
}

async fn show(server: &ApiServer, token: &str, method: &str, path: &str) -> (u16, Value) {
    let mut request = request(method, path, "application/json", "{}");
    let header = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", header);
    send(server, request).await
}

#[tokio::test(start_paused = true)]
async fn a_token_names_its_account_and_what_it_is_bound_to() {
    let server = with_account().await;
    let pod =
        json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}});
    make(&server, "/api/v1/namespaces/ns/pods", &pod).await;
    let reference = json!({"kind": "Pod", "apiVersion": "v1", "name": "p"});
    let token = token(&server, json!({"boundObjectRef": reference})).await;
    let (code, review) = show(&server, &token, "POST", WHO).await;
    assert_eq!(code, 201, "{review}");
    let user = &review["status"]["userInfo"];
    assert_eq!(user["username"], "system:serviceaccount:ns:default");
    assert_eq!(
        user["groups"],
        json!([
            "system:serviceaccounts",
            "system:serviceaccounts:ns",
            "system:authenticated"
        ])
    );
    assert_eq!(
        user["extra"]["authentication.kubernetes.io/pod-name"],
        json!(["p"])
    );

    let path = "/api/v1/namespaces/ns/pods/p?gracePeriodSeconds=0";
    delete(&server, path).await;
    assert_eq!(show(&server, &token, "POST", WHO).await.0, 401);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_good_for_its_time_and_a_minute() {
    let server = with_account().await;
    let token = token(&server, json!({"expirationSeconds": 600})).await;
    tokio::time::advance(std::time::Duration::from_secs(650)).await;
    assert_eq!(show(&server, &token, "POST", WHO).await.0, 201);
    tokio::time::advance(std::time::Duration::from_secs(20)).await;
    assert_eq!(show(&server, &token, "POST", WHO).await.0, 401);
    let body = json!({"spec": {"token": token}}).to_string();
    let (_, review) = ask(&server, "POST", REVIEWS, &body).await;
    assert_eq!(
        review["status"],
        json!({"user": {}, "error": "[invalid bearer token, service account token has expired]"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_for_others_is_not_for_this_server() {
    let server = with_account().await;
    let token = token(&server, json!({"audiences": ["vault"]})).await;
    assert_eq!(show(&server, &token, "GET", "/api").await.0, 401);
    let body = json!({"spec": {"token": token, "audiences": ["vault", "other"]}}).to_string();
    let (code, review) = ask(&server, "POST", REVIEWS, &body).await;
    assert_eq!(code, 201);
    assert_eq!(review["status"]["authenticated"], true, "{review}");
    assert_eq!(review["status"]["audiences"], json!(["vault"]));
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_with_its_account() {
    let server = with_account().await;
    let token = token(&server, json!({})).await;
    assert_eq!(show(&server, &token, "GET", "/apis/apps/v1").await.0, 200);
    delete(&server, "/api/v1/namespaces/ns/serviceaccounts/default").await;
    assert_eq!(show(&server, &token, "GET", "/apis/apps/v1").await.0, 401);
    // Another one of the same name is another one.
    let account = json!({"metadata": {"name": "default"}});
    make(&server, "/api/v1/namespaces/ns/serviceaccounts", &account).await;
    assert_eq!(show(&server, &token, "GET", "/apis/apps/v1").await.0, 401);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_is_refused() {
    let server = with_account().await;
    let bound = |kind: &str, name: &str, uid: &str| json!({"boundObjectRef": {"kind": kind, "apiVersion": "v1", "name": name, "uid": uid}});
    let secret = json!({"metadata": {"name": "s"}});
    make(&server, "/api/v1/namespaces/ns/secrets", &secret).await;
    for (spec, expected) in [
        (json!({"expirationSeconds": 599}), 422),
        (json!({"expirationSeconds": 1_u64 << 33}), 422),
        (bound("Pod", "nope", ""), 404),
        (bound("ConfigMap", "s", ""), 400),
        (bound("Secret", "s", "another"), 409),
        (bound("Secret", "s", ""), 201),
    ] {
        let body = json!({"spec": spec}).to_string();
        let (code, answer) = ask(&server, "POST", TOKEN, &body).await;
        assert_eq!(code, expected, "{spec}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_issuer_tells_its_keys() {
    let server = server().await;
    let (code, configuration) = ask(&server, "GET", "/.well-known/openid-configuration", "").await;
    assert_eq!(code, 200);
    assert_eq!(configuration["issuer"], "https://kubernetes.default.svc");
    assert_eq!(
        configuration["id_token_signing_alg_values_supported"],
        json!(["ES256"])
    );
    let (_, keys) = ask(&server, "GET", "/openid/v1/jwks", "").await;
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"]), (&json!("EC"), &json!("P-256")));
    assert_eq!(key["x"].as_str().unwrap().len(), 43);
    assert!(key.get("d").is_none());
}
