//! Role bindings, taken apart and indexed by whom they are for.

use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_tree::Value;

use crate::Identity;
use crate::cache::Object;
use crate::identity::{service_account, service_account_name};

/// A kind of subject that bindings name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SubjectKind {
    User,
    Group,
    ServiceAccount,
}

/// Whom a binding is for.
#[derive(Debug, PartialEq, Eq)]
struct Subject {
    kind: SubjectKind,
    /// As the binding names it.
    name: Box<str>,
    /// Of service accounts, its own or the binding's.
    namespace: Box<str>,
}

impl Subject {
    fn read(subject: &Value, namespace: &str) -> Option<Self> {
        let text = |name: &str| {
            subject
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let kind = match text("kind") {
            "User" => SubjectKind::User,
            "Group" => SubjectKind::Group,
            "ServiceAccount" => SubjectKind::ServiceAccount,
            _ => return None,
        };
        let own = match text("namespace") {
            "" => namespace,
            own => own,
        };
        // An account in no namespace is nobody.
        let is_nobody = kind == SubjectKind::ServiceAccount && own.is_empty();
        (!is_nobody).then(|| Self {
            kind,
            name: text("name").into(),
            namespace: own.into(),
        })
    }

    /// The user it is, if it is one.
    fn user(&self) -> Option<Box<str>> {
        match self.kind {
            SubjectKind::User => Some(self.name.clone()),
            SubjectKind::ServiceAccount => {
                Some(service_account_name(&self.namespace, &self.name).into())
            }
            SubjectKind::Group => None,
        }
    }

    fn is(&self, user: &Identity) -> bool {
        match self.kind {
            SubjectKind::User => *self.name == *user.name,
            SubjectKind::Group => user.is_in(&self.name),
            SubjectKind::ServiceAccount => {
                service_account(&user.name) == Some((&self.namespace, &self.name))
            }
        }
    }

    /// As decisions tell it.
    fn told(&self) -> String {
        match self.kind {
            SubjectKind::User => format!("User {:?}", self.name),
            SubjectKind::Group => format!("Group {:?}", self.name),
            SubjectKind::ServiceAccount => {
                format!("ServiceAccount \"{}/{}\"", self.name, self.namespace)
            }
        }
    }
}

/// The role that a binding is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleRef {
    /// `ClusterRole`, `Role`
    pub(crate) kind: Box<str>,
    /// Its name.
    pub(crate) name: Box<str>,
}

impl RoleRef {
    /// The role that a binding, as it is stored, is of.
    pub(crate) fn of(binding: &Value) -> Self {
        let text = |name| {
            let text = binding.get_path(&["roleRef", name]).and_then(Value::as_str);
            text.unwrap_or_default().into()
        };
        Self {
            kind: text("kind"),
            name: text("name"),
        }
    }
}

/// A binding.
#[derive(Debug)]
pub(super) struct Binding {
    name: Box<str>,
    /// Empty of a cluster role binding.
    namespace: Box<str>,
    pub(super) role: RoleRef,
    subjects: Box<[Subject]>,
}

impl Binding {
    fn read(object: &Object) -> Option<Self> {
        let value = object.to_value().ok()?;
        let namespace = object.namespace();
        let subjects = value.get("subjects").and_then(Value::as_sequence);
        let subjects = subjects.unwrap_or_default().iter();
        Some(Self {
            name: object.name().into(),
            namespace: namespace.into(),
            role: RoleRef::of(&value),
            subjects: subjects
                .filter_map(|subject| Subject::read(subject, namespace))
                .collect(),
        })
    }

    /// How it is told that this binding allows something.
    pub(super) fn told(&self, user: &Identity) -> String {
        let subject = self.subjects.iter().find(|subject| subject.is(user));
        let RoleRef { kind, name } = &self.role;
        let (what, own) = if self.namespace.is_empty() {
            ("ClusterRoleBinding", self.name.to_string())
        } else {
            ("RoleBinding", format!("{}/{}", self.name, self.namespace))
        };
        let subject = subject.map(Subject::told).unwrap_or_default();
        format!("{what} {own:?} of {kind} {name:?} to {subject}")
    }
}

/// The bindings of one namespace, or those of the whole cluster.
#[derive(Debug, Default)]
struct Scope {
    bindings: BTreeMap<Box<str>, Arc<Binding>>,
    users: FxHashMap<Box<str>, BTreeSet<Box<str>>>,
    groups: FxHashMap<Box<str>, BTreeSet<Box<str>>>,
}

impl Scope {
    fn insert(&mut self, binding: Binding) {
        self.remove(&binding.name);
        for subject in &binding.subjects {
            let (index, key) = match subject.user() {
                Some(user) => (&mut self.users, user),
                None => (&mut self.groups, subject.name.clone()),
            };
            index.entry(key).or_default().insert(binding.name.clone());
        }
        self.bindings
            .insert(binding.name.clone(), Arc::new(binding));
    }

    fn remove(&mut self, name: &str) {
        let Some(binding) = self.bindings.remove(name) else {
            return;
        };
        for subject in &binding.subjects {
            let (index, key) = match subject.user() {
                Some(user) => (&mut self.users, user),
                None => (&mut self.groups, subject.name.clone()),
            };
            if let Some(names) = index.get_mut(&key) {
                names.remove(name);
                if names.is_empty() {
                    index.remove(&key);
                }
            }
        }
    }

    fn of(&self, user: &Identity, found: &mut Vec<Arc<Binding>>) {
        let own = self.users.get(&*user.name).into_iter();
        let of_groups = user
            .groups
            .iter()
            .filter_map(|group| self.groups.get(&**group));
        let names: BTreeSet<&Box<str>> = own.chain(of_groups).flatten().collect();
        let bindings = names.into_iter().filter_map(|name| self.bindings.get(name));
        found.extend(bindings.cloned());
    }
}

/// All bindings. Those of the whole cluster are in the namespace without a name.
#[derive(Debug, Default)]
pub(super) struct Bindings(FxHashMap<Box<str>, Scope>);

impl Bindings {
    /// Forgets those of the whole cluster, or all others.
    pub(super) fn forget(&mut self, of_cluster: bool) {
        self.0
            .retain(|namespace, _| namespace.is_empty() != of_cluster);
    }

    /// A binding is there, or is another.
    pub(super) fn set(&mut self, object: &Object) {
        match Binding::read(object) {
            Some(binding) => {
                let scope = self.0.entry(binding.namespace.clone()).or_default();
                scope.insert(binding);
            }
            None => self.remove(object),
        }
    }

    /// A binding is gone.
    pub(super) fn remove(&mut self, object: &Object) {
        if let Some(scope) = self.0.get_mut(object.namespace()) {
            scope.remove(object.name());
            if scope.bindings.is_empty() {
                self.0.remove(object.namespace());
            }
        }
    }

    /// Those for a user in a namespace, if that is not empty, behind those in the whole cluster;
    /// ordered by name.
    pub(super) fn of(&self, user: &Identity, namespace: &str) -> Vec<Arc<Binding>> {
        let mut found = Vec::new();
        let scopes = [Some(""), Some(namespace).filter(|own| !own.is_empty())];
        for scope in scopes.into_iter().flatten() {
            if let Some(scope) = self.0.get(scope) {
                scope.of(user, &mut found);
            }
        }
        found
    }
}
