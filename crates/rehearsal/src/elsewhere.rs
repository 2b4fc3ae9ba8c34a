//! Objects that only mean something to servers which are not there.

use crate::namespaces::text;
use trimtab_tree::Value;

/// The kinds whose objects send requests elsewhere. Nobody is there to answer, so they are held
/// against the API and not put in its way.
const ELSEWHERE: [&str; 3] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
];

/// Whether objects of a kind only mean something to servers elsewhere.
pub(crate) fn is_elsewhere(object: &Value) -> bool {
    ELSEWHERE.contains(&text(object, &["kind"]))
}
