//! What plugins have to say about a request beside yes and no.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Warnings for the client and annotations for the audit log, of one request.
#[derive(Debug, Default)]
pub(crate) struct Notes(Mutex<Taken>);

/// What admission has to say of a request to the audit log: one of the extensions of the answer.
#[derive(Clone, Debug)]
pub(crate) struct AuditAnnotations(pub(crate) Vec<(String, String)>);

#[derive(Debug, Default)]
struct Taken {
    warnings: Vec<String>,
    annotations: Vec<(String, String)>,
    /// How long webhooks were waited for.
    waited: Duration,
}

impl Notes {
    /// Notes that a webhook was waited for.
    pub(crate) fn waited(&self, time: Duration) {
        self.taken().waited += time;
    }

    /// How long webhooks were waited for so far.
    pub(crate) fn time_waited(&self) -> Duration {
        self.taken().waited
    }

    /// Warns the client; of the same warning it hears once.
    pub(crate) fn warn(&self, warning: impl Into<String>) {
        let warning = warning.into();
        let mut taken = self.taken();
        if !taken.warnings.contains(&warning) {
            taken.warnings.push(warning);
        }
    }

    /// Warns the client of several things.
    pub(crate) fn warn_all(&self, warnings: impl IntoIterator<Item = String>) {
        warnings.into_iter().for_each(|warning| self.warn(warning));
    }

    /// Annotates the audit log; the first value of a key stays.
    pub(crate) fn annotate(&self, key: impl Into<String>, value: impl Into<String>) {
        let key = key.into();
        let mut taken = self.taken();
        if !taken.annotations.iter().any(|(known, _)| *known == key) {
            taken.annotations.push((key, value.into()));
        }
    }

    /// The warnings so far, which are not given again.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.taken().warnings)
    }

    /// The annotations so far, which are not given again.
    pub(crate) fn take_annotations(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.taken().annotations)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Each change is whole: a panic elsewhere leaves no half of one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
