//! Objects as Kubernetes' server holds them in itself, which its messages show: fields under their
//! names in Go, in their order there, and with what is not set.
//!
//! The types are data (`data/internal-types.txt`), read when the first message needs them.

use super::difference::unified;
use super::errors::show;
use std::collections::HashMap;
use std::sync::LazyLock;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

/// What stands in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    Boolean,
    Quantity,
    /// A list or map, null if it is empty.
    Many,
    /// A list of objects of a type.
    Objects(&'static str),
    /// An object of a type.
    Object(&'static str),
    /// As it is in the API.
    Kept,
}

enum Member {
    Field {
        name: &'static str,
        json: &'static str,
        /// Whether it stands in the object around in the API.
        is_outside: bool,
        /// Whether it may be null.
        is_pointer: bool,
        form: Form,
    },
    /// All fields of another type.
    Embedded(&'static str),
    /// The fields of the metadata.
    Metadata,
}

type Types = HashMap<&'static str, Vec<Member>>;

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let data = include_str!("../../data/internal-types.txt");
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    let types = lines.filter_map(|line| {
        let (name, members) = line.split_once(' ')?;
        Some((name, members.split(' ').filter_map(member).collect()))
    });
    types.collect()
});

fn member(text: &'static str) -> Option<Member> {
    if let Some(embedded) = text.strip_prefix('@') {
        return Some(Member::Embedded(embedded));
    }
    if text == "metadata^" {
        return Some(Member::Metadata);
    }
    let (names, form) = text.split_once(':')?;
    let (name, json) = names.split_once('=').unwrap_or((names, ""));
    let (is_outside, json) = match json.strip_prefix('^') {
        Some(json) => (true, json),
        None => (false, json),
    };
    let (is_pointer, form) = match form.strip_prefix('*') {
        Some(form) => (true, form),
        None => (false, form),
    };
    let form = match form {
        "s" => Form::Text,
        "n" => Form::Number,
        "b" => Form::Boolean,
        "q" => Form::Quantity,
        "l" | "m" => Form::Many,
        "v" => Form::Kept,
        _ => match form.strip_prefix("l:o!") {
            Some(item) => Form::Objects(item),
            None => Form::Object(form.strip_prefix("o!")?),
        },
    };
    Some(Member::Field {
        name,
        json,
        is_outside,
        is_pointer,
        form,
    })
}

/// A value of the API in the form in which the server holds the type of that name.
pub(super) fn internal(value: &Value, ty: &str) -> Value {
    let mut fields = Mapping::new();
    add(&mut fields, value, &Value::null(), ty);
    fields.into()
}

fn add(fields: &mut Mapping, value: &Value, around: &Value, ty: &str) {
    for member in TYPES.get(ty).into_iter().flatten() {
        match *member {
            Member::Embedded(embedded) => add(fields, value, around, embedded),
            Member::Metadata => {
                let metadata = value.get("metadata").and_then(Value::as_mapping);
                for (name, field) in metadata.into_iter().flat_map(Mapping::iter) {
                    fields.insert(name, field.clone());
                }
            }
            Member::Field {
                name,
                json,
                is_outside,
                is_pointer,
                form,
            } => {
                let json = if json.is_empty() {
                    small(name)
                } else {
                    json.to_owned()
                };
                let holder = if is_outside { around } else { value };
                let found = holder.get(&json).filter(|found| !found.is_null());
                fields.insert(name, field(found, value, is_pointer, form));
            }
        }
    }
}

fn field(found: Option<&Value>, around: &Value, is_pointer: bool, form: Form) -> Value {
    let Some(found) = found else {
        return match form {
            Form::Object(ty) if !is_pointer => {
                let mut fields = Mapping::new();
                add(&mut fields, &Value::null(), around, ty);
                fields.into()
            }
            _ if is_pointer => Value::null(),
            Form::Text => Value::string(""),
            Form::Number => Value::int(0),
            Form::Boolean => Value::bool(false),
            Form::Quantity => Value::string("0"),
            _ => Value::null(),
        };
    };
    match form {
        Form::Object(ty) => {
            let mut fields = Mapping::new();
            add(&mut fields, found, around, ty);
            fields.into()
        }
        Form::Objects(ty) => {
            let items = found.as_sequence().unwrap_or_default().iter();
            Value::sequence(items.map(|item| internal(item, ty)).collect::<Vec<_>>())
        }
        _ => found.clone(),
    }
}

/// A name with a small first letter.
fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A value as messages show it, in the form in which the server holds the type of that name.
pub(super) fn show_internal(value: Option<&Value>, ty: &str) -> String {
    show(value.map(|value| internal(value, ty)).as_ref())
}

/// What differs between two values of that type, line by line as `diff -u` shows it.
pub(super) fn difference(before: &Value, now: &Value, ty: &str) -> String {
    let text = |value: &Value| {
        let mut text = String::new();
        // What cannot be written as JSON is not shown.
        let _ = write_json(&internal(value, ty), &mut text, JsonStyle::OrderedIndented);
        indented_by_one(&text)
    };
    unified(&text(before), &text(now))
}

/// A text that is indented by two spaces for each level, indented by one.
fn indented_by_one(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        &line[indent / 2..]
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn all_types_that_are_named_are_there() {
        for member in TYPES.values().flatten() {
            let named = match member {
                Member::Embedded(ty) => ty,
                Member::Field {
                    form: Form::Object(ty) | Form::Objects(ty),
                    ..
                } => ty,
                _ => continue,
            };
            assert!(TYPES.contains_key(named), "{named}");
        }
    }

    #[test]
    fn what_is_not_set_is_shown_too() {
        let pod = parse_json(
            r#"{"containers": [{"name": "c"}], "hostNetwork": true, "nodeSelector": {"a": "b"}}"#,
            0,
        );
        let shown = show_internal(Some(&pod.unwrap()), "PodSpec");
        for part in [
            r#"{"Volumes":null,"InitContainers":null,"Containers":[{"Name":"c","Image":"","Command":null,"#,
            r#""DNSPolicy":"","NodeSelector":{"a":"b"},"#,
            r#""SecurityContext":{"HostNetwork":true,"HostPID":false,"#,
        ] {
            assert!(shown.contains(part), "{shown}");
        }
    }

    #[test]
    fn differences_stand_in_their_surroundings() {
        let spec =
            |policy: &str| parse_json(&format!(r#"{{"restartPolicy": "{policy}"}}"#), 0).unwrap();
        let difference = difference(&spec("Always"), &spec("Never"), "PodSpec");
        assert!(
            difference
                .contains("- \"RestartPolicy\": \"Always\",\n+ \"RestartPolicy\": \"Never\",\n")
        );
        assert!(difference.contains("\n  \"EphemeralContainers\": null,\n"));
        assert!(!difference.contains("Overhead"));
    }
}
