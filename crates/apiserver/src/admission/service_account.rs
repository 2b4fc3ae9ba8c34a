//! `ServiceAccount`: every pod acts as a service account, whose token its containers find in a
//! volume.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{items_at, list_at, spec_of, text_at};
use crate::lookup::Lookup;
use trimtab_tree::{Mapping, Value};

/// Where containers find the token.
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// How the names of token volumes begin.
const VOLUME_PREFIX: &str = "kube-api-access-";
/// How long a token is good for. An hour and seven seconds tell these tokens from those that were
/// asked for, as in Kubernetes.
const TOKEN_SECONDS: i64 = 3607;
/// Pods that a node's agent reports, not ones that are to be run.
const MIRROR: &str = "kubernetes.io/config.mirror";
/// The configuration maps, and the key of each, from which pods take the certificates of
/// authorities. The second is there because the servers whose answers this one agrees with have it.
const AUTHORITIES: [(&str, &str); 2] = [
    ("kube-root-ca.crt", "ca.crt"),
    ("openshift-service-ca.crt", "service-ca.crt"),
];

/// Gives a new pod its service account, its token and its pull secrets.
pub(super) async fn admit(
    pod: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if !attributes.is_create("", "pods") {
        return Ok(());
    }
    if pod.get_path(&["metadata", "annotations", MIRROR]).is_some() {
        return check_mirror(pod, attributes);
    }
    let name = text_at(pod, &["spec", "serviceAccountName"])
        .unwrap_or("default")
        .to_owned();
    let namespace = attributes.namespace;
    let account = lookup.get("", "serviceaccounts", namespace, &name).await?;
    let Some(account) = account else {
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount {name:?} not found"
        );
        return Err(attributes.forbidden(&why));
    };
    let Some(spec) = spec_of(pod) else {
        return Ok(());
    };
    spec.insert("serviceAccountName", Value::string(&*name));
    spec.insert("serviceAccount", Value::string(&*name));
    let automount = spec
        .get("automountServiceAccountToken")
        .or_else(|| account.get("automountServiceAccountToken"));
    if automount.and_then(Value::text) != Some("false") {
        mount_token(spec, attributes);
    }
    let has_secrets = spec
        .get("imagePullSecrets")
        .is_some_and(|secrets| !secrets.is_null_or_empty());
    if !has_secrets
        && let Some(secrets) = account.get("imagePullSecrets")
        && !secrets.is_null_or_empty()
    {
        spec.insert("imagePullSecrets", secrets.clone());
    }
    Ok(())
}

/// Says on a service account that its pods use no secrets but those that it lists.
const ONLY_OWN_SECRETS: &str = "kubernetes.io/enforce-mountable-secrets";

/// Refuses pods whose service account lists the secrets that they may use, and that use others.
pub(super) async fn check(
    pod: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let is_create = attributes.is_create("", "pods");
    let adds_containers = attributes.group.is_empty()
        && attributes.resource == "pods"
        && attributes.subresource == "ephemeralcontainers"
        && attributes.operation == Operation::Update;
    let is_mirror = pod.get_path(&["metadata", "annotations", MIRROR]).is_some();
    if !(is_create || adds_containers) || is_mirror {
        return Ok(());
    }
    let Some(name) = text_at(pod, &["spec", "serviceAccountName"]) else {
        return Ok(());
    };
    let namespace = attributes.namespace;
    let account = lookup.get("", "serviceaccounts", namespace, name).await?;
    let Some(account) = account else {
        return Ok(());
    };
    let says = text_at(&account, &["metadata", "annotations", ONLY_OWN_SECRETS]);
    if !matches!(says, Some("true" | "True" | "TRUE" | "t" | "T" | "1")) {
        return Ok(());
    }
    let lists = if adds_containers {
        &CONTAINERS[2..]
    } else {
        &CONTAINERS[..2]
    };
    let foreign = foreign_secret(pod, &account, lists, is_create);
    foreign.map_or(Ok(()), |what| {
        let why = format!(
            "{what} is not allowed because service account {name} does not reference that secret"
        );
        Err(attributes.forbidden(&why))
    })
}

/// The lists of containers, and what one of each is called.
const CONTAINERS: [(&str, &str); 3] = [
    ("initContainers", "init container"),
    ("containers", "container"),
    ("ephemeralContainers", "ephemeral container"),
];

/// The first use of a secret that the service account does not list.
fn foreign_secret(
    pod: &Value,
    account: &Value,
    lists: &[(&str, &str)],
    whole: bool,
) -> Option<String> {
    let listed = |field: &str, name: &str| {
        items_at(account, &[field])
            .iter()
            .any(|secret| text_at(secret, &["name"]) == Some(name))
    };
    let foreign = |value: &Value, path: &[&str]| {
        let name = value.get_path(path)?.text()?;
        (!listed("secrets", name)).then(|| name.to_owned())
    };
    let volumes = items_at(pod, &["spec", "volumes"]);
    for volume in volumes.iter().filter(|_| whole) {
        if let Some(secret) = foreign(volume, &["secret", "secretName"]) {
            return Some(format!("volume with secret.secretName={secret:?}"));
        }
    }
    for (list, what) in lists {
        for container in items_at(pod, &["spec", list]) {
            let name = text_at(container, &["name"]).unwrap_or_default();
            for variable in items_at(container, &["env"]) {
                if let Some(secret) = foreign(variable, &["valueFrom", "secretKeyRef", "name"]) {
                    let variable = text_at(variable, &["name"]).unwrap_or_default();
                    return Some(format!(
                        "{what} {name} with envVar {variable} referencing secret.secretName={secret:?}"
                    ));
                }
            }
            for source in items_at(container, &["envFrom"]) {
                if let Some(secret) = foreign(source, &["secretRef", "name"]) {
                    return Some(format!(
                        "{what} {name} with envFrom referencing secret.secretName={secret:?}"
                    ));
                }
            }
        }
    }
    let pull_secrets = items_at(pod, &["spec", "imagePullSecrets"]);
    let mut pull_secrets = pull_secrets.iter().enumerate().filter(|_| whole);
    pull_secrets.find_map(|(at, secret)| {
        let name = text_at(secret, &["name"]).unwrap_or_default();
        let own = listed("imagePullSecrets", name);
        (!own).then(|| format!("imagePullSecrets[{at}].name={name:?}"))
    })
}

/// A mirror pod may not act as anyone.
fn check_mirror(pod: &Value, attributes: &Attributes<'_>) -> Result<(), Status> {
    if text_at(pod, &["spec", "serviceAccountName"]).is_some() {
        return Err(attributes.forbidden("a mirror pod may not reference service accounts"));
    }
    let volumes = pod.get_path(&["spec", "volumes"]);
    let volumes = volumes.and_then(Value::as_sequence).unwrap_or_default();
    let has_token = |volume: &Value| {
        let sources = volume.get_path(&["projected", "sources"]);
        let sources = sources.and_then(Value::as_sequence).unwrap_or_default();
        sources
            .iter()
            .any(|source| source.get("serviceAccountToken").is_some())
    };
    if volumes.iter().any(has_token) {
        let why = "a mirror pod may not use ServiceAccountToken volume projections";
        return Err(attributes.forbidden(why));
    }
    Ok(())
}

/// Mounts the token in every container that mounts nothing else in its place.
fn mount_token(spec: &mut Mapping, attributes: &Attributes<'_>) {
    let volumes = spec.get("volumes").and_then(Value::as_sequence);
    let existing = volumes.unwrap_or_default().iter().find_map(|volume| {
        let name = volume.get("name")?.text()?;
        name.starts_with(VOLUME_PREFIX).then(|| name.to_owned())
    });
    let volume = existing
        .clone()
        .unwrap_or_else(|| format!("{VOLUME_PREFIX}{}", attributes.chance.name_suffix(5)));
    let mut mounted = false;
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Value::as_sequence_mut);
        let containers = containers.into_iter().flatten();
        for container in containers.filter_map(Value::as_mapping_mut) {
            let Some(mounts) = list_at(container, "volumeMounts") else {
                continue;
            };
            let is_token =
                |mount: &Value| mount.get("mountPath").and_then(Value::text) == Some(MOUNT_PATH);
            if mounts.iter().any(is_token) {
                continue;
            }
            mounts.push(Value::mapping([
                ("name", Value::string(&*volume)),
                ("readOnly", Value::bool(true)),
                ("mountPath", Value::string(MOUNT_PATH)),
            ]));
            mounted = true;
        }
    }
    if mounted
        && existing.is_none()
        && let Some(volumes) = list_at(spec, "volumes")
    {
        volumes.push(token_volume(&volume));
    }
}

/// A volume that holds the token, the certificates to trust the server by, and the namespace.
fn token_volume(name: &str) -> Value {
    let text = |text: &str| Value::string(text);
    let token = Value::mapping([
        ("expirationSeconds", Value::int(TOKEN_SECONDS)),
        ("path", text("token")),
    ]);
    let [kubernetes, other] = AUTHORITIES.map(|(map, key)| {
        let item = Value::mapping([("key", text(key)), ("path", text(key))]);
        let map = Value::mapping([("name", text(map)), ("items", Value::sequence(vec![item]))]);
        Value::mapping([("configMap", map)])
    });
    let field = Value::mapping([
        ("apiVersion", text("v1")),
        ("fieldPath", text("metadata.namespace")),
    ]);
    let namespace = Value::mapping([("path", text("namespace")), ("fieldRef", field)]);
    let namespace = Value::mapping([("items", Value::sequence(vec![namespace]))]);
    let sources = vec![
        Value::mapping([("serviceAccountToken", token)]),
        kubernetes,
        Value::mapping([("downwardAPI", namespace)]),
        other,
    ];
    let projected = Value::mapping([
        ("sources", Value::sequence(sources)),
        ("defaultMode", Value::int(0o644)),
    ]);
    Value::mapping([("name", text(name)), ("projected", projected)])
}
