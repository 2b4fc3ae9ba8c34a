//! Admission: rules that change a write or refuse it for what else is on the server.
//!
//! The plugins of kube-apiserver, by its names and in its order ([`AdmissionPlugins`]). [`mutate`]
//! runs those that change the object, before the server's own fields are set and the object is
//! validated; [`check`] those that only look, after that. All read other objects through
//! [`Lookup`]; what a request uses of a quota is the only thing that is written.

mod amounts;
mod attributes;
mod builtin;
mod defaults;
mod images;
mod limit_ranger;
mod namespace;
mod notes;
mod placement;
mod plugins;
mod pod_security;
mod priority;
mod runtime_class;
mod service_account;
mod services;
mod tolerations;

pub(crate) use attributes::{Attributes, KindName, Lookup, Operation, RequestOptions};
pub(crate) use notes::{AuditAnnotations, Notes};
pub(crate) use plugins::Plugin;
pub use plugins::{AdmissionPlugins, AdmissionPluginsError};

use crate::Status;
use crate::state::Server;
use trimtab_tree::Value;

/// Changes the object of a create or update as the server's plugins do, or refuses it; `object` is
/// decoded and defaulted.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn mutate(
    server: &Server,
    object: &mut Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    builtin::mutate(object, attributes, server.admission_plugins, server).await
}

/// Refuses what may not be written or deleted. `object` is the object as it will be stored; there is
/// none for a deletion.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn check(
    server: &Server,
    object: Option<&Value>,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let plugins = server.admission_plugins;
    if let Some(object) = object {
        builtin::check(object, attributes, plugins, server).await?;
    } else if attributes.operation == Operation::Delete && plugins.has(Plugin::NamespaceLifecycle) {
        namespace::lifecycle(attributes, server).await?;
    }
    if plugins.has(Plugin::AlwaysDeny) {
        return Err(attributes.forbidden("admission control is denying all modifications"));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
