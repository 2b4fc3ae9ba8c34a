//! What the server itself looks after, beside answering: the conditions of `APIService`s and flow
//! schemas, and the `APIService`s of custom resources.
//!
//! One task, level-triggered: woken by a write to any of the collections it depends on, it learns what
//! has changed, compares that with what there should be and writes the difference through the API, so
//! that what it does can be seen and is checked like anything else. It ends with the server.

mod known;

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
use known::Known;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use trimtab_store::Revision;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

/// How often servers behind this one are asked whether they are still there.
const ASK_AGAIN: Duration = Duration::from_secs(30);

const FLOW_GROUP: &str = "flowcontrol.apiserver.k8s.io";

/// Who writes the conditions of flow schemas.
const FLOW_CONTROLLER: &str = "api-priority-and-fairness-config-consumer-v1";

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

/// What the task depends on, as far as it knows it.
pub(crate) struct Background {
    cache: Arc<Cache>,
    services: Known<ServiceFacts>,
    /// The versions that each definition serves.
    definitions: Known<Vec<GroupVersion>>,
    /// The priority level that each flow schema names.
    schemas: Known<String>,
    levels: Known<()>,
    /// All of these.
    watched: Vec<CollectionId>,
    /// Services and their endpoints: of interest where there are servers behind this one.
    endpoints: Vec<CollectionId>,
}

type GroupVersion = (String, String);

/// What counts of an `APIService`.
struct ServiceFacts {
    of: GroupVersion,
    /// Whether it is this server that looks after it.
    is_managed: bool,
}

impl Background {
    /// Of a server of these resources; `None` if one of those that it depends on is not served.
    pub(crate) fn new(cache: &Arc<Cache>, resources: &Resources) -> Option<Self> {
        let of = |group: &str, plural: &str| collection(resources, group, "v1", plural);
        let services = of("apiregistration.k8s.io", "apiservices")?;
        let definitions = of("apiextensions.k8s.io", "customresourcedefinitions")?;
        let schemas = of(FLOW_GROUP, "flowschemas")?;
        let levels = of(FLOW_GROUP, "prioritylevelconfigurations")?;
        let endpoints = [
            of("", "services")?,
            of("discovery.k8s.io", "endpointslices")?,
        ];
        Some(Self {
            cache: Arc::clone(cache),
            services: Known::new(services, service_facts),
            definitions: Known::new(definitions, served_versions),
            schemas: Known::new(schemas, level_of),
            levels: Known::new(levels, |_| ()),
            watched: vec![services, definitions, schemas, levels],
            endpoints: endpoints.to_vec(),
        })
    }

    /// The task, for as long as `server` gives the server.
    pub(crate) async fn run(mut self, server: impl Fn() -> Option<ApiServer>) {
        let mut seen: Revision = 0;
        let mut of_interest = self.watched.clone();
        of_interest.extend(&self.endpoints);
        loop {
            let has_remotes = match server() {
                Some(server) => server.has_remotes(),
                None => return,
            };
            let of_interest = if has_remotes {
                &of_interest
            } else {
                &self.watched
            };
            let mut is_due = false;
            tokio::select! {
                biased;
                changed = self.cache.changed_after(of_interest, seen) => match changed {
                    Ok(revision) => seen = revision,
                    Err(_) => return,
                },
                () = tokio::time::sleep(ASK_AGAIN), if has_remotes => is_due = true,
            }
            let Some(server) = server() else {
                return;
            };
            self.look_after(&server, is_due).await;
        }
    }

    /// Writes what should be otherwise, because of what has been written since.
    async fn look_after(&mut self, server: &ApiServer, is_due: bool) {
        let cache = &self.cache;
        self.services.follow(cache);
        self.definitions.follow(cache);
        self.schemas.follow(cache);
        self.levels.follow(cache);
        if self.services.is_other() || self.definitions.is_other() {
            self.custom_services(server).await;
        }
        // If nothing of its own has changed, it is the servers behind this one, or it is time.
        let is_own = [
            self.services.is_other(),
            self.definitions.is_other(),
            self.schemas.is_other(),
            self.levels.is_other(),
        ];
        let all_remotes = is_due || !is_own.contains(&true);
        self.conditions_of_services(server, all_remotes).await;
        self.conditions_of_flows(server).await;
    }

    /// Every served version of every group of custom resources has an `APIService`, and no other has
    /// one that this server made.
    async fn custom_services(&self, server: &ApiServer) {
        let wanted: BTreeSet<&GroupVersion> = self
            .definitions
            .all()
            .flat_map(|(_, versions, _)| versions)
            .collect();
        let mut known = BTreeSet::new();
        for (name, service, _) in self.services.all() {
            if service.is_managed && !wanted.contains(&service.of) {
                send(server, Method::DELETE, &format!("{PATH}/{name}"), "", None).await;
            }
            known.insert(&service.of);
        }
        for (group, version) in wanted.difference(&known) {
            let head = [
                ("apiVersion", Value::string(priorities::API_VERSION)),
                ("kind", Value::string("APIService")),
            ];
            let fields = head.into_iter().chain(priorities::custom(group, version));
            let fields = fields.map(|(name, value)| (name.into(), value));
            let object = Value::from(fields.collect::<Mapping>());
            let json = "application/json";
            send(server, Method::POST, PATH, json, Some(&object)).await;
        }
    }

    /// Every `APIService` that has changed says whether it can be reached, and every server behind
    /// this one, if all are asked.
    async fn conditions_of_services(&self, server: &ApiServer, all_remotes: bool) {
        let remotes = server.aggregation().remotes();
        let changed: BTreeSet<&str> = self.services.changed().map(|(name, ..)| name).collect();
        let updates = self.services.all().filter_map(|(name, _, object)| {
            let remote = remotes.iter().find(|remote| remote.name == name);
            let is_asked = changed.contains(name) || (all_remotes && remote.is_some());
            is_asked.then_some((name, remote, object))
        });
        let updates = updates.map(|(name, remote, object)| async move {
            let condition = match remote {
                None => availability::local(),
                Some(remote) => {
                    let (state, aggregation) = (server.server(), server.aggregation());
                    availability::of_remote(state, aggregation, remote).await
                }
            };
            let path = format!("{PATH}/{name}/status");
            let now = server.server().clock.now();
            let Ok(mut service) = object.to_value() else {
                return;
            };
            if set_condition(&mut service, &condition, now) {
                let json = "application/json";
                send(server, Method::PUT, &path, json, Some(&service)).await;
            }
        });
        join_all(updates).await;
    }

    /// Every flow schema that has changed, or all if levels have, says whether its level is there.
    async fn conditions_of_flows(&self, server: &ApiServer) {
        let schemas: Vec<_> = if self.levels.is_other() {
            self.schemas.all().collect()
        } else {
            self.schemas.changed().collect()
        };
        let updates = schemas.into_iter().filter_map(|(name, level, object)| {
            let schema = object.to_value().ok()?;
            let (path, patch) = dangling(server, &schema, name, level, self.levels.has(level))?;
            Some(async move { apply(server, &path, FLOW_CONTROLLER, &patch).await })
        });
        join_all(updates).await;
    }
}

fn service_facts(service: &Value) -> ServiceFacts {
    let said = |path: &[&str]| text(service, path).unwrap_or_default().to_owned();
    ServiceFacts {
        of: (said(&["spec", "group"]), said(&["spec", "version"])),
        is_managed: text(service, &["metadata", "labels", MANAGED]) == Some("true"),
    }
}

/// The versions of custom resources that a definition serves.
fn served_versions(definition: &Value) -> Vec<GroupVersion> {
    let group = text(definition, &["spec", "group"]).unwrap_or_default();
    let versions = definition.get_path(&["spec", "versions"]);
    let versions = versions.and_then(Value::as_sequence).unwrap_or_default();
    let served = versions.iter().filter_map(|version| {
        let name = text(version, &["name"])?;
        let is_served = text(version, &["served"]) == Some("true");
        let is_custom = !priorities::is_built_in(group, name);
        (is_served && is_custom).then(|| (group.to_owned(), name.to_owned()))
    });
    served.collect()
}

fn level_of(schema: &Value) -> String {
    let level = text(schema, &["spec", "priorityLevelConfiguration", "name"]);
    level.unwrap_or_default().to_owned()
}

/// What is to be applied to a flow schema for it to say whether its level is there, and where; `None`
/// if it says so already.
fn dangling(
    server: &ApiServer,
    schema: &Value,
    name: &str,
    level: &str,
    is_there: bool,
) -> Option<(String, Value)> {
    let start =
        format!("This FlowSchema references the PriorityLevelConfiguration object named {level:?}");
    let (status, reason, message) = if is_there {
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
    let condition = [
        ("type", "Dangling"),
        ("status", status),
        ("reason", reason),
        ("message", &message),
    ];
    let path = format!("/apis/{FLOW_GROUP}/v1/flowschemas/{name}/status");
    let api_version = defaults::API_VERSION;
    (!is_said).then(|| {
        (
            path,
            applied(server, api_version, "FlowSchema", name, &condition),
        )
    })
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
    let now = format!("{:.0}", server.server().clock.now());
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
