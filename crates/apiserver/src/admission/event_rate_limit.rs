//! `EventRateLimit`: refuses events that come too fast, with 429.
//!
//! Rules: `plugin/pkg/admission/eventratelimit` of Kubernetes.

use super::attributes::{Attributes, Operation};
use super::event_rates::{By, EventRateLimits};
use crate::fields::text_at;
use crate::{Reason, Status};
use jiff::Timestamp;
use trimtab_tree::Value;

/// What an event comes from and is about.
const SOURCE_AND_OBJECT: [&[&str]; 7] = [
    &["source", "component"],
    &["source", "host"],
    &["involvedObject", "kind"],
    &["involvedObject", "namespace"],
    &["involvedObject", "name"],
    &["involvedObject", "uid"],
    &["involvedObject", "apiVersion"],
];

/// Counts an event.
///
/// # Errors
/// When there have been too many.
pub(super) fn check(
    limits: &EventRateLimits,
    event: &Value,
    attributes: &Attributes<'_>,
    now: Timestamp,
) -> Result<(), Status> {
    let is_write = matches!(attributes.operation, Operation::Create | Operation::Update);
    if attributes.kind.kind != "Event" || !is_write || attributes.dry_run {
        return Ok(());
    }
    let over = limits.count(now, |by| key(by, event, attributes));
    let why = match &over[..] {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    let why = format!("Too many requests: {why}");
    Err(Status::new(429, Reason::TooManyRequests, why))
}

/// What an event is counted under.
fn key(by: By, event: &Value, attributes: &Attributes<'_>) -> String {
    match by {
        By::Server => String::new(),
        By::Namespace => attributes.namespace.to_owned(),
        By::User => attributes.user.name.clone(),
        By::SourceAndObject => SOURCE_AND_OBJECT
            .map(|path| text_at(event, path).unwrap_or_default())
            .concat(),
    }
}
