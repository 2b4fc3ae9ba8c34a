use super::*;
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use trimtab_tree::parse_json;

fn openapi() -> OpenApi {
    let schema = Schema::kubernetes();
    let resources = Arc::new(LiveResources::new(Resources::new(&schema)));
    let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
    OpenApi::new(schema, resources, clock)
}

fn ask(path: &str, query: &str, headers: &HeaderMap) -> Option<Response> {
    let openapi = openapi();
    openapi.answer(path, query, headers).map(Result::unwrap)
}

fn body(answer: Response) -> Value {
    let body = answer
        .into_body()
        .collect()
        .now_or_never()
        .unwrap()
        .unwrap();
    parse_json(std::str::from_utf8(&body.to_bytes()).unwrap(), 0).unwrap()
}

fn get(path: &str) -> Value {
    body(ask(path, "", &HeaderMap::new()).unwrap())
}

/// The schema of a full name in a document, as JSON, without descriptions.
fn schema_of(document: &Value, name: &str) -> String {
    let schema = document.get_path(&["components", "schemas", name]).unwrap();
    json(&undescribed(schema))
}

fn undescribed(schema: &Value) -> Value {
    let Some(fields) = schema.as_mapping() else {
        return schema.clone();
    };
    let kept = fields
        .iter()
        .filter(|(key, value)| *key != "description" || value.as_str().is_none());
    let kept = kept.map(|(key, value)| (key.into(), undescribed(value)));
    Value::from(kept.collect::<Mapping>())
}

#[test]
fn fields_say_what_they_are_for() {
    let apps = get("/openapi/v3/apis/apps/v1");
    let spec = ["components", "schemas", "io.k8s.api.apps.v1.DeploymentSpec"];
    let replicas = [&spec[..], &["properties", "replicas", "description"]].concat();
    let told = apps.get_path(&replicas).and_then(Value::as_str).unwrap();
    assert!(told.contains("pods"), "{told}");
    let template = [&spec[..], &["properties", "template", "description"]].concat();
    assert!(
        apps.get_path(&template).is_some(),
        "beside a reference, too"
    );
    let scale = [
        "components",
        "schemas",
        "io.k8s.api.autoscaling.v1.Scale",
        "description",
    ];
    assert!(apps.get_path(&scale).is_some(), "of another group, too");
}

fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match &value.node {
        trimtab_tree::Node::Scalar(_) => {}
        trimtab_tree::Node::Sequence(items) => {
            for item in items {
                each_reference(item, visit);
            }
        }
        trimtab_tree::Node::Mapping(fields) => {
            for (key, field) in fields.iter() {
                match field.as_str() {
                    Some(text) if key == "$ref" => visit(text),
                    _ => each_reference(field, visit),
                }
            }
        }
    }
}

#[test]
fn schemas_say_types_defaults_and_how_lists_are_merged() {
    let apps = get("/openapi/v3/apis/apps/v1");
    assert_eq!(
        schema_of(&apps, "io.k8s.api.apps.v1.DeploymentStatus")
            .split("\"observedGeneration\"")
            .next(),
        Some(
            r##"{"type":"object","properties":{"availableReplicas":{"type":"integer","format":"int32"},"collisionCount":{"type":"integer","format":"int32"},"conditions":{"type":"array","items":{"$ref":"#/components/schemas/io.k8s.api.apps.v1.DeploymentCondition"},"x-kubernetes-list-map-keys":["type"],"x-kubernetes-list-type":"map","x-kubernetes-patch-merge-key":"type","x-kubernetes-patch-strategy":"merge"},"##
        )
    );
    let spec = schema_of(&apps, "io.k8s.api.apps.v1.DeploymentSpec");
    assert!(spec.contains(r##""strategy":{"default":{},"allOf":[{"$ref":"#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy"}],"x-kubernetes-patch-strategy":"retainKeys"}"##), "{spec}");
    let deployment = schema_of(&apps, "io.k8s.api.apps.v1.Deployment");
    assert!(deployment.ends_with(r#""x-kubernetes-group-version-kind":[{"group":"apps","kind":"Deployment","version":"v1"}]}"#), "{deployment}");
    assert_eq!(
        schema_of(&apps, "io.k8s.apimachinery.pkg.api.resource.Quantity"),
        r#"{"oneOf":[{"type":"string"},{"type":"number"}]}"#
    );
    let port = schema_of(&apps, "io.k8s.api.core.v1.ContainerPort");
    let protocol = r#""protocol":{"type":"string","default":"TCP","enum":["SCTP","TCP","UDP"]}"#;
    assert!(port.contains(protocol), "{port}");
    let condition = schema_of(&apps, "io.k8s.api.apps.v1.DeploymentCondition");
    assert!(condition.starts_with(r#"{"type":"object","required":["type","status"],"#));
}

#[test]
fn options_of_every_version_name_that_of_their_document() {
    let options = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
    for (path, expected) in [
        (
            "/openapi/v3/api/v1",
            r#"[{"group":"","kind":"DeleteOptions","version":"v1"}]"#,
        ),
        (
            "/openapi/v3/apis/apps/v1",
            r#"[{"group":"apps","kind":"DeleteOptions","version":"v1"}]"#,
        ),
    ] {
        let document = get(path);
        let schema = document
            .get_path(&["components", "schemas", options])
            .unwrap();
        assert_eq!(
            json(schema.get("x-kubernetes-group-version-kind").unwrap()),
            expected
        );
    }
}

/// kubectl looks for this before it asks the server to validate or to try.
#[test]
fn patches_can_be_validated_and_tried() {
    let apps = get("/openapi/v3/apis/apps/v1");
    let path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}";
    let patch = apps.get_path(&["paths", path, "patch"]).unwrap();
    let kind = json(patch.get("x-kubernetes-group-version-kind").unwrap());
    assert_eq!(
        kind,
        r#"{"group":"apps","version":"v1","kind":"Deployment"}"#
    );
    let parameters = patch
        .get("parameters")
        .unwrap()
        .as_sequence()
        .unwrap()
        .iter();
    let names: Vec<_> = parameters
        .map(|parameter| parameter.get("name").unwrap().text().unwrap())
        .collect();
    assert_eq!(
        names,
        ["dryRun", "fieldManager", "fieldValidation", "force"]
    );
    assert_eq!(
        patch.get("operationId").unwrap().text(),
        Some("patchAppsV1NamespacedDeployment")
    );
    let scale = apps
        .get_path(&["paths", &format!("{path}/scale"), "get"])
        .unwrap();
    let kind = json(scale.get("x-kubernetes-group-version-kind").unwrap());
    assert_eq!(
        kind,
        r#"{"group":"autoscaling","version":"v1","kind":"Scale"}"#
    );
}

#[test]
fn operations_are_named_once() {
    let mut seen = std::collections::BTreeSet::new();
    for document in Document::built_in() {
        let document = parse_json(&document.structure(&Schema::kubernetes()), 0).unwrap();
        for (path, item) in document.get("paths").unwrap().as_mapping().unwrap().iter() {
            for (method, operation) in item.as_mapping().unwrap().iter() {
                if method != "parameters" {
                    let id = operation
                        .get("operationId")
                        .unwrap()
                        .text()
                        .unwrap()
                        .to_owned();
                    assert!(seen.insert(id.clone()), "{id} again at {path}");
                }
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for document in Document::built_in() {
        let document = parse_json(&document.structure(&Schema::kubernetes()), 0).unwrap();
        let schemas = document.get_path(&["components", "schemas"]).unwrap();
        each_reference(&document, &mut |target| {
            let name = target.strip_prefix("#/components/schemas/").unwrap();
            assert!(schemas.get(name).is_some(), "{target}");
        });
    }
}

#[test]
fn the_index_leads_to_every_document_by_its_hash() {
    let index = get("/openapi/v3");
    let paths = index.get("paths").unwrap().as_mapping().unwrap();
    assert!(paths.contains_key("apis/apps/v1") && paths.contains_key("api/v1"));
    for (_, place) in paths.iter().take(3) {
        let address = place.get("serverRelativeURL").unwrap().text().unwrap();
        let (path, query) = address.split_once('?').unwrap();
        let answer = ask(path, query, &HeaderMap::new()).unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[CACHE_CONTROL], FOREVER);
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, answer.headers()[ETAG].clone());
        assert_eq!(ask(path, query, &headers).unwrap().status(), 304);
        let expires = &answer.headers()[EXPIRES];
        assert_eq!(expires, "Fri, 01 Jan 2027 00:00:00 UTC");
        let hash = headers[IF_NONE_MATCH].to_str().unwrap().to_owned();
        for known in [&*format!("\"another\", W/{hash}"), "*"] {
            headers.insert(IF_NONE_MATCH, known.parse().unwrap());
            assert_eq!(ask(path, query, &headers).unwrap().status(), 304, "{known}");
        }
        let moved = ask(path, "hash=OLD", &HeaderMap::new()).unwrap();
        assert_eq!(moved.status(), 301);
        assert_eq!(moved.headers()[LOCATION], address);
        assert_eq!(moved.headers()[ETAG], hash);
    }
    let nothing = ask("/openapi/v3/apis/no.such/v1", "", &HeaderMap::new()).unwrap();
    assert_eq!(nothing.status(), 404);
}

#[test]
fn the_older_form_says_the_same() {
    let old = get("/openapi/v2");
    assert_eq!(old.get("swagger").unwrap().text(), Some("2.0"));
    let definitions = old.get("definitions").unwrap();
    each_reference(&old, &mut |target| {
        let name = target.strip_prefix("#/definitions/").unwrap();
        assert!(definitions.get(name).is_some(), "{target}");
    });
    let spec = definitions
        .get_path(&["io.k8s.api.apps.v1.Deployment", "properties", "spec"])
        .unwrap();
    assert_eq!(
        json(&undescribed(spec)),
        r##"{"$ref":"#/definitions/io.k8s.api.apps.v1.DeploymentSpec"}"##
    );
    let path = "/api/v1/namespaces/{namespace}/pods";
    let body = old
        .get_path(&["paths", path, "post", "parameters"])
        .unwrap();
    assert_eq!(
        json(&body.as_sequence().unwrap()[0]),
        r##"{"name":"body","in":"body","required":true,"schema":{"$ref":"#/definitions/io.k8s.api.core.v1.Pod"}}"##
    );
}

#[test]
fn the_older_form_has_a_message() {
    let mut headers = HeaderMap::new();
    for accept in [
        "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf;q=0.9,application/json;q=0.1",
    ] {
        headers.insert(ACCEPT, accept.parse().unwrap());
        let openapi = openapi();
        let answer = openapi.answer("/openapi/v2", "", &headers);
        let answer = answer.unwrap().unwrap();
        assert_eq!(answer.headers()["content-type"], VERSION_2_MESSAGE);
        let etag = answer.headers()[ETAG].clone();
        let message = answer.into_body().collect().now_or_never();
        let message = message.unwrap().unwrap().to_bytes();
        assert!(message.starts_with(b"\x0a\x032.0\x12"));
        headers.insert(IF_NONE_MATCH, etag);
        let again = openapi.answer("/openapi/v2", "", &headers);
        assert_eq!(again.unwrap().unwrap().status(), 304);
        headers.remove(IF_NONE_MATCH);
    }
    headers.insert(ACCEPT, "text/html".parse().unwrap());
    assert_eq!(ask("/openapi/v2", "", &headers).unwrap().status(), 406);
    assert_eq!(
        ask("/openapi/v3/api/v1", "", &headers).unwrap().status(),
        406
    );
}

#[test]
fn every_document_has_a_message_under_the_tag_of_its_json() {
    let openapi = openapi();
    let ask = |accept: &str, query: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        let answer = openapi.answer("/openapi/v3/apis/batch/v1", query, &headers);
        answer.unwrap().unwrap()
    };
    let json = ask("*/*", "");
    assert_eq!(json.headers()["content-type"], JSON);
    for accept in [
        "application/com.github.proto-openapi.spec.v3@v1.0+protobuf",
        "application/com.github.proto-openapi.spec.v3.v1.0+protobuf",
        "application/com.github.proto-openapi.spec.v3.v1.0+protobuf, application/json",
    ] {
        let answer = ask(accept, "");
        assert_eq!(answer.headers()["content-type"], VERSION_3_MESSAGE);
        assert_eq!(answer.headers()[ETAG], json.headers()[ETAG]);
        let message = answer.into_body().collect().now_or_never();
        let message = message.unwrap().unwrap().to_bytes();
        assert!(message.starts_with(b"\x0a\x053.0.0\x12"));
        let moved = ask(accept, "hash=OLD");
        assert_eq!(moved.status(), 301);
        assert_eq!(moved.headers()["content-type"], VERSION_3_MESSAGE);
    }
    let other = "application/json, application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
    assert_eq!(ask(other, "").headers()["content-type"], JSON);
}

/// Every field of every document has its place in the message.
#[test]
fn every_document_can_be_written_as_a_message() {
    for document in Document::built_in() {
        let json = document.structure(&Schema::kubernetes());
        let message = trimtab_protobuf::open_api_message(&json);
        assert!(message.is_ok(), "{}: {message:?}", document.path());
    }
}

#[test]
fn options_of_every_version_name_all_in_the_older_form() {
    let old = get("/openapi/v2");
    let options = [
        "definitions",
        "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    ];
    let kinds = [&options[..], &["x-kubernetes-group-version-kind"]].concat();
    assert!(old.get_path(&kinds).unwrap().as_sequence().unwrap().len() > 20);
    let token = old.get_path(&["securityDefinitions", "BearerToken", "name"]);
    assert_eq!(token.and_then(Value::as_str), Some("authorization"));
    let spec = [
        "definitions",
        "io.k8s.api.core.v1.PodSpec",
        "properties",
        "nodeName",
    ];
    assert!(
        old.get_path(&[&spec[..], &["description"]].concat())
            .is_some()
    );
}
