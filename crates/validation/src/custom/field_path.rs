//! Paths such as `.spec['a.b'].c`, as rules and selectable fields name fields.

use super::node::{Additional, Node};

/// The field that a path names: how errors name it, and its schema.
///
/// # Errors
/// Why it names none.
pub(super) fn resolve<'n>(
    path: &str,
    node: &'n Node,
    allows_brackets: bool,
) -> Result<(String, &'n Node), String> {
    let mut rest = path;
    let mut node = node;
    let mut shown = String::new();
    while !rest.is_empty() {
        let (name, behind) = if let Some(inner) = rest.strip_prefix('[') {
            if !allows_brackets {
                return Err("array notation is not allowed".to_owned());
            }
            quoted(inner)?
        } else if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[', ']']).unwrap_or(behind.len());
            if end == 0 {
                return Err("unexpected end of JSON path".to_owned());
            }
            (behind[..end].to_owned(), &behind[end..])
        } else {
            let end = rest.find(['.', '[', ']']).unwrap_or(rest.len()).max(1);
            let found = rest.get(..end).unwrap_or(rest);
            return Err(format!("expected [ or . but got: {found}"));
        };
        rest = behind;
        let unknown = || "does not refer to a valid field".to_owned();
        if node.properties().is_empty() {
            let Additional::Of(values) = &node.additional else {
                return Err(unknown());
            };
            shown.push('[');
            shown.push_str(&name);
            shown.push(']');
            node = values;
        } else {
            node = node.property(&name).ok_or_else(unknown)?;
            if !shown.is_empty() {
                shown.push('.');
            }
            shown.push_str(&name);
        }
    }
    Ok((shown, node))
}

/// `'name']` and what is behind it.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let inner = text.strip_prefix('\'');
    let inner = inner.ok_or_else(|| format!("expected single quoted string but got {text}"))?;
    let mut name = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => {
                let behind = &inner[at + 1..];
                let behind = behind.strip_prefix(']');
                let behind = behind.ok_or_else(|| "expected ] behind the name".to_owned())?;
                return Ok((name, behind));
            }
            '\\' => match characters.next() {
                Some((_, 'a')) => name.push('\x07'),
                Some((_, 'b')) => name.push('\x08'),
                Some((_, 'f')) => name.push('\x0c'),
                Some((_, 'n')) => name.push('\n'),
                Some((_, 'r')) => name.push('\r'),
                Some((_, 't')) => name.push('\t'),
                Some((_, 'v')) => name.push('\x0b'),
                Some((_, same @ ('\'' | '\\'))) => name.push(same),
                _ => return Err("invalid string literal".to_owned()),
            },
            other => name.push(other),
        }
    }
    Err("unexpected end of JSON path".to_owned())
}
