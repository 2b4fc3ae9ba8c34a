//! What an autoscaler says of itself.

use jiff::Timestamp;
use k8s_openapi::api::autoscaling::v2::{
    HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerStatus,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

/// Whether the number of pods can be asked for and set.
pub(super) const ABLE: &str = "AbleToScale";
/// Whether a number could be computed.
pub(super) const ACTIVE: &str = "ScalingActive";
/// Whether another number would have been wanted than may be.
pub(super) const LIMITED: &str = "ScalingLimited";
/// Says something in the place of what was said about the same.
pub(super) fn set_condition(
    status: &mut HorizontalPodAutoscalerStatus,
    type_: &str,
    is_true: bool,
    reason: &str,
    message: &str,
    now: Timestamp,
) {
    let conditions = status.conditions.get_or_insert_default();
    let value = if is_true { "True" } else { "False" };
    let at = conditions.iter().position(|it| it.type_ == type_);
    let at = at.unwrap_or_else(|| {
        conditions.push(HorizontalPodAutoscalerCondition {
            type_: type_.to_owned(),
            ..HorizontalPodAutoscalerCondition::default()
        });
        conditions.len() - 1
    });
    let condition = &mut conditions[at];
    if condition.status != value {
        condition.last_transition_time = Some(Time(now));
        value.clone_into(&mut condition.status);
    }
    condition.reason = Some(reason.to_owned());
    condition.message = Some(message.to_owned());
}

/// Thousandths as an amount; memory in powers of two, as metrics servers write it.
pub(super) fn quantity(millis: i64, is_memory: bool) -> Quantity {
    let text = match millis % 1_000 {
        0 if is_memory => in_binary(millis / 1_000),
        _ => trimtab_object::Quantity::from_millis(millis).to_string(),
    };
    Quantity(text)
}

fn in_binary(mut units: i64) -> String {
    const SUFFIXES: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let mut suffix = 0;
    while units != 0 && units % 1_024 == 0 && suffix + 1 < SUFFIXES.len() {
        units /= 1_024;
        suffix += 1;
    }
    format!("{units}{}", SUFFIXES[suffix])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_changes_when_its_status_does() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut status = HorizontalPodAutoscalerStatus::default();
        set_condition(&mut status, ABLE, true, "A", "a", at(1));
        set_condition(&mut status, ACTIVE, false, "B", "b", at(1));
        set_condition(&mut status, ABLE, true, "C", "c", at(2));
        set_condition(&mut status, ACTIVE, true, "D", "d", at(3));
        let told: Vec<_> = status.conditions.clone().unwrap();
        let told: Vec<_> = told
            .iter()
            .map(|it| {
                (
                    it.reason.as_deref().unwrap(),
                    it.last_transition_time.as_ref().unwrap().0,
                )
            })
            .collect();
        assert_eq!(told, [("C", at(1)), ("D", at(3))]);
    }

    #[test]
    fn amounts_are_written_as_metrics_servers_write_them() {
        for (millis, is_memory, expected) in [
            (250, false, "250m"),
            (2_000, false, "2"),
            (1_048_576_000, true, "1Mi"),
            (5_000_000, true, "5000"),
            (5_000_000, false, "5k"),
            (1_500, true, "1500m"),
        ] {
            assert_eq!(
                quantity(millis, is_memory).0,
                expected,
                "{millis} {is_memory}"
            );
        }
    }
}
