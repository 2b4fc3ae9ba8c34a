//! `ApplySet`s: labels that tell any tool which objects were applied together, and a parent that names their
//! kinds and namespaces, as KEP-3659 has them. Our own inventory is the release; this is for others.

use crate::error::{Error, Result};
use crate::fields::{field, metadata, text_at};
use crate::target::{Discovery, ObjectRef, PatchType, Target};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use trimtab_object::split_api_version;
use trimtab_tree::{Mapping, Value};

const ID: &str = "applyset.kubernetes.io/id";
const PART_OF: &str = "applyset.kubernetes.io/part-of";
const TOOLING: &str = "applyset.kubernetes.io/tooling";
const GROUP_KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";

/// How we call ourselves.
const OURSELVES: &str = concat!("trimtab/v", env!("CARGO_PKG_VERSION"));

/// The name of an `ApplySet`'s parent: `NAME` of a Secret, `secrets/NAME` or `configmaps/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplySetName {
    kind: &'static str,
    name: String,
}

impl ApplySetName {
    /// Takes a name as it is written on a command line.
    ///
    /// # Errors
    /// When it is none; the text says what one looks like.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let (kind, name) = match text.split_once('/') {
            None => ("Secret", text),
            Some(("secret" | "secrets", name)) => ("Secret", name),
            Some(("configmap" | "configmaps" | "cm", name)) => ("ConfigMap", name),
            Some((kind, _)) => {
                return Err(format!(
                    "{kind:?} cannot be a parent: expected secrets or configmaps"
                ));
            }
        };
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(format!(
                "{text:?} names no parent: expected NAME, secrets/NAME or configmaps/NAME"
            ));
        }
        Ok(Self {
            kind,
            name: name.to_owned(),
        })
    }
}

/// As it can be parsed.
impl fmt::Display for ApplySetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.to_lowercase(), self.name)
    }
}

/// Objects that are applied together, under a parent.
#[derive(Clone, Debug)]
pub struct ApplySet {
    parent: ObjectRef,
    kind: &'static str,
    id: String,
    members: Members,
    /// Whether the namespace of the parent is yet to be made, by one of the members.
    is_early: bool,
}

/// Of which kinds the members are, and in which namespaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Members {
    /// `Deployment.apps`, or `Service` in the core group.
    kinds: BTreeSet<String>,
    namespaces: BTreeSet<String>,
}

impl ApplySet {
    /// Labels `objects` as its members. Nothing is written yet.
    ///
    /// # Errors
    /// When the parent's namespace is neither there nor among the objects, or the server cannot be asked.
    pub async fn label(
        target: &Target,
        name: &ApplySetName,
        objects: &mut [Value],
    ) -> Result<Self> {
        let discovery = target.discovery().await?;
        let resource = Arc::new(discovery.of_kind("v1", name.kind)?.clone());
        let id = id(&name.name, target.namespace(), name.kind);
        let is_early = !has_namespace(target).await?;
        if is_early && !makes_namespace(objects, target.namespace()) {
            return Err(Error::Usage(format!(
                "the ApplySet's parent {name} would be in namespace {0}, which is neither there nor among the objects: add a Namespace {0} to them, or choose another with --namespace",
                target.namespace()
            )));
        }
        let members = members(objects, &discovery, target.namespace());
        for object in objects {
            label(object, &id);
        }
        Ok(Self {
            parent: ObjectRef::new(&resource, target.namespace(), &name.name),
            kind: name.kind,
            id,
            members,
            is_early,
        })
    }

    /// Writes the parent before any member is applied, if its namespace is there: it names what was there, too,
    /// until that is gone.
    ///
    /// # Errors
    /// When the parent belongs to another tool, or the server refuses.
    pub async fn begin(&self, target: &Target) -> Result<()> {
        if self.is_early {
            return Ok(());
        }
        self.write_all(target).await
    }

    /// Writes the parent that could not be written before.
    ///
    /// # Errors
    /// When the server refuses. That its namespace was not made either is none.
    pub async fn begin_late(&mut self, target: &Target) -> Result<()> {
        if !std::mem::take(&mut self.is_early) {
            return Ok(());
        }
        match self.write_all(target).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn write_all(&self, target: &Target) -> Result<()> {
        let mut all = self.members.clone();
        if let Some(live) = target.get(&self.parent).await? {
            let annotation = |key| text_at(&live, &["metadata", "annotations", key]);
            let tooling = annotation(TOOLING);
            if !tooling.is_empty() && !tooling.starts_with("trimtab/") {
                return Err(Error::Usage(format!(
                    "{} is the parent of an ApplySet of {tooling}: choose another name",
                    self.parent
                )));
            }
            let words = |key| annotation(key).split(',').filter(|word| !word.is_empty());
            all.kinds.extend(words(GROUP_KINDS).map(str::to_owned));
            all.namespaces.extend(words(NAMESPACES).map(str::to_owned));
        }
        self.write(target, &all).await
    }

    /// Writes the parent when all members are applied, and those that are none any more have gone.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn end(&self, target: &Target) -> Result<()> {
        self.write(target, &self.members).await
    }

    async fn write(&self, target: &Target, members: &Members) -> Result<()> {
        let text = |text: &str| Value::string(text);
        let joined = |words: &BTreeSet<String>| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            Value::string(words.join(","))
        };
        let annotations = Value::mapping([
            (TOOLING, text(OURSELVES)),
            (GROUP_KINDS, joined(&members.kinds)),
            (NAMESPACES, joined(&members.namespaces)),
        ]);
        let object = Value::mapping([
            ("apiVersion", text("v1")),
            ("kind", text(self.kind)),
            (
                "metadata",
                Value::mapping([
                    ("name", text(&self.parent.name)),
                    ("namespace", text(&self.parent.namespace)),
                    ("labels", Value::mapping([(ID, text(&self.id))])),
                    ("annotations", annotations),
                ]),
            ),
        ]);
        let kind = PatchType::Apply { force: true };
        target
            .patch(&self.parent, None, kind, &object, false)
            .await?;
        Ok(())
    }
}

/// Whether the namespace of the parent is there. It is where it may not be looked at.
async fn has_namespace(target: &Target) -> Result<bool> {
    let discovery = target.discovery().await?;
    let namespaces = Arc::new(discovery.of_kind("v1", "Namespace")?.clone());
    let namespace = ObjectRef::new(&namespaces, "", target.namespace());
    match target.get(&namespace).await {
        Err(error) if error.status().is_some_and(|it| it.code == 403) => Ok(true),
        found => Ok(found?.is_some()),
    }
}

fn makes_namespace(objects: &[Value], name: &str) -> bool {
    objects.iter().any(|object| {
        (field(object, "apiVersion"), field(object, "kind")) == ("v1", "Namespace")
            && metadata(object, "name") == name
    })
}

/// The id of an `ApplySet` by its parent, which is in the core group.
fn id(name: &str, namespace: &str, kind: &str) -> String {
    let hash = Sha256::digest(format!("{name}.{namespace}.{kind}."));
    format!("applyset-{}-v1", URL_SAFE_NO_PAD.encode(hash))
}

fn members(objects: &[Value], discovery: &Discovery, default_namespace: &str) -> Members {
    let mut members = Members::default();
    for object in objects {
        let (group, _) = split_api_version(field(object, "apiVersion"));
        let kind = field(object, "kind");
        let dot = if group.is_empty() { "" } else { "." };
        members.kinds.insert(format!("{kind}{dot}{group}"));
        let resource = discovery.of_kind(field(object, "apiVersion"), kind);
        let namespace = metadata(object, "namespace");
        let is_elsewhere = !namespace.is_empty() && namespace != default_namespace;
        if is_elsewhere && resource.is_ok_and(|resource| resource.is_namespaced) {
            members.namespaces.insert(namespace.to_owned());
        }
    }
    members
}

fn label(object: &mut Value, id: &str) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    let empty = || Mapping::new().into();
    let metadata = fields.get_or_insert_with("metadata", empty);
    let Some(metadata) = metadata.as_mapping_mut() else {
        return;
    };
    let labels = metadata.get_or_insert_with("labels", empty);
    if labels.is_null() {
        *labels = empty();
    }
    if let Some(labels) = labels.as_mapping_mut() {
        labels.insert(PART_OF, Value::string(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_that_of_every_tool() {
        // As kubectl computes it, in the documentation of these labels.
        let expected = "applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1";
        assert_eq!(id("my-set", "test", "Secret"), expected);
    }

    #[test]
    fn parents_are_secrets_and_configuration() {
        let parsed = |text| ApplySetName::parse(text).map(|it| (it.kind, it.name));
        assert_eq!(parsed("shop"), Ok(("Secret", "shop".to_owned())));
        assert_eq!(
            parsed("configmaps/shop"),
            Ok(("ConfigMap", "shop".to_owned()))
        );
        for wrong in ["", "pods/shop", "secrets/", "Shop"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
