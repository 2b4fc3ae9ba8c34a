//! From a path, as messages of Kubernetes write it, to the place in an object.
//!
//! `spec.containers[0].image`, `spec.limits[cpu]` and `data.file.yaml` say by themselves not where a
//! name ends, so the object is walked along.

use trimtab_tree::{Field, Mapping, Node, Position, Value};

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
            Node::Mapping(fields) => field(fields, rest).map(|(entry, after)| {
                let name = entry.key.text();
                (name, entry.value, entry.key_position, after)
            }),
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

/// The field that a path begins with, and what is left of the path. Of `a` and `a.b`, the longer one is meant.
fn field<'v, 'p>(fields: &'v Mapping, path: &'p str) -> Option<(Field<'v>, &'p str)> {
    // There may be thousands of findings about thousands of fields, and of either a long name.
    let beginnings = beginnings(path).take(fields.len() + 1);
    let beginnings: Vec<(&str, &str)> = beginnings.collect();
    if beginnings.len() <= fields.len() {
        let mut longest_first = beginnings.into_iter().rev();
        return longest_first.find_map(|(name, after)| Some((fields.entry(name)?, after)));
    }
    let entries = (0..fields.len()).map(|at| fields.at(at));
    let fitting = entries.filter_map(|entry| Some((entry, after_name(path, entry.key.text())?)));
    fitting.max_by_key(|(entry, _)| entry.key.text().len())
}

/// What may be the name that a path begins with, with what is left of the path: shorter ones first.
fn beginnings(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let (bracketed, plain) = match path.strip_prefix('[') {
        Some(bracketed) => (bracketed, ""),
        None => ("", path.strip_prefix('.').unwrap_or(path)),
    };
    let in_brackets = bracketed.match_indices(']');
    let in_brackets = in_brackets.map(|(at, _)| (&bracketed[..at], &bracketed[at + 1..]));
    let ends = plain.match_indices(['.', '[']).map(|(at, _)| at);
    let by_dots = ends.chain([plain.len()]).map(|at| plain.split_at(at));
    let by_dots = by_dots.filter(|(name, _)| !name.is_empty());
    in_brackets.chain(by_dots)
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
    fn the_longest_name_is_found_in_both_ways() {
        let few = "{a: 1, a.b: 2, 'c]': 3, 'd[0]': 4, '': 5}";
        let more = (0..40).fold(String::new(), |more, n| more + &format!(", x{n}: 0"));
        let many = few.replace('}', &more) + "}";
        for text in [few, &*many] {
            let root = parse_document(text, ParseOptions::default()).unwrap();
            let dots = ".z".repeat(60);
            for (path, found, rest) in [
                ("a.b", "2", ""),
                ("a.c", "1", "c"),
                ("[a.b].c", "2", "c"),
                ("[c]]", "3", ""),
                ("[d[0]]", "4", ""),
                ("d[0].e", "4", "e"),
                ("[]", "5", ""),
                ("..a", "", "a"),
                (&*format!("a.b{dots}"), "2", &dots[1..]),
            ] {
                let located = locate(&root, path);
                assert_eq!(located.value.text().unwrap_or_default(), found, "{path}");
                assert_eq!(located.rest, rest, "{path}");
            }
        }
    }

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
