//! Rows of custom objects, by the columns of their definition.

use jiff::Timestamp;
use trimtab_object::JsonPath;
use trimtab_tree::{Mapping, ScalarKind, Value};

use crate::resource::CustomKind;
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
    // A path that is none leads nowhere.
    let paths = columns.iter().map(|own| JsonPath::parse(&own.path).ok());
    let paths: Vec<_> = paths.collect();
    let cells = move |object: &Value, now: Timestamp| {
        let name = object.get_path(&["metadata", "name"]).cloned();
        let mut cells = vec![name.unwrap_or_else(Value::null)];
        if columns.is_empty() {
            cells.push(age_of(
                object.get_path(&["metadata", "creationTimestamp"]),
                now,
            ));
        }
        cells.extend(columns.iter().zip(&paths).map(|(own, path)| {
            let found = path.as_ref().and_then(|path| path.first(object));
            found.map_or_else(Value::null, |value| cell(&own.kind, value, now))
        }));
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

/// What stands in a column of a type; null where the object has something else there.
fn cell(kind_of_column: &str, value: &Value, now: Timestamp) -> Value {
    let kind = value.as_scalar().map(|scalar| scalar.kind);
    let is_number = matches!(kind, Some(ScalarKind::Int | ScalarKind::Float));
    let text = value.text().unwrap_or_default();
    match (kind_of_column, kind) {
        (_, Some(ScalarKind::Null)) => Value::null(),
        ("string", Some(_)) => Value::string(text),
        ("string", None) => {
            let mut json = String::new();
            let style = trimtab_tree::JsonStyle::Go;
            match trimtab_tree::write_json(value, &mut json, style) {
                Ok(()) => Value::string(json),
                Err(_) => Value::null(),
            }
        }
        ("integer", _) if is_number => {
            let whole = text.parse::<i64>().ok();
            let whole = whole.or_else(|| text.parse::<f64>().ok().map(|number| number as i64));
            whole.map_or_else(Value::null, Value::int)
        }
        ("number", _) if is_number => value.clone(),
        ("boolean", Some(ScalarKind::Bool)) => value.clone(),
        ("date", Some(ScalarKind::String | ScalarKind::Timestamp)) => age_of(Some(value), now),
        _ => Value::null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn cells_are_of_the_type_of_their_column() {
        let object = parse_json(r#"{"a":"5","b":5,"c":true,"d":{"e":[1]}}"#, 0).unwrap();
        let shown = |kind: &str, field: &str| {
            let value = object.get(field).unwrap();
            let cell = cell(kind, value, Timestamp::UNIX_EPOCH);
            cell.text().unwrap_or("?").to_owned()
        };
        assert_eq!(shown("integer", "a"), "null");
        assert_eq!(shown("integer", "b"), "5");
        assert_eq!(shown("string", "b"), "5");
        assert_eq!(shown("boolean", "c"), "true");
        assert_eq!(shown("string", "d"), r#"{"e":[1]}"#);
        assert_eq!(shown("date", "a"), "<invalid>");
    }
}
