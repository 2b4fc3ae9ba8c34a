//! Which objects have a field that is like this or that.

use crate::output::flow;
use crate::path::{FieldPath, compile};
use regex::Regex;
use std::cmp::Ordering;
use trimtab_object::Quantity;
use trimtab_tree::{Diagnostic, Result, Value};

/// A path to a field and what its value must be like: `PATH=REGEX`, `PATH>QUANTITY` and the like.
#[derive(Debug)]
pub struct Query {
    path: FieldPath,
    condition: Condition,
    /// Whether objects count that the query is not true of.
    inverted: bool,
}

#[derive(Debug)]
enum Condition {
    Like(Regex),
    /// The value compares so with the quantity.
    Compares(&'static [Ordering], Quantity),
}

/// The comparisons, the longer ones first, and which outcomes they are content with.
const COMPARISONS: [(&str, &[Ordering]); 4] = [
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">", &[Ordering::Greater]),
    ("<", &[Ordering::Less]),
];

impl Query {
    /// Reads a query. Without a comparison every value of the field will do.
    ///
    /// # Errors
    /// When there are several comparisons, the path is none, or what it is compared with is neither
    /// a regular expression nor a quantity.
    pub fn parse(text: &str, inverted: bool) -> Result<Self> {
        let mut path = FieldPath::parse(text)?;
        let last = path.last_mut().map(std::mem::take).unwrap_or_default();
        // An item of a list is a part of its own, with a `=` inside.
        let names_items = last.starts_with('[') && last.ends_with(']');
        let comparison = COMPARISONS
            .iter()
            .find(|(sign, _)| last.contains(sign) && !names_items);
        let sign = comparison.map_or("=", |(sign, _)| sign);
        let sides: Vec<&str> = if names_items {
            vec![&last]
        } else {
            last.split(sign).collect()
        };
        let (name, wanted) = match sides[..] {
            [name] => (name, ""),
            [name, wanted] => (name, wanted),
            _ => {
                let message = format!("`{last}` compares more than once");
                return Err(Diagnostic::error("bad-query", message).expecting(
                    "one of `=`, `<`, `>`, `<=` and `>=` in the last part of the path",
                ));
            }
        };
        if let Some(before) = path.last_mut() {
            name.clone_into(before);
        }
        let condition = match comparison {
            None => Condition::Like(compile(wanted)?),
            Some((_, orderings)) => Condition::Compares(orderings, quantity(wanted)?),
        };
        Ok(Self {
            path,
            condition,
            inverted,
        })
    }

    /// A part before the last that has a comparison in it: a dot in the value was not escaped.
    #[must_use]
    pub fn misplaced_comparison(&self) -> Option<&str> {
        let (_, before) = self.path.parts().split_last()?;
        let is_misplaced =
            |part: &&String| !part.starts_with('[') && part.contains(['=', '<', '>']);
        before.iter().find(is_misplaced).map(String::as_str)
    }

    /// Keeps the objects that the query is true of.
    ///
    /// # Errors
    /// When the path cannot be followed, or a value is not a quantity but compared with one.
    pub fn filter(&self, objects: Vec<Value>) -> Result<Vec<Value>> {
        let mut kept = Vec::new();
        for object in objects {
            if self.is_true_of(&object)? != self.inverted {
                kept.push(object);
            }
        }
        Ok(kept)
    }

    fn is_true_of(&self, object: &Value) -> Result<bool> {
        for found in self.path.find(object)? {
            let is_true = match &self.condition {
                Condition::Like(regex) => {
                    let text = flow(&found.value)?.replace('"', "");
                    regex.is_match(text.trim())
                }
                Condition::Compares(orderings, wanted) => {
                    match found.value.text().filter(|text| !text.is_empty()) {
                        None => false,
                        Some(text) => {
                            let value =
                                quantity(text).map_err(|error| error.at(found.value.position))?;
                            orderings.contains(&value.cmp(wanted))
                        }
                    }
                }
            };
            if is_true {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn quantity(text: &str) -> Result<Quantity> {
    Quantity::parse(text).map_err(|_| {
        Diagnostic::error("bad-quantity", format!("`{text}` is not a quantity"))
            .expecting("a number, such as `3`, `500m` or `2Gi`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_documents};

    fn names(query: &str, inverted: bool) -> Result<String> {
        let text = "\
name: a
spec: {replicas: 3, cpu: 500m, tags: [x, y]}
items:
- name: nginx
  image: nginx:1.7.9
---
name: b
spec: {replicas: 11, cpu: '1', note: \"on\"}
items:
- name: other
  image: nginx:1.8.1
---
name: c
";
        let objects = parse_documents(text, ParseOptions::default()).unwrap();
        let kept = Query::parse(query, inverted)?.filter(objects)?;
        let names = kept
            .iter()
            .map(|object| object.get("name").unwrap().text().unwrap());
        Ok(names.collect())
    }

    #[test]
    fn values_are_matched_and_compared() {
        for (query, found) in [
            ("name=a|b", "ab"),
            ("spec.replicas>3", "b"),
            ("spec.replicas>=3", "ab"),
            ("spec.cpu<1", "a"),
            ("spec.cpu<=1000m", "ab"),
            ("spec.tags=x, y", "a"),
            ("spec.note=^on$", "b"),
            ("spec.cpu", "ab"),
            ("items[name=nginx].image=1\\.7\\.9", "a"),
            ("items[name=other]", "b"),
        ] {
            assert_eq!(names(query, false).unwrap(), found, "{query}");
            let rest: String = "abc".chars().filter(|it| !found.contains(*it)).collect();
            assert_eq!(names(query, true).unwrap(), rest, "{query}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        for (query, code) in [
            ("a=b=c", "bad-query"),
            ("spec.replicas>x", "bad-quantity"),
            ("spec.note>1", "bad-quantity"),
            ("a=(", "invalid-regex"),
            ("a[b[c=d", "bad-field-path"),
        ] {
            assert_eq!(names(query, false).unwrap_err().code, code, "{query}");
        }
        let query = Query::parse("image=nginx:1.7", false).unwrap();
        assert_eq!(query.misplaced_comparison(), Some("image=nginx:1"));
    }
}
