//! The roles and bindings that every cluster has (`defaults.txt`); [`install`] makes them at the start.
//!
//! What is there already is completed: rules, labels and subjects that are missing are added, and
//! nothing is taken away, unless the object says that it shall not be updated
//! (`rbac.authorization.kubernetes.io/autoupdate: "false"`). That is kube-apiserver's reconciliation
//! (`component-helpers/auth/rbac/reconciliation`).

pub(crate) mod install;
mod parse;

use trimtab_tree::{Mapping, Value};

use super::rbac::GROUP;
use super::rule::{Rule, missing};
use parse::{Default, Subject, What, defaults};

const BOOTSTRAPPING: (&str, &str) = ("kubernetes.io/bootstrapping", "rbac-defaults");
const AUTOUPDATE: &str = "rbac.authorization.kubernetes.io/autoupdate";
const LABELS: &str = "rbac.authorization.k8s.io/";
const API_VERSION: &str = "rbac.authorization.k8s.io/v1";
/// The role whose rules nodes have.
const NODE: &str = "system:node";

/// The rules that nodes have.
pub(crate) fn node_rules() -> Vec<Rule> {
    let mut all = defaults().into_iter();
    match all
        .find(|default| default.name == NODE)
        .map(|default| default.what)
    {
        Some(What::Role { rules, .. }) => rules,
        _ => Vec::new(),
    }
}

/// The rules that allow everything.
pub(crate) fn full_authority() -> [Rule; 2] {
    let any = || vec![trimtab_tree::Text::from("*")];
    let resources = Rule {
        verbs: any(),
        api_groups: any(),
        resources: any(),
        ..Rule::default()
    };
    let paths = Rule {
        verbs: any(),
        urls: any(),
        ..Rule::default()
    };
    [resources, paths]
}

/// The rules of a role, with those that it gathers.
fn gathered(all: &[Default], at: usize) -> Vec<Rule> {
    let What::Role { rules, gathers } = &all[at].what else {
        return Vec::new();
    };
    let mut gathered = rules.clone();
    let Some(label) = gathers else {
        return gathered;
    };
    let labelled = |default: &&(usize, &Default)| default.1.labels.contains(label);
    let mut others: Vec<(usize, &Default)> = all.iter().enumerate().collect();
    others.retain(|other| labelled(&other));
    others.sort_by_key(|(_, other)| other.name);
    for (other, _) in others {
        for rule in self::gathered(all, other) {
            if !gathered.contains(&rule) {
                gathered.push(rule);
            }
        }
    }
    gathered
}

impl Default {
    fn plural(&self) -> &'static str {
        match (&self.what, self.namespace.is_empty()) {
            (What::Role { .. }, true) => "clusterroles",
            (What::Role { .. }, false) => "roles",
            (What::Binding { .. }, true) => "clusterrolebindings",
            (What::Binding { .. }, false) => "rolebindings",
        }
    }

    fn kind(&self) -> &'static str {
        match self.plural() {
            "clusterroles" => "ClusterRole",
            "roles" => "Role",
            "clusterrolebindings" => "ClusterRoleBinding",
            _ => "RoleBinding",
        }
    }

    fn labels(&self) -> Vec<(String, &'static str)> {
        let own = self.labels.iter();
        let own = own.map(|label| (format!("{LABELS}{label}"), "true"));
        let (key, value) = BOOTSTRAPPING;
        std::iter::once((key.to_owned(), value))
            .chain(own)
            .collect()
    }

    /// The object, as it is made.
    fn object(&self, uid: String, now: &str) -> Value {
        let text = |text: &str| Value::string(text);
        let labels: Mapping = self
            .labels()
            .into_iter()
            .map(|(key, value)| (key.into(), text(value)))
            .collect();
        let mut metadata = Mapping::from([("name", text(self.name))]);
        if !self.namespace.is_empty() {
            metadata.insert("namespace", text(self.namespace));
        }
        metadata.insert("uid", Value::string(uid));
        metadata.insert("creationTimestamp", text(now));
        metadata.insert("labels", Value::from(labels));
        metadata.insert("annotations", Value::mapping([(AUTOUPDATE, text("true"))]));
        let mut fields = Mapping::from([
            ("apiVersion", text(API_VERSION)),
            ("kind", text(self.kind())),
            ("metadata", Value::from(metadata)),
        ]);
        match &self.what {
            What::Role { rules, gathers } => {
                let told = rules.iter().map(Rule::to_value).collect::<Vec<_>>();
                let is_null = gathers.is_some() && told.is_empty();
                let told = if is_null {
                    Value::null()
                } else {
                    Value::sequence(told)
                };
                fields.insert("rules", told);
                if let Some(label) = gathers {
                    let labels =
                        Mapping::from_iter([(format!("{LABELS}{label}").into(), text("true"))]);
                    let selector = Value::mapping([("matchLabels", Value::from(labels))]);
                    let selectors = Value::sequence(vec![selector]);
                    fields.insert(
                        "aggregationRule",
                        Value::mapping([("clusterRoleSelectors", selectors)]),
                    );
                }
            }
            What::Binding { role, subjects } => {
                if !subjects.is_empty() {
                    let subjects = subjects.iter().copied().map(Subject::to_value).collect();
                    fields.insert("subjects", Value::sequence(subjects));
                }
                fields.insert("roleRef", self.role_ref(role));
            }
        }
        Value::from(fields)
    }

    fn role_ref(&self, role: &str) -> Value {
        let kind = if self.namespace.is_empty() {
            "ClusterRole"
        } else {
            "Role"
        };
        Value::mapping([
            ("apiGroup", Value::string(GROUP)),
            ("kind", Value::string(kind)),
            ("name", Value::string(role)),
        ])
    }

    /// The object with what it lacks; `None` if it lacks nothing or is not to be touched.
    fn completed(&self, live: &Value) -> Option<Value> {
        let annotation = live.get_path(&["metadata", "annotations", AUTOUPDATE]);
        if annotation.and_then(Value::as_str) == Some("false") {
            return None;
        }
        let mut object = live.clone();
        let mut changed = false;
        let labels = self.labels();
        let annotations = [(AUTOUPDATE.to_owned(), "true")];
        for (field, wanted) in [("labels", &labels[..]), ("annotations", &annotations[..])] {
            let metadata = object.get_mut("metadata")?.as_mapping_mut()?;
            let own = metadata.get_or_insert_with(field, || Value::mapping([]));
            let own = own.as_mapping_mut()?;
            for (key, value) in wanted {
                if own.get(key).and_then(Value::as_str) != Some(*value) {
                    own.insert(key, Value::string(*value));
                    changed = true;
                }
            }
        }
        let fields = object.as_mapping_mut()?;
        let mut add = |field: &str, items: Vec<Value>| {
            if items.is_empty() {
                return;
            }
            changed = true;
            let own = fields.get_or_insert_with(field, Value::null);
            let mut all = own.as_sequence().unwrap_or_default().to_vec();
            all.extend(items);
            *own = Value::sequence(all);
        };
        match &self.what {
            // Whose rules are gathered, a controller looks after.
            What::Role {
                gathers: Some(_), ..
            } => {}
            What::Role { rules, .. } => {
                let lacking = missing(&Rule::all_of(live), rules);
                add("rules", lacking.iter().map(Rule::to_value).collect());
            }
            What::Binding { subjects, role } => {
                let known = live.get("subjects").and_then(Value::as_sequence);
                let known = known.unwrap_or_default();
                let lacking = subjects
                    .iter()
                    .filter(|subject| !known.iter().any(|own| subject.is(own)));
                add(
                    "subjects",
                    lacking.copied().map(Subject::to_value).collect(),
                );
                // What a binding is of cannot be changed by anybody else; here it is put right.
                if live.get_path(&["roleRef", "name"]).and_then(Value::as_str) != Some(*role) {
                    fields.insert("roleRef", self.role_ref(role));
                    changed = true;
                }
            }
        }
        changed.then_some(object)
    }
}

impl Subject {
    fn to_value(self) -> Value {
        let mut fields = Mapping::from([("kind", Value::string(self.kind))]);
        if self.namespace.is_empty() {
            fields.insert("apiGroup", Value::string(GROUP));
        }
        fields.insert("name", Value::string(self.name));
        if !self.namespace.is_empty() {
            fields.insert("namespace", Value::string(self.namespace));
        }
        Value::from(fields)
    }

    fn is(&self, subject: &Value) -> bool {
        let text = |name: &str| {
            subject
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        (text("kind"), text("name"), text("namespace")) == (self.kind, self.name, self.namespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(name: &str) -> Default {
        let mut all = defaults().into_iter();
        all.find(|default| default.name == name).unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let all = defaults();
        let count = |plural| {
            all.iter()
                .filter(|default| default.plural() == plural)
                .count()
        };
        assert_eq!(
            [
                "clusterroles",
                "clusterrolebindings",
                "roles",
                "rolebindings"
            ]
            .map(count),
            [71, 52, 7, 7]
        );
        for default in &all {
            if let What::Role { rules, gathers } = &default.what {
                assert_eq!(rules.is_empty(), gathers.is_some(), "{}", default.name);
                for rule in rules {
                    assert!(!rule.verbs.is_empty());
                    assert_ne!(rule.resources.is_empty(), rule.urls.is_empty());
                }
            }
        }
    }

    #[test]
    fn every_binding_is_of_a_role_that_is_there() {
        let all = defaults();
        for default in &all {
            if let What::Binding { role, .. } = &default.what {
                let is_role = |other: &Default| {
                    matches!(other.what, What::Role { .. })
                        && other.name == *role
                        && other.namespace == default.namespace
                };
                // The reader of this configuration map is bound under another name.
                assert!(all.iter().any(is_role), "{}", default.name);
            }
        }
    }

    #[test]
    fn admin_has_what_edit_has_and_edit_what_view_has() {
        let all = defaults();
        let at = |name: &str| all.iter().position(|default| default.name == name).unwrap();
        let [view, edit, admin] = ["view", "edit", "admin"].map(|name| gathered(&all, at(name)));
        assert!(missing(&edit, &view).is_empty());
        assert!(missing(&admin, &edit).is_empty());
        assert!(!missing(&view, &edit).is_empty());
        assert!(!missing(&edit, &admin).is_empty());
    }

    #[test]
    fn what_is_there_is_completed_and_no_more() {
        let role = default("system:basic-user");
        let made = role.object("u".to_owned(), "now");
        assert_eq!(role.completed(&made), None);
        let mut less = made.clone();
        less.as_mapping_mut()
            .unwrap()
            .insert("rules", Value::sequence(Vec::new()));
        let completed = role.completed(&less).unwrap();
        let What::Role { rules, .. } = &role.what else {
            panic!()
        };
        assert!(missing(&Rule::all_of(&completed), rules).is_empty());
        let metadata = less.get_mut("metadata").unwrap().as_mapping_mut().unwrap();
        let off = Value::mapping([(AUTOUPDATE, Value::string("false"))]);
        metadata.insert("annotations", off);
        assert_eq!(role.completed(&less), None);

        let binding = default("system:public-info-viewer");
        let binding = if matches!(binding.what, What::Role { .. }) {
            let mut all = defaults().into_iter();
            all.find(|other| other.name == binding.name && other.plural() == "clusterrolebindings")
                .unwrap()
        } else {
            binding
        };
        let mut made = binding.object("u".to_owned(), "now");
        made.as_mapping_mut()
            .unwrap()
            .insert("subjects", Value::null());
        let completed = binding.completed(&made).unwrap();
        assert_eq!(
            completed
                .get("subjects")
                .unwrap()
                .as_sequence()
                .unwrap()
                .len(),
            2
        );
    }
}
