//! Parameters of deletes.

use trimtab_tree::{Mapping, Value};

use super::Call;
use super::options::{cause, not_a_number, read_dry_run, refuse};
use crate::Status;
use crate::body::{Body, read};

/// What happens to dependents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Propagation {
    Orphan,
    Background,
    Foreground,
}

/// What Kubernetes calls the place where it knows the kinds of options from.
const OPTIONS_SCHEME: &str =
    "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27";

/// Parameters of a delete, from the query or the body.
#[derive(Clone, Debug)]
pub(crate) struct DeleteOptions {
    /// All of them, as they were given.
    pub(crate) given: Value,
    /// Whether admission has let it through already, as a part of something else.
    pub(crate) is_admitted: bool,
    /// Do everything but delete.
    pub(crate) dry_run: bool,
    /// How long the object has to end, in seconds.
    pub(super) grace_seconds: Option<i64>,
    /// What happens to dependents.
    pub(super) propagation: Option<Propagation>,
    /// The old way to say it, and its own meaning for the answer's code.
    pub(super) orphan_dependents: Option<bool>,
    /// Delete only what has this uid.
    pub(super) uid: Option<String>,
    /// Delete only what is of this version.
    pub(crate) resource_version: Option<String>,
}

impl DeleteOptions {
    /// Reads the parameters of a call: the body's, if there is one, else the query's.
    ///
    /// # Errors
    /// When one of them has a value that it cannot have.
    pub(crate) async fn read(call: &Call<'_>, body: Body) -> Result<Self, Status> {
        let bytes = read(body).await?;
        let options = if bytes.is_empty() {
            query_as_options(call)
        } else {
            call.document(&bytes)?.value
        };
        if options.as_mapping().is_none() {
            return Err(Status::bad_request("DeleteOptions are a mapping"));
        }
        let said = |field| options.get(field).and_then(Value::as_str);
        if let Some(kind) = said("kind").filter(|kind| !matches!(*kind, "" | "DeleteOptions")) {
            let version = said("apiVersion").unwrap_or_default();
            return Err(Status::bad_request(format!(
                "no kind {kind:?} is registered for version {version:?} in scheme {OPTIONS_SCHEME:?}"
            )));
        }
        Self::of(&options)
    }

    /// Reads `DeleteOptions`.
    ///
    /// # Errors
    /// When one of them has a value that it cannot have.
    pub(crate) fn of(options: &Value) -> Result<Self, Status> {
        let text = |path: &[&str]| options.get_path(path).and_then(Value::as_str);
        let mut causes = Vec::new();
        let dry_run = options
            .get("dryRun")
            .and_then(Value::as_sequence)
            .unwrap_or_default();
        let dry_run = read_dry_run(dry_run.iter().filter_map(Value::as_str), &mut causes);
        let orphan = options
            .get("orphanDependents")
            .and_then(Value::text_if_not_null);
        let orphan_dependents = orphan.map(|text| text == "true");
        let policy = text(&["propagationPolicy"]);
        let propagation = match policy {
            None => None,
            Some("Orphan") => Some(Propagation::Orphan),
            Some("Background") => Some(Propagation::Background),
            Some("Foreground") => Some(Propagation::Foreground),
            Some(other) => {
                let told = format!(
                    "Unsupported value: {other:?}: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
                );
                causes.push(cause("FieldValueNotSupported", "propagationPolicy", &told));
                None
            }
        };
        if let Some(policy) = policy.filter(|_| orphan_dependents.is_some()) {
            let told = format!(
                "Invalid value: {policy:?}: orphanDependents and deletionPropagation cannot be both set"
            );
            causes.insert(0, cause("FieldValueInvalid", "propagationPolicy", &told));
        }
        refuse("DeleteOptions", causes)?;
        let grace = options
            .get("gracePeriodSeconds")
            .and_then(Value::text_if_not_null);
        let grace_seconds = match grace {
            None => None,
            Some(text) => Some(
                text.parse()
                    .map_err(|_| Status::bad_request(not_a_number(text, true)))?,
            ),
        };
        Ok(Self {
            is_admitted: false,
            given: options.clone(),
            dry_run,
            grace_seconds,
            propagation,
            orphan_dependents,
            uid: text(&["preconditions", "uid"]).map(str::to_owned),
            resource_version: text(&["preconditions", "resourceVersion"]).map(str::to_owned),
        })
    }
}

fn query_as_options(call: &Call<'_>) -> Value {
    let mut options = Mapping::new();
    for name in [
        "propagationPolicy",
        "orphanDependents",
        "gracePeriodSeconds",
    ] {
        if call.query.has(name) {
            options.insert(name, Value::string(call.query.text(name)));
        }
    }
    let dry_run: Vec<Value> = call.query.all("dryRun").map(Value::string).collect();
    if !dry_run.is_empty() {
        options.insert("dryRun", Value::sequence(dry_run));
    }
    Value::from(options)
}
