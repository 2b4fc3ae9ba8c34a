//! Policy rules: what they allow, what of them others cover, and how they are told.
//!
//! The rules of comparison are those of `pkg/apis/rbac/v1/evaluation_helpers.go` and of
//! `component-helpers/auth/rbac/validation/policy_comparator.go`.

use std::collections::BTreeSet;
use std::fmt;

use trimtab_tree::{Mapping, Text, Value};

use super::Attributes;

/// A list of words that a rule is made of.
pub(crate) type Words = Vec<Text>;

/// One rule of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) verbs: Words,
    pub(crate) api_groups: Words,
    pub(crate) resources: Words,
    pub(crate) resource_names: Words,
    pub(crate) urls: Words,
}

/// The lists of a rule, by the names of their fields in the order in which messages tell them.
const FIELDS: [&str; 5] = [
    "apiGroups",
    "resources",
    "nonResourceURLs",
    "resourceNames",
    "verbs",
];

fn has(words: &[Text], word: &str) -> bool {
    words.iter().any(|own| own == word)
}

fn has_or_any(words: &[Text], word: &str) -> bool {
    words.iter().any(|own| own == "*" || own == word)
}

fn has_all_or_any(words: &[Text], others: &[Text]) -> bool {
    has(words, "*") || others.iter().all(|other| has(words, other))
}

/// `/a/*` and `*` stand for all that begins so.
fn is_url_under(pattern: &str, path: &str) -> bool {
    let root = pattern.trim_end_matches('*');
    pattern == path || (root.len() < pattern.len() && path.starts_with(root))
}

impl Rule {
    /// The rules of a role, as it is stored.
    pub(crate) fn all_of(role: &Value) -> Vec<Self> {
        let rules = role.get("rules").and_then(Value::as_sequence);
        rules.unwrap_or_default().iter().map(Self::read).collect()
    }

    fn read(rule: &Value) -> Self {
        let words = |name: &str| -> Words {
            let words = rule.get(name).and_then(Value::as_sequence);
            let words = words.unwrap_or_default().iter();
            words.filter_map(Value::as_str).map(Text::from).collect()
        };
        Self {
            verbs: words("verbs"),
            api_groups: words("apiGroups"),
            resources: words("resources"),
            resource_names: words("resourceNames"),
            urls: words("nonResourceURLs"),
        }
    }

    /// As it stands in a role.
    pub(crate) fn to_value(&self) -> Value {
        let mut fields = Mapping::new();
        for (name, words) in [
            ("verbs", &self.verbs),
            ("apiGroups", &self.api_groups),
            ("resources", &self.resources),
            ("resourceNames", &self.resource_names),
            ("nonResourceURLs", &self.urls),
        ] {
            if !words.is_empty() {
                let words = words.iter().cloned().map(Value::string).collect();
                fields.insert(name, Value::sequence(words));
            }
        }
        Value::from(fields)
    }

    /// Whether it allows what is asked.
    pub(crate) fn allows(&self, asked: &Attributes<'_>) -> bool {
        if !has_or_any(&self.verbs, asked.verb) {
            return false;
        }
        if !asked.is_resource {
            return self.urls.iter().any(|url| is_url_under(url, asked.path));
        }
        has_or_any(&self.api_groups, asked.group)
            && self.is_for(asked.resource, asked.subresource)
            && (self.resource_names.is_empty() || has(&self.resource_names, asked.name))
    }

    fn is_for(&self, resource: &str, subresource: &str) -> bool {
        self.resources.iter().any(|own| match own.split_once('/') {
            _ if own == "*" => true,
            None => subresource.is_empty() && own == resource,
            Some((base, part)) => {
                !subresource.is_empty() && part == subresource && (base == "*" || base == resource)
            }
        })
    }

    /// Whether this one rule allows all that another does.
    fn covers(&self, other: &Self) -> bool {
        let names = if other.resource_names.is_empty() {
            self.resource_names.is_empty()
        } else {
            self.resource_names.is_empty()
                || other
                    .resource_names
                    .iter()
                    .all(|name| has(&self.resource_names, name))
        };
        let is_resource_covered = |resource: &Text| {
            let part = resource.split_once('/').map(|(_, part)| part);
            has_or_any(&self.resources, resource)
                || part.is_some_and(|part| has(&self.resources, &format!("*/{part}")))
        };
        has_all_or_any(&self.verbs, &other.verbs)
            && has_all_or_any(&self.api_groups, &other.api_groups)
            && names
            && other.resources.iter().all(is_resource_covered)
            && other
                .urls
                .iter()
                .all(|url| self.urls.iter().any(|own| is_url_under(own, url)))
    }

    /// The same as rules of one verb, one group, one resource and one name, or one path.
    fn parts(&self) -> Vec<Self> {
        let one = |word: &Text| vec![word.clone()];
        let mut parts = Vec::new();
        for group in &self.api_groups {
            for resource in &self.resources {
                for verb in &self.verbs {
                    let part = Self {
                        verbs: one(verb),
                        api_groups: one(group),
                        resources: one(resource),
                        ..Self::default()
                    };
                    if self.resource_names.is_empty() {
                        parts.push(part);
                        continue;
                    }
                    for name in &self.resource_names {
                        parts.push(Self {
                            resource_names: one(name),
                            ..part.clone()
                        });
                    }
                }
            }
        }
        for url in &self.urls {
            for verb in &self.verbs {
                parts.push(Self {
                    verbs: one(verb),
                    urls: one(url),
                    ..Self::default()
                });
            }
        }
        parts
    }
}

/// What `wanted` allows and `held` does not, verbs of the same resource gathered.
pub(crate) fn missing(held: &[Rule], wanted: &[Rule]) -> Vec<Rule> {
    let is_missing = |part: &Rule| !held.iter().any(|own| own.covers(part));
    let parts = wanted.iter().flat_map(Rule::parts).filter(is_missing);
    let mut gathered: Vec<Rule> = Vec::new();
    for part in parts {
        let is_same = |known: &&mut Rule| {
            !part.resources.is_empty()
                && known.api_groups == part.api_groups
                && known.resources == part.resources
                && known.resource_names == part.resource_names
        };
        match gathered.iter_mut().find(is_same) {
            Some(known) => known.verbs.extend(part.verbs),
            None => gathered.push(part),
        }
    }
    gathered
}

/// How rules are told, each on a line, sorted.
pub(crate) fn told(rules: &[Rule]) -> String {
    let lines: BTreeSet<String> = rules.iter().map(Rule::to_string).collect();
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            &self.api_groups,
            &self.resources,
            &self.urls,
            &self.resource_names,
            &self.verbs,
        ];
        f.write_str("{")?;
        let told = FIELDS
            .iter()
            .zip(words)
            .filter(|(_, words)| !words.is_empty());
        for (at, (name, words)) in told.enumerate() {
            let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            let (first, rest) = name.split_at(1);
            let comma = if at > 0 { ", " } else { "" };
            // Kubernetes tells Go's names: APIGroups, NonResourceURLs.
            let name = match *name {
                "apiGroups" => "APIGroups".to_owned(),
                _ => format!("{}{rest}", first.to_uppercase()),
            };
            write!(f, "{comma}{name}:[{}]", words.join(" "))?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Identity;

    fn rule(verbs: &str, groups: &str, resources: &str, names: &str) -> Rule {
        let words = |text: &str| text.split(',').map(Text::from).collect::<Words>();
        Rule {
            verbs: words(verbs),
            api_groups: words(groups),
            resources: words(resources),
            resource_names: if names.is_empty() {
                Vec::new()
            } else {
                words(names)
            },
            urls: Vec::new(),
        }
    }

    fn allows(rule: &Rule, verb: &str, group: &str, resource: &str, name: &str) -> bool {
        let user = Identity::default();
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        rule.allows(&Attributes {
            subresource,
            ..Attributes::of_resource(&user, verb, group, resource, name)
        })
    }

    #[test]
    fn a_rule_allows_what_it_says() {
        let pods = rule("get,list", "", "pods", "");
        assert!(allows(&pods, "get", "", "pods", "a"));
        assert!(!allows(&pods, "get", "", "pods/log", "a"));
        assert!(!allows(&pods, "delete", "", "pods", "a"));
        assert!(!allows(&pods, "get", "apps", "pods", "a"));
        let named = rule("get", "", "secrets", "only");
        assert!(allows(&named, "get", "", "secrets", "only"));
        assert!(!allows(&named, "get", "", "secrets", "other"));
        assert!(!allows(&named, "get", "", "secrets", ""));
        let status = rule("get", "*", "*/status", "");
        assert!(allows(&status, "get", "apps", "deployments/status", "d"));
        assert!(!allows(&status, "get", "apps", "deployments", "d"));
        assert!(allows(&rule("*", "*", "*", ""), "use", "x", "y/z", ""));
    }

    #[test]
    fn paths_end_with_a_star() {
        for (pattern, path, expected) in [
            ("/api/*", "/api/v1", true),
            ("/api/*", "/api", false),
            ("*", "/anything", true),
            ("/healthz", "/healthz/ping", false),
        ] {
            assert_eq!(is_url_under(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_missing_is_told_by_resource() {
        let held = [
            rule("get,list", "", "pods,pods/log", ""),
            rule("*", "apps", "*", ""),
        ];
        assert_eq!(missing(&held, &[rule("get", "", "pods", "a")]), []);
        assert_eq!(
            missing(&held, &[rule("delete", "apps", "deployments/scale", "")]),
            []
        );
        let wanted = [
            rule("get,delete,patch", "", "pods", ""),
            rule("get", "", "secrets", "s"),
        ];
        let missing = missing(&held, &wanted);
        assert_eq!(
            told(&missing),
            "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"patch\"]}\n\
             {APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"s\"], Verbs:[\"get\"]}"
        );
        let named = [rule("get", "", "secrets", "s")];
        assert_eq!(
            super::missing(&named, &[rule("get", "", "secrets", "")]).len(),
            1
        );
    }
}
