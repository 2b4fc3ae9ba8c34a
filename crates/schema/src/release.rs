//! Releases of Kubernetes.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes, such as 1.29.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(u16);

impl Release {
    /// The release whose types [`Schema::kubernetes`](crate::Schema::kubernetes) has.
    pub const LATEST: Self = Self(36);

    /// Release `1.MINOR`.
    #[must_use]
    pub const fn minor(minor: u16) -> Self {
        Self(minor)
    }

    /// The MINOR of `1.MINOR`.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// `1.29`
impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// Takes `1.29`, `v1.29` and `1.29.3`.
impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a release of Kubernetes such as 1.29");
        let numbers = text.strip_prefix('v').unwrap_or(text);
        let mut parts = numbers.split('.');
        let (Some("1"), Some(minor)) = (parts.next(), parts.next()) else {
            return Err(wrong());
        };
        // A vendor's suffix, as in `1.29.3-gke.100`, says nothing about the API.
        let is_number = !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit());
        let minor = is_number.then(|| minor.parse().ok()).flatten();
        minor.map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_in_their_usual_forms() {
        for text in ["1.29", "v1.29", "1.29.3", "v1.29.3-gke.100"] {
            assert_eq!(text.parse(), Ok(Release::minor(29)), "{text}");
        }
        for text in ["", "1", "2.0", "1.x", "latest", "1.+5"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
        assert!(Release::minor(9) < Release::minor(10));
    }
}
