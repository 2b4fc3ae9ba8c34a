//! The file of `--encryption-provider-config`: which resources go through which providers.

use super::provider::{Cipher, Provider};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use trimtab_schema::SERVED_GROUPS;
use trimtab_tree::{Mapping, ParseOptions, Value, parse_document};

/// What bytes of every cipher begin with.
pub(super) const ENCRYPTED: &[u8] = b"k8s:enc:";

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// It is no YAML.
    #[error("the encryption configuration is no YAML: {0}")]
    Syntax(String),
    /// A field does not have a value that it can have.
    #[error("the encryption configuration is not usable: {path}: {why}")]
    Field {
        /// `resources[0].providers[1].aesgcm`
        path: String,
        /// What is wrong, and what was expected.
        why: String,
    },
}

fn wrong<T>(path: impl Into<String>, why: impl Into<String>) -> Result<T, EncryptionError> {
    Err(EncryptionError::Field {
        path: path.into(),
        why: why.into(),
    })
}

/// Which objects are encrypted, and how.
pub struct Encryption {
    rules: Vec<Rule>,
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encryption({} rules)", self.rules.len())
    }
}

struct Rule {
    /// `secrets`, `deployments.apps`, `*.apps`, `*.` or `*.*`
    resources: Vec<String>,
    /// The first one writes, all of them read.
    providers: Vec<Provider>,
}

impl Encryption {
    /// Reads a configuration, in YAML or JSON.
    ///
    /// # Errors
    /// When it is not usable, with the field and what was expected.
    pub fn parse(text: &str) -> Result<Self, EncryptionError> {
        let document = parse_document(text, ParseOptions::default())
            .map_err(|error| EncryptionError::Syntax(error.to_string()))?;
        for (field, expected) in [
            ("apiVersion", "apiserver.config.k8s.io/v1"),
            ("kind", "EncryptionConfiguration"),
        ] {
            let found = document
                .get(field)
                .and_then(Value::text)
                .unwrap_or_default();
            if found != expected {
                return wrong(field, format!("{found:?} was found, not {expected:?}"));
            }
        }
        let rules = document.get("resources").and_then(Value::as_sequence);
        let rules = rules.unwrap_or_default();
        if rules.is_empty() {
            return wrong("resources", "at least one item is required");
        }
        let rules = rules.iter().enumerate();
        let rules = rules.map(|(at, rule)| Rule::read(rule, &format!("resources[{at}]")));
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// The providers of an object, by its key in the store; none if it is left as it is.
    pub(super) fn providers(&self, key: &str) -> &[Provider] {
        let Some((group, resource)) = resource_of(key) else {
            return &[];
        };
        let is_meant = |name: &String| {
            let (own, of) = name.split_once('.').unwrap_or((name, ""));
            match (own, of) {
                ("*", "*") => true,
                ("*", of) => of == group,
                (own, of) => own == resource && of == group,
            }
        };
        let mut rules = self.rules.iter();
        let rule = rules.find(|rule| rule.resources.iter().any(is_meant));
        rule.map_or(&[], |rule| &rule.providers)
    }
}

/// Group and resource of an object, by its key in the store.
fn resource_of(key: &str) -> Option<(&str, &str)> {
    let mut segments = key.strip_prefix(crate::cache::ROOT)?.split('/');
    let first = segments.next()?;
    let is_group = first.contains('.') || SERVED_GROUPS.iter().any(|group| group.name == first);
    if is_group {
        Some((first, segments.next()?))
    } else {
        Some(("", first))
    }
}

impl Rule {
    fn read(rule: &Value, path: &str) -> Result<Self, EncryptionError> {
        let items = |name: &str| {
            let items = rule.get(name).and_then(Value::as_sequence);
            let items = items.unwrap_or_default();
            if items.is_empty() {
                return wrong(format!("{path}.{name}"), "at least one item is required");
            }
            Ok(items)
        };
        let mut resources = Vec::new();
        for (at, resource) in items("resources")?.iter().enumerate() {
            let resource = resource.text().unwrap_or_default();
            if resource.is_empty() || resource.contains('/') || resource == "*" {
                let why = format!(
                    "{resource:?} is no resource such as secrets, deployments.apps, *.apps or *.*"
                );
                return wrong(format!("{path}.resources[{at}]"), why);
            }
            resources.push(resource.to_owned());
        }
        let mut providers = Vec::new();
        for (at, provider) in items("providers")?.iter().enumerate() {
            let path = format!("{path}.providers[{at}]");
            providers.extend(read_provider(provider, &path)?);
        }
        Ok(Self {
            resources,
            providers,
        })
    }
}

/// A provider of each key.
fn read_provider(provider: &Value, path: &str) -> Result<Vec<Provider>, EncryptionError> {
    let fields = provider.as_mapping().into_iter().flat_map(Mapping::iter);
    let mut fields = fields.filter(|(_, value)| !value.is_null());
    let (Some((name, settings)), None) = (fields.next(), fields.next()) else {
        return wrong(path, "exactly one provider is required in each item");
    };
    let path = format!("{path}.{name}");
    match name {
        "identity" => Ok(vec![Provider {
            prefix: String::new(),
            cipher: None,
        }]),
        "aesgcm" | "aescbc" | "secretbox" => {
            let keys = settings.get("keys").and_then(Value::as_sequence);
            let keys = keys.unwrap_or_default();
            if keys.is_empty() {
                return wrong(format!("{path}.keys"), "at least one item is required");
            }
            let keys = keys.iter().enumerate();
            keys.map(|(at, key)| read_key(name, key, &format!("{path}.keys[{at}]")))
                .collect()
        }
        "kms" => wrong(
            path,
            "key management services are not offered; use aesgcm, aescbc, secretbox or identity",
        ),
        _ => wrong(
            path,
            "there is no such provider; use aesgcm, aescbc, secretbox or identity",
        ),
    }
}

fn read_key(provider: &str, key: &Value, path: &str) -> Result<Provider, EncryptionError> {
    let text = |name: &str| {
        key.get(name)
            .and_then(Value::text_if_not_null)
            .unwrap_or_default()
    };
    let name = text("name");
    if name.is_empty() || name.contains(':') {
        return wrong(format!("{path}.name"), "a name without colons is required");
    }
    let Ok(secret) = STANDARD.decode(text("secret")) else {
        return wrong(format!("{path}.secret"), "the secret must be base64");
    };
    match Cipher::new(provider, &secret) {
        Ok(cipher) => Ok(Provider {
            prefix: format!("k8s:enc:{provider}:v1:{name}:"),
            cipher: Some(cipher),
        }),
        Err(expected) => {
            let found = secret.len();
            let why = format!("the secret has {found} bytes, but {provider} takes {expected}");
            wrong(format!("{path}.secret"), why)
        }
    }
}
