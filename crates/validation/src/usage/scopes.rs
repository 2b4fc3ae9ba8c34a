//! Which objects a quota is about.

use super::evaluator::Evaluator;
use trimtab_object::{items_at, text_at};
use trimtab_tree::Value;

/// The scopes of a quota, each of which must hold of what is counted: `scopes`, and the
/// expressions of `scopeSelector`.
#[derive(Clone, Debug, Default)]
pub struct Scopes(Vec<Value>);

impl Scopes {
    /// Reads those of a quota.
    pub fn of(quota: &Value) -> Self {
        let exists = |scope: &Value| {
            let scope = scope.text().unwrap_or_default();
            Value::mapping([
                ("scopeName", Value::string(scope)),
                ("operator", Value::string("Exists")),
            ])
        };
        let scopes = items_at(quota, &["spec", "scopes"]).iter().map(exists);
        let selected = items_at(quota, &["spec", "scopeSelector", "matchExpressions"]);
        Self(scopes.chain(selected.iter().cloned()).collect())
    }

    /// Whether all hold of an object.
    pub fn hold(&self, evaluator: &Evaluator, object: &Value) -> bool {
        self.0
            .iter()
            .all(|scope| evaluator.is_within(scope, object))
    }

    /// The names of those that hold of an object.
    pub fn held<'a>(
        &'a self,
        evaluator: &Evaluator,
        object: &Value,
    ) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(|scope| evaluator.is_within(scope, object))
            .filter_map(|scope| text_at(scope, &["scopeName"]))
    }

    /// Whether there are none, so that nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
