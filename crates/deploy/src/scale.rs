//! More or fewer replicas, through the `scale` subresource: for every kind that has one.

use crate::error::{Error, Result};
use crate::fields::{metadata, number_at};
use crate::rollout::nested;
use crate::target::ObjectRef;
use crate::target::{PatchType, Target};
use trimtab_tree::Value;

/// What must hold for the number to be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition {
    /// The number of replicas that are asked for now.
    pub replicas: Option<i64>,
    /// The object's resource version.
    pub resource_version: Option<String>,
}

/// Asks for `replicas` of what `object` runs, and gives how many were asked for before.
///
/// # Errors
/// When the precondition does not hold, the kind cannot be scaled, or the server refuses.
pub async fn scale(
    target: &Target,
    object: &ObjectRef,
    replicas: u32,
    precondition: &Precondition,
    dry_run: bool,
) -> Result<i64> {
    let resource = &object.resource;
    if !resource.has_subresource("scale") {
        return Err(Error::Usage(format!(
            "cannot scale {object}: {} have no scale subresource",
            resource.plural_with_group()
        )));
    }
    let present = target.get_subresource(object, "scale").await?;
    let before = number_at(&present, &["spec", "replicas"]).unwrap_or(0);
    let version = metadata(&present, "resourceVersion");
    check(precondition, before, version)?;
    let mut patch = nested(&["spec", "replicas"], Value::int(i64::from(replicas)));
    if *precondition != Precondition::default()
        && let Some(fields) = patch.as_mapping_mut()
    {
        // What was checked must still hold when the server writes.
        fields.insert(
            "metadata",
            nested(&["resourceVersion"], Value::string(version)),
        );
    }
    let kind = PatchType::Merge;
    target
        .patch(object, Some("scale"), kind, &patch, dry_run)
        .await?;
    Ok(before)
}

fn check(precondition: &Precondition, replicas: i64, version: &str) -> Result<()> {
    match precondition.replicas {
        Some(expected) if expected != replicas => {
            return Err(Error::Impossible(format!(
                "expected replicas to be {expected}, was {replicas}"
            )));
        }
        _ => {}
    }
    match &precondition.resource_version {
        Some(expected) if expected != version => Err(Error::Impossible(format!(
            "expected resource version to be {expected}, was {version}"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precondition_that_does_not_hold_is_named() {
        let of = |replicas, version: Option<&str>| Precondition {
            replicas,
            resource_version: version.map(str::to_owned),
        };
        assert!(check(&of(None, None), 3, "7").is_ok());
        assert!(check(&of(Some(3), Some("7")), 3, "7").is_ok());
        let error = check(&of(Some(2), None), 3, "7").expect_err("it is 3");
        assert_eq!(error.to_string(), "expected replicas to be 2, was 3");
        let error = check(&of(None, Some("6")), 3, "7").expect_err("it is 7");
        assert_eq!(
            error.to_string(),
            "expected resource version to be 6, was 7"
        );
    }
}
