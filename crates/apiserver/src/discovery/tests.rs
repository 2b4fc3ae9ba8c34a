use super::*;
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use trimtab_tree::parse_json;

const V2: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

fn resources() -> Arc<LiveResources> {
    Arc::new(LiveResources::new(Resources::new(&Schema::kubernetes())))
}

fn ask(method: &str, path: &str, headers: &[(http::HeaderName, &str)]) -> Option<Response> {
    let discovery = Discovery::new(Schema::kubernetes(), resources());
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(name, value.parse().unwrap());
    }
    let answer = discovery.answer(&method.parse().unwrap(), path, &map)?;
    Some(answer.unwrap_or_else(Status::into_response))
}

fn code(method: &str, path: &str, accept: &str) -> Option<u16> {
    Some(ask(method, path, &[(ACCEPT, accept)])?.status().as_u16())
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
    body(ask("GET", path, &[]).unwrap())
}

fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let items = list.as_sequence().unwrap();
    let found = items
        .iter()
        .find(|item| item.get(key).unwrap().text() == Some(name));
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Ordered).unwrap();
    json
}

#[test]
fn groups_stand_in_the_order_of_preference() {
    let groups = get("/apis");
    let groups = groups.get("groups").unwrap().as_sequence().unwrap();
    let names: Vec<_> = groups
        .iter()
        .map(|group| group.get("name").unwrap().text().unwrap())
        .collect();
    assert_eq!(
        names[..3],
        ["apiregistration.k8s.io", "apps", "events.k8s.io"]
    );
    assert_eq!(
        json(&get("/apis/autoscaling/")),
        r#"{"kind":"APIGroup","apiVersion":"v1","name":"autoscaling","versions":[{"groupVersion":"autoscaling/v2","version":"v2"},{"groupVersion":"autoscaling/v1","version":"v1"}],"preferredVersion":{"groupVersion":"autoscaling/v2","version":"v2"}}"#
    );
}

#[test]
fn resources_have_their_subresources_behind_them() {
    let list = get("/apis/apps/v1");
    let resources = list.get("resources").unwrap();
    assert_eq!(
        json(named(resources, "name", "deployments")),
        r#"{"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["deploy"],"categories":["all"],"storageVersionHash":"8aSe+NMegvE="}"#
    );
    assert_eq!(
        json(named(resources, "name", "deployments/scale")),
        r#"{"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling","version":"v1","kind":"Scale","verbs":["get","patch","update"]}"#
    );
    let names: Vec<_> = resources
        .as_sequence()
        .unwrap()
        .iter()
        .map(|resource| resource.get("name").unwrap().text().unwrap())
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn kinds_of_no_store_have_no_hash_and_others_that_of_their_stored_version() {
    let core = get("/api/v1");
    let of = |name| {
        named(core.get("resources").unwrap(), "name", name)
            .get("storageVersionHash")
            .and_then(Value::text)
            .map(str::to_owned)
    };
    assert_eq!(of("configmaps").as_deref(), Some("qFsyl6wFWjQ="));
    assert_eq!(of("bindings"), None);
    assert_eq!(of("componentstatuses"), None);
    let events = get("/apis/events.k8s.io/v1");
    let event = named(events.get("resources").unwrap(), "name", "events");
    assert_eq!(
        event.get("storageVersionHash").unwrap().text(),
        Some("r2yiGXH7wu8=")
    );
}

#[test]
fn all_in_one_document_is_told_once() {
    let answer = ask("GET", "/apis", &[(ACCEPT, V2)]).unwrap();
    assert_eq!(answer.headers()["content-type"], V2);
    let etag = answer.headers()[ETAG].to_str().unwrap().to_owned();
    let document = body(answer);
    let apps = document.get("items").unwrap().as_sequence().unwrap().iter();
    let apps: Vec<_> = apps
        .filter(|group| json(group.get("metadata").unwrap()) == r#"{"name":"apps"}"#)
        .collect();
    let versions = apps[0].get("versions").unwrap().as_sequence().unwrap();
    assert_eq!(
        json(named(
            versions[0].get("resources").unwrap(),
            "resource",
            "daemonsets"
        )),
        r#"{"resource":"daemonsets","responseKind":{"group":"","version":"","kind":"DaemonSet"},"scope":"Namespaced","singularResource":"daemonset","verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["ds"],"categories":["all"],"subresources":[{"subresource":"status","responseKind":{"group":"","version":"","kind":"DaemonSet"},"verbs":["get","patch","update"]}]}"#
    );
    let again = ask("GET", "/apis", &[(ACCEPT, V2), (IF_NONE_MATCH, &etag)]).unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = ask("GET", "/api", &[(ACCEPT, V2), (IF_NONE_MATCH, &etag)]).unwrap();
    assert_eq!(other.status(), StatusCode::OK);
}

#[test]
fn the_form_is_the_first_that_is_served() {
    let old = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
    let kind = |accept: &str| {
        json(
            body(ask("GET", "/apis", &[(ACCEPT, accept)]).unwrap())
                .get("kind")
                .unwrap(),
        )
    };
    assert_eq!(
        kind(&format!("{V2},{old},application/json")),
        r#""APIGroupDiscoveryList""#
    );
    assert_eq!(
        kind(&format!("{old},application/json")),
        r#""APIGroupList""#
    );
    assert_eq!(kind(&format!("application/json,{V2}")), r#""APIGroupList""#);
    assert_eq!(code("GET", "/apis", old), Some(406));
    assert_eq!(code("GET", "/apis", "text/html"), Some(406));
    assert_eq!(code("GET", "/apis/apps/v1", V2), Some(406));
}

#[test]
fn what_is_not_there_is_not_found() {
    let any = "*/*";
    assert_eq!(code("GET", "/apis/no.such.group", any), None);
    assert_eq!(code("GET", "/apis/no.such.group/v1", any), None);
    assert_eq!(code("GET", "/apis/apps/v9", any), Some(404));
    assert_eq!(code("GET", "/api/v2", any), Some(404));
    assert_eq!(code("GET", "/api//v1", any), Some(404));
    assert_eq!(code("GET", "/apish", any), None);
    assert_eq!(code("GET", "/api/v1/", any), Some(200));
}

#[test]
fn all_in_one_document_has_a_message() {
    let accept =
        "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let answer = ask("GET", "/apis", &[(ACCEPT, accept)]).unwrap();
    assert_eq!(answer.headers()["content-type"], accept);
    let etag = answer.headers()[ETAG].clone();
    let bytes = answer.into_body().collect().now_or_never();
    let bytes = bytes.unwrap().unwrap().to_bytes();
    let message = trimtab_protobuf::decode(&Schema::kubernetes(), &bytes).unwrap();
    let told = ask("GET", "/apis", &[(ACCEPT, V2)]).unwrap();
    assert_eq!(told.headers()[ETAG], etag);
    let told = body(told);
    let groups = |document: &Value| document.get("items").unwrap().as_sequence().unwrap().len();
    assert_eq!(groups(&message), groups(&told));
    let deployments = |document: &Value| {
        let items = document.get("items").unwrap().as_sequence().unwrap();
        let versions = items[1].get("versions").unwrap().as_sequence().unwrap();
        let resource = named(
            versions[0].get("resources").unwrap(),
            "resource",
            "deployments",
        );
        let mut json = String::new();
        write_json(resource, &mut json, JsonStyle::Go).unwrap();
        json
    };
    let empty = [r#""group":"","#, r#","version":"""#];
    let plain = |text: String| text.replace(empty[0], "").replace(empty[1], "");
    assert_eq!(plain(deployments(&message)), plain(deployments(&told)));
}

#[test]
fn documents_are_read_only() {
    assert_eq!(code("DELETE", "/api", "*/*"), Some(405));
    assert_eq!(code("PUT", "/api/v1", "*/*"), Some(405));
    assert_eq!(code("POST", "/apis", "*/*"), Some(200));
}

#[test]
fn documents_can_be_had_in_protocol_buffers() {
    for path in ["/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1"] {
        let protobuf = "application/vnd.kubernetes.protobuf";
        let answer = ask("GET", path, &[(ACCEPT, protobuf)]).unwrap();
        assert_eq!(answer.headers()["content-type"], protobuf, "{path}");
    }
}
