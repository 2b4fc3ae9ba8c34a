//! Finds out the types of an expression's parts.
//!
//! Upstream: `cel-go/checker`; messages are in its form.

mod fold;
mod parameters;

use super::ast::{Expr, ExprKind, Literal};
use super::environment::Environment;
use super::error::Problem;
use super::numbers::parse_duration;
use super::qualified::name_of;
use super::signatures::{self, Overload, overloads};
use super::types::Type;
use parameters::{instantiate, resolve};
use std::sync::Arc;
use trimtab_tree::Text;

/// What is known of one part.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) ty: Type,
    /// The ways of calling that fit, of a call.
    pub(super) overloads: Vec<&'static Overload>,
    /// The name that the part is as a whole: of a variable, a type, or a function's namespace.
    pub(super) name: Option<Text>,
}

impl Default for Checked {
    fn default() -> Self {
        Self {
            ty: Type::DYN,
            overloads: Vec::new(),
            name: None,
        }
    }
}

/// Checks an expression of `size` parts; what is known of each, by its number.
///
/// # Errors
/// Everything that is wrong.
pub(super) fn check(
    expr: &Expr,
    size: usize,
    environment: &Environment,
) -> Result<Vec<Checked>, Vec<Problem>> {
    let mut checker = Checker {
        environment,
        locals: Vec::new(),
        parameters: Vec::new(),
        settled: Vec::new(),
        mixed: false,
        checked: vec![Checked::default(); size],
        problems: Vec::new(),
    };
    checker.expr(expr);
    if !checker.problems.is_empty() {
        checker.problems.sort_by_key(|problem| problem.at);
        return Err(checker.problems);
    }
    let Checker {
        mut checked,
        parameters,
        ..
    } = checker;
    for part in &mut checked {
        part.ty = resolve(&part.ty, &parameters, true);
    }
    Ok(checked)
}

struct Checker<'e> {
    environment: &'e Environment,
    /// Variables of macros, the innermost last.
    locals: Vec<(Text, Type)>,
    /// What parameters of overloads have turned out to be.
    parameters: Vec<Option<Type>>,
    /// Which parameters were found out, in order, so that it can be taken back.
    settled: Vec<u32>,
    /// Lists may have items of different types here: what is put into a `format`.
    mixed: bool,
    checked: Vec<Checked>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn say(&mut self, at: usize, message: String) {
        self.problems.push(Problem { at, message });
    }

    fn expr(&mut self, expr: &Expr) -> Type {
        let ty = match &expr.kind {
            ExprKind::Literal(literal) => literal_type(literal),
            ExprKind::Ident(name) => self.ident(expr, name),
            ExprKind::Select {
                operand,
                field,
                is_test,
            } => self.select(expr, operand, field, *is_test),
            ExprKind::Call {
                target,
                function,
                arguments,
            } => self.call(expr, target.as_deref(), function, arguments),
            ExprKind::List(items) => {
                let mut of = None;
                for item in items {
                    let mut ty = self.expr(&item.value);
                    if item.is_optional {
                        ty = self.unwrapped(&ty, item.value.at);
                    }
                    of = Some(self.joined(of, ty, item.value.at));
                }
                let of = of.unwrap_or_else(|| self.fresh());
                Type::list(of, None)
            }
            ExprKind::Map(entries) => {
                let (mut keys, mut values) = (None, None);
                for entry in entries {
                    let key = self.expr(&entry.key);
                    keys = Some(self.joined(keys, key, entry.key.at));
                    let mut value = self.expr(&entry.value);
                    if entry.is_optional {
                        value = self.unwrapped(&value, entry.value.at);
                    }
                    values = Some(self.joined(values, value, entry.value.at));
                }
                let keys = keys.unwrap_or_else(|| self.fresh());
                let values = values.unwrap_or_else(|| self.fresh());
                Type::map(self.key_type(&keys), values, None)
            }
            ExprKind::Struct { name, fields } => {
                let Some(made) = self.environment.object_type(name) else {
                    self.say(
                        expr.at,
                        format!("undeclared reference to '{name}' (in container '')"),
                    );
                    return self.note(expr, Type::DYN);
                };
                for field in fields {
                    let mut found = self.expr(&field.value);
                    if field.is_optional {
                        found = self.unwrapped(&found, field.value.at);
                    }
                    match made.field(&field.name) {
                        None => self.say(field.at, format!("undefined field '{}'", field.name)),
                        Some(wanted) if !self.assignable(&wanted, &found) => {
                            let message = format!(
                                "expected type of field '{}' is '{wanted}' but provided type is \
                                 '{found}'",
                                field.name
                            );
                            self.say(field.at, message);
                        }
                        Some(_) => {}
                    }
                }
                Type::object(name.clone(), [])
            }
            ExprKind::Fold(fold) => self.fold(fold),
            ExprKind::OptMap {
                target,
                variable,
                result,
                is_flat,
            } => {
                let found = self.expr(target);
                let of = self.unwrapped(&found, target.at);
                self.locals.push((variable.clone(), of));
                let made = self.expr(result);
                self.locals.pop();
                if *is_flat {
                    let of = self.unwrapped(&made, result.at);
                    Type::optional(of)
                } else {
                    Type::optional(made)
                }
            }
        };
        self.note(expr, ty)
    }

    fn note(&mut self, expr: &Expr, ty: Type) -> Type {
        self.checked[expr.id].ty = ty.clone();
        ty
    }

    /// A parameter that nothing is known of yet.
    fn fresh(&mut self) -> Type {
        self.parameters.push(None);
        Type::Param((self.parameters.len() - 1) as u32)
    }

    fn resolved(&self, ty: &Type) -> Type {
        resolve(ty, &self.parameters, false)
    }

    fn shown(&self, ty: &Type) -> Type {
        resolve(ty, &self.parameters, true)
    }

    /// What an optional value is of; an error of others.
    fn unwrapped(&mut self, ty: &Type, at: usize) -> Type {
        match self.resolved(ty) {
            Type::Optional(of) => (*of).clone(),
            other if other.is_dyn() || matches!(other, Type::Param(_)) => Type::DYN,
            other => {
                let message = format!("expected type 'optional_type(dyn)' but found '{other}'");
                self.say(at, message);
                Type::DYN
            }
        }
    }

    /// The type of all items so far and one more: literals are of one type.
    fn joined(&mut self, known: Option<Type>, ty: Type, at: usize) -> Type {
        let Some(known) = known else { return ty };
        if self.resolved(&known).is_dyn() || self.resolved(&ty).is_dyn() {
            return Type::DYN;
        }
        if self.assignable(&known, &ty) {
            let sizes = (known.max_size(), ty.max_size());
            return match sizes {
                (Some(a), Some(b)) if a >= b => known,
                (Some(_), Some(_)) => ty,
                _ => known,
            };
        }
        if self.mixed {
            return Type::DYN;
        }
        let (known_shown, found) = (self.shown(&known), self.shown(&ty));
        self.say(
            at,
            format!("expected type '{known_shown}' but found '{found}'"),
        );
        known
    }

    /// The type of keys: what cannot be one is found out when it is evaluated. (Types that are keys
    /// of types that are keys would grow without bound.)
    fn key_type(&self, ty: &Type) -> Type {
        match self.resolved(ty) {
            Type::Bool => Type::Bool,
            Type::Int => Type::Int,
            Type::Uint => Type::Uint,
            Type::String(max) => Type::String(max),
            Type::Param(number) => Type::Param(number),
            _ => Type::DYN,
        }
    }

    fn local(&self, name: &str) -> Option<&Type> {
        let mut locals = self.locals.iter().rev();
        let (_, ty) = locals.find(|(known, _)| known == name)?;
        Some(ty)
    }

    /// The type of a whole name.
    fn lookup(&self, name: &str) -> Option<Type> {
        if let Some(ty) = self.environment.variable(name) {
            return Some(ty.clone());
        }
        let of = match name {
            "list" => Type::list(Type::DYN, None),
            "map" => Type::map(Type::DYN, Type::DYN, None),
            "optional_type" => Type::optional(Type::DYN),
            "type" => Type::TypeOf(Arc::new(Type::DYN)),
            // `duration` alone is the function only.
            "duration" | "timestamp" => return None,
            _ => signatures::named(name)?,
        };
        Some(Type::TypeOf(Arc::new(of)))
    }

    fn ident(&mut self, expr: &Expr, name: &Text) -> Type {
        if let Some(ty) = self.local(name) {
            return ty.clone();
        }
        if let Some(ty) = self.lookup(name) {
            self.checked[expr.id].name = Some(name.clone());
            return ty;
        }
        let message = format!("undeclared reference to '{name}' (in container '')");
        self.say(expr.at, message);
        Type::DYN
    }

    fn select(&mut self, expr: &Expr, operand: &Expr, field: &Text, is_test: bool) -> Type {
        // A name with points may be one as a whole.
        if !is_test
            && let Some(name) = name_of(expr)
            && self
                .local(name.split('.').next().unwrap_or_default())
                .is_none()
            && let Some(ty) = self.lookup(&name)
        {
            self.checked[expr.id].name = Some(name.into());
            return ty;
        }
        let of = self.expr(operand);
        let of = self.resolved(&of);
        let ty = self.field(expr.at, &of, field);
        if is_test { Type::Bool } else { ty }
    }

    /// The type of a field of a value.
    fn field(&mut self, at: usize, of: &Type, field: &Text) -> Type {
        match of {
            Type::Map(map) => map.value.clone(),
            Type::Object(object) => {
                if let Some(field) = object.field(field) {
                    field.ty.clone()
                } else {
                    self.say(at, format!("undefined field '{field}'"));
                    Type::DYN
                }
            }
            Type::Optional(of) => {
                let of = self.resolved(of);
                let ty = self.field(at, &of, field);
                if matches!(ty, Type::Optional(_)) {
                    ty
                } else {
                    Type::optional(ty)
                }
            }
            Type::Dyn(_) | Type::Param(_) => Type::DYN,
            other => {
                let message = format!("type '{other}' does not support field selection");
                self.say(at, message);
                Type::DYN
            }
        }
    }

    fn call(
        &mut self,
        expr: &Expr,
        target: Option<&Expr>,
        function: &Text,
        arguments: &[Expr],
    ) -> Type {
        if function == "_?._"
            && let [operand, name] = arguments
            && let ExprKind::Literal(Literal::String(field)) = &name.kind
        {
            let of = self.expr(operand);
            let of = self.resolved(&of);
            let ty = self.field(expr.at, &of, field);
            return match ty {
                Type::Optional(_) => ty,
                ty => Type::optional(ty),
            };
        }
        // `strings.quote(x)` is a function of that name, whatever `strings` is.
        let qualified = target
            .and_then(name_of)
            .map(|space| format!("{space}.{function}"))
            .filter(|name| overloads(name).is_some());
        if let Some(name) = qualified {
            let types: Vec<Type> = arguments.iter().map(|it| self.expr(it)).collect();
            self.checked[expr.id].name = Some(name.as_str().into());
            return self.resolve_call(expr, &name, false, &types);
        }
        let mut types = Vec::with_capacity(arguments.len() + 1);
        if let Some(target) = target {
            types.push(self.expr(target));
        }
        let mixed = self.mixed;
        self.mixed |= function == "format";
        for argument in arguments {
            types.push(self.expr(argument));
        }
        self.mixed = mixed;
        if overloads(function).is_none() {
            let message = format!("undeclared reference to '{function}' (in container '')");
            self.say(expr.at, message);
            return Type::DYN;
        }
        self.literal_arguments(function, target, arguments);
        self.resolve_call(expr, function, target.is_some(), &types)
    }

    /// Texts that stand for something else are checked when they are written down.
    fn literal_arguments(&mut self, function: &str, target: Option<&Expr>, arguments: &[Expr]) {
        let pattern = match (function, target, arguments) {
            ("matches", Some(_), [pattern]) | ("matches", None, [_, pattern]) => pattern,
            ("duration" | "timestamp", None, [text]) => text,
            _ => return,
        };
        let ExprKind::Literal(Literal::String(text)) = &pattern.kind else {
            return;
        };
        let is_right = match function {
            "matches" => regex::Regex::new(text).is_ok(),
            "duration" => parse_duration(text).is_some(),
            _ => text.parse::<jiff::Timestamp>().is_ok(),
        };
        if !is_right {
            self.say(pattern.at, format!("invalid {function} argument"));
        }
    }

    fn resolve_call(
        &mut self,
        expr: &Expr,
        function: &str,
        is_member: bool,
        types: &[Type],
    ) -> Type {
        let mut fitting: Vec<&'static Overload> = Vec::new();
        let mut result: Option<Type> = None;
        for overload in overloads(function).unwrap_or_default() {
            let fits_form =
                overload.is_member == is_member && overload.parameters.len() == types.len();
            if !fits_form {
                continue;
            }
            let before = (self.parameters.len(), self.settled.len());
            let own = [self.fresh(), self.fresh()];
            let mut pairs = overload.parameters.iter().zip(types);
            let fits = pairs.all(|(wanted, found)| {
                let wanted = instantiate(wanted, &own);
                self.assignable(&wanted, found)
            });
            if !fits {
                self.take_back(before);
                continue;
            }
            let made = self.resolved(&instantiate(&overload.result, &own));
            fitting.push(overload);
            result = Some(match result {
                None => made,
                Some(known) if known.is_same(&made) => known,
                Some(_) => Type::DYN,
            });
        }
        let Some(result) = result else {
            let shown: Vec<String> = types.iter().map(|ty| self.shown(ty).to_string()).collect();
            let shown = match shown.split_first() {
                Some((target, rest)) if is_member => format!("{target}.({})", rest.join(", ")),
                _ => format!("({})", shown.join(", ")),
            };
            let message =
                format!("found no matching overload for '{function}' applied to '{shown}'");
            self.say(expr.at, message);
            return Type::DYN;
        };
        self.checked[expr.id].overloads = fitting;
        result
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::String(_) => Type::STRING,
        Literal::Bytes(_) => Type::Bytes(None),
    }
}
