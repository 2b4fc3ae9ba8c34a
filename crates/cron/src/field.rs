//! One field of a schedule.

use crate::ScheduleError;

/// The numbers of a field that a schedule is due at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    bits: u64,
    /// Whether the field says that it does not matter.
    pub(crate) is_any: bool,
}

impl Set {
    pub(crate) fn contains(self, number: i8) -> bool {
        u32::try_from(number).is_ok_and(|number| self.bits >> number & 1 == 1)
    }
}

/// A field: its least and largest number, and names for numbers.
pub(crate) struct Field {
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Field {
    const fn new(least: u32, most: u32, names: &'static [&'static str]) -> Self {
        Self { least, most, names }
    }

    /// Minute, hour, day of the month, month, day of the week.
    pub(crate) const ALL: [Self; 5] = [
        Self::new(0, 59, &[]),
        Self::new(0, 23, &[]),
        Self::new(1, 31, &[]),
        Self::new(1, 12, MONTHS),
        Self::new(0, 6, DAYS),
    ];

    /// Reads a field: parts, separated by commas.
    pub(crate) fn parse(&self, text: &str) -> Result<Set, ScheduleError> {
        let mut set = Set::default();
        for part in text.split(',') {
            let more = self.parse_part(part).map_err(ScheduleError)?;
            set.bits |= more.bits;
            set.is_any |= more.is_any;
        }
        Ok(set)
    }

    /// Reads one part of a field: `*`, `5`, `1-5`, each with `/step` or without.
    fn parse_part(&self, text: &str) -> Result<Set, String> {
        let (range, step) = match text.split_once('/') {
            Some((_, step)) if step.contains('/') => {
                return Err(format!("too many slashes: {text}"));
            }
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        let is_any = matches!(range, "*" | "?");
        let (start, end) = if is_any {
            (self.least, self.most)
        } else {
            match range.split_once('-') {
                Some((_, end)) if end.contains('-') => {
                    return Err(format!("too many hyphens: {text}"));
                }
                Some((start, end)) => (self.number(start)?, self.number(end)?),
                None => {
                    let number = self.number(range)?;
                    (number, if step.is_some() { self.most } else { number })
                }
            }
        };
        if start < self.least {
            let least = self.least;
            return Err(format!(
                "beginning of range ({start}) below minimum ({least}): {text}"
            ));
        }
        if end > self.most {
            let most = self.most;
            return Err(format!(
                "end of range ({end}) above maximum ({most}): {text}"
            ));
        }
        if start > end {
            return Err(format!(
                "beginning of range ({start}) beyond end of range ({end}): {text}"
            ));
        }
        let step = step.map(number).transpose()?.unwrap_or(1);
        if step == 0 {
            return Err(format!("step of range should be a positive number: {text}"));
        }
        let mut bits = 0;
        let mut number = start;
        while number <= end {
            bits |= 1 << number;
            number = number.saturating_add(step);
        }
        Ok(Set {
            bits,
            is_any: is_any && step == 1,
        })
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_lowercase();
        match self
            .names
            .iter()
            .zip(self.least..)
            .find(|(name, _)| **name == lower)
        {
            Some((_, value)) => Ok(value),
            None => number(text),
        }
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse::<i64>()
        .map_err(|_| format!("failed to parse int from {text}: invalid syntax"))
        .and_then(|value| {
            u32::try_from(value)
                .map_err(|_| format!("negative number ({value}) not allowed: {text}"))
        })
}
