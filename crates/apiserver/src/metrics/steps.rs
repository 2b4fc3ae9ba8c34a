//! How long the steps of admission take.

use super::family;
use super::{Distribution, Page};
use std::time::Duration;

/// The operations of writes, as admission calls them.
const OPERATIONS: [&str; 4] = ["CREATE", "UPDATE", "DELETE", "CONNECT"];
/// Changing, and looking only.
const STEPS: [&str; 2] = ["admit", "validate"];

/// Times by step, operation and whether the write was refused.
pub(super) struct Steps([Distribution; 16]);

impl Default for Steps {
    fn default() -> Self {
        Self([(); 16].map(|()| Distribution::of(&family::ADMISSION_STEPS)))
    }
}

impl Steps {
    /// Counts a step.
    pub(super) fn add(&self, changes: bool, operation: &str, refused: bool, took: Duration) {
        let operation = OPERATIONS.iter().position(|known| *known == operation);
        if let Some(operation) = operation {
            let at = operation * 4 + usize::from(!changes) * 2 + usize::from(refused);
            self.0[at].add_time(took);
        }
    }

    pub(super) fn tell(&self, page: &mut Page) {
        page.family(&family::ADMISSION_STEPS);
        for (at, times) in self.0.iter().enumerate().filter(|(_, it)| it.count() > 0) {
            let rejected = if at % 2 == 1 { "true" } else { "false" };
            let labels = [OPERATIONS[at / 4], rejected, STEPS[at / 2 % 2]];
            page.distribution(&family::ADMISSION_STEPS, &labels, times);
        }
    }
}
