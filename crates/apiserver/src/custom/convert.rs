//! Objects from one version to another, by asking a webhook.
//!
//! Where the conversion is `None` only `apiVersion` changes, which happens where an object is shown.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/conversion`.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

use crate::cache::Object;
use crate::media::told;
use crate::metrics::family;
use crate::outgoing::{Limits, Target};
use crate::resource::{Conversion, CustomKind, ServedKind};
use crate::state::Server;
use crate::{Reason, Status};

/// What a conversion may take.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    bytes: 64 << 20,
};
const GROUP: &str = "apiextensions.k8s.io";
/// Metadata that a webhook may change.
const CHANGEABLE: [&str; 2] = ["labels", "annotations"];

/// Stored objects in the version of `kind`. Objects of kinds that no webhook converts stay as they
/// are: they are brought into the version when they are shown.
///
/// # Errors
/// When the webhook fails, or makes something else of them.
pub(crate) async fn in_request_version(
    server: &Arc<Server>,
    kind: &ServedKind,
    objects: Vec<Arc<Object>>,
) -> Result<Vec<Arc<Object>>, Status> {
    let Some((kind, client, review_versions)) = webhook(kind) else {
        return Ok(objects);
    };
    // Those that were stored before the storage version changed may be in any version.
    let mut values = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let value = object.to_value()?;
        if value.get("apiVersion").and_then(Value::as_str) != Some(kind.api_version()) {
            values.push((at, super::decode::in_stored_form(kind, value)));
        }
    }
    if values.is_empty() {
        return Ok(objects);
    }
    let (places, values): (Vec<usize>, Vec<Value>) = values.into_iter().unzip();
    let review = Review {
        server,
        kind,
        client,
        review_versions,
    };
    let converted = review.convert(kind.api_version(), &values).await?;
    let mut objects = objects;
    for (at, value) in places.into_iter().zip(converted) {
        objects[at] = Arc::new(objects[at].converted(&value)?);
    }
    Ok(objects)
}

/// An object in the version that it is stored as.
///
/// # Errors
/// When the webhook fails, or makes something else of it.
pub(crate) async fn in_storage_version<'v>(
    server: &Arc<Server>,
    kind: &ServedKind,
    object: &'v Value,
) -> Result<Cow<'v, Value>, Status> {
    let Some((kind, client, review_versions)) = webhook(kind) else {
        return Ok(Cow::Borrowed(object));
    };
    let wanted = kind.definition.stored_api_version();
    if kind.api_version() == wanted {
        return Ok(Cow::Borrowed(object));
    }
    let review = Review {
        server,
        kind,
        client,
        review_versions,
    };
    let mut converted = review
        .convert(&wanted, std::slice::from_ref(object))
        .await?;
    match converted.pop() {
        Some(converted) => Ok(Cow::Owned(converted)),
        None => Err(review.failed("it answered without an object")),
    }
}

/// An object in any version of its kind.
///
/// # Errors
/// When the webhook fails, or makes something else of it; and when there is none.
pub(super) async fn in_any_version(
    server: &Arc<Server>,
    kind: &ServedKind,
    object: &Value,
    wanted: &str,
) -> Result<Value, Status> {
    let Some((kind, client, review_versions)) = webhook(kind) else {
        return Err(Status::internal("no webhook converts this kind"));
    };
    let review = Review {
        server,
        kind,
        client,
        review_versions,
    };
    let converted = review.convert(wanted, std::slice::from_ref(object)).await?;
    let converted = converted.into_iter().next();
    converted.ok_or_else(|| review.failed("it answered without an object"))
}

/// Whether a webhook converts the objects of a kind.
pub(crate) fn is_converted_by_webhook(kind: &ServedKind) -> bool {
    webhook(kind).is_some()
}

fn webhook(kind: &ServedKind) -> Option<(&CustomKind, &Value, &[trimtab_tree::Text])> {
    let kind = kind.custom()?;
    match &kind.definition.conversion {
        Conversion::None => None,
        Conversion::Webhook {
            client,
            review_versions,
        } => Some((kind, client, review_versions)),
    }
}

#[expect(clippy::struct_field_names, reason = "upstream's name")]
struct Review<'a> {
    server: &'a Arc<Server>,
    kind: &'a CustomKind,
    client: &'a Value,
    review_versions: &'a [trimtab_tree::Text],
}

impl Review<'_> {
    fn failed(&self, why: &str) -> Status {
        let (api_version, kind) = (self.kind.api_version(), &self.kind.definition.kind);
        let message = format!("conversion webhook for {api_version}, Kind={kind} failed: {why}");
        Status::new(500, Reason::Unknown, message)
    }

    /// Asks for objects in another version.
    async fn convert(&self, wanted: &str, objects: &[Value]) -> Result<Vec<Value>, Status> {
        let known = ["v1", "v1beta1"];
        let version = self
            .review_versions
            .iter()
            .find(|version| known.contains(&version.as_str()));
        let version = version.ok_or_else(|| {
            self.failed("it knows no version of ConversionReview that this server does")
        })?;
        let uid = self.server.chance.uid();
        let review = Value::mapping([
            ("kind", Value::string("ConversionReview")),
            ("apiVersion", Value::string(format!("{GROUP}/{version}"))),
            (
                "request",
                Value::mapping([
                    ("uid", Value::string(uid.as_str())),
                    ("desiredAPIVersion", Value::string(wanted)),
                    ("objects", Value::sequence(objects.to_vec())),
                ]),
            ),
        ]);
        let answer = self.call(&review).await?;
        let response = answer.get("response");
        let response = response.ok_or_else(|| self.failed("its answer has no response"))?;
        let text = |path: &[&str]| response.get_path(path).and_then(Value::as_str);
        if text(&["uid"]) != Some(uid.as_str()) {
            let found = text(&["uid"]).unwrap_or_default();
            return Err(self.failed(&format!("expected response.uid={uid:?}, got {found:?}")));
        }
        if text(&["result", "status"]) != Some("Success") {
            let message = text(&["result", "message"]).unwrap_or_default();
            return Err(self.failed(if message.is_empty() {
                "it did not succeed, and does not say why"
            } else {
                message
            }));
        }
        let converted = response
            .get("convertedObjects")
            .and_then(Value::as_sequence);
        let converted = converted.unwrap_or_default();
        if converted.len() != objects.len() {
            return Err(self.failed(&format!(
                "expected {} converted objects, got {}",
                objects.len(),
                converted.len()
            )));
        }
        let pairs = objects.iter().zip(converted);
        pairs
            .map(|(object, converted)| self.checked(wanted, object, converted))
            .collect()
    }

    async fn call(&self, review: &Value) -> Result<Value, Status> {
        let target = Target::of_client_config(self.client)
            .map_err(|error| self.failed(&error.to_string()))?;
        let url = target.url("", &format!("timeout={}s", LIMITS.time.as_secs()));
        let failed = |why: String| self.failed(&format!("Post \"{url}\": {why}"));
        let mut json = String::new();
        write_json(review, &mut json, JsonStyle::Ordered).map_err(|error| failed(told(&error)))?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(&url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, */*")
            .body(Bytes::from(json))
            .map_err(|error| failed(error.to_string()))?;
        let begun = Instant::now();
        let answer = self
            .server
            .dialer
            .call(self.server.as_ref(), &target, request, LIMITS)
            .await;
        let labels = match &answer {
            Ok(answer) if answer.status().is_success() => ["", "success"],
            _ => ["webhook_call_failure", "failure"],
        };
        let metrics = &self.server.metrics;
        metrics.time(&family::CONVERSIONS, &labels, begun.elapsed());
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(failed(format!("it answered {}", answer.status())));
        }
        let text = std::str::from_utf8(answer.body()).map_err(|error| failed(error.to_string()))?;
        parse_json(text, 0).map_err(|error| failed(told(&error)))
    }

    /// What the webhook made of an object: the same object, in the version that was asked for.
    fn checked(&self, wanted: &str, object: &Value, converted: &Value) -> Result<Value, Status> {
        let text = |value: &Value, path: &[&str]| {
            let text = value.get_path(path).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let found = text(converted, &["apiVersion"]);
        if found != wanted {
            return Err(self.failed(&format!(
                "invalid apiVersion in converted object: expected {wanted:?}, got {found:?}"
            )));
        }
        for path in [
            &["kind"][..],
            &["metadata", "name"],
            &["metadata", "namespace"],
            &["metadata", "uid"],
        ] {
            let (before, after) = (text(object, path), text(converted, path));
            if before != after {
                let path = path.join(".");
                return Err(self.failed(&format!(
                    "{path} of a converted object is not what it was: expected {before:?}, got {after:?}"
                )));
            }
        }
        // All other metadata are kept, whatever the webhook says.
        let mut result = converted.clone();
        let given = converted.get("metadata");
        let kept = object.get("metadata").cloned();
        if let (Some(mut kept), Some(fields)) = (kept, result.as_mapping_mut()) {
            if let Some(kept) = kept.as_mapping_mut() {
                for name in CHANGEABLE {
                    match given.and_then(|given| given.get(name)) {
                        Some(value) => kept.insert(name, value.clone()),
                        None => kept.remove(name),
                    };
                }
            }
            fields.insert("metadata", kept);
        }
        Ok(result)
    }
}
