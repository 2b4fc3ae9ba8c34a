//! Which flow schema a request falls under: the one of least precedence that matches it.
//!
//! Rules: `apiserver/pkg/util/flowcontrol/rule.go` upstream.

use super::counts::Counts;
use crate::Identity;
use crate::request::RequestInfo;
use http::HeaderValue;
use std::sync::Arc;
use trimtab_tree::Value;

/// A flow schema, ready to be asked.
pub(super) struct Schema {
    pub(super) name: String,
    /// Its uid, as it stands in answers.
    pub(super) uid: Option<HeaderValue>,
    /// The name of its priority level.
    pub(super) level: String,
    /// What became of its requests.
    pub(super) counts: Arc<Counts>,
    precedence: i64,
    rules: Vec<Rule>,
}

struct Rule {
    subjects: Vec<Subject>,
    objects: Vec<Objects>,
    paths: Vec<Paths>,
}

enum Subject {
    User(String),
    Group(String),
    /// A namespace, and a name or `*`.
    ServiceAccount(String, String),
}

struct Objects {
    verbs: Vec<String>,
    groups: Vec<String>,
    resources: Vec<String>,
    namespaces: Vec<String>,
    in_no_namespace: bool,
}

struct Paths {
    verbs: Vec<String>,
    paths: Vec<String>,
}

impl Schema {
    pub(super) fn read(object: &Value) -> Self {
        let text = |path: &[&str]| {
            let text = object.get_path(path).and_then(Value::text);
            text.unwrap_or_default().to_owned()
        };
        let precedence = text(&["spec", "matchingPrecedence"]);
        Self {
            name: text(&["metadata", "name"]),
            uid: HeaderValue::from_str(&text(&["metadata", "uid"])).ok(),
            level: text(&["spec", "priorityLevelConfiguration", "name"]),
            counts: Arc::default(),
            precedence: precedence.parse().unwrap_or(i64::MAX),
            rules: items(object.get_path(&["spec", "rules"]))
                .map(Rule::read)
                .collect(),
        }
    }

    /// What schemas are asked in the order of.
    pub(super) fn order(&self) -> (i64, &str) {
        (self.precedence, &self.name)
    }

    pub(super) fn takes(&self, identity: &Identity, request: &RequestInfo<'_>) -> bool {
        self.rules.iter().any(|rule| rule.takes(identity, request))
    }
}

impl Rule {
    fn read(rule: &Value) -> Self {
        Self {
            subjects: items(rule.get("subjects"))
                .filter_map(Subject::read)
                .collect(),
            objects: items(rule.get("resourceRules"))
                .map(Objects::read)
                .collect(),
            paths: items(rule.get("nonResourceRules"))
                .map(Paths::read)
                .collect(),
        }
    }

    fn takes(&self, identity: &Identity, request: &RequestInfo<'_>) -> bool {
        if !self.subjects.iter().any(|subject| subject.is(identity)) {
            return false;
        }
        if request.is_resource {
            self.objects.iter().any(|objects| objects.take(request))
        } else {
            self.paths.iter().any(|paths| paths.take(request))
        }
    }
}

impl Subject {
    fn read(subject: &Value) -> Option<Self> {
        let text = |path: &[&str]| {
            let text = subject.get_path(path).and_then(Value::text);
            text.unwrap_or_default().to_owned()
        };
        Some(match subject.get("kind")?.text()? {
            "User" => Self::User(text(&["user", "name"])),
            "Group" => Self::Group(text(&["group", "name"])),
            "ServiceAccount" => Self::ServiceAccount(
                text(&["serviceAccount", "namespace"]),
                text(&["serviceAccount", "name"]),
            ),
            _ => return None,
        })
    }

    fn is(&self, identity: &Identity) -> bool {
        match self {
            Self::User(name) => name == "*" || *name == identity.name,
            Self::Group(name) => name == "*" || identity.is_in(name),
            Self::ServiceAccount(namespace, name) => {
                let account = identity.name.strip_prefix("system:serviceaccount:");
                let account = account.and_then(|account| account.split_once(':'));
                account.is_some_and(|(of, own)| of == namespace && (name == "*" || own == name))
            }
        }
    }
}

impl Objects {
    fn read(rule: &Value) -> Self {
        Self {
            verbs: texts(rule.get("verbs")),
            groups: texts(rule.get("apiGroups")),
            resources: texts(rule.get("resources")),
            namespaces: texts(rule.get("namespaces")),
            in_no_namespace: rule.get("clusterScope").and_then(Value::text) == Some("true"),
        }
    }

    fn take(&self, request: &RequestInfo<'_>) -> bool {
        let is_resource = |wanted: &String| {
            let (resource, below) = wanted.split_once('/').unwrap_or((wanted, ""));
            wanted == "*" || (resource == request.resource && below == request.subresource)
        };
        let is_place = if request.namespace.is_empty() {
            self.in_no_namespace
        } else {
            holds(&self.namespaces, request.namespace)
        };
        is_place
            && holds(&self.verbs, request.verb)
            && holds(&self.groups, request.group)
            && self.resources.iter().any(is_resource)
    }
}

impl Paths {
    fn read(rule: &Value) -> Self {
        Self {
            verbs: texts(rule.get("verbs")),
            paths: texts(rule.get("nonResourceURLs")),
        }
    }

    fn take(&self, request: &RequestInfo<'_>) -> bool {
        let is_path = |path: &String| match path.strip_suffix('*') {
            Some(start) => request.path.starts_with(start),
            None => request.path == path,
        };
        holds(&self.verbs, request.verb) && self.paths.iter().any(is_path)
    }
}

fn holds(texts: &[String], wanted: &str) -> bool {
    texts.iter().any(|text| text == "*" || text == wanted)
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_sequence).unwrap_or_default().iter()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let texts = items(list).filter_map(Value::text);
    texts.map(str::to_owned).collect()
}
