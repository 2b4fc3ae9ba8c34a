//! Addresses and ranges of addresses, as Kubernetes reads them.
//!
//! The rules are those of `util/validation/ip.go` of apimachinery, with strict checks. What was
//! stored before they were strict stays allowed.

use super::errors::{Errors, Path};
use crate::fields::items;
use std::net::{IpAddr, Ipv4Addr};
use trimtab_tree::Value;

const NO_ADDRESS: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NO_RANGE: &str = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
const MAPPED: &str = "must not be an IPv4-mapped IPv6 address";

/// An address; also with zeros in front of its numbers, which is told.
fn parse(text: &str) -> Option<(IpAddr, bool)> {
    if let Ok(address) = text.parse() {
        return Some((address, false));
    }
    let mut numbers = [0_u8; 4];
    let mut parts = text.split('.');
    for number in &mut numbers {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part
            .trim_start_matches('0')
            .parse()
            .or_else(|error| {
                // Nothing but zeros.
                if part.bytes().all(|byte| byte == b'0') {
                    Ok(0)
                } else {
                    Err(error)
                }
            })
            .ok()?;
    }
    parts
        .next()
        .is_none()
        .then(|| (Ipv4Addr::from(numbers).into(), true))
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some())
}

/// Checks an address.
pub(super) fn check(text: &str, path: &Path<'_>, errors: &mut Errors) {
    match parse(text) {
        None => errors.invalid_string(path, text, NO_ADDRESS),
        Some((address, has_zeros)) => {
            if has_zeros {
                errors.invalid_string(path, text, "must not have leading 0s");
            }
            if is_mapped(address) {
                errors.invalid_string(path, text, MAPPED);
            }
        }
    }
}

/// Checks an address that is written as all others write it.
pub(super) fn check_canonical(text: &str, path: &Path<'_>, errors: &mut Errors) {
    let mut own = Errors::default();
    check(text, path, &mut own);
    if own.is_empty()
        && let Some((address, _)) = parse(text)
        && address.to_string() != text
    {
        let why = format!("must be in canonical form ({:?})", address.to_string());
        own.invalid_string(path, text, &why);
    }
    errors.append(own);
}

/// Checks an address of something outside: not this machine's, nor one that means many.
pub(super) fn check_endpoint(text: &str, path: &Path<'_>, errors: &mut Errors) {
    let Some((address, _)) = parse(text) else {
        errors.invalid_string(path, text, "must be a valid IP address");
        return;
    };
    let (is_link_local, is_many) = match address {
        IpAddr::V4(address) => (
            address.is_link_local(),
            address.octets()[..3] == [224, 0, 0],
        ),
        IpAddr::V6(address) => (
            address.is_unicast_link_local(),
            address.segments()[0] & 0xff0f == 0xff02,
        ),
    };
    if address.is_unspecified() {
        errors.invalid_string(path, text, &format!("may not be unspecified ({text})"));
    }
    if address.is_loopback() {
        let why = "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        errors.invalid_string(path, text, why);
    }
    if is_link_local {
        let why = "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        errors.invalid_string(path, text, why);
    }
    if is_many {
        let why = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        errors.invalid_string(path, text, why);
    }
}

/// A range: its address, the length of its prefix, and whether zeros stand in front of a number.
fn parse_range(text: &str) -> Option<(IpAddr, u32, bool)> {
    let (address, length) = text.split_once('/')?;
    let (address, has_zeros) = parse(address)?;
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let most = if address.is_ipv4() { 32 } else { 128 };
    let has_zeros = has_zeros || (length.len() > 1 && length.starts_with('0'));
    let length = length.parse().ok().filter(|length| *length <= most)?;
    Some((address, length, has_zeros))
}

/// The first address of a range.
fn first(address: IpAddr, length: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            std::net::Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

/// Checks a range of addresses.
pub(super) fn check_range(text: &str, path: &Path<'_>, errors: &mut Errors) {
    let Some((address, length, has_zeros)) = parse_range(text) else {
        errors.invalid_string(path, text, NO_RANGE);
        return;
    };
    let why = if has_zeros {
        "must not have leading 0s in IP or prefix length"
    } else if is_mapped(address) {
        "must not have an IPv4-mapped IPv6 address"
    } else if first(address, length) != address {
        "must not have bits set beyond the prefix length"
    } else {
        return;
    };
    errors.invalid_string(path, text, why);
}

/// Checks a range that is written as all others write it.
pub(super) fn check_canonical_range(text: &str, path: &Path<'_>, errors: &mut Errors) {
    let mut own = Errors::default();
    check_range(text, path, &mut own);
    if own.is_empty()
        && let Some((address, length, _)) = parse_range(text)
    {
        let canonical = format!("{address}/{length}");
        if canonical != text {
            let why = format!("must be in canonical form ({canonical:?})");
            own.invalid_string(path, text, &why);
        }
    }
    errors.append(own);
}

/// Whether a text is a range at all.
pub(super) fn is_range(text: &str) -> bool {
    parse_range(text).is_some()
}

/// Whether a range is inside another and smaller.
pub(super) fn is_within(inner: &str, outer: &str) -> bool {
    let (Some((address, length, _)), Some((around, shorter, _))) =
        (parse_range(inner), parse_range(outer))
    else {
        return false;
    };
    address.is_ipv4() == around.is_ipv4()
        && length > shorter
        && first(address, shorter) == first(around, shorter)
}

/// Whether a text is an address of IPv6.
pub(super) fn is_version_6(text: &str) -> bool {
    matches!(parse(text), Some((IpAddr::V6(_), _)))
}

/// Whether a text is an address at all.
pub(super) fn is_address(text: &str) -> bool {
    parse(text).is_some()
}

/// Whether addresses are one of each version, at least two.
pub(super) fn are_of_both_versions(addresses: &[&str]) -> bool {
    let sixth = addresses.iter().filter(|it| is_version_6(it)).count();
    sixth > 0 && sixth < addresses.len()
}

/// The texts of a list of addresses.
pub(super) fn texts<'v>(object: &'v Value, field: &str) -> Vec<&'v str> {
    let items = items(object, field).iter();
    items.map(|item| item.text().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(check: impl Fn(&str, &Path<'_>, &mut Errors), text: &str) -> Vec<String> {
        let mut errors = Errors::default();
        check(text, &Path::ROOT.field("ip"), &mut errors);
        errors
            .into_found()
            .into_iter()
            .map(|it| it.message)
            .collect()
    }

    #[test]
    fn addresses() {
        for right in ["10.0.0.1", "::1", "2001:DB8::1"] {
            assert_eq!(found(check, right), [""; 0], "{right}");
        }
        for (wrong, why) in [
            ("x", "must be a valid IP address"),
            ("10.0.0", "must be a valid IP address"),
            ("010.0.0.1", "must not have leading 0s"),
            ("::ffff:10.0.0.1", "IPv4-mapped"),
        ] {
            assert!(found(check, wrong)[0].contains(why), "{wrong}");
        }
        let shown = found(check_canonical, "2001:DB8::1");
        assert!(
            shown[0].contains(r#"canonical form ("2001:db8::1")"#),
            "{shown:?}"
        );
        for (wrong, why) in [
            ("127.0.0.1", "loopback"),
            ("169.254.1.1", "link-local range"),
            ("224.0.0.5", "multicast"),
            ("0.0.0.0", "unspecified (0.0.0.0)"),
        ] {
            assert!(found(check_endpoint, wrong)[0].contains(why), "{wrong}");
        }
    }

    #[test]
    fn ranges() {
        for right in ["10.0.0.0/8", "::/0", "0.0.0.0/0"] {
            assert_eq!(found(check_canonical_range, right), [""; 0], "{right}");
        }
        for (wrong, why) in [
            ("10.0.0.0", "valid CIDR"),
            ("10.0.0.0/33", "valid CIDR"),
            ("1.1.1.1/+8", "valid CIDR"),
            ("10.0.0.1/8", "bits set beyond"),
            ("10.0.0.0/08", "leading 0s"),
        ] {
            assert!(found(check_range, wrong)[0].contains(why), "{wrong}");
        }
        assert!(is_within("192.0.2.0/25", "192.0.2.0/24"));
        assert!(is_within("10.0.0.0/8", "0.0.0.0/0"));
        assert!(is_within("2001:db8::/64", "2001:db8::/32"));
        assert!(!is_within("192.0.2.0/24", "192.0.2.0/24"));
        assert!(!is_within("203.0.113.0/25", "192.0.2.0/24"));
        assert!(!is_within("::/64", "0.0.0.0/0"));
    }
}
