//! Who am I, and what may I do?

use crate::support::{ask, server};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn one_is_told_who_one_is_and_what_one_may_do() {
    let server = server().await;
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let (code, review) = ask(&server, "POST", path, "{}").await;
    assert_eq!(code, 201, "{review}");
    let user = &review["status"]["userInfo"];
    assert_eq!(user["username"], "admin");
    assert_eq!(
        user["groups"],
        json!(["system:masters", "system:authenticated"])
    );
    let attributes = json!({"verb": "delete", "resource": "nodes"});
    for (path, spec, allowed) in [
        (
            "selfsubjectaccessreviews",
            json!({"resourceAttributes": attributes}),
            true,
        ),
        (
            "subjectaccessreviews",
            json!({"user": "jane", "resourceAttributes": attributes}),
            false,
        ),
        (
            "subjectaccessreviews",
            json!({"user": "root", "groups": ["system:masters"], "resourceAttributes": attributes}),
            true,
        ),
    ] {
        let path = format!("/apis/authorization.k8s.io/v1/{path}");
        let (code, review) = ask(&server, "POST", &path, &json!({"spec": spec}).to_string()).await;
        assert_eq!(
            (code, &review["status"]["allowed"]),
            (201, &json!(allowed)),
            "{review}"
        );
    }
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    assert_eq!(ask(&server, "POST", path, r#"{"spec":{}}"#).await.0, 422);
}
