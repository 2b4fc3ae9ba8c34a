//! The hash of an object's content that goes behind its name.
//!
//! SHA-256 of a JSON text, its first ten hexadecimal digits, and some of these replaced so that no
//! word or number comes about. The JSON of a config map or secret holds its data only, and an empty
//! name (kustomize looks for a field `metadata/name`, which nothing has).

use sha2::{Digest, Sha256};
use trimtab_tree::{JsonStyle, Node, Result, ScalarKind, Value, parse_float, write_json};

/// The hash of an object: ten letters and digits.
///
/// # Errors
/// When the object holds a number that JSON can not.
pub(crate) fn name_suffix_hash(object: &Value) -> Result<String> {
    let mut json = String::new();
    match object.get("kind").and_then(Value::text) {
        Some("ConfigMap") => {
            json.push('{');
            write_map(object, "binaryData", &mut json)?;
            write_field(object, "data", &mut json)?;
            json.push_str(r#","kind":"ConfigMap","name":""}"#);
        }
        Some("Secret") => {
            json.push('{');
            write_field(object, "data", &mut json)?;
            json.push_str(r#","kind":"Secret","name":"","#);
            write_map(object, "stringData", &mut json)?;
            write_field(object, "type", &mut json)?;
            json.push('}');
        }
        _ => write_json(object, &mut json, JsonStyle::Go)?,
    }
    Ok(encode(&Sha256::digest(json.as_bytes())))
}

/// The first ten hexadecimal digits, without those that could make a word or a number.
fn encode(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"gh2k456789mbcdtf";
    let halves = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    let letters = halves
        .take(10)
        .map(|half| DIGITS[usize::from(half)] as char);
    letters.collect()
}

/// Writes a field with a comma behind it if it is a mapping or a list.
fn write_map(object: &Value, name: &str, json: &mut String) -> Result<()> {
    if object
        .get(name)
        .is_some_and(|value| value.as_scalar().is_none())
    {
        write_field(object, name, json)?;
        json.push(',');
    }
    Ok(())
}

/// Writes a field as Go has it: a scalar as its text, a list as `null`, nothing as empty text.
fn write_field(object: &Value, name: &str, json: &mut String) -> Result<()> {
    json.push('"');
    json.push_str(name);
    json.push_str("\":");
    match object.get(name) {
        None => json.push_str("\"\""),
        Some(value) => match &value.node {
            Node::Scalar(scalar) => {
                write_json(&Value::string(scalar.text()), json, JsonStyle::Go)?;
            }
            Node::Sequence(_) => json.push_str("null"),
            Node::Mapping(_) if has_number(value) => {
                write_json(&with_floats(value.clone()), json, JsonStyle::Go)?;
            }
            Node::Mapping(_) => write_json(value, json, JsonStyle::Go)?,
        },
    }
    Ok(())
}

fn has_number(value: &Value) -> bool {
    match &value.node {
        Node::Scalar(scalar) => scalar.kind == ScalarKind::Int,
        Node::Sequence(items) => items.iter().any(has_number),
        Node::Mapping(fields) => fields.iter().any(|(_, value)| has_number(value)),
    }
}

/// Makes floats of all numbers, as Go does when it reads JSON without knowing a type: whole numbers
/// beyond 2^53 lose digits.
fn with_floats(mut value: Value) -> Value {
    match &mut value.node {
        Node::Scalar(scalar) if scalar.kind == ScalarKind::Int => {
            let float = parse_float(scalar.text()).unwrap_or(f64::NAN);
            value.node = Value::scalar(ScalarKind::Float, format!("{float:?}")).node;
        }
        Node::Scalar(_) => {}
        Node::Sequence(items) => {
            for item in items {
                *item = with_floats(std::mem::replace(item, Value::null()));
            }
        }
        Node::Mapping(fields) => {
            for item in fields.values_mut() {
                *item = with_floats(std::mem::replace(item, Value::null()));
            }
        }
    }
    value
}
