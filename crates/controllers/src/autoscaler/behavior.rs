//! What becomes of a proposal: it is smoothed over the recent ones, and held to how fast a workload
//! may grow and shrink. No I/O here.
//!
//! The rules are those of `pkg/controller/podautoscaler/horizontal.go` in Kubernetes.

use k8s_openapi::api::autoscaling::v2::{HPAScalingRules, HorizontalPodAutoscalerBehavior};
use std::time::Duration;
use tokio::time::Instant;

/// How long a higher proposal holds against lower ones, unless the object says:
/// `--horizontal-pod-autoscaler-downscale-stabilization`.
const DOWN_WINDOW: Duration = Duration::from_secs(300);
/// How much a workload may grow at once by default: to twice what it is, or to four.
const UP_FACTOR: i32 = 2;
const UP_LEAST: i32 = 4;

/// What is proposed to one autoscaler, and between which limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proposed {
    pub(super) current: i32,
    pub(super) desired: i32,
    pub(super) min: i32,
    pub(super) max: i32,
}

/// What is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) replicas: i32,
    /// Reason and message of `AbleToScale`.
    pub(super) able: (&'static str, &'static str),
    pub(super) is_limited: bool,
    /// Reason and message of `ScalingLimited`.
    pub(super) limit: (&'static str, &'static str),
}

const READY: (&str, &str) = ("ReadyForNewScale", "recommended size matches current size");
const WAS_HIGHER: (&str, &str) = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
);
const WAS_LOWER: (&str, &str) = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
);
const WITHIN: (&str, &str) = (
    "DesiredWithinRange",
    "the desired count is within the acceptable range",
);
const TOO_FAST_UP: (&str, &str) = (
    "ScaleUpLimit",
    "the desired replica count is increasing faster than the maximum scale rate",
);
const TOO_FAST_DOWN: (&str, &str) = (
    "ScaleDownLimit",
    "the desired replica count is decreasing faster than the maximum scale rate",
);
const TOO_MANY: (&str, &str) = (
    "TooManyReplicas",
    "the desired replica count is more than the maximum replica count",
);
const TOO_FEW: (&str, &str) = (
    "TooFewReplicas",
    "the desired replica count is less than the minimum replica count",
);

/// What one autoscaler has proposed and done.
#[derive(Debug, Default)]
pub(super) struct History {
    proposals: Vec<(Instant, i32)>,
    ups: Vec<(Instant, i32)>,
    downs: Vec<(Instant, i32)>,
}

impl History {
    /// Before the first proposal: what there is now counts as one, so that a controller that has
    /// just started does not shrink anything at once.
    pub(super) fn begin(&mut self, current: i32, now: Instant) {
        if self.proposals.is_empty() {
            self.proposals.push((now, current));
        }
    }

    /// Makes something of a proposal.
    pub(super) fn decide(
        &mut self,
        proposed: Proposed,
        behavior: Option<&HorizontalPodAutoscalerBehavior>,
        now: Instant,
    ) -> Decision {
        let up = behavior.and_then(|it| it.scale_up.as_ref());
        let down = behavior.and_then(|it| it.scale_down.as_ref());
        let (stabilized, able) = self.stabilize(proposed, behavior.is_some(), up, down, now);
        let able = if stabilized == proposed.desired {
            READY
        } else {
            able
        };
        let proposed = Proposed {
            desired: stabilized,
            ..proposed
        };
        let (replicas, limit) = match behavior {
            None => limited_by_default(proposed),
            Some(_) => self.limited(proposed, up, down, now),
        };
        Decision {
            replicas,
            able,
            is_limited: replicas != stabilized,
            limit,
        }
    }

    fn stabilize(
        &mut self,
        proposed: Proposed,
        has_behavior: bool,
        up: Option<&HPAScalingRules>,
        down: Option<&HPAScalingRules>,
        now: Instant,
    ) -> (i32, (&'static str, &'static str)) {
        let window = |rules: Option<&HPAScalingRules>| {
            let seconds = rules.and_then(|rules| rules.stabilization_window_seconds);
            seconds.map(|it| Duration::from_secs(it.unsigned_abs().into()))
        };
        let up_window = window(up).unwrap_or_default();
        let down_window = window(down).unwrap_or(DOWN_WINDOW);
        let within = |window: Duration| {
            let recent = move |it: &&(Instant, i32)| now.duration_since(it.0) < window;
            self.proposals.iter().filter(recent).map(|it| it.1)
        };
        let highest = within(down_window).chain([proposed.desired]).max();
        let highest = highest.unwrap_or(proposed.desired);
        let lowest = within(up_window).chain([proposed.desired]).min();
        let lowest = lowest.unwrap_or(proposed.desired);
        let stabilized = if has_behavior {
            proposed.current.max(lowest).min(highest)
        } else {
            highest
        };
        let longest = up_window.max(down_window);
        self.proposals
            .retain(|it| now.duration_since(it.0) < longest);
        self.proposals.push((now, proposed.desired));
        let grows = has_behavior && proposed.desired >= proposed.current;
        (stabilized, if grows { WAS_LOWER } else { WAS_HIGHER })
    }

    fn limited(
        &self,
        proposed: Proposed,
        up: Option<&HPAScalingRules>,
        down: Option<&HPAScalingRules>,
        now: Instant,
    ) -> (i32, (&'static str, &'static str)) {
        let Proposed {
            current,
            desired,
            min,
            max,
        } = proposed;
        if desired > current {
            let fastest = self.fastest(current, up, true, now).max(current);
            let (most, why) = if max > fastest {
                (fastest, TOO_FAST_UP)
            } else {
                (max, TOO_MANY)
            };
            if desired > most {
                return (most, why);
            }
        } else if desired < current {
            let fastest = self.fastest(current, down, false, now).min(current);
            let (least, why) = if min < fastest {
                (fastest, TOO_FAST_DOWN)
            } else {
                (min, TOO_FEW)
            };
            if desired < least {
                return (least, why);
            }
        }
        (desired, WITHIN)
    }

    /// How far the rules let the workload go now, up or down.
    fn fastest(
        &self,
        current: i32,
        rules: Option<&HPAScalingRules>,
        is_up: bool,
        now: Instant,
    ) -> i32 {
        let select = rules.and_then(|rules| rules.select_policy.as_deref());
        if select == Some("Disabled") {
            return current;
        }
        let policies = rules.and_then(|rules| rules.policies.as_deref());
        let limits = policies.unwrap_or_default().iter().map(|policy| {
            let period = Duration::from_secs(policy.period_seconds.unsigned_abs().into());
            let changed = |events: &[(Instant, i32)]| -> i32 {
                let recent = events.iter().filter(|it| now.duration_since(it.0) < period);
                recent.map(|it| it.1).sum()
            };
            let before = current - changed(&self.ups) + changed(&self.downs);
            let sign = if is_up { 1 } else { -1 };
            if policy.type_ == "Pods" {
                before.saturating_add(sign * policy.value)
            } else {
                let part = f64::from(sign * policy.value) / 100.0;
                let limit = f64::from(before) * (1.0 + part);
                // In whole pods towards more of them either way.
                (if is_up { limit.ceil() } else { limit.trunc() }) as i32
            }
        });
        // `Min` is the least change, which is the most pods on the way down.
        let limit = if is_up == (select == Some("Min")) {
            limits.min()
        } else {
            limits.max()
        };
        limit.unwrap_or(current)
    }

    /// Takes in that the workload was changed.
    pub(super) fn done(
        &mut self,
        from: i32,
        to: i32,
        behavior: Option<&HorizontalPodAutoscalerBehavior>,
        now: Instant,
    ) {
        let Some(behavior) = behavior else {
            return;
        };
        let (events, rules) = if to > from {
            (&mut self.ups, &behavior.scale_up)
        } else {
            (&mut self.downs, &behavior.scale_down)
        };
        let policies = rules.as_ref().and_then(|rules| rules.policies.as_ref());
        let periods = policies.into_iter().flatten().map(|it| it.period_seconds);
        let longest = periods.max().unwrap_or_default().unsigned_abs();
        let longest = Duration::from_secs(longest.into());
        events.retain(|it| now.duration_since(it.0) < longest);
        events.push((now, (to - from).abs()));
    }
}

fn limited_by_default(proposed: Proposed) -> (i32, (&'static str, &'static str)) {
    let fastest = proposed.current.saturating_mul(UP_FACTOR).max(UP_LEAST);
    let (most, why) = if proposed.max > fastest {
        (fastest, TOO_FAST_UP)
    } else {
        (proposed.max, TOO_MANY)
    };
    if proposed.desired < proposed.min {
        (proposed.min, TOO_FEW)
    } else if proposed.desired > most {
        (most, why)
    } else {
        (proposed.desired, WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn proposed(current: i32, desired: i32) -> Proposed {
        Proposed {
            current,
            desired,
            min: 2,
            max: 100,
        }
    }

    fn behavior(up: &Value, down: &Value) -> HorizontalPodAutoscalerBehavior {
        serde_json::from_value(json!({"scaleUp": up, "scaleDown": down})).unwrap()
    }

    /// Current, desired -> replicas, reason.
    #[test]
    fn without_rules_a_workload_doubles_at_most() {
        let now = Instant::now();
        for (current, desired, expected) in [
            (1, 3, (3, "DesiredWithinRange")),
            (1, 5, (4, "ScaleUpLimit")),
            (10, 30, (20, "ScaleUpLimit")),
            (60, 130, (100, "TooManyReplicas")),
            (10, 1, (2, "TooFewReplicas")),
            (10, 5, (5, "DesiredWithinRange")),
        ] {
            let decision = History::default().decide(proposed(current, desired), None, now);
            let got = (decision.replicas, decision.limit.0);
            assert_eq!(got, expected, "{current} {desired}");
            assert_eq!(decision.is_limited, got.1 != "DesiredWithinRange");
        }
    }

    #[test]
    fn a_higher_proposal_holds_for_five_minutes() {
        let begun = Instant::now();
        let mut history = History::default();
        history.begin(10, begun);
        let mut at = |seconds, desired| {
            let now = begun + Duration::from_secs(seconds);
            let decision = history.decide(proposed(10, desired), None, now);
            (decision.replicas, decision.able.0)
        };
        assert_eq!(at(1, 5), (10, "ScaleDownStabilized"));
        assert_eq!(at(200, 7), (10, "ScaleDownStabilized"));
        assert_eq!(at(300, 5), (7, "ScaleDownStabilized"));
        assert_eq!(at(500, 5), (5, "ReadyForNewScale"));
    }

    /// Policies, selection -> how far from 10 up (to 100) and down (to 2) at once.
    #[test]
    fn policies_set_the_pace() {
        let pods = json!({"type": "Pods", "value": 3, "periodSeconds": 60});
        let percent = json!({"type": "Percent", "value": 25, "periodSeconds": 60});
        for (policies, select, up, down) in [
            (json!([pods]), "Max", 13, 7),
            (json!([percent]), "Max", 13, 7),
            (
                json!([pods, {"type": "Percent", "value": 100, "periodSeconds": 15}]),
                "Max",
                20,
                2,
            ),
            (
                json!([pods, {"type": "Percent", "value": 100, "periodSeconds": 15}]),
                "Min",
                13,
                7,
            ),
            (json!([pods]), "Disabled", 10, 10),
        ] {
            let rules = json!({"policies": policies, "selectPolicy": select, "stabilizationWindowSeconds": 0});
            let behavior = behavior(&rules, &rules);
            let now = Instant::now();
            let go = |desired| {
                let mut history = History::default();
                history
                    .decide(proposed(10, desired), Some(&behavior), now)
                    .replicas
            };
            assert_eq!((go(100), go(2)), (up, down), "{policies} {select}");
        }
    }

    #[test]
    fn what_was_changed_within_the_period_counts() {
        let rules = json!({
            "policies": [{"type": "Pods", "value": 4, "periodSeconds": 60}],
            "selectPolicy": "Max",
            "stabilizationWindowSeconds": 0,
        });
        let behavior = behavior(&rules, &rules);
        let begun = Instant::now();
        let mut history = History::default();
        let mut at = |seconds, current, desired| {
            let now = begun + Duration::from_secs(seconds);
            let decision = history.decide(proposed(current, desired), Some(&behavior), now);
            if decision.replicas != current {
                history.done(current, decision.replicas, Some(&behavior), now);
            }
            (decision.replicas, decision.limit.0)
        };
        assert_eq!(at(0, 10, 50), (14, "ScaleUpLimit"));
        assert_eq!(at(15, 14, 50), (14, "ScaleUpLimit"));
        assert_eq!(at(60, 14, 50), (18, "ScaleUpLimit"));
        // Down goes four from what there was before what went up within the period.
        assert_eq!(at(70, 18, 2), (18 - 4 - 4, "ScaleDownLimit"));
    }

    #[test]
    fn windows_hold_both_ways() {
        let rules = |seconds: i32| {
            json!({
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
                "selectPolicy": "Max",
                "stabilizationWindowSeconds": seconds,
            })
        };
        let behavior = behavior(&rules(60), &rules(120));
        let begun = Instant::now();
        let mut history = History::default();
        let mut at = |seconds, desired| {
            let now = begun + Duration::from_secs(seconds);
            let decision = history.decide(proposed(10, desired), Some(&behavior), now);
            (decision.replicas, decision.able.0)
        };
        assert_eq!(at(0, 12), (12, "ReadyForNewScale"));
        assert_eq!(at(30, 15), (12, "ScaleUpStabilized"));
        assert_eq!(at(61, 15), (15, "ReadyForNewScale"));
        assert_eq!(at(90, 5), (10, "ScaleDownStabilized"));
    }
}
