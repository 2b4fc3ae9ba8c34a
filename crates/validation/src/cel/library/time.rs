//! Parts of times and durations.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use jiff::tz::{Offset, TimeZone};

pub(super) fn part<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    meter.charge(1)?;
    let (time, zone) = match call.arguments {
        [Val::Duration(nanoseconds)] => return of_duration(call.function, *nanoseconds),
        [Val::Timestamp(time)] => (time, TimeZone::UTC),
        [Val::Timestamp(time), Val::String(zone)] => (time, self::zone(zone)?),
        _ => return Err(EvaluationError::no_overload()),
    };
    let time = time.to_zoned(zone);
    let value = match call.function {
        "getFullYear" => time.year().into(),
        "getMonth" => i64::from(time.month()) - 1,
        "getDayOfYear" => i64::from(time.day_of_year()) - 1,
        "getDayOfMonth" => i64::from(time.day()) - 1,
        "getDate" => time.day().into(),
        "getDayOfWeek" => time.weekday().to_sunday_zero_offset().into(),
        "getHours" => time.hour().into(),
        "getMinutes" => time.minute().into(),
        "getSeconds" => time.second().into(),
        _ => time.millisecond().into(),
    };
    Ok(Val::Int(value))
}

fn of_duration<'a>(function: &str, nanoseconds: i64) -> Evaluated<Val<'a>> {
    let unit = match function {
        "getHours" => 3_600_000_000_000,
        "getMinutes" => 60_000_000_000,
        "getSeconds" => 1_000_000_000,
        "getMilliseconds" => return Ok(Val::Int(nanoseconds / 1_000_000 % 1_000)),
        _ => return Err(EvaluationError::no_overload()),
    };
    Ok(Val::Int(nanoseconds / unit))
}

/// `Europe/Berlin`, or the distance from UTC: `+02:00`.
fn zone(name: &str) -> Evaluated<TimeZone> {
    let unknown = || EvaluationError::failed(format!("unknown time zone {name}"));
    if name == "UTC" || name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    if let Some((hours, minutes)) = name.split_once(':') {
        let sign = if hours.starts_with('-') { -1 } else { 1 };
        let hours: i32 = hours
            .trim_start_matches(['+', '-'])
            .parse()
            .map_err(|_| unknown())?;
        let minutes: i32 = minutes.parse().map_err(|_| unknown())?;
        let is_clock = (0..24).contains(&hours) && (0..60).contains(&minutes);
        let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60));
        return match offset {
            Ok(offset) if is_clock => Ok(offset.to_time_zone()),
            _ => Err(unknown()),
        };
    }
    TimeZone::get(name).map_err(|_| unknown())
}
