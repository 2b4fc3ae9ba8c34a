//! RBAC: what the roles allow that a user is bound to.
//!
//! Bindings are indexed by subject, and the index is brought up to date from the cache's log when a
//! decision is asked for, so a decision looks at the caller's bindings only and never at the store.
//! Rules of roles are read once a version. The rules are those of
//! `plugin/pkg/auth/authorizer/rbac/rbac.go` and `pkg/registry/rbac/validation/rule.go`.

use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use trimtab_store::Revision;

use super::binding::{Binding, Bindings, RoleRef};
use super::rule::Rule;
use super::{Attributes, Decision};
use crate::cache::{Cache, Followed, Follower};
use crate::resource::{Resources, Storage};
use crate::{Identity, Status};

/// The API group of roles and bindings.
pub(crate) const GROUP: &str = "rbac.authorization.k8s.io";
/// So many roles are kept read, at most; they are forgotten when there are more.
const MOST_ROLES: usize = 4096;

/// The authorizer.
pub(crate) struct Rbac {
    cache: Arc<Cache>,
    roles: Storage,
    cluster_roles: Storage,
    index: RwLock<Index>,
    /// The rules of roles by their keys, with the version that they are of.
    read: Mutex<FxHashMap<Box<str>, (Revision, Arc<[Rule]>)>>,
}

struct Index {
    bindings: Bindings,
    cluster_bindings_followed: Follower,
    bindings_followed: Follower,
}

impl Index {
    fn is_current(&self, cache: &Cache) -> bool {
        self.cluster_bindings_followed.is_current(cache) && self.bindings_followed.is_current(cache)
    }

    fn follow(&mut self, cache: &Arc<Cache>) {
        for (follower, of_cluster) in [
            (&mut self.cluster_bindings_followed, true),
            (&mut self.bindings_followed, false),
        ] {
            let bindings = &mut self.bindings;
            follower.follow(cache, |followed| match followed {
                Followed::Anew => bindings.forget(of_cluster),
                Followed::Set(object) => bindings.set(&object),
                Followed::Gone(object) => bindings.remove(&object),
            });
        }
    }
}

impl Rbac {
    /// The authorizer on these resources; `None` if roles are not among them.
    pub(crate) fn new(cache: Arc<Cache>, resources: &Resources) -> Option<Self> {
        let storage = |plural| resources.get(GROUP, "v1", plural)?.storage.clone();
        let index = Index {
            bindings: Bindings::default(),
            cluster_bindings_followed: Follower::new(storage("clusterrolebindings")?.collection),
            bindings_followed: Follower::new(storage("rolebindings")?.collection),
        };
        Some(Self {
            cache,
            roles: storage("roles")?,
            cluster_roles: storage("clusterroles")?,
            index: RwLock::new(index),
            read: Mutex::default(),
        })
    }

    /// Whether the roles of the user allow it.
    pub(crate) fn decide(&self, asked: &Attributes<'_>) -> Decision {
        let mut allowed_by = None;
        let missing = self.visit(asked.user, asked.namespace, |binding, rules| {
            if rules.iter().any(|rule| rule.allows(asked)) {
                allowed_by = Some(Arc::clone(binding));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        if let Some(binding) = allowed_by {
            return Decision {
                allowed: true,
                reason: format!("RBAC: allowed by {}", binding.told(asked.user)),
            };
        }
        let reason = match missing {
            missing if missing.is_empty() => String::new(),
            missing => format!("RBAC: {}", aggregate(&missing)),
        };
        Decision {
            allowed: false,
            reason,
        }
    }

    /// All rules for a user in a namespace, and what roles are missing.
    pub(crate) fn rules_for(&self, user: &Identity, namespace: &str) -> (Vec<Rule>, Vec<String>) {
        let mut all = Vec::new();
        let missing = self.visit(user, namespace, |_, rules| {
            all.extend_from_slice(rules);
            ControlFlow::Continue(())
        });
        (all, missing)
    }

    /// The rules of the role that a binding in a namespace, or in none, is of.
    ///
    /// # Errors
    /// Not found, when there is no such role.
    pub(crate) fn rules_of(&self, role: &RoleRef, namespace: &str) -> Result<Arc<[Rule]>, Status> {
        let (storage, namespace, kind) = match &*role.kind {
            "ClusterRole" => (&self.cluster_roles, "", "clusterrole"),
            "Role" => (&self.roles, namespace, "role"),
            other => {
                let message = format!("unsupported role reference kind: {other:?}");
                return Err(Status::internal(message));
            }
        };
        let key = storage.key(namespace, &role.name);
        let object = self.cache.object(storage.collection, &key);
        let object = object.ok_or_else(|| Status::not_found(GROUP, kind, &role.name))?;
        let mut read = lock(&self.read);
        if let Some((revision, rules)) = read.get(&*key)
            && *revision == object.revision
        {
            return Ok(Arc::clone(rules));
        }
        let rules: Arc<[Rule]> = Rule::all_of(&object.to_value()?).into();
        if read.len() >= MOST_ROLES {
            read.clear();
        }
        read.insert(key.into(), (object.revision, Arc::clone(&rules)));
        Ok(rules)
    }

    /// Visits the rules of all bindings of a user; gives back what roles are missing.
    fn visit(
        &self,
        user: &Identity,
        namespace: &str,
        mut visitor: impl FnMut(&Arc<Binding>, &[Rule]) -> ControlFlow<()>,
    ) -> Vec<String> {
        let mut missing = Vec::new();
        for binding in self.bindings(user, namespace) {
            match self.rules_of(&binding.role, namespace) {
                Ok(rules) => {
                    if visitor(&binding, &rules).is_break() {
                        break;
                    }
                }
                Err(status) => missing.push(status.message),
            }
        }
        missing
    }

    fn bindings(&self, user: &Identity, namespace: &str) -> Vec<Arc<Binding>> {
        // An index is changed binding by binding: a panic elsewhere leaves no half of one behind.
        {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            if index.is_current(&self.cache) {
                return index.bindings.of(user, namespace);
            }
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.follow(&self.cache);
        index.bindings.of(user, namespace)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Several messages in one, each told once.
pub(super) fn aggregate(messages: &[String]) -> String {
    let mut told: Vec<&str> = Vec::new();
    for message in messages {
        if !told.contains(&message.as_str()) {
            told.push(message);
        }
    }
    match told.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("[{}]", several.join(", ")),
    }
}
