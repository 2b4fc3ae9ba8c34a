//! What is told of an object's fields.

use super::drawing::Branch;
use crate::format::compare;
use crate::output::brief;
use crate::path::FieldPath;
use std::cmp::Ordering;
use std::iter;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Result, Value};

/// A field to tell of.
#[derive(Clone, Debug)]
pub struct Field {
    path: FieldPath,
    /// What it is told under.
    name: String,
    /// The field inside the items of a list, which are told one by one.
    inner: Option<String>,
}

/// A line, ordered among its like by name and value.
#[derive(Debug)]
struct Line {
    name: String,
    value: String,
    /// Of items of a list: what each matched by, and its lines.
    items: Vec<(String, Vec<Line>)>,
}

impl Field {
    /// The field at a path.
    #[must_use]
    pub fn new(path: FieldPath) -> Self {
        let joined = path.joined();
        // Fields of containers are told container by container.
        let list = container_lists()
            .map(|list| list.join("."))
            .find(|list| joined.starts_with(list));
        let last = path.parts().last().cloned();
        Self {
            inner: list.is_some().then(|| last.unwrap_or_default()),
            name: list.unwrap_or(joined),
            path,
        }
    }

    /// A field of every container, in the kinds that have some.
    pub fn of_containers(name: &str) -> impl Iterator<Item = Self> {
        container_lists()
            .map(move |list| Self::new(FieldPath::of(&[&list, &["[name=.*]", name][..]].concat())))
    }
}

/// Where containers are in the kinds that run some.
fn container_lists() -> impl Iterator<Item = Vec<&'static str>> {
    let templates = [PodTemplatePlace::WORKLOAD, PodTemplatePlace::CRON_JOB];
    let pods = iter::once(&[][..]).chain(templates.map(|place| place.path));
    pods.map(|pod| [pod, &["spec", "containers"]].concat())
}

/// The branches of an object.
pub(super) fn branches(fields: &[Field], object: &Value) -> Result<Vec<Branch>> {
    let mut lines: Vec<Line> = Vec::new();
    for field in fields {
        let found = field.path.find(object)?;
        let Some(first) = found.first() else {
            continue;
        };
        let at = lines.iter().position(|line| line.name == field.name);
        let at = at.unwrap_or_else(|| {
            lines.push(Line::new(&field.name, String::new()));
            lines.len() - 1
        });
        let line = &mut lines[at];
        let Some(inner) = &field.inner else {
            line.value = brief(&first.value)?;
            continue;
        };
        for found in &found {
            let key = found.matched.join("/");
            let inner = Line::new(inner, brief(&found.value)?);
            match line.items.iter_mut().find(|(other, _)| *other == key) {
                Some((_, lines)) => lines.push(inner),
                None => line.items.push((key, vec![inner])),
            }
        }
    }
    lines.sort_by(Line::order);
    Ok(lines.into_iter().map(Line::branch).collect())
}

impl Line {
    fn new(name: &str, value: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
            items: Vec::new(),
        }
    }

    fn order(a: &Self, b: &Self) -> Ordering {
        compare(&a.name, &b.name).then_with(|| a.value.cmp(&b.value))
    }

    fn branch(mut self) -> Branch {
        if self.items.is_empty() {
            return Branch::new(format!("{}: {}", self.name, self.value));
        }
        let mut branch = Branch::new(self.name);
        self.items.sort_by(|(a, _), (b, _)| compare(a, b));
        for (at, (_, mut lines)) in self.items.into_iter().enumerate() {
            let mut item = Branch::new(at.to_string());
            lines.sort_by(Self::order);
            item.branches = lines.into_iter().map(Self::branch).collect();
            branch.branches.push(item);
        }
        branch
    }
}
