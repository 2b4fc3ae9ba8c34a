//! The parameters that a binding gives to its policy.

use super::definition::Definition;
use crate::admission::attributes::Attributes;
use crate::admission::selectors::selects;
use crate::fields::text_at;
use crate::lookup::Lookup;
use crate::state::Server;
use std::sync::Arc;
use trimtab_tree::Value;

/// The objects that the policy is evaluated with, one after the other; one `None` where it takes
/// none.
///
/// # Errors
/// Why there are none: what is named is not there, or the reference makes no sense.
pub(super) async fn params(
    server: &Server,
    attributes: &Attributes<'_>,
    definition: &Definition,
    binding: &Value,
) -> Result<Vec<Option<Arc<Value>>>, String> {
    let reference = binding
        .get_path(&["spec", "paramRef"])
        .filter(|it| !it.is_null());
    let (Some((api_version, kind)), Some(reference)) = (&definition.param_kind, reference) else {
        return Ok(vec![None]);
    };
    let resources = server.resources();
    let is_it = |resource: &&crate::resource::Resource| {
        resource.kind.api_version() == api_version && resource.kind.kind() == kind
    };
    let resource = resources.iter().find(is_it);
    let resource =
        resource.ok_or_else(|| format!("paramKind kind `{api_version}, Kind={kind}` not known"))?;
    let text = |field: &str| text_at(reference, &[field]);
    let namespace = match (resource.namespaced, text("namespace")) {
        (false, Some(_)) => {
            let why = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`";
            return Err(why.to_owned());
        }
        (false, None) => "",
        (true, Some(namespace)) => namespace,
        (true, None) if attributes.namespace.is_empty() => {
            let why = "cannot use namespaced paramRef in policy binding that matches cluster-scoped \
                       resources";
            return Err(why.to_owned());
        }
        (true, None) => attributes.namespace,
    };
    let (group, plural) = (resource.group(), &*resource.plural);
    let selector = reference.get("selector").filter(|it| !it.is_null());
    let found = match (text("name"), selector) {
        (Some(_), Some(_)) => {
            let why = "paramRef.name and paramRef.selector are mutually exclusive";
            return Err(why.to_owned());
        }
        (Some(name), None) => {
            let found = server.get(group, plural, namespace, name).await;
            found
                .map_err(|status| status.message)?
                .into_iter()
                .collect()
        }
        (None, Some(selector)) => {
            let all = server.list(group, plural, namespace).await;
            let mut all = all.map_err(|status| status.message)?;
            all.retain(|it| selects(Some(selector), it.get_path(&["metadata", "labels"])));
            all
        }
        (None, None) => return Err("one of name or selector must be provided".to_owned()),
    };
    if found.is_empty() && text("parameterNotFoundAction") == Some("Deny") {
        let why = "no params found for policy binding with `Deny` parameterNotFoundAction";
        return Err(why.to_owned());
    }
    Ok(found.into_iter().map(Some).collect())
}
