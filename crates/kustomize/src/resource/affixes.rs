//! The prefixes or suffixes that a name was given.

use std::ops::Deref;
use std::sync::Arc;
use trimtab_tree::Text;

/// Prefixes or suffixes, innermost first. Resources that were given the same have one list between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Affixes(Option<Arc<[Text]>>);

impl Affixes {
    /// These and a further one.
    fn with(&self, text: &Text) -> Self {
        self.iter().chain([text]).cloned().collect()
    }

    fn is_same_as(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(own), Some(others)) => Arc::ptr_eq(own, others),
            _ => false,
        }
    }
}

impl Deref for Affixes {
    type Target = [Text];

    fn deref(&self) -> &[Text] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl FromIterator<Text> for Affixes {
    fn from_iter<I: IntoIterator<Item = Text>>(texts: I) -> Self {
        let texts: Arc<[Text]> = texts.into_iter().collect();
        Self(Some(texts).filter(|texts| !texts.is_empty()))
    }
}

/// Adds one text to the lists of many resources.
pub(crate) struct AddAffix<'t> {
    text: &'t Text,
    /// The last list that was not the one before it, and what became of it.
    last: Option<(Affixes, Affixes)>,
}

impl<'t> AddAffix<'t> {
    /// Adds `text`.
    pub(crate) fn new(text: &'t Text) -> Self {
        Self { text, last: None }
    }

    /// Adds it to these.
    pub(crate) fn to(&mut self, affixes: &mut Affixes) {
        let is_last = |(before, _): &(Affixes, Affixes)| before.is_same_as(affixes);
        let last = self.last.take().filter(is_last);
        let last = last.unwrap_or_else(|| (affixes.clone(), affixes.with(self.text)));
        *affixes = self.last.insert(last).1.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_grow_into_one() {
        let (first, second) = (Text::from("a"), Text::from("b"));
        let mut lists = [Affixes::default(), Affixes::default(), Affixes::default()];
        let mut add = AddAffix::new(&first);
        for list in &mut lists[..2] {
            add.to(list);
        }
        assert!(lists[0].is_same_as(&lists[1]) && !lists[0].is_same_as(&lists[2]));
        let mut add = AddAffix::new(&second);
        for list in &mut lists {
            add.to(list);
        }
        assert_eq!(*lists[0], ["a", "b"]);
        assert!(lists[0].is_same_as(&lists[1]));
        assert_eq!(*lists[2], ["b"]);
    }
}
