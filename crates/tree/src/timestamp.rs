//! Dates and times, in the four spellings that go-yaml v3 knows (`parseTimestamp` in `resolve.go`),
//! read as leniently as Go's `time.Parse` reads them.

/// A date, or a date and time. The fields hold what was written; nothing is normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the last day of that month.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Digits behind the ninth are dropped.
    pub nanosecond: u32,
    /// Minutes east of UTC; 0 when no zone is written.
    pub offset_minutes: i16,
}

/// Reads `2001-12-14T21:59:43.10-05:00` (`t` will do), `2001-12-14 21:59:43.10` or `2001-12-14`;
/// all fields but the year may have one digit.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.year()?;
    rest.literal(b'-')?;
    let month = rest.number(1..=12)?;
    rest.literal(b'-')?;
    let day = rest.number(1..=days_in(month, year))?;
    let mut timestamp = Timestamp {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        offset_minutes: 0,
    };
    let zoned = match rest.0.first() {
        None => return Some(timestamp),
        Some(b'T' | b't') => {
            rest.0 = &rest.0[1..];
            true
        }
        Some(b' ') => {
            rest.0 = rest.0.trim_ascii_start();
            false
        }
        Some(_) => return None,
    };
    timestamp.hour = rest.number(0..=23)?;
    rest.literal(b':')?;
    timestamp.minute = rest.number(0..=59)?;
    rest.literal(b':')?;
    timestamp.second = rest.number(0..=59)?;
    timestamp.nanosecond = rest.fraction();
    if zoned {
        timestamp.offset_minutes = rest.zone()?;
    }
    rest.0.is_empty().then_some(timestamp)
}

fn days_in(month: u8, year: u16) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn digit(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        first.is_ascii_digit().then(|| {
            self.0 = rest;
            first - b'0'
        })
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    fn year(&mut self) -> Option<u16> {
        (0..4).try_fold(0, |year, _| Some(year * 10 + u16::from(self.digit()?)))
    }

    /// One or two digits.
    fn number(&mut self, range: std::ops::RangeInclusive<u8>) -> Option<u8> {
        let first = self.digit()?;
        let number = self.digit().map_or(first, |second| first * 10 + second);
        range.contains(&number).then_some(number)
    }

    /// A point or comma and digits, or nothing.
    fn fraction(&mut self) -> u32 {
        if !matches!(self.0, [b'.' | b',', b'0'..=b'9', ..]) {
            return 0;
        }
        self.0 = &self.0[1..];
        let mut nanoseconds = 0;
        let mut unit = 100_000_000;
        while let Some(digit) = self.digit() {
            nanoseconds += u32::from(digit) * unit;
            unit /= 10;
        }
        nanoseconds
    }

    /// `Z` or `+hh:mm`.
    fn zone(&mut self) -> Option<i16> {
        if self.literal(b'Z').is_some() {
            return Some(0);
        }
        let &[sign, h1, h2, b':', m1, m2, ref rest @ ..] = self.0 else {
            return None;
        };
        self.0 = rest;
        let two = |a: u8, b: u8| {
            (a.is_ascii_digit() && b.is_ascii_digit())
                .then(|| i16::from(a - b'0') * 10 + i16::from(b - b'0'))
        };
        // Go takes 24 hours and 60 minutes, because people write them.
        let hours = two(h1, h2).filter(|&hours| hours <= 24)?;
        let minutes = two(m1, m2).filter(|&minutes| minutes <= 60)?;
        match sign {
            b'+' => Some(hours * 60 + minutes),
            b'-' => Some(-hours * 60 - minutes),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let read = |text| {
            parse_timestamp(text).map(|t| {
                (
                    (t.year, t.month, t.day),
                    (t.hour, t.minute, t.second, t.nanosecond),
                    t.offset_minutes,
                )
            })
        };
        let midnight = (0, 0, 0, 0);
        assert_eq!(read("2001-01-01"), Some(((2001, 1, 1), midnight, 0)));
        assert_eq!(read("2001-1-1"), Some(((2001, 1, 1), midnight, 0)));
        assert_eq!(read("2004-02-29"), Some(((2004, 2, 29), midnight, 0)));
        let evening = (21, 59, 43, 100_000_000);
        assert_eq!(
            read("2001-12-14t21:59:43.10-05:00"),
            Some(((2001, 12, 14), evening, -300))
        );
        assert_eq!(
            read("2001-12-14T21:59:43,1Z"),
            Some(((2001, 12, 14), evening, 0))
        );
        assert_eq!(
            read("2001-12-14  21:59:43.1"),
            Some(((2001, 12, 14), evening, 0))
        );
    }

    #[test]
    fn everything_else_is_not_a_timestamp() {
        for text in [
            "2001",
            "2001-",
            "2001-13-01",
            "2001-02-29",
            "2001-01-01T",
            "2001-01-01T10:00:00",
            "2001-01-01 10:00:00Z",
            "2001-01-01 10:00",
            "2001-01-01T24:00:00Z",
            "2001-01-01T10:00:00+5:00",
            "20011-01-01",
            "2001-01-011",
        ] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }
}
