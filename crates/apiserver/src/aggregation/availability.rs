//! Whether a server behind this one can be reached, and what it serves.
//!
//! Rules: `kube-aggregator/pkg/controllers/status` upstream, reasons included.

use super::{Aggregation, Remote, Served};
use crate::Identity;
use crate::lookup::Lookup as _;
use crate::outgoing::Limits;
use crate::state::Server;
use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, HeaderName};
use std::time::Duration;
use trimtab_tree::{Mapping, Value, parse_json};

/// What a question to another server may take.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(5),
    bytes: 4 << 20,
};

/// How often a server is asked before it counts as not there.
const ATTEMPTS: usize = 2;

/// As whom this server asks.
pub(super) const AGGREGATOR: &str = "system:kube-aggregator";

/// Everything in one document, or the resources of one version.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                          application/json";

/// The condition `Available` of an `APIService`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// `True` or `False`.
    pub(crate) status: &'static str,
    /// In one word.
    pub(crate) reason: &'static str,
    /// For people.
    pub(crate) message: String,
}

fn missing(reason: &'static str, message: String) -> Condition {
    Condition {
        status: "False",
        reason,
        message,
    }
}

/// That of an `APIService` without a service.
pub(crate) fn local() -> Condition {
    Condition {
        status: "True",
        reason: "Local",
        message: "Local APIServices are always available".to_owned(),
    }
}

/// That of a server behind this one. What it serves is remembered.
pub(crate) async fn of_remote(
    server: &Server,
    aggregation: &Aggregation,
    remote: &Remote,
) -> Condition {
    if let Err(condition) = endpoints(server, remote).await {
        return condition;
    }
    let mut failed = String::new();
    for _ in 0..ATTEMPTS {
        match discovery(server, aggregation, remote).await {
            Ok(served) => {
                aggregation.learn(remote, served);
                return Condition {
                    status: "True",
                    reason: "Passed",
                    message: "all checks passed".to_owned(),
                };
            }
            Err(why) => failed = why,
        }
    }
    missing("FailedDiscoveryCheck", failed)
}

/// Looks for the service and its endpoints.
async fn endpoints(server: &Server, remote: &Remote) -> Result<(), Condition> {
    let (namespace, name, port) = &remote.service;
    let what = format!("service/{name} in {namespace:?}");
    let unknown = |reason, error: crate::Status| Condition {
        status: "Unknown",
        reason,
        message: format!("{what} cannot be checked due to: {}", error.message),
    };
    let service = server.get("", "services", namespace, name).await;
    let service = service.map_err(|error| unknown("ServiceAccessError", error))?;
    let Some(service) = service else {
        return Err(missing("ServiceNotFound", format!("{what} is not present")));
    };
    let text = |value: &Value, path: &[&str]| {
        let text = value.get_path(path).and_then(Value::text_if_not_null);
        text.unwrap_or_default().to_owned()
    };
    if text(&service, &["spec", "type"]) != "ClusterIP" {
        return Ok(());
    }
    let ports = service.get_path(&["spec", "ports"]);
    let mut ports = ports
        .and_then(Value::as_sequence)
        .unwrap_or_default()
        .iter();
    let Some(found) = ports.find(|it| text(it, &["port"]) == port.to_string()) else {
        let told = format!("{what} is not listening on port {port}");
        return Err(missing("ServicePortError", told));
    };
    let port_name = text(found, &["name"]);
    let slices = server
        .list("discovery.k8s.io", "endpointslices", namespace)
        .await
        .map_err(|error| unknown("EndpointsAccessError", error))?;
    let label = ["metadata", "labels", "kubernetes.io/service-name"];
    let slices: Vec<_> = slices
        .iter()
        .filter(|slice| text(slice, &label) == *name)
        .collect();
    if slices.is_empty() {
        let told = format!("cannot find endpointslices for {what}");
        return Err(missing("EndpointsNotFound", told));
    }
    let any = |slice: &Value, list: &str, fits: &dyn Fn(&Value) -> bool| {
        let list = slice.get(list).and_then(Value::as_sequence);
        list.unwrap_or_default().iter().any(fits)
    };
    let answers = |slice: &Value| {
        any(slice, "endpoints", &|endpoint| {
            text(endpoint, &["conditions", "ready"]) != "false"
        }) && any(slice, "ports", &|it| {
            text(it, &["name"]) == port_name && !text(it, &["port"]).is_empty()
        })
    };
    if slices.iter().any(|slice| answers(slice)) {
        return Ok(());
    }
    let told = format!("endpointslices for {what} have no addresses with port name {port_name:?}");
    Err(missing("MissingEndpoints", told))
}

/// Asks the server what it serves.
async fn discovery(
    server: &Server,
    aggregation: &Aggregation,
    remote: &Remote,
) -> Result<Served, String> {
    let target = aggregation.target(remote, false);
    let place = format!("/apis/{}/{}", remote.group, remote.version);
    let ask = async |path: &str| {
        let url = target.url(path, "");
        let request = Request::get(&url)
            .header(ACCEPT, AGGREGATED)
            .header(HeaderName::from_static("x-remote-user"), AGGREGATOR)
            .header(HeaderName::from_static("x-remote-group"), Identity::MASTERS)
            .body(Bytes::new())
            .map_err(|error| error.to_string())?;
        let answer = server.dialer.call(server, &target, request, LIMITS).await;
        let answer =
            answer.map_err(|error| format!("failing or missing response from {url}: {error}"))?;
        if !answer.status().is_success() {
            let code = answer.status().as_u16();
            return Err(format!(
                "failing or missing response from {url}: bad status from {url}: {code}"
            ));
        }
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        parse_json(&text, 0).map_err(|error| format!("what {url} answers is no JSON: {error}"))
    };
    let resources = ask(&place).await?;
    // Older servers know only this document, which says the same.
    let all = ask("/apis").await.unwrap_or_else(|_| Value::null());
    let own = version_in(&all, remote);
    let openapi = ask("/openapi/v3").await.ok().and_then(|index| {
        let place = place.trim_start_matches('/');
        let address = index
            .get_path(&["paths", place, "serverRelativeURL"])?
            .text()?;
        Some(address.to_owned())
    });
    Ok(Served {
        version: own.unwrap_or_else(|| of_resources(&resources, remote)),
        openapi,
    })
}

/// The version in a list of all groups.
fn version_in(all: &Value, remote: &Remote) -> Option<Value> {
    let is = |value: &Value, path: &[&str], wanted: &str| {
        value.get_path(path).and_then(Value::text) == Some(wanted)
    };
    let mut groups = all.get("items")?.as_sequence()?.iter();
    let group = groups.find(|group| is(group, &["metadata", "name"], &remote.group))?;
    let mut versions = group.get("versions")?.as_sequence()?.iter();
    let version = versions.find(|version| is(version, &["version"], &remote.version))?;
    Some(version.clone())
}

/// `APIVersionDiscovery` of an `APIResourceList`.
fn of_resources(list: &Value, remote: &Remote) -> Value {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::text_if_not_null);
        text.unwrap_or_default().to_owned()
    };
    let listed = list.get("resources").and_then(Value::as_sequence);
    let listed = listed.unwrap_or_default();
    let kind_of = |resource: &Value| {
        let or = |said: String, own: &str| {
            if said.is_empty() {
                own.to_owned()
            } else {
                said
            }
        };
        Value::mapping([
            (
                "group",
                Value::string(or(text(resource, "group"), &remote.group)),
            ),
            (
                "version",
                Value::string(or(text(resource, "version"), &remote.version)),
            ),
            ("kind", Value::string(text(resource, "kind"))),
        ])
    };
    let copied = |resource: &Value, names: &[&'static str], to: &mut Mapping| {
        for name in names {
            if let Some(value) = resource.get(name) {
                to.insert(name, value.clone());
            }
        }
    };
    let mut resources: Vec<Mapping> = Vec::new();
    for resource in listed {
        let name = text(resource, "name");
        if name.contains('/') {
            continue;
        }
        let scope = if text(resource, "namespaced") == "true" {
            "Namespaced"
        } else {
            "Cluster"
        };
        let mut fields = Mapping::from([
            ("resource", Value::string(name.as_str())),
            ("responseKind", kind_of(resource)),
            ("scope", Value::string(scope)),
            (
                "singularResource",
                Value::string(text(resource, "singularName")),
            ),
        ]);
        copied(
            resource,
            &["verbs", "shortNames", "categories"],
            &mut fields,
        );
        let below = listed.iter().filter_map(|below| {
            let below_name = text(below, "name");
            let (of, subresource) = below_name.split_once('/')?;
            (of == name).then(|| {
                let mut fields = Mapping::from([
                    ("subresource", Value::string(subresource)),
                    ("responseKind", kind_of(below)),
                ]);
                copied(below, &["verbs"], &mut fields);
                Value::from(fields)
            })
        });
        let below: Vec<Value> = below.collect();
        if !below.is_empty() {
            fields.insert("subresources", Value::sequence(below));
        }
        resources.push(fields);
    }
    let resources = resources.into_iter().map(Value::from).collect();
    Value::mapping([
        ("version", Value::string(remote.version.as_str())),
        ("resources", Value::sequence(resources)),
        ("freshness", Value::string("Current")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{JsonStyle, write_json};

    #[test]
    fn a_list_of_resources_says_the_same_as_the_newer_document() {
        let list = r#"{"resources":[{"name":"flunders","singularName":"flunder","namespaced":true,"kind":"Flunder","verbs":["get","list"],"shortNames":["fl"]},{"name":"flunders/status","singularName":"","namespaced":true,"kind":"Flunder","verbs":["get"]}]}"#;
        let object = r#"{"metadata":{"name":"v1.g"},"spec":{"group":"g","version":"v1","service":{"namespace":"n","name":"s"}}}"#;
        let remote = Remote::read(&parse_json(object, 0).unwrap()).unwrap();
        let document = of_resources(&parse_json(list, 0).unwrap(), &remote);
        let mut json = String::new();
        write_json(&document, &mut json, JsonStyle::Ordered).unwrap();
        assert_eq!(
            json,
            r#"{"version":"v1","resources":[{"resource":"flunders","responseKind":{"group":"g","version":"v1","kind":"Flunder"},"scope":"Namespaced","singularResource":"flunder","verbs":["get","list"],"shortNames":["fl"],"subresources":[{"subresource":"status","responseKind":{"group":"g","version":"v1","kind":"Flunder"},"verbs":["get"]}]}],"freshness":"Current"}"#
        );
    }
}
