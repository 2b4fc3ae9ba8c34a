//! Admission: rules that change a write or refuse it for what else is on the server.
//!
//! Each plugin is a function in a file of its own, after the plugin of kube-apiserver that is named
//! in it; all of them are on there by default. [`mutate`] runs those that change the object, before
//! the server's own fields are set and the object is validated; [`check`] those that only look, after
//! that. Both read other objects through [`Lookup`] and write none.

mod attributes;
mod defaults;
mod namespace;

mod priority;
mod runtime_class;
mod service_account;
mod tolerations;

pub(crate) use attributes::{Attributes, Lookup, Operation};

use crate::Status;
use trimtab_tree::Value;

/// Changes the object of a create or update as the server's plugins do, or refuses it; `object` is
/// decoded and defaulted, and what is added here needs no defaults.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn mutate(
    object: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    namespace::lifecycle(attributes, lookup).await?;
    service_account::admit(object, attributes, lookup).await?;
    defaults::taint_new_node(object, attributes);
    defaults::name_requester(object, attributes);
    priority::admit(object, attributes, lookup).await?;
    tolerations::tolerate_lost_nodes(object, attributes);
    defaults::storage_class(object, attributes, lookup).await?;
    defaults::protect_storage(object, attributes);
    runtime_class::admit(object, attributes, lookup).await?;
    defaults::ingress_class(object, attributes, lookup).await
}

/// Refuses what may not be written or deleted. `object` is the object as it will be stored, or, for
/// a deletion, as it is.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if attributes.operation == Operation::Delete {
        return namespace::lifecycle(attributes, lookup).await;
    }
    priority::check_class(object, attributes, lookup).await?;
    defaults::check_expansion(object, attributes, lookup).await
}

#[cfg(test)]
mod tests;
