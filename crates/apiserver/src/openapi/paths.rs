//! The paths of a group-version: of every kind its collection, its objects and what is below them.

use super::operation::{Action, Operation, path_item};
use super::parameter::{self, Parameter};
use trimtab_schema::{Group, Kind, Schema, Scope, Subresource};
use trimtab_tree::Value;

/// The paths of a group-version's kinds, with what can be done at each.
pub(super) fn of_version(schema: &Schema, group: &Group, version: &str) -> Vec<(String, Value)> {
    let api_version = group.api_version(version);
    let mut paths = Vec::new();
    for kind in schema.kinds() {
        if kind.api_version() == api_version && kind.is_served() {
            Paths::new(kind).write(&mut paths);
        }
    }
    paths
}

/// `rbacAuthorization_v1`
pub(super) fn tag(group: &str, version: Option<&str>) -> String {
    let camel = camel(group);
    let mut tag = camel[..1].to_lowercase() + &camel[1..];
    if let Some(version) = version {
        tag.push('_');
        tag.push_str(version);
    }
    tag
}

/// `RbacAuthorization`; of the core group, `Core`.
pub(super) fn camel(group: &str) -> String {
    let group = group.strip_suffix(".k8s.io").unwrap_or(group);
    if group.is_empty() {
        return "Core".to_owned();
    }
    group.split('.').map(capital).collect()
}

/// The word with a capital.
pub(super) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// The paths of one kind.
struct Paths {
    kind: Kind,
    /// `/apis/apps/v1`
    root: String,
    /// `deployments`
    plural: &'static str,
    namespaced: bool,
    verbs: Vec<&'static str>,
}

impl Paths {
    fn new(kind: Kind) -> Self {
        let root = if kind.group().is_empty() {
            format!("/api/{}", kind.version())
        } else {
            format!("/apis/{}", kind.api_version())
        };
        Self {
            kind,
            root,
            plural: kind.plural().unwrap_or_default(),
            namespaced: kind.scope() == Scope::Namespaced,
            verbs: kind.verbs().collect(),
        }
    }

    fn can(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }

    fn write(&self, paths: &mut Vec<(String, Value)>) {
        let Self { root, plural, .. } = self;
        let place = if self.namespaced {
            format!("namespaces/{{namespace}}/{plural}")
        } else {
            (*plural).to_owned()
        };
        if self.namespaced && self.can("list") {
            let everywhere = self.operation("get", Action::List).everywhere();
            paths.push(item(format!("{root}/{plural}"), &[everywhere], &[]));
        }
        self.write_collection(&format!("{root}/{place}"), paths);
        self.write_object(&format!("{root}/{place}/{{name}}"), paths);
        if self.can("watch") {
            self.write_watches(&place, paths);
        }
    }

    fn write_collection(&self, path: &str, paths: &mut Vec<(String, Value)>) {
        let operations: Vec<Operation> = [
            ("list", "get", Action::List),
            ("create", "post", Action::Post),
            ("deletecollection", "delete", Action::DeleteCollection),
        ]
        .into_iter()
        .filter(|(verb, ..)| self.can(verb))
        .map(|(_, method, action)| self.operation(method, action))
        .collect();
        if !operations.is_empty() {
            paths.push(item(path.to_owned(), &operations, &self.namespace()));
        }
    }

    fn write_object(&self, path: &str, paths: &mut Vec<(String, Value)>) {
        let operations: Vec<Operation> = [
            ("get", "get", Action::Get),
            ("update", "put", Action::Put),
            ("delete", "delete", Action::Delete),
            ("patch", "patch", Action::Patch),
        ]
        .into_iter()
        .filter(|(verb, ..)| self.can(verb))
        .map(|(_, method, action)| self.operation(method, action))
        .collect();
        let mut of_object = vec![parameter::name(self.kind.kind())];
        of_object.extend(self.namespace());
        if !operations.is_empty() {
            paths.push(item(path.to_owned(), &operations, &of_object));
        }
        for name in self.kind.subresources() {
            if let Some(below) = self.kind.subresource(name) {
                self.write_subresource(&format!("{path}/{name}"), below, &of_object, paths);
            }
        }
    }

    fn write_subresource(
        &self,
        path: &str,
        below: Subresource,
        of_object: &[Parameter],
        paths: &mut Vec<(String, Value)>,
    ) {
        let connects = below.kind.ends_with("Options");
        let action = |verb: &str| match verb {
            _ if connects => Action::Connect,
            "get" => Action::Get,
            "update" => Action::Put,
            "patch" => Action::Patch,
            "delete" => Action::Delete,
            _ => Action::Post,
        };
        let method = |verb: &str| match verb {
            "get" => "get",
            "update" => "put",
            "patch" => "patch",
            "delete" => "delete",
            _ => "post",
        };
        let operations = |with_path: bool| -> Vec<Operation> {
            let verbs = below.verbs();
            let operations =
                verbs.map(|verb| self.operation(method(verb), action(verb)).below(below));
            operations
                .map(|operation| operation.with_path(with_path))
                .collect()
        };
        let mut parameters = of_object.to_vec();
        // The name is that of what the path gives.
        parameters[0] = parameter::name(below.kind);
        paths.push(item(path.to_owned(), &operations(false), &parameters));
        if below.name == "proxy" {
            parameters.push(parameter::path_below());
            let path = format!("{path}/{{path}}");
            paths.push(item(path, &operations(true), &parameters));
        }
    }

    /// The old form of watches, as paths of their own.
    fn write_watches(&self, place: &str, paths: &mut Vec<(String, Value)>) {
        let root = format!("{}/watch", self.root);
        let list = || self.operation("get", Action::WatchList);
        if self.namespaced {
            let path = format!("{root}/{}", self.plural);
            paths.push(item(path, &[list().everywhere()], &[]));
        }
        paths.push(item(
            format!("{root}/{place}"),
            &[list()],
            &self.namespace(),
        ));
        let mut parameters = vec![parameter::name(self.kind.kind())];
        parameters.extend(self.namespace());
        let one = [self.operation("get", Action::Watch)];
        paths.push(item(format!("{root}/{place}/{{name}}"), &one, &parameters));
    }

    fn namespace(&self) -> Vec<Parameter> {
        let namespace = self.namespaced.then(parameter::namespace);
        namespace.into_iter().collect()
    }

    fn operation(&self, method: &'static str, action: Action) -> Operation {
        Operation::new(self.kind, method, action)
    }
}

fn item(path: String, operations: &[Operation], parameters: &[Parameter]) -> (String, Value) {
    (path, path_item(operations, parameters))
}
