//! Parameters of operations.

use trimtab_tree::{Mapping, Value};

/// A parameter.
#[derive(Clone)]
pub(super) struct Parameter {
    name: &'static str,
    description: String,
    kind: &'static str,
    /// Whether it is a part of the path, not of the query.
    in_path: bool,
}

/// A parameter of the query: name, type, description.
type Facts = (&'static str, &'static str, &'static str);

const PRETTY: Facts = (
    "pretty",
    "string",
    "Whether the answer is written for people: 'true' or 'false'.",
);

const DRY_RUN: Facts = (
    "dryRun",
    "string",
    "Whether the request goes all the way but nothing is stored. The only value is: All.",
);

const FIELD_MANAGER: Facts = (
    "fieldManager",
    "string",
    "Who changes the object, for managedFields: at most 128 printable characters, as \
     https://golang.org/pkg/unicode/#IsPrint defines them. Apply patches need it.",
);

const FIELD_VALIDATION: Facts = (
    "fieldValidation",
    "string",
    "What becomes of unknown and repeated fields. Ignore: they are dropped. Warn, the default since \
     v1.23: they are dropped with a warning. Strict: the request fails.",
);

const FORCE: Facts = (
    "force",
    "boolean",
    "Whether an apply patch is to \"force\" its will on fields that others manage.",
);

/// Of requests that read several objects.
const LISTING: [Facts; 10] = [
    (
        "allowWatchBookmarks",
        "boolean",
        "Whether a watch may hold events of type \"BOOKMARK\", which only tell how far it is.",
    ),
    (
        "continue",
        "string",
        "Where the list goes on, as the answer before said. After too long the server answers 410.",
    ),
    (
        "fieldSelector",
        "string",
        "Narrows the list of returned objects to those of which fields have these values; everything \
         if nothing is said.",
    ),
    (
        "labelSelector",
        "string",
        "Narrows the list of returned objects to those of which labels have these values; everything \
         if nothing is said.",
    ),
    (
        "limit",
        "integer",
        "How many objects the answer has at most; it then says where to go on.",
    ),
    (
        "resourceVersion",
        "string",
        "Which state of the objects is wanted. \
         See https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions",
    ),
    (
        "resourceVersionMatch",
        "string",
        "How resourceVersion is meant: Exact or NotOlderThan. \
         See https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions",
    ),
    (
        "sendInitialEvents",
        "boolean",
        "Whether a watch begins with the objects there are and then a bookmark with the annotation \
         \"k8s.io/initial-events-end\": \"true\".",
    ),
    (
        "timeoutSeconds",
        "integer",
        "After how many seconds a list fails or a watch ends.",
    ),
    (
        "watch",
        "boolean",
        "Watch for changes to the described resources, as they happen, in place of a list of them.",
    ),
];

/// Of requests that delete.
const DELETING: [Facts; 4] = [
    (
        "gracePeriodSeconds",
        "integer",
        "How many seconds the object has to end: 0 for none; what its kind says if nothing is said.",
    ),
    (
        "ignoreStoreReadErrorWithClusterBreakingPotential",
        "boolean",
        "Whether an object that cannot be read is deleted nevertheless, whatever that breaks.",
    ),
    (
        "orphanDependents",
        "boolean",
        "Whether what depends on the object stays. Older than propagationPolicy, which cannot be \
         said beside it.",
    ),
    (
        "propagationPolicy",
        "string",
        "What becomes of what depends on the object: 'Orphan', 'Background' or 'Foreground'.",
    ),
];

fn of_query((name, kind, description): Facts) -> Parameter {
    Parameter {
        name,
        description: description.to_owned(),
        kind,
        in_path: false,
    }
}

fn of_path(name: &'static str, description: String) -> Parameter {
    Parameter {
        name,
        description,
        kind: "string",
        in_path: true,
    }
}

/// The object's name, in the path.
pub(super) fn name(kind: &str) -> Parameter {
    of_path("name", format!("name of the {kind}"))
}

/// The object's namespace, in the path.
pub(super) fn namespace() -> Parameter {
    of_path(
        "namespace",
        "the namespace that the object is in".to_owned(),
    )
}

/// What stands behind a proxy, in the path.
pub(super) fn path_below() -> Parameter {
    of_path(
        "path",
        "the path that is asked for behind the proxy".to_owned(),
    )
}

/// Of every request but those that connect.
pub(super) fn pretty() -> Parameter {
    of_query(PRETTY)
}

/// Of requests that read several objects.
pub(super) fn listing() -> impl Iterator<Item = Parameter> {
    LISTING.into_iter().map(of_query)
}

/// Of requests that create or replace an object.
pub(super) fn writing() -> impl Iterator<Item = Parameter> {
    [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]
        .into_iter()
        .map(of_query)
}

/// Of requests that change an object.
pub(super) fn patching() -> impl Iterator<Item = Parameter> {
    writing().chain([of_query(FORCE)])
}

/// Of requests that delete.
pub(super) fn deleting() -> impl Iterator<Item = Parameter> {
    [DRY_RUN].into_iter().chain(DELETING).map(of_query)
}

impl Parameter {
    /// As it stands in a document of version 3.
    pub(super) fn to_value(&self) -> Value {
        let mut fields = Mapping::from([
            ("name", Value::string(self.name)),
            (
                "in",
                Value::string(if self.in_path { "path" } else { "query" }),
            ),
            ("description", Value::string(self.description.as_str())),
        ]);
        if self.in_path {
            fields.insert("required", Value::bool(true));
        }
        let schema = [
            ("type", Value::string(self.kind)),
            // Every one may be said once.
            ("uniqueItems", Value::bool(true)),
        ];
        fields.insert("schema", Value::mapping(schema));
        Value::from(fields)
    }
}
