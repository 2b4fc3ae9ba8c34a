//! What can be done at a path.

use super::names;
use super::parameter::{self, Parameter};
use super::subject::{Below, Subject, type_of};
use super::text::reference;
use trimtab_tree::{Mapping, Value};

/// The media types of answers.
pub(super) const CONTENT_TYPES: [&str; 3] = [
    "application/json",
    "application/vnd.kubernetes.protobuf",
    "application/yaml",
];
/// The media types of answers that may go on.
const STREAMED_TYPES: [&str; 5] = [
    "application/json",
    "application/json;stream=watch",
    "application/vnd.kubernetes.protobuf",
    "application/vnd.kubernetes.protobuf;stream=watch",
    "application/yaml",
];
/// The media types of custom objects.
const CUSTOM_TYPES: [&str; 2] = ["application/json", "application/yaml"];
/// The media types of patches.
const PATCH_TYPES: [&str; 4] = [
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
];

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// `x-kubernetes-action`
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Get,
    List,
    Watch,
    WatchList,
    Post,
    Put,
    Patch,
    Delete,
    DeleteCollection,
    Connect,
}

/// An operation on objects of a kind.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    kind: Subject<'a>,
    method: &'static str,
    action: Action,
    below: Option<Below<'a>>,
    everywhere: bool,
    with_path: bool,
}

/// `PathItem`: the operations at a path, and the parameters of all of them.
pub(super) fn path_item(operations: &[Operation<'_>], parameters: &[Parameter]) -> Value {
    let mut item = Mapping::new();
    for operation in operations {
        item.insert(operation.method, operation.to_value());
    }
    let connects = operations
        .iter()
        .all(|operation| operation.action == Action::Connect);
    let mut all: Vec<Parameter> = parameters.to_vec();
    if !connects {
        all.push(parameter::pretty());
    }
    let all = all.iter().map(Parameter::to_value).collect();
    item.insert("parameters", Value::sequence(all));
    Value::from(item)
}

impl<'a> Operation<'a> {
    pub(super) fn new(kind: Subject<'a>, method: &'static str, action: Action) -> Self {
        Self {
            kind,
            method,
            action,
            below: None,
            everywhere: false,
            with_path: false,
        }
    }

    /// The same, in all namespaces.
    pub(super) fn everywhere(mut self) -> Self {
        self.everywhere = true;
        self
    }

    /// The same, on what is below the object.
    pub(super) fn below(mut self, below: Below<'a>) -> Self {
        self.below = Some(below);
        self
    }

    /// The same, with a path behind a proxy.
    pub(super) fn with_path(mut self, with_path: bool) -> Self {
        self.with_path = with_path;
        self
    }

    fn to_value(self) -> Value {
        let tag = names::tag(self.kind.group(), Some(self.kind.version()));
        let mut fields = Mapping::from([
            ("tags", Value::sequence(vec![Value::string(tag)])),
            ("description", Value::string(self.description())),
            ("operationId", Value::string(self.id())),
        ]);
        let parameters: Vec<Value> = self.parameters().iter().map(Parameter::to_value).collect();
        if !parameters.is_empty() {
            fields.insert("parameters", Value::sequence(parameters));
        }
        if let Some(body) = self.body() {
            fields.insert("requestBody", body);
        }
        fields.insert("responses", self.responses());
        fields.insert("x-kubernetes-action", Value::string(self.action.name()));
        fields.insert("x-kubernetes-group-version-kind", self.kind_of_body());
        Value::from(fields)
    }

    fn kind_of_body(self) -> Value {
        let (group, version, kind) = self.group_version_kind();
        Value::mapping([
            ("group", Value::string(group)),
            ("version", Value::string(version)),
            ("kind", Value::string(kind)),
        ])
    }

    fn group_version_kind(self) -> (&'a str, &'a str, &'a str) {
        match self.below {
            Some(below) => (below.group, below.version, below.kind),
            None => (self.kind.group(), self.kind.version(), self.kind.kind()),
        }
    }

    /// The full name of the type that it takes and gives.
    fn type_name(self) -> Option<String> {
        let (group, version, kind) = self.group_version_kind();
        if group == self.kind.group() && self.kind.is_custom() {
            return self.kind.own_type();
        }
        let api_version = if group.is_empty() {
            version.to_owned()
        } else {
            format!("{group}/{version}")
        };
        type_of(&api_version, kind)
    }

    fn answer(self) -> Option<String> {
        match self.action {
            Action::List => self.kind.list_type(),
            Action::Watch | Action::WatchList => Some(format!("{META}.WatchEvent")),
            Action::DeleteCollection => Some(format!("{META}.Status")),
            Action::Connect => None,
            // A pod's log is text, whatever the kind says.
            Action::Get if self.below.is_some_and(|below| below.name == "log") => None,
            // An object that nothing holds back is gone at once, and then only its end is told.
            Action::Delete if !self.returns_object() => Some(format!("{META}.Status")),
            _ => self.type_name(),
        }
    }

    /// Whether the answer to its deletion is the object: of pods and what else ends slowly.
    fn returns_object(self) -> bool {
        const SLOW: [&str; 8] = [
            "Pod",
            "PodTemplate",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "ResourceQuota",
            "Service",
            "ServiceAccount",
            "ResourceClaim",
        ];
        !self.kind.is_custom() && SLOW.contains(&self.kind.kind())
    }

    fn parameters(self) -> Vec<Parameter> {
        match self.action {
            Action::List | Action::WatchList | Action::Watch => parameter::listing().collect(),
            Action::Post | Action::Put => parameter::writing().collect(),
            Action::Patch => parameter::patching().collect(),
            Action::Delete => parameter::deleting().collect(),
            Action::DeleteCollection => parameter::deleting().chain(parameter::listing()).collect(),
            Action::Get | Action::Connect => Vec::new(),
        }
    }

    fn body(self) -> Option<Value> {
        let any: &[&str] = if self.kind.is_custom() {
            &CUSTOM_TYPES
        } else {
            &["*/*"]
        };
        let (schema, types, required) = match self.action {
            Action::Post | Action::Put => (self.type_name()?, any, true),
            // Custom kinds do not say how their lists are merged.
            Action::Patch if self.kind.is_custom() => {
                (format!("{META}.Patch"), &PATCH_TYPES[..3], true)
            }
            Action::Patch => (format!("{META}.Patch"), &PATCH_TYPES[..], true),
            Action::Delete | Action::DeleteCollection => {
                (format!("{META}.DeleteOptions"), any, false)
            }
            _ => return None,
        };
        let mut body = Mapping::from([("content", by_media_type(&schema, types))]);
        if required {
            body.insert("required", Value::bool(true));
        }
        Some(Value::from(body))
    }

    fn responses(self) -> Value {
        let answer = self.answer();
        let types: &[&str] = match self.action {
            _ if self.kind.is_custom() => &CUSTOM_TYPES,
            Action::List | Action::Watch | Action::WatchList => &STREAMED_TYPES,
            _ => &CONTENT_TYPES,
        };
        let response = |description: &str| match &answer {
            Some(answer) => content(description, answer, types),
            None => text_response(description),
        };
        let mut responses = Mapping::from([("200", response("OK"))]);
        match self.action {
            Action::Post => {
                responses.insert("201", response("Created"));
                responses.insert("202", response("Accepted"));
            }
            Action::Patch if self.kind.is_custom() => {}
            Action::Put | Action::Patch => {
                responses.insert("201", response("Created"));
            }
            Action::Delete => {
                responses.insert("202", response("Accepted"));
            }
            _ => {}
        }
        let unauthorized = [("description", Value::string("Unauthorized"))];
        responses.insert("401", Value::mapping(unauthorized));
        Value::from(responses)
    }

    fn description(self) -> String {
        let kind = self.kind.kind();
        let what = match self.below {
            Some(below) if self.action == Action::Connect => {
                return format!(
                    "connect {} requests to {} of {kind}",
                    self.method, below.name
                );
            }
            Some(below) => format!("{} of the specified {kind}", below.name),
            None => format!("the specified {kind}"),
        };
        match self.action {
            Action::Get => format!("read {what}"),
            Action::Put => format!("replace {what}"),
            Action::Patch => format!("partially update {what}"),
            Action::Delete => format!("delete {what}"),
            Action::Post if self.below.is_some() => format!("create {what}"),
            Action::Post => format!("create an object of kind {kind}"),
            Action::List => format!("list or watch objects of kind {kind}"),
            Action::DeleteCollection => format!("delete several objects of kind {kind}"),
            Action::Watch => format!("watch one object of kind {kind}"),
            Action::WatchList => format!("watch objects of kind {kind}"),
            Action::Connect => format!("connect to {what}"),
        }
    }

    /// `readAppsV1NamespacedDeploymentScale`: clients are generated from these.
    fn id(self) -> String {
        let namespaced = self.kind.is_namespaced() && !self.everywhere;
        let verb = match self.action {
            Action::Get => "read".to_owned(),
            Action::Put => "replace".to_owned(),
            Action::Post => "create".to_owned(),
            Action::Connect => format!("connect{}", names::capital(self.method)),
            Action::DeleteCollection => "deleteCollection".to_owned(),
            Action::WatchList => "watch".to_owned(),
            action => action.name().to_owned(),
        };
        let mut id = format!(
            "{verb}{}{}{}{}",
            names::camel(self.kind.group()),
            names::capital(self.kind.version()),
            if namespaced { "Namespaced" } else { "" },
            self.kind.kind()
        );
        if let Some(below) = self.below {
            id.push_str(&names::capital(below.name));
        }
        if self.action == Action::WatchList {
            id.push_str("List");
        }
        if self.everywhere {
            id.push_str("ForAllNamespaces");
        }
        if self.with_path {
            id.push_str("WithPath");
        }
        id
    }
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::WatchList => "watchlist",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
            Self::Connect => "connect",
        }
    }
}

/// `Response` with a body of that schema.
pub(super) fn content(description: &str, schema: &str, types: &[&str]) -> Value {
    Value::mapping([
        ("description", Value::string(description)),
        ("content", by_media_type(schema, types)),
    ])
}

fn text_response(description: &str) -> Value {
    let text = Value::mapping([("type", Value::string("string"))]);
    let text = Value::mapping([("schema", text)]);
    Value::mapping([
        ("description", Value::string(description)),
        ("content", Value::mapping([("*/*", text)])),
    ])
}

fn by_media_type(schema: &str, types: &[&str]) -> Value {
    let mut content = Mapping::new();
    for media_type in types {
        content.insert(media_type, Value::mapping([("schema", reference(schema))]));
    }
    Value::from(content)
}
