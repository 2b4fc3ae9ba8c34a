//! Field specs: which field of which objects a transformer changes, and the walk that finds it.

use super::course::reaches;
use super::field_path::{FieldPath, Step};
use crate::kustomization;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, MAX_DEPTH, Mapping, Node, Result, ScalarKind, Value, too_deep};

/// A field of the objects that a group, version and kind select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// Which objects; an empty part selects any.
    pub gvk: Gvk,
    /// Where the field is.
    pub path: FieldPath,
    /// Whether to make the field, and those on the way to it, when they are not there.
    pub create: bool,
}

/// What a walk puts where a field spec wants a field created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    /// Nothing: the walk only finds what is there, whatever the field spec says.
    Nothing,
    /// An empty string, which the visitor fills.
    Scalar,
    /// An empty mapping.
    Mapping,
}

impl FieldSpec {
    /// A field of all objects, created where it is not there.
    #[must_use]
    pub(crate) fn everywhere(path: &'static str) -> Self {
        Self {
            gvk: Gvk::default(),
            path: FieldPath::from_static(path),
            create: true,
        }
    }

    /// Whether it is about objects of this group, version and kind.
    #[must_use]
    pub(crate) fn selects(&self, gvk: &Gvk) -> bool {
        gvk.is_selected_by(&self.gvk)
    }

    /// Calls `visit` on each value of `object` at the path. Lists on the way are stepped into,
    /// also when the path does not say so. Nothing happens where the path leads nowhere, unless
    /// the field spec and `create` both want the field created; a list (`name[]`) never is.
    ///
    /// Does not look at the object's kind: see [`FieldSpec::selects`].
    ///
    /// # Errors
    /// When the path has too many parts, goes on below a scalar, has an empty part, or an index where the object has
    /// fields; and those of `visit`.
    pub(crate) fn visit(
        &self,
        object: &mut Value,
        create: Create,
        visit: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Result<()> {
        let mut walk = Walk {
            create: if self.create { create } else { Create::Nothing },
            visit,
        };
        // Each step may make a level.
        if self.path.steps().len() > MAX_DEPTH {
            return Err(too_deep(object.position).in_field(self.path.text()));
        }
        walk.descend(object, self.path.steps())
            .map_err(|error| error.in_field(self.path.text()))
    }
}

impl From<&kustomization::FieldSpec> for FieldSpec {
    fn from(spec: &kustomization::FieldSpec) -> Self {
        Self {
            gvk: spec.gvk.clone(),
            path: FieldPath::new(spec.path.clone()),
            create: spec.create,
        }
    }
}

struct Walk<'a> {
    create: Create,
    visit: &'a mut dyn FnMut(&mut Value) -> Result<()>,
}

impl Walk<'_> {
    fn descend(&mut self, value: &mut Value, steps: &[Step]) -> Result<()> {
        let Some((step, rest)) = steps.split_first() else {
            return (self.visit)(value);
        };
        match &mut value.node {
            Node::Scalar(scalar) if scalar.kind == ScalarKind::Null => Ok(()),
            Node::Scalar(_) => Err(Diagnostic::error(
                "field-path-meets-scalar",
                format!(
                    "the path goes on with `{}` below {}",
                    step.name,
                    value.describe()
                ),
            )
            .at(value.position)
            .expecting("a mapping or a list of mappings")),
            Node::Sequence(items) => items.iter_mut().try_for_each(|item| {
                if self.create == Create::Nothing && is_shared(item) && !reaches(item, steps) {
                    // It is not to be copied for nothing.
                    return Ok(());
                }
                self.descend(item, steps)
            }),
            Node::Mapping(fields) => {
                check_name(step).map_err(|error| error.at(value.position))?;
                match self.field(fields, step, rest.is_empty()) {
                    Some(field) => self.descend(field, rest),
                    None => Ok(()),
                }
            }
        }
    }

    /// The field a step leads to: the one that is there, or a new one where one may be created. A
    /// `null` that is there becomes what would have been created.
    fn field<'v>(
        &self,
        fields: &'v mut Mapping,
        step: &Step,
        is_last: bool,
    ) -> Option<&'v mut Value> {
        if step.is_list || self.create == Create::Nothing {
            let field = fields.get_mut(&step.name)?;
            if step.is_list && field.is_null() {
                field.node = Node::Sequence(Vec::new());
            }
            return Some(field);
        }
        let make_scalar = is_last && self.create == Create::Scalar;
        let field = fields.get_or_insert_with(&step.name, || {
            if make_scalar {
                Value::string("")
            } else {
                // Most get one field.
                Mapping::with_capacity(1).into()
            }
        });
        match &mut field.node {
            // Keeps its text: a prefix before `null` gives `prefixnull`.
            Node::Scalar(scalar) if scalar.kind == ScalarKind::Null && make_scalar => {
                scalar.kind = ScalarKind::String;
            }
            Node::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
                field.node = Node::Mapping(Mapping::new());
            }
            _ => {}
        }
        Some(field)
    }
}

fn is_shared(value: &Value) -> bool {
    value.as_mapping().is_some_and(Mapping::is_shared)
}

pub(super) fn check_name(step: &Step) -> Result<()> {
    if step.name.is_empty() {
        return Err(
            Diagnostic::error("empty-field-name", "the field path has an empty part")
                .hint(r"write `\/` for a slash that belongs to a name"),
        );
    }
    if step.is_index {
        return Err(Diagnostic::error(
            "field-path-index",
            format!("the path picks `{}` out of a mapping", step.name),
        )
        .expecting("field names; lists are stepped into without an index"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::course::{Course, value_at_mut};
    use super::*;

    fn spec(path: &str, create: bool) -> FieldSpec {
        FieldSpec {
            gvk: Gvk::default(),
            path: FieldPath::new(path),
            create,
        }
    }

    fn text(text: &str) -> Value {
        Value::string(text)
    }

    fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
        Value::mapping(fields)
    }

    /// The object after every value at `path` was set to `new`.
    fn set(path: &str, create: bool, kind: Create, mut object: Value) -> Result<Value> {
        spec(path, create).visit(&mut object, kind, &mut |value| {
            *value = text("new");
            Ok(())
        })?;
        Ok(object)
    }

    #[test]
    fn fields_are_created_only_when_wanted() {
        let deep = || map([("a", map([]))]);
        let made = map([("a", map([("b", map([("c", text("new"))]))]))]);
        assert_eq!(set("a/b/c", true, Create::Scalar, deep()).unwrap(), made);
        assert_eq!(set("a/b/c", false, Create::Scalar, deep()).unwrap(), deep());
        assert_eq!(set("a/b/c", true, Create::Nothing, deep()).unwrap(), deep());
        assert_eq!(
            set("a/b[]/c", true, Create::Scalar, deep()).unwrap(),
            deep()
        );
    }

    #[test]
    fn lists_are_stepped_into() {
        let object = |value: &str| {
            let items = vec![
                map([("c", text(value)), ("d", text("kept"))]),
                Value::null(),
                map([("c", text(value))]),
            ];
            map([("a", map([("b", Value::sequence(items))]))])
        };
        for path in ["a/b/c", "a/b[]/c"] {
            assert_eq!(
                set(path, false, Create::Scalar, object("old")).unwrap(),
                object("new")
            );
        }
        let in_items = set("a/b/e", true, Create::Scalar, object("old")).unwrap();
        let first = &in_items
            .get_path(&["a", "b"])
            .unwrap()
            .as_sequence()
            .unwrap()[0];
        assert_eq!(first.get("e"), Some(&text("new")));
    }

    #[test]
    fn a_look_sees_what_a_visit_visits_and_changes_nothing() {
        let item = |value: &str| map([("c", text(value))]);
        let object = || {
            let list = Value::sequence(vec![item("x"), Value::null(), item("y")]);
            map([(
                "a",
                map([("b", list), ("n", Value::null()), ("s", text("z"))]),
            )])
        };
        for (path, in_order, seen) in [
            ("a/b/c", true, &["x", "y"][..]),
            ("a/n", true, &["null"]),
            ("a/n/d", true, &[]),
            ("a/n[]/d", false, &[]),
            ("a/s/d", false, &[]),
            ("a/0", false, &[]),
            ("q/r", true, &[]),
        ] {
            let (looked_at, mut visited) = (object(), object());
            let (mut at_look, mut at_visit) = (Vec::new(), Vec::new());
            let note = |value: &Value| value.text().unwrap_or_default().to_owned();
            let result = spec(path, false).look(&looked_at, &mut |value, way| {
                at_look.push(note(value));
                let same = value_at_mut(&mut object(), way).map(|it| note(it));
                assert_eq!(same, Some(note(value)));
            });
            let visit = spec(path, false).visit(&mut visited, Create::Nothing, &mut |value| {
                at_visit.push(note(value));
                Ok(())
            });
            assert_eq!(result, in_order, "{path}");
            assert_eq!(at_look, seen, "{path}");
            assert_eq!(at_look, at_visit, "{path}");
            assert_eq!(result, visit.is_ok() && visited == object(), "{path}");
            let reaches = spec(path, false).reaches(&object(), Create::Nothing);
            assert_eq!(reaches, !seen.is_empty() || !in_order, "{path}");
            let object = object();
            match spec(path, false).course(&object, Create::Nothing) {
                Course::Nowhere => assert!(!reaches, "{path}"),
                Course::Straight(way) => {
                    let mut object = object;
                    let there = value_at_mut(&mut object, way.places()).map(|it| note(it));
                    assert_eq!(there.as_deref(), seen.first().copied(), "{path}");
                    assert!(in_order && seen.len() == 1, "{path}");
                }
                Course::Winding => assert!(!in_order || seen.len() > 1, "{path}"),
            }
        }
    }

    #[test]
    fn null_becomes_what_is_wanted_there() {
        let null = || map([("a", Value::null())]);
        let visit = |path: &str, create, kind| {
            let mut object = null();
            spec(path, create)
                .visit(&mut object, kind, &mut |_| Ok(()))
                .unwrap();
            object.get("a").unwrap().clone()
        };
        assert_eq!(visit("a", true, Create::Mapping), map([]));
        assert_eq!(visit("a", true, Create::Scalar), text("null"));
        assert_eq!(visit("a", false, Create::Mapping), Value::null());
        assert_eq!(visit("a/b", false, Create::Mapping), Value::null());
        assert_eq!(
            visit("a[]/b", false, Create::Nothing),
            Value::sequence(vec![])
        );
        assert_eq!(
            set("a/b", true, Create::Scalar, null()).unwrap(),
            map([("a", map([("b", text("new"))]))])
        );
    }

    #[test]
    fn paths_that_cannot_be_followed_are_errors() {
        let object = || map([("a", text("b"))]);
        for (path, code) in [
            ("a/b/c", "field-path-meets-scalar"),
            ("", "empty-field-name"),
            ("0", "field-path-index"),
        ] {
            let error = set(path, true, Create::Scalar, object()).unwrap_err();
            assert_eq!(error.code, code, "{path}");
            assert_eq!(error.field.as_deref(), Some(path));
        }
    }
}
