//! The audit policy: which requests are told of, and how much (`audit.k8s.io/v1` `Policy`).
//!
//! After `apiserver/pkg/audit/policy`: the first rule that fits decides; what no rule fits is not
//! told of.

use std::path::Path;
use trimtab_tree::{ParseOptions, Value, parse_document};

use super::event::Event;
use super::level::{LEVELS, Level, STAGES, Stage};
use super::log::AuditError;
use crate::request::RequestInfo;

/// Resources that a rule is about.
#[derive(Debug, Default)]
struct Resources {
    group: String,
    /// `pods`, `pods/log`, `*/status`; none is all.
    plurals: Vec<String>,
    names: Vec<String>,
}

#[derive(Debug)]
struct Rule {
    level: Level,
    users: Vec<String>,
    groups: Vec<String>,
    verbs: Vec<String>,
    resources: Vec<Resources>,
    namespaces: Vec<String>,
    urls: Vec<String>,
    omitted: Vec<Stage>,
    omits_managed_fields: Option<bool>,
}

/// What is told of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) level: Level,
    pub(super) omitted: Vec<Stage>,
    pub(super) omits_managed_fields: bool,
}

/// The rules, in order.
#[derive(Debug)]
pub(super) struct Policy {
    rules: Vec<Rule>,
    omitted: Vec<Stage>,
    omits_managed_fields: bool,
}

impl Default for Policy {
    /// Everything, once it is answered, without bodies.
    fn default() -> Self {
        Self {
            rules: vec![Rule {
                level: Level::Metadata,
                users: Vec::new(),
                groups: Vec::new(),
                verbs: Vec::new(),
                resources: Vec::new(),
                namespaces: Vec::new(),
                urls: Vec::new(),
                omitted: Vec::new(),
                omits_managed_fields: None,
            }],
            omitted: vec![Stage::RequestReceived],
            omits_managed_fields: false,
        }
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// When the file cannot be read or holds none.
    pub(super) fn read(path: &Path) -> Result<Self, AuditError> {
        let text = std::fs::read_to_string(path).map_err(|source| AuditError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text).map_err(|why| AuditError::Policy {
            path: path.to_owned(),
            why,
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let value = parse_document(text, ParseOptions::default());
        let value = value.map_err(|error| error.message.clone())?;
        let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let (version, kind) = (field("apiVersion"), field("kind"));
        if (version, kind) != ("audit.k8s.io/v1", "Policy") {
            return Err(format!("it is a {kind:?} of {version:?}"));
        }
        let rules = value
            .get("rules")
            .and_then(Value::as_sequence)
            .unwrap_or_default();
        if rules.is_empty() {
            return Err("it has no rules".to_owned());
        }
        let rules = rules
            .iter()
            .enumerate()
            .map(|(at, rule)| Rule::parse(rule).map_err(|why| format!("rules[{at}]: {why}")));
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
            omitted: stages(&value)?,
            omits_managed_fields: is_true(&value, "omitManagedFields").unwrap_or(false),
        })
    }

    /// Whether bodies may be told of, whoever asks.
    pub(super) fn may_tell_bodies(&self, info: &RequestInfo<'_>) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.level >= Level::Request && rule.is_for(info))
    }

    /// What is told.
    pub(super) fn of(&self, event: &Event) -> Verdict {
        let info = event.info();
        let fits = |rule: &&Rule| rule.is_for(&info) && rule.is_of(event);
        let Some(rule) = self.rules.iter().find(fits) else {
            return Verdict {
                level: Level::None,
                omitted: Vec::new(),
                omits_managed_fields: false,
            };
        };
        let omitted = self.omitted.iter().chain(&rule.omitted).copied();
        Verdict {
            level: rule.level,
            omitted: omitted.collect(),
            omits_managed_fields: rule
                .omits_managed_fields
                .unwrap_or(self.omits_managed_fields),
        }
    }
}

impl Rule {
    fn parse(rule: &Value) -> Result<Self, String> {
        let level = rule
            .get("level")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let level = LEVELS
            .iter()
            .find(|(name, _)| *name == level)
            .ok_or_else(|| {
                format!("the level {level:?} is none of None, Metadata, Request, RequestResponse")
            })?;
        let resources = rule
            .get("resources")
            .and_then(Value::as_sequence)
            .unwrap_or_default();
        let resources: Vec<Resources> = resources
            .iter()
            .map(|resources| Resources {
                group: resources
                    .get("group")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                plurals: texts(resources, "resources"),
                names: texts(resources, "resourceNames"),
            })
            .collect();
        let urls = texts(rule, "nonResourceURLs");
        if !urls.is_empty() && (!resources.is_empty() || !texts(rule, "namespaces").is_empty()) {
            return Err("it is about resources and about nonResourceURLs".to_owned());
        }
        Ok(Self {
            level: level.1,
            users: texts(rule, "users"),
            groups: texts(rule, "userGroups"),
            verbs: texts(rule, "verbs"),
            resources,
            namespaces: texts(rule, "namespaces"),
            urls,
            omitted: stages(rule)?,
            omits_managed_fields: is_true(rule, "omitManagedFields"),
        })
    }

    /// Whether it is about what is asked.
    fn is_for(&self, info: &RequestInfo<'_>) -> bool {
        if !self.verbs.is_empty() && !has(&self.verbs, info.verb) {
            return false;
        }
        if !self.namespaces.is_empty() || !self.resources.is_empty() {
            let in_namespace = self.namespaces.is_empty() || has(&self.namespaces, info.namespace);
            let of_resource = self.resources.is_empty()
                || self.resources.iter().any(|resources| resources.are(info));
            return info.is_resource && in_namespace && of_resource;
        }
        if !self.urls.is_empty() {
            let is_it = |url: &String| match url.strip_suffix('*') {
                Some(root) => info.path.starts_with(root),
                None => info.path == url,
            };
            return !info.is_resource && self.urls.iter().any(is_it);
        }
        true
    }

    /// Whether it is about who asks.
    fn is_of(&self, event: &Event) -> bool {
        let user = event.user();
        let name = user.map(|user| user.name.as_str()).unwrap_or_default();
        let by_group = |group: &String| user.is_some_and(|user| user.is_in(group));
        (self.users.is_empty() || has(&self.users, name))
            && (self.groups.is_empty() || self.groups.iter().any(by_group))
    }
}

impl Resources {
    fn are(&self, info: &RequestInfo<'_>) -> bool {
        if self.group != info.group {
            return false;
        }
        if !self.names.is_empty() && !has(&self.names, info.name) {
            return false;
        }
        if self.plurals.is_empty() {
            return true;
        }
        self.plurals.iter().any(|own| match own.split_once('/') {
            None if own == "*" => info.subresource.is_empty(),
            None => info.subresource.is_empty() && own == info.resource,
            Some((resource, part)) => {
                (resource == "*" || resource == info.resource)
                    && (part == "*" || part == info.subresource)
                    && (resource != "*" || part != "*" || !info.subresource.is_empty())
            }
        })
    }
}

fn has(texts: &[String], text: &str) -> bool {
    texts.iter().any(|own| own == text)
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    let texts = value
        .get(name)
        .and_then(Value::as_sequence)
        .unwrap_or_default();
    texts
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn is_true(value: &Value, name: &str) -> Option<bool> {
    let text = value.get(name)?.text_if_not_null()?;
    Some(text == "true")
}

fn stages(value: &Value) -> Result<Vec<Stage>, String> {
    let stages = texts(value, "omitStages");
    let stages = stages.iter().map(|name| {
        let stage = STAGES.iter().find(|(known, _)| known == name);
        let stage = stage.ok_or_else(|| format!("omitStages: {name:?} is no stage"))?;
        Ok(stage.1)
    });
    stages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Identity;
    use crate::audit::Trail;

    const POLICY: &str = "
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:kube-proxy]
  verbs: [watch]
- level: Metadata
  resources:
  - {group: '', resources: [secrets, configmaps]}
- level: RequestResponse
  omitManagedFields: true
  resources:
  - {group: '', resources: [pods, pods/log]}
- level: None
  nonResourceURLs: ['/healthz*']
- level: Request
  resources:
  - {group: apps}
";

    fn told(method: &str, path: &str, user: &str) -> Level {
        let policy = Policy::parse(POLICY).unwrap();
        let request = http::Request::builder().method(method).uri(path);
        let parts = request.body(()).unwrap().into_parts().0;
        let mut event = Event::of(&parts, jiff::Timestamp::UNIX_EPOCH, "id".to_owned());
        let trail = Trail {
            user: Some(Identity::user(user, &[])),
            ..Trail::default()
        };
        event.learn(trail, Vec::new());
        policy.of(&event).level
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        for (method, path, user, expected) in [
            (
                "GET",
                "/api/v1/pods?watch=1",
                "system:kube-proxy",
                Level::None,
            ),
            (
                "GET",
                "/api/v1/pods?watch=1",
                "jane",
                Level::RequestResponse,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/secrets/b",
                "jane",
                Level::Metadata,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/pods/b/log",
                "jane",
                Level::RequestResponse,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/pods/b/status",
                "jane",
                Level::None,
            ),
            ("GET", "/healthz/ping", "jane", Level::None),
            ("GET", "/version", "jane", Level::None),
            ("GET", "/apis/apps/v1/deployments", "jane", Level::Request),
        ] {
            assert_eq!(told(method, path, user), expected, "{path} {user}");
        }
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for (text, expected) in [
            ("kind: Pod", "it is a \"Pod\""),
            ("apiVersion: audit.k8s.io/v1\nkind: Policy", "no rules"),
            (
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: All}]",
                "rules[0]: the level \"All\"",
            ),
            (
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, omitStages: [x]}]",
                "\"x\" is no stage",
            ),
        ] {
            let error = Policy::parse(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn bodies_are_read_only_where_a_rule_may_tell_them() {
        let policy = Policy::parse(POLICY).unwrap();
        let may = |path| {
            let info = RequestInfo::parse(&http::Method::GET, path, "");
            policy.may_tell_bodies(&info)
        };
        assert!(may("/api/v1/namespaces/a/pods/b"));
        assert!(!may("/api/v1/namespaces/a/secrets/b"));
        assert!(!Policy::default().may_tell_bodies(&RequestInfo::default()));
    }
}
