//! Whole numbers in scripts: `$(( ))`.

/// How deep parentheses may be nested.
const DEEPEST: u32 = 40;

/// Binary operators by how tightly they bind, loosest first; longer ones before their beginnings.
const LEVELS: [&[&str]; 6] = [
    &["||"],
    &["&&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// The value of an expression; variables are looked up with or without their `$`.
pub(super) fn evaluate(
    text: &str,
    variable: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<i64> {
    let mut expression = Expression {
        rest: text,
        variable,
        depth: 0,
    };
    let value = expression.level(0)?;
    expression.rest.trim_start().is_empty().then_some(value)
}

struct Expression<'a, 'b> {
    rest: &'a str,
    variable: &'b mut dyn FnMut(&str) -> Option<String>,
    depth: u32,
}

impl Expression<'_, '_> {
    fn takes(&mut self, text: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn level(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = LEVELS.get(level) else {
            return self.operand();
        };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|it| self.takes(it)) {
            let right = self.level(level + 1)?;
            left = apply(operator, left, right)?;
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth == DEEPEST {
            return None;
        }
        let value = if self.takes("(") {
            let value = self.level(0)?;
            self.takes(")").then_some(value)?
        } else if self.takes("-") {
            self.operand()?.checked_neg()?
        } else if self.takes("!") {
            i64::from(self.operand()? == 0)
        } else {
            let has_dollar = self.takes("$");
            let is_braced = has_dollar && self.takes("{");
            let rest = self.rest;
            let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
            let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            self.rest = after;
            if is_braced && !self.takes("}") {
                return None;
            }
            if word.starts_with(|it: char| it.is_ascii_digit()) && !has_dollar {
                number(word)?
            } else {
                number(&(self.variable)(word)?)?
            }
        };
        self.depth -= 1;
        Some(value)
    }
}

/// Decimal only: a leading zero means eight to some shells, and ten to others.
fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let is_octal = text.len() > 1 && text.starts_with('0');
    text.parse().ok().filter(|_| !is_octal)
}

/// What two numbers make. `expr` has some of the same operators.
pub(super) fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        "||" => Some(i64::from(left != 0 || right != 0)),
        "&&" => Some(i64::from(left != 0 && right != 0)),
        "==" | "=" => Some(i64::from(left == right)),
        "!=" => Some(i64::from(left != right)),
        "<=" => Some(i64::from(left <= right)),
        ">=" => Some(i64::from(left >= right)),
        "<" => Some(i64::from(left < right)),
        ">" => Some(i64::from(left > right)),
        _ => None,
    }
}
