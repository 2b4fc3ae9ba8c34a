//! Which containers are meant: kubectl's `-c`.

use super::name;
use crate::error::{Error, Result};
use trimtab_tree::Mapping;

/// A container's name, in which a `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPattern(String);

impl ContainerPattern {
    /// The containers whose names match `pattern`; `*` for all.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Those of the containers that are meant.
    ///
    /// # Errors
    /// When none is.
    pub(super) fn choose<'a>(
        &self,
        containers: &'a mut [&mut Mapping],
    ) -> Result<Vec<&'a mut Mapping>> {
        let chosen = containers.iter_mut().filter(|it| self.matches(name(it)));
        let chosen: Vec<&mut Mapping> = chosen.map(|it| &mut **it).collect();
        if chosen.is_empty() {
            let pattern = &self.0;
            return Err(Error::Usage(format!(
                "unable to find container named {pattern}"
            )));
        }
        Ok(chosen)
    }

    /// Whether the container of this name is meant.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let mut parts: Vec<&str> = parts.collect();
        let Some(last) = parts.pop() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, matching, other) in [
            ("*", vec!["", "a", "web-1"], vec![]),
            ("web", vec!["web"], vec!["web-1", "a-web", ""]),
            ("web-*", vec!["web-", "web-1"], vec!["web", "a-web-1"]),
            ("*-web", vec!["a-web"], vec!["web", "a-web-1"]),
            ("a*b*c", vec!["abc", "a-b-b-c"], vec!["ab", "ac", "acb"]),
            ("a*a", vec!["aa", "aba"], vec!["a"]),
        ] {
            let pattern = ContainerPattern::new(pattern);
            assert!(
                matching.iter().all(|name| pattern.matches(name)),
                "{pattern:?}"
            );
            assert!(
                !other.iter().any(|name| pattern.matches(name)),
                "{pattern:?}"
            );
        }
    }
}
