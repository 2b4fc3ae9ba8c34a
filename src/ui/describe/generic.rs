//! Whatever has no description of its own: all its fields, in the order of their names.

use super::Surroundings;
use super::events;
use super::moment::Moment;
use super::sheet::Sheet;
use trimtab_tree::{Node, ScalarKind, Value};

/// What is told before, or that nobody wants to read.
const LEFT_OUT: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// Words that are written in capitals.
const ACRONYMS: [&str; 5] = ["API", "URL", "UID", "OSB", "GUID"];

/// Writes an object of any kind.
pub(super) fn write(sheet: &mut Sheet, object: &Value, around: &Surroundings, moment: &Moment) {
    sheet.head(object);
    write_fields(sheet, 0, object, "");
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_fields(sheet: &mut Sheet, level: usize, object: &Value, path: &str) {
    let mut fields: Vec<(&str, &Value)> = match object.as_mapping() {
        Some(fields) => fields.iter().collect(),
        None => return,
    };
    fields.sort_unstable_by_key(|(name, _)| *name);
    for (name, value) in fields {
        let path = format!("{path}.{name}");
        if LEFT_OUT.contains(&&*path) {
            continue;
        }
        let label = label(name);
        if value.as_mapping().is_some() {
            sheet.line(level, format_args!("{label}:"));
            write_fields(sheet, level + 1, value, &path);
        } else if let Some(items) = value.as_sequence() {
            sheet.line(level, format_args!("{label}:"));
            for item in items {
                if item.as_mapping().is_some() {
                    write_fields(sheet, level + 1, item, &path);
                } else {
                    sheet.line(level + 1, go_value(item));
                }
            }
        } else {
            sheet.field(level, label, go_value(value));
        }
    }
}

/// A value as Go prints one of unknown type.
fn go_value(value: &Value) -> String {
    if value.is_null() {
        return "<nil>".to_owned();
    }
    match &value.node {
        Node::Sequence(items) => {
            let items: Vec<String> = items.iter().map(go_value).collect();
            format!("[{}]", items.join(" "))
        }
        Node::Mapping(fields) => {
            let mut fields: Vec<(&str, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields = fields.into_iter();
            let fields: Vec<String> = fields
                .map(|(name, value)| format!("{name}:{}", go_value(value)))
                .collect();
            format!("map[{}]", fields.join(" "))
        }
        Node::Scalar(scalar) if scalar.kind == ScalarKind::Float => go_float(scalar.text()),
        Node::Scalar(scalar) => scalar.text().to_owned(),
    }
}

/// A number with a fraction, with an exponent only where it is very large or very small.
fn go_float(text: &str) -> String {
    let Ok(number) = text.parse::<f64>() else {
        return text.to_owned();
    };
    if number == 0.0 || (1e-4..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) => match power.strip_prefix('-') {
            Some(power) => format!("{digits}e-{power:0>2}"),
            None => format!("{digits}e+{power:0>2}"),
        },
        None => text,
    }
}

/// The name of a field as words: `lastScheduleTime` is `Last Schedule Time`.
fn label(field: &str) -> String {
    if !field.chars().all(|c| c.is_alphabetic() || c == '-') {
        return field.to_owned();
    }
    let words = words(field).into_iter();
    let words: Vec<String> = words
        .map(|word| {
            let capitals = word.to_uppercase();
            if ACRONYMS.contains(&&*capitals) {
                return capitals;
            }
            titled(&word)
        })
        .collect();
    words.join(" ")
}

/// With a capital at the beginning of each part between hyphens.
fn titled(word: &str) -> String {
    let mut is_first = true;
    let letters = word.chars().map(|c| {
        let is_begin = std::mem::replace(&mut is_first, !c.is_alphanumeric());
        if is_begin {
            c.to_uppercase().next().unwrap_or(c)
        } else {
            c
        }
    });
    letters.collect()
}

/// What sort of character a word is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Small,
    Capital,
    Other,
}

/// The words of a name in camel case; of capitals in a row the last begins the next word.
fn words(field: &str) -> Vec<String> {
    let sort = |c: char| match c {
        c if c.is_lowercase() => Sort::Small,
        c if c.is_uppercase() => Sort::Capital,
        _ => Sort::Other,
    };
    let letters: Vec<char> = field.chars().collect();
    let mut words: Vec<Vec<char>> = Vec::new();
    for run in letters.chunk_by(|a, b| sort(*a) == sort(*b)) {
        let mut run = run.to_vec();
        if sort(run[0]) == Sort::Small
            && let Some(before) = words.last_mut()
            && before.last().is_some_and(|c| sort(*c) == Sort::Capital)
            && let Some(capital) = before.pop()
        {
            run.insert(0, capital);
        }
        words.push(run);
    }
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.map(String::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, words) in [
            ("apiVersion", "API Version"),
            ("lastScheduleTime", "Last Schedule Time"),
            ("uid", "UID"),
            ("podIPs", "Pod I Ps"),
            ("externalURL", "External URL"),
            ("clusterIP", "Cluster IP"),
            ("x509", "x509"),
            ("a.b/c", "a.b/c"),
            ("some-name", "Some - Name"),
        ] {
            assert_eq!(label(name), words, "{name}");
        }
    }
}
