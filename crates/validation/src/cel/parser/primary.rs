//! Expressions that stand for themselves: literals, names, lists, maps, objects, and what is in parentheses.

use super::{EXPECTED, Parsed, Parser};
use crate::cel::ast::{Element, Expr, ExprKind, Literal, MapEntry, StructField};
use crate::cel::lexer::{Placed, Token};
use crate::cel::macros;
use crate::cel::reserved::is_reserved;
use trimtab_tree::Text;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        let Placed { token, at, .. } = self.next();
        let literal = match token {
            Token::Int(value) => Literal::Int(value),
            Token::Uint(value) => Literal::Uint(value),
            Token::Double(value) => Literal::Double(value),
            Token::String(text) => Literal::String(text),
            Token::Bytes(bytes) => Literal::Bytes(bytes),
            Token::Name(name) => match name.as_str() {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                "null" => Literal::Null,
                _ => return self.name(name, at),
            },
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Some(inner);
            }
            Token::Symbol("[") => return self.list(at),
            Token::Symbol("{") => return self.map(at),
            // A name from the root: there are no containers here, so it is the same name.
            Token::Symbol(".") if matches!(self.peek().token, Token::Name(_)) => {
                let Placed { token, at, .. } = self.next();
                let Token::Name(name) = token else {
                    return None;
                };
                return self.name(name, at);
            }
            Token::LeastInt => {
                self.parts.say(at, "Syntax error: invalid int literal");
                return None;
            }
            _ => {
                self.at -= 1;
                self.unexpected(EXPECTED);
                return None;
            }
        };
        Some(self.parts.expr(at, ExprKind::Literal(literal)))
    }

    /// A variable, a function or an object of a named type.
    fn name(&mut self, name: Text, at: usize) -> Parsed<Expr> {
        if is_reserved(&name) {
            if name == "in" {
                self.at -= 1;
                self.unexpected(EXPECTED);
            } else {
                self.parts
                    .say(at, format!("Syntax error: reserved identifier: {name}"));
            }
            return None;
        }
        if let Some(open) = self.take("(") {
            let arguments = self.arguments()?;
            return macros::global(&mut self.parts, open, name, arguments);
        }
        if let Some(type_name) = self.type_name(&name) {
            return self.object(type_name);
        }
        Some(self.parts.expr(at, ExprKind::Ident(name)))
    }

    /// `A.b.c` before a `{`, taken as a whole.
    fn type_name(&mut self, first: &str) -> Option<String> {
        let mut name = first.to_owned();
        let mut ahead = self.at;
        loop {
            match &self.tokens.get(ahead)?.token {
                Token::Symbol("{") => {
                    self.at = ahead;
                    return Some(name);
                }
                Token::Symbol(".") => match &self.tokens.get(ahead + 1)?.token {
                    Token::Name(next) => {
                        name.push('.');
                        name.push_str(next);
                        ahead += 2;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn list(&mut self, at: usize) -> Parsed<Expr> {
        let mut items = Vec::new();
        while self.take("]").is_none() {
            let is_optional = self.take("?").is_some();
            let value = self.expression()?;
            items.push(Element { value, is_optional });
            if self.take(",").is_none() {
                self.expect("]")?;
                break;
            }
        }
        Some(self.parts.expr(at, ExprKind::List(items)))
    }

    fn map(&mut self, at: usize) -> Parsed<Expr> {
        let mut entries = Vec::new();
        while self.take("}").is_none() {
            let is_optional = self.take("?").is_some();
            let key = self.expression()?;
            self.expect(":")?;
            let value = self.expression()?;
            entries.push(MapEntry {
                key,
                value,
                is_optional,
            });
            if self.take(",").is_none() {
                self.expect("}")?;
                break;
            }
        }
        Some(self.parts.expr(at, ExprKind::Map(entries)))
    }

    fn object(&mut self, name: String) -> Parsed<Expr> {
        let at = self.expect("{")?;
        let mut fields = Vec::new();
        while self.take("}").is_none() {
            let is_optional = self.take("?").is_some();
            let name = self.field_name()?;
            let at = self.expect(":")?;
            let value = self.expression()?;
            fields.push(StructField {
                name,
                at,
                value,
                is_optional,
            });
            if self.take(",").is_none() {
                self.expect("}")?;
                break;
            }
        }
        let name = Text::from(name);
        Some(self.parts.expr(at, ExprKind::Struct { name, fields }))
    }
}
