//! Which process works on a change: the last one that took it over. Whoever did before finds that out before its
//! next step, and leaves it.

use super::Progression;
use crate::error::Result;
use crate::fields::{metadata, text_at};
use crate::rollout::nested;
use crate::target::{PatchType, Target};
use trimtab_tree::Value;

const WORKER: &str = "trimtab.dev/worker";

impl Progression {
    /// Takes the change over for `worker`, a text that no other process has.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn take_over(&self, target: &Target, worker: &str) -> Result<()> {
        let annotation = Value::mapping([(WORKER, Value::string(worker))]);
        let note = nested(&["metadata", "annotations"], annotation);
        for pair in &self.pairs {
            let kind = PatchType::Merge;
            match target.patch(&pair.second, None, kind, &note, false).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the change goes on, and nobody has taken it over from `worker`.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn is_worked_on_by(&self, target: &Target, worker: &str) -> Result<bool> {
        for pair in &self.pairs {
            let second = target.get(&pair.second).await?;
            let is_of = |second: &Value| {
                text_at(second, &["metadata", "annotations", WORKER]) == worker
                    && metadata(second, "deletionTimestamp").is_empty()
            };
            if !second.as_ref().is_some_and(is_of) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
