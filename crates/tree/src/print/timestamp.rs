//! The normal form of dates and times.

use super::INFALLIBLE;
use crate::Timestamp;
use std::fmt::Write as _;

/// Writes the form of RFC 3339 with as many digits after the point as are needed. `None`, and
/// nothing written, when the offset is a day or more, which that form cannot express.
pub(super) fn write_timestamp(timestamp: Timestamp, out: &mut String) -> Option<()> {
    let Timestamp {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
        offset_minutes,
    } = timestamp;
    let offset = offset_minutes.unsigned_abs();
    if offset >= 24 * 60 {
        return None;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_timestamp;

    fn normal(text: &str) -> Option<String> {
        let mut out = String::new();
        write_timestamp(parse_timestamp(text).unwrap(), &mut out).map(|()| out)
    }

    #[test]
    fn every_layout_gets_one_form() {
        for (text, form) in [
            ("2001-01-01", "2001-01-01T00:00:00Z"),
            ("0001-1-1", "0001-01-01T00:00:00Z"),
            (
                "2001-12-14t21:59:43.10-05:00",
                "2001-12-14T21:59:43.1-05:00",
            ),
            ("2001-12-14T1:2:3Z", "2001-12-14T01:02:03Z"),
            (
                "2001-12-14   21:59:43,123456789123",
                "2001-12-14T21:59:43.123456789Z",
            ),
            ("2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z"),
            ("2001-12-14T21:59:43-01:60", "2001-12-14T21:59:43-02:00"),
        ] {
            assert_eq!(normal(text).as_deref(), Some(form), "{text}");
        }
        assert_eq!(normal("2001-12-14T21:59:43+24:00"), None);
    }
}
