//! Objects that others of the build make: a `SealedSecret` becomes a secret, a `Certificate` keeps
//! its key in one, each pod of a `StatefulSet` has its claims.

use crate::inventory::{Inventory, Object};
use crate::pods::{items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// Kinds and names that objects of the build make. Namespaces are left aside: what makes an object says so in too
/// many ways.
pub(super) struct Made<'a> {
    named: FxHashSet<(&'static str, &'a str)>,
    /// What the names of claims begin with, before the number of a pod.
    claims: FxHashSet<String>,
}

/// A custom kind, what it makes, and the paths of its name; where none of them is there, it is that
/// of the resource.
struct Maker {
    group: &'static str,
    kind: &'static str,
    makes: &'static str,
    names: &'static [&'static [&'static str]],
}

const fn maker(
    group: &'static str,
    kind: &'static str,
    makes: &'static str,
    names: &'static [&'static [&'static str]],
) -> Maker {
    Maker {
        group,
        kind,
        makes,
        names,
    }
}

const TARGET_NAME: &[&[&str]] = &[&["spec", "target", "name"]];

static MAKERS: &[Maker] = &[
    maker(
        "bitnami.com",
        "SealedSecret",
        "Secret",
        &[&["spec", "template", "metadata", "name"]],
    ),
    maker(
        "external-secrets.io",
        "ExternalSecret",
        "Secret",
        TARGET_NAME,
    ),
    maker("kubernetes-client.io", "ExternalSecret", "Secret", &[]),
    maker(
        "external-secrets.io",
        "ClusterExternalSecret",
        "Secret",
        &[
            &["spec", "externalSecretName"],
            &["spec", "externalSecretSpec", "target", "name"],
        ],
    ),
    maker(
        "cert-manager.io",
        "Certificate",
        "Secret",
        &[&["spec", "secretName"]],
    ),
    maker(
        "cert-manager.io",
        "Issuer",
        "Secret",
        &[&["spec", "acme", "privateKeySecretRef", "name"]],
    ),
    maker("trust.cert-manager.io", "Bundle", "ConfigMap", &[]),
    maker(
        "secrets.hashicorp.com",
        "VaultStaticSecret",
        "Secret",
        &[&["spec", "destination", "name"]],
    ),
    maker(
        "secrets.hashicorp.com",
        "VaultDynamicSecret",
        "Secret",
        &[&["spec", "destination", "name"]],
    ),
    maker(
        "secrets.hashicorp.com",
        "VaultPKISecret",
        "Secret",
        &[&["spec", "destination", "name"]],
    ),
    maker("ricoberger.de", "VaultSecret", "Secret", &[]),
    maker("onepassword.com", "OnePasswordItem", "Secret", &[]),
    maker(
        "secrets.infisical.com",
        "InfisicalSecret",
        "Secret",
        &[&["spec", "managedSecretReference", "secretName"]],
    ),
    maker(
        "spv.no",
        "AzureKeyVaultSecret",
        "Secret",
        &[&["spec", "output", "secret", "name"]],
    ),
    maker("kafka.strimzi.io", "KafkaUser", "Secret", &[]),
    maker("secretgenerator.mittwald.de", "StringSecret", "Secret", &[]),
    maker("secretgenerator.mittwald.de", "BasicAuth", "Secret", &[]),
    maker("objectbucket.io", "ObjectBucketClaim", "Secret", &[]),
    maker("objectbucket.io", "ObjectBucketClaim", "ConfigMap", &[]),
    maker("serving.knative.dev", "Service", "Service", &[]),
];

impl<'a> Made<'a> {
    pub(super) fn new(inventory: &Inventory<'a>) -> Self {
        let mut made = Self {
            named: FxHashSet::default(),
            claims: FxHashSet::default(),
        };
        for object in &inventory.objects {
            for maker in MAKERS {
                if object.is(maker.group, maker.kind) {
                    made.named.insert((maker.makes, name_of(object, maker)));
                }
            }
            add_lists(object, &mut made.named);
            made.claims.extend(claims_of(object));
        }
        made
    }

    pub(super) fn has(&self, kind: &'static str, name: &str) -> bool {
        let is_claim = || {
            let start = name.trim_end_matches(|it: char| it.is_ascii_digit());
            start.len() < name.len() && self.claims.contains(start)
        };
        self.named.contains(&(kind, name)) || kind == "PersistentVolumeClaim" && is_claim()
    }
}

/// What the claims of a `StatefulSet` are called, without the numbers of their pods.
fn claims_of(object: &Object<'_>) -> Vec<String> {
    let Some(spec) = object
        .value
        .get("spec")
        .filter(|_| object.is("apps", "StatefulSet"))
    else {
        return Vec::new();
    };
    let templates = items(spec, "volumeClaimTemplates");
    let names = templates.filter_map(|template| text(template.get("metadata")?, "name"));
    names
        .map(|name| format!("{name}-{}-", object.name))
        .collect()
}

fn name_of<'a>(object: &Object<'a>, maker: &Maker) -> &'a str {
    let named = maker.names.iter().find_map(|path| {
        let name = object
            .value
            .get_path(path)
            .and_then(Value::text_if_not_null);
        name.filter(|name| !name.is_empty())
    });
    named.unwrap_or(object.name)
}

/// Kinds that make several at once.
fn add_lists<'a>(object: &Object<'a>, made: &mut FxHashSet<(&'static str, &'a str)>) {
    let Some(spec) = object.value.get("spec") else {
        return;
    };
    let list = match (object.group, object.kind) {
        ("isindir.github.com", "SopsSecret") => "secretTemplates",
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => "secretObjects",
        _ => return,
    };
    for item in items(spec, list) {
        let name = text(item, "secretName").or_else(|| text(item, "name"));
        made.extend(name.map(|name| ("Secret", name)));
    }
}
