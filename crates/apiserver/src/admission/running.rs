//! Which plugins run on a write, each for how long.

use super::attributes::Operation;
use super::plugins::{AdmissionPlugins, Plugin};
use crate::Status;
use crate::metrics::Metrics;
use tokio::time::Instant;

/// The plugins of a step of admission.
#[derive(Clone, Copy)]
pub(super) struct Running<'a> {
    plugins: AdmissionPlugins,
    /// Whether they change what is written, or only look.
    changes: bool,
    operation: Operation,
    /// Where their time is counted, if anywhere.
    metrics: Option<&'a Metrics>,
}

impl<'a> Running<'a> {
    /// Those that are on, of a step that changes or looks.
    pub(super) fn new(
        plugins: AdmissionPlugins,
        changes: bool,
        operation: Operation,
        metrics: &'a Metrics,
    ) -> Self {
        Self {
            plugins,
            changes,
            operation,
            metrics: Some(metrics),
        }
    }

    /// Those that are on, uncounted.
    #[cfg(test)]
    pub(super) fn uncounted(plugins: AdmissionPlugins) -> Self {
        Self {
            plugins,
            changes: true,
            operation: Operation::Create,
            metrics: None,
        }
    }

    /// Lets a plugin do its work, if it is on.
    ///
    /// # Errors
    /// Its refusal.
    pub(super) async fn run<T>(
        &self,
        plugin: Plugin,
        work: impl Future<Output = Result<T, Status>>,
    ) -> Result<Option<T>, Status> {
        if !self.plugins.has(plugin) {
            return Ok(None);
        }
        let begun = Instant::now();
        let outcome = work.await;
        if let Some(metrics) = self.metrics {
            let (operation, refused) = (self.operation.as_str(), outcome.is_err());
            metrics.plugin_ran(plugin, self.changes, operation, refused, begun.elapsed());
        }
        outcome.map(Some)
    }
}
