//! Reviews: questions that are posted and answered at once; nothing is stored.
//!
//! Who asks (`SelfSubjectReview`), whom a token names (`TokenReview`), what somebody may do
//! (`SubjectAccessReview` and its like) and all that one may do (`SelfSubjectRulesReview`), by the
//! very rules that requests are held to.

mod access;
mod selectors;
mod token;

use http::StatusCode;
use trimtab_object::{FieldSet, track_update};
use trimtab_tree::{Mapping, Value};

use super::decode::decode_body;
use super::options::WriteOptions;
use super::strategy::{timestamp, writer};
use super::{Call, answer, metadata, naming};
use crate::body::{Body, Response};
use crate::{Identity, Status};

/// Answers a review.
///
/// # Errors
/// When the review is none, or is not answered here.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    let decoded = decode_body(call, body, options.field_validation).await?;
    let mut review = decoded.object;
    naming::place(call, &mut review)?;
    let status = match &*call.resource.plural {
        "selfsubjectreviews" => {
            let now = timestamp(call.server.clock.now());
            metadata::set_text(&mut review, "creationTimestamp", now);
            Value::mapping([("userInfo", user_info(call.identity))])
        }
        "tokenreviews" => token::review(call, &review).await?,
        "selfsubjectrulesreviews" => {
            let status = access::review_rules(call, &review).await?;
            // Nothing of the question is told again.
            review = Value::mapping([
                ("kind", Value::string(call.resource.kind.kind())),
                (
                    "apiVersion",
                    Value::string(call.resource.kind.api_version()),
                ),
                ("metadata", Value::mapping([])),
                ("spec", Value::mapping([])),
            ]);
            status
        }
        "selfsubjectaccessreviews" | "subjectaccessreviews" | "localsubjectaccessreviews" => {
            access::review(call, &review).await?
        }
        _ => return Err(Status::no_such_method()),
    };
    if !call.resource.plural.starts_with("selfsubjectr") {
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

/// Somebody, as reviews tell it (`UserInfo`).
pub(crate) fn user_info(identity: &Identity) -> Value {
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
