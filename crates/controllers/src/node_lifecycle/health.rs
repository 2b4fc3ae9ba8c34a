//! When a node was last heard of, and what is said of one that was not for too long.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Node, NodeCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use std::time::Duration;
use tokio::time::Instant;

/// How long a node may be silent: `--node-monitor-grace-period`.
const GRACE: Duration = Duration::from_secs(50);
/// The same for one that never said how it is: `--node-startup-grace-period`.
const STARTUP_GRACE: Duration = Duration::from_secs(60);

/// What a lost node says of itself no longer. The network is not its own to judge.
const SILENCED: [&str; 4] = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/// The condition of this type.
pub(super) fn condition<'a>(node: &'a Node, type_: &str) -> Option<&'a NodeCondition> {
    let conditions = node.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|condition| condition.type_ == type_)
}

/// `True`, `False` or `Unknown`; `None` if nobody ever said.
pub(super) fn readiness(node: &Node) -> Option<&str> {
    condition(node, "Ready").map(|condition| condition.status.as_str())
}

/// The last signs of life.
#[derive(Clone, Debug)]
pub(super) struct Health {
    /// When the last came, by the clock here: that of the node may go wrong.
    heard: Instant,
    heartbeat: Option<Timestamp>,
    renewed: Option<Timestamp>,
}

impl Health {
    /// Of a node that is seen for the first time.
    pub(super) fn new(node: &Node, now: Instant) -> Self {
        Self {
            heard: now,
            heartbeat: heartbeat(node),
            renewed: None,
        }
    }

    /// Takes in the status: a later heartbeat is a sign of life.
    pub(super) fn see(&mut self, node: &Node, now: Instant) {
        let heartbeat = heartbeat(node);
        if heartbeat != self.heartbeat {
            self.heartbeat = heartbeat;
            self.heard = now;
        }
    }

    /// Takes in the lease: a later renewal is a sign of life.
    pub(super) fn see_renewal(&mut self, renewed: Timestamp, now: Instant) {
        if self.renewed.is_none_or(|before| before < renewed) {
            self.renewed = Some(renewed);
            self.heard = now;
        }
    }

    /// Takes it that the node lives.
    pub(super) fn believe(&mut self, now: Instant) {
        self.heard = now;
    }

    /// How long until the node has been silent for too long; `None` if it has.
    pub(super) fn patience(&self, node: &Node, now: Instant) -> Option<Duration> {
        let grace = match readiness(node) {
            Some(_) => GRACE,
            None => STARTUP_GRACE,
        };
        let left = grace.saturating_sub(now.duration_since(self.heard));
        (!left.is_zero()).then_some(left)
    }
}

fn heartbeat(node: &Node) -> Option<Timestamp> {
    let time = condition(node, "Ready")?.last_heartbeat_time.as_ref()?;
    Some(time.0)
}

/// The conditions of a node that was silent for too long, where they are not those it has.
pub(super) fn silenced(node: &Node, now: Timestamp) -> Option<Vec<NodeCondition>> {
    let status = node.status.as_ref();
    let mut conditions = status
        .and_then(|it| it.conditions.clone())
        .unwrap_or_default();
    let mut is_news = false;
    for type_ in SILENCED {
        match conditions.iter_mut().find(|it| it.type_ == type_) {
            Some(condition) if condition.status == "Unknown" => {}
            Some(condition) => {
                "Unknown".clone_into(&mut condition.status);
                condition.reason = Some("NodeStatusUnknown".to_owned());
                condition.message = Some("Kubelet stopped posting node status.".to_owned());
                condition.last_transition_time = Some(Time(now));
                is_news = true;
            }
            None => {
                conditions.push(NodeCondition {
                    type_: type_.to_owned(),
                    status: "Unknown".to_owned(),
                    reason: Some("NodeStatusNeverUpdated".to_owned()),
                    message: Some("Kubelet never posted node status.".to_owned()),
                    last_heartbeat_time: node.metadata.creation_timestamp.clone(),
                    last_transition_time: Some(Time(now)),
                });
                is_news = true;
            }
        }
    }
    is_news.then_some(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn node(conditions: &Value) -> Node {
        serde_json::from_value(
            json!({"metadata": {"name": "n"}, "status": {"conditions": conditions}}),
        )
        .unwrap()
    }

    #[test]
    fn signs_of_life_put_the_end_of_patience_off() {
        let begun = Instant::now();
        let seconds = Duration::from_secs;
        let silent = node(&json!([]));
        let mut health = Health::new(&silent, begun);
        assert_eq!(health.patience(&silent, begun), Some(seconds(60)));
        assert_eq!(health.patience(&silent, begun + seconds(60)), None);

        let heard = node(
            &json!([{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]),
        );
        health.see(&heard, begun + seconds(5));
        health.see(&heard, begun + seconds(25));
        assert_eq!(
            health.patience(&heard, begun + seconds(25)),
            Some(seconds(30))
        );
        let renewed = "2026-01-01T00:00:20Z".parse().unwrap();
        health.see_renewal(renewed, begun + seconds(30));
        health.see_renewal(renewed, begun + seconds(60));
        assert_eq!(
            health.patience(&heard, begun + seconds(79)),
            Some(seconds(1))
        );
        assert_eq!(health.patience(&heard, begun + seconds(80)), None);
        health.believe(begun + seconds(80));
        assert_eq!(
            health.patience(&heard, begun + seconds(80)),
            Some(seconds(50))
        );
    }

    #[test]
    fn a_silent_node_says_nothing_of_itself_any_more() {
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        let before = node(&json!([
            {"type": "Ready", "status": "True", "reason": "KubeletReady"},
            {"type": "NetworkUnavailable", "status": "False"},
            {"type": "DiskPressure", "status": "Unknown", "reason": "Other"},
        ]));
        let after = silenced(&before, now).unwrap();
        let told: Vec<_> = after
            .iter()
            .map(|it| {
                (
                    it.type_.as_str(),
                    it.status.as_str(),
                    it.reason.as_deref().unwrap_or(""),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Ready", "Unknown", "NodeStatusUnknown"),
                ("NetworkUnavailable", "False", ""),
                ("DiskPressure", "Unknown", "Other"),
                ("MemoryPressure", "Unknown", "NodeStatusNeverUpdated"),
                ("PIDPressure", "Unknown", "NodeStatusNeverUpdated"),
            ]
        );
        let again = node(&json!(after));
        assert_eq!(silenced(&again, now), None);
    }
}
