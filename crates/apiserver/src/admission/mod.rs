//! Admission: rules that change a write or refuse it for what else is on the server.
//!
//! The plugins of kube-apiserver, by its names and in its order ([`AdmissionPlugins`]). [`mutate`]
//! runs those that change the object, before the server's own fields are set and the object is
//! validated; [`check`] those that only look, after that. All read other objects through
//! [`crate::lookup::Lookup`]; what a request uses of a quota is the only thing that is written.

mod access;
mod attributes;
mod builtin;
pub(crate) mod conditions;
pub(crate) mod configuration;
mod defaults;
mod event_rate_limit;
mod event_rates;
mod images;
mod input;
mod limit_ranger;
mod matching;
mod namespace;
mod normal_form;
mod notes;
mod owner_references;
mod place;
mod placement;
pub(crate) mod plugins;
mod pod_security;
pub(crate) mod policy;
mod priority;
pub(crate) mod quota;
mod reinvocation;
mod running;
mod runtime_class;
mod selectors;
mod service_account;
mod services;
mod tolerations;
mod webhook;

pub(crate) use attributes::{Attributes, KindName, Operation, RequestOptions};
pub use configuration::AdmissionConfiguration;
pub(crate) use notes::{AuditAnnotations, Notes};
pub use place::AdmissionConfigurationError;
pub(crate) use plugins::Plugin;
pub use plugins::{AdmissionPlugins, AdmissionPluginsError};
pub(crate) use quota::charge::{Charge, Written};

use crate::Status;
use crate::metrics::Metrics;
use crate::state::Server;
use reinvocation::Round;
use running::Running;
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_tree::Value;

/// A step of admission, whose time is counted.
struct Step<'a> {
    metrics: &'a Metrics,
    changes: bool,
    operation: Operation,
    begun: Instant,
}

impl<'a> Step<'a> {
    fn begin(server: &'a Server, attributes: &Attributes<'_>, changes: bool) -> Self {
        Self {
            metrics: &server.metrics,
            changes,
            operation: attributes.operation,
            begun: Instant::now(),
        }
    }

    fn end<T>(self, outcome: Result<T, Status>) -> Result<T, Status> {
        let (operation, refused) = (self.operation.as_str(), outcome.is_err());
        let took = self.begun.elapsed();
        self.metrics
            .admitted(self.changes, operation, refused, took);
        outcome
    }
}

/// Changes the object of a create or update as the server's plugins do, or refuses it; `object` is
/// decoded and defaulted.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn mutate(
    server: &Arc<Server>,
    object: &mut Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let step = Step::begin(server, attributes, true);
    step.end(changed(server, object, attributes).await)
}

async fn changed(
    server: &Arc<Server>,
    object: &mut Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let (on, operation) = (server.admission_plugins, attributes.operation);
    let plugins = Running::new(on, true, operation, &server.metrics);
    let mut round = Round::default();
    loop {
        builtin::mutate(object, attributes, plugins, server.as_ref()).await?;
        let work = policy::mutate(server, object, attributes, &mut round);
        plugins.run(Plugin::MutatingAdmissionPolicy, work).await?;
        let work = webhook::mutate(server, object, attributes, &mut round);
        plugins.run(Plugin::MutatingAdmissionWebhook, work).await?;
        if round.number > 0 || !round.again {
            return Ok(());
        }
        round.number = 1;
    }
}

/// Refuses what may not be written or deleted. `object` is the object as it will be stored; there is
/// none for a deletion. Gives back what it takes of quotas.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn check(
    server: &Arc<Server>,
    object: Option<&Value>,
    attributes: &Attributes<'_>,
) -> Result<Charge, Status> {
    let step = Step::begin(server, attributes, false);
    step.end(checked(server, object, attributes).await)
}

async fn checked(
    server: &Arc<Server>,
    object: Option<&Value>,
    attributes: &Attributes<'_>,
) -> Result<Charge, Status> {
    let (on, operation) = (server.admission_plugins, attributes.operation);
    let plugins = Running::new(on, false, operation, &server.metrics);
    if let Some(object) = object {
        let limits = &server.admission_settings.event_rate_limits;
        let now = server.clock.now();
        let work = async { event_rate_limit::check(limits, object, attributes, now) };
        plugins.run(Plugin::EventRateLimit, work).await?;
        builtin::check(object, attributes, plugins, server.as_ref()).await?;
        let work = owner_references::check(server, object, attributes);
        plugins
            .run(Plugin::OwnerReferencesPermissionEnforcement, work)
            .await?;
    } else if operation == Operation::Delete {
        let work = namespace::lifecycle(attributes, server.as_ref());
        plugins.run(Plugin::NamespaceLifecycle, work).await?;
    }
    if object.is_none() {
        let work = webhook::tell(server, attributes);
        plugins.run(Plugin::MutatingAdmissionWebhook, work).await?;
    }
    let work = policy::check(server, object, attributes);
    plugins.run(Plugin::ValidatingAdmissionPolicy, work).await?;
    let work = webhook::check(server, object, attributes);
    plugins
        .run(Plugin::ValidatingAdmissionWebhook, work)
        .await?;
    let charge = match object {
        Some(object) => {
            let work = quota::charge(server, object, attributes);
            plugins.run(Plugin::ResourceQuota, work).await?
        }
        None => None,
    };
    let charge = charge.unwrap_or_else(Charge::none);
    if on.has(Plugin::AlwaysDeny) {
        return Err(attributes.forbidden("admission control is denying all modifications"));
    }
    Ok(charge)
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
