//! Things by a label that pods must have to matter to them, so that what a pod matters to is found by its
//! own labels.

use crate::pod_terms::Labels;
use rustc_hash::FxHashMap;

/// The numbers of things, by label and value.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    by_label: FxHashMap<String, FxHashMap<String, Vec<usize>>>,
    /// Those to which any pod may matter.
    others: Vec<usize>,
}

impl Anchors {
    /// Adds one; without a label any pod may matter to it.
    pub(crate) fn add(&mut self, label: Option<(&str, &str)>, number: usize) {
        let list = match label {
            None => &mut self.others,
            Some((key, value)) => {
                let values = self.by_label.entry(key.to_owned()).or_default();
                values.entry(value.to_owned()).or_default()
            }
        };
        list.push(number);
    }

    /// Removes one that was added with this label.
    pub(crate) fn remove(&mut self, label: Option<(&str, &str)>, number: usize) {
        let Some((key, value)) = label else {
            return self.others.retain(|&it| it != number);
        };
        let Some(values) = self.by_label.get_mut(key) else {
            return;
        };
        if let Some(list) = values.get_mut(value) {
            list.retain(|&it| it != number);
            if list.is_empty() {
                values.remove(value);
            }
        }
        if values.is_empty() {
            self.by_label.remove(key);
        }
    }

    /// Those to which a pod with these labels may matter, each once.
    pub(crate) fn of(&self, labels: &Labels) -> impl Iterator<Item = usize> {
        let lists = labels.iter().filter_map(|(key, value)| {
            let values = self.by_label.get(key)?;
            values.get(value)
        });
        lists.flatten().chain(&self.others).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_finds_what_it_matters_to_by_its_labels() {
        let mut anchors = Anchors::default();
        anchors.add(Some(("app", "a")), 1);
        anchors.add(Some(("app", "b")), 2);
        anchors.add(Some(("app", "a")), 3);
        anchors.add(None, 4);
        let found = |anchors: &Anchors, app: &str| {
            let labels = Labels::from([("app".to_owned(), app.to_owned())]);
            anchors.of(&labels).collect::<Vec<_>>()
        };
        assert_eq!(found(&anchors, "a"), [1, 3, 4]);
        assert_eq!(found(&anchors, "b"), [2, 4]);
        assert_eq!(found(&anchors, "c"), [4]);
        anchors.remove(Some(("app", "a")), 1);
        anchors.remove(None, 4);
        assert_eq!(found(&anchors, "a"), [3]);
        anchors.remove(Some(("app", "a")), 3);
        anchors.remove(Some(("app", "b")), 2);
        assert!(anchors.by_label.is_empty() && found(&anchors, "a").is_empty());
    }
}
