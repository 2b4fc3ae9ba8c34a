//! Objects to look up, for tests.

use super::{AdmissionConfiguration, Attributes, KindName, Notes, Operation, RequestOptions};
use crate::lookup::Lookup;
use crate::{Identity, Status};
use std::sync::Arc;
use trimtab_clock::Chance;
use trimtab_tree::{Value, parse_json};

/// Objects by group, resource, namespace and name.
pub(crate) struct Objects(Vec<([&'static str; 4], Arc<Value>)>);

impl Objects {
    pub(crate) fn of(objects: &[([&'static str; 4], &str)]) -> Self {
        let objects = objects.iter();
        Self(
            objects
                .map(|(key, text)| (*key, Arc::new(parse(text))))
                .collect(),
        )
    }
}

impl Lookup for Objects {
    async fn get(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, Status> {
        let found = self
            .0
            .iter()
            .find(|(key, _)| *key == [group, resource, namespace, name]);
        Ok(found.map(|(_, object)| object.clone()))
    }

    async fn list(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> Result<Vec<Arc<Value>>, Status> {
        let listed = self.0.iter().filter(|(key, _)| {
            key[0] == group && key[1] == resource && (namespace.is_empty() || key[2] == namespace)
        });
        Ok(listed.map(|(_, object)| object.clone()).collect())
    }
}

pub(crate) fn parse(text: &str) -> Value {
    parse_json(text, 1).unwrap()
}

/// A request of jane's about the object `x` in namespace `n`.
pub(crate) struct Request {
    group: &'static str,
    resource: &'static str,
    user: Identity,
    chance: Chance,
    options: Value,
    pub(crate) settings: AdmissionConfiguration,
    pub(crate) notes: Notes,
}

impl Request {
    pub(crate) fn new(group: &'static str, resource: &'static str) -> Self {
        Self {
            group,
            resource,
            user: Identity::user("jane", &[]),
            chance: Chance::seeded(7),
            options: parse("{}"),
            settings: AdmissionConfiguration::default(),
            notes: Notes::default(),
        }
    }

    pub(crate) fn create(&self) -> Attributes<'_> {
        Attributes {
            operation: Operation::Create,
            group: self.group,
            version: "v1",
            resource: self.resource,
            subresource: "",
            kind: KindName {
                group: self.group,
                version: "v1",
                kind: "X",
            },
            namespace: "n",
            name: "x",
            told_name: "x",
            user: &self.user,
            old: None,
            options: RequestOptions::Value(&self.options),
            dry_run: false,
            deadline: None,
            settings: &self.settings,
            chance: &self.chance,
            notes: &self.notes,
        }
    }
}
