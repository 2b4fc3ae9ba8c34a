//! The resource or field that a misspelt word most probably means.

use trimtab_object::ResourceId;
use trimtab_tree::{Node, Value, nearest, sort_by_nearness};

/// A hint to the resource that was probably meant by a kind and a name that no resource has. Without
/// a kind, it may be of any.
pub(crate) fn nearest_resource<'a>(
    kind: &str,
    name: &str,
    mut resources: impl Iterator<Item = &'a ResourceId> + Clone,
) -> String {
    let of_kind = resources
        .clone()
        .filter(|id| kind.is_empty() || id.gvk.kind == kind);
    if let Some(meant) = nearest(name, of_kind.clone().map(|id| &*id.name)) {
        return match kind {
            _ if meant == name => "there is one with another apiVersion or namespace".to_owned(),
            "" => format!("did you mean `{meant}`?"),
            kind => format!("did you mean the {kind} `{meant}`?"),
        };
    }
    if let Some(namesake) = resources.find(|id| *id.name == *name) {
        return format!("there is {}", namesake.in_words());
    }
    let mut names = of_kind.map(|id| format!("`{}`", id.name)).peekable();
    match kind {
        "" => "nothing has a name like that".to_owned(),
        kind if names.peek().is_none() => format!("there is no {kind}"),
        kind => {
            let some: Vec<_> = names.by_ref().take(MOST_NAMES).collect();
            let more = if names.next().is_some() { ", ..." } else { "" };
            format!("{kind} is there as {}{more}", some.join(", "))
        }
    }
}

/// A hint to the field that was probably meant by a path that leads nowhere in `value`. Items of
/// lists are steps like `0` and `[name=main]`; `separator` is what parts steps in the hint: `/` for
/// JSON pointers.
pub(crate) fn nearest_field<'a>(
    mut value: &Value,
    steps: impl IntoIterator<Item = &'a str>,
    separator: char,
) -> Option<String> {
    let mut there = if separator == '/' { "/" } else { "" }.to_owned();
    for step in steps {
        let next = match &value.node {
            Node::Mapping(fields) => fields.get(step),
            Node::Sequence(items) => item(items, step),
            Node::Scalar(_) => None,
        };
        if let Some(next) = next {
            value = next;
            there.push_str(step);
            there.push(separator);
            continue;
        }
        let mut names = names_beside(value, step);
        let parent = there.trim_end_matches(separator);
        return if sort_by_nearness(step, &mut names) {
            Some(format!("did you mean `{there}{}`?", names[0]))
        } else if names.is_empty() {
            let count = value.as_sequence().map(<[Value]>::len);
            let count = count.map_or_else(String::new, |count| format!(" of {count}"));
            Some(format!("`{parent}` is {}{count}", value.describe()))
                .filter(|_| !parent.is_empty())
        } else {
            names.truncate(MOST_NAMES);
            let parent = match parent {
                "" => "the object".to_owned(),
                parent => format!("`{parent}`"),
            };
            Some(format!("{parent} has {}", names.join(", ")))
        };
    }
    None
}

/// A hint lists so many names.
const MOST_NAMES: usize = 12;

fn item<'v>(items: &'v [Value], step: &str) -> Option<&'v Value> {
    if let Some((key, wanted)) = key_and_value(step) {
        let is_wanted = |item: &&Value| item.get(key).and_then(Value::text) == Some(wanted);
        return items.iter().find(is_wanted);
    }
    step.parse().ok().and_then(|at: usize| items.get(at))
}

/// What could have stood in the place of `step`.
fn names_beside(value: &Value, step: &str) -> Vec<String> {
    match (&value.node, key_and_value(step)) {
        (Node::Mapping(fields), _) => fields.iter().map(|(key, _)| key.to_owned()).collect(),
        (Node::Sequence(items), Some((key, _))) => items
            .iter()
            .filter_map(|item| Some(format!("[{key}={}]", item.get(key)?.text()?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// The parts of a step such as `[name=main]`.
fn key_and_value(step: &str) -> Option<(&str, &str)> {
    step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_object::Gvk;
    use trimtab_tree::{ParseOptions, parse_document};

    #[test]
    fn the_field_meant_is_found_along_a_path() {
        let text = "data: {colour: blue, size: 1}\nlist: [{name: main}, {name: side}]\n";
        let value = parse_document(text, ParseOptions::default()).unwrap();
        for (path, hint) in [
            ("data.color", Some("did you mean `data.colour`?")),
            ("dta.colour", Some("did you mean `data`?")),
            ("data.x", Some("`data` has colour, size")),
            ("data.size.x", Some("`data.size` is a whole number")),
            (
                "list.[name=mian].a",
                Some("did you mean `list.[name=main]`?"),
            ),
            ("list.[name=main].a", Some("`list.[name=main]` has name")),
            ("list.7", Some("`list` is a list of 2")),
            ("x", Some("the object has data, list")),
            ("data.size", None),
        ] {
            let found = nearest_field(&value, path.split('.'), '.');
            assert_eq!(found.as_deref(), hint, "{path}");
        }
    }

    #[test]
    fn the_resource_meant_is_found_by_what_is_known_of_it() {
        let id = |kind: &str, name: &str| ResourceId {
            gvk: Gvk::new("apps", "v1", kind),
            name: name.into(),
            namespace: "".into(),
            cluster_scoped: false,
        };
        let there = [
            id("Deployment", "web"),
            id("Deployment", "api"),
            id("Job", "load"),
        ];
        for (kind, name, hint) in [
            ("Deployment", "wbe", "did you mean the Deployment `web`?"),
            ("", "wbe", "did you mean `web`?"),
            ("Deployment", "load", "there is Job `load` (apps/v1)"),
            (
                "Deployment",
                "unlike",
                "Deployment is there as `web`, `api`",
            ),
            ("", "unlike", "nothing has a name like that"),
            ("Service", "unlike", "there is no Service"),
        ] {
            assert_eq!(nearest_resource(kind, name, there.iter()), hint);
        }
    }
}
