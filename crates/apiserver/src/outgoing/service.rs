//! The addresses behind a Service: its `EndpointSlice`s' endpoints that are ready.
//!
//! The rules are those of kube-apiserver with `--enable-aggregator-routing`
//! (`pkg/util/proxy/proxy.go` of apiserver), which does not ask for anything that routes cluster
//! addresses; a Service of type `ExternalName` is dialled by that name.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use trimtab_tree::Value;

use super::CallError;
use crate::fields::{items_at, text_at};
use crate::lookup::Lookup;

/// Says of a slice which Service it is of.
const SERVICE: &str = "kubernetes.io/service-name";

/// What stands behind a Service.
pub(super) enum Backend {
    /// Endpoints, in the order in which they are to be tried.
    Addresses(Vec<SocketAddr>),
    /// A name.
    Name(String, u16),
}

/// Which Service, and at which of its ports.
#[derive(Clone, Copy)]
pub(super) struct ServicePort<'a> {
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    pub(super) port: u16,
}

/// What stands behind a port of a Service.
///
/// # Errors
/// When there is no such Service or port, or no endpoint that is ready.
pub(super) async fn backend(
    lookup: &impl Lookup,
    wanted: ServicePort<'_>,
) -> Result<Backend, CallError> {
    let ServicePort {
        namespace,
        name,
        port,
    } = wanted;
    let failed = |status: crate::Status| CallError::Lookup(status.message);
    let service = lookup.get("", "services", namespace, name).await;
    let service = service
        .map_err(failed)?
        .ok_or_else(|| CallError::NoService(name.to_owned()))?;
    if text_at(&service, &["spec", "type"]) == Some("ExternalName") {
        return Ok(Backend::Name(
            text_at(&service, &["spec", "externalName"])
                .unwrap_or_default()
                .to_owned(),
            port,
        ));
    }
    let port_name = port_name(&service, port).ok_or_else(|| CallError::NoServicePort {
        service: name.to_owned(),
        port,
    })?;
    let slices = lookup
        .list("discovery.k8s.io", "endpointslices", namespace)
        .await
        .map_err(failed)?;
    let of_service =
        |slice: &&Arc<Value>| text_at(slice, &["metadata", "labels", SERVICE]) == Some(name);
    let mut found = Vec::new();
    for slice in slices.iter().filter(of_service) {
        let Some(target_port) = target_port(slice, port_name) else {
            continue;
        };
        let ready =
            |endpoint: &&Value| text_at(endpoint, &["conditions", "ready"]) != Some("false");
        for endpoint in items_at(slice, &["endpoints"]).iter().filter(ready) {
            let addresses = items_at(endpoint, &["addresses"]).iter();
            let addresses = addresses.filter_map(|address| address.text()?.parse::<IpAddr>().ok());
            found.extend(addresses.map(|address| SocketAddr::new(address, target_port)));
        }
    }
    if found.is_empty() {
        return Err(CallError::NoEndpoints(name.to_owned()));
    }
    found.sort_unstable();
    found.dedup();
    Ok(Backend::Addresses(found))
}

/// The name of the Service's port of that number; it is empty where there is but one.
fn port_name(service: &Value, port: u16) -> Option<&str> {
    let wanted = port.to_string();
    let ports = items_at(service, &["spec", "ports"]);
    let port = ports
        .iter()
        .find(|it| text_at(it, &["port"]) == Some(&wanted))?;
    Some(text_at(port, &["name"]).unwrap_or_default())
}

/// The number that endpoints of a slice have the port under.
fn target_port(slice: &Value, name: &str) -> Option<u16> {
    let ports = items_at(slice, &["ports"]);
    let port = ports
        .iter()
        .find(|it| text_at(it, &["name"]).unwrap_or_default() == name)?;
    text_at(port, &["port"])?.parse().ok()
}
