//! Dates and times as go-yaml recognises them, and their normal form.
//!
//! go-yaml tries four layouts of Go's `time.Parse`, which is more lenient than RFC 3339: months,
//! days, hours, minutes and seconds may have one digit, and a comma may stand for the point.

use super::INFALLIBLE;
use std::fmt::Write as _;

/// A point in time with the offset it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// East of Greenwich.
    offset_minutes: i32,
}

impl Timestamp {
    /// Reads a date, or a date and time; `None` when go-yaml would not take the text for one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let year = text[..4].parse().ok()?;
        let mut rest = &bytes[5..];
        let month = number(&mut rest)?;
        literal(&mut rest, b'-')?;
        let day = number(&mut rest)?;
        if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return None;
        }
        let mut timestamp = Self {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            offset_minutes: 0,
        };
        let Some((&separator, time)) = rest.split_first() else {
            return Some(timestamp);
        };
        let mut rest = time;
        match separator {
            b'T' | b't' => {
                timestamp.read_clock(&mut rest)?;
                timestamp.offset_minutes = zone(&mut rest)?;
            }
            b' ' => {
                while let Some((b' ', time)) = rest.split_first() {
                    rest = time;
                }
                timestamp.read_clock(&mut rest)?;
            }
            _ => return None,
        }
        rest.is_empty().then_some(timestamp)
    }

    fn read_clock(&mut self, rest: &mut &[u8]) -> Option<()> {
        self.hour = number(rest).filter(|&hour| hour < 24)?;
        literal(rest, b':')?;
        self.minute = number(rest).filter(|&minute| minute < 60)?;
        literal(rest, b':')?;
        self.second = number(rest).filter(|&second| second < 60)?;
        if let [b'.' | b',', digit, ..] = rest
            && digit.is_ascii_digit()
        {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit());
            let mut scale = 100_000_000;
            let mut length = 1;
            for digit in digits {
                self.nanosecond += u32::from(digit - b'0') * scale;
                scale /= 10;
                length += 1;
            }
            *rest = &rest[length..];
        }
        Some(())
    }

    /// Writes the form of RFC 3339 with as many digits after the point as are needed. `None`, and
    /// nothing written, when the offset is a day or more, which that form cannot express.
    pub(crate) fn write(self, out: &mut String) -> Option<()> {
        let offset = self.offset_minutes.unsigned_abs();
        if offset >= 24 * 60 {
            return None;
        }
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
            offset_minutes,
        } = self;
        write!(
            out,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )
        .expect(INFALLIBLE);
        if nanosecond > 0 {
            let digits = format!("{nanosecond:09}");
            out.push('.');
            out.push_str(digits.trim_end_matches('0'));
        }
        if offset_minutes == 0 {
            out.push('Z');
        } else {
            let sign = if offset_minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset / 60, offset % 60);
            write!(out, "{sign}{hours:02}:{minutes:02}").expect(INFALLIBLE);
        }
        Some(())
    }
}

/// One or two digits.
fn number(rest: &mut &[u8]) -> Option<u8> {
    let length = rest
        .iter()
        .take(2)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, behind) = rest.split_at(length);
    *rest = behind;
    digits
        .iter()
        .map(|digit| digit - b'0')
        .reduce(|tens, ones| tens * 10 + ones)
}

fn literal(rest: &mut &[u8], expected: u8) -> Option<()> {
    let (&first, behind) = rest.split_first()?;
    *rest = behind;
    (first == expected).then_some(())
}

/// `Z` or an offset such as `-05:30`, in minutes. As in Go, 24 hours and 60 minutes are allowed.
fn zone(rest: &mut &[u8]) -> Option<i32> {
    if let Some((b'Z', behind)) = rest.split_first() {
        *rest = behind;
        return Some(0);
    }
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, behind @ ..] = rest else {
        return None;
    };
    let pair = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
    };
    let hours = pair(h1, h2).filter(|&hours| hours <= 24)?;
    let minutes = pair(m1, m2).filter(|&minutes| minutes <= 60)?;
    let offset = hours * 60 + minutes;
    let offset = if *sign == b'-' { -offset } else { offset };
    *rest = behind;
    Some(offset)
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_layouts_get_one_form() {
        for (text, printed) in [
            ("2001-01-01", "2001-01-01T00:00:00Z"),
            ("2001-1-1", "2001-01-01T00:00:00Z"),
            ("2000-02-29", "2000-02-29T00:00:00Z"),
            (
                "2001-12-14t21:59:43.10-05:00",
                "2001-12-14T21:59:43.1-05:00",
            ),
            ("2001-12-14T1:2:3Z", "2001-12-14T01:02:03Z"),
            ("2001-12-14 21:59:43", "2001-12-14T21:59:43Z"),
            (
                "2001-12-14   21:59:43,123456789123",
                "2001-12-14T21:59:43.123456789Z",
            ),
            ("2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z"),
            ("2001-12-14T21:59:43-01:60", "2001-12-14T21:59:43-02:00"),
        ] {
            let mut out = String::new();
            let timestamp = Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"));
            timestamp.write(&mut out).unwrap();
            assert_eq!(out, printed, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_timestamps() {
        for text in [
            "",
            "2001-01",
            "2001-13-01",
            "2001-02-29",
            "1900-02-29",
            "2001-00-01",
            "2001-01-00",
            "2001-01-001",
            "20011-01-01",
            "2001-01-01T",
            "2001-01-01T00:00:00",
            "2001-01-01T24:00:00Z",
            "2001-01-01T00:60:00Z",
            "2001-01-01T00:00:00z",
            "2001-01-01T00:00:00+0100",
            "2001-01-01T00:00:00+25:00",
            "2001-01-01 00:00:00Z",
            "2001-01-01 00:00:00 ",
            "2001-01-01 00:00:00.",
            "2001-01-01x",
            "2001-é1-01",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_offset_of_a_day_has_no_form() {
        let timestamp = Timestamp::parse("2001-12-14T21:59:43+24:00").unwrap();
        let mut out = String::new();
        assert_eq!(timestamp.write(&mut out), None);
        assert_eq!(out, "");
    }
}
