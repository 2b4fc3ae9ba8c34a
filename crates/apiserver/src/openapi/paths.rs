//! The paths of a group-version: of every kind its collection, its objects and what is below them.

use super::operation::{Action, Operation, path_item};
use super::parameter::{self, Parameter};
use super::subject::{Below, Subject};
use trimtab_schema::{Group, Schema};
use trimtab_tree::Value;

/// Takes the paths of a group-version's kinds one by one, with what can be done at each: together
/// they would be large.
pub(super) type Take<'t> = &'t mut dyn FnMut(String, Value);

/// Gives the paths of a group-version's kinds to `take`, in no order.
pub(super) fn of_version(schema: &Schema, group: &Group, version: &str, take: Take<'_>) {
    let api_version = group.api_version(version);
    for kind in schema.kinds() {
        if kind.api_version() == api_version && kind.is_served() {
            of_kind(Subject::BuiltIn(kind), take);
        }
    }
}

/// Gives the paths of a kind to `take`.
pub(super) fn of_kind(kind: Subject<'_>, take: Take<'_>) {
    Paths::new(kind).write(take);
}

/// The paths of one kind.
struct Paths<'a> {
    kind: Subject<'a>,
    /// `/apis/apps/v1`
    root: String,
    /// `deployments`
    plural: &'a str,
    namespaced: bool,
}

impl<'a> Paths<'a> {
    fn new(kind: Subject<'a>) -> Self {
        let root = if kind.group().is_empty() {
            format!("/api/{}", kind.version())
        } else {
            format!("/apis/{}/{}", kind.group(), kind.version())
        };
        Self {
            kind,
            root,
            plural: kind.plural(),
            namespaced: kind.is_namespaced(),
        }
    }

    fn can(&self, verb: &str) -> bool {
        self.kind.can(verb)
    }

    fn write(&self, take: Take<'_>) {
        let Self { root, plural, .. } = self;
        let place = if self.namespaced {
            format!("namespaces/{{namespace}}/{plural}")
        } else {
            (*plural).to_owned()
        };
        if self.namespaced && self.can("list") {
            let everywhere = self.operation("get", Action::List).everywhere();
            take(format!("{root}/{plural}"), path_item(&[everywhere], &[]));
        }
        self.write_collection(&format!("{root}/{place}"), take);
        self.write_object(&format!("{root}/{place}/{{name}}"), take);
        // Custom kinds are younger than the old form of watches.
        if self.can("watch") && !self.kind.is_custom() {
            self.write_watches(&place, take);
        }
    }

    fn write_collection(&self, path: &str, take: Take<'_>) {
        let operations: Vec<Operation<'_>> = [
            ("list", "get", Action::List),
            ("create", "post", Action::Post),
            ("deletecollection", "delete", Action::DeleteCollection),
        ]
        .into_iter()
        .filter(|(verb, ..)| self.can(verb))
        .map(|(_, method, action)| self.operation(method, action))
        .collect();
        if !operations.is_empty() {
            take(path.to_owned(), path_item(&operations, &self.namespace()));
        }
    }

    fn write_object(&self, path: &str, take: Take<'_>) {
        let operations: Vec<Operation<'_>> = [
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
            take(path.to_owned(), path_item(&operations, &of_object));
        }
        for below in self.kind.below() {
            let path = format!("{path}/{}", below.name);
            self.write_subresource(&path, below, &of_object, take);
        }
    }

    fn write_subresource(
        &self,
        path: &str,
        below: Below<'_>,
        of_object: &[Parameter],
        take: Take<'_>,
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
        let operations = |with_path: bool| -> Vec<Operation<'_>> {
            let verbs = below.verbs().into_iter();
            let operations =
                verbs.map(|verb| self.operation(method(verb), action(verb)).below(below));
            operations
                .map(|operation| operation.with_path(with_path))
                .collect()
        };
        let mut parameters = of_object.to_vec();
        // The name is that of what the path gives.
        parameters[0] = parameter::name(below.kind);
        take(path.to_owned(), path_item(&operations(false), &parameters));
        if below.name == "proxy" {
            parameters.push(parameter::path_below());
            let path = format!("{path}/{{path}}");
            take(path, path_item(&operations(true), &parameters));
        }
    }

    /// The old form of watches, as paths of their own.
    fn write_watches(&self, place: &str, take: Take<'_>) {
        let root = format!("{}/watch", self.root);
        let list = || self.operation("get", Action::WatchList);
        if self.namespaced {
            let path = format!("{root}/{}", self.plural);
            take(path, path_item(&[list().everywhere()], &[]));
        }
        let item = path_item(&[list()], &self.namespace());
        take(format!("{root}/{place}"), item);
        let mut parameters = vec![parameter::name(self.kind.kind())];
        parameters.extend(self.namespace());
        let one = [self.operation("get", Action::Watch)];
        take(
            format!("{root}/{place}/{{name}}"),
            path_item(&one, &parameters),
        );
    }

    fn namespace(&self) -> Vec<Parameter> {
        let namespace = self.namespaced.then(parameter::namespace);
        namespace.into_iter().collect()
    }

    fn operation(&self, method: &'static str, action: Action) -> Operation<'a> {
        Operation::new(self.kind, method, action)
    }
}
