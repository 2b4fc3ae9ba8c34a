//! JSON patch (RFC 6902), with the leniences of the library that kustomize applies it with
//! (evanphx/json-patch, version 4).
//!
//! Those are: places in lists may be negative, from the end; `replace` of a field that is not there
//! adds it; `copy` of a field that is not there, and operations that lack their value, give null;
//! what a pointer has before its first `/` does not count. The whole document can be replaced (by a
//! mapping or list) and tested, nothing else.

use super::late::LateScalar;
use crate::equality::same_json;
use crate::path::JsonPointer;
use trimtab_tree::{
    Diagnostic, MAX_DEPTH, Mapping, Node, Position, Result, Style, Text, Value, round_trip_json,
    round_trip_resource, settle_styles, too_deep,
};

/// The operations of one patch may copy so many nodes of one object, since each copy can double it.
const MOST_COPIES: usize = 400_000;

/// A parsed JSON patch, to be applied as often as needed.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
}

#[derive(Clone, Debug)]
struct Operation {
    action: Action,
    path: Target,
    position: Position,
}

#[derive(Clone, Debug)]
enum Action {
    Add(Value),
    Remove,
    Replace(Option<Value>),
    Move(Target),
    Copy(Target),
    Test(Option<Value>),
}

impl Action {
    fn name(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Remove => "remove",
            Self::Replace(_) => "replace",
            Self::Move(_) => "move",
            Self::Copy(_) => "copy",
            Self::Test(_) => "test",
        }
    }
}

/// A pointer with the text it was written as.
#[derive(Clone, Debug)]
struct Target {
    text: Text,
    pointer: Option<JsonPointer>,
    position: Position,
}

impl JsonPatch {
    /// Reads a patch: a list of operations.
    ///
    /// # Errors
    /// When it is none: no list, an item that is no mapping, an unknown `op`, or `path` or `from`
    /// missing where they are needed.
    pub fn from_value(patch: &Value) -> Result<Self> {
        let Some(items) = patch.as_sequence() else {
            let message = format!("a JSON patch cannot be {}", patch.describe());
            return Err(Diagnostic::error("bad-json-patch", message)
                .at(patch.position)
                .expecting("a list of operations"));
        };
        let operations = items.iter().map(Operation::read).collect::<Result<_>>()?;
        Ok(Self { operations })
    }

    /// Reads a patch as kustomize does: its values go through JSON and Go's numbers, see
    /// [`round_trip_json`]. (One that is written as YAML goes through
    /// [`read_as_yaml_1_1`](crate::read_as_yaml_1_1) before.)
    ///
    /// # Errors
    /// As [`JsonPatch::from_value`], and for values that JSON cannot express.
    pub fn for_kustomize(patch: &Value) -> Result<Self> {
        let mut patch = Self::from_value(patch)?;
        for operation in &mut patch.operations {
            let value = match &mut operation.action {
                Action::Add(value) => Some(value),
                Action::Replace(value) | Action::Test(value) => value.as_mut(),
                Action::Remove | Action::Move(_) | Action::Copy(_) => None,
            };
            if let Some(value) = value {
                round_trip_json(value)?;
                settle_styles(value);
            }
        }
        Ok(patch)
    }

    /// Where the last operation stands that removes or moves away the field that `steps` lead to, or
    /// one around it; a step `None` stands for any item of a list. [`Position::NONE`] when none does.
    #[must_use]
    pub fn removal_of(&self, steps: &[Option<&str>]) -> Position {
        let removes = |operation: &&Operation| {
            let target = match &operation.action {
                Action::Remove => &operation.path,
                Action::Move(from) => from,
                // What it puts in the place of a mapping may lack fields.
                Action::Add(_) | Action::Replace(_) | Action::Copy(_) => &operation.path,
                Action::Test(_) => return false,
            };
            target.pointer.as_ref().is_some_and(|pointer| {
                let (parents, last) = pointer.split_last();
                let tokens = parents.iter().map(|token| &**token).chain([last]);
                pointer.len() <= steps.len()
                    && tokens
                        .zip(steps)
                        .all(|(token, step)| step.is_none_or(|step| step == token))
            })
        };
        let found = self.operations.iter().rev().find(removes);
        found.map_or(Position::NONE, |operation| operation.position)
    }

    /// Applies the operations in order, as kustomize does to a resource: that goes through JSON
    /// first, see [`round_trip_resource`], which shows in what later steps do to it.
    ///
    /// # Errors
    /// As [`JsonPatch::apply`], and when the target holds what JSON cannot express.
    pub fn apply_to_resource(&self, target: &mut Value) -> Result<()> {
        Self::settle(target)?;
        self.apply(target)
    }

    /// Does to a resource what kustomize does before it applies the operations of a patch, see
    /// [`round_trip_resource`]. Done twice it is as once done.
    ///
    /// # Errors
    /// When it holds what JSON cannot express.
    pub fn settle(target: &mut Value) -> Result<()> {
        round_trip_resource(target)?;
        settle_styles(target);
        Ok(())
    }

    /// What [`JsonPatch::apply`] would put into an object with these fields, if nothing but scalars, in order.
    /// `None` where it would do anything else, or fail.
    #[must_use]
    pub fn late_scalars(&self, target: &Mapping) -> Option<Vec<LateScalar>> {
        let mut operations = self.operations.iter();
        operations.try_fold(Vec::new(), |mut found: Vec<LateScalar>, operation| {
            let new = operation.late_scalar(target)?;
            // What was put there before is not known to it.
            let is_apart = |its: &LateScalar| its.places != new.places || its.keys != new.keys;
            found.iter().all(is_apart).then(|| found.push(new))?;
            Some(found)
        })
    }

    /// Whether an operation reads or writes what is at a path, below it or around it.
    #[must_use]
    pub fn touches(&self, path: &[&str]) -> bool {
        let meets = |target: &Target| match &target.pointer {
            // It has one part, but leads to the whole object.
            Some(_) if target.text.is_empty() => true,
            Some(pointer) => {
                let (parents, last) = pointer.split_last();
                let tokens = parents.iter().map(|token| &**token).chain([last]);
                tokens.zip(path).all(|(token, step)| token == *step)
            }
            None => true,
        };
        self.operations.iter().any(|operation| {
            let from = match &operation.action {
                Action::Move(from) | Action::Copy(from) => Some(from),
                _ => None,
            };
            meets(&operation.path) || from.is_some_and(meets)
        })
    }

    /// How many operations it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether it has none, and so changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Applies the operations in order.
    ///
    /// # Errors
    /// When an operation does not apply, at the position of that operation. It then has changed
    /// nothing, but the operations before it have.
    pub fn apply(&self, target: &mut Value) -> Result<()> {
        let mut copies = MOST_COPIES;
        for operation in &self.operations {
            operation
                .apply(target, &mut copies)
                .map_err(|error| error.at(operation.position))?;
        }
        Ok(())
    }
}

impl Operation {
    fn read(item: &Value) -> Result<Self> {
        let Some(fields) = item.as_mapping() else {
            let message = format!("an operation of a JSON patch cannot be {}", item.describe());
            return Err(Diagnostic::error("bad-json-patch", message)
                .at(item.position)
                .expecting("a mapping with `op` and `path`"));
        };
        let op = text_of(fields, "op", item.position)?;
        let value = || fields.get("value").cloned();
        let action = match op.text().unwrap_or_default() {
            "add" => Action::Add(value().unwrap_or_else(Value::null)),
            "remove" => Action::Remove,
            "replace" => Action::Replace(value()),
            "move" => Action::Move(Target::read(fields, "from", item.position)?),
            "copy" => Action::Copy(Target::read(fields, "from", item.position)?),
            "test" => Action::Test(value()),
            other => {
                let message = format!("a JSON patch has no operation {other:?}");
                return Err(Diagnostic::error("bad-json-patch", message)
                    .at(op.position)
                    .expecting("`add`, `remove`, `replace`, `move`, `copy` or `test`"));
            }
        };
        Ok(Self {
            action,
            path: Target::read(fields, "path", item.position)?,
            position: item.position,
        })
    }

    /// `copies` is how many nodes may still be copied.
    fn apply(&self, root: &mut Value, copies: &mut usize) -> Result<()> {
        match &self.action {
            Action::Add(value) => {
                let (container, key) = self.container(root, &self.path)?;
                self.add(container, key, value.clone_apart())
            }
            Action::Remove => {
                let (container, key) = self.container(root, &self.path)?;
                self.remove(container, key, &self.path).map(|_| ())
            }
            Action::Replace(value) => self.replace(root, value.as_ref()),
            Action::Copy(from) => {
                let (container, key) = self.container(root, from)?;
                let value = self.get(container, key, from)?;
                let value = match value {
                    Some(value) => self.copied(value, copies)?,
                    None => Value::null(),
                };
                let (container, key) = self.container(root, &self.path)?;
                self.add(container, key, value)
            }
            Action::Move(from) => {
                let (container, key) = self.container(root, from)?;
                let (value, at) = self.remove(container, key, from)?;
                let mut left = Some(value);
                let result = self
                    .container(root, &self.path)
                    .and_then(|(container, key)| {
                        self.check_add(container, key, left.as_ref())?;
                        let value = left.take().expect("nothing else takes it");
                        self.add(container, key, value)
                    });
                if let Some(value) = left {
                    let (container, key) = self.container(root, from)?;
                    restore(container, key, at, value);
                }
                result
            }
            Action::Test(value) => self.test(root, value.as_ref()),
        }
    }

    /// The scalar that it puts into an object with these fields, if that is all it does.
    fn late_scalar(&self, root: &Mapping) -> Option<LateScalar> {
        let (value, adds) = match &self.action {
            Action::Add(value) => (value, true),
            Action::Replace(Some(value)) => (value, false),
            _ => return None,
        };
        value.as_scalar().filter(|_| !self.path.text.is_empty())?;
        let (parents, key) = self.path.pointer.as_ref()?.split_last();
        let mut places = Vec::with_capacity(parents.len() + 1);
        let (mut fields, mut items): (Option<&Mapping>, &[Value]) = (Some(root), &[]);
        for token in parents {
            let (at, next) = match fields {
                Some(fields) => fields
                    .position_of(token)
                    .map(|at| (at, fields.at(at).value))?,
                None => place(token, items.len()).and_then(|at| Some((at, items.get(at)?)))?,
            };
            places.push(at as u32);
            (fields, items) = match &next.node {
                Node::Mapping(fields) if !fields.is_empty() => (Some(fields), &[][..]),
                Node::Sequence(items) => (None, &items[..]),
                _ => return None,
            };
        }
        let (at, there) = match fields {
            Some(fields) => match fields.position_of(key) {
                Some(at) => (at, fields.at(at).value),
                None => {
                    return Some(LateScalar {
                        places,
                        keys: vec![key.into()],
                        scalar: value.clone(),
                    });
                }
            },
            // An item that is added moves others.
            None if adds => return None,
            None => place(key, items.len()).and_then(|at| Some((at, items.get(at)?)))?,
        };
        there.as_scalar()?;
        places.push(at as u32);
        Some(LateScalar {
            places,
            keys: Vec::new(),
            scalar: value.clone(),
        })
    }

    fn replace(&self, root: &mut Value, value: Option<&Value>) -> Result<()> {
        if self.path.text.is_empty() {
            let whole = value.filter(|value| !matches!(value.node, Node::Scalar(_)));
            let Some(whole) = whole else {
                let message = "the whole document cannot be replaced by this value";
                return Err(self
                    .error("json-patch-conflict", message)
                    .expecting("a mapping or list"));
            };
            *root = whole.clone();
            return Ok(());
        }
        let value = value.map_or_else(Value::null, Value::clone_apart);
        let (container, key) = self.container(root, &self.path)?;
        self.get(container, key, &self.path)?;
        self.check_depth(&value)?;
        match &mut container.node {
            Node::Mapping(fields) => {
                fields.insert(key, value);
            }
            Node::Sequence(items) => {
                if let Some(item) = place(key, items.len()).and_then(|at| items.get_mut(at)) {
                    *item = value;
                }
            }
            Node::Scalar(_) => {}
        }
        Ok(())
    }

    fn test(&self, root: &mut Value, value: Option<&Value>) -> Result<()> {
        let found = if self.path.text.is_empty() {
            Some(&*root)
        } else {
            let (container, key) = self.container(root, &self.path)?;
            self.get(container, key, &self.path)?
        };
        let found = found.filter(|found| !found.is_null());
        let holds = match (found, value) {
            (None, value) => value.is_some_and(Value::is_null),
            (Some(found), Some(value)) => same_json(found, value),
            (Some(_), None) => false,
        };
        if holds {
            return Ok(());
        }
        let message = format!("the test of {:?} fails", self.path.text);
        let mut error = Diagnostic::error("json-patch-test", message).at(self.position);
        if let Some(found) = found {
            let found_text = found.text().unwrap_or_else(|| found.describe());
            error = error.label(found.position, format!("the value is {found_text}"));
        }
        Err(match value {
            Some(value) => {
                error.expecting(value.text().unwrap_or_else(|| value.describe()).to_owned())
            }
            None => error.hint("the operation has no `value` to compare with"),
        })
    }

    /// The mapping or list that holds, or could hold, what `target` points at, and the key or place
    /// in it.
    fn container<'v, 't>(
        &self,
        root: &'v mut Value,
        target: &'t Target,
    ) -> Result<(&'v mut Value, &'t str)> {
        let Some(pointer) = &target.pointer else {
            return Err(self
                .missing(target)
                .expecting("a path that begins with `/`"));
        };
        let (parents, key) = pointer.split_last();
        let mut node = root;
        for token in parents {
            let next = match &mut node.node {
                Node::Mapping(fields) => fields.get_mut(token),
                Node::Sequence(items) => place(token, items.len()).and_then(|at| items.get_mut(at)),
                Node::Scalar(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => return Err(self.missing(target)),
            }
        }
        if matches!(node.node, Node::Scalar(_)) {
            return Err(self.missing(target));
        }
        Ok((node, key))
    }

    fn get<'v>(
        &self,
        container: &'v Value,
        key: &str,
        target: &Target,
    ) -> Result<Option<&'v Value>> {
        match &container.node {
            Node::Sequence(items) => match place(key, items.len()).and_then(|at| items.get(at)) {
                Some(item) => Ok(Some(item)),
                None => Err(self.no_place(key, items.len(), target)),
            },
            _ => Ok(container.get(key)),
        }
    }

    /// Checks that `value` is not too deep where the path leads.
    fn check_depth(&self, value: &Value) -> Result<()> {
        let above = self.path.pointer.as_ref().map_or(0, JsonPointer::len);
        if above + value.size().depth > MAX_DEPTH {
            return Err(too_deep(self.path.position));
        }
        Ok(())
    }

    fn copied(&self, value: &Value, copies: &mut usize) -> Result<Value> {
        *copies = copies.checked_sub(value.size().nodes).ok_or_else(|| {
            self.error("json-patch-copies", "too much is copied")
                .expecting(format!("copies of at most {MOST_COPIES} nodes together"))
        })?;
        Ok(value.clone())
    }

    fn check_add(&self, container: &Value, key: &str, value: Option<&Value>) -> Result<()> {
        value.map_or(Ok(()), |value| self.check_depth(value))?;
        match container.as_sequence() {
            Some(items) if key != "-" && place(key, items.len() + 1).is_none() => {
                Err(self.no_place(key, items.len(), &self.path))
            }
            _ => Ok(()),
        }
    }

    fn add(&self, container: &mut Value, key: &str, value: Value) -> Result<()> {
        self.check_add(container, key, Some(&value))?;
        match &mut container.node {
            Node::Mapping(fields) => {
                fields.insert(key, value);
            }
            Node::Sequence(items) if key == "-" => items.push(value),
            Node::Sequence(items) => {
                if let Some(at) = place(key, items.len() + 1) {
                    items.insert(at, value);
                }
            }
            Node::Scalar(_) => {}
        }
        container.style = Style::Plain;
        Ok(())
    }

    /// Takes a value out, and says which one in the order it was.
    fn remove(&self, container: &mut Value, key: &str, target: &Target) -> Result<(Value, usize)> {
        let removed = match &mut container.node {
            Node::Sequence(items) => match place(key, items.len()).filter(|&at| at < items.len()) {
                Some(at) => Ok((items.remove(at), at)),
                None => Err(self.no_place(key, items.len(), target)),
            },
            Node::Mapping(fields) => {
                let at = fields.position_of(key);
                let removed = at.and_then(|at| Some((fields.remove(key)?, at)));
                removed.ok_or_else(|| self.missing(target))
            }
            Node::Scalar(_) => Err(self.missing(target)),
        }?;
        if container.is_null_or_empty() {
            // What is empty is in braces or brackets, see [`settle_styles`].
            container.style = Style::Flow;
        }
        Ok(removed)
    }

    fn missing(&self, target: &Target) -> Box<Diagnostic> {
        self.error(
            "json-patch-missing",
            &format!("there is nothing at {:?}", target.text),
        )
        .at(target.position)
        .in_field(&*target.text)
    }

    fn no_place(&self, key: &str, length: usize, target: &Target) -> Box<Diagnostic> {
        self.error(
            "json-patch-missing",
            &format!(
                "{:?}: {key:?} is no place in a list of {length}",
                target.text
            ),
        )
        .at(target.position)
    }

    fn error(&self, code: &'static str, message: &str) -> Box<Diagnostic> {
        Diagnostic::error(
            code,
            format!("`{}` does not apply: {message}", self.action.name()),
        )
    }
}

impl Target {
    fn read(fields: &Mapping, key: &str, position: Position) -> Result<Self> {
        let value = text_of(fields, key, position)?;
        let text: Text = value.text().unwrap_or_default().into();
        Ok(Self {
            pointer: JsonPointer::parse(&text),
            text,
            position: value.position,
        })
    }
}

fn text_of<'v>(fields: &'v Mapping, key: &str, position: Position) -> Result<&'v Value> {
    let value = fields.get(key);
    value
        .filter(|value| value.as_str().is_some())
        .ok_or_else(|| {
            let found = value.map_or("no", |_| "a bad");
            let message = format!("an operation of a JSON patch has {found} `{key}`");
            Diagnostic::error("bad-json-patch", message)
                .at(value.map_or(position, |value| value.position))
                .expecting(format!("`{key}` to be a string"))
        })
}

/// The place that `key` names among `count`, from the end when it is negative.
fn place(key: &str, count: usize) -> Option<usize> {
    let at: i64 = key.parse().ok()?;
    let count = i64::try_from(count).ok()?;
    let at = if at < 0 { at + count } else { at };
    (0..count).contains(&at).then(|| usize::try_from(at).ok())?
}

/// Puts back what a `move` took away that could not be completed.
fn restore(container: &mut Value, key: &str, at: usize, value: Value) {
    match &mut container.node {
        Node::Sequence(items) => items.insert(at, value),
        Node::Mapping(fields) => {
            fields.insert(key, value);
        }
        Node::Scalar(_) => {}
    }
}

#[cfg(test)]
mod tests;
