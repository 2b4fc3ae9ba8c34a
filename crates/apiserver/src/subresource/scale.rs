//! `scale`: how many replicas an object has, in one form for all kinds that have some.
//!
//! A `Scale` (`autoscaling/v1`) is a view of the object: it is read from it, and a change of
//! `spec.replicas` is a change of the object's.

use http::StatusCode;
use trimtab_object::{
    BadManagedFields, FieldSet, ReplicasPaths, Writer, entries_of_scaled, scale_entries,
    track_update,
};
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Value};

use crate::Status;
use crate::admission::KindName;
use crate::body::{Body, Response, read};
use crate::fields::string_at;
use crate::registry::{
    Admitted, Call, Change, Decoded, FieldValidation, Patch, Unfit, View, WriteOptions,
    answer_with, cannot_become, check_identity, metadata_field, metadata_text, read_live,
    timestamp, with_warnings,
};
use crate::resource::ServedKind;

/// The version of `Scale`s.
const API_VERSION: &str = "autoscaling/v1";

/// What replicas are that an object of a custom kind does not say, in the scale that is to be changed.
const UNSAID: i64 = i32::MIN as i64;
/// Where they are.
const UNSAID_AT: [&str; 2] = ["spec", "replicas"];

/// Metadata that a `Scale` shares with its object.
const SHARED: [&str; 5] = [
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
];

/// Answers with the object's scale.
///
/// # Errors
/// When there is no object.
pub(super) async fn get(call: &Call<'_>) -> Result<Response, Status> {
    let live = read_live(call, &call.key()?).await?;
    let live = live.ok_or_else(|| call.not_found(call.info.name))?;
    let (places, object) = (Places::of(call), live.to_value()?);
    if places.is_custom && at(&object, &places.spec).is_none() {
        let path = places.spec.join(".");
        let why = format!("the spec replicas field \".{path}\" does not exist");
        return Err(Status::internal(why));
    }
    answer_with(call, StatusCode::OK, view(&object, &places))
}

/// Sets the replicas to those of the `Scale` in the body.
///
/// # Errors
/// When there is no object, or it has been changed meanwhile, or the body is no scale.
pub(super) async fn update(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "UpdateOptions", false)?;
    let bytes = read(body).await?;
    let scale = call.document(&bytes)?.value;
    check(call, &scale)?;
    let places = Places::of(call);
    let change = Change {
        subresource: "scale",
        options: &options,
        is_bound: metadata_field(&scale, "resourceVersion").is_some(),
        may_create: false,
        admitted: Admitted::As(&places),
    };
    make(call, &change, &places, |_, ty, _| {
        let mut scale = scale.clone();
        let (kind, validation) = (
            string_at(&scale, &["kind"]).to_owned(),
            options.field_validation,
        );
        let warnings = decode(&mut scale, ty, validation).map_err(|why| unusable(&kind, &why))?;
        Ok(Wanted {
            scale,
            is_tracked: false,
            warnings,
        })
    })
    .await
}

/// A scale that a request asks for.
struct Wanted {
    scale: Value,
    /// Whether it says already who owns its fields.
    is_tracked: bool,
    warnings: Vec<String>,
}

/// Brings a scale into its form, and gives what is passed over.
fn decode(
    scale: &mut Value,
    ty: Type<'_>,
    validation: FieldValidation,
) -> Result<Vec<String>, Unfit> {
    let problems = trimtab_validation::decode(scale, ty).map_err(Unfit::Form)?;
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    match validation {
        FieldValidation::Strict if !problems.is_empty() => Err(Unfit::Strict(format!(
            "strict decoding error: {}",
            problems.join(", ")
        ))),
        FieldValidation::Warn => Ok(problems),
        _ => Ok(Vec::new()),
    }
}

/// Changes the scale by the patch in the body.
///
/// # Errors
/// When there is no object, or the patch does not apply.
pub(super) async fn patch(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let patch = Patch::read(call, "scale", body).await?;
    let new = |scale: &Value, ty: Type<'_>, writer: &Writer<'_>| {
        if patch.is_apply() {
            let mut applied = patch.applied_by(Some(scale), ty, writer, &FieldSet::new(), None)?;
            let warnings = decode(&mut applied, ty, patch.options.field_validation)
                .map_err(|why| unusable("Scale", &why))?;
            return Ok(Wanted {
                scale: applied,
                is_tracked: true,
                warnings,
            });
        }
        let mut patched = patch.patched(scale, ty)?;
        let warnings = decode(&mut patched, ty, patch.options.field_validation)
            .map_err(|why| patch.unfit(&why, scale, ty))?;
        Ok(Wanted {
            scale: patched,
            is_tracked: false,
            warnings,
        })
    };
    let places = Places::of(call);
    let change = Change {
        admitted: Admitted::As(&places),
        ..patch.change("scale")
    };
    make(call, &change, &places, new).await
}

/// Makes a change of the scale. `new_scale` gives the new one, in its form.
async fn make(
    call: &Call<'_>,
    change: &Change<'_>,
    places: &Places,
    new_scale: impl Fn(&Value, Type<'_>, &Writer<'_>) -> Result<Wanted, Status>,
) -> Result<Response, Status> {
    let api_version = call.resource.kind.api_version();
    let paths = &places.paths;
    let ty = call.server.schema.type_of(API_VERSION, "Scale");
    let ty = ty.ok_or_else(|| Status::internal("the schema has no Scale"))?;
    let now = timestamp(call.server.clock.now());
    let writer = Writer {
        manager: &change.options.manager,
        api_version: API_VERSION,
        subresource: "scale",
        time: &now,
    };
    let unreadable = |error: BadManagedFields| Status::internal(error);
    let new = |live: Option<&Value>| {
        let live = live.ok_or_else(|| call.not_found(call.info.name))?;
        let mut scale = places.of(live, true)?;
        if places.is_custom && at(live, &places.spec).is_none() {
            // What says nothing of the replicas is told from what says that there are none.
            put(
                &mut scale,
                &UNSAID_AT.map(str::to_owned),
                Value::int(UNSAID),
            );
        }
        let Wanted {
            scale: mut new,
            is_tracked,
            warnings,
        } = new_scale(&scale, ty, &writer)?;
        check(call, &new)?;
        let asked = new.get_path(&UNSAID_AT).and_then(Value::text);
        if asked.and_then(|count| count.parse().ok()) == Some(UNSAID) {
            let path = places.spec.join(".");
            let why = format!("the spec replicas field \".{path}\" cannot be empty");
            return Err(Status::bad_request(why));
        }
        if !is_tracked {
            track_update(Some(&scale), &mut new, Some(ty), &writer, &FieldSet::new());
        }
        let mut object = scaled(live, &new, places);
        entries_of_scaled(&mut object, &new, api_version, paths).map_err(unreadable)?;
        Ok(Decoded {
            object,
            warnings,
            is_tracked: true,
        })
    };
    let changed = change.make(call, new).await?;
    let warnings = changed.warnings;
    let answer = answer_with(
        call,
        StatusCode::OK,
        view(&changed.outcome.into_value(call)?, places),
    )?;
    Ok(with_warnings(answer, &warnings))
}

/// Where the parts of a scale are in an object: names of fields.
struct Places {
    /// Where the replicas are in every version that has a scale, for who owns them.
    paths: ReplicasPaths,
    spec: Vec<String>,
    status: Vec<String>,
    /// Where a query is, of a custom kind that has one.
    selector: Option<Vec<String>>,
    is_custom: bool,
}

impl Places {
    fn of(call: &Call<'_>) -> Self {
        let path = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let kind = call.resource.kind.custom();
        match kind.and_then(|kind| kind.version().scale.as_ref()) {
            Some(scale) => Self {
                paths: replicas_paths(call),
                spec: scale.spec.clone(),
                status: scale.status.clone(),
                selector: scale.selector.clone(),
                is_custom: true,
            },
            None => Self {
                paths: replicas_paths(call),
                spec: path(["spec", "replicas"]),
                status: path(["status", "replicas"]),
                selector: None,
                is_custom: false,
            },
        }
    }
}

fn replicas_paths(call: &Call<'_>) -> ReplicasPaths {
    let mut paths = ReplicasPaths::new();
    let Some(kind) = call.resource.kind.custom() else {
        return paths.with(call.resource.kind.api_version(), &["spec", "replicas"]);
    };
    let definition = &kind.definition;
    for version in &definition.versions {
        if let Some(scale) = &version.scale {
            let api_version = format!("{}/{}", definition.group, version.name);
            let names: Vec<&str> = scale.spec.iter().map(String::as_str).collect();
            paths = paths.with(&api_version, &names);
        }
    }
    paths
}

impl View for Places {
    fn kind(&self) -> KindName<'static> {
        KindName {
            group: "autoscaling",
            version: "v1",
            kind: "Scale",
        }
    }

    fn of(&self, object: &Value, owned: bool) -> Result<Value, Status> {
        let mut scale = view(object, self);
        if owned {
            let entries = scale_entries(object, &self.paths);
            let entries = entries.map_err(Status::internal)?;
            if let (Some(entries), Some(metadata)) = (entries, scale.get_mut("metadata")) {
                let metadata = metadata.as_mapping_mut();
                metadata.map(|metadata| metadata.insert("managedFields", entries));
            }
        }
        Ok(scale)
    }

    fn put(&self, object: &mut Value, scale: &Value) -> Result<(), Status> {
        let name = metadata_text(object, "name");
        check_replicas(scale, name, self.is_custom)?;
        put(object, &self.spec, replicas(scale));
        Ok(())
    }
}

/// The replicas that a scale asks for: none said is none.
fn replicas(scale: &Value) -> Value {
    let replicas = scale
        .get_path(&["spec", "replicas"])
        .filter(|count| !count.is_null());
    replicas.cloned().unwrap_or_else(|| Value::int(0))
}

fn at<'v>(object: &'v Value, path: &[String]) -> Option<&'v Value> {
    let mut steps = path.iter();
    let value = steps.try_fold(object, |value, step| value.get(step))?;
    Some(value).filter(|value| !value.is_null())
}

/// The scale of an object.
fn view(object: &Value, places: &Places) -> Value {
    let shared = SHARED
        .iter()
        .filter_map(|&name| Some((name, metadata_field(object, name)?.clone())));
    let metadata: Mapping = shared.map(|(name, value)| (name.into(), value)).collect();
    let mut spec = Mapping::new();
    if let Some(replicas) = at(object, &places.spec).filter(|count| count.text() != Some("0")) {
        spec.insert("replicas", replicas.clone());
    }
    let replicas = at(object, &places.status).cloned();
    let replicas = replicas.unwrap_or_else(|| Value::int(0));
    let mut status = Mapping::from([("replicas", replicas)]);
    let selector = match &places.selector {
        Some(path) => {
            let query = at(object, path).and_then(Value::as_str);
            query.unwrap_or_default().to_owned()
        }
        None if places.is_custom => String::new(),
        None => selector(object),
    };
    if !selector.is_empty() {
        status.insert("selector", Value::string(selector));
    }
    Value::mapping([
        ("kind", Value::string("Scale")),
        ("apiVersion", Value::string(API_VERSION)),
        ("metadata", Value::from(metadata)),
        ("spec", Value::from(spec)),
        ("status", Value::from(status)),
    ])
}

/// The object's selector in the form of a query.
pub(super) fn selector(object: &Value) -> String {
    let Some(selector) = object
        .get_path(&["spec", "selector"])
        .and_then(Value::as_mapping)
    else {
        return String::new();
    };
    let labels = selector.get("matchLabels").and_then(Value::as_mapping);
    let is_plain = labels.is_none() && !selector.contains_key("matchExpressions");
    let labels = if is_plain { Some(selector) } else { labels };
    let mut terms: Vec<(String, String)> = Vec::new();
    for (key, value) in labels.into_iter().flat_map(Mapping::iter) {
        let value = value.text().unwrap_or_default();
        terms.push((key.to_owned(), format!("{key}={value}")));
    }
    let expressions = selector
        .get("matchExpressions")
        .and_then(Value::as_sequence);
    for expression in expressions.unwrap_or_default() {
        let key = string_at(expression, &["key"]);
        let values = expression
            .get("values")
            .and_then(Value::as_sequence)
            .unwrap_or_default();
        let mut values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let term = match string_at(expression, &["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        };
        terms.push((key.to_owned(), term));
    }
    terms.sort();
    let terms: Vec<String> = terms.into_iter().map(|(_, term)| term).collect();
    terms.join(",")
}

/// The object with the replicas of a scale, and with the version that the scale is bound to.
fn scaled(object: &Value, scale: &Value, places: &Places) -> Value {
    let mut scaled = object.clone();
    put(&mut scaled, &places.spec, replicas(scale));
    let metadata = scaled.get_mut("metadata").and_then(Value::as_mapping_mut);
    if let Some(metadata) = metadata {
        for name in ["resourceVersion", "uid"] {
            match metadata_text(scale, name) {
                // A custom object has a version whenever it is written.
                "" if places.is_custom => continue,
                "" => metadata.remove(name),
                given => metadata.insert(name, Value::string(given)),
            };
        }
    }
    scaled
}

/// Sets the field of a path, whose parents are made.
fn put(object: &mut Value, path: &[String], value: Value) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    match path {
        [] => {}
        [name] => {
            fields.insert(name, value);
        }
        [name, rest @ ..] => {
            put(
                fields.get_or_insert_with(name, || Value::mapping([])),
                rest,
                value,
            );
        }
    }
}

/// A body that is no scale.
fn unusable(kind: &str, why: &impl std::fmt::Display) -> Status {
    Status::bad_request(format!(
        "{kind} in version \"v1\" cannot be handled as a Scale: {why}"
    ))
}

/// Refuses what is no scale of the object.
fn check(call: &Call<'_>, scale: &Value) -> Result<(), Status> {
    let (api_version, kind) = (
        string_at(scale, &["apiVersion"]),
        string_at(scale, &["kind"]),
    );
    if kind != "Scale" || !api_version.starts_with("autoscaling/") {
        let own = call.server.schema.kind(API_VERSION, "Scale");
        let own = own.map(ServedKind::BuiltIn);
        let why = own.map(|own| cannot_become(kind, api_version, &own));
        return Err(unusable(kind, &why.unwrap_or_default()));
    }
    check_identity(call, scale)?;
    let is_custom = call.resource.kind.custom().is_some();
    check_replicas(scale, metadata_text(scale, "name"), is_custom)
}

/// Refuses replicas that are less than none. Of custom kinds the object itself is
/// validated.
fn check_replicas(scale: &Value, name: &str, is_custom: bool) -> Result<(), Status> {
    let replicas = scale
        .get_path(&["spec", "replicas"])
        .and_then(Value::text_if_not_null);
    // What is no number is told where the scale is decoded.
    if let Some(Ok(count)) = replicas.map(str::parse::<i64>)
        && count < 0
        && !is_custom
    {
        let cause = crate::Cause {
            reason: "FieldValueInvalid".to_owned(),
            message: format!("Invalid value: {count}: must be greater than or equal to 0"),
            field: "spec.replicas".to_owned(),
        };
        return Err(Status::invalid("autoscaling", "Scale", name, vec![cause]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use trimtab_tree::parse_json;

    #[test]
    fn selectors_become_queries() {
        for (selector, expected) in [
            (r#"{"app":"a"}"#, "app=a"),
            (r#"{"matchLabels":{"b":"2","a":"1"}}"#, "a=1,b=2"),
            (
                r#"{"matchExpressions":[{"key":"x","operator":"In","values":["b","a"]},{"key":"y","operator":"DoesNotExist"}],"matchLabels":{"a":"1"}}"#,
                "a=1,x in (a,b),!y",
            ),
        ] {
            let object = format!(r#"{{"spec":{{"selector":{selector}}}}}"#);
            let object = parse_json(&object, 0).unwrap();
            assert_eq!(super::selector(&object), expected);
        }
    }
}
