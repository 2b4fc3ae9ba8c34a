//! PATCH: the four patches, each a function from the live object to a new one.

use http::header::CONTENT_TYPE;
use trimtab_object::{
    ApplyError, FieldSet, JsonPatch, Versions, Writer, apply, kubernetes_strategic_merge,
    merge_patch,
};
use trimtab_schema::Type;
use trimtab_tree::{Diagnostic, Value};

use super::change::{Admitted, Change};
use super::decode::{Decoded, Unfit, decode_applied, decode_or, wrong_custom_kind};
use super::options::{FieldValidation, WriteOptions, cause};
use super::shown::{shown, shown_as_map, used};
use super::strategy::{reset_fields, timestamp, versions, writer};
use super::{Call, live, metadata, naming};
use crate::body::{Body, Response, read};
use crate::custom::Nulls;
use crate::fields::string;
use crate::media::{Document, Encoding, told};
use crate::resource::ServedKind;
use crate::{Cause, Details, Reason, Status};

/// Which patch a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatchKind {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' strategic merge patch.
    Strategic,
    /// Server-side apply.
    Apply,
}

impl PatchKind {
    /// By its media type, letter by letter.
    fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next()?.trim() {
            "application/json-patch+json" => Some(Self::Json),
            "application/merge-patch+json" => Some(Self::Merge),
            "application/strategic-merge-patch+json" => Some(Self::Strategic),
            "application/apply-patch+yaml" => Some(Self::Apply),
            _ => None,
        }
    }
}

/// Changes the object by the patch in the body.
///
/// # Errors
/// When there is none, the patch is none or does not apply, or the result breaks rules.
pub(crate) async fn answer(
    call: &Call<'_>,
    subresource: &str,
    body: Body,
) -> Result<Response, Status> {
    let patch = Patch::read(call, subresource, body).await?;
    if patch.kind == PatchKind::Apply
        && let Err(unfit) = check_applied(call, &patch.document.value)
    {
        return Err(unfit_or_missing(call, subresource.is_empty(), unfit).await?);
    }
    let ty = call.object_type()?;
    let new = |live: Option<&Value>| {
        if patch.is_apply() {
            let object = patch.applied(call, live, ty, subresource)?;
            let document = Document {
                value: object,
                repeated: patch.document.repeated.clone(),
            };
            let mut decoded = decode_applied(call, document, patch.strictness(call))?;
            if call.resource.kind.custom().is_some() {
                decoded
                    .warnings
                    .retain(|warning| !warning.starts_with("unknown field"));
            }
            check_identity(call, &decoded.object)?;
            if let Some(live) = live {
                check_uid_unchanged(call, live, &decoded.object)?;
            }
            naming::place(call, &mut decoded.object)?;
            return Ok(Decoded {
                is_tracked: true,
                ..decoded
            });
        }
        let live = live.ok_or_else(|| call.not_found(call.info.name))?;
        decode_patched(call, live, &patch, ty)
    };
    let mut change = patch.change(subresource);
    change.may_create = patch.kind == PatchKind::Apply && subresource.is_empty();
    change.make(call, new).await?.answer(call)
}

/// What to tell of a patch that is unfit: where there is no object that it could change, and it would
/// make none, only that.
///
/// # Errors
/// When the store fails.
async fn unfit_or_missing(
    call: &Call<'_>,
    would_create: bool,
    unfit: Status,
) -> Result<Status, Status> {
    if would_create || live::read(call, &call.key()?).await?.is_some() {
        return Ok(unfit);
    }
    Ok(call.not_found(call.info.name))
}

/// A patch that a request asks for.
pub(crate) struct Patch {
    /// The request's parameters.
    pub(crate) options: WriteOptions,
    kind: PatchKind,
    document: Document,
    operations: Option<JsonPatch>,
}

impl Patch {
    /// Reads a request's patch. A patch of what is not there is not looked at, as upstream, so what is
    /// wrong with it is told only of an object that is there; an apply, which makes the object, is.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) async fn read(
        call: &Call<'_>,
        subresource: &str,
        body: Body,
    ) -> Result<Self, Status> {
        let content_type = call.header(&CONTENT_TYPE).unwrap_or_default();
        let kind = PatchKind::of(content_type).ok_or_else(|| {
            let message = "415: Unsupported Media Type";
            let status = Status::new(415, Reason::UnsupportedMediaType, message);
            match call.resource.kind.custom() {
                Some(_) => status,
                None => status.with_details(Details::default()),
            }
        })?;
        if kind == PatchKind::Strategic && call.resource.kind.custom().is_some() {
            // How lists of custom kinds would be merged is said nowhere.
            let message = "the body of the request was in an unknown format - accepted media types \
                           include: application/json-patch+json, application/merge-patch+json, \
                           application/apply-patch+yaml";
            return Err(Status::new(415, Reason::UnsupportedMediaType, message));
        }
        let is_apply = kind == PatchKind::Apply;
        let options = WriteOptions::read(call, "PatchOptions", is_apply)?;
        let bytes = read(body).await?;
        let patch = Self::parse(kind, options, &bytes);
        match patch {
            Err(unfit) => {
                Err(unfit_or_missing(call, is_apply && subresource.is_empty(), unfit).await?)
            }
            patch => patch,
        }
    }

    fn parse(kind: PatchKind, options: WriteOptions, bytes: &[u8]) -> Result<Self, Status> {
        let is_apply = kind == PatchKind::Apply;
        let encoding = if is_apply {
            Encoding::Yaml
        } else {
            Encoding::Json
        };
        let undecodable = |why: String| {
            let what = if is_apply {
                "error decoding YAML"
            } else {
                "error decoding patch"
            };
            Status::bad_request(format!("{what}: {why}"))
        };
        let document = encoding.read(bytes).map_err(undecodable)?;
        let operations = if kind == PatchKind::Json {
            if document.value.as_sequence().is_none() {
                let found = match &document.value {
                    value if value.as_mapping().is_some() => "object",
                    value if value.as_str().is_some() => "string",
                    _ => "value",
                };
                return Err(undecodable(format!(
                    "json: cannot unmarshal {found} into Go value of type []handlers.jsonPatchOp"
                )));
            }
            let operations = JsonPatch::from_value(&document.value);
            Some(operations.map_err(|error| inapplicable(&error))?)
        } else {
            if document.value.as_mapping().is_none() {
                let found = document.value.describe();
                return Err(undecodable(format!(
                    "such a patch is a mapping, not {found}"
                )));
            }
            None
        };
        Ok(Self {
            options,
            kind,
            document,
            operations,
        })
    }

    /// What is made of what an apply made. Fields that a version of a custom kind does not have may come
    /// from what it was merged with: what the client said itself was looked at before.
    fn strictness(&self, call: &Call<'_>) -> FieldValidation {
        match call.resource.kind.custom() {
            Some(_) if self.document.repeated.is_empty() => FieldValidation::Ignore,
            _ => self.options.field_validation,
        }
    }

    /// Whether it is a server-side apply.
    pub(crate) fn is_apply(&self) -> bool {
        self.kind == PatchKind::Apply
    }

    /// What the patch, which is no apply, makes of an object.
    ///
    /// # Errors
    /// When it does not apply.
    pub(crate) fn patched(&self, live: &Value, ty: Type<'_>) -> Result<Value, Status> {
        let mut new = live.clone();
        match (self.kind, &self.operations) {
            (PatchKind::Json, Some(operations)) => operations
                .apply(&mut new)
                .map_err(|error| inapplicable(&error))?,
            (PatchKind::Strategic, _) => {
                return kubernetes_strategic_merge(live, &self.document.value, ty).map_err(
                    |error| {
                        let reason = match error.code() {
                            400 => Reason::BadRequest,
                            422 => Reason::Invalid,
                            _ => Reason::Unknown,
                        };
                        Status::new(error.code(), reason, error.to_string())
                    },
                );
            }
            _ => merge_patch(&mut new, &self.document.value),
        }
        Ok(new)
    }

    /// What the apply makes of an object, or of none.
    fn applied(
        &self,
        call: &Call<'_>,
        live: Option<&Value>,
        ty: Type<'_>,
        subresource: &str,
    ) -> Result<Value, Status> {
        let now = timestamp(call.server.clock.now());
        let writer = writer(call, &self.options, subresource, &now);
        let reset = reset_fields(call, subresource);
        self.applied_by(live, ty, &writer, &reset, Some(&versions(call)))
    }

    /// What the apply makes of an object, or of none, if `writer` owns what it says.
    ///
    /// # Errors
    /// When others own what would change, or it does not fit the type.
    pub(crate) fn applied_by(
        &self,
        live: Option<&Value>,
        ty: Type<'_>,
        writer: &Writer<'_>,
        reset: &FieldSet,
        versions: Option<&dyn Versions>,
    ) -> Result<Value, Status> {
        let applied = apply(
            live,
            &self.document.value,
            Some(ty),
            writer,
            self.options.force,
            reset,
            versions,
        );
        applied.map_err(|error| apply_failed(&error))
    }

    /// What is told of a patch that makes something of an object that cannot be used.
    pub(crate) fn unfit(&self, unfit: &Unfit, live: &Value, ty: Type<'_>) -> Status {
        let is_strategic = self.kind == PatchKind::Strategic;
        let why = match unfit {
            Unfit::Form(error) if is_strategic => error.conversion(),
            Unfit::Form(error) => error.message(),
            Unfit::Strict(why) => why,
        };
        let shown = if is_strategic {
            shown_as_map(&used(&self.document.value))
        } else {
            // What cannot be used is made once more to be shown.
            match self.patched(live, ty) {
                Ok(new) => shown(&new, live, ty.is_custom()),
                Err(status) => return status,
            }
        };
        let message = format!("Invalid value: {shown:?}: {why}");
        let causes = vec![cause("FieldValueInvalid", "patch", &message)];
        Status::invalid("", "", "", causes)
    }

    /// The change that it is.
    pub(crate) fn change<'p>(&'p self, subresource: &'p str) -> Change<'p> {
        let names_version =
            self.kind != PatchKind::Json && metadata::has(&self.document.value, "resourceVersion");
        Change {
            subresource,
            options: &self.options,
            is_bound: names_version,
            may_create: false,
            admitted: Admitted::Object,
        }
    }
}

/// A JSON patch that cannot be applied.
fn inapplicable(error: &Diagnostic) -> Status {
    Status::new(422, Reason::Invalid, told(error)).with_details(Details::default())
}

/// Brings what a patch makes of `live` into the form of the call's kind, and refuses it if it is
/// another object.
fn decode_patched(
    call: &Call<'_>,
    live: &Value,
    patch: &Patch,
    ty: Type<'_>,
) -> Result<Decoded, Status> {
    let unusable = |unfit: &Unfit| Err(patch.unfit(unfit, live, ty));
    let document = Document {
        value: patch.patched(live, ty)?,
        repeated: patch.document.repeated.clone(),
    };
    let (kind, api_version) = ("kind", "apiVersion");
    let mut document = document;
    if patch.kind == PatchKind::Strategic {
        // What it makes is of the type of the object, whatever it says of its kind.
        keep_kind(live, &mut document.value);
    }
    if [kind, api_version]
        .iter()
        .any(|name| string(live, name) != string(&document.value, name))
    {
        let (kind, api_version) = (
            string(&document.value, kind),
            string(&document.value, api_version),
        );
        if call.resource.kind.custom().is_some() && api_version == string(live, "apiVersion") {
            return Err(wrong_custom_kind(call, kind, call.info.name));
        }
        return unusable(&Unfit::Strict(format!(
            "no kind {kind:?} of version {api_version:?}: {}",
            cannot_become(kind, api_version, &call.resource.kind)
        )));
    }
    let mut decoded = match decode_or(
        call,
        document,
        patch.options.field_validation,
        Nulls::Dropped,
    )? {
        Ok(decoded) => decoded,
        Err(unfit) => return unusable(&unfit),
    };
    check_identity(call, &decoded.object)?;
    check_uid_unchanged(call, live, &decoded.object)?;
    naming::place(call, &mut decoded.object)?;
    Ok(decoded)
}

/// Gives an object that was patched the kind and the version that it had, unless what stands there
/// is no name at all.
fn keep_kind(live: &Value, patched: &mut Value) {
    for name in ["kind", "apiVersion"] {
        let is_name = patched
            .get(name)
            .is_none_or(|it| it.is_null() || it.as_str().is_some());
        if let (true, Some(own), Some(fields)) = (is_name, live.get(name), patched.as_mapping_mut())
        {
            fields.insert(name, own.clone());
        }
    }
}

/// A patch cannot make another object of one. (In an update the uid says which object is meant.)
fn check_uid_unchanged(call: &Call<'_>, live: &Value, object: &Value) -> Result<(), Status> {
    let uid = metadata::text(object, "uid");
    // The metadata of a custom object are what they were when its status is written.
    let is_kept = call.resource.kind.custom().is_some() && call.info.subresource == "status";
    if uid.is_empty() || uid == metadata::text(live, "uid") || is_kept {
        return Ok(());
    }
    let message = format!("Invalid value: {uid:?}: field is immutable");
    let fault = cause("FieldValueInvalid", "metadata.uid", &message);
    let (group, kind) = (call.told_group(), call.resource.kind.kind());
    // The server and most kinds look at the metadata, and all of them say it.
    let looks = 1 + usize::from(trimtab_validation::checks_changed_metadata(group, kind));
    let causes = vec![fault; looks];
    Err(Status::invalid(group, kind, call.info.name, causes))
}

/// That an object of one kind is none of another.
pub(crate) fn cannot_become(kind: &str, api_version: &str, other: &ServedKind) -> String {
    let version = api_version.rsplit('/').next().unwrap_or_default();
    let group = match other.group() {
        "" => "core",
        group => group,
    };
    format!(
        "converting ({version}.{kind}) to ({group}.{}) is not possible",
        other.kind()
    )
}

/// An apply is of the kind that the path is for.
fn check_applied(call: &Call<'_>, applied: &Value) -> Result<(), Status> {
    let own = &call.resource.kind;
    let (api_version, kind) = (string(applied, "apiVersion"), string(applied, "kind"));
    if api_version != own.api_version() || kind != own.kind() {
        return Err(Status::bad_request(format!(
            "invalid object type: {api_version}, Kind={kind}: {}, Kind={} is expected",
            own.api_version(),
            own.kind()
        )));
    }
    // Whether it is of the name is seen of what it makes: conflicts are told first.
    Ok(())
}

/// An object keeps the name and the namespace that the path is for.
///
/// # Errors
/// When it has others, or no name.
pub(crate) fn check_identity(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let (name, own_name) = (metadata::text(object, "name"), call.info.name);
    if name.is_empty() {
        return Err(Status::bad_request(format!(
            "the name of the object ({own_name} based on URL) was undeterminable: name must be provided"
        )));
    }
    if name != own_name {
        return Err(Status::bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({own_name})"
        )));
    }
    let namespace = metadata::text(object, "namespace");
    let is_other = call.resource.namespaced && namespace != call.namespace();
    if !namespace.is_empty() && is_other {
        return Err(Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    Ok(())
}

fn apply_failed(error: &ApplyError) -> Status {
    let message = error.to_string();
    match error {
        ApplyError::Conflicts(conflicts) => {
            let causes = conflicts.iter().map(|conflict| Cause {
                reason: "FieldManagerConflict".to_owned(),
                message: conflict.message(),
                field: conflict.field.clone(),
            });
            Status::new(409, Reason::Conflict, message).with_details(Details {
                causes: causes.collect(),
                ..Details::default()
            })
        }
        ApplyError::ManagedFieldsGiven => Status::bad_request(message),
        ApplyError::Invalid { .. } | ApplyError::BadManagedFields(_) | ApplyError::NoVersion(_) => {
            Status::new(error.code(), Reason::Unknown, message)
        }
    }
}
