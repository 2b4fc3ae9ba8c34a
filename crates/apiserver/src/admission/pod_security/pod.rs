//! A pod as the checks look at it, and what they find.

use crate::fields::{items_at, text_at};
use std::collections::BTreeSet;
use trimtab_tree::Value;

/// A way in which a pod breaks a standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// In short.
    pub(super) reason: String,
    /// Where, and what should be; may be empty.
    pub(super) detail: String,
}

impl Violation {
    pub(super) fn new(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            detail: detail.into(),
        }
    }

    /// All of them in short.
    pub(super) fn reasons(violations: &[Self]) -> String {
        let reasons = violations.iter().map(|it| it.reason.as_str());
        reasons.collect::<Vec<_>>().join(", ")
    }

    /// All of them in full.
    pub(super) fn details(violations: &[Self]) -> String {
        let told = violations.iter().map(|it| match it.detail.as_str() {
            "" => it.reason.clone(),
            detail => format!("{} ({detail})", it.reason),
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

/// A pod, or the template of some.
pub(super) struct Pod<'v> {
    object: &'v Value,
    /// In the order in which they are told of.
    pub(super) containers: Vec<Container<'v>>,
}

/// One of its containers, of whichever kind.
#[derive(Clone, Copy)]
pub(super) struct Container<'v>(&'v Value);

impl<'v> Pod<'v> {
    pub(super) fn new(object: &'v Value) -> Self {
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        let containers = lists
            .iter()
            .flat_map(|list| items_at(object, &["spec", list]));
        Self {
            object,
            containers: containers.map(Container).collect(),
        }
    }

    /// A text of the pod's `spec`.
    pub(super) fn spec(&self, path: &[&str]) -> Option<&'v str> {
        text_at(self.object.get("spec")?, path)
    }

    /// A list of the pod's `spec`.
    pub(super) fn items(&self, path: &[&str]) -> &'v [Value] {
        let spec = self.object.get("spec");
        spec.map(|spec| items_at(spec, path)).unwrap_or_default()
    }

    /// A field of the security context of the whole pod.
    pub(super) fn security(&self, path: &[&str]) -> Option<&'v Value> {
        let context = self.object.get_path(&["spec", "securityContext"])?;
        context.get_path(path).filter(|value| !value.is_null())
    }

    /// Its annotations.
    pub(super) fn annotations(&self) -> impl Iterator<Item = (&'v str, &'v str)> {
        let entries = crate::fields::entries_at(self.object, &["metadata", "annotations"]);
        entries.filter_map(|(key, value)| Some((key, value.text()?)))
    }

    /// The name of the class by which its containers run; empty for the usual one.
    pub(super) fn runtime_class(&self) -> &'v str {
        self.spec(&["runtimeClassName"]).unwrap_or_default()
    }

    /// Whether it is said to run on Windows.
    pub(super) fn is_windows(&self) -> bool {
        self.spec(&["os", "name"]) == Some("windows")
    }

    /// Whether its users are none of the node's.
    pub(super) fn has_own_users(&self) -> bool {
        self.spec(&["hostUsers"]) == Some("false")
    }

    /// The names of the containers that something is true of.
    pub(super) fn names_of(&self, is_bad: impl FnMut(Container<'v>) -> bool) -> Vec<&'v str> {
        let mut is_bad = is_bad;
        let containers = self.containers.iter().copied();
        let bad = containers.filter(|container| is_bad(*container));
        bad.map(Container::name).collect()
    }
}

impl<'v> Container<'v> {
    pub(super) fn name(self) -> &'v str {
        text_at(self.0, &["name"]).unwrap_or_default()
    }

    /// A field of its security context.
    pub(super) fn security(self, path: &[&str]) -> Option<&'v Value> {
        let context = self.0.get("securityContext")?;
        context.get_path(path).filter(|value| !value.is_null())
    }

    /// A text of its security context.
    pub(super) fn security_text(self, path: &[&str]) -> Option<&'v str> {
        self.security(path)?.text()
    }

    /// A list of its own.
    pub(super) fn items(self, path: &[&str]) -> &'v [Value] {
        items_at(self.0, path)
    }

    /// A text of its own.
    pub(super) fn text(self, path: &[&str]) -> Option<&'v str> {
        text_at(self.0, path)
    }
}

/// `container "a"`, `containers "a", "b"`
pub(super) fn containers(names: &[&str]) -> String {
    counted("container", names)
}

/// A word, plural if it is of several, and the names.
pub(super) fn counted(word: &str, names: &[&str]) -> String {
    format!("{} {}", plural(word, names.len()), quoted(names))
}

/// A word, plural if it is of several.
pub(super) fn plural(word: &str, count: usize) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{word}{end}")
}

/// The names in quotes.
pub(super) fn quoted<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let quoted = names
        .into_iter()
        .map(|name| format!("\"{}\"", name.as_ref()));
    quoted.collect::<Vec<_>>().join(", ")
}

/// Those who set something: the pod, its containers, joined by `and`; empty if nobody does.
pub(super) fn setters(pod_sets: bool, names: &[&str]) -> String {
    let mut setters = Vec::new();
    if pod_sets {
        setters.push("pod".to_owned());
    }
    if !names.is_empty() {
        setters.push(containers(names));
    }
    setters.join(" and ")
}

/// Collects the values that are none of those that are allowed.
#[derive(Default)]
pub(super) struct Bad<'v>(pub(super) BTreeSet<&'v str>);

impl<'v> Bad<'v> {
    /// Whether one of the values is not allowed.
    pub(super) fn has(
        &mut self,
        values: impl IntoIterator<Item = &'v str>,
        allowed: impl Fn(&str) -> bool,
    ) -> bool {
        let before = values.into_iter().filter(|value| !allowed(value));
        let mut found = false;
        for value in before {
            found = true;
            self.0.insert(value);
        }
        found
    }
}
