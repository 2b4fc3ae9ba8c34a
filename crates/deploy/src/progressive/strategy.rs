//! By which steps pods of a new version take the place of those before.

use std::fmt;

/// How a changed Deployment is brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// A second Deployment gets a growing share of the replicas: whole numbers of percent, each larger than
    /// the one before, less than 100.
    Canary(Vec<u32>),
    /// A second Deployment gets all replicas, and then Services are switched to it at once.
    BlueGreen,
}

/// The shares of a canary, where none are given.
const USUAL: [u32; 3] = [10, 25, 50];

impl Strategy {
    /// A canary by the steps of a text such as `10%,50%`; by the usual ones where it is empty.
    ///
    /// # Errors
    /// When they are no growing shares; the text says what is wrong.
    pub fn canary(steps: &str) -> Result<Self, String> {
        if steps.is_empty() {
            return Ok(Self::Canary(USUAL.to_vec()));
        }
        let share =
            |text: &str| {
                let number = text.trim().trim_end_matches('%').parse().ok();
                number.filter(|share| (1..100).contains(share)).ok_or_else(|| {
                format!("{text:?} is no share: expected a whole number of percent from 1% to 99%")
            })
            };
        let shares: Vec<u32> = steps.split(',').map(share).collect::<Result<_, _>>()?;
        match shares.windows(2).find(|pair| pair[0] >= pair[1]) {
            None => Ok(Self::Canary(shares)),
            Some(pair) => Err(format!(
                "{}% comes after {}%: each step must be larger than the one before",
                pair[1], pair[0]
            )),
        }
    }

    /// How many steps there are before all is changed over.
    #[must_use]
    pub fn steps(&self) -> usize {
        match self {
            Self::Canary(shares) => shares.len(),
            Self::BlueGreen => 2,
        }
    }

    /// What the second Deployment is called beside the first, and labelled with.
    pub(super) fn track(&self) -> &'static str {
        match self {
            Self::Canary(_) => "canary",
            Self::BlueGreen => "green",
        }
    }

    /// How `total` replicas are divided at a step, counted from 0: the first Deployment's, the second's.
    pub(super) fn divide(&self, step: usize, total: u32) -> (u32, u32) {
        match self {
            Self::Canary(shares) => {
                let share = u64::from(shares.get(step).copied().unwrap_or(100));
                let second = (u64::from(total) * share).div_ceil(100);
                let second = u32::try_from(second).unwrap_or(total);
                (total - second, second)
            }
            Self::BlueGreen => (total, total),
        }
    }

    /// Reads what is displayed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("canary", steps)) => Self::canary(steps).ok(),
            None if text == "blue-green" => Some(Self::BlueGreen),
            _ => None,
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlueGreen => f.write_str("blue-green"),
            Self::Canary(shares) => {
                let shares: Vec<String> = shares.iter().map(|share| format!("{share}%")).collect();
                write!(f, "canary {}", shares.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_grow_and_leave_something() {
        assert_eq!(
            Strategy::canary("10%, 50"),
            Ok(Strategy::Canary(vec![10, 50]))
        );
        assert_eq!(Strategy::canary(""), Ok(Strategy::Canary(vec![10, 25, 50])));
        for wrong in ["0%", "100%", "ten", "-1%", "10%,,20%", "50%,50%", "50%,10%"] {
            assert!(Strategy::canary(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_is_at_least_a_pod_and_replicas_stay_what_they_were() {
        let canary = Strategy::Canary(vec![10, 50, 99]);
        let divided = |total| [0, 1, 2].map(|step| canary.divide(step, total));
        assert_eq!(divided(10), [(9, 1), (5, 5), (0, 10)]);
        assert_eq!(divided(3), [(2, 1), (1, 2), (0, 3)]);
        assert_eq!(divided(1), [(0, 1); 3]);
        assert_eq!(Strategy::BlueGreen.divide(0, 4), (4, 4));
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        for strategy in [Strategy::Canary(vec![5, 40]), Strategy::BlueGreen] {
            assert_eq!(Strategy::parse(&strategy.to_string()), Some(strategy));
        }
        assert_eq!(Strategy::parse("rolling"), None);
    }
}
