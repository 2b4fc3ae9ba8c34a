//! Fields that somebody else owns, as the server reports them.

use super::display::{MASK, is_secret};
use super::is_ourselves;
use crate::error::Error;
use crate::fields::field;
use trimtab_tree::{JsonStyle, Value, write_json};

/// A field that an apply would change though another manager owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field, such as `.spec.replicas`.
    pub field: String,
    /// Who owns it: the name in `managedFields`.
    pub manager: String,
    /// What it is there, as JSON; nothing if it cannot be found.
    pub live: Option<String>,
    /// The autoscaler for which the owner sets it, where the field is the number of replicas.
    pub autoscaler: Option<String>,
}

/// The number of replicas, as conflicts name it.
const REPLICAS: &str = ".spec.replicas";

impl Conflict {
    /// Whether it is about the number of replicas.
    #[must_use]
    pub fn is_about_replicas(&self) -> bool {
        self.field == REPLICAS
    }

    pub(super) fn is_with_ourselves(&self) -> bool {
        is_ourselves(&self.manager)
    }
}

/// The conflicts that an error reports, if it is about conflicts.
pub(super) fn read(error: &Error, live: Option<&Value>) -> Option<Vec<Conflict>> {
    let status = error.status().filter(|status| status.code == 409)?;
    let causes = &status.details.as_ref()?.causes;
    let conflicts: Vec<Conflict> = causes
        .iter()
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| Conflict {
            field: cause.field.clone(),
            manager: quoted(&cause.message).to_owned(),
            live: live.and_then(|live| shown(live, &cause.field)),
            autoscaler: None,
        })
        .collect();
    (!conflicts.is_empty()).then_some(conflicts)
}

/// The value of a field as it is told; that of a Secret is not.
fn shown(live: &Value, field: &str) -> Option<String> {
    let value = value_at(live, field)?;
    let is_secret = is_secret(live) && DATA.iter().any(|data| field.starts_with(data));
    Some(if is_secret {
        MASK.to_owned()
    } else {
        json(value)
    })
}

/// Where the values of a Secret are, as conflicts name fields.
const DATA: [&str; 2] = [".data", ".stringData"];

/// Whether an error is about fields that only our own commands have set.
pub(crate) fn is_with_ourselves(error: &Error) -> bool {
    read(error, None).is_some_and(|conflicts| conflicts.iter().all(Conflict::is_with_ourselves))
}

/// The first text in double quotes: the manager's name, in the server's message.
fn quoted(message: &str) -> &str {
    message.split('"').nth(1).unwrap_or("someone else")
}

fn json(value: &Value) -> String {
    let mut text = String::new();
    match write_json(value, &mut text, JsonStyle::Go) {
        Ok(()) => text,
        Err(_) => value.describe().to_owned(),
    }
}

/// The value that a path of managed fields leads to: `.a.b`, `[name="x",port=80]`, `[="x"]`, `[0]`.
fn value_at<'v>(object: &'v Value, path: &str) -> Option<&'v Value> {
    let mut value = object;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(items) = rest.strip_prefix('[') {
            let end = closing_bracket(items)?;
            value = item(value, &items[..end])?;
            rest = &items[end + 1..];
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            // A name may hold dots itself, as labels do: the longest that is there counts.
            let (found, length) = longest_field(value, name)?;
            value = found;
            rest = &name[length..];
        }
    }
    Some(value)
}

fn longest_field<'v>(value: &'v Value, text: &str) -> Option<(&'v Value, usize)> {
    let ends = text.char_indices().filter(|(_, c)| matches!(c, '.' | '['));
    let ends = ends.map(|(at, _)| at).chain([text.len()]);
    let mut found = ends.filter_map(|end| Some((value.get(&text[..end])?, end)));
    found.next_back()
}

fn closing_bracket(text: &str) -> Option<usize> {
    let mut in_quotes = false;
    text.char_indices().find_map(|(at, character)| {
        match character {
            '"' => in_quotes = !in_quotes,
            ']' if !in_quotes => return Some(at),
            _ => {}
        }
        None
    })
}

fn item<'v>(list: &'v Value, keys: &str) -> Option<&'v Value> {
    let items = list.as_sequence()?;
    if let Ok(index) = keys.parse::<usize>() {
        return items.get(index);
    }
    if let Some(value) = keys.strip_prefix('=') {
        return items
            .iter()
            .find(|item| item.text() == Some(unquoted(value)));
    }
    let keys: Vec<(&str, &str)> = keys
        .split(',')
        .filter_map(|key| key.split_once('='))
        .collect();
    items.iter().find(|item| {
        keys.iter()
            .all(|(key, value)| field(item, key) == unquoted(value))
    })
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn paths_of_managed_fields_lead_to_values() {
        let object = yaml(
            "{metadata: {labels: {app.kubernetes.io/name: shop}, finalizers: [a/b]}, spec: {replicas: 3, containers: [{name: web, image: x, ports: [{containerPort: 80, protocol: TCP, name: http}]}]}}",
        );
        for (path, expected) in [
            (".spec.replicas", "3"),
            (".metadata.labels.app.kubernetes.io/name", r#""shop""#),
            (r#".spec.containers[name="web"].image"#, r#""x""#),
            (
                r#".spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].name"#,
                r#""http""#,
            ),
            (r#".metadata.finalizers[="a/b"]"#, r#""a/b""#),
            (".spec.containers[0].name", r#""web""#),
        ] {
            let found = value_at(&object, path).map(json);
            assert_eq!(found.as_deref(), Some(expected), "{path}");
        }
        assert_eq!(
            value_at(&object, ".spec.containers[name=\"db\"].image"),
            None
        );
        assert_eq!(value_at(&object, ".spec.containers[name"), None);
    }

    #[test]
    fn the_owner_is_named_in_the_servers_message() {
        let message = r#"conflict with "kubectl edit" with subresource "scale" using apps/v1"#;
        assert_eq!(quoted(message), "kubectl edit");
    }
}
