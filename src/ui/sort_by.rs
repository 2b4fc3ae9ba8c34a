//! `--sort-by`: objects in the order of what a path leads to. The rules are kubectl's.

use crate::exit::Failure;
use std::cmp::Ordering;
use trimtab_object::{JsonPath, JsonPathError, Quantity};
use trimtab_tree::{ScalarKind, Value};

/// A path to what objects are ordered by.
#[derive(Clone, Debug)]
pub(crate) struct SortBy {
    text: String,
    path: JsonPath,
}

impl SortBy {
    /// Reads a path, such as `.metadata.name`, with or without braces.
    pub(crate) fn parse(text: &str) -> Result<Self, JsonPathError> {
        let path = JsonPath::parse(text)?;
        let text = text.to_owned();
        Ok(Self { text, path })
    }

    /// The items, the least first; `object` gives that in which the path is followed. Those in which it
    /// leads nowhere come before all others; equals keep their order.
    ///
    /// # Errors
    /// When it leads nowhere in all of them, or to what has no order.
    pub(crate) fn sort<T>(
        &self,
        items: Vec<T>,
        object: impl for<'v> Fn(&'v T) -> &'v Value,
    ) -> Result<Vec<T>, Failure> {
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let found = self.path.first(object(&item));
            let key = found.map(|value| self.key(value)).transpose()?.flatten();
            keyed.push((key, item));
        }
        if !keyed.is_empty() && keyed.iter().all(|(key, _)| key.is_none()) {
            let path = &self.text;
            let message =
                format!("couldn't find any field with path {path:?} in the list of objects");
            return Err(Failure::new("usage", message));
        }
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    }

    fn key(&self, value: &Value) -> Result<Option<Key>, Failure> {
        let Some(text) = value.text() else {
            let path = &self.text;
            let message = format!("what {path:?} leads to has no order: it is a list or a mapping");
            return Err(
                Failure::new("usage", message).hint("name a field that is text or a number")
            );
        };
        let kind = value.as_scalar().map(|scalar| scalar.kind);
        Ok((kind != Some(ScalarKind::Null)).then(|| Key::of(text)))
    }
}

/// What is compared: numbers, and amounts such as `1500m`, by how much they are, and before all text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Amount(Quantity),
    Text(Natural),
}

impl Key {
    fn of(text: &str) -> Self {
        match text.parse() {
            Ok(amount) => Self::Amount(amount),
            Err(_) => Self::Text(Natural(text.to_owned())),
        }
    }
}

/// Text in which numbers count as numbers: `web-2` is before `web-10`.
#[derive(Debug, PartialEq, Eq)]
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (&*self.0, &*other.0);
        loop {
            let (Some(first), Some(second)) = (a.chars().next(), b.chars().next()) else {
                return a.len().cmp(&b.len()).then_with(|| self.0.cmp(&other.0));
            };
            if first.is_ascii_digit() && second.is_ascii_digit() {
                let (one, rest_of_a) = digits(a);
                let (two, rest_of_b) = digits(b);
                let order = one.len().cmp(&two.len()).then_with(|| one.cmp(two));
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (rest_of_a, rest_of_b);
            } else if first == second {
                (a, b) = (&a[first.len_utf8()..], &b[second.len_utf8()..]);
            } else {
                return first.cmp(&second);
            }
        }
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The number at the beginning, without zeros before it, and what comes after.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, rest) = text.split_at(end.unwrap_or(text.len()));
    (number.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(path: &str, fields: &[&str]) -> Result<Vec<String>, String> {
        let objects = fields.iter().map(|field| {
            let text = format!("{{\"a\":{field}}}");
            trimtab_tree::parse_json(&text, 0).expect("it is JSON")
        });
        let sort_by = SortBy::parse(path).expect("a path");
        let sorted = sort_by.sort(objects.collect(), |object| object);
        let sorted = sorted.map_err(|failure| failure.message().unwrap_or_default())?;
        let text = |object: &Value| {
            let field = object.get("a").and_then(Value::text);
            field.unwrap_or("-").to_owned()
        };
        Ok(sorted.iter().map(text).collect())
    }

    #[test]
    fn numbers_amounts_and_names_are_ordered_by_what_they_mean() {
        let numbers = sorted(".a", &["10", "9", "2.5"]);
        assert_eq!(
            numbers.as_deref(),
            Ok(&["2.5", "9", "10"].map(str::to_owned)[..])
        );
        let amounts = sorted("{.a}", &["\"1Gi\"", "\"1500m\"", "\"900M\""]);
        assert_eq!(
            amounts.as_deref(),
            Ok(&["1500m", "900M", "1Gi"].map(str::to_owned)[..])
        );
        let names = sorted("a", &["\"web-10\"", "\"web-9\"", "\"web\"", "\"api-10\""]);
        let expected = ["api-10", "web", "web-9", "web-10"].map(str::to_owned);
        assert_eq!(names.as_deref(), Ok(&expected[..]));
        let times = sorted(
            ".a",
            &["\"2026-11-27T10:00:00Z\"", "\"2026-02-01T10:00:00Z\""],
        );
        let expected = ["2026-02-01T10:00:00Z", "2026-11-27T10:00:00Z"].map(str::to_owned);
        assert_eq!(times.as_deref(), Ok(&expected[..]));
    }

    #[test]
    fn what_has_no_such_field_comes_first() {
        let some = sorted(".a", &["\"b\"", "null", "\"a\""]);
        assert_eq!(
            some.as_deref(),
            Ok(&["null", "a", "b"].map(str::to_owned)[..])
        );
        let none = sorted(".b", &["\"b\""]).expect_err("nothing has it");
        assert!(
            none.starts_with("couldn't find any field with path \".b\""),
            "{none}"
        );
        let order = sorted(".a", &["[1]"]).expect_err("a list has no order");
        assert!(order.contains("has no order"), "{order}");
        assert_eq!(sorted(".b", &[]), Ok(Vec::new()));
    }

    #[test]
    fn zeros_before_a_number_do_not_count() {
        let order = |a: &str, b: &str| Natural(a.to_owned()).cmp(&Natural(b.to_owned()));
        assert_eq!(order("a07b", "a7c"), Ordering::Less);
        assert_eq!(order("a007", "a7"), Ordering::Less);
        assert_eq!(order("a7", "a7"), Ordering::Equal);
        assert_eq!(order("a1", "aä"), Ordering::Less);
    }
}
