//! The names of all findings of this crate, with a line on each: what documentation, SARIF rules and
//! suppressions go by. A name, once given, stays.

/// A field that the kind does not have.
pub const UNKNOWN_FIELD: &str = "unknown-api-field";
/// A value that is not of its field's type.
pub const WRONG_TYPE: &str = "invalid-type";
/// A quantity that is none.
pub const INVALID_QUANTITY: &str = "invalid-quantity";
/// A field that must be there.
pub const MISSING_FIELD: &str = "required-field";
/// A name or namespace that the API refuses.
pub const INVALID_NAME: &str = "invalid-name";
/// A label that the API refuses.
pub const INVALID_LABEL: &str = "invalid-label";
/// An annotation that the API refuses.
pub const INVALID_ANNOTATION: &str = "invalid-annotation";
/// Any other value that the API refuses.
pub const INVALID_VALUE: &str = "invalid-value";
/// What the API takes, with a warning.
pub const API_WARNING: &str = "api-warning";
/// Two objects that are one to the API.
pub const DUPLICATE_OBJECT: &str = "duplicate-object";
/// A kind of which there is no schema.
pub const UNKNOWN_KIND: &str = "unknown-kind";
/// A version that the kind's definition does not serve.
pub const UNSERVED_VERSION: &str = "unserved-version";
/// A definition whose schema is not structural.
pub const INVALID_SCHEMA: &str = "invalid-schema";
/// A version of an API that is not served any more.
pub const REMOVED_API: &str = "removed-api";
/// A version of an API that is to go.
pub const DEPRECATED_API: &str = "deprecated-api";
/// A version of an API that is not served yet.
pub const FUTURE_API: &str = "future-api";
/// A selector that matches no pod of the build.
pub const EMPTY_SELECTOR: &str = "selector-matches-nothing";
/// A config map that the build does not hold.
pub const MISSING_CONFIG_MAP: &str = "missing-config-map";
/// A secret that the build does not hold.
pub const MISSING_SECRET: &str = "missing-secret";
/// A key that a config map or secret of the build does not have.
pub const MISSING_KEY: &str = "missing-key";
/// A service that the build does not hold.
pub const MISSING_SERVICE: &str = "missing-service";
/// A port that a service or pod of the build does not have.
pub const MISSING_PORT: &str = "missing-port";
/// A service account that the build does not hold.
pub const MISSING_ACCOUNT: &str = "missing-service-account";
/// A role that the build does not hold.
pub const MISSING_ROLE: &str = "missing-role";
/// A claim that the build does not hold.
pub const MISSING_CLAIM: &str = "missing-volume-claim";
/// A priority class that the build does not hold.
pub const MISSING_PRIORITY_CLASS: &str = "missing-priority-class";
/// A storage class that the build does not hold.
pub const MISSING_STORAGE_CLASS: &str = "missing-storage-class";
/// A workload that the build does not hold, named by what scales it.
pub const MISSING_TARGET: &str = "missing-scale-target";
/// A suppression that does not say why.
pub const UNREASONED_SUPPRESSION: &str = "suppression-without-reason";
/// A suppression of something that is not there.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";

/// Every name, and what it is about, in the order of the names.
pub static CODES: [(&str, &str); 30] = [
    (API_WARNING, "The API takes the object, with a warning"),
    (
        DEPRECATED_API,
        "The version of the API is deprecated and will go",
    ),
    (
        DUPLICATE_OBJECT,
        "Two resources are one and the same object to the API",
    ),
    (
        FUTURE_API,
        "The version of the API came with a later release than the one aimed at",
    ),
    (INVALID_ANNOTATION, "The API refuses the annotation"),
    (INVALID_LABEL, "The API refuses the label"),
    (INVALID_NAME, "The API refuses the name or namespace"),
    (
        INVALID_QUANTITY,
        "The value is not a quantity such as 500m or 1Gi",
    ),
    (
        INVALID_SCHEMA,
        "The schema of a custom resource definition is not structural",
    ),
    (
        WRONG_TYPE,
        "The value is not of the type that the field has",
    ),
    (INVALID_VALUE, "The API refuses the value"),
    (
        MISSING_CONFIG_MAP,
        "A ConfigMap is named that the build does not hold",
    ),
    (
        MISSING_KEY,
        "A key is named that the ConfigMap or Secret of the build does not have",
    ),
    (
        MISSING_PORT,
        "A port is named that the Service or the pods of the build do not have",
    ),
    (
        MISSING_PRIORITY_CLASS,
        "A PriorityClass is named that the build does not hold",
    ),
    (
        MISSING_ROLE,
        "A Role or ClusterRole is named that the build does not hold",
    ),
    (MISSING_TARGET, "What is to be scaled is not in the build"),
    (
        MISSING_SECRET,
        "A Secret is named that the build does not hold",
    ),
    (
        MISSING_SERVICE,
        "A Service is named that the build does not hold",
    ),
    (
        MISSING_ACCOUNT,
        "A ServiceAccount is named that the build does not hold",
    ),
    (
        MISSING_STORAGE_CLASS,
        "A StorageClass is named that the build does not hold",
    ),
    (
        MISSING_CLAIM,
        "A PersistentVolumeClaim is named that the build does not hold",
    ),
    (REMOVED_API, "The version of the API is not served any more"),
    (MISSING_FIELD, "A field that must be there is not"),
    (EMPTY_SELECTOR, "A selector matches no pod of the build"),
    (
        UNREASONED_SUPPRESSION,
        "A suppression does not say why, and has no effect",
    ),
    (
        UNKNOWN_FIELD,
        "The kind does not have the field, which the API drops or refuses",
    ),
    (UNKNOWN_KIND, "There is no schema for the kind"),
    (
        UNSERVED_VERSION,
        "The definition of the custom kind does not serve the version",
    ),
    (UNUSED_SUPPRESSION, "A suppression has nothing to suppress"),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn every_code_is_there_once_in_order() {
        assert!(CODES.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
