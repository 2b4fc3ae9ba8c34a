//! What plugins are told about a write, and how they look around.

use super::configuration::AdmissionConfiguration;
use super::notes::Notes;
use crate::fields::entries_at;
use crate::request::Query;
use crate::{Identity, Status};
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
