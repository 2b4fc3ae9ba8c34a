//! Names of commits.

/// Whether a name is a whole commit name, which needs no looking up.
pub(crate) fn is_commit(name: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    matches!(name.len(), 40 | 64) && name.bytes().all(is_digit)
}

/// Whether a name may be the first digits of a commit's.
pub(crate) fn is_part_of_commit(name: &str) -> bool {
    const FEWEST: usize = 7;
    name.len() >= FEWEST && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_commit;

    #[test]
    fn whole_commit_names_are_told() {
        assert!(is_commit(&"0123456789".repeat(4)));
        assert!(is_commit(&"abcdef01".repeat(8)));
        for name in ["", "abc", &"g".repeat(40), &"A".repeat(40), &"a".repeat(41)] {
            assert!(!is_commit(name), "{name}");
        }
    }
}
