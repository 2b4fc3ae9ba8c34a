//! `pods/log`, `exec`, `attach`, `portforward`: what only the pod's node can answer.
//!
//! The server says what is wrong with the request itself, as kube-apiserver does before it connects
//! to a kubelet (`pkg/registry/core/pod/strategy.go`). Nodes without a kubelet, such as simulated
//! ones, have no answer beyond that.

use http::StatusCode;
use trimtab_tree::{Mapping, Value};

use crate::admission::KindName;
use crate::body::{Response, empty};
use crate::fields::string_at;
use crate::registry::{Call, before_connect, read_live};
use crate::request::RequestInfo;
use crate::{Cause, Reason, Status};

/// Numbers of a log request, and the least that they may be.
const LOG_NUMBERS: [(&str, i64, &str); 3] = [
    ("tailLines", 0, "must be greater than or equal to 0"),
    ("limitBytes", 1, "must be greater than 0"),
    ("sinceSeconds", 1, "must be greater than 0"),
];

/// Answers with a container's log: there is none of a pod that is on no node.
///
/// # Errors
/// When there is no such pod or container, or no node that could answer.
pub(super) async fn log(call: &Call<'_>) -> Result<Response, Status> {
    let mut causes = Vec::new();
    for (field, least, rule) in LOG_NUMBERS {
        let given = call.query.text(field);
        if let Ok(number) = given.parse::<i64>()
            && number < least
        {
            causes.push(Cause {
                reason: "FieldValueInvalid".to_owned(),
                message: format!("Invalid value: {number}: {rule}"),
                field: field.to_owned(),
            });
        }
    }
    if !causes.is_empty() {
        let name = call.info.name;
        return Err(Status::invalid("", "PodLogOptions", name, causes));
    }
    let pod = pod(call).await?;
    container(call, &pod)?;
    if string_at(&pod, &["spec", "nodeName"]).is_empty() {
        let mut response = http::Response::new(empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    Err(unanswered(call, &pod))
}

/// Connects to a container.
///
/// # Errors
/// When there is no such pod or container, or no node that could answer.
pub(super) async fn connect(call: &Call<'_>) -> Result<Response, Status> {
    let pod = pod(call).await?;
    let (mut options, kind) = connection(call);
    before_connect(call, &mut options, kind).await?;
    if call.info.subresource != "portforward" {
        container(call, &pod)?;
    }
    Err(unanswered(call, &pod))
}

/// Passes a request on to what is behind an object: nothing is, as no kubelet runs what it stands for.
///
/// # Errors
/// When there is no such object, and otherwise why nothing answers.
pub(super) async fn proxy(call: &Call<'_>) -> Result<Response, Status> {
    // `NAME`, `NAME:PORT`, or `https:NAME:PORT`.
    let parts: Vec<&str> = call.info.name.split(':').collect();
    let name = match parts[..] {
        [name, _] | [_, name, _] => name,
        _ => call.info.name,
    };
    let info = RequestInfo {
        name,
        ..call.info.clone()
    };
    let call = Call {
        info: &info,
        ..*call
    };
    let object = pod(&call).await?;
    let what = call.resource.plural.as_str();
    if what == "pods" {
        return Err(unanswered(&call, &object));
    }
    let why = if what == "services" {
        format!("no endpoints available for service {name:?}")
    } else {
        format!("node {name} has no kubelet that could answer")
    };
    Err(Status::new(503, Reason::ServiceUnavailable, why))
}

/// What a connection is asked for with, as an object, and its kind.
fn connection(call: &Call<'_>) -> (Value, KindName<'static>) {
    let (kind, flags, texts, lists): (_, &[&str], &[&str], &[&str]) = match call.info.subresource {
        "exec" => (
            "PodExecOptions",
            &["stdin", "stdout", "stderr", "tty"],
            &["container"],
            &["command"],
        ),
        "attach" => (
            "PodAttachOptions",
            &["stdin", "stdout", "stderr", "tty"],
            &["container"],
            &[],
        ),
        _ => ("PodPortForwardOptions", &[], &[], &["ports"]),
    };
    let query = call.query;
    let mut fields = Mapping::from([
        ("kind", Value::string(kind)),
        ("apiVersion", Value::string("v1")),
    ]);
    for flag in flags.iter().filter(|flag| query.is_true(flag)) {
        fields.insert(flag, Value::bool(true));
    }
    for name in texts.iter().filter(|name| query.has(name)) {
        fields.insert(name, Value::string(query.text(name)));
    }
    for name in lists.iter().filter(|name| query.has(name)) {
        let numbers = *name == "ports";
        let value = |text: &str| match text.parse() {
            Ok(number) if numbers => Value::int(number),
            _ => Value::string(text),
        };
        fields.insert(name, Value::sequence(query.all(name).map(value).collect()));
    }
    let kind = KindName {
        group: "",
        version: "v1",
        kind,
    };
    (fields.into(), kind)
}

async fn pod(call: &Call<'_>) -> Result<Value, Status> {
    let live = read_live(call, &call.key()?).await?;
    live.ok_or_else(|| call.not_found(call.info.name))?
        .to_value()
}

/// The container that is asked for must be one of the pod's; a pod with one need not be asked for
/// it.
fn container(call: &Call<'_>, pod: &Value) -> Result<(), Status> {
    let name = call.info.name;
    let names = |field: &str| -> Vec<String> {
        let list = pod.get_path(&["spec", field]).and_then(Value::as_sequence);
        let list = list.unwrap_or_default().iter();
        list.map(|container| string_at(container, &["name"]).to_owned())
            .collect()
    };
    let own = names("containers");
    let wanted = call.query.text("container");
    if wanted.is_empty() {
        if own.len() == 1 {
            return Ok(());
        }
        let all = [names("initContainers"), own, names("ephemeralContainers")];
        let choices = all.concat().join(" ");
        return Err(Status::bad_request(format!(
            "a container name must be specified for pod {name}, choose one of: [{choices}]"
        )));
    }
    let all = [own, names("initContainers"), names("ephemeralContainers")];
    if all.iter().flatten().any(|container| container == wanted) {
        return Ok(());
    }
    Err(Status::bad_request(format!(
        "container {wanted} is not valid for pod {name}"
    )))
}

/// Why there is no answer from the pod's node.
fn unanswered(call: &Call<'_>, pod: &Value) -> Status {
    let name = call.info.name;
    let node = string_at(pod, &["spec", "nodeName"]);
    Status::bad_request(if node.is_empty() {
        format!("pod {name} does not have a host assigned")
    } else {
        let what = call.info.subresource;
        format!("pod {name} is on node {node}, which has no kubelet that could answer {what:?}")
    })
}
