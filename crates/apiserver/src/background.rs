//! What the server itself looks after, beside answering: the conditions of `APIService`s and flow
//! schemas, and the `APIService`s of custom resources.
//!
//! One task, level-triggered: woken by a write to any of the collections it depends on, it compares
//! all there is with all there should be and writes the difference through the API, so that what it
//! does can be seen and is checked like anything else. It ends with the server.

use crate::aggregation::availability::{self, Condition};
use crate::aggregation::priorities::{self, MANAGED, PATH};
use crate::api_server::ApiServer;
use crate::body::{Body, full};
use crate::cache::{Cache, CollectionId};
use crate::flow_control::defaults;
use crate::resource::Resources;
use crate::{Identity, Status};
use futures::future::join_all;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request, StatusCode};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use trimtab_store::Revision;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

/// How often servers behind this one are asked whether they are still there.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// Who writes the conditions of flow schemas.
const FLOW_CONTROLLER: &str = "api-priority-and-fairness-config-consumer-v1";

/// How many of [`WATCHED`], the last ones, are of interest only where there are servers behind this
/// one.
const OF_REMOTES: usize = 2;

/// The collections that wake the task.
const WATCHED: [(&str, &str, &str); 6] = [
    ("apiregistration.k8s.io", "v1", "apiservices"),
    ("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
    ("flowcontrol.apiserver.k8s.io", "v1", "flowschemas"),
    (
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "prioritylevelconfigurations",
    ),
    ("", "v1", "services"),
    ("discovery.k8s.io", "v1", "endpointslices"),
];

/// Where a resource's objects are in the cache.
pub(crate) fn collection(
    resources: &Resources,
    group: &str,
    version: &str,
    plural: &str,
) -> Option<CollectionId> {
    let resource = resources.get(group, version, plural)?;
    Some(resource.storage.as_ref()?.collection)
}

/// The task, for as long as `server` gives the server.
pub(crate) async fn run(
    cache: Arc<Cache>,
    watched: Vec<CollectionId>,
    server: impl Fn() -> Option<ApiServer>,
) {
    let mut seen: Revision = 0;
    loop {
        let has_remotes = match server() {
            Some(server) => server.has_remotes(),
            None => return,
        };
        let of_interest = if has_remotes {
            &watched[..]
        } else {
            &watched[..watched.len().saturating_sub(OF_REMOTES)]
        };
        tokio::select! {
            biased;
            changed = cache.changed_after(of_interest, seen) => match changed {
                Ok(revision) => seen = revision,
                Err(_) => return,
            },
            () = tokio::time::sleep(ASK_AGAIN), if has_remotes => {}
        }
        let Some(server) = server() else {
            return;
        };
        look_after(&server).await;
    }
}

/// The collections that the task is to watch.
pub(crate) fn watched(resources: &Resources) -> Vec<CollectionId> {
    let collections = WATCHED.iter();
    let collections =
        collections.map(|(group, version, plural)| collection(resources, group, version, plural));
    collections.flatten().collect()
}

async fn look_after(server: &ApiServer) {
    custom_services(server).await;
    conditions_of_services(server).await;
    conditions_of_flows(server).await;
}

/// Every served version of every group of custom resources has an `APIService`, and no other has
/// one that this server made.
async fn custom_services(server: &ApiServer) {
    let mut wanted = BTreeSet::new();
    for definition in server.objects("apiextensions.k8s.io", "customresourcedefinitions") {
        let Some(group) = text(&definition, &["spec", "group"]) else {
            continue;
        };
        let versions = definition.get_path(&["spec", "versions"]);
        for version in versions.and_then(Value::as_sequence).unwrap_or_default() {
            let (name, served) = (text(version, &["name"]), text(version, &["served"]));
            if let (Some(name), Some("true")) = (name, served)
                && !priorities::is_built_in(group, name)
            {
                wanted.insert((group.to_owned(), name.to_owned()));
            }
        }
    }
    let mut known = BTreeSet::new();
    for service in server.objects("apiregistration.k8s.io", "apiservices") {
        let said = |path: &[&str]| text(&service, path).unwrap_or_default().to_owned();
        let of = (said(&["spec", "group"]), said(&["spec", "version"]));
        let managed = text(&service, &["metadata", "labels", MANAGED]);
        if managed == Some("true") && !wanted.contains(&of) {
            let path = format!("{PATH}/{}", said(&["metadata", "name"]));
            send(server, Method::DELETE, &path, "", None).await;
        }
        known.insert(of);
    }
    for (group, version) in wanted.difference(&known) {
        let head = [
            ("apiVersion", Value::string(priorities::API_VERSION)),
            ("kind", Value::string("APIService")),
        ];
        let fields = head.into_iter().chain(priorities::custom(group, version));
        let fields = fields.map(|(name, value)| (name.into(), value));
        let object = Value::from(fields.collect::<Mapping>());
        send(
            server,
            Method::POST,
            PATH,
            "application/json",
            Some(&object),
        )
        .await;
    }
}

/// Every `APIService` says whether it can be reached.
async fn conditions_of_services(server: &ApiServer) {
    let remotes = server.aggregation().remotes();
    let services = server.objects("apiregistration.k8s.io", "apiservices");
    let updates = services.into_iter().map(|mut service| {
        let remotes = Arc::clone(&remotes);
        async move {
            let name = text(&service, &["metadata", "name"]).unwrap_or_default();
            let remote = remotes.iter().find(|remote| remote.name == name);
            let condition = match remote {
                None => availability::local(),
                Some(remote) => {
                    let (state, aggregation) = (server.state(), server.aggregation());
                    availability::of_remote(state, aggregation, remote).await
                }
            };
            let path = format!("{PATH}/{name}/status");
            let now = server.state().clock.now();
            if set_condition(&mut service, &condition, now) {
                send(
                    server,
                    Method::PUT,
                    &path,
                    "application/json",
                    Some(&service),
                )
                .await;
            }
        }
    });
    join_all(updates).await;
}

/// Puts the condition `Available` into an `APIService`; says whether it was another. The time is
/// that of the last change of its status.
fn set_condition(service: &mut Value, condition: &Condition, now: jiff::Timestamp) -> bool {
    let conditions = service.get_path(&["status", "conditions"]);
    let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
    let is_it = |known: &&Value| text(known, &["type"]) == Some("Available");
    let before = conditions.iter().find(is_it).cloned();
    let said = |name: &str| {
        let before = before.as_ref()?;
        text(before, &[name]).map(str::to_owned)
    };
    let same_status = said("status").as_deref() == Some(condition.status);
    if same_status
        && said("reason").as_deref() == Some(condition.reason)
        && said("message").as_deref() == Some(&condition.message)
    {
        return false;
    }
    let since = said("lastTransitionTime").filter(|_| same_status);
    let since = since.unwrap_or_else(|| format!("{now:.0}"));
    let written = Value::mapping([
        ("type", Value::string("Available")),
        ("status", Value::string(condition.status)),
        ("lastTransitionTime", Value::string(since)),
        ("reason", Value::string(condition.reason)),
        ("message", Value::string(condition.message.as_str())),
    ]);
    let others = conditions.iter().filter(|known| !is_it(known)).cloned();
    let conditions: Vec<Value> = others.chain([written]).collect();
    let status = Value::mapping([("conditions", Value::sequence(conditions))]);
    if let Some(fields) = service.as_mapping_mut() {
        fields.insert("status", status);
    }
    true
}

/// Every flow schema says whether its priority level is there.
async fn conditions_of_flows(server: &ApiServer) {
    const GROUP: &str = "flowcontrol.apiserver.k8s.io";
    let levels = server.objects(GROUP, "prioritylevelconfigurations");
    let levels: BTreeSet<&str> = levels
        .iter()
        .filter_map(|level| text(level, &["metadata", "name"]))
        .collect();
    let schemas = server.objects(GROUP, "flowschemas");
    let updates = schemas.iter().filter_map(|schema| {
        let name = text(schema, &["metadata", "name"])?;
        let level = text(schema, &["spec", "priorityLevelConfiguration", "name"])?;
        let start = format!(
            "This FlowSchema references the PriorityLevelConfiguration object named {level:?}"
        );
        let (status, reason, message) = if levels.contains(level) {
            ("False", "Found", format!("{start} and it exists"))
        } else {
            (
                "True",
                "NotFound",
                format!("{start} but there is no such object"),
            )
        };
        let conditions = schema.get_path(&["status", "conditions"]);
        let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
        let is_said = conditions.iter().any(|known| {
            text(known, &["type"]) == Some("Dangling")
                && text(known, &["status"]) == Some(status)
                && text(known, &["message"]) == Some(&message)
        });
        let path = format!("/apis/{GROUP}/v1/flowschemas/{name}/status");
        let condition = [
            ("type", "Dangling"),
            ("status", status),
            ("reason", reason),
            ("message", &message),
        ];
        let patch = applied(
            server,
            defaults::API_VERSION,
            "FlowSchema",
            name,
            &condition,
        );
        (!is_said).then_some(async move { apply(server, &path, FLOW_CONTROLLER, &patch).await })
    });
    join_all(updates).await;
}

/// An object of which only this condition is said.
fn applied(
    server: &ApiServer,
    api_version: &str,
    kind: &str,
    name: &str,
    condition: &[(&str, &str)],
) -> Value {
    let mut fields = Mapping::new();
    for (name, text) in condition.iter().filter(|(_, text)| !text.is_empty()) {
        fields.insert(name, Value::string(*text));
    }
    let now = format!("{:.0}", server.state().clock.now());
    fields.insert("lastTransitionTime", Value::string(now));
    let conditions = Value::sequence(vec![Value::from(fields)]);
    Value::mapping([
        ("apiVersion", Value::string(api_version)),
        ("kind", Value::string(kind)),
        ("metadata", Value::mapping([("name", Value::string(name))])),
        ("status", Value::mapping([("conditions", conditions)])),
    ])
}

async fn apply(server: &ApiServer, path: &str, manager: &str, patch: &Value) {
    let path = format!("{path}?fieldManager={manager}&force=true");
    let content_type = "application/apply-patch+yaml";
    send(server, Method::PATCH, &path, content_type, Some(patch)).await;
}

/// Sends a request. What goes wrong is tried again when something changes: whoever was faster has
/// changed something.
async fn send(
    server: &ApiServer,
    method: Method,
    path: &str,
    content_type: &str,
    object: Option<&Value>,
) {
    let mut json = String::new();
    let written = object.map_or(Ok(()), |object| {
        write_json(object, &mut json, JsonStyle::Ordered).map_err(Status::internal)
    });
    let body: Body = full(json);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(CONTENT_TYPE, content_type)
        .header(USER_AGENT, "kube-apiserver")
        .body(body);
    let (Ok(()), Ok(request)) = (written, request) else {
        return tracing::error!(path, "a request of the server's own could not be made");
    };
    let identity = Identity::user("system:apiserver", &[Identity::MASTERS]);
    let code = server.handle_as(identity, request).await.status();
    let is_usual = [StatusCode::CONFLICT, StatusCode::NOT_FOUND].contains(&code);
    if !code.is_success() && !is_usual {
        tracing::warn!(path, %code, "a request of the server's own was refused");
    }
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    value.get_path(path).and_then(Value::text_if_not_null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn condition(status: &'static str, message: &str) -> Condition {
        Condition {
            status,
            reason: "R",
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_condition_keeps_its_time_until_its_status_changes() {
        let time = |text: &str| text.parse().unwrap();
        let mut service = parse_json(r#"{"status":{}}"#, 0).unwrap();
        let since = |service: &Value| {
            let conditions = service.get_path(&["status", "conditions"]).unwrap();
            let conditions = conditions.as_sequence().unwrap();
            assert_eq!(conditions.len(), 1);
            text(&conditions[0], &["lastTransitionTime"])
                .unwrap()
                .to_owned()
        };
        let (first, second) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        assert!(set_condition(
            &mut service,
            &condition("True", "a"),
            time(first)
        ));
        assert!(!set_condition(
            &mut service,
            &condition("True", "a"),
            time(second)
        ));
        assert!(set_condition(
            &mut service,
            &condition("True", "b"),
            time(second)
        ));
        assert_eq!(since(&service), first);
        assert!(set_condition(
            &mut service,
            &condition("False", "b"),
            time(second)
        ));
        assert_eq!(since(&service), second);
    }
}
