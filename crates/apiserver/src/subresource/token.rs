//! `serviceaccounts/token`: a new token of a service account (`TokenRequest`).
//!
//! After `pkg/registry/core/serviceaccount/storage/token.go`.

use http::StatusCode;
use std::sync::Arc;
use trimtab_object::{FieldSet, Writer, track_update};
use trimtab_tree::{Mapping, Value};

use crate::admission::{KindName, Operation};
use crate::authentication::{Bound, Claims, WARN_SECONDS};
use crate::authorization::{Write, guard};
use crate::body::{Body, Response};
use crate::fields::string_at;
use crate::identity::service_account_name;
use crate::lookup::Lookup as _;
use crate::registry::{
    Call, WriteOptions, answer_with, before_request, cause, decode_body, metadata_text, timestamp,
    with_warnings,
};
use crate::resource::{Resource, ServedKind};
use crate::{Cause, Status};

const GROUP: &str = "authentication.k8s.io";
const KIND: &str = "TokenRequest";
/// How long a token is good for, at least and at most, in seconds.
const SHORTEST: i64 = 10 * 60;
const LONGEST: i64 = 1 << 32;
/// How long a token is good for that does not say.
const DEFAULT: i64 = 60 * 60;
/// How long a pod's own token is good for, in the end.
const EXTENDED: i64 = 365 * 24 * 60 * 60;

/// Makes a token.
///
/// # Errors
/// When there is no such account, or the token cannot be as it is asked for.
pub(super) async fn create(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    let server = call.server;
    let kind = server.schema.kind("authentication.k8s.io/v1", KIND);
    let kind = kind.ok_or_else(|| Status::internal("token requests have no type"))?;
    // What is posted is of another kind than what it is posted to.
    let resource = Resource {
        kind: ServedKind::BuiltIn(kind),
        stored_as: ServedKind::BuiltIn(kind),
        storage: None,
        ..call.resource.clone()
    };
    let of_request = Call {
        resource: &resource,
        ..*call
    };
    let decoded = decode_body(&of_request, body, options.field_validation).await?;
    let mut request = decoded.object;
    let spec = spec_of(&mut request);
    let asked = spec
        .get("expirationSeconds")
        .filter(|asked| !asked.is_null());
    if asked.is_none() {
        spec.insert("expirationSeconds", Value::int(DEFAULT));
    }
    let mut warnings = decoded.warnings;
    let now = server.clock.now();
    let writer = Writer {
        manager: &options.manager,
        api_version: kind.api_version(),
        subresource: "token",
        time: &timestamp(now),
    };
    let ty = of_request.object_type()?;
    let status = FieldSet::of_fields(&[&["status"]]);
    track_update(None, &mut request, Some(ty), &writer, &status);
    let write = Write {
        operation: Operation::Create,
        subresource: "token",
        name: call.info.name,
        object: &request,
        old: None,
    };
    guard(call, write).await?;
    let asked = KindName {
        group: GROUP,
        version: kind.version(),
        kind: KIND,
    };
    before_request(call, &mut request, asked, &options).await?;

    let account = account(call, &request).await?;
    place(&mut request, &account, call, &timestamp(now))?;
    let accounts = &server.authentication.service_accounts;
    let spec = spec_of(&mut request);
    let audiences = spec.get("audiences").and_then(Value::as_sequence);
    let audiences = audiences
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str);
    let mut audiences: Vec<String> = audiences.map(str::to_owned).collect();
    if audiences.is_empty() {
        audiences = accounts.audiences().to_vec();
        let own = audiences.iter().map(Value::string).collect();
        spec.insert("audiences", Value::sequence(own));
    }
    let seconds = spec.get("expirationSeconds").and_then(Value::text);
    let mut seconds: i64 = seconds
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    check_expiration(seconds)?;
    let bound = bound(call, &request).await?;
    if let Some(most) = accounts.max_expiration()
        && seconds > most
    {
        warnings.push(format!(
            "requested expiration of {seconds} seconds shortened to {most} seconds"
        ));
        seconds = most;
        spec_of(&mut request).insert("expirationSeconds", Value::int(most));
    }

    let began = now.as_second();
    let mut claims = Claims {
        subject: service_account_name(call.namespace(), call.info.name),
        expires: Some(began + seconds),
        not_before: Some(began),
        issued_at: Some(began),
        id: server.chance.uid(),
        namespace: call.namespace().to_owned(),
        account: Bound::new(call.info.name, metadata_text(&account, "uid")),
        pod: bound.pod,
        secret: bound.secret,
        node: bound.node,
        warn_after: None,
        is_legacy: false,
        audiences,
    };
    let own = accounts.audiences();
    if claims.pod.is_some()
        && seconds == WARN_SECONDS
        && accounts.extends_expiration()
        && claims
            .audiences
            .iter()
            .all(|audience| own.contains(audience))
    {
        // Clients that do not read it anew in time go on for a year.
        claims.warn_after = claims.expires;
        claims.expires = Some(began + EXTENDED);
    }
    let token = accounts.issue(&claims)?;
    let until = now + jiff::SignedDuration::from_secs(seconds);
    let status = Value::mapping([
        ("token", Value::string(token)),
        ("expirationTimestamp", Value::string(timestamp(until))),
    ]);
    if let Some(fields) = request.as_mapping_mut() {
        fields.insert("status", status);
    }
    spec_of(&mut request).get_or_insert_with("boundObjectRef", Value::null);
    let response = answer_with(&of_request, StatusCode::CREATED, request)?;
    Ok(with_warnings(response, &warnings))
}

fn spec_of(request: &mut Value) -> &mut Mapping {
    let fields = request
        .as_mapping_mut()
        .expect("an object is a mapping once it is decoded");
    let spec = fields.get_or_insert_with("spec", || Value::mapping([]));
    if spec.as_mapping().is_none() {
        *spec = Value::mapping([]);
    }
    spec.as_mapping_mut().expect("it was made a mapping above")
}

fn invalid(causes: Vec<Cause>) -> Status {
    Status::invalid(GROUP, KIND, "", causes)
}

/// The account, which the request must not say to be another.
async fn account(call: &Call<'_>, request: &Value) -> Result<Arc<Value>, Status> {
    let (name, namespace) = (call.info.name, call.namespace());
    for (field, own, expected) in [
        ("metadata.name", metadata_text(request, "name"), name),
        (
            "metadata.namespace",
            metadata_text(request, "namespace"),
            namespace,
        ),
    ] {
        if !own.is_empty() && own != expected {
            let what = field.trim_start_matches("metadata.");
            let told = format!(
                "Invalid value: {own:?}: must match the service account {what} if specified"
            );
            let causes = vec![cause("FieldValueInvalid", field, &told)];
            return Err(Status::invalid(GROUP, KIND, name, causes));
        }
    }
    let account = call
        .server
        .get("", "serviceaccounts", namespace, name)
        .await?;
    let account = account.ok_or_else(|| call.not_found(name))?;
    let (asked, uid) = (
        metadata_text(request, "uid"),
        metadata_text(&account, "uid"),
    );
    if !asked.is_empty() && asked != uid {
        let why = format!(
            "the UID in the token request ({asked}) does not match the UID of the service account ({uid})"
        );
        return Err(Status::conflict(GROUP, KIND, name, &why));
    }
    Ok(account)
}

/// The request is told as the account's.
fn place(request: &mut Value, account: &Value, call: &Call<'_>, now: &str) -> Result<(), Status> {
    let fields = request
        .as_mapping_mut()
        .ok_or_else(|| Status::internal("no mapping"))?;
    let metadata = fields.get_or_insert_with("metadata", || Value::mapping([]));
    if let Some(metadata) = metadata.as_mapping_mut() {
        metadata.insert("name", Value::string(call.info.name));
        metadata.insert("namespace", Value::string(call.namespace()));
        metadata.insert("uid", Value::string(metadata_text(account, "uid")));
        metadata.insert("creationTimestamp", Value::string(now));
    }
    Ok(())
}

fn check_expiration(seconds: i64) -> Result<(), Status> {
    let why = if seconds < SHORTEST {
        "may not specify a duration less than 10 minutes"
    } else if seconds > LONGEST {
        "may not specify a duration larger than 2^32 seconds"
    } else {
        return Ok(());
    };
    let told = format!("Invalid value: {seconds}: {why}");
    Err(invalid(vec![cause(
        "FieldValueInvalid",
        "spec.expirationSeconds",
        &told,
    )]))
}

/// What a token is bound to.
#[derive(Default)]
struct Bindings {
    pod: Option<Bound>,
    secret: Option<Bound>,
    node: Option<Bound>,
}

async fn bound(call: &Call<'_>, request: &Value) -> Result<Bindings, Status> {
    let mut found = Bindings::default();
    let reference = request.get_path(&["spec", "boundObjectRef"]);
    let Some(reference) = reference.filter(|reference| !reference.is_null()) else {
        return Ok(found);
    };
    let server = call.server;
    let (api_version, kind) = (
        string_at(reference, &["apiVersion"]),
        string_at(reference, &["kind"]),
    );
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let (plural, namespace) = match (group, kind) {
        ("", "Pod") => ("pods", call.namespace()),
        ("", "Secret") => ("secrets", call.namespace()),
        ("", "Node") => ("nodes", ""),
        _ => {
            let message =
                format!("cannot bind token to object of type {group}/{version}, Kind={kind}");
            return Err(Status::bad_request(message));
        }
    };
    let name = string_at(reference, &["name"]);
    let object = server.get("", plural, namespace, name).await?;
    let object = object.ok_or_else(|| Status::not_found("", plural, name))?;
    let own = Bound::new(
        metadata_text(&object, "name"),
        metadata_text(&object, "uid"),
    );
    let uid = own.uid.clone();
    match kind {
        "Pod" => {
            if string_at(&object, &["spec", "serviceAccountName"]) != call.info.name {
                return Err(Status::bad_request(format!(
                    "cannot bind token for serviceaccount {:?} to pod running with different serviceaccount name.",
                    call.info.name
                )));
            }
            let node = string_at(&object, &["spec", "nodeName"]);
            if !node.is_empty() {
                // Of a node that is not there, the name is told.
                let live = server.get("", "nodes", "", node).await?;
                let uid = live.map(|node| metadata_text(&node, "uid").to_owned());
                found.node = Some(Bound::new(node, &uid.unwrap_or_default()));
            }
            found.pod = Some(own);
        }
        "Secret" => found.secret = Some(own),
        _ => found.node = Some(own),
    }
    let asked = string_at(reference, &["uid"]);
    if !asked.is_empty() && asked != uid {
        let why = format!(
            "the UID in the bound object reference ({asked}) does not match the UID in record. The object might have been deleted and then recreated"
        );
        return Err(Status::conflict(group, kind, name, &why));
    }
    Ok(found)
}
