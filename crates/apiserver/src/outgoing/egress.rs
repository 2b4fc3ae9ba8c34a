//! Where connections may go.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Which addresses this server may dial (`--egress`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Egress {
    /// Every address.
    #[default]
    All,
    /// Addresses of this machine's loopback interface only.
    Loopback,
    /// None at all: for a control plane in virtual time, which has no sockets.
    Nothing,
}

/// A word that names no [`Egress`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `all` or `loopback`, found `{0}`")]
pub struct UnknownEgress(String);

impl Egress {
    /// Whether this address may be dialled.
    pub(super) fn permits(self, address: IpAddr) -> bool {
        match self {
            Self::All => true,
            Self::Loopback => address.to_canonical().is_loopback(),
            Self::Nothing => false,
        }
    }
}

impl FromStr for Egress {
    type Err = UnknownEgress;

    fn from_str(word: &str) -> Result<Self, UnknownEgress> {
        match word {
            "all" => Ok(Self::All),
            "loopback" => Ok(Self::Loopback),
            other => Err(UnknownEgress(other.to_owned())),
        }
    }
}

impl fmt::Display for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Loopback => "loopback",
            Self::Nothing => "nothing",
        })
    }
}
