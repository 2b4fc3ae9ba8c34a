//! PATCH: the four patches, each a function from the live object to a new one.

use http::header::CONTENT_TYPE;
use trimtab_object::{JsonPatch, merge_patch};
use trimtab_tree::Value;

use super::decode::decode_value;
use super::options::WriteOptions;
use super::update::Change;
use super::{Call, metadata};
use crate::Status;
use crate::body::{Body, Response, read};
use crate::media::{Encoding, told};

/// Which patch the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatchKind {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Server-side apply.
    Apply,
}

impl PatchKind {
    /// By its media type, letter by letter.
    fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next()?.trim() {
            "application/json-patch+json" => Some(Self::Json),
            "application/merge-patch+json" => Some(Self::Merge),
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
    let patch = Patch::read(call, body).await?;
    let new = |live: Option<&Value>| {
        let live = live.ok_or_else(|| call.not_found(call.info.name))?;
        decode_value(call, patch.apply(live)?, patch.options.field_validation)
    };
    patch
        .change(subresource)
        .make(call, new)
        .await?
        .answer(call)
}

/// A patch that a request asks for.
pub(crate) struct Patch {
    /// The request's parameters.
    pub(crate) options: WriteOptions,
    is_bound: bool,
    patcher: Patcher,
}

impl Patch {
    /// Reads a request's patch.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) async fn read(call: &Call<'_>, body: Body) -> Result<Self, Status> {
        let content_type = call.header(&CONTENT_TYPE).unwrap_or_default();
        let kind = PatchKind::of(content_type).ok_or_else(|| {
            let message = "415: Unsupported Media Type";
            Status::new(415, crate::Reason::UnsupportedMediaType, message)
                .with_details(crate::Details::default())
        })?;
        let options = WriteOptions::read(call, "PatchOptions", kind == PatchKind::Apply)?;
        let bytes = read(body).await?;
        let encoding = if kind == PatchKind::Apply {
            Encoding::Yaml
        } else {
            Encoding::Json
        };
        let patch = encoding
            .read(&bytes)
            .map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))?;
        Ok(Self {
            options,
            is_bound: names_version(kind, &patch),
            patcher: patcher(kind, &patch)?,
        })
    }

    /// What the patch makes of an object.
    ///
    /// # Errors
    /// When it does not apply.
    pub(crate) fn apply(&self, live: &Value) -> Result<Value, Status> {
        (self.patcher)(live)
    }

    /// The change that it is.
    pub(crate) fn change<'p>(&'p self, subresource: &'p str) -> Change<'p> {
        Change {
            subresource,
            options: &self.options,
            is_bound: self.is_bound,
            may_create: false,
        }
    }
}

/// Whether the patch itself says which version it is of.
fn names_version(kind: PatchKind, patch: &Value) -> bool {
    kind != PatchKind::Json && metadata::has(patch, "resourceVersion")
}

type Patcher = Box<dyn Fn(&Value) -> Result<Value, Status> + Send + Sync>;

fn patcher(kind: PatchKind, patch: &Value) -> Result<Patcher, Status> {
    match kind {
        PatchKind::Json => {
            let patch = JsonPatch::from_value(patch).map_err(|error| {
                Status::bad_request(format!("error decoding patch: {}", told(&error)))
            })?;
            Ok(Box::new(move |live| {
                let mut new = live.clone();
                patch.apply(&mut new).map_err(|error| {
                    Status::new(422, crate::Reason::Invalid, told(&error))
                        .with_details(crate::Details::default())
                })?;
                Ok(new)
            }))
        }
        PatchKind::Merge => {
            if patch.as_mapping().is_none() {
                let told = format!(
                    "error decoding patch: a merge patch is a mapping, not {}",
                    patch.describe()
                );
                return Err(Status::bad_request(told));
            }
            let patch = patch.clone();
            Ok(Box::new(move |live| {
                let mut new = live.clone();
                merge_patch(&mut new, &patch);
                Ok(new)
            }))
        }
        PatchKind::Apply => Err(Status::unsupported_media_type(
            "application/apply-patch+yaml",
            "application/json-patch+json, application/merge-patch+json",
        )),
    }
}
