//! From a path, as messages of Kubernetes write it, to the place in an object.
//!
//! `spec.containers[0].image`, `spec.limits[cpu]` and `data.file.yaml` say by themselves not where a
//! name ends, so the object is walked along.

use trimtab_tree::{Node, Position, Value};

/// Where a path leads.
#[derive(Debug)]
pub(crate) struct Located<'v> {
    /// The names on the way, list items by number, as far as the object has them.
    pub(crate) steps: Vec<&'v str>,
    /// What of the path the object does not have; empty if it has all of it.
    pub(crate) rest: String,
    /// The value that the path leads to, or the last one on the way.
    pub(crate) value: &'v Value,
    /// The place of the last name on the way.
    pub(crate) key_position: Position,
    /// The place of the value; of a scalar's or list's holder where a file does not hold it.
    pub(crate) position: Position,
}

/// Follows `path` from the object `root`.
pub(crate) fn locate<'v>(root: &'v Value, path: &str) -> Located<'v> {
    let mut located = Located {
        steps: Vec::new(),
        rest: path.to_owned(),
        value: root,
        key_position: root.position,
        position: root.position,
    };
    let mut rest = path;
    while !rest.is_empty() {
        let next = match &located.value.node {
            Node::Mapping(fields) => {
                let fitting = fields.entries().iter().filter_map(|entry| {
                    let after = after_name(rest, entry.key.text())?;
                    Some((entry, after))
                });
                // Of `a` and `a.b`, the longer one is meant.
                fitting
                    .max_by_key(|(entry, _)| entry.key.text().len())
                    .map(|(entry, after)| {
                        let at_key = entry.key_position;
                        (entry.key.text(), &entry.value, at_key, after)
                    })
            }
            Node::Sequence(items) => {
                item(items, rest).map(|(value, after)| ("", value, value.position, after))
            }
            Node::Scalar(_) => None,
        };
        let Some((name, value, at_key, after)) = next else {
            break;
        };
        let is_leaf = value.as_scalar().is_some();
        // A file shows a field by its key; a scalar is what was set there.
        let preferred = if is_leaf { value.position } else { at_key };
        located.position = preferred.or(at_key).or(value.position).or(located.position);
        located.key_position = at_key.or(located.position);
        located.steps.push(name);
        located.value = value;
        rest = after;
    }
    located.rest = rest.trim_start_matches('.').to_owned();
    located
}

/// What is left of a path behind a field's name, which may stand in brackets.
fn after_name<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    if let Some(bracketed) = path.strip_prefix('[') {
        return bracketed.strip_prefix(name)?.strip_prefix(']');
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    let after = path.strip_prefix(name).filter(|_| !name.is_empty())?;
    (after.is_empty() || after.starts_with(['.', '['])).then_some(after)
}

fn item<'v, 'p>(items: &'v [Value], path: &'p str) -> Option<(&'v Value, &'p str)> {
    let (number, after) = path.strip_prefix('[')?.split_once(']')?;
    Some((items.get(number.parse::<usize>().ok()?)?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    #[test]
    fn names_with_dots_and_list_items_are_found() {
        let text = "data: {a: 1, a.b: 2, 'c/d': {e: 3}}\nlist: [{x: 4}, {y: [5]}]\n";
        let root = parse_document(text, ParseOptions::default()).unwrap();
        for (path, found, rest) in [
            ("data.a", "1", ""),
            ("data.a.b", "2", ""),
            ("data[a.b]", "2", ""),
            ("data.c/d.e", "3", ""),
            ("list[0].x", "4", ""),
            ("list[1].y[0]", "5", ""),
            ("data.a.z", "1", "z"),
            ("data.ab", "", "ab"),
            ("list[2].x", "", "[2].x"),
        ] {
            let located = locate(&root, path);
            assert_eq!(located.value.text().unwrap_or_default(), found, "{path}");
            assert_eq!(located.rest, rest, "{path}");
        }
        let position = locate(&root, "list[1].y[0]").position;
        assert_eq!(position, Position::new(0, text.find('5').unwrap()));
        assert_eq!(
            locate(&root, "list").position,
            Position::new(0, text.find("list").unwrap())
        );
    }
}
