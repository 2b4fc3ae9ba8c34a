//! Zones, as nodes and endpoints name them.

use k8s_openapi::api::discovery::v1::{EndpointHints, ForZone};

/// The label of a node that says in which zone it is.
pub(super) const ZONE: &str = "topology.kubernetes.io/zone";

/// The hint that those of a zone are to ask.
pub(super) fn in_zone(zone: Option<&str>) -> Option<EndpointHints> {
    let name = zone?.to_owned();
    Some(EndpointHints {
        for_zones: Some(vec![ForZone { name }]),
        ..EndpointHints::default()
    })
}
