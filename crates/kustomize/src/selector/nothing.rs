//! What is said of a selector that selects nothing: which of its parts is the cause, and what was
//! probably meant.

use super::Selector;
use crate::{Resource, ResourceSet};
use std::collections::BTreeSet;
use trimtab_tree::{Diagnostic, Position, Value, nearest};

/// A hint lists so many names.
const MOST_NAMES: usize = 8;

/// From so many findings on the causes are not looked for: each look passes over all resources.
const MOST_EXPLAINED: usize = 100;

/// Where the parts of a selector are given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub(super) gvk: [Position; 3],
    pub(super) name: Position,
    pub(super) namespace: Position,
    pub(super) labels: Position,
    pub(super) annotations: Position,
}

impl Places {
    fn of_gvk(self) -> Position {
        let [kind, group, version] = self.gvk;
        kind.or(group).or(version)
    }

    fn first(self) -> Position {
        self.of_gvk()
            .or(self.name)
            .or(self.namespace)
            .or(self.labels)
            .or(self.annotations)
    }
}

/// The part of a selector that leaves nothing, and what is there instead.
struct Cause {
    position: Position,
    what: String,
    hint: Option<String>,
}

impl Selector {
    /// Warns in `set` that it selects nothing; `whose` selector it is begins the message.
    pub(crate) fn warn_of_nothing(&self, set: &mut ResourceSet, code: &'static str, whose: &str) {
        let cause = if set.warning_count() < MOST_EXPLAINED {
            self.cause(set)
        } else {
            Cause {
                position: self.places.first(),
                what: "nothing fits".to_owned(),
                hint: None,
            }
        };
        let message = format!("{whose} is for no resource: {}", cause.what);
        let mut warning = Diagnostic::warning(code, message).at(cause.position);
        warning.hints.extend(cause.hint);
        let is_exact = self.kind.literal().is_some() && self.name.literal().is_some();
        set.warn(*warning, is_exact);
    }

    fn cause(&self, set: &ResourceSet) -> Cause {
        let there = set
            .iter()
            .filter(|resource| !resource.value().is_null_or_empty());
        let mut left: Vec<&Resource> = there.collect();
        let names = |left: &[&Resource], name: fn(&Resource) -> String| {
            left.iter().map(|it| name(it)).collect::<BTreeSet<String>>()
        };

        let kinds = names(&left, |it| it.gvk().kind.to_string());
        left.retain(|resource| self.selects_gvk(resource.gvk()));
        if left.is_empty() {
            let kind = self.kind.literal();
            return Cause {
                position: self.places.of_gvk().or(self.places.first()),
                what: match kind {
                    Some(kind) if !kinds.contains(kind) => format!("there is no {kind}"),
                    _ => "no resource is of this group, version and kind".to_owned(),
                },
                hint: Some(meant(kind.unwrap_or_default(), &kinds)),
            };
        }
        let what = self.kind.literal().unwrap_or("resource").to_owned();
        let called = names(&left, |it| it.id().name.to_string());
        left.retain(|resource| {
            let first = resource.previous().first();
            let is_meant = |name: &str| self.name.matches(name);
            is_meant(&resource.id().name) || first.is_some_and(|first| is_meant(&first.name))
        });
        if left.is_empty() {
            let name = self.name.literal();
            return Cause {
                position: self.places.name.or(self.places.first()),
                what: match name {
                    Some(name) => format!("no {what} is called `{name}`"),
                    None => format!("no {what} has such a name"),
                },
                hint: Some(meant(name.unwrap_or_default(), &called)),
            };
        }
        let namespaces = names(&left, |it| it.id().scope().name().to_owned());
        left.retain(|resource| {
            let here = resource.id().scope().name();
            let first = resource.previous().first();
            self.namespace.matches(here)
                || first.is_some_and(|first| self.namespace.matches(&first.namespace))
        });
        if left.is_empty() {
            return Cause {
                position: self.places.namespace.or(self.places.first()),
                what: "none that fits otherwise is in this namespace".to_string(),
                hint: Some(meant(
                    self.namespace.literal().unwrap_or_default(),
                    &namespaces,
                )),
            };
        }
        let field = |resource: &Resource, key| {
            let metadata = resource.value().get("metadata");
            metadata.and_then(|metadata| metadata.get(key)).cloned()
        };
        let before = left.clone();
        left.retain(|resource| {
            self.labels
                .matches_value(field(resource, "labels").as_ref())
        });
        let (key, position) = if left.is_empty() {
            ("labels", self.places.labels)
        } else {
            ("annotations", self.places.annotations)
        };
        let example = before[0];
        Cause {
            position: position.or(self.places.first()),
            what: format!("none that fits otherwise has these {key}"),
            hint: Some(format!(
                "{} has {}",
                example.id().in_words(),
                pairs(field(example, key).as_ref(), key)
            )),
        }
    }
}

/// The nearest of several names, or all of them.
fn meant(word: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "nothing has been read or made so far".to_owned();
    }
    if let Some(meant) = nearest(word, names.iter().map(String::as_str)).filter(|it| *it != word) {
        return format!("did you mean `{meant}`?");
    }
    let mut shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    if names.len() > MOST_NAMES {
        shown.push("and others");
    }
    format!("there is: {}", shown.join(", "))
}

fn pairs(value: Option<&Value>, key: &str) -> String {
    let fields = value.and_then(Value::as_mapping);
    let shown: Vec<String> = fields
        .into_iter()
        .flat_map(trimtab_tree::Mapping::iter)
        .take(MOST_NAMES)
        .map(|(key, value)| format!("`{key}={}`", value.text().unwrap_or_default()))
        .collect();
    if shown.is_empty() {
        format!("no {key}")
    } else {
        shown.join(", ")
    }
}
