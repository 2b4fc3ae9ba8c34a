//! Tokens of service accounts that nodes ask for.

use trimtab_tree::Value;

use super::refusal::{Verdict, because, node_of, require};
use super::{Write, may};
use crate::Status;
use crate::authorization::Attributes;
use crate::fields::string_at;
use crate::lookup::Lookup as _;
use crate::registry::Call;

/// A token for a pod that is on the node, for an audience that the pod wants one for.
pub(super) async fn token(call: &Call<'_>, write: &Write<'_>, node: &str) -> Verdict {
    let request = write.object;
    let bound = |field| string_at(request, &["spec", "boundObjectRef", field]);
    let name = bound("name");
    require(
        (bound("apiVersion"), bound("kind")) == ("v1", "Pod") && !name.is_empty(),
        || "node requested token not bound to a pod".to_owned(),
    )?;
    let uid = bound("uid");
    require(!uid.is_empty(), || {
        "node requested token with a pod binding without a uid".to_owned()
    })?;
    let pod = call.server.get("", "pods", call.namespace(), name).await?;
    let pod = pod.ok_or_else(|| Status::not_found("", "pods", name))?;
    require(string_at(&pod, &["metadata", "uid"]) == uid, || {
        format!(
            "the UID in the bound object reference ({uid}) does not match the UID in record. \
             The object might have been deleted and then recreated"
        )
    })?;
    require(node_of(&pod) == node, || {
        "node requested token bound to a pod scheduled on a different node".to_owned()
    })?;
    let audiences = request
        .get_path(&["spec", "audiences"])
        .and_then(Value::as_sequence);
    let audience = match audiences.unwrap_or_default() {
        [] => "",
        [one] => one.as_str().unwrap_or_default(),
        _ => return because("node may only request 0 or 1 audiences"),
    };
    if wants_audience(call, &pod, audience).await? {
        return Ok(());
    }
    let asked = Attributes {
        namespace: call.namespace(),
        ..Attributes::of_resource(
            call.identity,
            "request-serviceaccounts-token-audience",
            "",
            audience,
            call.info.name,
        )
    };
    if may(call, &asked).await? {
        return Ok(());
    }
    because(format!(
        "audience {audience:?} not found in pod spec volume, {} is not authorized to request tokens for this audience",
        call.identity.name
    ))
}

/// Whether a volume of the pod, or the driver of one, wants tokens for an audience.
async fn wants_audience(call: &Call<'_>, pod: &Value, audience: &str) -> Result<bool, Status> {
    let list = |value: &Value, path: &[&str]| {
        let items = value.get_path(path).and_then(Value::as_sequence);
        items.unwrap_or_default().to_vec()
    };
    let pod_name = string_at(pod, &["metadata", "name"]);
    for volume in list(pod, &["spec", "volumes"]) {
        let is_wanted = |source: &Value| {
            let token = source.get("serviceAccountToken");
            token.is_some_and(|token| string_at(token, &["audience"]) == audience)
        };
        if list(&volume, &["projected", "sources"])
            .iter()
            .any(is_wanted)
        {
            return Ok(true);
        }
        let claim = match string_at(&volume, &["persistentVolumeClaim", "claimName"]) {
            "" if volume.get("ephemeral").is_some() => {
                format!("{pod_name}-{}", string_at(&volume, &["name"]))
            }
            name => name.to_owned(),
        };
        let driver = match string_at(&volume, &["csi", "driver"]) {
            "" if claim.is_empty() => continue,
            "" => driver_of(call, &claim).await?,
            driver => driver.to_owned(),
        };
        let driver = call
            .server
            .get("storage.k8s.io", "csidrivers", "", &driver)
            .await?;
        let wants = |driver: &Value| {
            let requests = list(driver, &["spec", "tokenRequests"]);
            requests
                .iter()
                .any(|request| string_at(request, &["audience"]) == audience)
        };
        if driver.is_some_and(|driver| wants(&driver)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The driver of the volume behind a claim; empty if there is none.
async fn driver_of(call: &Call<'_>, claim: &str) -> Result<String, Status> {
    let server = call.server;
    let claim = server
        .get("", "persistentvolumeclaims", call.namespace(), claim)
        .await?;
    let Some(claim) = claim else {
        return Ok(String::new());
    };
    let name = string_at(&claim, &["spec", "volumeName"]);
    let volume = server.get("", "persistentvolumes", "", name).await?;
    let driver = volume.map(|volume| string_at(&volume, &["spec", "csi", "driver"]).to_owned());
    Ok(driver.unwrap_or_default())
}
