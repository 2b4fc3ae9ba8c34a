//! Reviews: questions that are posted and answered at once; nothing is stored.
//!
//! `SelfSubjectReview` says who asks; `SelfSubjectAccessReview` and `SubjectAccessReview` say whether
//! somebody may do something, by the very rules that requests are held to.

use http::StatusCode;
use trimtab_object::{FieldSet, track_update};
use trimtab_tree::{Mapping, Value};

use super::decode::decode_body;
use super::options::{WriteOptions, cause};
use super::strategy::{timestamp, writer};
use super::{Call, answer, metadata};
use crate::authorization::{Trusted, authorize};
use crate::body::{Body, Response};
use crate::request::RequestInfo;
use crate::{Cause, Identity, Status};

/// Answers a review.
///
/// # Errors
/// When the review is none, or is not answered here.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    let decoded = decode_body(call, body, options.field_validation).await?;
    let mut review = decoded.object;
    let status = match call.resource.plural.as_str() {
        "selfsubjectreviews" => {
            let now = timestamp(call.server.clock.now());
            metadata::set_text(&mut review, "creationTimestamp", now);
            Value::mapping([("userInfo", user_info(call.identity))])
        }
        "selfsubjectaccessreviews" => {
            let mut causes = Vec::new();
            let asked = Question::read(&review, &mut causes);
            refuse(causes)?;
            asked.answer(call.identity, call.trusted)
        }
        "subjectaccessreviews" => {
            let mut causes = Vec::new();
            let subject = subject(&review);
            if subject.name.is_empty() && subject.groups.is_empty() {
                let told = "Invalid value: \"\": at least one of user or group must be specified";
                causes.push(cause("FieldValueInvalid", "spec.user", told));
            }
            let asked = Question::read(&review, &mut causes);
            refuse(causes)?;
            asked.answer(&subject, None)
        }
        _ => return Err(Status::no_such_method()),
    };
    if call.resource.group() == "authorization.k8s.io" {
        own(call, &options, &mut review)?;
    }
    if let Some(fields) = review.as_mapping_mut() {
        fields.insert("status", status);
    }
    let response = answer::value(call, StatusCode::CREATED, review)?;
    Ok(answer::with_warnings(response, &decoded.warnings))
}

/// Notes who owns the fields of the question, as Kubernetes does even here.
fn own(call: &Call<'_>, options: &WriteOptions, review: &mut Value) -> Result<(), Status> {
    let now = timestamp(call.server.clock.now());
    let writer = writer(call, options, "", &now);
    let status = FieldSet::of_fields(&[&["status"]]);
    track_update(None, review, Some(call.object_type()?), &writer, &status);
    Ok(())
}

/// Refuses a question with faults. (The real server names no kind here.)
fn refuse(causes: Vec<Cause>) -> Result<(), Status> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(Status::invalid("authorization.k8s.io", "", "", causes))
}

fn user_info(identity: &Identity) -> Value {
    let texts = |texts: &[String]| Value::sequence(texts.iter().map(Value::string).collect());
    let mut info = Mapping::from([("username", Value::string(&identity.name))]);
    if !identity.uid.is_empty() {
        info.insert("uid", Value::string(&identity.uid));
    }
    if !identity.groups.is_empty() {
        info.insert("groups", texts(&identity.groups));
    }
    if !identity.extra.is_empty() {
        let extra = identity.extra.iter();
        let extra: Mapping = extra
            .map(|(key, values)| (key.into(), texts(values)))
            .collect();
        info.insert("extra", Value::from(extra));
    }
    Value::from(info)
}

/// Whom a `SubjectAccessReview` is about.
fn subject(review: &Value) -> Identity {
    let text = |name: &str| {
        let text = review.get_path(&["spec", name]).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let groups = review
        .get_path(&["spec", "groups"])
        .and_then(Value::as_sequence);
    let groups = groups.unwrap_or_default().iter().filter_map(Value::as_str);
    Identity {
        name: text("user"),
        uid: text("uid"),
        groups: groups.map(str::to_owned).collect(),
        ..Identity::default()
    }
}

/// What somebody would do.
struct Question<'r> {
    /// Of objects; otherwise of a path.
    of_resource: Option<&'r Value>,
    of_path: Option<&'r Value>,
}

impl<'r> Question<'r> {
    fn read(review: &'r Value, causes: &mut Vec<Cause>) -> Self {
        let field = |name| {
            review
                .get_path(&["spec", name])
                .filter(|value| !value.is_null())
        };
        let question = Self {
            of_resource: field("resourceAttributes"),
            of_path: field("nonResourceAttributes"),
        };
        match (question.of_resource, question.of_path) {
            (Some(_), Some(path)) => {
                let text = |name| path.get(name).and_then(Value::as_str).unwrap_or_default();
                let told = format!(
                    "Invalid value: {{\"Path\":{:?},\"Verb\":{:?}}}: cannot be specified in combination with resourceAttributes",
                    text("path"),
                    text("verb")
                );
                causes.push(cause(
                    "FieldValueInvalid",
                    "spec.nonResourceAttributes",
                    &told,
                ));
            }
            (None, None) => {
                let told = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";
                causes.push(cause("FieldValueInvalid", "spec.resourceAttributes", told));
            }
            _ => {}
        }
        question
    }

    /// The `status` that answers it.
    fn answer(&self, identity: &Identity, trusted: Option<Trusted>) -> Value {
        let asked = self.of_resource.or(self.of_path);
        let text = |name: &str| {
            let text = asked.and_then(|asked| asked.get(name)?.as_str());
            text.unwrap_or_default()
        };
        let request = RequestInfo {
            path: text("path"),
            is_resource: self.of_resource.is_some(),
            verb: text("verb"),
            group: text("group"),
            version: text("version"),
            namespace: text("namespace"),
            resource: text("resource"),
            subresource: text("subresource"),
            name: text("name"),
            rest: "",
        };
        let allowed = authorize(identity, trusted.is_some(), &request).is_ok();
        Value::mapping([("allowed", Value::bool(allowed))])
    }
}
