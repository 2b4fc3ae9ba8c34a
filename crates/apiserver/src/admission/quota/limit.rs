//! One quota, and whether something fits in it.

use super::claim::Claim;
use super::limited::Covered;
use crate::Status;
use crate::fields::text_at;
use jiff::Timestamp;
use trimtab_tree::Value;
use trimtab_validation::usage::{Amounts, Scopes};

/// A quota as it is at the moment.
pub(super) struct Limit {
    name: String,
    scopes: Scopes,
    hard: Amounts,
    pub(super) used: Amounts,
}

impl Limit {
    pub(super) fn read(quota: &Value) -> Self {
        Self {
            name: text_at(quota, &["metadata", "name"])
                .unwrap_or_default()
                .to_owned(),
            scopes: Scopes::of(quota),
            hard: Amounts::read(quota.get_path(&["status", "hard"])),
            used: Amounts::read(quota.get_path(&["status", "used"])),
        }
    }

    /// Whether it counts that object.
    fn counts(&self, claim: &Claim, object: &Value) -> bool {
        self.hard.names().any(|name| claim.evaluator.has(name))
            && self.scopes.hold(&claim.evaluator, object)
    }

    /// Notes what it covers of a write.
    pub(super) fn cover(&self, claim: &Claim, covered: &mut Covered) {
        let scopes = self.scopes.held(&claim.evaluator, &claim.object);
        covered.scopes.extend(scopes.map(str::to_owned));
        if self.counts(claim, &claim.object) {
            let own = self.hard.names().filter(|name| claim.evaluator.has(name));
            covered.names.extend(own.map(str::to_owned));
        }
    }

    /// Refuses what does not say what it uses, and everything as long as it is not known what is
    /// used.
    pub(super) fn check_form(&self, claim: &Claim) -> Result<(), Status> {
        if !self.counts(claim, &claim.object) {
            return Ok(());
        }
        let own = || self.hard.names().filter(|name| claim.evaluator.has(name));
        if let Some(missing) = claim.evaluator.missing(&claim.object, own()) {
            let why = format!("failed quota: {}: {missing}", self.name);
            return Err(claim.refusal.because(&why));
        }
        if own().any(|name| self.used.get(name).is_none()) {
            let names: Vec<_> = own().collect();
            let why = format!(
                "status unknown for quota: {}, resources: {}",
                self.name,
                names.join(",")
            );
            return Err(claim.refusal.because(&why));
        }
        Ok(())
    }

    /// What the write adds to what this quota counts; empty if nothing.
    pub(super) fn addition(&self, claim: &Claim, now: Timestamp) -> Amounts {
        if !self.counts(claim, &claim.object) {
            return Amounts::default();
        }
        let mut added = claim.evaluator.usage(&claim.object, now);
        if let Some(old) = &claim.old
            && self.counts(claim, old)
        {
            added.take_off(&claim.evaluator.usage(old, now));
        }
        added.drop_zeros();
        added.only(|name| self.hard.get(name).is_some())
    }

    /// Adds it, if it fits.
    pub(super) fn take(&mut self, claim: &Claim, added: &Amounts) -> Result<(), Status> {
        let mut used = self.used.clone();
        used.add(added);
        let is_over = |name: &str| {
            added.get(name).is_some()
                && used
                    .get(name)
                    .zip(self.hard.get(name))
                    .is_some_and(|(used, hard)| used > hard)
        };
        if !claim.is_status && used.names().any(is_over) {
            let told = |amounts: &Amounts| {
                let over = amounts.only(is_over);
                let told = over.iter().map(|(name, amount)| format!("{name}={amount}"));
                told.collect::<Vec<_>>().join(",")
            };
            let why = format!(
                "exceeded quota: {}, requested: {}, used: {}, limited: {}",
                self.name,
                told(added),
                told(&self.used),
                told(&self.hard)
            );
            return Err(claim.refusal.because(&why));
        }
        self.used = used;
        Ok(())
    }
}
