//! Text to tokens.

use super::error::Problem;
use trimtab_tree::Text;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// An operator or a bracket.
    Symbol(&'static str),
    /// A name, `in`, `true`, `false` and `null` among them.
    Name(Text),
    Int(i64),
    /// The magnitude of `i64::MIN`, which needs its minus.
    LeastInt,
    Uint(u64),
    Double(f64),
    String(Text),
    Bytes(Vec<u8>),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
    pub(super) end: usize,
}

/// The longer before the shorter.
const SYMBOLS: [&str; 25] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!",
    "?", ":", "+", "*", "/", "%", ";",
];

/// Reads all tokens; what is none is a problem and passed over.
pub(super) fn tokens(source: &str, problems: &mut Vec<Problem>) -> Vec<Placed> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blank();
        let at = lexer.at;
        let mut say = |message: String| {
            let message = format!("Syntax error: {message}");
            problems.push(Problem { at, message });
        };
        let token = match lexer.next() {
            Ok(token) => token,
            Err(Unread::Token(text)) => {
                say(format!("token recognition error at: '{text}'"));
                continue;
            }
            Err(Unread::Value(why)) => {
                say(why);
                Token::Int(0)
            }
        };
        let is_end = token == Token::End;
        let end = lexer.at;
        tokens.push(Placed { token, at, end });
        if is_end {
            return tokens;
        }
    }
}

enum Unread {
    /// No token begins here.
    Token(String),
    /// A token whose value cannot be.
    Value(String),
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len()
                - rest
                    .trim_start_matches([' ', '\t', '\r', '\n', '\x0c'])
                    .len();
            self.at += blank;
            if !self.rest().starts_with("//") {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn next(&mut self) -> Result<Token, Unread> {
        let Some(first) = self.rest().chars().next() else {
            return Ok(Token::End);
        };
        if let Some(token) = self.string() {
            return token;
        }
        let second = self.rest().as_bytes().get(1);
        if first.is_ascii_digit() || first == '.' && second.is_some_and(u8::is_ascii_digit) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let rest = self.rest();
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let name = Text::from(&rest[..length]);
            self.at += length;
            return Ok(Token::Name(name));
        }
        let known = |symbol: &&&str| self.rest().starts_with(**symbol) && **symbol != ";";
        if let Some(symbol) = SYMBOLS.iter().find(known) {
            self.at += symbol.len();
            return Ok(Token::Symbol(symbol));
        }
        self.at += first.len_utf8();
        Err(Unread::Token(first.to_string()))
    }

    fn digits(&mut self, is_digit: fn(&u8) -> bool) -> usize {
        let count = self.rest().bytes().take_while(is_digit).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Result<Token, Unread> {
        let start = self.at;
        let hexadecimal = self.rest().starts_with("0x")
            && self
                .rest()
                .as_bytes()
                .get(2)
                .is_some_and(u8::is_ascii_hexdigit);
        if hexadecimal {
            self.at += 2;
            self.digits(u8::is_ascii_hexdigit);
        } else {
            self.digits(u8::is_ascii_digit);
            if self.is_fraction() {
                return self.double(start);
            }
        }
        let digits = &self.source[start..self.at];
        let (digits, radix) = match digits.strip_prefix("0x") {
            Some(digits) => (digits.to_owned(), 16),
            None => (digits.to_owned(), 10),
        };
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            let value = u64::from_str_radix(&digits, radix);
            return value
                .map(Token::Uint)
                .map_err(|_| Unread::Value("invalid uint literal".to_owned()));
        }
        match u64::from_str_radix(&digits, radix) {
            Ok(value) if value == i64::MIN.unsigned_abs() => Ok(Token::LeastInt),
            Ok(value) => i64::try_from(value)
                .map(Token::Int)
                .map_err(|_| Unread::Value("invalid int literal".to_owned())),
            Err(_) => Err(Unread::Value("invalid int literal".to_owned())),
        }
    }

    fn is_fraction(&self) -> bool {
        let bytes = self.rest().as_bytes();
        let exponent = |bytes: &[u8]| match bytes {
            [b'e' | b'E', b'+' | b'-', digit, ..] | [b'e' | b'E', digit, ..] => {
                digit.is_ascii_digit()
            }
            _ => false,
        };
        matches!(bytes, [b'.', digit, ..] if digit.is_ascii_digit()) || exponent(bytes)
    }

    fn double(&mut self, start: usize) -> Result<Token, Unread> {
        if self.rest().starts_with('.') {
            self.at += 1;
            self.digits(u8::is_ascii_digit);
        }
        if self.is_fraction() && self.rest().starts_with(['e', 'E']) {
            self.at += 1;
            if self.rest().starts_with(['+', '-']) {
                self.at += 1;
            }
            self.digits(u8::is_ascii_digit);
        }
        let value = self.source[start..self.at].parse::<f64>();
        match value {
            Ok(value) if value.is_finite() => Ok(Token::Double(value)),
            _ => Err(Unread::Value("invalid double literal".to_owned())),
        }
    }

    /// A string or bytes, if one begins here.
    fn string(&mut self) -> Option<Result<Token, Unread>> {
        let rest = self.rest();
        let prefix = rest
            .bytes()
            .take(3)
            .position(|byte| matches!(byte, b'"' | b'\''))?;
        if !rest.is_char_boundary(prefix) {
            return None;
        }
        let (mut raw, mut bytes) = (false, false);
        for letter in rest[..prefix].chars() {
            match letter {
                'r' | 'R' if !raw => raw = true,
                'b' | 'B' if !bytes && !raw => bytes = true,
                _ => return None,
            }
        }
        let body = &rest[prefix..];
        let quote = &body[..1];
        let triple = quote.repeat(3);
        let delimiter = if body.starts_with(&triple) {
            triple.as_str()
        } else {
            quote
        };
        let inner = &body[delimiter.len()..];
        let Some(length) = closing(inner, delimiter, raw) else {
            // Up to the end of the line, as a token that never ends.
            let text = rest.split('\n').next().unwrap_or_default().to_owned();
            self.at += text.len();
            return Some(Err(Unread::Token(text)));
        };
        let inner = inner[..length].to_owned();
        self.at += prefix + delimiter.len() * 2 + length;
        Some(match (unescape(&inner, raw, bytes), bytes) {
            (Some(value), true) => Ok(Token::Bytes(value)),
            (Some(value), false) => match String::from_utf8(value) {
                Ok(text) => Ok(Token::String(text.into())),
                Err(_) => Err(Unread::Value("invalid string".to_owned())),
            },
            (None, _) => Err(Unread::Value("unable to unescape string".to_owned())),
        })
    }
}

/// Where the closing quotes are.
fn closing(inner: &str, delimiter: &str, raw: bool) -> Option<usize> {
    let mut at = 0;
    while at < inner.len() {
        let rest = &inner[at..];
        if rest.starts_with(delimiter) {
            return Some(at);
        }
        let first = rest.chars().next()?;
        if first == '\n' && delimiter.len() == 1 {
            return None;
        }
        at += first.len_utf8();
        if first == '\\' && !raw {
            at += inner[at..].chars().next()?.len_utf8();
        }
    }
    None
}

fn unescape(text: &str, raw: bool, bytes: bool) -> Option<Vec<u8>> {
    let text = text.replace("\r\n", "\n");
    if raw {
        return Some(text.into_bytes());
    }
    let mut value = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        if first != '\\' {
            value.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let escape = rest.chars().next()?;
        rest = &rest[escape.len_utf8()..];
        let simple = match escape {
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(b'\n'),
            'r' => Some(b'\r'),
            't' => Some(b'\t'),
            'v' => Some(11),
            '\\' | '\'' | '"' | '`' | '?' => Some(escape as u8),
            _ => None,
        };
        if let Some(byte) = simple {
            value.push(byte);
            continue;
        }
        let (length, radix, digits) = match escape {
            'x' | 'X' => (2, 16, rest),
            'u' if !bytes => (4, 16, rest),
            'U' if !bytes => (8, 16, rest),
            '0'..='3' => (2, 8, rest),
            _ => return None,
        };
        let mut code = escape.to_digit(4).filter(|_| radix == 8).unwrap_or(0);
        let digits = digits.get(..length)?;
        for digit in digits.chars() {
            code = code
                .checked_mul(radix)?
                .checked_add(digit.to_digit(radix)?)?;
        }
        rest = &rest[length..];
        if bytes {
            value.push(u8::try_from(code).ok()?);
        } else {
            let letter = char::from_u32(code)?;
            value.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Some(value)
}
