//! Evaluates programs.
//!
//! Costs are those of `cel-go/interpreter/runtimecost.go` and `library/cost.go` of Kubernetes, with
//! more for what those let grow for nothing: comparing deep values, joining long lists.

mod composite;
mod fold;

use super::ast::{Expr, ExprKind, Literal};
use super::check::Checked;
use super::environment::Made;
use super::error::{Evaluated, EvaluationError};
use super::library::{self, Call};
use super::meter::Meter;
use super::program::Program;
use super::types::Type;
use super::value::{Str, Val};
use super::variables::{Bound, Budget, Variables};
use std::rc::Rc;
use trimtab_tree::{Text, Value};

/// How deep evaluations may be, programs that others name included.
const MAX_FRAMES: usize = 1200;

/// Evaluates a program.
fn evaluate<'a>(
    program: &'a Program,
    variables: &Variables<'a>,
    budget: &mut Budget,
) -> Evaluated<Val<'a>> {
    let mut meter = Meter::with_limit(budget.per_call().min(budget.left()));
    let mut evaluation = Evaluation {
        program,
        variables,
        locals: Vec::new(),
        meter: &mut meter,
    };
    let result = evaluation.eval(&program.expr);
    let is_last = budget.left() < budget.per_call();
    match (budget.pay(meter.cost()), result) {
        (Err(error), _) => Err(error),
        (Ok(()), Err(EvaluationError::TooExpensive)) if is_last => {
            Err(EvaluationError::OutOfBudget)
        }
        (Ok(()), result) => result,
    }
}

impl Program {
    /// Evaluates it.
    ///
    /// # Errors
    /// When the values do not allow for a result, or it costs too much.
    pub fn evaluate<'a>(
        &'a self,
        variables: &Variables<'a>,
        budget: &mut Budget,
    ) -> Result<Value, EvaluationError> {
        let result = evaluate(self, variables, budget)?;
        let name = result.type_name();
        let no_form =
            || EvaluationError::failed(format!("a value of type {name} cannot be a result"));
        result.to_tree().ok_or_else(no_form)
    }

    /// Evaluates it to true or false.
    ///
    /// # Errors
    /// As [`Program::evaluate`], and when the result is something else.
    pub fn holds<'a>(
        &'a self,
        variables: &Variables<'a>,
        budget: &mut Budget,
    ) -> Result<bool, EvaluationError> {
        match evaluate(self, variables, budget)? {
            Val::Bool(holds) => Ok(holds),
            other => Err(EvaluationError::failed(format!(
                "must evaluate to bool but got {}",
                other.type_name()
            ))),
        }
    }
}

struct Evaluation<'e, 'a> {
    program: &'a Program,
    variables: &'e Variables<'a>,
    /// Variables of macros, the innermost last.
    locals: Vec<(&'a str, Val<'a>)>,
    meter: &'e mut Meter,
}

impl<'a> Evaluation<'_, 'a> {
    fn eval(&mut self, expr: &'a Expr) -> Evaluated<Val<'a>> {
        if self.meter.enter() > MAX_FRAMES {
            return Err(EvaluationError::failed("evaluation is nested too deeply"));
        }
        let result = match &expr.kind {
            ExprKind::Literal(value) => Ok(literal(value)),
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
            ExprKind::List(items) => self.list(items),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Struct { name, fields } => self.object(name, fields),
            ExprKind::Fold(fold) => self.fold(fold),
            ExprKind::OptMap {
                target,
                variable,
                result,
                is_flat,
            } => self.opt_map(target, variable, result, *is_flat),
        };
        self.meter.leave();
        result
    }

    fn checked(&self, expr: &Expr) -> &'a Checked {
        &self.program.checked[expr.id]
    }

    fn ident(&mut self, expr: &'a Expr, name: &'a Text) -> Evaluated<Val<'a>> {
        self.meter.charge(1)?;
        let mut locals = self.locals.iter().rev();
        if let Some((_, value)) = locals.find(|(known, _)| known == name) {
            return Ok(value.clone());
        }
        self.named(expr, name)
    }

    /// A variable or a type.
    fn named(&mut self, expr: &'a Expr, name: &str) -> Evaluated<Val<'a>> {
        if let Some((name, ty)) = self.program.variables.get_key_value(name) {
            return self.variable(name, ty);
        }
        match &self.checked(expr).ty {
            Type::TypeOf(of) => Ok(Val::Type(of.run_time_name().into())),
            _ => Err(no_such_variable(name)),
        }
    }

    fn variable(&mut self, name: &'a str, ty: &'a Type) -> Evaluated<Val<'a>> {
        if let Type::Opaque(_) = ty
            && let Some(authorizer) = self.variables.authorizer
            && let Some(value) = library::authorizer_variable(name, authorizer)
        {
            return Ok(value);
        }
        match self.variables.values.get(name) {
            Some(Bound::Value(value)) => Ok(Val::from_tree(value, Some(ty))),
            Some(Bound::Optional(value)) => {
                let of = match ty {
                    Type::Optional(of) => Some(&**of),
                    _ => None,
                };
                let value = value.map(|value| Rc::new(Val::from_tree(value, of)));
                Ok(Val::Optional(value))
            }
            Some(Bound::Definitions) => Ok(Val::Definitions),
            None => Err(no_such_variable(name)),
        }
    }

    /// The value of a definition, evaluated when it is first asked for.
    fn definition(&mut self, name: &str) -> Evaluated<Val<'a>> {
        let variables = self.variables;
        let Some((&name, &program)) = variables.definitions.get_key_value(name) else {
            return Err(EvaluationError::no_such_key(name));
        };
        if let Some(known) = variables.known.borrow().get(name) {
            return known.clone();
        }
        let mut evaluation = Evaluation {
            program,
            variables,
            locals: Vec::new(),
            meter: &mut *self.meter,
        };
        let result = evaluation.eval(&program.expr);
        // What is too expensive now may be asked for again by another expression, which pays anew.
        if !matches!(result, Err(EvaluationError::TooExpensive)) {
            let mut known = variables.known.borrow_mut();
            known.insert(name, result.clone());
        }
        result
    }

    fn select(
        &mut self,
        expr: &'a Expr,
        operand: &'a Expr,
        field: &'a Text,
        is_test: bool,
    ) -> Evaluated<Val<'a>> {
        if let Some(name) = &self.checked(expr).name {
            self.meter.charge(1)?;
            return self.named(expr, name);
        }
        let value = self.eval(operand)?;
        if is_test {
            return Ok(Val::Bool(self.has(&value, field)?));
        }
        self.meter.charge(1)?;
        match &value {
            Val::Optional(None) => Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => {
                let found = self.field(inner, field)?;
                Ok(Val::Optional(found.map(Rc::new)))
            }
            Val::Made(made, ..) if *made == Made::Patch => {
                let found = self.field(&value, field)?;
                Ok(found.unwrap_or(Val::Null))
            }
            _ => {
                let found = self.field(&value, field)?;
                found.ok_or_else(|| EvaluationError::no_such_key(field))
            }
        }
    }

    fn has(&mut self, value: &Val<'a>, field: &str) -> Evaluated<bool> {
        match value {
            Val::Optional(None) => Ok(false),
            Val::Optional(Some(inner)) => self.has(inner, field),
            Val::Definitions => Ok(self.variables.definitions.contains_key(field)),
            _ => Ok(self.field(value, field)?.is_some()),
        }
    }

    fn field(&mut self, value: &Val<'a>, field: &str) -> Evaluated<Option<Val<'a>>> {
        match value {
            Val::Map(map) => Ok(map.field(field)),
            Val::Made(_, _, entries) => Ok(entries.get(&Val::String(Str::There(field))).cloned()),
            Val::Definitions => self.definition(field).map(Some),
            _ => Err(EvaluationError::no_overload()),
        }
    }

    fn index(&mut self, value: &Val<'a>, key: &Val<'a>) -> Evaluated<Option<Val<'a>>> {
        match value {
            Val::List(list) => {
                let at = match key {
                    Val::Int(at) => *at,
                    Val::Uint(at) => i64::try_from(*at).unwrap_or(i64::MAX),
                    Val::Double(at) if at.fract() == 0.0 => *at as i64,
                    _ => return Err(EvaluationError::no_overload()),
                };
                Ok(usize::try_from(at).ok().and_then(|at| list.get(at)))
            }
            Val::Map(map) => Ok(map.get(key)),
            Val::Definitions | Val::Made(..) => match key {
                Val::String(name) => self.field(value, name),
                _ => Err(EvaluationError::no_overload()),
            },
            _ => Err(EvaluationError::no_overload()),
        }
    }

    fn call(
        &mut self,
        expr: &'a Expr,
        target: Option<&'a Expr>,
        function: &'a Text,
        arguments: &'a [Expr],
    ) -> Evaluated<Val<'a>> {
        match (function.as_str(), arguments) {
            ("_&&_", [left, right]) => return self.logical(left, right, false),
            ("_||_", [left, right]) => return self.logical(left, right, true),
            ("_?_:_", [condition, yes, no]) => {
                return match self.eval(condition)? {
                    Val::Bool(true) => self.eval(yes),
                    Val::Bool(false) => self.eval(no),
                    _ => Err(EvaluationError::no_overload()),
                };
            }
            ("_[_]", [operand, index]) => return self.indexed(operand, index, false),
            ("_[?_]" | "_?._", [operand, index]) => return self.indexed(operand, index, true),
            ("or" | "orValue", [other]) => {
                if let Some(target) = target {
                    return self.alternative(target, function, other);
                }
            }
            _ => {}
        }
        let name = self.checked(expr).name.as_deref();
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let (Some(target), None) = (target, name) {
            values.push(self.eval(target)?);
        }
        for argument in arguments {
            values.push(self.eval(argument)?);
        }
        let pattern = arguments.get(usize::from(target.is_none()));
        let pattern = pattern.and_then(|pattern| self.program.patterns.get(&pattern.id));
        let call = Call {
            function: name.unwrap_or(function),
            arguments: &values,
            pattern,
            authorizer: self.variables.authorizer,
        };
        library::call(&call, self.meter)
    }

    /// `&&` and `||`: one side may fail where the other decides.
    fn logical(&mut self, left: &'a Expr, right: &'a Expr, decides: bool) -> Evaluated<Val<'a>> {
        let first = self.boolean(left)?;
        if first == Ok(decides) {
            return Ok(Val::Bool(decides));
        }
        let second = self.boolean(right)?;
        if second == Ok(decides) {
            return Ok(Val::Bool(decides));
        }
        first?;
        Ok(Val::Bool(second?))
    }

    /// The outer error ends the evaluation, the inner one may be outdone.
    fn boolean(&mut self, expr: &'a Expr) -> Evaluated<Evaluated<bool>> {
        match self.eval(expr) {
            Ok(Val::Bool(value)) => Ok(Ok(value)),
            Ok(_) => Ok(Err(EvaluationError::no_overload())),
            Err(EvaluationError::Failed(why)) => Ok(Err(EvaluationError::Failed(why))),
            Err(error) => Err(error),
        }
    }

    fn indexed(
        &mut self,
        operand: &'a Expr,
        index: &'a Expr,
        is_optional: bool,
    ) -> Evaluated<Val<'a>> {
        let value = self.eval(operand)?;
        let key = self.eval(index)?;
        self.meter.charge(1)?;
        match &value {
            Val::Optional(None) => Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => {
                let found = self.index(inner, &key)?;
                Ok(Val::Optional(found.map(Rc::new)))
            }
            _ if is_optional => {
                let found = match self.index(&value, &key) {
                    // What is not there is not there.
                    Err(EvaluationError::Failed(_)) if matches!(value, Val::Null) => None,
                    found => found?,
                };
                Ok(Val::Optional(found.map(Rc::new)))
            }
            _ => {
                let found = self.index(&value, &key)?;
                found.ok_or_else(|| match (&value, &key) {
                    (Val::List(_), Val::Int(at)) => {
                        EvaluationError::failed(format!("index out of bounds: {at}"))
                    }
                    _ => EvaluationError::no_such_key(&library::shown(&key)),
                })
            }
        }
    }

    fn alternative(
        &mut self,
        target: &'a Expr,
        function: &str,
        other: &'a Expr,
    ) -> Evaluated<Val<'a>> {
        let value = self.eval(target)?;
        self.meter.charge(1)?;
        match (value, function) {
            (Val::Optional(None), _) => self.eval(other),
            (Val::Optional(Some(value)), "orValue") => Ok((*value).clone()),
            (value @ Val::Optional(_), _) => Ok(value),
            _ => Err(EvaluationError::no_overload()),
        }
    }

    fn opt_map(
        &mut self,
        target: &'a Expr,
        variable: &'a Text,
        result: &'a Expr,
        is_flat: bool,
    ) -> Evaluated<Val<'a>> {
        let inner = match self.eval(target)? {
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => (*inner).clone(),
            _ => return Err(EvaluationError::no_overload()),
        };
        self.locals.push((variable, inner));
        let made = self.eval(result);
        self.locals.pop();
        match made? {
            made @ Val::Optional(_) if is_flat => Ok(made),
            _ if is_flat => Err(EvaluationError::no_overload()),
            made => Ok(Val::some(made)),
        }
    }
}

/// What a function makes of a literal.
pub(super) fn literal_call<'l>(function: &str, value: &'l Literal) -> Evaluated<Val<'l>> {
    let call = Call {
        function,
        arguments: &[literal(value)],
        pattern: None,
        authorizer: None,
    };
    let mut meter = Meter::with_limit(u64::MAX);
    library::call(&call, &mut meter)
}

fn literal(literal: &Literal) -> Val<'_> {
    match literal {
        Literal::Null => Val::Null,
        Literal::Bool(value) => Val::Bool(*value),
        Literal::Int(value) => Val::Int(*value),
        Literal::Uint(value) => Val::Uint(*value),
        Literal::Double(value) => Val::Double(*value),
        Literal::String(text) => Val::String(Str::There(text)),
        Literal::Bytes(bytes) => Val::Bytes(bytes.as_slice().into()),
    }
}

fn no_such_variable(name: &str) -> EvaluationError {
    EvaluationError::failed(format!("no such attribute(s): {name}"))
}
