//! From a request's body to an object of the resource's kind.

use std::fmt;
use std::fmt::Write as _;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::{DecodeError, StrictProblem};

use super::options::{FieldValidation, cause};
use super::{Call, metadata};
use crate::body::{Body, read};
use crate::custom::Nulls;
use crate::media::Document;
use crate::{Status, custom};

/// An object as a client wishes it, decoded and defaulted.
#[derive(Clone)]
pub(crate) struct Decoded {
    /// The object.
    pub(crate) object: Value,
    /// What the client should know: `Warning` headers.
    pub(crate) warnings: Vec<String>,
    /// Whether its `managedFields` already say who owns what, as after an apply.
    pub(crate) is_tracked: bool,
}

/// Reads a request's body as an object of the call's kind.
///
/// # Errors
/// When it cannot be read, or is not of that kind, or, if strict, has fields that the kind does
/// not have.
pub(crate) async fn decode_body(
    call: &Call<'_>,
    body: Body,
    validation: FieldValidation,
) -> Result<Decoded, Status> {
    let bytes = read(body).await?;
    let document = call
        .document(&bytes)
        .map_err(|status| unrecognized(call, status, &bytes))?;
    check_kind(call, &document.value, &bytes)?;
    decode_document(call, document, validation)
}

/// Brings a document into the form of the call's kind: types checked, unknown fields dropped,
/// defaults set.
///
/// # Errors
/// When a value is of the wrong type, or, if strict, a field is unknown or there twice.
pub(crate) fn decode_document(
    call: &Call<'_>,
    document: Document,
    validation: FieldValidation,
) -> Result<Decoded, Status> {
    decode_or(call, document, validation, Nulls::Dropped)?.map_err(|why| unusable(call, &why))
}

/// As [`decode_document`], of what an apply made.
///
/// # Errors
/// As there.
pub(super) fn decode_applied(
    call: &Call<'_>,
    document: Document,
    validation: FieldValidation,
) -> Result<Decoded, Status> {
    decode_or(call, document, validation, Nulls::Kept)?.map_err(|why| unusable(call, &why))
}

fn unusable(call: &Call<'_>, why: &Unfit) -> Status {
    let (kind, version) = (call.resource.kind.kind(), call.resource.kind.version());
    Status::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: {why}"
    ))
}

/// How much of a body is shown that cannot be read, in bytes.
const SHOWN: usize = 30;

/// What is told of a body that is not of its media type, so that not even its kind is known: what it
/// must be, and how it begins, in hexadecimal digits unless it looks like JSON. Clients match the
/// first words.
fn unrecognized(call: &Call<'_>, mut status: Status, body: &[u8]) -> Status {
    if status.code != 400 {
        return status;
    }
    let shown = &body[..body.len().min(SHOWN)];
    let begins = match shown.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => String::from_utf8_lossy(shown).into_owned(),
        Some(_) => shown.iter().fold(String::new(), |mut digits, byte| {
            // A `String` takes everything.
            let _ = write!(digits, "{byte:02x}");
            digits
        }),
    };
    status.message = format!(
        "the object provided is unrecognized (must be of type {}): {} ({begins}{})",
        call.resource.kind.kind(),
        status.message,
        if body.len() > SHOWN { " ..." } else { "" },
    );
    status
}

/// Why a document cannot be used.
pub(crate) enum Unfit {
    /// A value is of the wrong type.
    Form(DecodeError),
    /// What is told if decoding is strict.
    Strict(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => error.fmt(f),
            Self::Strict(why) => f.write_str(why),
        }
    }
}

/// As [`decode_document`]; the caller words what is wrong.
///
/// # Errors
/// When the kind is not known.
pub(crate) fn decode_or(
    call: &Call<'_>,
    document: Document,
    validation: FieldValidation,
    nulls: Nulls,
) -> Result<Result<Decoded, Unfit>, Status> {
    let mut object = document.value;
    let unknown = if let Some(kind) = call.resource.kind.custom() {
        match custom::decode(kind, &mut object, nulls) {
            Ok(unknown) => unknown,
            Err(why) => return Ok(Err(Unfit::Strict(why))),
        }
    } else {
        let ty = call.object_type()?;
        let unknown = match trimtab_validation::decode(&mut object, ty) {
            Ok(unknown) => unknown,
            Err(error) => return Ok(Err(Unfit::Form(error))),
        };
        trimtab_validation::default(&mut object, ty);
        unknown
    };
    let repeated = document.repeated.into_iter();
    // Kubernetes comes to both in one go for its own kinds; custom ones are read whole before they
    // are looked at.
    let problems: Vec<StrictProblem> = if call.resource.kind.custom().is_some() {
        repeated.chain(unknown).collect()
    } else {
        unknown.into_iter().chain(repeated).collect()
    };
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if validation == FieldValidation::Strict && !problems.is_empty() {
        let told = format!("strict decoding error: {}", problems.join(", "));
        return Ok(Err(Unfit::Strict(told)));
    }
    let warnings = if validation == FieldValidation::Warn {
        problems
    } else {
        Vec::new()
    };
    put_in_front(call, &mut object);
    Ok(Ok(Decoded {
        object,
        warnings,
        is_tracked: false,
    }))
}

/// The body may leave out what the path says.
fn put_in_front(call: &Call<'_>, object: &mut Value) {
    if object.as_mapping().is_none() {
        *object = Value::from(Mapping::new());
    }
    let kind = &call.resource.kind;
    if let Some(fields) = object.as_mapping_mut() {
        fields.insert("apiVersion", Value::string(kind.api_version()));
        fields.insert("kind", Value::string(kind.kind()));
    }
}

/// Custom objects say themselves of which kind they are.
fn check_custom_kind(
    call: &Call<'_>,
    api_version: &str,
    kind: &str,
    value: &Value,
    body: &[u8],
) -> Result<(), Status> {
    let own = &call.resource.kind;
    if kind.is_empty() {
        let why = match ["apiVersion", "kind"].map(|name| value.get(name)) {
            _ if value.as_mapping().is_none() => {
                format!("its kind cannot be told: it is {}", value.describe())
            }
            [Some(found), _] | [_, Some(found)] if found.as_str().is_none() => {
                format!("its kind cannot be told: that is {}", found.describe())
            }
            _ => {
                let body = String::from_utf8_lossy(body);
                format!("Object 'Kind' is missing in '{body}'")
            }
        };
        return Err(unrecognized(call, Status::bad_request(why), body));
    }
    if api_version != own.api_version() {
        return Err(Status::bad_request(format!(
            "the API version in the data ({api_version}) does not match the expected API version ({})",
            own.api_version()
        )));
    }
    if kind != own.kind() {
        return Err(wrong_custom_kind(call, kind, metadata::text(value, "name")));
    }
    Ok(())
}

/// A custom object that says it is of another kind.
pub(crate) fn wrong_custom_kind(call: &Call<'_>, kind: &str, name: &str) -> Status {
    let own = &call.resource.kind;
    let why = format!("Invalid value: {kind:?}: must be {}", own.kind());
    let causes = vec![cause("FieldValueInvalid", "kind", &why)];
    Status::invalid(own.group(), kind, name, causes)
}

/// Refuses an object that says it is of another kind than the path is for.
fn check_kind(call: &Call<'_>, value: &Value, body: &[u8]) -> Result<(), Status> {
    let own = &call.resource.kind;
    let text = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if own.custom().is_some() {
        return check_custom_kind(call, api_version, kind, value, body);
    }
    let api_version = if api_version.is_empty() {
        own.api_version()
    } else {
        api_version
    };
    let kind = if kind.is_empty() { own.kind() } else { kind };
    if (api_version, kind) == (own.api_version(), own.kind()) {
        return Ok(());
    }
    // It is read as what it says it is before it is compared with what is wanted.
    if let Some(why) = unreadable(call, api_version, kind, value) {
        let version = api_version
            .rsplit_once('/')
            .map_or(api_version, |(_, version)| version);
        return Err(Status::bad_request(format!(
            "{kind} in version {version:?} cannot be handled as a {}: {why}",
            own.kind()
        )));
    }
    if api_version != own.api_version() {
        return Err(Status::bad_request(format!(
            "the API version in the data ({api_version}) does not match the expected API version ({})",
            own.api_version()
        )));
    }
    Err(Status::bad_request(format!(
        "the kind in the data ({kind}) does not match the expected kind ({})",
        own.kind()
    )))
}

/// Why a document cannot be read as an object of the built-in kind that it names.
fn unreadable(call: &Call<'_>, api_version: &str, kind: &str, value: &Value) -> Option<String> {
    let schema = &call.server.schema;
    if let Some(ty) = schema.type_of(api_version, kind) {
        let decoded = trimtab_validation::decode(&mut value.clone(), ty);
        return decoded.err().map(|error| error.to_string());
    }
    let is_known = UNSERVED
        .iter()
        .any(|(unserved, kinds)| *unserved == api_version && kinds.contains(&kind));
    if is_known {
        return None;
    }
    Some(format!(
        "no kind {kind:?} is registered for version {api_version:?}"
    ))
}

/// Group versions that Kubernetes no longer serves, or not by default, and yet reads, with their kinds
/// (`staging/src/k8s.io/api/*/*/register.go`).
static UNSERVED: &[(&str, &[&str])] = &[
    (
        "apps/v1beta1",
        &["Deployment", "StatefulSet", "ControllerRevision", "Scale"],
    ),
    (
        "apps/v1beta2",
        &[
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "ControllerRevision",
            "Scale",
        ],
    ),
    (
        "extensions/v1beta1",
        &[
            "Deployment",
            "DaemonSet",
            "ReplicaSet",
            "Ingress",
            "NetworkPolicy",
            "Scale",
        ],
    ),
    ("batch/v1beta1", &["CronJob"]),
    (
        "certificates.k8s.io/v1beta1",
        &["CertificateSigningRequest"],
    ),
    ("coordination.k8s.io/v1beta1", &["Lease"]),
    ("discovery.k8s.io/v1beta1", &["EndpointSlice"]),
    ("events.k8s.io/v1beta1", &["Event"]),
    (
        "networking.k8s.io/v1beta1",
        &["Ingress", "IngressClass", "IPAddress", "ServiceCIDR"],
    ),
    ("node.k8s.io/v1beta1", &["RuntimeClass"]),
    ("policy/v1beta1", &["PodDisruptionBudget", "Eviction"]),
    (
        "rbac.authorization.k8s.io/v1beta1",
        &["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
    ),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"]),
    (
        "storage.k8s.io/v1beta1",
        &[
            "StorageClass",
            "VolumeAttachment",
            "CSIDriver",
            "CSINode",
            "CSIStorageCapacity",
            "VolumeAttributesClass",
        ],
    ),
];
