//! The table of default roles and bindings, read.

use trimtab_tree::Text;

use crate::authorization::rule::Rule;

const TABLE: &str = include_str!("defaults.txt");
const READ: [&str; 3] = ["get", "list", "watch"];
const WRITE: [&str; 5] = ["create", "delete", "deletecollection", "patch", "update"];
const ALL: [&str; 8] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

/// A role or a binding that every cluster has.
#[derive(Debug)]
pub(super) struct Default {
    /// Empty of what is for the whole cluster.
    pub(super) namespace: &'static str,
    pub(super) name: &'static str,
    /// Beside the label that tells what every cluster has.
    pub(super) labels: Vec<&'static str>,
    pub(super) what: What,
}

/// What it is.
#[derive(Debug)]
pub(super) enum What {
    Role {
        rules: Vec<Rule>,
        /// It has the rules of the roles with this label, too.
        gathers: Option<&'static str>,
    },
    Binding {
        role: &'static str,
        subjects: Vec<Subject>,
    },
}

/// Whom a binding is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) kind: &'static str,
    /// Empty of users and groups.
    pub(super) namespace: &'static str,
    pub(super) name: &'static str,
}

/// All of them, in the order of the table.
pub(super) fn defaults() -> Vec<Default> {
    let mut all: Vec<Default> = Vec::new();
    for line in TABLE.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        if !line.starts_with(' ') {
            all.extend(head(first, words));
            continue;
        }
        match all.last_mut().map(|last| &mut last.what) {
            Some(What::Role { rules, .. }) => rules.push(rule(first, words)),
            Some(What::Binding { subjects, .. }) => {
                subjects.push(subject(first, words.next().unwrap_or_default()));
            }
            None => {}
        }
    }
    all
}

fn head(kind: &str, mut words: impl Iterator<Item = &'static str>) -> Option<Default> {
    let place = words.next()?;
    let (namespace, name) = place.split_once('/').unwrap_or(("", place));
    let mut default = Default {
        namespace,
        name,
        labels: Vec::new(),
        what: match kind {
            "clusterrole" | "role" => What::Role {
                rules: Vec::new(),
                gathers: None,
            },
            _ => What::Binding {
                role: name,
                subjects: Vec::new(),
            },
        },
    };
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match (option, &mut default.what) {
            ("gathers", What::Role { gathers, .. }) => *gathers = Some(value),
            ("of", What::Binding { role, .. }) => *role = value,
            _ => default.labels.push(value),
        }
    }
    Some(default)
}

fn rule(verbs: &'static str, mut words: impl Iterator<Item = &'static str>) -> Rule {
    let list = |text: &str| text.split(',').map(Text::from).collect::<Vec<_>>();
    let several = |verbs: &[&str]| verbs.iter().map(|verb| Text::from(*verb)).collect();
    let verbs = match verbs {
        "read" => several(&READ),
        "write" => several(&WRITE),
        "all" => several(&ALL),
        other => list(other),
    };
    let groups = words.next().unwrap_or_default();
    let what = list(words.next().unwrap_or_default());
    if groups == "url" {
        return Rule {
            verbs,
            urls: what,
            ..Rule::default()
        };
    }
    let groups = groups.split(',');
    let groups = groups.map(|group| Text::from(if group == "core" { "" } else { group }));
    let names = words.next().and_then(|names| names.strip_prefix('@'));
    Rule {
        verbs,
        api_groups: groups.collect(),
        resources: what,
        resource_names: names.map(list).unwrap_or_default(),
        urls: Vec::new(),
    }
}

fn subject(kind: &str, place: &'static str) -> Subject {
    let (namespace, name) = place.split_once('/').unwrap_or(("", place));
    match kind {
        "account" => Subject {
            kind: "ServiceAccount",
            namespace,
            name,
        },
        "group" => Subject {
            kind: "Group",
            namespace: "",
            name: place,
        },
        _ => Subject {
            kind: "User",
            namespace: "",
            name: place,
        },
    }
}
