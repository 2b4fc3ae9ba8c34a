//! The names of all findings of this crate: what documentation, SARIF rules, suppressions and
//! baselines go by. A name, once given, stays.

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
pub const UNKNOWN_KIND: &str = "unknown-api-kind";
/// A version that the kind's definition does not serve.
pub const UNSERVED_VERSION: &str = "unserved-version";
/// A version of an API that is not served any more.
pub const REMOVED_API: &str = "removed-api";
/// A version of an API that is to go.
pub const DEPRECATED_API: &str = "deprecated-api";
/// A version of an API that is not served yet.
pub const FUTURE_API: &str = "future-api";
/// A field that the release does not have yet.
pub const FUTURE_FIELD: &str = "future-field";
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
/// What the API server does not take as it is.
pub const API_REFUSED: &str = "refused-by-api";
/// What admission forbids.
pub const ADMISSION_REFUSED: &str = "refused-by-admission";
/// A field that would change and may not.
pub const IMMUTABLE_FIELD: &str = "immutable-field";
/// What there is no room for in a quota.
pub const QUOTA_EXCEEDED: &str = "quota-exceeded";
/// A workload whose rollout does not end.
pub const STUCK_ROLLOUT: &str = "stuck-rollout";
/// A suppression that does not say why.
pub const UNREASONED_SUPPRESSION: &str = "suppression-without-reason";
/// A suppression of something that is not there.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";

/// What only a control plane finds: see [`crate::Checker::check_with`].
pub const OF_A_CONTROL_PLANE: [&str; 5] = [
    ADMISSION_REFUSED,
    API_REFUSED,
    IMMUTABLE_FIELD,
    QUOTA_EXCEEDED,
    STUCK_ROLLOUT,
];

/// Every name, in their order.
pub const ALL: [&str; 35] = [
    API_WARNING,
    DEPRECATED_API,
    DUPLICATE_OBJECT,
    FUTURE_API,
    FUTURE_FIELD,
    IMMUTABLE_FIELD,
    INVALID_ANNOTATION,
    INVALID_LABEL,
    INVALID_NAME,
    INVALID_QUANTITY,
    WRONG_TYPE,
    INVALID_VALUE,
    MISSING_CONFIG_MAP,
    MISSING_KEY,
    MISSING_PORT,
    MISSING_PRIORITY_CLASS,
    MISSING_ROLE,
    MISSING_TARGET,
    MISSING_SECRET,
    MISSING_SERVICE,
    MISSING_ACCOUNT,
    MISSING_STORAGE_CLASS,
    MISSING_CLAIM,
    QUOTA_EXCEEDED,
    ADMISSION_REFUSED,
    API_REFUSED,
    REMOVED_API,
    MISSING_FIELD,
    EMPTY_SELECTOR,
    STUCK_ROLLOUT,
    UNREASONED_SUPPRESSION,
    UNKNOWN_FIELD,
    UNKNOWN_KIND,
    UNSERVED_VERSION,
    UNUSED_SUPPRESSION,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_code_is_there_once_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a < b));
    }
}
