//! What an evaluation has cost, and may cost.

use super::error::{Evaluated, EvaluationError};
use super::value::Steps;

/// How many values are compared for one unit.
const COMPARED: u64 = 4;

/// What an evaluation has cost.
pub(super) struct Meter {
    cost: u64,
    limit: u64,
    frames: usize,
}

impl Meter {
    /// A meter that nothing has been paid on.
    pub(super) fn with_limit(limit: u64) -> Self {
        Self {
            cost: 0,
            limit,
            frames: 0,
        }
    }

    /// What has been paid.
    pub(super) fn cost(&self) -> u64 {
        self.cost
    }

    /// Goes a step down, and says how many there were.
    pub(super) fn enter(&mut self) -> usize {
        self.frames += 1;
        self.frames
    }

    /// Goes a step up.
    pub(super) fn leave(&mut self) {
        self.frames -= 1;
    }

    /// Pays.
    pub(super) fn charge(&mut self, cost: u64) -> Evaluated<()> {
        self.cost = self.cost.saturating_add(cost);
        if self.cost > self.limit {
            return Err(EvaluationError::TooExpensive);
        }
        Ok(())
    }

    /// Does something that compares values, and pays for what is compared below the first of them.
    pub(super) fn comparing<T>(&mut self, compare: impl FnOnce(&mut Steps) -> T) -> Evaluated<T> {
        let left = self.limit - self.cost.min(self.limit);
        let most = left
            .saturating_add(1)
            .saturating_mul(COMPARED)
            .saturating_add(1);
        let mut steps = Steps(most);
        let result = compare(&mut steps);
        self.charge((most - steps.0).saturating_sub(1) / COMPARED)?;
        Ok(result)
    }

    /// Pays a tenth of a unit for each of these: characters, items.
    pub(super) fn charge_tenths(&mut self, count: u64) -> Evaluated<()> {
        self.charge(count.div_ceil(10))
    }
}
