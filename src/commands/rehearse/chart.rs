//! Series of numbers as bars of block characters, for terminals.

use std::time::Duration;
use trimtab_rehearsal::Sample;

/// Eighths of a character's height.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How many columns time is put into.
pub(super) const WIDTH: usize = 60;

/// Which of the values within one column's time stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    Fewest,
    Most,
    Last,
}

/// A value for each column of the time from nothing to `end`.
pub(super) fn columns(
    samples: &[Sample],
    end: Duration,
    shows: Shows,
    value: impl Fn(&Sample) -> usize,
) -> Vec<usize> {
    let mut columns = Vec::with_capacity(WIDTH);
    let mut next = 0;
    let mut last = samples.first().map_or(0, &value);
    for column in 1..=WIDTH {
        // Whole nanoseconds, so that the last column ends where time does.
        let until = end.as_nanos() * column as u128 / WIDTH as u128;
        let mut shown = last;
        while let Some(sample) = samples.get(next)
            && (sample.at.as_nanos() < until || column == WIDTH)
        {
            last = value(sample);
            shown = match shows {
                Shows::Fewest => shown.min(last),
                Shows::Most => shown.max(last),
                Shows::Last => last,
            };
            next += 1;
        }
        columns.push(shown);
    }
    columns
}

/// Bars of `height` lines, the highest as `most`; the top line first.
pub(super) fn bars(values: &[usize], most: usize, height: usize) -> Vec<String> {
    let full = height * 8;
    let eighths = values.iter().map(|value| {
        let scaled = (value * full).checked_div(most).unwrap_or(0);
        // What is not nothing is seen.
        scaled.max(usize::from(*value > 0)).min(full)
    });
    let eighths: Vec<usize> = eighths.collect();
    (0..height)
        .rev()
        .map(|row| {
            let line = eighths.iter();
            let line: String = line
                .map(|eighths| BLOCKS[eighths.saturating_sub(row * 8).min(8)])
                .collect();
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64, available: usize) -> Sample {
        Sample {
            at: Duration::from_secs(at),
            desired: 4,
            pods: 4,
            available,
            updated: 0,
        }
    }

    #[test]
    fn a_short_dip_is_not_lost_in_its_column() {
        let samples = [sample(0, 4), sample(30, 1), sample(31, 4), sample(60, 3)];
        let end = Duration::from_secs(600);
        let fewest = columns(&samples, end, Shows::Fewest, |it| it.available);
        assert_eq!(fewest[..8], [4, 4, 4, 1, 4, 4, 3, 3]);
        assert_eq!(fewest[59], 3);
        let last = columns(&samples, end, Shows::Last, |it| it.available);
        assert_eq!(last[..8], [4, 4, 4, 4, 4, 4, 3, 3]);
    }

    #[test]
    fn bars_stand_on_the_last_line() {
        assert_eq!(bars(&[0, 1, 2, 4], 4, 2), ["   █", " ▄██"]);
        assert_eq!(bars(&[1], 100, 1), ["▁"]);
        assert_eq!(bars(&[0, 0], 0, 1), [""]);
    }
}
