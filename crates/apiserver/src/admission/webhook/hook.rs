//! One webhook of a configuration.

use crate::admission::matching::Constraints;
use crate::fields::{items_at, text_at};
use std::time::Duration;
use trimtab_tree::Value;

/// How long a webhook may take that does not say.
const TIME: Duration = Duration::from_secs(10);

/// One webhook of a configuration.
pub(super) struct Hook<'v> {
    /// Tells it from all others.
    pub(super) id: String,
    pub(super) name: &'v str,
    pub(super) configuration: &'v str,
    pub(super) constraints: Constraints<'v>,
    /// CEL expressions, all of which must hold.
    pub(super) conditions: &'v [Value],
    /// `url` or `service`, and `caBundle`.
    pub(super) client_config: Option<&'v Value>,
    /// Versions of `AdmissionReview` that it reads, the one that it likes best first.
    pub(super) versions: &'v [Value],
    /// How long it may take.
    pub(super) time: Duration,
    /// Whether the write goes on without it when it cannot be called.
    pub(super) ignored: bool,
    /// Whether it may be called about a write of which nothing is to come.
    pub(super) takes_dry_runs: bool,
    /// Whether it is called again when others change the object after it.
    pub(super) reinvoked: bool,
}

impl<'v> Hook<'v> {
    /// The webhooks of a configuration.
    pub(super) fn all(configuration: &'v Value) -> impl Iterator<Item = Self> {
        let name_of = text_at(configuration, &["metadata", "name"]).unwrap_or_default();
        let hooks = items_at(configuration, &["webhooks"]).iter().enumerate();
        hooks.map(move |(at, hook)| {
            let name = text_at(hook, &["name"]).unwrap_or_default();
            let seconds = text_at(hook, &["timeoutSeconds"]).and_then(|text| text.parse().ok());
            Self {
                id: format!("{name_of}/{name}/{at}"),
                name,
                configuration: name_of,
                constraints: Constraints::read(hook, "rules"),
                conditions: items_at(hook, &["matchConditions"]),
                client_config: hook.get("clientConfig"),
                versions: items_at(hook, &["admissionReviewVersions"]),
                time: seconds.map_or(TIME, Duration::from_secs),
                ignored: text_at(hook, &["failurePolicy"]) == Some("Ignore"),
                takes_dry_runs: matches!(
                    text_at(hook, &["sideEffects"]),
                    Some("None" | "NoneOnDryRun")
                ),
                reinvoked: text_at(hook, &["reinvocationPolicy"]) == Some("IfNeeded"),
            }
        })
    }
}
