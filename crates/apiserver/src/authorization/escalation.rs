//! Nobody gives rights that they do not have.
//!
//! Who writes a role must have every right that it gives, or the right to `escalate` it; who writes
//! a binding must have every right of its role, or the right to `bind` it. After
//! `pkg/registry/rbac/*/policybased/storage.go` and `escalation_check.go`.

use trimtab_tree::Value;

use super::Attributes;
use super::binding::RoleRef;
use super::policy::full_authority;
use super::rbac::{GROUP, Rbac, aggregate};
use super::rule::{Rule, missing, told};
use crate::registry::Call;
use crate::{Identity, Status};

/// Metadata that may change while the garbage collector sees to an object.
const OF_COLLECTION: [&str; 3] = ["ownerReferences", "finalizers", "managedFields"];

/// Refuses a role or binding, to be written in the place of `old`, that gives more than the caller
/// has.
///
/// # Errors
/// The refusal; not found, when a binding is of a role that is not there.
pub(super) async fn check(
    call: &Call<'_>,
    object: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let resource = call.resource;
    if resource.group() != GROUP || call.identity.is_in(Identity::MASTERS) {
        return Ok(());
    }
    let Some(rbac) = call.server.authorizer.rbac() else {
        return Ok(());
    };
    if old.is_some_and(|old| only_collection_differs(old, object)) {
        return Ok(());
    }
    if matches!(&*resource.plural, "roles" | "clusterroles") {
        return check_role(call, rbac, object, old).await;
    }
    check_binding(call, rbac, object).await
}

async fn check_role(
    call: &Call<'_>,
    rbac: &Rbac,
    role: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let asked = Attributes {
        namespace: call.namespace(),
        ..Attributes::of_resource(
            call.identity,
            "escalate",
            GROUP,
            &call.resource.plural,
            call.info.name,
        )
    };
    if call.server.authorizer.authorize(&asked).await?.allowed {
        return Ok(());
    }
    let name = name_of(role);
    confirm(call, rbac, &Rule::all_of(role), name)?;
    let gathers = |role: &Value| {
        let selectors = role.get_path(&["aggregationRule", "clusterRoleSelectors"]);
        selectors.is_some_and(|selectors| !selectors.is_null_or_empty())
    };
    if (gathers(role) || old.is_some_and(gathers))
        && confirm(call, rbac, &full_authority(), name).is_err()
    {
        let why = "must have cluster-admin privileges to use the aggregationRule";
        return Err(Status::forbidden(GROUP, &call.resource.plural, name, why));
    }
    Ok(())
}

async fn check_binding(call: &Call<'_>, rbac: &Rbac, binding: &Value) -> Result<(), Status> {
    let role = RoleRef::of(binding);
    let plural = match &*role.kind {
        "ClusterRole" => "clusterroles",
        "Role" => "roles",
        // Validation says what is wrong with it.
        _ => return Ok(()),
    };
    let asked = Attributes {
        namespace: call.namespace(),
        ..Attributes::of_resource(call.identity, "bind", GROUP, plural, &role.name)
    };
    if call.server.authorizer.authorize(&asked).await?.allowed {
        return Ok(());
    }
    let rules = rbac.rules_of(&role, call.namespace())?;
    confirm(call, rbac, &rules, name_of(binding))
}

/// Refuses rules that the caller does not have.
fn confirm(call: &Call<'_>, rbac: &Rbac, rules: &[Rule], name: &str) -> Result<(), Status> {
    let user = call.identity;
    let (held, errors) = rbac.rules_for(user, call.namespace());
    let missing = missing(&held, rules);
    if missing.is_empty() {
        return Ok(());
    }
    let groups: Vec<String> = user
        .groups
        .iter()
        .map(|group| format!("{group:?}"))
        .collect();
    let mut why = format!(
        "user {:?} (groups=[{}]) is attempting to grant RBAC permissions not currently held:\n{}",
        user.name,
        groups.join(" "),
        told(&missing)
    );
    if !errors.is_empty() {
        why = format!("{why}; resolution errors: {}", aggregate(&errors));
    }
    Err(Status::forbidden(GROUP, &call.resource.plural, name, &why))
}

fn name_of(object: &Value) -> &str {
    let name = object.get_path(&["metadata", "name"]);
    name.and_then(Value::as_str).unwrap_or_default()
}

fn only_collection_differs(old: &Value, new: &Value) -> bool {
    let without = |object: &Value| {
        let mut object = object.clone();
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
            for name in OF_COLLECTION {
                metadata.remove(name);
            }
        }
        object
    };
    without(old) == without(new)
}
