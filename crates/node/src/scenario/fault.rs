//! What goes wrong in a scenario besides the pods: nodes, and the way to the API server.

use super::Pattern;
use super::fields::{Fields, one_of, share, text, wrong_type};
use jiff::SignedDuration;
use std::time::Duration;
use trimtab_clock::Chance;
use trimtab_tree::{Diagnostic, Result, Value};

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// When it begins, counted from the beginning of the rollout, or from the start of the control
    /// plane where none is rehearsed.
    pub when: When,
    /// How long it lasts; for good without.
    pub lasts: Option<Duration>,
    /// How long after its beginning it begins again, if it does.
    pub every: Option<Duration>,
    /// How likely it is to happen at all, from 0 to 1; certain without.
    pub chance: Option<f64>,
}

/// When a fault begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At that time.
    At(Duration),
    /// At some time between these, as chance has it.
    Between(Duration, Duration),
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// Nodes of that name are not heard of any more: no lease, no status, no end of pods.
    NodeLoss {
        /// Which ones.
        node: Pattern,
    },
    /// Nodes of that name take no more pods, and those that they have are evicted, as budgets permit.
    NodeDrain {
        /// Which ones.
        node: Pattern,
    },
    /// Requests of a client are refused.
    ApiErrors {
        /// Of whom, by the name that the API server knows it by:
        /// `system:serviceaccount:kube-system:deployment-controller`.
        client: Pattern,
        /// With what: 409, 429 or 500.
        status: u16,
        /// How many of them, from 0 to 1.
        share: f64,
        /// Of what kind: `create`, `update`, `patch`, `delete`, `get`, `list`; all without.
        verbs: Vec<String>,
    },
    /// The watches of a client break off. Whoever watches has to begin anew.
    DroppedWatches {
        /// Of whom.
        client: Pattern,
    },
}

const KINDS: [&str; 4] = ["NodeLoss", "NodeDrain", "ApiErrors", "DroppedWatches"];

/// What `ApiErrors` may be about.
const VERBS: [&str; 6] = ["create", "update", "patch", "delete", "get", "list"];

impl When {
    /// A time, drawn where it is left to chance.
    #[must_use]
    pub fn draw(self, chance: &Chance) -> Duration {
        match self {
            Self::At(at) => at,
            Self::Between(from, to) => {
                let width = to.saturating_sub(from).as_millis();
                let width = u64::try_from(width).unwrap_or(u64::MAX).saturating_add(1);
                from + Duration::from_millis(chance.below(width))
            }
        }
    }
}

impl Fault {
    /// Whether it is about requests, and so about what clients are given.
    #[must_use]
    pub fn is_of_requests(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::ApiErrors { .. } | FaultKind::DroppedWatches { .. }
        )
    }
}

/// Reads a fault.
pub(super) fn fault(value: &Value, path: &str) -> Result<Fault> {
    const COMMON: [&str; 3] = ["fault", "at", "chance"];
    const ALL: [&str; 9] = [
        "fault", "at", "chance", "for", "every", "node", "client", "status", "share",
    ];
    let known: Vec<&str> = ALL.into_iter().chain(["verbs"]).collect();
    let fields = Fields::of(value, path, &known)?;
    let Some(named) = fields.given("fault") else {
        return Err(wrong_type(
            value,
            path,
            "a fault, such as `fault: NodeLoss`",
        ));
    };
    let kind = one_of(named, &fields.at("fault"), "fault", "unknown-fault", &KINDS)?;
    let own: &[&str] = match kind {
        "ApiErrors" => &["client", "status", "share", "verbs", "for"],
        "DroppedWatches" => &["client", "every"],
        "NodeLoss" => &["node", "for", "every"],
        _ => &["node", "for"],
    };
    for field in known.iter().filter(|it| !COMMON.contains(it)) {
        if let Some(stray) = fields.given(field).filter(|_| !own.contains(field)) {
            let message = format!("{kind} has no field `{field}`");
            return Err(Diagnostic::error("unknown-field", message)
                .at(stray.position)
                .in_field(fields.at(field))
                .expecting(format!("a field of {kind}: {}", own.join(", "))));
        }
    }
    let any = || Pattern::new("*");
    let node = fields.pattern("node")?.unwrap_or_else(any);
    let client = fields.pattern("client")?.unwrap_or_else(any);
    let kind = match kind {
        "NodeLoss" => FaultKind::NodeLoss { node },
        "NodeDrain" => FaultKind::NodeDrain { node },
        "DroppedWatches" => FaultKind::DroppedWatches { client },
        _ => {
            let mut verbs = Vec::new();
            for (value, path) in fields.items("verbs", "a list of verbs")? {
                let verb = one_of(value, &path, "verb", "unknown-verb", &VERBS)?;
                verbs.push(verb.to_owned());
            }
            FaultKind::ApiErrors {
                client,
                status: fields.read("status", status)?.unwrap_or(500),
                share: fields.read("share", share)?.unwrap_or(1.0),
                verbs,
            }
        }
    };
    Ok(Fault {
        kind,
        when: fields.read("at", when)?.unwrap_or(When::At(Duration::ZERO)),
        lasts: fields.duration("for")?,
        every: fields.read("every", |value, path| {
            let every = super::fields::duration(value, path)?;
            let is_long = every >= Duration::from_secs(1);
            is_long
                .then_some(every)
                .ok_or_else(|| wrong_type(value, path, "a length of time from 1s on"))
        })?,
        chance: fields.read("chance", share)?,
    })
}

fn status(value: &Value, path: &str) -> Result<u16> {
    let status = value.text().and_then(|text| text.parse().ok());
    status
        .filter(|status| [409, 429, 500].contains(status))
        .ok_or_else(|| wrong_type(value, path, "409, 429 or 500"))
}

fn when(value: &Value, path: &str) -> Result<When> {
    const EXPECTED: &str = "a length of time such as 30s, or two such as 10s..2m";
    let wrong = || wrong_type(value, path, EXPECTED);
    let time = |text: &str| -> Option<Duration> {
        if text == "0" {
            return Some(Duration::ZERO);
        }
        let time: SignedDuration = text.parse().ok()?;
        Duration::try_from(time).ok()
    };
    let text = text(value, path).map_err(|_| wrong())?;
    match text.split_once("..") {
        None => time(text).map(When::At).ok_or_else(wrong),
        Some((from, to)) => {
            let both = time(from).zip(time(to)).filter(|(from, to)| from <= to);
            let (from, to) = both.ok_or_else(wrong)?;
            Ok(When::Between(from, to))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_drawn_between_its_bounds() {
        let (from, to) = (Duration::from_secs(10), Duration::from_secs(12));
        let times: Vec<Duration> = (0..100)
            .map(|seed| When::Between(from, to).draw(&Chance::seeded(seed)))
            .collect();
        assert!(times.iter().all(|time| (from..=to).contains(time)));
        assert!(times.iter().any(|time| *time != times[0]));
        assert_eq!(When::At(from).draw(&Chance::seeded(1)), from);
    }
}
