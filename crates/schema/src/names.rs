//! A few names, wherever they come from.

use trimtab_tree::Value;

/// A few names: keys of a list, short names of a kind.
#[derive(Clone, Debug)]
pub struct Names<'a>(Source<'a>);

#[derive(Clone, Debug)]
enum Source<'a> {
    /// Joined by commas; none if empty.
    Joined(&'a str),
    /// The texts of a sequence.
    Listed(std::slice::Iter<'a, Value>),
}

impl<'a> Names<'a> {
    /// None.
    pub(crate) const EMPTY: Self = Self::joined("");

    /// These, joined by commas.
    #[must_use]
    pub const fn of(names: &'a str) -> Self {
        Self::joined(names)
    }

    /// Joined by commas.
    pub(crate) const fn joined(text: &'a str) -> Self {
        Self(Source::Joined(text))
    }

    /// The texts of a sequence.
    pub(crate) fn listed(items: &'a [Value]) -> Self {
        Self(Source::Listed(items.iter()))
    }

    /// Whether there is none (left).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clone().next().is_none()
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        match &mut self.0 {
            Source::Joined("") => None,
            Source::Joined(text) => {
                let (name, rest) = text.split_once(',').unwrap_or((text, ""));
                *text = rest;
                Some(name)
            }
            Source::Listed(items) => items.find_map(Value::text),
        }
    }
}
