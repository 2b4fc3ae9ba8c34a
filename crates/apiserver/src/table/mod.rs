//! Answers for people: objects as rows of a `Table`, or as their metadata alone.
//!
//! What a row shows depends on the kind: the columns are kubectl's, which prints what the server
//! says. Kinds without columns of their own show name and age. Everything here is a pure function
//! of objects and the time.
//!
//! Rules: the group `meta.k8s.io`; Kubernetes' `pkg/printers/internalversion`.

mod access;
mod admission;
mod age;
mod autoscaling;
mod cells;
mod column;
mod configuration;
mod devices;
mod entry;
mod event;
mod flow_control;
mod network;
mod node;
mod pod;
mod printers;
mod service;
mod storage;
mod workload;

use crate::Status;
use crate::custom;
use crate::resource::ServedKind;
use column::Column;
pub(crate) use column::{CREATED as AGE_DESCRIPTION, NAME_DESCRIPTION};
use jiff::Timestamp;
use trimtab_tree::{Mapping, Value};

/// What a row holds beside its cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IncludeObject {
    /// The object's metadata.
    #[default]
    Metadata,
    /// All of the object.
    Object,
    /// Nothing.
    None,
}

impl IncludeObject {
    /// From the query parameter `includeObject`.
    ///
    /// # Errors
    /// For unknown words.
    pub(crate) fn parse(word: &str) -> Result<Self, Status> {
        match word {
            "" | "Metadata" => Ok(Self::Metadata),
            "Object" => Ok(Self::Object),
            "None" => Ok(Self::None),
            _ => Err(Status::bad_request(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {word:?}: \
                 must be 'Metadata', 'Object', 'None', or empty"
            ))),
        }
    }
}

/// How a table is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableOptions<'a> {
    /// The version of `meta.k8s.io`.
    pub(crate) version: &'a str,
    /// What rows hold.
    pub(crate) include: IncludeObject,
    /// Whether the columns are told: in a watch, only in the first event.
    pub(crate) headers: bool,
    /// The time by which ages are told.
    pub(crate) now: Timestamp,
}

/// `Table`: a row an object. `metadata` is that of the list; of a single object, its
/// `resourceVersion` (see [`table_of_one`]).
pub(crate) fn table<'a>(
    kind: &ServedKind,
    metadata: Mapping,
    objects: impl IntoIterator<Item = &'a Value>,
    options: TableOptions<'_>,
) -> Value {
    let kind = match kind {
        ServedKind::BuiltIn(kind) => kind,
        ServedKind::Custom(kind) => {
            let (columns, cells) = custom::table(kind);
            let rows = objects.into_iter().map(|object| {
                let cells = Value::sequence(cells(object, options.now));
                let row = [("cells", cells), ("object", included(object, options))];
                Value::mapping(row)
            });
            let rows = Value::sequence(rows.collect());
            let columns = if options.headers {
                columns
            } else {
                Value::null()
            };
            return document(metadata, columns, rows, options);
        }
    };
    let printer = printers::printer(kind.group(), kind.kind());
    let is_pod = (kind.group(), kind.kind()) == ("", "Pod");
    let mut objects: Vec<&Value> = objects.into_iter().collect();
    if (kind.group(), kind.kind()) == (flow_control::GROUP, "FlowSchema") {
        objects.sort_by_cached_key(|object| flow_control::order(object));
    }
    let rows = objects.into_iter().map(|object| {
        let cells = (printer.cells)(object, options.now);
        let mut row = Mapping::from([("cells", Value::sequence(cells))]);
        if let Some(conditions) = is_pod.then(|| pod::row_conditions(object)).flatten() {
            row.insert("conditions", conditions);
        }
        row.insert("object", included(object, options));
        Value::from(row)
    });
    let rows = Value::sequence(rows.collect());
    let columns = if options.headers {
        Value::sequence(
            printer
                .columns
                .iter()
                .copied()
                .map(Column::to_value)
                .collect(),
        )
    } else {
        Value::null()
    };
    document(metadata, columns, rows, options)
}

fn document(metadata: Mapping, columns: Value, rows: Value, options: TableOptions<'_>) -> Value {
    Value::mapping([
        ("kind", Value::string("Table")),
        ("apiVersion", Value::string(meta_version(options.version))),
        ("metadata", Value::from(metadata)),
        ("columnDefinitions", columns),
        ("rows", rows),
    ])
}

/// How long ago a time was, as a cell.
pub(crate) fn age_of(time: Option<&Value>, now: Timestamp) -> Value {
    match time.and_then(Value::as_str) {
        Some(text) if text.parse::<Timestamp>().is_err() => Value::string("<invalid>"),
        _ => Value::string(age::since(time, now)),
    }
}

/// `Table` with the row of one object.
pub(crate) fn table_of_one(kind: &ServedKind, object: &Value, options: TableOptions<'_>) -> Value {
    let mut metadata = Mapping::new();
    if let Some(version) = object.get_path(&["metadata", "resourceVersion"]) {
        metadata.insert("resourceVersion", version.clone());
    }
    table(kind, metadata, [object], options)
}

/// `PartialObjectMetadata`: an object's metadata and nothing else. `version` is that of
/// `meta.k8s.io`.
pub(crate) fn partial_object_metadata(object: &Value, version: &str) -> Value {
    let mut metadata = object.get("metadata").cloned();
    let kind = object.get("kind").and_then(Value::as_str);
    if let Some(metadata) = metadata.as_mut()
        && matches!(kind, Some("DaemonSet" | "HorizontalPodAutoscaler"))
    {
        drop_converted(metadata);
    }
    Value::mapping([
        ("kind", Value::string("PartialObjectMetadata")),
        ("apiVersion", Value::string(meta_version(version))),
        ("metadata", metadata.unwrap_or_else(|| Value::mapping([]))),
    ])
}

/// Annotations in which an older version tells what it has no field for. The metadata of an object
/// are told before they are made.
const CONVERTED: [&str; 4] = [
    "autoscaling.alpha.kubernetes.io/behavior",
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/metrics",
    "deprecated.daemonset.template.generation",
];

fn drop_converted(metadata: &mut Value) {
    let Some(metadata) = metadata.as_mapping_mut() else {
        return;
    };
    let annotations = metadata.get_mut("annotations");
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        annotations.retain(|name, _| !CONVERTED.contains(&name));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
}

/// `PartialObjectMetadataList`: the metadata of a list's objects. `metadata` is that of the list.
pub(crate) fn partial_object_metadata_list<'a>(
    metadata: Mapping,
    objects: impl IntoIterator<Item = &'a Value>,
    version: &str,
) -> Value {
    let items = objects.into_iter();
    let items: Vec<Value> = items
        .map(|object| partial_object_metadata(object, version))
        .collect();
    // Nothing is no list here, as upstream.
    let items = if items.is_empty() {
        Value::null()
    } else {
        Value::sequence(items)
    };
    Value::mapping([
        ("kind", Value::string("PartialObjectMetadataList")),
        ("apiVersion", Value::string(meta_version(version))),
        ("metadata", Value::from(metadata)),
        ("items", items),
    ])
}

fn included(object: &Value, options: TableOptions<'_>) -> Value {
    match options.include {
        IncludeObject::Metadata => partial_object_metadata(object, options.version),
        IncludeObject::Object => object.clone(),
        IncludeObject::None => Value::null(),
    }
}

fn meta_version(version: &str) -> String {
    format!("meta.k8s.io/{version}")
}

#[cfg(test)]
mod tests;
