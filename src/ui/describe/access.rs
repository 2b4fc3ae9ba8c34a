//! Roles and who has them.

use super::fields::{items, text, texts};
use super::sheet::Sheet;
use trimtab_tree::Value;

/// What may be done with one resource, or at some addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    group: Option<String>,
    resource: Option<String>,
    names: Vec<String>,
    addresses: Vec<String>,
    verbs: Vec<String>,
}

/// Writes a Role or `ClusterRole`.
pub(super) fn write_role(sheet: &mut Sheet, role: &Value) {
    sheet.cluster_head(role);
    sheet.line(0, "PolicyRule:");
    sheet.row(
        1,
        &["Resources", "Non-Resource URLs", "Resource Names", "Verbs"],
    );
    sheet.row(
        1,
        &["---------", "-----------------", "--------------", "-----"],
    );
    for rule in rules(role) {
        let lists = [&rule.addresses, &rule.names, &rule.verbs];
        let lists = lists.map(|list| format!("[{}]", list.join(" ")));
        sheet.line(1, format_args!("{}\t{}", rule.subject(), lists.join("\t")));
    }
}

impl Rule {
    /// The resource with its group, before a subresource.
    fn subject(&self) -> String {
        let Some(resource) = &self.resource else {
            return String::new();
        };
        let (resource, subresource) = match resource.split_once('/') {
            Some((resource, subresource)) => (resource, format!("/{subresource}")),
            None => (&**resource, String::new()),
        };
        match self.group.as_deref() {
            None | Some("") => format!("{resource}{subresource}"),
            Some(group) => format!("{resource}.{group}{subresource}"),
        }
    }

    /// How Go prints it, by which kubectl orders rules.
    fn order(&self) -> String {
        let (verbs, names) = (self.verbs.join(" "), self.names.join(" "));
        let group = self.group.as_deref().unwrap_or_default();
        let resource = self.resource.as_deref().unwrap_or_default();
        let addresses = self.addresses.join(" ");
        format!(
            "Verbs:[{verbs}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{names}],NonResourceURLs:[{addresses}],"
        )
    }

    /// Whether it is about the same as another, but for what is done.
    fn is_about(&self, other: &Self) -> bool {
        let about = |it: &Self| (it.group.clone(), it.resource.clone(), it.names.clone());
        self.resource.is_some() && about(self) == about(other)
    }
}

/// The rules of a role, taken apart and put together: one for each resource and name.
fn rules(role: &Value) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for part in items(role, "rules").iter().flat_map(parts) {
        match rules.iter_mut().find(|rule| rule.is_about(&part)) {
            Some(rule) => {
                let new = part.verbs.iter().filter(|verb| !rule.verbs.contains(verb));
                let new: Vec<String> = new.cloned().collect();
                rule.verbs.extend(new);
            }
            None => rules.push(part),
        }
    }
    rules.sort_by_cached_key(Rule::order);
    rules
}

/// A rule taken apart: one for each group, resource, name and verb, and one for each address and verb.
fn parts(rule: &Value) -> Vec<Rule> {
    let owned = |text: &str| vec![text.to_owned()];
    let verbs = texts(rule, "verbs");
    let names: Vec<Vec<String>> = match &texts(rule, "resourceNames")[..] {
        [] => vec![Vec::new()],
        names => names.iter().map(|name| owned(name)).collect(),
    };
    let mut parts = Vec::new();
    for group in texts(rule, "apiGroups") {
        for resource in texts(rule, "resources") {
            let each = verbs
                .iter()
                .flat_map(|verb| names.iter().map(move |name| (verb, name)));
            parts.extend(each.map(|(verb, name)| Rule {
                group: Some(group.to_owned()),
                resource: Some(resource.to_owned()),
                names: name.clone(),
                addresses: Vec::new(),
                verbs: owned(verb),
            }));
        }
    }
    for address in texts(rule, "nonResourceURLs") {
        parts.extend(verbs.iter().map(|verb| Rule {
            addresses: owned(address),
            verbs: owned(verb),
            ..Rule::default()
        }));
    }
    parts
}

/// Writes a `RoleBinding` or `ClusterRoleBinding`.
pub(super) fn write_binding(sheet: &mut Sheet, binding: &Value) {
    sheet.cluster_head(binding);
    sheet.line(0, "Role:");
    sheet.field(1, "Kind", text(binding, "roleRef.kind"));
    sheet.field(1, "Name", text(binding, "roleRef.name"));
    sheet.line(0, "Subjects:");
    sheet.row(1, &["Kind", "Name", "Namespace"]);
    sheet.row(1, &["----", "----", "---------"]);
    for subject in items(binding, "subjects") {
        let cells = ["kind", "name", "namespace"].map(|field| text(subject, field));
        sheet.row(1, &cells);
    }
}
