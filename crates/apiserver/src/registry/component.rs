//! `componentstatuses`: whether the other parts of the control plane are well. Deprecated since 1.19,
//! and asked for by people and by scripts all the same.
//!
//! What runs in this process is well as long as it answers. What does not is asked where
//! kube-controller-manager and kube-scheduler answer on the same machine, as kube-apiserver does
//! (`pkg/registry/core/componentstatus`).

use bytes::Bytes;
use http::{Request, StatusCode};
use std::time::Duration;
use trimtab_tree::{Mapping, Value};

use super::rows::table;
use super::selector::selection;
use super::{Call, answer};
use crate::Status;
use crate::body::Response;
use crate::cache::{SelectedField, Selection};
use crate::media::Shape;
use crate::outgoing::{Limits, Target};
use crate::state::Server;
use crate::table::partial_object_metadata_list;

/// A part of the control plane.
struct Component {
    name: &'static str,
    /// Where it answers, if it is not in this process.
    url: Option<&'static str>,
}

/// In the order in which they are listed.
const COMPONENTS: [Component; 3] = [
    Component {
        name: "controller-manager",
        url: Some("https://127.0.0.1:10257"),
    },
    Component {
        name: "scheduler",
        url: Some("https://127.0.0.1:10259"),
    },
    // The store, which is in this process.
    Component {
        name: "etcd-0",
        url: None,
    },
];

/// What asking may take.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(5),
    bytes: 64 << 10,
};

/// Answers with one component or the list of all.
///
/// # Errors
/// When there is no such component, a selector is none, or the form wanted is not there.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, Status> {
    let server = call.server;
    if call.info.verb == "get" {
        let wanted = COMPONENTS.iter().find(|it| it.name == call.info.name);
        // Named in the singular, as upstream does here alone.
        let wanted =
            wanted.ok_or_else(|| Status::not_found("", "componentstatus", call.info.name))?;
        return answer::value(call, StatusCode::OK, status(server, wanted, true).await);
    }
    let selection = selection(call)?;
    let selected = COMPONENTS.iter().filter(|it| takes(&selection, it.name));
    let is_whole = call.accepted.shape == Shape::Whole;
    let asked = selected.map(|component| status(server, component, !is_whole));
    let items = futures::future::join_all(asked).await;
    let kind = &call.resource.kind;
    let list = match call.accepted.shape {
        Shape::Whole => Value::mapping([
            ("kind", Value::string(kind.list_kind())),
            ("apiVersion", Value::string(kind.api_version())),
            ("metadata", Mapping::new().into()),
            ("items", Value::sequence(items)),
        ]),
        Shape::MetadataList(version) => {
            partial_object_metadata_list(Mapping::new(), &items, version)
        }
        Shape::Metadata(_) => {
            return Err(answer::not_acceptable(&format!(
                "you requested PartialObjectMetadata, but the requested object is a list ({}List)",
                answer::called(call)
            )));
        }
        Shape::Table(version) => table(call, version, Mapping::new(), &items)?,
    };
    answer::encoded(call, StatusCode::OK, &list)
}

/// Whether a component, which has nothing but a name, is selected.
fn takes(selection: &Selection, name: &str) -> bool {
    let fields = selection.fields.iter();
    let mut named = fields.filter(|it| it.field == SelectedField::Name);
    selection.labels.matches(|_| None) && named.all(|it| (it.value == name) == it.equal)
}

async fn status(server: &Server, component: &Component, with_kind: bool) -> Value {
    let health = match component.url {
        _ if server.components.runs(component.name) => Ok("ok".to_owned()),
        Some(url) => ask(server, url).await,
        None if server.cache.is_closed() => Err("the store is closed".to_owned()),
        None => Ok("ok".to_owned()),
    };
    let (healthy, message) = match health {
        Ok(message) => ("True", message),
        Err(message) => ("False", message),
    };
    let condition = Value::mapping([
        ("type", Value::string("Healthy")),
        ("status", Value::string(healthy)),
        ("message", Value::string(message)),
    ]);
    let mut status = Mapping::new();
    if with_kind {
        status.insert("kind", Value::string("ComponentStatus"));
        status.insert("apiVersion", Value::string("v1"));
    }
    let name = [("name", Value::string(component.name))];
    status.insert("metadata", Value::mapping(name));
    status.insert("conditions", Value::sequence(vec![condition]));
    status.into()
}

/// Asks a component that is not in this process how it is.
async fn ask(server: &Server, url: &str) -> Result<String, String> {
    let target = Target::unverified(url)?;
    let url = target.url("/healthz", "");
    let failed = |why: &dyn std::fmt::Display| format!("Get {url:?}: {why}");
    let request = Request::get(&url).body(Bytes::new());
    let request = request.map_err(|why| failed(&why))?;
    let answer = server.dialer.call(server, &target, request, LIMITS).await;
    let answer = answer.map_err(|why| failed(&why))?;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    if answer.status().is_success() {
        Ok(text)
    } else {
        Err(format!(
            "HTTP probe failed with statuscode: {}",
            answer.status().as_u16()
        ))
    }
}
