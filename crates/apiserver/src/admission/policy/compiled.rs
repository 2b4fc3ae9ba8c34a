//! Policies that have been compiled.

use super::definition::Definition;
use crate::fields::text_at;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::Value;

/// Policies that have been compiled. One for the whole server.
#[derive(Default)]
pub(crate) struct Policies(Mutex<FxHashMap<PolicyKey, Versioned>>);

/// A resource and a name.
type PolicyKey = (&'static str, String);
/// A policy, with the version that it was compiled from.
type Versioned = (String, Arc<Definition>);

impl Policies {
    /// The policy, compiled.
    pub(super) fn definition(&self, resource: &'static str, policy: &Value) -> Arc<Definition> {
        let metadata = |field: &str| text_at(policy, &["metadata", field]).unwrap_or_default();
        let version = format!("{}/{}", metadata("uid"), metadata("resourceVersion"));
        let key = (resource, metadata("name").to_owned());
        let known = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&key).cloned()
        };
        if let Some((of, definition)) = known
            && of == version
        {
            return definition;
        }
        let definition = Arc::new(Definition::read(policy));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, (version, Arc::clone(&definition)));
        definition
    }

    /// Forgets policies that are not there any more, once they are more than those that are.
    pub(super) fn keep_only(&self, resource: &'static str, policies: &[Arc<Value>]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.keys().filter(|(of, _)| *of == resource).count();
        if own <= 2 * policies.len() {
            return;
        }
        let is_there = |name: &str| {
            policies
                .iter()
                .any(|policy| text_at(policy, &["metadata", "name"]) == Some(name))
        };
        kept.retain(|(of, name), _| *of != resource || is_there(name));
    }
}
