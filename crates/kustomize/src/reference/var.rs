//! Variables, the older form of replacements: `$(NAME)` in fields that may hold one becomes the
//! value of a field of a resource.
//!
//! A variable is bound to its resource where a kustomization defines it, under the name that the
//! resource has or had there; it is read when all names are final. The behaviour is that of
//! kustomize's `ResAccumulator` and `refvar` filter.

use super::expand::{Piece, only_variable, pieces};
use crate::config::{Create, FieldSpecs};
use crate::go_float;
use crate::kustomization::{At, Var};
use crate::nearest::nearest_resource;
use crate::provenance::Cause;
use crate::{Resource, ResourceSet};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use trimtab_object::{FieldPath, Gvk, ResourceId};
use trimtab_tree::{
    Diagnostic, MAX_LENGTH, Node, Position, Result, Scalar, ScalarKind, Text, Value,
};

/// The variables of a kustomization and of its bases, no two of the same name.
#[derive(Clone, Debug, Default)]
pub(crate) struct VarSet {
    vars: BTreeMap<Text, At<Var>>,
}

impl VarSet {
    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.vars.is_empty()
    }

    /// Adds the variables that a kustomization defines, and binds them to resources of `set`.
    ///
    /// # Errors
    /// When a name is taken, and when a variable could mean several resources.
    pub(crate) fn define(&mut self, vars: &[At<Var>], set: &mut ResourceSet) -> Result<()> {
        for var in vars {
            let var = At::new(var.value.clone().with_defaults(), var.position);
            let places = places_of(&var, set);
            match places[..] {
                [] => {}
                [place] => set.edit(place, |resource| {
                    resource.var_names.push(var.name.value.clone());
                    Ok(())
                })?,
                _ => return Err(ambiguous(&var, set, &places)),
            }
            self.add(var)?;
        }
        Ok(())
    }

    /// Adds the variables of a base.
    ///
    /// # Errors
    /// When a name is taken.
    pub(crate) fn merge(&mut self, other: Self) -> Result<()> {
        other.vars.into_values().try_for_each(|var| self.add(var))
    }

    fn add(&mut self, var: At<Var>) -> Result<()> {
        let name = var.name.value.clone();
        let position = var.position;
        match self.vars.insert(name, var) {
            None => Ok(()),
            Some(other) => Err(Diagnostic::error(
                "duplicate-variable",
                format!("the variable `{}` is defined twice", other.name.value),
            )
            .at(position)
            .label(other.position, "the other one")
            .hint("rename one of them, or define it once in a base of both")),
        }
    }

    /// Expands the variables in the fields that `specs` names. Returns warnings.
    ///
    /// # Errors
    /// When a variable is bound to no resource or its field is not there, and when one of the fields
    /// holds something in which no variable can be.
    pub(crate) fn resolve(
        &self,
        set: &mut ResourceSet,
        specs: &FieldSpecs,
    ) -> Result<Vec<Diagnostic>> {
        let mut expander = Expander {
            values: self.values(set)?,
            left: MAX_LENGTH,
            used: set.is_recording().then(Vec::new),
        };
        for place in 0..set.len() {
            let gvk = set.get(place).gvk().clone();
            if specs.of(&gvk).next().is_none() {
                continue;
            }
            let since = set.changes(place);
            set.edit(place, |resource| {
                let mut expand = |value: &mut Value| expander.expand(value);
                let mut specs = specs.of(&gvk);
                specs.try_for_each(|spec| resource.visit(spec, Create::Nothing, &mut expand))
            })?;
            for (position, name) in expander.take_used() {
                if let Some(cause) = self.cause(&name, &expander, set) {
                    set.explain(place, since, position, cause);
                }
            }
        }
        Ok(self.warnings(&expander))
    }

    /// What a variable reads, for the record.
    fn cause(&self, name: &Text, expander: &Expander, set: &ResourceSet) -> Option<Cause> {
        let var = self.vars.get(name)?;
        let binding = expander.values.get(name)?;
        Some(Cause {
            field: var.field.field_path.value.clone(),
            variable: Some(name.clone()),
            ..Cause::name_of(set.get(binding.place), binding.position)
        })
    }

    fn values(&self, set: &ResourceSet) -> Result<FxHashMap<Text, Binding>> {
        let mut first_bound = FxHashMap::default();
        for (place, resource) in set.iter().enumerate() {
            for name in &resource.var_names {
                first_bound.entry(name.clone()).or_insert(place);
            }
        }
        let mut values = FxHashMap::default();
        for (name, var) in &self.vars {
            let Some(&place) = first_bound.get(name) else {
                return Err(unbound(var, set));
            };
            let (value, position) = read(var, set.get(place).value())?;
            let binding = Binding {
                value,
                uses: 0,
                place,
                position,
            };
            values.insert(name.clone(), binding);
        }
        Ok(values)
    }

    fn warnings(&self, expander: &Expander) -> Vec<Diagnostic> {
        let unused = self.vars.iter().filter_map(|(name, var)| {
            let binding = expander.values.get(name)?;
            if binding.uses > 0 {
                return None;
            }
            Some(*match &binding.value {
                VarValue::Other(what) => Diagnostic::warning(
                    "variable-wrong-type",
                    format!("the variable `{name}` stands for {what}, and is replaced nowhere"),
                )
                .at(var.position)
                .expecting("a text, a number or a boolean"),
                _ => Diagnostic::warning(
                    "unused-variable",
                    format!("the variable `{name}` is replaced nowhere"),
                )
                .at(var.position)
                .hint("the fields in which variables are replaced are listed in `varReference`"),
            })
        });
        unused.collect()
    }
}

/// The places of the resources that a variable may mean.
fn places_of(var: &Var, set: &mut ResourceSet) -> Vec<usize> {
    let object = &*var.object;
    let gvk = Gvk {
        group: object.group.value.clone(),
        version: object.version.value.clone(),
        kind: object.kind.value.clone(),
    };
    let name = &object.name.value;
    if !object.namespace.is_empty() {
        return set.find_any(&ResourceId {
            gvk,
            name: name.clone(),
            namespace: object.namespace.value.clone(),
            cluster_scoped: false,
        });
    }
    let mut places = set.find_named(name, None);
    places.retain(|&place| {
        let resource = set.get(place);
        let is_meant = |id: &ResourceId| id.name == *name && id.gvk == gvk;
        is_meant(resource.id()) || resource.previous_ids().any(|id| is_meant(&id))
    });
    places
}

fn ambiguous(var: &At<Var>, set: &ResourceSet, places: &[usize]) -> Box<Diagnostic> {
    let error = Diagnostic::error(
        "ambiguous-variable",
        format!(
            "the variable `{}` could mean {} resources",
            var.name.value,
            places.len()
        ),
    )
    .at(var.object.position)
    .at(var.position)
    .hint("say the `namespace` in `objref`");
    places.iter().take(8).fold(error, |error, &place| {
        let resource = set.get(place);
        error.label(
            resource.position(),
            format!("this is {} now", resource.id().in_words()),
        )
    })
}

fn unbound(var: &At<Var>, set: &ResourceSet) -> Box<Diagnostic> {
    let object = &var.object;
    Diagnostic::error(
        "unbound-variable",
        format!(
            "the variable `{}` reads from the {} `{}`, which is not there",
            var.name.value, object.kind.value, object.name.value
        ),
    )
    .at(object.position)
    .at(var.position)
    .expecting("apiVersion, kind and name of a resource, as they were before any renaming")
    .hint(nearest_resource(
        &object.kind,
        &object.name.value,
        set.iter().map(Resource::id),
    ))
}

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
enum VarValue {
    Text(Text),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// Something that cannot stand in a text.
    Other(&'static str),
}

/// What a variable stands for, and where that stands.
fn read(var: &At<Var>, object: &Value) -> Result<(VarValue, Position)> {
    let path = &var.field.field_path;
    let missing = || {
        Diagnostic::error(
            "missing-variable-field",
            format!("the variable `{}` reads `{}`", var.name.value, path.value),
        )
        .at(path.position)
        .at(var.position)
        .label(object.position, "which is not in the resource here")
        .expecting("the path of a field")
    };
    let found = FieldPath::parse(&with_index_steps(path))
        .and_then(|path| path.get(object))
        .map_err(|error| error.at(path.position).at(var.position))?
        .ok_or_else(missing)?;
    let Node::Scalar(scalar) = &found.node else {
        return Ok((VarValue::Other(found.describe()), found.position));
    };
    let text = scalar.text();
    let value = match scalar.kind {
        ScalarKind::Int => text.parse().ok().map(VarValue::Int),
        ScalarKind::Float => text.parse().ok().map(VarValue::Float),
        ScalarKind::Bool => Some(VarValue::Bool(text.eq_ignore_ascii_case("true"))),
        _ => Some(VarValue::Text(text.into())),
    };
    value.map(|value| (value, found.position)).ok_or_else(|| {
        Diagnostic::error(
            "variable-wrong-number",
            format!(
                "the variable `{}` cannot take the number {text}",
                var.name.value
            ),
        )
        .at(found.position)
        .label(var.position, "the variable")
        .expecting("a number in decimal digits")
    })
}

/// The path with `name[0]` written as `name.0`.
fn with_index_steps(path: &str) -> String {
    let mut steps = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('[') {
        let (before, bracket) = rest.split_at(open);
        steps.push_str(before);
        let digits = bracket[1..].bytes().take_while(u8::is_ascii_digit).count();
        let behind = &bracket[1 + digits..];
        let is_index = digits > 0 && (behind == "]" || behind.starts_with("]."));
        if is_index {
            if !(steps.is_empty() || steps.ends_with('.')) {
                steps.push('.');
            }
            steps.push_str(&bracket[1..=digits]);
            rest = &behind[1..];
        } else {
            steps.push('[');
            rest = &bracket[1..];
        }
    }
    steps + rest
}

struct Binding {
    value: VarValue,
    uses: usize,
    /// The place of the resource that it reads from.
    place: usize,
    /// Where the value stands.
    position: Position,
}

struct Expander {
    /// How many bytes expanded texts may still have: one can hold a long value often.
    left: usize,
    values: FxHashMap<Text, Binding>,
    /// The texts that were expanded, by their positions, each with a variable in it; in builds that
    /// record.
    used: Option<Vec<(Position, Text)>>,
}

impl Expander {
    /// Expands a text, the texts of a list or those of a mapping. What is no text stays, but in
    /// lists must be one.
    fn expand(&mut self, value: &mut Value) -> Result<()> {
        let position = value.position;
        match &mut value.node {
            Node::Scalar(scalar) => self.expand_scalar(scalar, position)?,
            Node::Sequence(items) => {
                for item in items {
                    let position = item.position;
                    match &mut item.node {
                        Node::Scalar(scalar) if scalar.kind == ScalarKind::String => {
                            self.expand_scalar(scalar, position)?;
                        }
                        _ => return Err(no_text("an item", item)),
                    }
                }
            }
            Node::Mapping(fields) => {
                let mut keys = fields.entries().iter();
                if let Some(entry) = keys.find(|entry| entry.key.kind != ScalarKind::String) {
                    let key = Value::new(Node::Scalar(entry.key.clone())).at(entry.key_position);
                    return Err(no_text("a key", &key));
                }
                for value in fields.values_mut() {
                    let position = value.position;
                    if let Node::Scalar(scalar) = &mut value.node {
                        self.expand_scalar(scalar, position)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn expand_scalar(&mut self, scalar: &mut Scalar, position: Position) -> Result<()> {
        if scalar.kind != ScalarKind::String || !scalar.text().contains('$') {
            return Ok(());
        }
        let text = scalar.text();
        if let Some(used) = &mut self.used {
            used.extend(pieces(text).filter_map(|piece| match piece {
                Piece::Variable(name) => Some((position, name.into())),
                Piece::Text(_) => None,
            }));
        }
        if let Some(value) = only_variable(text).and_then(|name| self.value_of(name)) {
            let new = match value {
                VarValue::Text(text) => Scalar::string(text.clone()),
                VarValue::Int(value) => Scalar::new(ScalarKind::Int, value.to_string()),
                VarValue::Float(value) => Scalar::new(ScalarKind::Float, value.to_string()),
                VarValue::Bool(value) => Scalar::new(ScalarKind::Bool, value.to_string()),
                VarValue::Other(_) => return Ok(()),
            };
            *scalar = new;
            return Ok(());
        }
        let mut expanded = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => expanded.push_str(text),
                Piece::Variable(name) => match self.value_of(name) {
                    Some(VarValue::Text(text)) => expanded.push_str(text),
                    Some(VarValue::Int(value)) => push(&mut expanded, value),
                    Some(VarValue::Float(value)) => push(&mut expanded, go_float::shortest(*value)),
                    Some(VarValue::Bool(value)) => push(&mut expanded, value),
                    Some(VarValue::Other(_)) | None => {
                        push(&mut expanded, format_args!("$({name})"));
                    }
                },
            }
            if expanded.len() > self.left {
                return Err(Diagnostic::error(
                    "too-much-expanded",
                    "the expansion of variables gives too much text",
                )
                .at(position)
                .expecting(format!("at most {} MiB in all", MAX_LENGTH >> 20)));
            }
        }
        self.left -= expanded.len();
        *scalar = Scalar::string(expanded);
        Ok(())
    }

    /// What was expanded since the last time.
    fn take_used(&mut self) -> Vec<(Position, Text)> {
        self.used.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The value of a variable, counted as used if it can be.
    fn value_of(&mut self, name: &str) -> Option<&VarValue> {
        let binding = self.values.get_mut(name)?;
        if !matches!(binding.value, VarValue::Other(_)) {
            binding.uses += 1;
        }
        Some(&binding.value)
    }
}

fn push(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{value}");
}

fn no_text(what: &str, value: &Value) -> Box<Diagnostic> {
    Diagnostic::error(
        "variable-in-no-text",
        format!(
            "{what} of a field in which variables are replaced is {}",
            value.describe()
        ),
    )
    .at(value.position)
    .expecting("texts only")
}

#[cfg(test)]
mod tests;
