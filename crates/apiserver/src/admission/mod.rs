//! Admission: rules that change a write or refuse it for what else is on the server.
//!
//! The plugins of kube-apiserver, by its names and in its order ([`AdmissionPlugins`]). [`mutate`]
//! runs those that change the object, before the server's own fields are set and the object is
//! validated; [`check`] those that only look, after that. All read other objects through
//! [`Lookup`]; what a request uses of a quota is the only thing that is written.

mod access;
mod attributes;
mod builtin;
mod conditions;
mod configuration;
mod defaults;
mod event_rate_limit;
mod images;
mod limit_ranger;
mod matching;
mod namespace;
mod notes;
mod owner_references;
mod placement;
mod plugins;
mod pod_security;
mod policy;
mod priority;
mod quota;
mod reinvocation;
mod running;
mod runtime_class;
mod selectors;
mod service_account;
mod services;
mod tolerations;
mod webhook;

pub(crate) use attributes::{
    Attributes, KindName, Lookup, Operation, RequestOptions, items_at, text_at,
};
pub(crate) use conditions::Conditions;
pub use configuration::{AdmissionConfiguration, AdmissionConfigurationError};
pub(crate) use notes::{AuditAnnotations, Notes};
pub(crate) use plugins::Plugin;
pub use plugins::{AdmissionPlugins, AdmissionPluginsError};
pub(crate) use policy::Policies;
pub(crate) use quota::{Charge, Quotas, Written};

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

/// Brings an object that somebody else has changed into the form that decoding gives it: what its
/// kind does not have is dropped, what it has by default is set.
///
/// # Errors
/// What does not fit the kind.
fn normal_form(server: &Server, object: &mut Value) -> Result<(), String> {
    let text = |name: &str| text_at(object, &[name]).unwrap_or_default();
    let Some(ty) = server.schema.type_of(text("apiVersion"), text("kind")) else {
        return Ok(());
    };
    trimtab_validation::decode(object, ty).map_err(|why| why.to_string())?;
    trimtab_validation::default(object, ty);
    Ok(())
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
        let work = async { limits.check(object, attributes, server.clock.now()) };
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
