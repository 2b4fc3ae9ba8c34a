//! Parameters of LIST and WATCH, and the rules between them.
//!
//! The rules are those of `ValidateListOptions` in `pkg/apis/meta/internalversion/validation` of
//! apimachinery.

use trimtab_store::Revision;

use super::Call;
use super::options::{cause, not_a_number, refuse};
use crate::{Reason, Status};

/// How the `resourceVersion` of a list is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As new as the newest acknowledged write.
    Newest,
    /// Whatever is at hand.
    Any,
    /// At least that new.
    NotOlderThan(Revision),
    /// Exactly that.
    Exact(Revision),
}

/// Parameters of a list or watch.
#[derive(Clone, Debug)]
pub(crate) struct ReadOptions {
    /// Which state is asked for.
    pub(crate) freshness: Freshness,
    /// At most so many objects a page; 0 is without limit.
    pub(crate) limit: usize,
    /// Where the page before ended; empty for the first.
    pub(crate) continuation: String,
    /// Of a watch: begin with what there is, and tell where that ends.
    pub(crate) send_initial_events: Option<bool>,
    /// Of a watch: tell the revision now and then.
    pub(crate) bookmarks: bool,
    /// Of a watch: end it after so many seconds.
    pub(crate) timeout_seconds: Option<u64>,
}

impl ReadOptions {
    /// Reads the parameters of a call.
    ///
    /// # Errors
    /// Invalid or bad, when one has a value that it cannot have, or goes against another.
    pub(crate) fn read(call: &Call<'_>) -> Result<Self, Status> {
        let query = call.query;
        let is_watch = call.info.verb == "watch";
        let version = query.text("resourceVersion");
        let matching = query.text("resourceVersionMatch");
        let continuation = query.text("continue");
        let send_initial_events = query.optional_bool("sendInitialEvents");
        let mut causes = Vec::new();
        let mut forbid = |field: &str, why: &str| {
            let told = format!("Forbidden: {why}");
            causes.push(cause("FieldValueForbidden", field, &told));
        };
        let only = |supported: &str| {
            let told = format!("Unsupported value: {matching:?}: supported values: {supported}");
            cause("FieldValueNotSupported", "resourceVersionMatch", &told)
        };
        if is_watch {
            if send_initial_events.is_some() {
                if matching != "NotOlderThan" {
                    forbid(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                    );
                }
            } else if !matching.is_empty() {
                forbid(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                );
            }
            if !matching.is_empty() && matching != "NotOlderThan" {
                causes.push(only("\"NotOlderThan\""));
            }
        } else {
            if send_initial_events.is_some() {
                forbid(
                    "sendInitialEvents",
                    "sendInitialEvents is forbidden for list",
                );
            }
            if !matching.is_empty() {
                if version.is_empty() {
                    forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden unless resourceVersion is provided",
                    );
                }
                if !continuation.is_empty() {
                    forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden when continue is provided",
                    );
                }
                if !["Exact", "NotOlderThan"].contains(&matching) {
                    causes.push(only("\"Exact\", \"NotOlderThan\", \"\""));
                } else if matching == "Exact" && version == "0" {
                    forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
                    );
                }
            }
        }
        refuse("ListOptions", causes)?;
        let number = |name: &str| {
            let text = query.text(name);
            if text.is_empty() {
                return Ok(None);
            }
            text.parse::<i64>()
                .map(Some)
                .map_err(|_| Status::bad_request(not_a_number(text, true)))
        };
        let limit = number("limit")?.unwrap_or_default();
        let timeout = number("timeoutSeconds")?;
        if !continuation.is_empty() && !["", "0"].contains(&version) {
            let message = "specifying resource version is not allowed when using continue";
            return Err(Status::bad_request(message));
        }
        Ok(Self {
            freshness: freshness(version, matching, limit > 0 && !is_watch, is_watch)?,
            limit: usize::try_from(limit).unwrap_or_default(),
            continuation: continuation.to_owned(),
            send_initial_events,
            bookmarks: query.is_true("allowWatchBookmarks"),
            timeout_seconds: timeout
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|&seconds| seconds > 0),
        })
    }
}

/// A limited list of a revision is of exactly that, if nothing is said: so it can be continued.
fn freshness(
    version: &str,
    matching: &str,
    limited: bool,
    is_watch: bool,
) -> Result<Freshness, Status> {
    if version.is_empty() {
        return Ok(Freshness::Newest);
    }
    let revision: Revision = version.parse().map_err(|_| {
        let why = not_a_number(version, false);
        let why = format!("resourceVersion: Invalid value: {version:?}: {why}");
        if is_watch {
            // Upstream a watch tells this as no error of the client's.
            return Status::new(500, Reason::Unknown, why);
        }
        Status::bad_request(format!("invalid resource version: {why}"))
    })?;
    Ok(match (revision, matching) {
        (0, _) => Freshness::Any,
        (_, "Exact") => Freshness::Exact(revision),
        (_, "") if limited => Freshness::Exact(revision),
        _ => Freshness::NotOlderThan(revision),
    })
}
