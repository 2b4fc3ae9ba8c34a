//! Tokens to expressions.

mod primary;

use super::ast::{Expr, ExprKind, Literal};
use super::error::{CelError, Problem};
use super::lexer::{Placed, Token, tokens};
use super::parts::Parts;
use super::{MAX_DEPTH, MAX_LENGTH, macros};
use trimtab_tree::Text;

/// What an operand may begin with, as messages list it.
const EXPECTED: &str = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, \
                        NUM_UINT, STRING, BYTES, IDENTIFIER}";

/// Reads an expression: it, and how many numbers its parts have.
///
/// # Errors
/// When it is none.
pub(super) fn parse(source: &str) -> Result<(Expr, usize), CelError> {
    let refused = |message: String| {
        let at = 0;
        Err(CelError::new(source, vec![Problem { at, message }]))
    };
    let length = source.chars().count();
    if length > MAX_LENGTH {
        return refused(format!(
            "expression code point size exceeds limit: size: {length}, limit {MAX_LENGTH}"
        ));
    }
    let mut problems = Vec::new();
    let tokens = tokens(source, &mut problems);
    let mut parser = Parser {
        source,
        tokens,
        at: 0,
        depth: 0,
        parts: Parts {
            next_id: 0,
            problems,
        },
    };
    let expression = parser.whole();
    let Parts { next_id, problems } = parser.parts;
    match expression {
        Some(expression) if problems.is_empty() => Ok((expression, next_id)),
        _ => Err(CelError::new(source, problems)),
    }
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
    parts: Parts,
}

/// Nothing where something is wrong, which has been noted.
type Parsed<T> = Option<T>;

impl Parser<'_> {
    fn call(&mut self, at: usize, function: &str, arguments: Vec<Expr>) -> Expr {
        let function = Text::from(function);
        let kind = ExprKind::Call {
            target: None,
            function,
            arguments,
        };
        self.parts.expr(at, kind)
    }

    fn peek(&self) -> &Placed {
        // The end is never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Placed {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek().token, Token::Symbol(found) if found == symbol)
    }

    /// Takes a symbol, if it is next: where it is.
    fn take(&mut self, symbol: &str) -> Option<usize> {
        let at = self.peek().at;
        self.is_symbol(symbol).then(|| {
            self.at += 1;
            at
        })
    }

    fn shown(&self) -> String {
        let placed = self.peek();
        match placed.token {
            Token::End => "<EOF>".to_owned(),
            _ => self.source[placed.at..placed.end].to_owned(),
        }
    }

    fn unexpected(&mut self, expected: &str) {
        // What could not be read as a token has been told of already.
        let (at, found) = (self.peek().at, self.shown());
        let is_first = self.parts.problems.is_empty();
        if is_first {
            let message = format!("Syntax error: mismatched input '{found}' expecting {expected}");
            self.parts.say(at, message);
        }
    }

    fn expect(&mut self, symbol: &str) -> Parsed<usize> {
        let taken = self.take(symbol);
        if taken.is_none() {
            self.unexpected(&format!("'{symbol}'"));
        }
        taken
    }

    fn whole(&mut self) -> Parsed<Expr> {
        let expression = self.expression()?;
        if self.peek().token != Token::End {
            let (at, found) = (self.peek().at, self.shown());
            let message = format!("Syntax error: extraneous input '{found}' expecting <EOF>");
            self.parts.say(at, message);
            return None;
        }
        Some(expression)
    }

    /// Goes one level down, unless that is too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let at = self.peek().at;
            let message = format!("expression recursion limit exceeded: {MAX_DEPTH}");
            if self.parts.problems.is_empty() {
                self.parts.say(at, message);
            }
            return None;
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|parser| {
            let condition = parser.logical("||", "_||_", |parser| {
                parser.logical("&&", "_&&_", Self::relation)
            })?;
            let Some(at) = parser.take("?") else {
                return Some(condition);
            };
            let yes = parser.logical("||", "_||_", |parser| {
                parser.logical("&&", "_&&_", Self::relation)
            })?;
            parser.expect(":")?;
            let no = parser.expression()?;
            Some(parser.call(at, "_?_:_", vec![condition, yes, no]))
        })
    }

    /// Operands in a row, joined so that long rows are not deep.
    fn logical(
        &mut self,
        symbol: &str,
        function: &str,
        operand: impl Fn(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let mut operands = vec![operand(self)?];
        let mut places = Vec::new();
        while let Some(at) = self.take(symbol) {
            places.push(at);
            operands.push(operand(self)?);
        }
        Some(self.balance(function, operands, &places))
    }

    fn balance(&mut self, function: &str, mut operands: Vec<Expr>, places: &[usize]) -> Expr {
        let Some(middle) = places.len().checked_sub(1).map(|last| last.div_ceil(2)) else {
            return operands.remove(0);
        };
        let right = operands.split_off(middle + 1);
        let left = self.balance(function, operands, &places[..middle]);
        let right = self.balance(function, right, &places[middle + 1..]);
        self.call(places[middle], function, vec![left, right])
    }

    fn relation(&mut self) -> Parsed<Expr> {
        const RELATIONS: [(&str, &str); 6] = [
            ("<", "_<_"),
            ("<=", "_<=_"),
            (">=", "_>=_"),
            (">", "_>_"),
            ("==", "_==_"),
            ("!=", "_!=_"),
        ];
        let mut left = self.sum()?;
        let mut count = 0;
        loop {
            let (at, function) = match &self.peek().token {
                Token::Name(name) if name == "in" => (self.peek().at, "@in"),
                Token::Symbol(symbol) => {
                    let Some((_, function)) = RELATIONS.iter().find(|(known, _)| known == symbol)
                    else {
                        return Some(left);
                    };
                    (self.peek().at, *function)
                }
                _ => return Some(left),
            };
            self.at += 1;
            let right = self.sum()?;
            left = self.call(at, function, vec![left, right]);
            count += 1;
            self.bound_row(count)?;
        }
    }

    /// Rows of operators are as deep as they are long.
    fn bound_row(&mut self, count: usize) -> Parsed<()> {
        if count < MAX_DEPTH {
            return Some(());
        }
        let at = self.peek().at;
        self.parts.say(
            at,
            format!("expression recursion limit exceeded: {MAX_DEPTH}"),
        );
        None
    }

    fn sum(&mut self) -> Parsed<Expr> {
        self.row(&[("+", "_+_"), ("-", "_-_")], |parser| {
            let operators = [("*", "_*_"), ("/", "_/_"), ("%", "_%_")];
            parser.row(&operators, Self::unary)
        })
    }

    fn row(
        &mut self,
        operators: &[(&str, &str)],
        operand: impl Fn(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let mut left = operand(self)?;
        let mut count = 0;
        'row: loop {
            for (symbol, function) in operators {
                if let Some(at) = self.take(symbol) {
                    let right = operand(self)?;
                    left = self.call(at, function, vec![left, right]);
                    count += 1;
                    self.bound_row(count)?;
                    continue 'row;
                }
            }
            return Some(left);
        }
    }

    fn unary(&mut self) -> Parsed<Expr> {
        for (symbol, function) in [("!", "!_"), ("-", "-_")] {
            let Some(first) = self.take(symbol) else {
                continue;
            };
            let mut count = 1;
            while self.take(symbol).is_some() {
                count += 1;
            }
            // The last minus belongs to a number.
            let negative = symbol == "-" && self.negative_number();
            let operand = if negative {
                count -= 1;
                self.number_below_zero(first)
            } else {
                self.nested(Self::member)?
            };
            let operand = if negative {
                self.members(operand)?
            } else {
                operand
            };
            // Two of them undo each other.
            return Some(if count % 2 == 1 {
                self.call(first, function, vec![operand])
            } else {
                operand
            });
        }
        self.nested(Self::member)
    }

    fn negative_number(&self) -> bool {
        matches!(
            self.peek().token,
            Token::Int(_) | Token::LeastInt | Token::Double(_)
        )
    }

    fn number_below_zero(&mut self, at: usize) -> Expr {
        let literal = match self.next().token {
            Token::Int(value) => Literal::Int(-value),
            Token::Double(value) => Literal::Double(-value),
            _ => Literal::Int(i64::MIN),
        };
        self.parts.expr(at, ExprKind::Literal(literal))
    }

    fn member(&mut self) -> Parsed<Expr> {
        let operand = self.primary()?;
        self.members(operand)
    }

    /// What is selected from an operand.
    fn members(&mut self, mut operand: Expr) -> Parsed<Expr> {
        let mut count = 0;
        loop {
            if let Some(at) = self.take(".") {
                let is_optional = self.take("?").is_some();
                let field = self.field_name()?;
                operand = if is_optional {
                    let name = ExprKind::Literal(Literal::String(field));
                    let name = self.parts.expr(at, name);
                    self.call(at, "_?._", vec![operand, name])
                } else if let Some(open) = self.take("(") {
                    let arguments = self.arguments()?;
                    macros::member(&mut self.parts, open, operand, field, arguments)?
                } else {
                    let kind = ExprKind::Select {
                        operand: Box::new(operand),
                        field,
                        is_test: false,
                    };
                    self.parts.expr(at, kind)
                };
            } else if let Some(at) = self.take("[") {
                let function = if self.take("?").is_some() {
                    "_[?_]"
                } else {
                    "_[_]"
                };
                let index = self.expression()?;
                self.expect("]")?;
                operand = self.call(at, function, vec![operand, index]);
            } else {
                return Some(operand);
            }
            count += 1;
            self.bound_row(count)?;
        }
    }

    fn field_name(&mut self) -> Parsed<Text> {
        let name = match self.peek().token.clone() {
            // What is a word of the language itself names no field.
            Token::Name(name) if !matches!(&*name, "in" | "true" | "false" | "null") => Some(name),
            _ => None,
        };
        let Some(name) = name else {
            let (at, found) = (self.peek().at, self.shown());
            if self.parts.problems.is_empty() {
                let found = if found == "<EOF>" { "" } else { &found };
                let message = format!("Syntax error: no viable alternative at input '.{found}'");
                self.parts.say(at, message);
            }
            return None;
        };
        self.at += 1;
        Some(name)
    }

    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.take(")").is_some() {
            return Some(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.take(",").is_none() {
                self.expect(")")?;
                return Some(arguments);
            }
        }
    }
}
