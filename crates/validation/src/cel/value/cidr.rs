//! Networks and their addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cel) struct Cidr {
    pub(in crate::cel) address: IpAddr,
    pub(in crate::cel) length: u8,
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl Cidr {
    /// Reads one; nothing if it is none.
    pub(in crate::cel) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address = parse_address(address)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let is_plain = length == "0" || !length.starts_with(['0', '+']);
        let length = length
            .parse()
            .ok()
            .filter(|length| *length <= most && is_plain)?;
        Some(Self { address, length })
    }

    /// The network's own address.
    pub(in crate::cel) fn masked(self) -> Self {
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.length))
                    .unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.length))
                    .unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
            }
        };
        Self { address, ..self }
    }

    pub(in crate::cel) fn contains(self, address: IpAddr) -> bool {
        if self.address.is_ipv4() != address.is_ipv4() {
            return false;
        }
        let other = Self { address, ..self };
        self.masked().address == other.masked().address
    }
}

/// An address as Kubernetes takes it: no zone, and none of version 4 written as one of version 6.
pub(in crate::cel) fn parse_address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
        address => Some(address),
    }
}
