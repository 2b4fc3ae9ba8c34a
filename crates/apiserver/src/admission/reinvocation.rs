//! Who is called a second time: who wants to see what others did after them.
//!
//! After `pkg/admission/reinvocation.go` of apiserver and the contexts of its plugins. There is one
//! second round, never a third.

use std::collections::BTreeSet;
use trimtab_tree::Value;

/// What one request's rounds through the mutating plugins have come to.
#[derive(Default)]
pub(super) struct Round {
    /// 0, then 1.
    pub(super) number: usize,
    /// Whether there shall be a second one.
    pub(super) again: bool,
    /// Webhooks.
    pub(super) webhooks: Again,
    /// Policies, by policy, binding and parameter.
    pub(super) policies: Again,
}

/// Who is called again, of one plugin.
#[derive(Default)]
pub(super) struct Again {
    /// Who has run and wants to, if somebody changes the object afterwards.
    waiting: BTreeSet<String>,
    /// Who will.
    wanted: BTreeSet<String>,
    /// The object as the plugin left it.
    left: Option<Value>,
}

impl Again {
    /// A round begins: what others have changed meanwhile counts, too.
    pub(super) fn look_at(&mut self, object: &Value, is_second: bool) {
        if is_second && self.left.as_ref() != Some(object) {
            self.changed();
        }
    }

    /// Whether it runs in the second round.
    pub(super) fn wants(&self, id: &str) -> bool {
        self.wanted.contains(id)
    }

    /// The object has been changed: who has run before runs again.
    pub(super) fn changed(&mut self) {
        self.wanted.append(&mut self.waiting);
    }

    /// It has run, and wants to see what others do later.
    pub(super) fn has_run(&mut self, id: &str) {
        self.waiting.insert(id.to_owned());
    }

    /// The round is over.
    pub(super) fn leave(&mut self, object: &Value) {
        self.left = Some(object.clone());
    }
}
