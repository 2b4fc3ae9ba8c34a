//! Time zones by name, as the system describes them.

use jiff::tz::TimeZone;
use std::fs;
use std::path::{Path, PathBuf};

/// Where systems keep what they know about time zones.
const LISTS: [&str; 3] = [
    "/usr/share/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
];

/// The largest description of a zone that is read, in bytes; real ones have a few thousand.
const LARGEST: u64 = 1 << 20;

/// Whether a text may name a time zone: it leads to no other file.
fn is_name(zone: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
    zone.split('/').all(|part| {
        !matches!(part, "." | "..")
            && !part.starts_with('-')
            && (1..=14).contains(&part.len())
            && part.bytes().all(may_stand)
    })
}

fn lists() -> impl Iterator<Item = &'static Path> {
    LISTS.iter().map(Path::new).filter(|list| list.is_dir())
}

fn file_of(zone: &str) -> Option<PathBuf> {
    let mut files = lists().map(|list| list.join(zone));
    files.find(|file| file.is_file())
}

/// Whether there is a time zone of this name. On a system without a list of them, any may be one.
#[must_use]
pub fn is_known_zone(zone: &str) -> bool {
    matches!(zone, "UTC" | "Local")
        || is_name(zone) && (lists().next().is_none() || file_of(zone).is_some())
}

/// The time zone of this name; an empty name and `UTC` are universal time. `None` if the system
/// does not describe it.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    if matches!(name, "" | "UTC") {
        return Some(TimeZone::UTC);
    }
    let file = file_of(name).filter(|_| is_name(name))?;
    let size = fs::metadata(&file).ok()?.len();
    if size > LARGEST {
        return None;
    }
    TimeZone::tzif(name, &fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_zones_only() {
        assert!(is_known_zone("UTC"));
        assert_eq!(zone("UTC"), Some(TimeZone::UTC));
        for name in ["../../etc/passwd", "Europe/", "-x", "Nowhere/At/All/Really"] {
            assert_eq!(zone(name), None, "{name}");
        }
        assert!(!is_known_zone("../UTC"));
    }
}
