//! Rows of custom objects, by the columns of their definition.

use jiff::Timestamp;
use jsonpath_rust::JsonPath as _;
use trimtab_tree::{Mapping, ScalarKind, Value};

use crate::resource::{CustomKind, PrinterColumn};
use crate::table::{AGE_DESCRIPTION, NAME_DESCRIPTION, age_of};

/// The columns, as a table tells them, and the cells of a row.
pub(crate) fn table(
    kind: &CustomKind,
) -> (Value, impl Fn(&Value, Timestamp) -> Vec<Value> + use<'_>) {
    let columns = &kind.version().columns;
    let mut told = vec![column("Name", "string", "name", NAME_DESCRIPTION, 0)];
    if columns.is_empty() {
        told.push(column("Age", "date", "", AGE_DESCRIPTION, 0));
    }
    for own in columns {
        let said = if own.description.is_empty() {
            format!("The value of the object at {}", own.path)
        } else {
            own.description.clone()
        };
        told.push(column(
            &own.name,
            &own.kind,
            &own.format,
            &said,
            own.priority,
        ));
    }
    let cells = move |object: &Value, now: Timestamp| {
        let name = object.get_path(&["metadata", "name"]).cloned();
        let mut cells = vec![name.unwrap_or_else(Value::null)];
        if columns.is_empty() {
            cells.push(age_of(
                object.get_path(&["metadata", "creationTimestamp"]),
                now,
            ));
        }
        cells.extend(columns.iter().map(|own| cell(own, object, now)));
        cells
    };
    (Value::sequence(told), cells)
}

fn column(name: &str, kind: &str, format: &str, description: &str, priority: i64) -> Value {
    let fields: Mapping = [
        ("name".into(), Value::string(name)),
        ("type".into(), Value::string(kind)),
        ("format".into(), Value::string(format)),
        ("description".into(), Value::string(description)),
        ("priority".into(), Value::int(priority)),
    ]
    .into_iter()
    .collect();
    fields.into()
}

/// What stands in a column; null where the object has nothing there, or something else.
fn cell(column: &PrinterColumn, object: &Value, now: Timestamp) -> Value {
    let Some(value) = find(object, &column.path) else {
        return Value::null();
    };
    let kind = value.as_scalar().map(|scalar| scalar.kind);
    let is_number = matches!(kind, Some(ScalarKind::Int | ScalarKind::Float));
    let text = value.text().unwrap_or_default();
    match (column.kind.as_str(), kind) {
        (_, Some(ScalarKind::Null)) => Value::null(),
        ("string", Some(_)) => Value::string(text),
        ("string", None) => {
            let mut json = String::new();
            let style = trimtab_tree::JsonStyle::Go;
            match trimtab_tree::write_json(&value, &mut json, style) {
                Ok(()) => Value::string(json),
                Err(_) => Value::null(),
            }
        }
        ("integer", _) if is_number => {
            let whole = text.parse::<i64>().ok();
            let whole = whole.or_else(|| text.parse::<f64>().ok().map(|number| number as i64));
            whole.map_or_else(Value::null, Value::int)
        }
        ("number", _) if is_number => value,
        ("boolean", Some(ScalarKind::Bool)) => value,
        ("date", Some(ScalarKind::String | ScalarKind::Timestamp)) => age_of(Some(&value), now),
        _ => Value::null(),
    }
}

/// The first value at a path in kubectl's dialect. Paths of fields alone, nearly all there are, are
/// followed directly.
fn find(object: &Value, path: &str) -> Option<Value> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if path.starts_with('.') && path.chars().all(is_plain) {
        let mut steps = path.split('.').filter(|step| !step.is_empty());
        return steps
            .try_fold(object, |value, step| value.get(step))
            .cloned();
    }
    let mut json = String::new();
    trimtab_tree::write_json(object, &mut json, trimtab_tree::JsonStyle::Ordered).ok()?;
    let document: serde_json::Value = serde_json::from_str(&json).ok()?;
    // Kubernetes escapes points in names by a backslash, the standard by quotes.
    let found = document.query(&standard(path)).ok()?;
    let first = found.first()?;
    trimtab_tree::parse_json(&first.to_string(), 0).ok()
}

/// A path of Kubernetes' dialect in that of RFC 9535: `.a.b\.c[?(@.d=="e")]`.
fn standard(path: &str) -> String {
    let mut out = String::from("$");
    let mut characters = path.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = characters.next() {
        match c {
            '[' => {
                depth += 1;
                out.push(c);
            }
            ']' => {
                depth = depth.saturating_sub(1);
                out.push(c);
            }
            '.' if depth == 0 => {
                if characters.peek() == Some(&'.') {
                    characters.next();
                    out.push_str("..");
                    continue;
                }
                let mut name = String::new();
                while let Some(&next) = characters.peek() {
                    match next {
                        '.' | '[' => break,
                        '\\' => {
                            characters.next();
                            name.extend(characters.next());
                        }
                        other => {
                            characters.next();
                            name.push(other);
                        }
                    }
                }
                if name == "*" {
                    out.push_str(".*");
                } else if !name.is_empty() {
                    let escaped = name.replace('\\', "\\\\").replace('\'', "\\'");
                    out.push_str("['");
                    out.push_str(&escaped);
                    out.push_str("']");
                }
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn values_are_found_by_paths_of_kubernetes() {
        let object = r#"{"metadata":{"labels":{"a.b/c":"x"}},"spec":{"n":5,"list":[{"t":"A","s":"1"},{"t":"B","s":"2"}]}}"#;
        let object = parse_json(object, 0).unwrap();
        for (path, found) in [
            (".spec.n", Some("5")),
            (".spec.nope", None),
            (r".metadata.labels.a\.b/c", Some("x")),
            (".spec.list[1].s", Some("2")),
            (r#".spec.list[?(@.t=="B")].s"#, Some("2")),
            (".spec.list[*].t", Some("A")),
        ] {
            let value = find(&object, path);
            assert_eq!(value.as_ref().and_then(Value::text), found, "{path}");
        }
    }

    #[test]
    fn cells_are_of_the_type_of_their_column() {
        let object = parse_json(r#"{"a":"5","b":5,"c":true,"d":{"e":[1]}}"#, 0).unwrap();
        let shown = |kind: &str, path: &str| {
            let column = PrinterColumn {
                name: String::new(),
                kind: kind.to_owned(),
                format: String::new(),
                description: String::new(),
                priority: 0,
                path: path.to_owned(),
            };
            let cell = cell(&column, &object, Timestamp::UNIX_EPOCH);
            cell.text().unwrap_or("?").to_owned()
        };
        assert_eq!(shown("integer", ".a"), "null");
        assert_eq!(shown("integer", ".b"), "5");
        assert_eq!(shown("string", ".b"), "5");
        assert_eq!(shown("boolean", ".c"), "true");
        assert_eq!(shown("string", ".d"), r#"{"e":[1]}"#);
        assert_eq!(shown("date", ".a"), "<invalid>");
    }
}
