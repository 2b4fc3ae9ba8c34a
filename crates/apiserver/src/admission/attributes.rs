//! What plugins are told about a write, and how they look around.

use super::{AdmissionConfiguration, Notes};
use crate::request::Query;
use crate::{Identity, Status};
use std::future::Future;
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_clock::Chance;
use trimtab_tree::{Mapping, Value};

/// What is done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// It is new.
    Create,
    /// It is there already, and changes.
    Update,
    /// It goes.
    Delete,
    /// A connection to it is made.
    Connect,
}

impl Operation {
    /// As reviews and rules have it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}

/// A kind, by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindName<'a> {
    /// `apps`; empty for the core group.
    pub(crate) group: &'a str,
    /// `v1`
    pub(crate) version: &'a str,
    /// `Deployment`
    pub(crate) kind: &'a str,
}

/// The parameters of a write.
#[derive(Clone, Copy)]
pub(crate) enum RequestOptions<'a> {
    /// Those of a URL.
    Query(&'a Query),
    /// Those of a body.
    Value(&'a Value),
}

/// A write that asks to be admitted.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'a> {
    pub(crate) operation: Operation,
    /// The API group; empty for the core group.
    pub(crate) group: &'a str,
    /// The version of the group that the request is in.
    pub(crate) version: &'a str,
    /// `pods`
    pub(crate) resource: &'a str,
    /// `status`; empty for the object itself.
    pub(crate) subresource: &'a str,
    /// What the object of the request is.
    pub(crate) kind: KindName<'a>,
    /// Empty for objects in no namespace.
    pub(crate) namespace: &'a str,
    /// Empty where the server is still to make one up.
    pub(crate) name: &'a str,
    /// What the object is called in refusals: where it has no name yet, what its name begins with.
    pub(crate) told_name: &'a str,
    /// Who asks.
    pub(crate) user: &'a Identity,
    /// The object as it is, unless it is new.
    pub(crate) old: Option<&'a Value>,
    /// The request's parameters.
    pub(crate) options: RequestOptions<'a>,
    /// Nothing is to come of it.
    pub(crate) dry_run: bool,
    /// When the client gives up, if it does.
    pub(crate) deadline: Option<Instant>,
    /// What plugins have been told in a file.
    pub(crate) settings: &'a AdmissionConfiguration,
    /// For names that are made up.
    pub(crate) chance: &'a Chance,
    /// What there is to say beside.
    pub(crate) notes: &'a Notes,
}

/// Reads what is on the server.
pub(crate) trait Lookup: Sync {
    /// One object, however new it is; `namespace` is empty for those in none.
    fn get(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> impl Future<Output = Result<Option<Arc<Value>>, Status>> + Send;

    /// All objects of a resource, in one namespace or, if that is empty, in all, ordered by name.
    fn list(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Value>>, Status>> + Send;

    /// As [`Lookup::list`], for rules that must not be missed because they are new: when it finds
    /// none, it looks whether there are some that are not known here yet.
    fn list_all(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Value>>, Status>> + Send {
        self.list(group, resource, namespace)
    }
}

impl<'a> Attributes<'a> {
    /// The same write, told in another form of the object.
    pub(crate) fn of_kind<'b>(self, kind: KindName<'b>, old: Option<&'b Value>) -> Attributes<'b>
    where
        'a: 'b,
    {
        Attributes { kind, old, ..self }
    }

    /// The namespace that the object is in; of a namespace, its own name.
    pub(super) fn own_namespace(&self) -> &str {
        if self.group.is_empty() && self.resource == "namespaces" {
            return self.name;
        }
        self.namespace
    }

    /// Whether it is about objects of this resource themselves.
    pub(super) fn is(&self, group: &str, resource: &str) -> bool {
        self.group == group && self.resource == resource && self.subresource.is_empty()
    }

    pub(super) fn is_create(&self, group: &str, resource: &str) -> bool {
        self.operation == Operation::Create && self.is(group, resource)
    }

    /// The request's parameters as an object of kind `CreateOptions`, `UpdateOptions`, ...
    pub(super) fn options_value(&self) -> Value {
        let kind = match self.operation {
            Operation::Create => "CreateOptions",
            Operation::Update => "UpdateOptions",
            Operation::Delete => "DeleteOptions",
            Operation::Connect => return Value::null(),
        };
        let mut options = Mapping::from([
            ("kind", Value::string(kind)),
            ("apiVersion", Value::string("meta.k8s.io/v1")),
        ]);
        match self.options {
            RequestOptions::Value(given) => {
                for (name, value) in entries_at(given, &[]) {
                    if !options.contains_key(name) {
                        options.insert(name, value.clone());
                    }
                }
            }
            RequestOptions::Query(query) => {
                let dry_run: Vec<_> = query.all("dryRun").map(Value::string).collect();
                if !dry_run.is_empty() {
                    options.insert("dryRun", Value::sequence(dry_run));
                }
                for name in ["fieldManager", "fieldValidation"] {
                    if !query.text(name).is_empty() {
                        options.insert(name, Value::string(query.text(name)));
                    }
                }
            }
        }
        options.into()
    }

    /// The refusal of this write.
    pub(super) fn forbidden(&self, why: &str) -> Status {
        Status::forbidden(self.group, self.resource, self.told_name, why)
    }
}

/// The `spec` of an object, to be changed.
pub(super) fn spec_of(object: &mut Value) -> Option<&mut Mapping> {
    object.get_mut("spec")?.as_mapping_mut()
}

/// The text at a path, unless it is empty.
pub(crate) fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The items at a path; none where there is no list.
pub(crate) fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    let items = object.get_path(path).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

/// The entries at a path; none where there is no mapping.
pub(super) fn entries_at<'v>(
    object: &'v Value,
    path: &[&str],
) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let entries = object.get_path(path).and_then(Value::as_mapping);
    entries.into_iter().flat_map(Mapping::iter)
}

/// The list field of a mapping, made if it is not there.
pub(super) fn list_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Vec<Value>> {
    let list = fields.get_or_insert_with(field, || Value::sequence(Vec::new()));
    if list.is_null() {
        *list = Value::sequence(Vec::new());
    }
    list.as_sequence_mut()
}

/// The mapping field of a mapping, made if it is not there.
pub(super) fn mapping_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Mapping> {
    let mapping = fields.get_or_insert_with(field, || Mapping::new().into());
    if mapping.is_null() {
        *mapping = Mapping::new().into();
    }
    mapping.as_mapping_mut()
}
