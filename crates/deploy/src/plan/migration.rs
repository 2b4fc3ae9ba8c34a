//! From kubectl's client-side apply to ours: objects that `kubectl apply` made are owned by a manager that no
//! server-side apply ever gives a field back from. Before the first apply of ours its fields become ours, so
//! that what is no more described goes, as it would have gone with `kubectl apply`. The rule is that of
//! kubectl's own migration (client-go's csaupgrade).

use crate::fields::{field, items_at, metadata, text_at};
use crate::target::Manager;
use trimtab_object::LAST_APPLIED_ANNOTATION;
use trimtab_tree::{Mapping, Value, parse_json};

/// The manager of client-side apply.
const CLIENT_SIDE: &str = "kubectl-client-side-apply";

/// What has to be done to an object before it is applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Migration {
    /// A JSON patch that makes the fields ours, of exactly the version that was looked at.
    pub(crate) patch: Value,
    /// What they are, as `fieldsV1` has them.
    fields: Value,
}

impl Migration {
    /// What a live object needs, if it comes from client-side apply.
    pub(super) fn of(live: &Value) -> Option<Self> {
        let annotation = ["metadata", "annotations", LAST_APPLIED_ANNOTATION];
        if text_at(live, &annotation).is_empty() {
            return None;
        }
        let entries = items_at(live, &["metadata", "managedFields"]);
        let theirs = entries.iter().find(|it| is_of(it, CLIENT_SIDE, "Update"))?;
        let fields = theirs.get("fieldsV1")?.clone();
        let ours = entries
            .iter()
            .find(|it| is_of(it, Manager::Apply.name(), "Apply"));
        let mut joined = ours.unwrap_or(theirs).clone();
        let entry = joined.as_mapping_mut()?;
        entry.insert("manager", Value::string(Manager::Apply.name()));
        entry.insert("operation", Value::string("Apply"));
        if let Some(known) = entry.get_mut("fieldsV1") {
            join(known, &fields);
        }
        let is_joined = |it: &&Value| {
            is_of(it, CLIENT_SIDE, "Update") || is_of(it, Manager::Apply.name(), "Apply")
        };
        let others = entries.iter().filter(|it| !is_joined(it)).cloned();
        let entries: Vec<Value> = others.chain([joined]).collect();
        let replace = |path, value| {
            Value::mapping([
                ("op", Value::string("replace")),
                ("path", Value::string(path)),
                ("value", value),
            ])
        };
        Some(Self {
            patch: Value::sequence(vec![
                replace("/metadata/managedFields", Value::sequence(entries)),
                replace(
                    "/metadata/resourceVersion",
                    Value::string(metadata(live, "resourceVersion")),
                ),
            ]),
            fields,
        })
    }

    /// Whether a conflict with a manager is one with what is to be migrated.
    pub(super) fn is_from(manager: &str) -> bool {
        manager == CLIENT_SIDE
    }

    /// What a dry run of the apply alone cannot show: the object without the fields that only client-side
    /// apply owns. Nothing if there are none.
    pub(super) fn preview(&self, applied: &Value) -> Option<Value> {
        let entries = items_at(applied, &["metadata", "managedFields"]);
        let others = entries
            .iter()
            .filter(|it| !is_of(it, CLIENT_SIDE, "Update"));
        let kept: Vec<&Value> = others.filter_map(|it| it.get("fieldsV1")).collect();
        let mut left = applied.clone();
        take_away(&mut left, &self.fields, &kept);
        (left != *applied).then_some(left)
    }
}

fn is_of(entry: &Value, manager: &str, operation: &str) -> bool {
    field(entry, "manager") == manager
        && field(entry, "operation") == operation
        && field(entry, "subresource").is_empty()
}

/// Adds the fields of one set to another.
fn join(set: &mut Value, more: &Value) {
    let (Some(set), Some(more)) = (set.as_mapping_mut(), more.as_mapping()) else {
        return;
    };
    for (key, inner) in more.iter() {
        join(set.get_or_insert_with(key, || Mapping::new().into()), inner);
    }
}

/// Takes from a value what is in a set and in none of the others.
fn take_away(value: &mut Value, set: &Value, kept: &[&Value]) {
    let Some(set) = set.as_mapping() else {
        return;
    };
    for (element, inner) in set.iter().filter(|(element, _)| *element != ".") {
        let kept: Vec<&Value> = kept.iter().filter_map(|set| set.get(element)).collect();
        match (at(value, element), kept.is_empty()) {
            (Some(_), true) if is_owned(inner) => remove(value, element),
            (Some(child), _) => take_away(child, inner, &kept),
            (None, _) => {}
        }
    }
}

/// Whether an element is owned itself, and does not only lead to what is.
fn is_owned(inner: &Value) -> bool {
    inner
        .as_mapping()
        .is_none_or(|inner| inner.is_empty() || inner.contains_key("."))
}

/// What an element of a path leads to.
fn at<'v>(value: &'v mut Value, element: &str) -> Option<&'v mut Value> {
    if let Some(name) = element.strip_prefix("f:") {
        return value.get_mut(name);
    }
    let position = position(value, element)?;
    value.as_sequence_mut()?.get_mut(position)
}

fn remove(value: &mut Value, element: &str) {
    if let Some(name) = element.strip_prefix("f:") {
        if let Some(fields) = value.as_mapping_mut() {
            fields.remove(name);
        }
    } else if let Some(position) = position(value, element)
        && let Some(items) = value.as_sequence_mut()
    {
        items.remove(position);
    }
}

/// Where in a list the item of an element stands: `k:` with the fields that tell it from others, `v:` with the
/// item itself.
fn position(list: &Value, element: &str) -> Option<usize> {
    let items = list.as_sequence()?;
    let (kind, text) = element.split_once(':')?;
    let wanted = parse_json(text, 0).ok()?;
    match kind {
        "v" => items.iter().position(|item| *item == wanted),
        "k" => {
            let keys = wanted.as_mapping()?;
            items.iter().position(|item| {
                keys.iter()
                    .all(|(key, value)| item.get(key).is_some_and(|own| own.text() == value.text()))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_only_client_side_apply_owns_goes() {
        let mut object = yaml(
            "{metadata: {labels: {a: x, b: y}, finalizers: [one, two]}, spec: {replicas: 2, ports: [{port: 80, name: a}, {port: 81, name: b}]}}",
        );
        let set = yaml(
            r#"{'f:metadata': {'f:labels': {'.': {}, 'f:a': {}, 'f:b': {}}, 'f:finalizers': {'v:"one"': {}, 'v:"two"': {}}}, 'f:spec': {'f:replicas': {}, 'f:ports': {'k:{"port":80}': {'.': {}, 'f:name': {}}, 'k:{"port":81}': {'.': {}, 'f:name': {}}}}}"#,
        );
        let ours = yaml(
            r#"{'f:metadata': {'f:labels': {'f:a': {}}, 'f:finalizers': {'v:"two"': {}}}, 'f:spec': {'f:ports': {'k:{"port":81}': {'f:name': {}}}}}"#,
        );
        let others = yaml("{'f:spec': {'f:replicas': {}}}");
        take_away(&mut object, &set, &[&ours, &others]);
        let expected = yaml(
            "{metadata: {labels: {a: x}, finalizers: [two]}, spec: {replicas: 2, ports: [{port: 81, name: b}]}}",
        );
        assert_eq!(object, expected);
    }

    #[test]
    fn what_only_leads_to_owned_fields_stays() {
        let mut object = yaml("{metadata: {name: a, annotations: {b: x}}, data: {c: x, d: y}}");
        let set = yaml(
            "{'f:metadata': {'f:annotations': {'.': {}, 'f:b': {}}}, 'f:data': {'.': {}, 'f:c': {}, 'f:d': {}}}",
        );
        let ours = yaml("{'f:data': {'f:c': {}}}");
        take_away(&mut object, &set, &[&ours]);
        assert_eq!(object, yaml("{metadata: {name: a}, data: {c: x}}"));
    }

    #[test]
    fn sets_of_two_managers_become_one() {
        let mut ours = yaml("{'f:spec': {'f:replicas': {}}}");
        join(
            &mut ours,
            &yaml("{'f:spec': {'f:paused': {}}, 'f:data': {'.': {}}}"),
        );
        let expected = yaml("{'f:spec': {'f:replicas': {}, 'f:paused': {}}, 'f:data': {'.': {}}}");
        assert_eq!(ours, expected);
    }
}
