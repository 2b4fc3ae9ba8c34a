//! The revisions of a Deployment, which its controller numbers in an annotation.

use crate::fields::text_at;
use trimtab_tree::Value;

/// Where the deployment controller keeps the number.
pub(crate) const REVISION_ANNOTATION: &str = "deployment.kubernetes.io/revision";

/// The revision of a Deployment or of one of its `ReplicaSets`; 0 if it has none.
pub(crate) fn revision(object: &Value) -> i64 {
    text_at(object, &["metadata", "annotations", REVISION_ANNOTATION])
        .parse()
        .unwrap_or(0)
}
