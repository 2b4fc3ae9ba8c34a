//! `DenyServiceExternalIPs`: nobody draws traffic of other addresses to a Service.

use super::attributes::Attributes;
use crate::Status;
use crate::fields::items_at;
use trimtab_tree::Value;

/// Refuses external addresses that a Service does not have already.
pub(super) fn deny_external_ips(
    service: &Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    if !attributes.is("", "services") {
        return Ok(());
    }
    let addresses = |service| items_at(service, &["spec", "externalIPs"]);
    let old = attributes.old.map(addresses).unwrap_or_default();
    if addresses(service)
        .iter()
        .all(|address| old.contains(address))
    {
        return Ok(());
    }
    Err(attributes.forbidden("Use of external IPs is denied by admission control"))
}
