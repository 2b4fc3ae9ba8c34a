//! The time zone of this machine.

use jiff::tz::TimeZone;
use std::path::Path;

/// What the system says that local time is.
const SYSTEM: &str = "/etc/localtime";

/// The zone that `TZ` names, or else the system's; universal time where neither is known.
pub(super) fn zone() -> TimeZone {
    let zone = match std::env::var("TZ") {
        Ok(name) => named(name.strip_prefix(':').unwrap_or(&name)),
        Err(_) => described(Path::new(SYSTEM)),
    };
    zone.unwrap_or(TimeZone::UTC)
}

fn named(name: &str) -> Option<TimeZone> {
    if name.starts_with('/') {
        return described(Path::new(name));
    }
    trimtab_cron::zone(name)
}

fn described(file: &Path) -> Option<TimeZone> {
    TimeZone::tzif("Local", &std::fs::read(file).ok()?).ok()
}
