//! What a release is called.

use std::fmt;

/// A name that can be a label and part of the name of a Secret: lower case letters, digits and `-`, 53
/// characters at most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseName(String);

/// So many characters: Helm's limit, so that names can be kept when moving.
const LONGEST: usize = 53;

impl ReleaseName {
    /// Takes a name as it is.
    ///
    /// # Errors
    /// When it is none; the text says what one looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let has_ends = !text.starts_with('-') && !text.ends_with('-');
        if text.is_empty() || text.len() > LONGEST || !has_ends || !text.chars().all(is_inside) {
            return Err(format!(
                "{text:?} is no name of a release: expected up to {LONGEST} lower case letters, digits and `-`, which must not stand at an end"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// A name made of any text, such as a path: `shop/overlays/Live` gives `shop-overlays-live`. Of one
    /// that is too long the end is kept, which tells more. Nothing, where no letter or digit is in it.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let name = words.join("-");
        let name = &name[name.len().saturating_sub(LONGEST)..];
        Self::parse(name.trim_matches('-')).ok()
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_a_label() {
        for name in ["a", "shop-2", &"a".repeat(53)] {
            assert!(ReleaseName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a.b", "a/b", "ä", &"a".repeat(54)] {
            let error = ReleaseName::parse(name).expect_err(name);
            assert!(error.contains("expected up to 53"), "{error}");
        }
    }

    #[test]
    fn a_path_gives_a_name() {
        let long = format!("{}/overlays/live", "x".repeat(60));
        for (text, name) in [
            ("shop/overlays/Live", Some("shop-overlays-live")),
            ("./a_b..c/", Some("a-b-c")),
            ("///", None),
            ("", None),
        ] {
            let found = ReleaseName::from_text(text);
            assert_eq!(found.as_ref().map(ReleaseName::as_str), name, "{text}");
        }
        let name = ReleaseName::from_text(&long).expect("it has letters");
        assert!(name.as_str().len() <= 53 && name.as_str().ends_with("x-overlays-live"));
    }
}
