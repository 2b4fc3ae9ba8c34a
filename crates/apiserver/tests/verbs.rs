//! Create, read, change, delete.

use crate::support::{ask, make, request, send, server};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;
use trimtab_apiserver::Identity;

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";

#[tokio::test(start_paused = true)]
async fn a_typed_client_does_everything() {
    let server = server().await;
    let client = server.client(Identity::user("system:test", &[]));
    let maps: Api<ConfigMap> = Api::namespaced(client, "ns");
    let mut map = ConfigMap::default();
    map.metadata.name = Some("a".to_owned());
    map.data = Some([("k".to_owned(), "v".to_owned())].into());
    let made = maps.create(&PostParams::default(), &map).await.unwrap();
    assert!(made.metadata.uid.is_some());
    let patch = json!({"data": {"k": "w"}});
    let patched = maps
        .patch("a", &PatchParams::default(), &Patch::Merge(&patch))
        .await
        .unwrap();
    assert_ne!(
        patched.metadata.resource_version,
        made.metadata.resource_version
    );
    let read = maps.get("a").await.unwrap();
    assert_eq!(read, patched);
    assert_eq!(read.data.unwrap()["k"], "w");
    let managers = read.metadata.managed_fields.unwrap();
    assert_eq!(managers[0].manager.as_deref(), Some("test"));
    assert_eq!(
        maps.list(&ListParams::default()).await.unwrap().items.len(),
        1
    );
    let deleted = maps.delete("a", &DeleteParams::default()).await.unwrap();
    assert!(deleted.is_right());
    assert!(maps.get_opt("a").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_changes_nothing_keeps_the_version() {
    let server = server().await;
    let body = r#"{"metadata":{"name":"a"},"data":{"k":"v"}}"#;
    let (code, made) = ask(&server, "POST", MAPS, body).await;
    assert_eq!(code, 201, "{made}");
    let path = format!("{MAPS}/a");
    let (_, put) = ask(&server, "PUT", &path, body).await;
    assert_eq!(put, made);
    let (_, patched) = ask(&server, "PATCH", &path, r#"{"data":{"k":"v"}}"#).await;
    assert_eq!(patched, made);
}

#[tokio::test(start_paused = true)]
async fn an_outdated_update_is_refused() {
    let server = server().await;
    let (_, made) = ask(&server, "POST", MAPS, r#"{"metadata":{"name":"a"}}"#).await;
    let path = format!("{MAPS}/a");
    ask(&server, "PATCH", &path, r#"{"data":{"k":"v"}}"#).await;
    let (code, refused) = ask(&server, "PUT", &path, &made.to_string()).await;
    assert_eq!((code, &refused["reason"]), (409, &json!("Conflict")));
}

#[tokio::test(start_paused = true)]
async fn finalizers_keep_what_is_deleted() {
    let server = server().await;
    let body = r#"{"metadata":{"name":"a","finalizers":["x.y/z"]}}"#;
    ask(&server, "POST", MAPS, body).await;
    let path = format!("{MAPS}/a");
    // A dry run answers as the deletion would, and leaves the object as it is.
    let (code, dry) = ask(&server, "DELETE", &format!("{path}?dryRun=All"), "").await;
    assert_eq!((code, &dry["kind"]), (200, &json!("ConfigMap")));
    let (_, live) = ask(&server, "GET", &path, "").await;
    assert_eq!(live["metadata"]["deletionTimestamp"], json!(null));
    let (code, kept) = ask(&server, "DELETE", &path, "").await;
    assert_eq!(code, 200);
    assert_eq!(
        kept["metadata"]["deletionTimestamp"],
        "2026-01-01T00:00:00Z"
    );
    let (code, _) = ask(
        &server,
        "PATCH",
        &path,
        r#"{"metadata":{"finalizers":null}}"#,
    )
    .await;
    assert_eq!(code, 200);
    assert_eq!(ask(&server, "GET", &path, "").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_list_is_continued_in_the_state_it_began_with() {
    let server = server().await;
    for name in ["a", "b", "c", "d"] {
        ask(
            &server,
            "POST",
            MAPS,
            &json!({"metadata": {"name": name}}).to_string(),
        )
        .await;
    }
    let (_, first) = ask(&server, "GET", &format!("{MAPS}?limit=2"), "").await;
    assert_eq!(first["metadata"]["remainingItemCount"], 2);
    ask(&server, "DELETE", &format!("{MAPS}/c"), "").await;
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (_, rest) = ask(
        &server,
        "GET",
        &format!("{MAPS}?limit=5&continue={token}"),
        "",
    )
    .await;
    let names: Vec<_> = rest["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["metadata"]["name"])
        .collect();
    assert_eq!(names, ["c", "d"]);
    assert_eq!(
        rest["metadata"]["resourceVersion"],
        first["metadata"]["resourceVersion"]
    );
}

/// A store that was put back to an older state gave out tokens of newer ones.
#[tokio::test(start_paused = true)]
async fn a_list_of_a_state_that_never_was_is_begun_again() {
    let server = server().await;
    for name in ["a", "b"] {
        let body = json!({"metadata": {"name": name}}).to_string();
        assert_eq!(ask(&server, "POST", MAPS, &body).await.0, 201);
    }
    let (_, first) = ask(&server, "GET", &format!("{MAPS}?limit=1"), "").await;
    let revision = first["metadata"]["resourceVersion"].as_str().unwrap();
    let token = first["metadata"]["continue"].as_str().unwrap();
    let token = String::from_utf8(URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap();
    let later = URL_SAFE_NO_PAD.encode(token.replacen(revision, "1000000", 1));
    let path = format!("{MAPS}?limit=1&continue={later}");
    let (code, answer) = ask(&server, "GET", &path, "").await;
    assert_eq!(
        (code, &answer["reason"]),
        (410, &json!("Expired")),
        "{answer}"
    );
}

#[tokio::test(start_paused = true)]
async fn services_get_addresses_of_their_own() {
    let server = server().await;
    let services = "/api/v1/namespaces/ns/services";
    let mut seen = std::collections::BTreeSet::new();
    for name in ["a", "b", "c"] {
        let body = json!({"metadata": {"name": name}, "spec": {"type": "NodePort", "ports": [{"port": 1}]}});
        let (code, made) = ask(&server, "POST", services, &body.to_string()).await;
        assert_eq!(code, 201, "{made}");
        assert!(seen.insert(made["spec"]["clusterIP"].to_string()));
        assert!(seen.insert(made["spec"]["ports"][0]["nodePort"].to_string()));
    }
    let (_, own) = ask(
        &server,
        "GET",
        "/api/v1/namespaces/default/services/kubernetes",
        "",
    )
    .await;
    assert_eq!(own["spec"]["clusterIP"], "198.19.0.1");
}

#[tokio::test(start_paused = true)]
async fn every_kind_is_listed() {
    let server = server().await;
    let (_, groups) = ask(&server, "GET", "/apis", "").await;
    let mut paths = vec!["/api/v1".to_owned()];
    for group in groups["groups"].as_array().unwrap() {
        for version in group["versions"].as_array().unwrap() {
            paths.push(format!(
                "/apis/{}",
                version["groupVersion"].as_str().unwrap()
            ));
        }
    }
    let mut listed = 0;
    for path in paths {
        let (_, resources) = ask(&server, "GET", &path, "").await;
        for resource in resources["resources"].as_array().unwrap() {
            let verbs = resource["verbs"].as_array().unwrap();
            if !verbs.contains(&json!("watch")) {
                continue;
            }
            let name = resource["name"].as_str().unwrap();
            let (code, list) = ask(&server, "GET", &format!("{path}/{name}"), "").await;
            let kind = format!("{}List", resource["kind"].as_str().unwrap());
            assert_eq!((code, &list["kind"]), (200, &json!(kind)), "{path}/{name}");
            listed += 1;
        }
    }
    assert!(listed >= 60, "{listed}");
}

#[tokio::test(start_paused = true)]
async fn a_body_of_another_media_type_is_told_as_what_it_must_be() {
    let server = server().await;
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let (code, refused) = ask(&server, "POST", MAPS, yaml).await;
    assert_eq!(code, 400, "{refused}");
    let message = refused["message"].as_str().unwrap();
    let begins = "the object provided is unrecognized (must be of type ConfigMap): ";
    assert!(message.starts_with(begins), "{message}");
    // `apiVersion: v1`, and that there is more.
    assert!(
        message.contains("(61706956657273696f6e3a20763"),
        "{message}"
    );
    assert!(message.ends_with(" ...)"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn people_get_answers_in_lines() {
    let server = server().await;
    for (agent, in_lines) in [("curl/8.5.0", true), ("kubectl/v1.36.2", false)] {
        for (path, code) in [
            ("/api/v1/namespaces/default", 200),
            ("/api/v1/namespaces/none", 404),
            ("/apis/apps/v1", 200),
        ] {
            let mut request = request("GET", path, "", "");
            let headers = request.headers_mut();
            headers.insert(http::header::USER_AGENT, agent.parse().unwrap());
            let answer = server.handle(request).await;
            assert_eq!(answer.status(), code, "{path}");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let text = std::str::from_utf8(&body).unwrap();
            assert_eq!(text.starts_with("{\n  \""), in_lines, "{path}: {text}");
        }
    }
}

/// What a strategic merge patch makes is of the object's type, whatever it says of it.
#[tokio::test(start_paused = true)]
async fn a_strategic_merge_patch_keeps_the_kind() {
    let server = server().await;
    let body = r#"{"metadata":{"name":"a"},"data":{"k":"v"}}"#;
    assert_eq!(ask(&server, "POST", MAPS, body).await.0, 201);
    let patch = async |content_type: &str, patch: &str| {
        let request = request("PATCH", &format!("{MAPS}/a"), content_type, patch);
        send(&server, request).await
    };
    let strategic = "application/strategic-merge-patch+json";
    for said in [
        r#"{"kind":"Secret","data":{"k":"w"}}"#,
        r#"{"apiVersion":"v2","kind":null}"#,
    ] {
        let (code, patched) = patch(strategic, said).await;
        assert_eq!(code, 200, "{patched}");
        assert_eq!(
            (&patched["kind"], &patched["data"]["k"]),
            (&json!("ConfigMap"), &json!("w"))
        );
    }
    assert_eq!(patch(strategic, r#"{"kind":5}"#).await.0, 422);
    let merge = "application/merge-patch+json";
    assert_ne!(patch(merge, r#"{"kind":"Secret"}"#).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn what_selects_the_deleted_must_make_sense() {
    let server = server().await;
    let body = r#"{"metadata":{"name":"a"}}"#;
    assert_eq!(ask(&server, "POST", MAPS, body).await.0, 201);
    for (parameter, code) in [
        ("limit=x", 400),
        ("timeoutSeconds=x", 400),
        ("resourceVersion=abc", 400),
        ("resourceVersionMatch=Exact", 422),
        ("continue=abc", 400),
    ] {
        let (found, told) = ask(&server, "DELETE", &format!("{MAPS}?{parameter}"), "").await;
        assert_eq!(found, code, "{parameter}: {told}");
    }
    assert_eq!(ask(&server, "GET", &format!("{MAPS}/a"), "").await.0, 200);
    assert_eq!(
        ask(&server, "DELETE", &format!("{MAPS}?limit=5"), "")
            .await
            .0,
        200
    );
    assert_eq!(ask(&server, "GET", &format!("{MAPS}/a"), "").await.0, 404);
}

/// As upstream: who else owns a field is told before the name is looked at, and which object is meant
/// before which version of it.
#[tokio::test(start_paused = true)]
async fn the_worst_that_is_wrong_is_told() {
    let server = server().await;
    let apply = async |manager: &str, name: &str, value: &str| {
        let path = format!("{MAPS}/a?fieldManager={manager}");
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name}, "data": {"k": value}});
        let request = request(
            "PATCH",
            &path,
            "application/apply-patch+yaml",
            &map.to_string(),
        );
        send(&server, request).await.0
    };
    assert_eq!(apply("one", "a", "v").await, 201);
    assert_eq!(apply("two", "other", "w").await, 409);
    assert_eq!(apply("one", "other", "v").await, 400);
    let budgets = "/apis/policy/v1/namespaces/ns/poddisruptionbudgets";
    let budget = r#"{"metadata":{"name":"a"},"spec":{"minAvailable":1}}"#;
    assert_eq!(ask(&server, "POST", budgets, budget).await.0, 201);
    let path = format!("{budgets}/a");
    assert_eq!(ask(&server, "PUT", &path, budget).await.0, 422);
    let other = r#"{"metadata":{"name":"a","uid":"z"},"spec":{"minAvailable":1}}"#;
    assert_eq!(ask(&server, "PUT", &path, other).await.0, 409);
}

/// A patch of what is not there is not looked at, unless it would make the object.
#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_patch_is_told_of_what_is_there() {
    let server = server().await;
    let maps = "/api/v1/namespaces/ns/configmaps";
    make(&server, maps, &json!({"metadata": {"name": "here"}})).await;
    let json_patch = "application/json-patch+json";
    let merge_patch = "application/merge-patch+json";
    let apply = "application/apply-patch+yaml";
    let sets = "/apis/apps/v1/namespaces/ns/deployments";
    for (path, content_type, body, code) in [
        (format!("{maps}/here"), json_patch, "{", 400),
        (format!("{maps}/gone"), json_patch, "{", 404),
        (format!("{maps}/here"), json_patch, r#"[{"op":"x"}]"#, 422),
        (format!("{maps}/gone"), json_patch, r#"[{"op":"x"}]"#, 404),
        (format!("{maps}/here"), merge_patch, "[]", 400),
        (format!("{maps}/gone"), merge_patch, "[]", 404),
        (format!("{maps}/gone?fieldManager=m"), apply, "[]", 400),
        (
            format!("{sets}/gone/status?fieldManager=m"),
            apply,
            "[]",
            404,
        ),
        (
            format!("{sets}/gone/status?fieldManager=m"),
            apply,
            "{}",
            404,
        ),
        (format!("{sets}/gone/scale"), merge_patch, "[", 404),
    ] {
        let (found, told) = send(&server, request("PATCH", &path, content_type, body)).await;
        assert_eq!(found, code, "{path} {body}: {told}");
    }
}

/// Of what is in no namespace the API server leaves out one that it names, however it is written.
#[tokio::test(start_paused = true)]
async fn a_namespace_of_what_is_in_none_is_left_out() {
    let server = server().await;
    let path = "/api/v1/persistentvolumes/v?fieldManager=m";
    let volume = |size: &str| {
        json!({
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": {"name": "v", "namespace": "ns"},
            "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/v"}},
        })
        .to_string()
    };
    for (method, content_type, size, code) in [
        ("PATCH", "application/apply-patch+yaml", "1Gi", 201),
        ("PATCH", "application/apply-patch+yaml", "2Gi", 200),
        ("PATCH", "application/merge-patch+json", "3Gi", 200),
        ("PUT", "application/json", "4Gi", 200),
    ] {
        let path = match content_type {
            "application/apply-patch+yaml" => path.to_owned(),
            _ => format!("{path}2"),
        };
        let request = request(method, &path, content_type, &volume(size));
        let (found, told) = send(&server, request).await;
        assert_eq!(found, code, "{method} {content_type}: {told}");
        assert!(told["metadata"]["namespace"].is_null(), "{told}");
        assert_eq!(told["spec"]["capacity"]["storage"], size);
    }
}

/// What is only posted is nowhere by a name, and its collection cannot be read.
#[tokio::test(start_paused = true)]
async fn what_is_only_posted_has_no_names() {
    let server = server().await;
    let reviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    let bindings = "/api/v1/namespaces/ns/bindings";
    for (method, path, code) in [
        ("GET", format!("{bindings}/a"), 404),
        ("DELETE", format!("{bindings}/a"), 404),
        ("GET", bindings.to_owned(), 405),
        ("GET", format!("{reviews}/a"), 404),
        ("GET", reviews.to_owned(), 405),
    ] {
        let (found, told) = ask(&server, method, &path, "").await;
        assert_eq!(found, code, "{method} {path}: {told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_namespace_is_told_what_becomes_of_what_it_owns() {
    let server = server().await;
    let path = "/api/v1/namespaces/ns";
    let wrong = r#"{"preconditions":{"uid":"other"}}"#;
    let (code, told) = ask(&server, "DELETE", path, wrong).await;
    assert_eq!(
        (code, &told["details"]["kind"]),
        (409, &json!("namespaces"))
    );
    let options = r#"{"propagationPolicy":"Foreground"}"#;
    let (code, told) = ask(&server, "DELETE", path, options).await;
    assert_eq!(code, 200, "{told}");
    assert_eq!(
        told["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    assert_eq!(told["status"]["phase"], "Terminating");
    // It is said once.
    let (_, told) = ask(&server, "DELETE", path, r#"{"propagationPolicy":"Orphan"}"#).await;
    assert_eq!(
        told["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
}

#[tokio::test(start_paused = true)]
async fn other_endpoints_of_a_pod_keep_its_metadata() {
    let server = server().await;
    make(
        &server,
        "/api/v1/namespaces/ns/serviceaccounts",
        &json!({"metadata": {"name": "default"}}),
    )
    .await;
    let pods = "/api/v1/namespaces/ns/pods";
    let pod =
        json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}});
    make(&server, pods, &pod).await;
    let patch = r#"{"metadata":{"labels":{"a":"b"},"finalizers":["a.b/c"]}}"#;
    for part in ["ephemeralcontainers", "resize"] {
        let path = format!("{pods}/p/{part}");
        let (code, told) = ask(&server, "PATCH", &path, patch).await;
        assert_eq!(code, 200, "{told}");
        assert_eq!(told["metadata"].get("labels"), None, "{told}");
        let table = request("GET", &path, "application/json", "");
        let mut table = table;
        let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        table
            .headers_mut()
            .insert("accept", accept.parse().unwrap());
        let (code, told) = send(&server, table).await;
        assert_eq!((code, &told["kind"]), (200, &json!("Pod")));
    }
    let unnamed = r#"{"target":{"name":"n"}}"#;
    let (code, _) = ask(&server, "POST", &format!("{pods}/p/binding"), unnamed).await;
    assert_eq!(code, 400);
}

/// As upstream, a watch tells it as no error of the client's, and a list as one.
#[tokio::test(start_paused = true)]
async fn a_version_that_is_none_is_told() {
    let server = server().await;
    for (query, code) in [
        ("watch=1&resourceVersion=x", 500),
        ("resourceVersion=x", 400),
    ] {
        let (found, told) = ask(&server, "GET", &format!("{MAPS}?{query}"), "").await;
        assert_eq!(found, code, "{told}");
        let message = told["message"].as_str().unwrap();
        assert!(
            message.contains("resourceVersion: Invalid value: \"x\""),
            "{message}"
        );
    }
}
