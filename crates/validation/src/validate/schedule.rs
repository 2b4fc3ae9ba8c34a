//! Schedules of cron: five fields, or a word such as `@daily`.
//!
//! What is taken, and what is said of the rest, is as in the parser that Kubernetes uses
//! (`robfig/cron`, its standard parser).

/// A field: its least and largest number, and names for numbers.
struct Field {
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Minute, hour, day of the month, month, day of the week.
const FIELDS: [Field; 5] = [
    Field {
        least: 0,
        most: 59,
        names: &[],
    },
    Field {
        least: 0,
        most: 23,
        names: &[],
    },
    Field {
        least: 1,
        most: 31,
        names: &[],
    },
    Field {
        least: 1,
        most: 12,
        names: MONTHS,
    },
    Field {
        least: 0,
        most: 6,
        names: DAYS,
    },
];

/// Says what is wrong with a schedule.
pub(super) fn check(schedule: &str) -> Result<(), String> {
    let names_zone = schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=");
    let schedule = match schedule.split_once(' ') {
        // Whether there is such a zone is not looked at: it may not be named here anyway.
        Some((_, rest)) if names_zone => rest.trim(),
        _ => schedule,
    };
    if let Some(word) = schedule.strip_prefix('@') {
        return check_word(schedule, word);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!(
            "expected exactly {} fields, found {}: [{}]",
            FIELDS.len(),
            fields.len(),
            fields.join(" ")
        ));
    }
    fields
        .iter()
        .zip(&FIELDS)
        .flat_map(|(text, field)| text.split(',').map(move |part| field.check(part)))
        .collect()
}

fn check_word(schedule: &str, word: &str) -> Result<(), String> {
    if let Some(duration) = word.strip_prefix("every ") {
        return if is_duration(duration) {
            Ok(())
        } else {
            Err(format!("failed to parse duration {schedule}"))
        };
    }
    match word {
        "yearly" | "annually" | "monthly" | "weekly" | "daily" | "midnight" | "hourly" => Ok(()),
        _ => Err(format!("unrecognized descriptor: {schedule}")),
    }
}

/// Whether a text is a duration of Go: `1h30m`.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = ["ns", "us", "µs", "ms", "h", "m", "s"]
            .iter()
            .find_map(|unit| number.strip_prefix(unit));
        match unit {
            Some(next) if number.len() < rest.len() => rest = next,
            _ => return false,
        }
    }
    !text.is_empty()
}

impl Field {
    /// Checks one part of a field: `*`, `5`, `1-5`, each with `/step` or without.
    fn check(&self, text: &str) -> Result<(), String> {
        let (range, step) = match text.split_once('/') {
            Some((_, step)) if step.contains('/') => {
                return Err(format!("too many slashes: {text}"));
            }
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        if !matches!(range, "*" | "?") {
            let (start, end) = match range.split_once('-') {
                Some((_, end)) if end.contains('-') => {
                    return Err(format!("too many hyphens: {text}"));
                }
                Some((start, end)) => (self.number(start)?, self.number(end)?),
                None => {
                    let number = self.number(range)?;
                    (number, if step.is_some() { self.most } else { number })
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
        }
        match step.map(number).transpose()? {
            Some(0) => Err(format!("step of range should be a positive number: {text}")),
            _ => Ok(()),
        }
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

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_cron_takes() {
        for schedule in [
            "* * * * *",
            "*/5 0-6/2 1,15 jan-MAR sun",
            "0 0 ? * 1-5",
            "@daily",
            "@every 1h30m",
        ] {
            assert_eq!(check(schedule), Ok(()), "{schedule}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (schedule, problem) in [
            (
                "every day",
                "expected exactly 5 fields, found 2: [every day]",
            ),
            ("61 * * * *", "end of range (61) above maximum (59): 61"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            (
                "5-1 * * * *",
                "beginning of range (5) beyond end of range (1): 5-1",
            ),
            (
                "*/0 * * * *",
                "step of range should be a positive number: */0",
            ),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("x * * * *", "failed to parse int from x: invalid syntax"),
            ("@sometimes", "unrecognized descriptor: @sometimes"),
            (
                "@every so often",
                "failed to parse duration @every so often",
            ),
        ] {
            assert_eq!(check(schedule).unwrap_err(), problem);
        }
    }
}
