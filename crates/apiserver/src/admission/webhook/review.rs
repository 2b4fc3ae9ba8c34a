//! `AdmissionReview`: what a webhook is told, and what it says.

use crate::Identity;
use crate::admission::attributes::Attributes;
use crate::admission::matching::Form;
use crate::fields::{items_at, text_at};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::{Mapping, Value, parse_json};

/// The versions of reviews that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V1Beta1,
}

impl Version {
    /// The first of a webhook's versions that there is.
    pub(super) fn first_of(versions: &[Value]) -> Option<Self> {
        versions.iter().find_map(|version| match version.text()? {
            "v1" => Some(Self::V1),
            "v1beta1" => Some(Self::V1Beta1),
            _ => None,
        })
    }

    fn api_version(self) -> &'static str {
        match self {
            Self::V1 => "admission.k8s.io/v1",
            Self::V1Beta1 => "admission.k8s.io/v1beta1",
        }
    }
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn put(fields: &mut Mapping, name: &str, value: &str) {
    if !value.is_empty() {
        fields.insert(name, text(value));
    }
}

/// The fields of a request that reviews and expressions share.
pub(in crate::admission) fn request(
    attributes: &Attributes<'_>,
    form: &Form,
    uid: &str,
) -> Mapping {
    let kind = |group: &str, version: &str, kind: &str| {
        Value::mapping([
            ("group", text(group)),
            ("version", text(version)),
            ("kind", text(kind)),
        ])
    };
    let resource = |group: &str, version: &str, resource: &str| {
        Value::mapping([
            ("group", text(group)),
            ("version", text(version)),
            ("resource", text(resource)),
        ])
    };
    let own = attributes.kind;
    let mut request = Mapping::new();
    put(&mut request, "uid", uid);
    let shown = &form.kind;
    request.insert("kind", kind(&shown.group, &shown.version, &shown.kind));
    request.insert(
        "resource",
        resource(&form.group, &form.version, &form.resource),
    );
    put(&mut request, "subResource", attributes.subresource);
    request.insert("requestKind", kind(own.group, own.version, own.kind));
    request.insert(
        "requestResource",
        resource(attributes.group, attributes.version, attributes.resource),
    );
    put(&mut request, "requestSubResource", attributes.subresource);
    put(&mut request, "name", attributes.name);
    put(&mut request, "namespace", attributes.own_namespace());
    request.insert("operation", text(attributes.operation.as_str()));
    request.insert("userInfo", user(attributes.user));
    request
}

/// A user, as reviews have one.
pub(in crate::admission) fn user(identity: &Identity) -> Value {
    let texts = |texts: &[String]| Value::sequence(texts.iter().map(Value::string).collect());
    let mut user = Mapping::new();
    put(&mut user, "username", &identity.name);
    put(&mut user, "uid", &identity.uid);
    if !identity.groups.is_empty() {
        user.insert("groups", texts(&identity.groups));
    }
    if !identity.extra.is_empty() {
        let extra = identity.extra.iter();
        let extra = extra.map(|(key, values)| (key.as_str().into(), texts(values)));
        user.insert("extra", extra.collect::<Mapping>().into());
    }
    user.into()
}

/// The review that asks about a write.
pub(super) fn asking(
    version: Version,
    attributes: &Attributes<'_>,
    form: &Form,
    uid: &str,
    object: Option<&Value>,
    old: Option<&Value>,
) -> Value {
    let mut request = request(attributes, form, uid);
    let or_null = |object: Option<&Value>| object.cloned().unwrap_or_else(Value::null);
    request.insert("object", or_null(object));
    request.insert("oldObject", or_null(old));
    request.insert("dryRun", Value::bool(attributes.dry_run));
    request.insert("options", attributes.options_value());
    Value::mapping([
        ("kind", text("AdmissionReview")),
        ("apiVersion", text(version.api_version())),
        ("request", request.into()),
    ])
}

/// What a webhook says.
pub(super) struct Answer {
    pub(super) allowed: bool,
    /// A `Status` that says why not.
    pub(super) result: Option<Value>,
    /// The operations of a JSON patch.
    pub(super) patch: Option<Value>,
    pub(super) warnings: Vec<String>,
    pub(super) annotations: Vec<(String, String)>,
}

impl Answer {
    /// Reads the answer to the review `uid`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        version: Version,
        uid: &str,
        mutating: bool,
        body: &[u8],
    ) -> Result<Self, String> {
        let review = std::str::from_utf8(body).ok();
        let review = review.and_then(|text| parse_json(text, 0).ok());
        let review = review.ok_or("the answer is not JSON")?;
        let wanted = format!("{}, Kind=AdmissionReview", version.api_version());
        let found = format!(
            "{}, Kind={}",
            text_at(&review, &["apiVersion"]).unwrap_or_default(),
            text_at(&review, &["kind"]).unwrap_or_default()
        );
        let response = review.get("response").filter(|it| !it.is_null());
        let response = response.ok_or("webhook response was absent")?;
        let says = |path: &str| text_at(response, &[path]);
        let patch = says("patch").unwrap_or_default();
        let patch_type = says("patchType");
        if version == Version::V1 {
            let answered = says("uid").unwrap_or_default();
            if answered != uid {
                return Err(format!("expected response.uid={uid:?}, got {answered:?}"));
            }
            if found != wanted {
                return Err(format!(
                    "expected webhook response of {wanted}, got {found}"
                ));
            }
            match (mutating, patch.is_empty(), patch_type) {
                (false, false, _) => {
                    return Err("validating webhook may not return response.patch".to_owned());
                }
                (false, true, Some(_)) => {
                    return Err("validating webhook may not return response.patchType".to_owned());
                }
                (true, false, None) => {
                    let why = "webhook returned response.patch but not response.patchType";
                    return Err(why.to_owned());
                }
                (true, true, Some(_)) => {
                    let why = "webhook returned response.patchType but not response.patch";
                    return Err(why.to_owned());
                }
                _ => {}
            }
        }
        let texts = |items: &[Value]| {
            items
                .iter()
                .filter_map(Value::text)
                .map(str::to_owned)
                .collect()
        };
        let annotations = crate::fields::entries_at(response, &["auditAnnotations"]);
        Ok(Self {
            allowed: says("allowed") == Some("true"),
            result: response.get("status").filter(|it| !it.is_null()).cloned(),
            patch: if mutating {
                read_patch(patch, patch_type)?
            } else {
                None
            },
            warnings: texts(items_at(response, &["warnings"])),
            annotations: annotations
                .filter_map(|(key, value)| Some((key.to_owned(), value.text()?.to_owned())))
                .collect(),
        })
    }
}

fn read_patch(patch: &str, patch_type: Option<&str>) -> Result<Option<Value>, String> {
    if patch.is_empty() {
        return Ok(None);
    }
    if !matches!(patch_type, None | Some("JSONPatch")) {
        let patch_type = patch_type.unwrap_or_default();
        return Err(format!("unsupported patch type {patch_type:?}"));
    }
    let undecodable = |why: &dyn std::fmt::Display| {
        format!("received undecodable patch in webhook response: {why}")
    };
    let bytes = STANDARD.decode(patch).map_err(|why| undecodable(&why))?;
    let text = std::str::from_utf8(&bytes).map_err(|why| undecodable(&why))?;
    let operations = parse_json(text, 0).map_err(|why| undecodable(&why))?;
    if operations.is_null_or_empty() {
        return Ok(None);
    }
    Ok(Some(operations))
}
