//! A range of addresses, in CIDR form.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A range of IPv4 addresses, such as that of Services: `10.96.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    base: u32,
    prefix: u8,
}

/// Why a text is no [`Cidr`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no range of IPv4 addresses: {expected}")]
pub struct CidrError {
    found: String,
    expected: &'static str,
}

impl Cidr {
    /// How many addresses there are, the first and the last included.
    #[must_use]
    pub fn size(self) -> u64 {
        1 << (32 - self.prefix)
    }

    /// The address of that number, counted from 0; `None` outside of the range.
    #[must_use]
    pub fn address(self, number: u64) -> Option<Ipv4Addr> {
        if number >= self.size() {
            return None;
        }
        let number = u32::try_from(number).ok()?;
        Some(Ipv4Addr::from(self.base + number))
    }

    /// The number of an address; `None` outside of the range.
    #[must_use]
    pub fn number(self, address: Ipv4Addr) -> Option<u64> {
        let number = u64::from(u32::from(address).checked_sub(self.base)?);
        (number < self.size()).then_some(number)
    }
}

impl Default for Cidr {
    /// `10.96.0.0/16`
    fn default() -> Self {
        Self {
            base: u32::from(Ipv4Addr::new(10, 96, 0, 0)),
            prefix: 16,
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    /// Reads `ADDRESS/BITS`. There must be room for at least two addresses to give out.
    fn from_str(text: &str) -> Result<Self, CidrError> {
        let error = |expected| CidrError {
            found: text.to_owned(),
            expected,
        };
        let (address, prefix) = text
            .split_once('/')
            .ok_or_else(|| error("expected ADDRESS/BITS"))?;
        let address: Ipv4Addr = address
            .parse()
            .map_err(|_| error("expected an address such as 10.96.0.0 before the `/`"))?;
        let prefix: u8 = prefix
            .parse()
            .ok()
            .filter(|bits| (8..=30).contains(bits))
            .ok_or_else(|| error("expected 8 to 30 bits behind the `/`"))?;
        let base = u32::from(address) & (u32::MAX << (32 - prefix));
        Ok(Self { base, prefix })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_counted() {
        let range: Cidr = "198.19.0.7/24".parse().unwrap();
        assert_eq!(range.to_string(), "198.19.0.0/24");
        assert_eq!(range.address(1), Some(Ipv4Addr::new(198, 19, 0, 1)));
        assert_eq!(range.address(256), None);
        assert_eq!(range.number(Ipv4Addr::new(198, 19, 0, 255)), Some(255));
        assert_eq!(range.number(Ipv4Addr::new(198, 19, 1, 0)), None);
        assert_eq!(range.number(Ipv4Addr::new(198, 18, 0, 0)), None);
        for bad in ["", "1.2.3.4", "1.2.3/8", "1.2.3.4/31", "1.2.3.4/x"] {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }
}
