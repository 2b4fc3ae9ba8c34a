//! Messages as Rust shows them: the only form in which their types tell the names of fields.

use std::collections::BTreeMap;

/// A value of a message of the independent decoder.
#[derive(Debug)]
pub(crate) enum Shown {
    /// A text without its quotes, a number, a truth.
    Scalar(String),
    List(Vec<Shown>),
    Map(BTreeMap<String, Shown>),
    /// The name of its type, and the fields that are there.
    Struct(String, BTreeMap<String, Shown>),
}

impl Shown {
    /// Reads what `{:?}` writes.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader(text);
        let value = reader.value().expect("a message is there");
        assert!(reader.0.is_empty(), "left is {}", reader.0);
        value
    }
}

/// What is left to be read.
struct Reader<'t>(&'t str);

impl Reader<'_> {
    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn word(&mut self) -> String {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '-' | '.' | '+');
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word.to_owned()
    }

    /// A value; `None` where there is none, as it is shown, or where it is empty.
    fn value(&mut self) -> Option<Shown> {
        if self.take("Some(") {
            let value = self.value();
            assert!(self.take(")"), "{}", self.0);
            return value;
        }
        if self.take("None") {
            return None;
        }
        if self.0.starts_with('"') {
            return Some(Shown::Scalar(self.text()));
        }
        if self.take("[") {
            let items = self.until("]", Self::value);
            return (!items.is_empty()).then_some(Shown::List(items));
        }
        if self.take("{") {
            let entries = self.until("}", |reader| {
                let key = reader.text();
                assert!(reader.take(": "), "{}", reader.0);
                let value = reader.value();
                Some((key, value.unwrap_or_else(|| Shown::List(Vec::new()))))
            });
            return (!entries.is_empty()).then(|| Shown::Map(entries.into_iter().collect()));
        }
        let word = self.word();
        if !word.starts_with(char::is_uppercase) {
            return Some(Shown::Scalar(word));
        }
        let mut fields = BTreeMap::new();
        if self.take(" { ") {
            let all = self.until(" }", |reader| {
                let name = reader.word();
                assert!(reader.take(": "), "{}", reader.0);
                Some((plain(&name), reader.value()))
            });
            fields.extend(all.into_iter().filter_map(|(name, it)| Some((name, it?))));
        }
        Some(Shown::Struct(word, fields))
    }

    fn until<T>(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> Option<T>) -> Vec<T> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.extend(item(self));
            self.take(", ");
        }
        items
    }

    fn text(&mut self) -> String {
        assert!(self.take("\""), "{}", self.0);
        let mut text = String::new();
        let mut chars = self.0.chars();
        loop {
            match chars.next().expect("a text ends") {
                '"' => break,
                '\\' => match chars.next().expect("a text ends") {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        self.0 = chars.as_str();
        text
    }
}

/// A name of a field, however it is spelled: `clusterIPs`, `cluster_ips`, `r#type`, `$ref`.
pub(crate) fn plain(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
