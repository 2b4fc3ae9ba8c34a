//! Where in a document variables are used.

use super::reference;
use trimtab_tree::{Diagnostic, Node, Result, Text, Value};

/// A place where a variable is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The path of its field, as replacements have it.
    pub(super) field_path: String,
    /// What parts the text that it is in, if it is not the whole of it.
    pub(super) delimiter: Option<char>,
    /// Which part it is.
    pub(super) index: usize,
}

/// All places of a document, an object or the operations of a JSON patch, that use the variable `name`.
///
/// # Errors
/// When it is a part of a text that nothing parts from the rest, or of what is appended to a list.
pub(super) fn uses(document: &Value, name: &str) -> Result<Vec<Use>> {
    let mut uses = Vec::new();
    match document.as_sequence() {
        Some(operations) => {
            for operation in operations {
                find_in_operation(operation, name, &mut uses)?;
            }
        }
        None => find(document, name, &mut Vec::new(), &mut uses)?,
    }
    Ok(uses)
}

/// What an operation of a JSON patch sets is at the path that it names.
fn find_in_operation(operation: &Value, name: &str, uses: &mut Vec<Use>) -> Result<()> {
    let pointer = operation
        .get("path")
        .and_then(Value::text)
        .unwrap_or_default();
    let Some(value) = operation.get("value") else {
        return Ok(());
    };
    let steps = pointer.split('/').skip(1);
    let mut path: Vec<Text> = steps
        .map(|step| step_of(&step.replace("~1", "/").replace("~0", "~")))
        .collect();
    let before = uses.len();
    find(value, name, &mut path, uses)?;
    if uses.len() > before && pointer.split('/').any(|step| step == "-") {
        let message = format!(
            "`{}` is in what a JSON patch appends at `{pointer}`, whose place no replacement can name",
            reference(name)
        );
        return Err(Diagnostic::error("var-appended", message)
            .expecting("a path with the number of an item")
            .hint("make it a strategic merge patch, or convert this variable by hand"));
    }
    Ok(())
}

/// A key as a step of a path.
fn step_of(key: &str) -> Text {
    if key.contains('.') {
        format!("[{key}]").into()
    } else {
        key.into()
    }
}

/// Finds all scalars that use a variable.
fn find(value: &Value, name: &str, path: &mut Vec<Text>, uses: &mut Vec<Use>) -> Result<()> {
    match &value.node {
        Node::Mapping(fields) => {
            for (key, field) in fields.iter() {
                path.push(step_of(key));
                find(field, name, path, uses)?;
                path.pop();
            }
        }
        Node::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string().into());
                find(item, name, path, uses)?;
                path.pop();
            }
        }
        Node::Scalar(scalar) => {
            if scalar.text().contains(&reference(name)) {
                let (delimiter, index) = part(scalar.text(), name)?;
                uses.push(Use {
                    field_path: path.join("."),
                    delimiter,
                    index,
                });
            }
        }
    }
    Ok(())
}

/// Which part of a text a variable is, and what parts it.
fn part(text: &str, name: &str) -> Result<(Option<char>, usize)> {
    let reference = reference(name);
    let Some((before, behind)) = text.split_once(&reference) else {
        return Ok((None, 0));
    };
    let delimiter = match (before.chars().next_back(), behind.chars().next()) {
        (None, None) => return Ok((None, 0)),
        (None, Some(delimiter)) | (Some(delimiter), None) => delimiter,
        (Some(pre), Some(post)) if pre == post => pre,
        (Some(pre), Some(post)) => {
            let message = format!(
                "`{reference}` stands between `{pre}` and `{post}` in `{text}`, so no delimiter parts it from the rest"
            );
            return Err(Diagnostic::error("var-not-delimited", message)
                .expecting("the whole of a text, or a part with the same character on both sides")
                .hint("convert this variable by hand"));
        }
    };
    let index = before.matches(delimiter).count();
    Ok((Some(delimiter), index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    #[test]
    fn parts_are_counted_by_the_character_beside_them() {
        for (text, expected) in [
            ("$(V)", (None, 0)),
            ("$(V)/path", (Some('/'), 0)),
            ("path/$(V)", (Some('/'), 1)),
            ("my/path/$(V)/secret/path", (Some('/'), 2)),
            ("a.b:$(V)", (Some(':'), 1)),
        ] {
            assert_eq!(part(text, "V").unwrap(), expected, "{text}");
        }
        let error = part("var$(V)/path", "V").unwrap_err();
        assert_eq!(error.code, "var-not-delimited");
    }

    #[test]
    fn operations_use_variables_where_they_point() {
        let patch = "[{op: add, path: /a/b~1c.d/0, value: {e: $(V)}}, {op: remove, path: /$(V)}]";
        let found = uses(&documents(patch)[0], "V").unwrap();
        let paths: Vec<&str> = found.iter().map(|it| it.field_path.as_str()).collect();
        assert_eq!(paths, ["a.[b/c.d].0.e"]);
        let patch = "[{op: add, path: /a/-, value: {e: $(V)}}]";
        let error = uses(&documents(patch)[0], "V").unwrap_err();
        assert_eq!(error.code, "var-appended");
        assert_eq!(uses(&documents(patch)[0], "W").unwrap(), []);
    }
}
