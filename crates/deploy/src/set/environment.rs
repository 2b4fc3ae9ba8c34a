//! Environment variables: kubectl's `set env`.

use super::{ContainerChange, ContainerPattern};
use crate::error::{Error, Result};
use crate::rollout::nested;
use trimtab_tree::{Mapping, Value};

/// Where the value of a variable is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A `ConfigMap`.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl KeySource {
    /// The field of a variable that refers to a key of it.
    fn field(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapKeyRef",
            Self::Secret => "secretKeyRef",
        }
    }
}

/// What a variable is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableValue {
    /// A text.
    Text(String),
    /// What a key of an object holds when a container starts.
    Key {
        /// Which kind of object.
        source: KeySource,
        /// Its name.
        name: String,
        /// The key.
        key: String,
    },
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is set to.
    pub value: VariableValue,
}

impl Variable {
    /// The variable that a key of an object is put into: in upper case, with `_` for what names of
    /// variables do not have, behind `prefix`.
    #[must_use]
    pub fn of_key(source: KeySource, object: &str, key: &str, prefix: &str) -> Self {
        let named = key.chars().map(|char| match char {
            'a'..='z' | 'A'..='Z' | '0'..='9' => char.to_ascii_uppercase(),
            _ => '_',
        });
        Self {
            name: prefix.chars().chain(named).collect(),
            value: VariableValue::Key {
                source,
                name: object.to_owned(),
                key: key.to_owned(),
            },
        }
    }

    fn entry(&self) -> Value {
        let mut entry = Mapping::new();
        entry.insert("name", Value::string(&*self.name));
        match &self.value {
            VariableValue::Text(text) => entry.insert("value", Value::string(&**text)),
            VariableValue::Key { source, name, key } => {
                let mut reference = Mapping::new();
                reference.insert("name", Value::string(&**name));
                reference.insert("key", Value::string(&**key));
                entry.insert("valueFrom", nested(&[source.field()], reference.into()))
            }
        };
        entry.into()
    }
}

/// Variables that containers get or lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Which containers.
    pub containers: ContainerPattern,
    /// What is set.
    pub set: Vec<Variable>,
    /// The names of what is removed.
    pub removed: Vec<String>,
    /// Whether a variable may have another value already.
    pub overwrites: bool,
}

impl Environment {
    /// Reads `NAME=VALUE` and `NAME-` words.
    ///
    /// # Errors
    /// When a word is neither, or a variable is set and removed.
    pub fn parse<W: AsRef<str>>(
        words: &[W],
        containers: ContainerPattern,
        overwrites: bool,
    ) -> Result<Self> {
        let mut environment = Self {
            containers,
            set: Vec::new(),
            removed: Vec::new(),
            overwrites,
        };
        for word in words {
            let word = word.as_ref();
            match word.split_once('=') {
                Some((name, value)) if !name.is_empty() => {
                    if !is_name(name) {
                        return Err(Error::Usage(format!(
                            "{name:?} is no name of a variable: expected letters, digits, `_`, `-` and `.`, and no digit first"
                        )));
                    }
                    environment.set.push(Variable {
                        name: name.to_owned(),
                        value: VariableValue::Text(value.to_owned()),
                    });
                }
                _ => match word.strip_suffix('-').filter(|name| !name.is_empty()) {
                    Some(name) => environment.removed.push(name.to_owned()),
                    None => {
                        return Err(Error::Usage(format!(
                            "{word:?} is no variable: write NAME=VALUE to set one, NAME- to remove one"
                        )));
                    }
                },
            }
        }
        let is_set = |name: &&String| environment.set.iter().any(|it| it.name == **name);
        if let Some(both) = environment.removed.iter().find(is_set) {
            return Err(Error::Usage(format!(
                "variable {both:?} is set and removed"
            )));
        }
        Ok(environment)
    }

    fn change_list(&self, variables: &mut Vec<Value>) -> Result<()> {
        for variable in &self.set {
            let entry = variable.entry();
            match variables
                .iter_mut()
                .find(|it| is_called(it, &variable.name))
            {
                None => variables.push(entry),
                Some(known) if self.overwrites || *known == entry => *known = entry,
                Some(known) => return Err(taken(&variable.name, known)),
            }
        }
        variables.retain(|it| !self.removed.iter().any(|name| is_called(it, name)));
        Ok(())
    }
}

impl ContainerChange for Environment {
    fn change(&self, containers: &mut [&mut Mapping]) -> Result<()> {
        for container in self.containers.choose(containers)? {
            let variables = container.get_or_insert_with("env", || Value::sequence(Vec::new()));
            if variables.is_null() {
                *variables = Value::sequence(Vec::new());
            }
            if let Some(variables) = variables.as_sequence_mut() {
                self.change_list(variables)?;
                if variables.is_empty() {
                    container.remove("env");
                }
            }
        }
        Ok(())
    }
}

/// Whether kubectl, and every server, takes it for the name of a variable.
fn is_name(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(is_of_name)
}

fn is_called(variable: &Value, name: &str) -> bool {
    variable.get("name").and_then(Value::text) == Some(name)
}

fn taken(name: &str, variable: &Value) -> Error {
    let value = match variable.get("value").and_then(Value::text) {
        Some(value) => format!("a value ({value})"),
        None => "a value from elsewhere".to_owned(),
    };
    Error::Impossible(format!(
        "'{name}' already has {value}, and --overwrite is false"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::patched;
    use super::*;
    use crate::testing::yaml;

    const CONTAINERS: &str = "{containers: [{name: a, env: [{name: X, value: '1'}, {name: Y, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}, {name: b}]}";

    fn change(words: &[&str], pattern: &str, overwrites: bool) -> Result<Option<Value>> {
        let change = Environment::parse(words, ContainerPattern::new(pattern), overwrites)?;
        patched(CONTAINERS, &change)
    }

    #[test]
    fn variables_come_change_and_go() {
        for (words, pattern, expected) in [
            (
                &["X=2", "Z=a=b"][..],
                "a",
                "{containers: [{name: a, env: [{name: X, value: '2'}, {name: Y, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: Z, value: a=b}]}, {name: b}]}",
            ),
            (
                &["Y=", "X-"],
                "*",
                "{containers: [{name: a, env: [{name: Y, value: ''}]}, {name: b, env: [{name: Y, value: ''}]}]}",
            ),
            (&["X-", "Y-"], "a", "{containers: [{name: a}, {name: b}]}"),
        ] {
            let patch = change(words, pattern, true).expect("it can be done");
            assert_eq!(patch, Some(yaml(expected)), "{words:?}");
        }
        assert_eq!(change(&["Q-"], "*", true).expect("it is not there"), None);
        assert_eq!(change(&["X=1"], "a", false).expect("it is that"), None);
    }

    #[test]
    fn a_key_gives_its_name() {
        let variable = Variable::of_key(KeySource::Secret, "login", "user.name-1", "DB_");
        assert_eq!(variable.name, "DB_USER_NAME_1");
        let entry =
            "{name: DB_USER_NAME_1, valueFrom: {secretKeyRef: {name: login, key: user.name-1}}}";
        assert_eq!(variable.entry(), yaml(entry));
    }

    #[test]
    fn contradictions_are_told() {
        for (words, pattern, overwrites, expected) in [
            (&["X"][..], "*", true, "write NAME=VALUE"),
            (&["=1"], "*", true, "write NAME=VALUE"),
            (&["-"], "*", true, "write NAME=VALUE"),
            (&["X=1", "X-"], "*", true, "set and removed"),
            (
                &["X=2"],
                "*",
                false,
                "'X' already has a value (1), and --overwrite is false",
            ),
            (&["Y=2"], "*", false, "from elsewhere"),
            (&["X=2"], "c", true, "unable to find container named c"),
        ] {
            let error = change(words, pattern, overwrites)
                .expect_err(expected)
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
