//! `--token-auth-file`: tokens and whom they stand for, as kube-apiserver reads them.
//!
//! Each line is `token,user,uid` and optionally `"group1,group2"`, in the CSV of RFC 4180: a field
//! may be quoted and then hold commas, line breaks and doubled quotes. Empty lines are passed over.
//! A token that comes again replaces the earlier one, as there.

use super::authenticated;
use crate::Identity;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tokens and whom they stand for. Cheap to clone.
#[derive(Clone)]
pub struct TokenFile(Arc<HashMap<[u8; 32], Identity>>);

/// Why a token file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// It cannot be read.
    #[error("cannot read the token file `{}`", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line of it is not what it should be.
    #[error(
        "{name}:{line}: {problem}; expected `token,user,uid` and optionally `,\"group1,group2\"`"
    )]
    Line {
        /// Which file.
        name: String,
        /// The line where the record begins, from 1.
        line: usize,
        /// What was found. Never the token.
        problem: String,
    },
}

impl TokenFile {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or is not in the form above: the error names file and line.
    pub fn open(path: &Path) -> Result<Self, TokenFileError> {
        let text = std::fs::read_to_string(path).map_err(|source| TokenFileError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads `text`; `name` is the file's name in errors.
    ///
    /// # Errors
    /// When it is not in the form above.
    pub fn parse(name: &str, text: &str) -> Result<Self, TokenFileError> {
        let mut tokens = HashMap::new();
        let mut records = Records { text, line: 1 };
        while let Some((line, record)) = records.next() {
            let failed = |problem: &str| TokenFileError::Line {
                name: name.to_owned(),
                line,
                problem: problem.to_owned(),
            };
            let fields = record.map_err(failed)?;
            let [token, user, uid, rest @ ..] = &fields[..] else {
                let count = fields.len();
                let plural = if count == 1 { "" } else { "s" };
                return Err(failed(&format!("{count} field{plural}")));
            };
            if token.is_empty() || user.is_empty() {
                let which = if token.is_empty() { "token" } else { "user" };
                return Err(failed(&format!("an empty {which}")));
            }
            let groups = rest.first().map_or("", String::as_str).split(',');
            let groups = groups.filter(|group| !group.is_empty());
            let groups = groups.map(str::to_owned).collect();
            let identity = authenticated(user.clone(), uid.clone(), groups);
            tokens.insert(digest(token), identity);
        }
        Ok(Self(Arc::new(tokens)))
    }

    /// Whom `token` stands for.
    #[must_use]
    pub fn get(&self, token: &str) -> Option<&Identity> {
        self.0.get(&digest(token))
    }
}

/// Says how many there are; the tokens themselves are secrets.
impl std::fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenFile({} tokens)", self.0.len())
    }
}

/// What a token is kept and looked up by: so that neither memory nor the time of a lookup tells
/// what the tokens are.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The records of a CSV text.
struct Records<'a> {
    text: &'a str,
    /// The line where `text` begins, from 1.
    line: usize,
}

impl Records<'_> {
    /// The next record that is not an empty line, and the line where it begins.
    fn next(&mut self) -> Option<(usize, Result<Vec<String>, &'static str>)> {
        loop {
            let rest = self.text.trim_start_matches('\r');
            let Some(rest) = rest.strip_prefix('\n') else {
                self.text = rest;
                break;
            };
            self.text = rest;
            self.line += 1;
        }
        if self.text.is_empty() {
            return None;
        }
        let line = self.line;
        let mut fields = Vec::new();
        loop {
            match self.field() {
                Err(problem) => return Some((line, Err(problem))),
                Ok(field) => fields.push(field),
            }
            if let Some(rest) = self.text.strip_prefix(',') {
                self.text = rest;
            } else {
                return Some((line, Ok(fields)));
            }
        }
    }

    /// A field, up to a comma, the end of its line or of the text, which is left there.
    fn field(&mut self) -> Result<String, &'static str> {
        // Go's reader is asked for this by kube-apiserver's: `a, b` is `a` and `b`.
        let text = self.text.trim_start_matches([' ', '\t']);
        let Some(mut text) = text.strip_prefix('"') else {
            let end = text.find([',', '\n']).unwrap_or(text.len());
            let (field, rest) = text.split_at(end);
            self.text = rest;
            if field.contains('"') {
                return Err("a quote in the middle of a field that is not quoted");
            }
            return Ok(field.trim_end_matches('\r').to_owned());
        };
        let mut field = String::new();
        loop {
            let Some((inside, rest)) = text.split_once('"') else {
                return Err("a quoted field that does not end");
            };
            field.push_str(inside);
            self.line += inside.matches('\n').count();
            let Some(rest) = rest.strip_prefix('"') else {
                self.text = rest.trim_start_matches('\r');
                break;
            };
            field.push('"');
            text = rest;
        }
        if self.text.is_empty() || self.text.starts_with([',', '\n']) {
            return Ok(field);
        }
        Err("text behind a quoted field")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TokenFile, String> {
        TokenFile::parse("tokens.csv", text).map_err(|error| error.to_string())
    }

    #[test]
    fn lines_name_users_and_groups() {
        let file = parse(
            "admin-token,admin,admin,system:masters\n\r\n\
             t2,\"bob \"\"b\"\" c\", 2 ,\"dev,ops\"\r\nt3,carol,\n",
        )
        .unwrap();
        let admin = file.get("admin-token").unwrap();
        assert_eq!((&*admin.name, &*admin.uid), ("admin", "admin"));
        assert_eq!(admin.groups, ["system:masters", "system:authenticated"]);
        let bob = file.get("t2").unwrap();
        assert_eq!(bob.name, "bob \"b\" c");
        assert_eq!(bob.groups, ["dev", "ops", "system:authenticated"]);
        assert_eq!(file.get("t3").unwrap().groups, ["system:authenticated"]);
        assert_eq!(file.get("t4"), None);
        assert_eq!(file.get(""), None);
    }

    #[test]
    fn the_last_of_two_equal_tokens_counts() {
        let file = parse("t,a,1\nt,b,2").unwrap();
        assert_eq!(file.get("t").unwrap().name, "b");
    }

    #[test]
    fn errors_name_the_file_and_the_line_but_not_the_token() {
        for (text, expected) in [
            ("a,b,c\n\nsecret,bob\n", "tokens.csv:3: 2 fields;"),
            ("secret", "tokens.csv:1: 1 field;"),
            ("\n,bob,1", "tokens.csv:2: an empty token;"),
            ("secret,,1", "tokens.csv:1: an empty user;"),
            ("a,b,\"c\nd\"\nsecret\"x,b,c", "tokens.csv:3: a quote in"),
            ("secret,\"bob,1", "tokens.csv:1: a quoted field that does"),
            ("secret,\"bob\"x,1", "tokens.csv:1: text behind a quoted"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn debugging_shows_no_token() {
        assert_eq!(
            format!("{:?}", parse("t,a,1").unwrap()),
            "TokenFile(1 tokens)"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = TokenFile::open(Path::new("/nowhere/tokens.csv")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/tokens.csv"));
    }
}
