//! What happens to an object between the client's wish and the store.
//!
//! The order is kube-apiserver's: it is noted who owns which field, admission adds what follows from
//! other objects, the kind prepares the object (takes back what this path may not set, sets what
//! only the server sets), then it is validated and admitted.

use trimtab_object::{FieldSet, Writer, keep_timestamps, track_update_in};
use trimtab_tree::Value;
use trimtab_validation::{FieldError, dedup_owner_references};

use super::change::{Admitted, Change};
use super::decode::Decoded;
use super::delete_options::DeleteOptions;
use super::options::WriteOptions;
use super::version::{KindVersions, with_versions};
use super::{Call, certificate, metadata, naming, service};
use crate::admission::{self, Attributes, Charge, KindName, Operation, RequestOptions};
use crate::authorization::{Write, guard};
use crate::{Cause, Status, custom};

/// Metadata that no client sets.
const OF_THE_SERVER: [&str; 6] = [
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "resourceVersion",
    "selfLink",
];

/// What goes with an object that is about to be stored.
pub(crate) struct Prepared {
    /// What it takes of quotas.
    pub(crate) charge: admission::Written,
    /// The addresses that it has been given, if it is a Service: its own until it is stored.
    _addresses: Option<service::Reservation>,
}

/// Makes an object ready to be stored for the first time.
///
/// # Errors
/// When it breaks the rules of its kind, or is not admitted.
pub(crate) async fn before_create(
    call: &Call<'_>,
    decoded: &mut Decoded,
    options: &WriteOptions,
) -> Result<Prepared, Status> {
    let server = call.server;
    let ty = call.object_type()?;
    let now = timestamp(server.clock.now());
    let object = &mut decoded.object;
    call.notes.warn_all(decoded.warnings.drain(..));
    call.notes.warn_all(dedup_owner_references(object));
    for name in OF_THE_SERVER {
        metadata::set(object, name, None);
    }
    if !decoded.is_tracked {
        let writer = writer(call, options, "", &now);
        let reset = reset_fields(call, "");
        track(call, None, object, &writer, &reset).await?;
    }
    let asked_for = metadata::text(object, "name").to_owned();
    let told_name = told_name(object);
    let attributes = Attributes {
        name: &asked_for,
        told_name: &told_name,
        dry_run: options.dry_run,
        ..attributes(call, Operation::Create, "", None)
    };
    admission::mutate(server, object, &attributes).await?;
    let write = Write {
        operation: Operation::Create,
        subresource: "",
        name: &asked_for,
        object,
        old: None,
    };
    guard(call, write).await?;
    call.notes.warn_all(dedup_owner_references(object));
    if let Some(kind) = call.resource.kind.custom() {
        custom::settle(kind, object);
    }
    naming::name(call, object);
    let told_name = metadata::text(object, "name").to_owned();
    let attributes = Attributes {
        told_name: &told_name,
        ..attributes
    };
    metadata::set_text(object, "uid", server.chance.uid());
    metadata::set_text(object, "creationTimestamp", now);
    if let Some(kind) = call.resource.kind.custom() {
        custom::prepare_create(kind, object);
        refuse(call, object, custom::validate_create(kind, object))?;
        call.notes.warn_all(custom::warnings(object, None));
        let charge = admission::check(server, Some(object), &attributes).await?;
        return Ok(Prepared {
            charge: charge.writing(),
            _addresses: None,
        });
    }
    trimtab_validation::prepare_create(object, ty);
    let addresses = service::allocate(call, object, None).await?;
    refuse(call, object, trimtab_validation::validate_create(object))?;
    call.notes
        .warn_all(trimtab_validation::warnings(object, None));
    let charge = admission::check(server, Some(object), &attributes).await?;
    trimtab_validation::default_stored(object, ty);
    Ok(Prepared {
        charge: charge.writing(),
        _addresses: addresses,
    })
}

/// Makes an object ready to replace `live`.
///
/// # Errors
/// When it breaks the rules of its kind, changes what cannot be changed, or is not admitted.
pub(crate) async fn before_update(
    call: &Call<'_>,
    live: &Value,
    decoded: &mut Decoded,
    change: &Change<'_>,
) -> Result<Prepared, Status> {
    let Change {
        subresource,
        options,
        admitted,
        ..
    } = *change;
    let server = call.server;
    let ty = call.object_type()?;
    let object = &mut decoded.object;
    call.notes.warn_all(decoded.warnings.drain(..));
    // A patch owns what it made of the references, before any of them goes.
    if call.info.verb != "patch" {
        call.notes.warn_all(dedup_owner_references(object));
    }
    // Of what is not tracked from its beginning, only applying begins to be.
    let is_owned = |object: &Value| {
        let owned = metadata::field(object, "managedFields").and_then(Value::as_sequence);
        owned.is_some_and(|owned| !owned.is_empty())
    };
    if !decoded.is_tracked && (is_owned(live) || is_owned(object)) {
        let now = timestamp(server.clock.now());
        let writer = writer(call, options, subresource, &now);
        let reset = reset_fields(call, subresource);
        track(call, Some(live), object, &writer, &reset).await?;
    }
    let name = call.info.name;
    let attributes = Attributes {
        name,
        told_name: name,
        dry_run: options.dry_run,
        ..attributes(call, Operation::Update, subresource, Some(live))
    };
    mutate(call, object, &attributes, admitted).await?;
    let write = Write {
        operation: Operation::Update,
        subresource,
        name,
        object,
        old: Some(live),
    };
    guard(call, write).await?;
    call.notes.warn_all(dedup_owner_references(object));
    keep_metadata(live, object);
    if let Some(kind) = call.resource.kind.custom() {
        custom::settle(kind, object);
        custom::prepare_update(kind, object, live, subresource);
        let (errors, warnings) = custom::validate_update(kind, object, live, subresource);
        refuse(call, object, errors)?;
        let warnings = warnings.into_iter().map(|warning| warning.to_string());
        call.notes.warn_all(warnings);
        call.notes.warn_all(custom::warnings(object, Some(live)));
        let charge = admit(call, object, &attributes, admitted).await?;
        keep_timestamps(live, object);
        return Ok(Prepared {
            charge: charge.writing(),
            _addresses: None,
        });
    }
    trimtab_validation::prepare_update(object, live, ty, subresource);
    let now = timestamp(server.clock.now());
    certificate::settle(call, object, live, subresource, &now);
    let addresses = service::allocate(call, object, Some(live)).await?;
    refuse(
        call,
        object,
        trimtab_validation::validate_update(object, live, subresource),
    )?;
    call.notes
        .warn_all(trimtab_validation::warnings(object, Some(live)));
    let charge = admit(call, object, &attributes, admitted).await?;
    trimtab_validation::default_stored(object, ty);
    keep_timestamps(live, object);
    Ok(Prepared {
        charge: charge.writing(),
        _addresses: addresses,
    })
}

/// Lets admission change an object, or the form of it that it sees.
async fn mutate(
    call: &Call<'_>,
    object: &mut Value,
    attributes: &Attributes<'_>,
    admitted: Admitted<'_>,
) -> Result<(), Status> {
    match admitted {
        Admitted::Already => Ok(()),
        Admitted::Object => admission::mutate(call.server, object, attributes).await,
        Admitted::As(view) => {
            let old = attributes.old.map(|old| view.of(old, true)).transpose()?;
            let attributes = attributes.of_kind(view.kind(), old.as_ref());
            let asked = view.of(object, true)?;
            let mut admitted = asked.clone();
            admission::mutate(call.server, &mut admitted, &attributes).await?;
            if admitted == asked {
                return Ok(());
            }
            view.put(object, &admitted)
        }
    }
}

/// Lets admission see an object as it will be stored, or its other form.
async fn admit(
    call: &Call<'_>,
    object: &Value,
    attributes: &Attributes<'_>,
    admitted: Admitted<'_>,
) -> Result<Charge, Status> {
    match admitted {
        Admitted::Already => Ok(Charge::none()),
        Admitted::Object => admission::check(call.server, Some(object), attributes).await,
        Admitted::As(view) => {
            let old = attributes.old.map(|old| view.of(old, false)).transpose()?;
            let attributes = attributes.of_kind(view.kind(), old.as_ref());
            admission::check(call.server, Some(&view.of(object, false)?), &attributes).await
        }
    }
}

/// Gives an object back what no client sets. A deletion that a client makes up stays, to be refused.
fn keep_metadata(live: &Value, object: &mut Value) {
    for name in OF_THE_SERVER {
        let old = metadata::field(live, name).cloned();
        let is_deletion = name.starts_with("deletion");
        if old.is_some() || !is_deletion {
            metadata::set(object, name, old);
        }
    }
}

/// Whether `object` may be deleted.
///
/// # Errors
/// When it is not admitted.
pub(crate) async fn before_delete(
    call: &Call<'_>,
    object: &Value,
    options: &DeleteOptions,
) -> Result<(), Status> {
    let name = metadata::text(object, "name");
    let write = Write {
        operation: Operation::Delete,
        subresource: "",
        name,
        object,
        old: Some(object),
    };
    guard(call, write).await?;
    let attributes = Attributes {
        name,
        told_name: name,
        dry_run: options.dry_run,
        options: RequestOptions::Value(&options.given),
        ..attributes(call, Operation::Delete, "", Some(object))
    };
    admission::check(call.server, None, &attributes)
        .await
        .map(drop)
}

/// Lets admission see, and change, what is posted to a subresource of an object and is none itself: a
/// `Binding`, an `Eviction`.
///
/// # Errors
/// When it is not admitted.
pub(crate) async fn before_request(
    call: &Call<'_>,
    object: &mut Value,
    kind: KindName<'_>,
    options: &WriteOptions,
) -> Result<(), Status> {
    let attributes = Attributes {
        kind,
        name: call.info.name,
        told_name: call.info.name,
        dry_run: options.dry_run,
        ..attributes(call, Operation::Create, call.info.subresource, None)
    };
    admission::mutate(call.server, object, &attributes).await?;
    let checked = admission::check(call.server, Some(object), &attributes).await;
    checked.map(drop)
}

/// Lets admission see that somebody connects to an object: `options` is what the connection is asked
/// for with, a `PodExecOptions` say.
///
/// # Errors
/// When it is not admitted.
pub(crate) async fn before_connect(
    call: &Call<'_>,
    options: &mut Value,
    kind: KindName<'_>,
) -> Result<(), Status> {
    let attributes = Attributes {
        kind,
        name: call.info.name,
        told_name: call.info.name,
        ..attributes(call, Operation::Connect, call.info.subresource, None)
    };
    admission::mutate(call.server, options, &attributes).await?;
    let checked = admission::check(call.server, Some(options), &attributes).await;
    checked.map(drop)
}

/// What a new object is called where it is refused: it may not have a name yet.
fn told_name(object: &Value) -> String {
    let names = ["name", "generateName"].map(|field| metadata::text(object, field));
    let name = names.into_iter().find(|name| !name.is_empty());
    name.unwrap_or("Unknown").to_owned()
}

fn attributes<'a>(
    call: &'a Call<'_>,
    operation: Operation,
    subresource: &'a str,
    old: Option<&'a Value>,
) -> Attributes<'a> {
    let kind = &call.resource.kind;
    Attributes {
        operation,
        group: kind.group(),
        version: kind.version(),
        resource: &call.resource.plural,
        subresource,
        kind: KindName {
            group: kind.group(),
            version: kind.version(),
            kind: kind.kind(),
        },
        namespace: call.namespace(),
        name: "",
        told_name: "",
        user: call.identity,
        old,
        options: RequestOptions::Query(call.query),
        dry_run: false,
        deadline: call.deadline,
        settings: &call.server.admission_settings,
        chance: &call.server.chance,
        notes: call.notes,
    }
}

/// Who writes, for `managedFields`.
pub(crate) fn writer<'a>(
    call: &'a Call<'_>,
    options: &'a WriteOptions,
    subresource: &'a str,
    time: &'a str,
) -> Writer<'a> {
    Writer {
        manager: &options.manager,
        api_version: call.resource.kind.api_version(),
        subresource,
        time,
    }
}

/// The versions of the call's kind.
pub(crate) fn versions<'a>(call: &'a Call<'_>) -> KindVersions<'a> {
    KindVersions {
        schema: &call.server.schema,
        kind: &call.resource.kind,
        conversions: call.conversions,
    }
}

/// Notes who owns what of an object that a request changes.
async fn track(
    call: &Call<'_>,
    live: Option<&Value>,
    object: &mut Value,
    writer: &Writer<'_>,
    reset: &FieldSet,
) -> Result<(), Status> {
    let ty = Some(call.object_type()?);
    if !custom::is_converted_by_webhook(&call.resource.kind) {
        track_update_in(&versions(call), live, object, ty, writer, reset);
        return Ok(());
    }
    let asked = &*object;
    let tracked = with_versions(call, || {
        let mut tracked = asked.clone();
        track_update_in(&versions(call), live, &mut tracked, ty, writer, reset);
        tracked
    });
    *object = tracked.await?;
    Ok(())
}

/// The fields that a path does not write, whatever the request says: those of the other half of an
/// object that has a status (`GetResetFields` in `pkg/registry/*/*/strategy.go`).
pub(crate) fn reset_fields(call: &Call<'_>, subresource: &str) -> FieldSet {
    let resource = call.resource;
    if let Some(kind) = resource.kind.custom() {
        return custom::reset_fields(kind, subresource);
    }
    if !resource.has_subresource("status") {
        return FieldSet::new();
    }
    if subresource != "status" {
        // What a certificate is asked for is settled, so nobody owns it.
        return match resource.plural.as_str() {
            "certificatesigningrequests" => FieldSet::of_fields(&[&["spec"], &["status"]]),
            _ => FieldSet::of_fields(&[&["status"]]),
        };
    }
    match (resource.group(), resource.plural.as_str()) {
        ("", "pods") => FieldSet::of_fields(&[
            &["spec"],
            &["metadata", "deletionTimestamp"],
            &["metadata", "ownerReferences"],
        ]),
        ("apps", "deployments") => FieldSet::of_fields(&[&["spec"], &["metadata", "labels"]]),
        // kube-apiserver means to keep metadata out of the status of definitions, and does not
        // (kubernetes/kubernetes#137681).
        ("apiextensions.k8s.io", _) => FieldSet::of_fields(&[&["spec"]]),
        ("apiregistration.k8s.io" | "flowcontrol.apiserver.k8s.io", _)
        | ("admissionregistration.k8s.io", "validatingadmissionpolicies")
        | ("networking.k8s.io", "servicecidrs")
        | ("resource.k8s.io", "resourceclaims")
        | ("storage.k8s.io", "volumeattachments") => {
            FieldSet::of_fields(&[&["spec"], &["metadata"]])
        }
        _ => FieldSet::of_fields(&[&["spec"]]),
    }
}

/// Refuses an object with faults.
fn refuse(call: &Call<'_>, object: &Value, faults: Vec<FieldError>) -> Result<(), Status> {
    if faults.is_empty() {
        return Ok(());
    }
    let causes = faults.into_iter().map(Cause::from);
    let kind = call.resource.kind.kind();
    let name = metadata::text(object, "name");
    Err(Status::invalid(
        call.told_group(),
        kind,
        name,
        causes.collect(),
    ))
}

/// A time as objects have it: RFC 3339, to the second.
pub(crate) fn timestamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
