//! Conditions that a rehearsal has to meet: `minAvailable>=80%`, `maxDuration<5m`, `peakPods<=12`.

use crate::report::{Rehearsal, Sample, Workload};
use jiff::SignedDuration;
use std::fmt;
use std::time::Duration;
use trimtab_tree::nearest;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    text: String,
    /// The name of the workload that it is about, or all.
    workload: Option<String>,
    quantity: Quantity,
    comparison: Comparison,
    bound: Bound,
}

/// What an assertion came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The assertion as it was written.
    pub assertion: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found: `deployment/web: 2 of 4 (50%)`.
    pub found: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    MinAvailable,
    MaxUnavailable,
    MaxSurge,
    MaxDuration,
    PeakPods,
    UndoDuration,
    BudgetsKept,
    UndoRestores,
}

/// What needs no bound.
const FACTS: [(&str, Quantity); 2] = [
    ("budgetsKept", Quantity::BudgetsKept),
    ("undoRestores", Quantity::UndoRestores),
];

const QUANTITIES: [(&str, Quantity); 6] = [
    ("minAvailable", Quantity::MinAvailable),
    ("maxUnavailable", Quantity::MaxUnavailable),
    ("maxSurge", Quantity::MaxSurge),
    ("maxDuration", Quantity::MaxDuration),
    ("peakPods", Quantity::PeakPods),
    ("undoDuration", Quantity::UndoDuration),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// Longer ones first, so that they are not taken for the shorter.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Equal),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Count(u64),
    Percent(u64),
    Time(Duration),
}

impl Assertion {
    /// Reads one: `[WORKLOAD:]QUANTITY COMPARISON BOUND`, where the workload is `KIND/NAME` or a name,
    /// and the bound a number, a percentage of the wanted pods, or a length of time; or one of
    /// `budgetsKept` and `undoRestores` alone.
    ///
    /// # Errors
    /// When it is none; the text says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(&(_, quantity)) = FACTS.iter().find(|(name, _)| *name == compact) {
            return Ok(Self {
                text: text.to_owned(),
                workload: None,
                quantity,
                comparison: Comparison::Equal,
                bound: Bound::Count(1),
            });
        }
        let found = COMPARISONS.iter().filter_map(|&(sign, comparison)| {
            let at = compact.find(sign)?;
            Some((at, std::cmp::Reverse(sign.len()), sign, comparison))
        });
        let (at, _, sign, comparison) = found
            .min_by_key(|&(at, length, ..)| (at, length))
            .ok_or_else(|| {
                format!("`{text}` compares nothing: expected one such as `minAvailable>=80%`")
            })?;
        let (left, bound) = (&compact[..at], &compact[at + sign.len()..]);
        let (workload, name) = match left.rsplit_once(':') {
            Some((workload, name)) => (Some(workload.to_owned()), name),
            None => (None, left),
        };
        let quantity = QUANTITIES.iter().find(|(known, _)| *known == name);
        let &(_, quantity) = quantity.ok_or_else(|| {
            let names = QUANTITIES.map(|(name, _)| name);
            match nearest(name, names) {
                Some(meant) => format!("unknown quantity `{name}`: did you mean `{meant}`?"),
                None => format!(
                    "unknown quantity `{name}`: expected one of {}",
                    names.join(", ")
                ),
            }
        })?;
        let bound = quantity.bound(bound).ok_or_else(|| {
            format!(
                "`{bound}` cannot be compared with {name}: expected {}",
                quantity.expected()
            )
        })?;
        Ok(Self {
            text: text.to_owned(),
            workload,
            quantity,
            comparison,
            bound,
        })
    }

    /// Holds a rehearsal to it: the worst of all workloads that it is about decides.
    #[must_use]
    pub fn judge(&self, rehearsal: &Rehearsal) -> Verdict {
        let verdict = |holds, found| Verdict {
            assertion: self.text.clone(),
            holds,
            found,
        };
        let fitting = rehearsal.workloads.iter().filter(|workload| {
            let Some(wanted) = &self.workload else {
                return true;
            };
            workload.subject.name == *wanted
                || workload.subject.to_string() == wanted.to_lowercase()
        });
        let fitting: Vec<&Workload> = fitting.collect();
        if fitting.is_empty()
            && let Some(workload) = &self.workload
        {
            return verdict(false, format!("no workload {workload} is rolled out"));
        }
        match self.quantity {
            Quantity::MaxDuration => {
                let ends = fitting.iter().map(|it| it.end.after());
                let took = match &self.workload {
                    Some(_) => ends.max().unwrap_or_default(),
                    None => rehearsal.duration,
                };
                let completes = fitting.iter().all(|it| it.end.is_complete());
                let holds = completes && self.compare_time(took);
                let text = if completes {
                    seconds(took)
                } else {
                    format!("it does not end; given up after {}", seconds(took))
                };
                verdict(holds, text)
            }
            Quantity::UndoDuration => match &rehearsal.undo {
                Some(undo) => verdict(
                    undo.restores && self.compare_time(undo.duration),
                    seconds(undo.duration),
                ),
                None => verdict(false, "nothing was undone".to_owned()),
            },
            Quantity::BudgetsKept => {
                let undercut = rehearsal.budgets.iter().filter(|it| !it.is_kept());
                let names: Vec<String> = undercut.map(|it| it.subject.to_string()).collect();
                let holds = names.is_empty() && rehearsal.completes();
                let found = match names.len() {
                    0 => format!("{} kept", rehearsal.budgets.len()),
                    _ => format!("undercut: {}", names.join(", ")),
                };
                verdict(holds, found)
            }
            Quantity::UndoRestores => match &rehearsal.undo {
                Some(undo) if undo.restores => verdict(true, "it does".to_owned()),
                Some(undo) => {
                    let names = undo.failed.iter().map(|(subject, _)| subject.to_string());
                    verdict(
                        false,
                        format!("not {}", names.collect::<Vec<_>>().join(", ")),
                    )
                }
                None => verdict(false, "nothing was undone".to_owned()),
            },
            Quantity::PeakPods if self.workload.is_none() => {
                let peak = rehearsal.peak_pods;
                verdict(self.compare(peak, peak), format!("{peak} pods"))
            }
            _ => {
                let mut found = Vec::new();
                let mut holds = true;
                for workload in fitting {
                    let number = self.quantity.of(workload);
                    let good = self.compare(number, workload.desired);
                    if !good {
                        holds = false;
                    }
                    let share = (number * 100).checked_div(workload.desired);
                    let share = share.map(|share| format!(" of {} ({share}%)", workload.desired));
                    found.push((
                        good,
                        format!(
                            "{}: {number}{}",
                            workload.subject,
                            share.unwrap_or_default()
                        ),
                    ));
                }
                // Where it does not hold, only why not.
                found.retain(|(good, _)| *good == holds);
                let texts: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
                verdict(holds, texts.join(", "))
            }
        }
    }

    fn compare(&self, number: usize, desired: usize) -> bool {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        match self.bound {
            Bound::Count(bound) => self.comparison.holds(&number, &bound),
            Bound::Percent(percent) => {
                let desired = u64::try_from(desired).unwrap_or(u64::MAX);
                let (of, bound) = (number.saturating_mul(100), desired.saturating_mul(percent));
                self.comparison.holds(&of, &bound)
            }
            Bound::Time(_) => false,
        }
    }

    fn compare_time(&self, time: Duration) -> bool {
        match self.bound {
            Bound::Time(bound) => self.comparison.holds(&time, &bound),
            _ => false,
        }
    }
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Quantity {
    fn bound(self, text: &str) -> Option<Bound> {
        let is_time = matches!(self, Self::MaxDuration | Self::UndoDuration);
        if is_time {
            let time: SignedDuration = text.parse().ok()?;
            return Duration::try_from(time).ok().map(Bound::Time);
        }
        match text.strip_suffix('%') {
            Some(percent) if self != Self::PeakPods => percent.parse().ok().map(Bound::Percent),
            Some(_) => None,
            None => text.parse().ok().map(Bound::Count),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::MaxDuration | Self::UndoDuration => "a length of time such as 90s or 5m",
            Self::PeakPods => "a number of pods",
            _ => "a number of pods or a percentage of those wanted",
        }
    }

    fn of(self, workload: &Workload) -> usize {
        match self {
            Self::MinAvailable => workload.worst_available,
            Self::MaxUnavailable => {
                let missing = workload.samples.iter().map(Sample::unavailable).max();
                missing.unwrap_or(0)
            }
            Self::MaxSurge => {
                let surge = workload.samples.iter();
                let surge = surge.map(|it| it.pods.saturating_sub(it.desired)).max();
                surge.unwrap_or(0)
            }
            _ => workload.peak_pods,
        }
    }
}

impl Comparison {
    fn holds<T: Ord>(self, number: &T, bound: &T) -> bool {
        match self {
            Self::Less => number < bound,
            Self::AtMost => number <= bound,
            Self::Equal => number == bound,
            Self::AtLeast => number >= bound,
            Self::More => number > bound,
        }
    }
}

/// A length of time to a tenth of a second: `12.3s`, `10m0s`.
fn seconds(time: Duration) -> String {
    let (minutes, rest) = (time.as_secs() / 60, time.as_secs() % 60);
    if minutes > 0 {
        format!("{minutes}m{rest}s")
    } else {
        format!("{:.1}s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{End, Sample, Subject};

    fn rehearsal() -> Rehearsal {
        let sample = |at, pods, available| Sample {
            at: Duration::from_secs(at),
            desired: 4,
            pods,
            available,
            updated: 0,
        };
        Rehearsal {
            seed: 1,
            unsettled: Vec::new(),
            refused: Vec::new(),
            workloads: vec![Workload {
                subject: Subject::new("Deployment", "shop", "web"),
                desired: 4,
                max_surge: Some(1),
                max_unavailable: Some(1),
                available_before: 4,
                worst_available: 3,
                peak_pods: 5,
                samples: vec![sample(0, 4, 4), sample(1, 5, 3), sample(9, 4, 4)],
                end: End::Complete {
                    after: Duration::from_secs(9),
                    text: String::new(),
                },
            }],
            notes: Vec::new(),
            budgets: Vec::new(),
            peak_pods: 6,
            duration: Duration::from_secs(9),
            undo: None,
        }
    }

    #[test]
    fn bounds_are_numbers_shares_and_times() {
        for (text, holds, found) in [
            ("minAvailable>=75%", true, "deployment/web: 3 of 4 (75%)"),
            ("minAvailable > 75 %", false, "deployment/web: 3 of 4 (75%)"),
            ("minAvailable==3", true, "deployment/web: 3 of 4 (75%)"),
            ("maxUnavailable<=1", true, "deployment/web: 1 of 4 (25%)"),
            ("maxSurge<25%", false, "deployment/web: 1 of 4 (25%)"),
            ("peakPods<=5", false, "6 pods"),
            ("web:peakPods<=5", true, "deployment/web: 5 of 4 (125%)"),
            ("deployment/web:maxDuration<10s", true, "9.0s"),
            ("maxDuration<9s", false, "9.0s"),
            ("api:minAvailable>0", false, "no workload api is rolled out"),
            ("undoDuration<1m", false, "nothing was undone"),
            ("undoRestores", false, "nothing was undone"),
            ("budgetsKept", true, "0 kept"),
        ] {
            let verdict = Assertion::parse(text).unwrap().judge(&rehearsal());
            assert_eq!((verdict.holds, &*verdict.found), (holds, found), "{text}");
        }
    }

    #[test]
    fn what_is_no_assertion_is_told() {
        for (text, told) in [
            ("minAvailable", "compares nothing"),
            ("minAvailible>1", "did you mean `minAvailable`?"),
            ("maxDuration<5", "a length of time such as 90s or 5m"),
            ("peakPods<=80%", "a number of pods"),
            ("minAvailable>=many", "a percentage"),
        ] {
            let error = Assertion::parse(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
