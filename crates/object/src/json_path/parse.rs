//! Reading paths.

use super::path::{Choice, Condition, JsonPath, JsonPathError, Operand, Operator, Step};
use trimtab_tree::{ScalarKind, Value};

type Result<T> = std::result::Result<T, JsonPathError>;

/// How many steps, choices and conditions a path may have: far more than any that somebody wrote.
const MAX_PARTS: usize = 1000;
/// How deep parentheses and brackets may stand in each other.
const MAX_DEPTH: usize = 20;
/// How deep conditions on items may stand in each other: each one goes through what is below the
/// items of the one around it again.
const MAX_CONDITIONS: usize = 2;

impl JsonPath {
    /// Reads a path as kubectl takes it where no template is meant: `{.a.b}`, `.a.b` or `a.b`.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let inner = match (trimmed.strip_prefix('{'), trimmed.ends_with('}')) {
            (Some(rest), true) => &rest[..rest.len() - 1],
            (None, false) => trimmed,
            _ => return Err(JsonPathError::new(text, "its braces are not closed")),
        };
        Self::parse_inner(inner)
    }

    /// Reads what stands between the braces of a template.
    pub(super) fn parse_inner(text: &str) -> Result<Self> {
        Parser::new(text).whole_path()
    }
}

/// Reads a text from its start to its end, and never goes back.
struct Parser<'t> {
    text: &'t str,
    at: usize,
    parts: usize,
    depth: usize,
    conditions: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            parts: 0,
            depth: 0,
            conditions: 0,
        }
    }

    /// All of the text as one path: its `$` may be missing, and a first field needs no dot.
    fn whole_path(mut self) -> Result<JsonPath> {
        let mut steps = Vec::new();
        self.skip_blanks();
        let _ = self.take("$") || self.take("@");
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if self.rest().starts_with(is_name) {
            steps.push(self.field(false)?);
        }
        let JsonPath { steps: further } = self.steps()?;
        steps.extend(further);
        self.skip_blanks();
        match self.peek() {
            Some(left) => Err(self.error(format!("{left:?} cannot stand there"))),
            None => Ok(JsonPath { steps }),
        }
    }

    /// Steps up to what cannot belong to any.
    fn steps(&mut self) -> Result<JsonPath> {
        let mut steps = Vec::new();
        loop {
            if self.take("..") {
                steps.push(if self.take("[") {
                    self.brackets(true)?
                } else {
                    self.field(true)?
                });
            } else if self.take("[") {
                steps.push(self.brackets(false)?);
            } else if self.take(".") {
                // `.` alone is the object itself, and `.[0]` its item.
                let is_alone = self.rest().trim_start().is_empty();
                if !is_alone && !self.rest().starts_with('[') {
                    steps.push(self.field(false)?);
                }
            } else {
                return Ok(JsonPath { steps });
            }
        }
    }

    /// `name` or `*`, behind a dot.
    fn field(&mut self, is_deep: bool) -> Result<Step> {
        self.count()?;
        let choice = if self.take("*") {
            Choice::All
        } else {
            let name = self.name();
            if name.is_empty() {
                return Err(self.error("a field name is missing behind a dot"));
            }
            Choice::Field(name)
        };
        Ok(Step {
            is_deep,
            choices: vec![choice],
        })
    }

    /// A field name; a backslash takes the meaning from what follows.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            let is_end = match c {
                '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}' => true,
                '(' | ')' | '=' | '!' | '<' | '>' | '&' | '|' => self.conditions > 0,
                c => c.is_whitespace(),
            };
            if is_end {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' {
                name.extend(self.next());
            } else {
                name.push(c);
            }
        }
        name
    }

    /// What stands behind an opening bracket, with the closing one.
    fn brackets(&mut self, is_deep: bool) -> Result<Step> {
        let mut choices = Vec::new();
        loop {
            self.count()?;
            self.skip_blanks();
            choices.push(self.choice()?);
            self.skip_blanks();
            if self.take("]") {
                return Ok(Step { is_deep, choices });
            }
            if !self.take(",") {
                return Err(self.error("a bracket is not closed"));
            }
        }
    }

    fn choice(&mut self) -> Result<Choice> {
        if self.take("*") {
            return Ok(Choice::All);
        }
        if self.take("?") {
            return self.condition_on_items().map(Choice::Such);
        }
        if let Some(name) = self.string()? {
            return Ok(Choice::Field(name));
        }
        let end = self.rest().find([',', ']']);
        let Some(end) = end else {
            return Err(self.error("a bracket is not closed"));
        };
        let text = self.rest()[..end].trim();
        self.at += end;
        index(text).ok_or_else(|| {
            let what = "expected are a number, START:END:STEP, a name in quotes, * or ?(...)";
            self.error(format!("{text:?} is no index: {what}"))
        })
    }

    /// What stands behind `?`.
    fn condition_on_items(&mut self) -> Result<Condition> {
        if self.conditions == MAX_CONDITIONS {
            let why = format!("conditions are nested more than {MAX_CONDITIONS} deep");
            return Err(self.error(why));
        }
        self.conditions += 1;
        let condition = self.any()?;
        self.conditions -= 1;
        Ok(condition)
    }

    /// `a || b`
    fn any(&mut self) -> Result<Condition> {
        let mut conditions = vec![self.all()?];
        while self.take_word("||") {
            conditions.push(self.all()?);
        }
        Ok(Condition::Any(conditions))
    }

    /// `a && b`
    fn all(&mut self) -> Result<Condition> {
        let mut conditions = vec![self.one()?];
        while self.take_word("&&") {
            conditions.push(self.one()?);
        }
        Ok(Condition::All(conditions))
    }

    /// `(a)`, `!a`, a path, or two things compared.
    fn one(&mut self) -> Result<Condition> {
        self.count()?;
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("parts are nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        let condition = if self.take_word("(") {
            let inner = self.any()?;
            if !self.take_word(")") {
                let why = match self.peek() {
                    Some(left) => format!("{left:?} cannot stand there"),
                    None => "a parenthesis is not closed".to_owned(),
                };
                return Err(self.error(why));
            }
            inner
        } else if self.take_word("!") {
            Condition::Not(Box::new(self.one()?))
        } else {
            self.compared()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn compared(&mut self) -> Result<Condition> {
        let left = self.operand()?;
        let operators = Operator::ALL.into_iter();
        let operator = operators.into_iter().find(|(sign, _)| self.take_word(sign));
        match operator {
            Some((_, operator)) => Ok(Condition::Compared(left, operator, self.operand()?)),
            None if matches!(left, Operand::Literal(_)) => {
                Err(self.error("a value is compared with nothing"))
            }
            None => Ok(Condition::Exists(left)),
        }
    }

    fn operand(&mut self) -> Result<Operand> {
        self.skip_blanks();
        if self.take("@") {
            return self.steps().map(Operand::FromItem);
        }
        if self.take("$") {
            return self.steps().map(Operand::FromRoot);
        }
        if let Some(text) = self.string()? {
            return Ok(Operand::Literal(Value::string(text)));
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let end = self.rest().find(|c| !is_part(c));
        let word = &self.rest()[..end.unwrap_or(self.rest().len())];
        let kind = match word {
            "true" | "false" => ScalarKind::Bool,
            "null" => ScalarKind::Null,
            _ if word.parse::<i64>().is_ok() => ScalarKind::Int,
            _ if word.parse::<f64>().is_ok_and(f64::is_finite) => ScalarKind::Float,
            _ => {
                let what = "expected are a path from @ or $, a text in quotes or a number";
                return Err(self.error(format!("a value is missing: {what}")));
            }
        };
        self.at += word.len();
        Ok(Operand::Literal(Value::scalar(kind, word)))
    }

    /// A text in quotes, if one begins here.
    fn string(&mut self) -> Result<Option<String>> {
        let Some(quote @ ('\'' | '"')) = self.peek() else {
            return Ok(None);
        };
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => text.extend(self.next()),
                c if c == quote => return Ok(Some(text)),
                c => text.push(c),
            }
        }
        Err(self.error("a quote is not closed"))
    }

    /// Counts one more part.
    fn count(&mut self) -> Result<()> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(self.error(format!("it has more than {MAX_PARTS} parts")));
        }
        Ok(())
    }

    fn error(&self, why: impl Into<String>) -> JsonPathError {
        JsonPathError::new(self.text, why)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take(&mut self, prefix: &str) -> bool {
        let is_there = self.rest().starts_with(prefix);
        if is_there {
            self.at += prefix.len();
        }
        is_there
    }

    /// As [`Parser::take`], with blanks on both sides.
    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let is_there = self.take(word);
        self.skip_blanks();
        is_there
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }
}

/// `1` or `START:END:STEP`, of which each may be missing.
fn index(text: &str) -> Option<Choice> {
    let number = |part: &str| match part.trim() {
        "" => Some(None),
        digits => digits.parse::<i64>().ok().map(Some),
    };
    let mut parts = text.splitn(4, ':');
    let first = number(parts.next()?)?;
    let Some(end) = parts.next() else {
        return first.map(Choice::Index);
    };
    let step = match parts.next() {
        Some(step) => number(step)?.unwrap_or(1),
        None => 1,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(Choice::Slice {
        start: first,
        end: number(end)?,
        step: usize::try_from(step).ok().filter(|step| *step > 0)?,
    })
}
