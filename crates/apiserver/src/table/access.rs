//! Who may do what, and what else serves the API.

use super::cells::{NONE, age, condition, items, name, string, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_clock::human_duration;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry("rbac.authorization.k8s.io", "RoleBinding", BINDING, binding),
    entry(
        "rbac.authorization.k8s.io",
        "ClusterRoleBinding",
        BINDING,
        binding,
    ),
    entry(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        REQUEST,
        request,
    ),
    entry(
        "apiregistration.k8s.io",
        "APIService",
        API_SERVICE,
        api_service,
    ),
];

const BINDING: &[Column] = &[
    NAME,
    column("Role", "The role that is given."),
    AGE,
    column("Users", "The users that have it.").wide(),
    column("Groups", "The groups of users that have it.").wide(),
    column("ServiceAccounts", "The service accounts that have it.").wide(),
];

const REQUEST: &[Column] = &[
    NAME,
    AGE,
    column(
        "SignerName",
        "Who is asked to sign, as `scope-hostname.io/name`. Who leaves spec.signerName out asks: 1. \
         for a certificate of a kubelet as a client, \
         \"kubernetes.io/kube-apiserver-client-kubelet\"; 2. for one of a kubelet as a server, \
         \"kubernetes.io/kubelet-serving\"; 3. for any other, \"kubernetes.io/legacy-unknown\".",
    ),
    column("Requestor", "Who asks."),
    column(
        "RequestedDuration",
        "How long the certificate should be good.",
    ),
    column("Condition", "What has become of the request."),
];

const API_SERVICE: &[Column] = &[
    NAME,
    column(
        "Service",
        "The service that serves the group and version; Local if it is this server.",
    ),
    column("Available", "Whether it does."),
    AGE,
];

fn binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let role = format!(
        "{}/{}",
        text(object, &["roleRef", "kind"]),
        text(object, &["roleRef", "name"])
    );
    let subjects = |kind: &str| {
        let subjects = items(object, &["subjects"]).iter();
        let subjects = subjects.filter(|subject| text(subject, &["kind"]) == kind);
        let names: Vec<String> = subjects
            .map(|subject| match (kind, text(subject, &["name"])) {
                ("ServiceAccount", name) => format!("{}/{name}", text(subject, &["namespace"])),
                (_, name) => name.to_owned(),
            })
            .collect();
        Value::string(names.join(", "))
    };
    vec![
        name(object),
        Value::string(role),
        age(object, now),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn request(object: &Value, now: Timestamp) -> Vec<Value> {
    let duration = text(object, &["spec", "expirationSeconds"]).parse();
    let duration = duration.map_or_else(|_| NONE.to_owned(), human_duration);
    vec![
        name(object),
        age(object, now),
        string(object, &["spec", "signerName"]),
        string(object, &["spec", "username"]),
        Value::string(duration),
        Value::string(request_state(object)),
    ]
}

fn request_state(object: &Value) -> String {
    let mut state = Vec::new();
    let decided = ["Approved", "Denied"];
    match decided
        .into_iter()
        .find(|kind| condition(object, kind).is_some())
    {
        Some(decided) => state.push(decided),
        None => state.push("Pending"),
    }
    if condition(object, "Failed").is_some() {
        state.push("Failed");
    }
    if !text(object, &["status", "certificate"]).is_empty() {
        state.push("Issued");
    }
    state.join(",")
}

fn api_service(object: &Value, now: Timestamp) -> Vec<Value> {
    let service = object.get_path(&["spec", "service"]);
    let service = service.filter(|service| !service.is_null());
    let service = service.map_or_else(
        || "Local".to_owned(),
        |service| {
            format!(
                "{}/{}",
                text(service, &["namespace"]),
                text(service, &["name"])
            )
        },
    );
    let available = match condition(object, "Available") {
        None => "Unknown".to_owned(),
        Some(found) => match text(found, &["status"]) {
            "True" => "True".to_owned(),
            other => format!("{other} ({})", text(found, &["reason"])),
        },
    };
    vec![
        name(object),
        Value::string(service),
        Value::string(available),
        age(object, now),
    ]
}
