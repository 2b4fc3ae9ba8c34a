//! Which version of a group clients prefer.

use std::cmp::{Ordering, Reverse};

/// The one that clients prefer first: stable before beta before alpha, newer before older, all
/// that is named otherwise behind, by the alphabet.
///
/// Upstream: `apimachinery/pkg/version.CompareKubeAwareVersionStrings`.
pub(crate) fn by_preference(a: &str, b: &str) -> Ordering {
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => Reverse(a).cmp(&Reverse(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// Stability, major version and the number behind the word.
fn rank(version: &str) -> Option<(u8, u64, u64)> {
    let rest = version.strip_prefix('v')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (major, rest) = rest.split_at(digits);
    if major.starts_with('0') {
        return None;
    }
    let major = major.parse().ok()?;
    if rest.is_empty() {
        return Some((2, major, 0));
    }
    let (stability, minor) = match rest.strip_prefix("beta") {
        Some(minor) => (1, minor),
        None => (0, rest.strip_prefix("alpha")?),
    };
    if minor.is_empty() || minor.starts_with('0') {
        return None;
    }
    Some((stability, major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::by_preference;

    #[test]
    fn stable_versions_come_first() {
        let mut versions = [
            "foo10",
            "v1alpha2",
            "v2",
            "v10beta3",
            "v1",
            "v11alpha1",
            "foo1",
            "v3beta1",
        ];
        versions.sort_by(|a, b| by_preference(a, b));
        assert_eq!(
            versions,
            [
                "v2",
                "v1",
                "v10beta3",
                "v3beta1",
                "v11alpha1",
                "v1alpha2",
                "foo1",
                "foo10"
            ]
        );
    }
}
