//! Files that Kubernetes puts into volumes: of config maps, secrets, tokens, and of the pod itself.

use super::certificates;
use super::errors::{Errors, Path};
use super::formats;
use super::paths::check_not_reserved;
use super::references::check_field_reference;
use super::resources;
use super::rules::Rule::{self, Do, Required};
use super::rules::apply;
use super::selectors;
use crate::fields::{entries, int, items, text};
use trimtab_tree::Value;

/// What of its pod a file of a volume may hold.
const DOWNWARD_FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];

/// A key of a config map or secret, and the file it becomes.
pub(super) static ITEM: &[Rule] = &[Required("key"), Do(check_item)];

pub(super) fn check_default_mode(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_mode(source, "defaultMode", path, errors);
}

fn check_mode(source: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = int(source, field).filter(|mode| !(0..=0o777).contains(mode)) {
        let why = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(&path.field(field), &Value::int(mode), why);
    }
}

fn check_item(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_item_path(item, path, errors);
    check_mode(item, "mode", path, errors);
}

fn check_item_path(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("path");
    let place = text(item, "path").unwrap_or_default();
    if place.is_empty() {
        errors.required(&path, "");
    }
    check_not_reserved(place, &path, errors);
}

/// Files about the pod; errors are told of the volume, not of the file, as Kubernetes does.
pub(super) fn check_downward(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    for item in items(source, "items") {
        check_downward_item(item, path, errors);
    }
}

fn check_downward_item(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_item_path(item, path, errors);
    if let Some(field) = item.get("fieldRef") {
        check_field_reference(field, &path.field("fieldRef"), DOWNWARD_FIELDS, errors);
        if item.get("resourceFieldRef").is_some() {
            let why = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.invalid_string(path, "resource", why);
        }
    } else if let Some(resource) = item.get("resourceFieldRef") {
        let path = path.field("resourceFieldRef");
        resources::check_reference_in_volume(resource, &path, errors);
    } else {
        errors.required(path, "one of fieldRef and resourceFieldRef is required");
    }
    check_mode(item, "mode", path, errors);
}

/// The places that the sources of a projected volume take.
struct Places<'v> {
    taken: Vec<&'v str>,
}

impl<'v> Places<'v> {
    /// Takes a place; one that is taken is told of by `name`, at the volume.
    fn take(&mut self, place: &'v str, name: &str, path: &Path<'_>, errors: &mut Errors) {
        if self.taken.contains(&place) {
            errors.invalid_string(path, name, "conflicting duplicate paths");
        } else {
            self.taken.push(place);
        }
    }
}

/// A volume whose files come from several sources.
pub(super) fn check(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_default_mode(source, path, errors);
    let list = path.field("sources");
    let mut places = Places { taken: Vec::new() };
    for (at, projection) in items(source, "sources").iter().enumerate() {
        let item = list.item(at);
        let mut found = 0;
        for kind in ["secret", "configMap"] {
            if let Some(inner) = projection.get(kind) {
                found += 1;
                check_keys(inner, &item.field(kind), path, &mut places, errors);
            }
        }
        if let Some(downward) = projection.get("downwardAPI") {
            found += 1;
            for file in items(downward, "items") {
                check_downward_item(file, &item.field("downwardAPI"), errors);
                if let Some(place) = text(file, "path") {
                    places.take(place, place, path, errors);
                }
            }
        }
        if let Some(token) = projection.get("serviceAccountToken") {
            found += 1;
            check_token(token, &item.field("serviceAccountToken"), path, errors);
        }
        if let Some(bundle) = projection.get("clusterTrustBundle") {
            found += 1;
            check_bundle(bundle, &item.field("clusterTrustBundle"), errors);
            let place = text(bundle, "path").unwrap_or_default();
            places.take(place, place, path, errors);
        }
        if let Some(certificate) = projection.get("podCertificate") {
            found += 1;
            let own = item.field("podCertificate");
            check_certificate(certificate, &own, path, &mut places, errors);
        }
        if found > 1 {
            errors.forbidden(&item, "may not specify more than 1 volume type per source");
        }
    }
}

fn check_keys<'v>(
    source: &'v Value,
    path: &Path<'_>,
    volume: &Path<'_>,
    places: &mut Places<'v>,
    errors: &mut Errors,
) {
    apply(&[Required("name")], source, path, errors);
    let list = path.field("items");
    for (at, item) in items(source, "items").iter().enumerate() {
        apply(ITEM, item, &list.item(at), errors);
        if let Some(place) = text(item, "path") {
            let name = text(source, "name").unwrap_or_default();
            places.take(place, name, volume, errors);
        }
    }
}

fn check_token(token: &Value, path: &Path<'_>, volume: &Path<'_>, errors: &mut Errors) {
    check_lifetime(token, path, errors);
    // Where the token is put is told of the volume.
    let path = volume.field("path");
    match text(token, "path") {
        None => errors.required(&path, ""),
        Some(place) => check_not_reserved(place, &path, errors),
    }
}

/// For how long a token is asked.
pub(super) fn check_lifetime(token: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(found) = int(token, "expirationSeconds") else {
        return;
    };
    let path = path.field("expirationSeconds");
    if found < 600 {
        let why = "may not specify a duration less than 10 minutes";
        errors.invalid(&path, &Value::int(found), why);
    }
    if found > 1 << 32 {
        let why = "may not specify a duration larger than 2^32 seconds";
        errors.invalid(&path, &Value::int(found), why);
    }
}

fn check_bundle(bundle: &Value, path: &Path<'_>, errors: &mut Errors) {
    let of = |field| bundle.get(field).and_then(Value::text);
    match (of("name"), of("signerName")) {
        (Some(_), Some(_)) => {
            let why = "only one of name and signerName may be used";
            errors.invalid(path, bundle, why);
        }
        (Some(name), None) => {
            let path_of_name = path.field("name");
            if name.is_empty() {
                errors.required(&path_of_name, "must be a valid object name");
            }
            for problem in certificates::bundle_name_problems(name) {
                let why = format!("not a valid clustertrustbundlename: {problem}");
                errors.invalid_string(&path_of_name, name, &why);
            }
            if let Some(selector) = bundle.get("labelSelector") {
                let why = "labelSelector must be unset if name is specified";
                errors.invalid(&path.field("labelSelector"), selector, why);
            }
        }
        (None, Some(signer)) => {
            let path_of_signer = path.field("signerName");
            if signer.is_empty() {
                errors.required(&path_of_signer, "must be a valid signer name");
            }
            certificates::check_signer(signer, &path_of_signer, errors);
            if let Some(selector) = bundle.get("labelSelector") {
                selectors::check(selector, &path.field("labelSelector"), errors);
            }
        }
        (None, None) => errors.required(path, "either name or signerName must be specified"),
    }
    let path = path.field("path");
    let place = text(bundle, "path").unwrap_or_default();
    if place.is_empty() {
        errors.required(&path, "");
    }
    check_not_reserved(place, &path, errors);
}

fn check_certificate<'v>(
    certificate: &'v Value,
    path: &Path<'_>,
    volume: &Path<'_>,
    places: &mut Places<'v>,
    errors: &mut Errors,
) {
    const KEYS: [&str; 6] = [
        "RSA3072",
        "RSA4096",
        "ECDSAP256",
        "ECDSAP384",
        "ECDSAP521",
        "ED25519",
    ];
    /// Kubernetes' own signers give a day, others three months.
    const LONGEST: [(bool, i64); 2] = [(true, 86_400), (false, 91 * 86_400)];
    let signer = text(certificate, "signerName").unwrap_or_default();
    certificates::check_signer(signer, &path.field("signerName"), errors);
    let annotations = path.field("userAnnotations");
    for (key, _) in entries(certificate, "userAnnotations") {
        let problems = formats::qualified_name(&key.to_lowercase());
        errors.invalid_each(&annotations, key, problems);
    }
    let key = text(certificate, "keyType").unwrap_or_default();
    if !KEYS.contains(&key) {
        errors.unsupported(&path.field("keyType"), &Value::string(key), &KEYS);
    }
    if let Some(seconds) = int(certificate, "maxExpirationSeconds") {
        let path = path.field("maxExpirationSeconds");
        if seconds < 3600 {
            let why = "if provided, maxExpirationSeconds must be >= 3600";
            errors.invalid(&path, &Value::int(seconds), why);
        }
        let is_own = signer.starts_with("kubernetes.io/");
        for (_, longest) in LONGEST
            .iter()
            .filter(|(own, longest)| *own == is_own && seconds > *longest)
        {
            let why = format!("if provided, maxExpirationSeconds must be <= {longest}");
            errors.invalid(&path, &Value::int(seconds), &why);
        }
    }
    let mut found = 0;
    for field in ["credentialBundlePath", "keyPath", "certificateChainPath"] {
        if let Some(place) = text(certificate, field) {
            found += 1;
            check_not_reserved(place, &path.field(field), errors);
            places.take(place, place, volume, errors);
        }
    }
    if found == 0 {
        let why = "specify at least one of credentialBundlePath, keyPath, and \
                   certificateChainPath";
        errors.required(path, why);
    }
}
