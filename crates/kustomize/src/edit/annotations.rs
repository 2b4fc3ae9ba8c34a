//! Labels and annotations.

use super::accepted::refused_pairs;
use super::fields::{fields_mut, get, items, items_mut, remove, set};
use super::lists::already;
use super::{KustomizationFile, bad_argument};
use crate::kustomization::Label;
use crate::kustomization::decode::{Decode, Rules};
use crate::loader::Sources;
use trimtab_tree::{Diagnostic, Mapping, Result, Value};

/// What is added to or taken from every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommonField {
    /// `commonLabels`
    Labels,
    /// `commonAnnotations`
    Annotations,
}

impl CommonField {
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Labels => "commonLabels",
            Self::Annotations => "commonAnnotations",
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Labels => "label",
            Self::Annotations => "annotation",
        }
    }
}

impl KustomizationFile<'_> {
    /// Adds labels or annotations, given as `KEY:VALUE`, to `commonLabels` or `commonAnnotations`.
    /// With `force` those that are there are overwritten.
    ///
    /// # Errors
    /// When there is no argument, when one has no key, when a key is there without `force`, and when
    /// the file cannot be changed.
    pub fn add_common(
        &mut self,
        common: CommonField,
        arguments: &[String],
        force: bool,
    ) -> Result<()> {
        let pairs = required_pairs(arguments, common.noun())?;
        warn_of_refused(self.loader.sources(), common, &pairs);
        self.change(|tree| match fields_mut(tree, common.field()) {
            Some(fields) => add_pairs(fields, &pairs, common.noun(), force),
            None => Ok(()),
        })
    }

    /// Adds labels, given as `KEY:VALUE`, to the first entry of `labels` that leaves selectors alone
    /// and includes templates or not, as asked for; to a new entry if there is none.
    ///
    /// # Errors
    /// As [`KustomizationFile::add_common`].
    pub fn add_labels(
        &mut self,
        arguments: &[String],
        include_templates: bool,
        force: bool,
    ) -> Result<()> {
        let pairs = required_pairs(arguments, "label")?;
        warn_of_refused(self.loader.sources(), CommonField::Labels, &pairs);
        self.change(|tree| {
            let fits = |entry: &Value| {
                let label = Label::decode(entry, Rules::KUSTOMIZATION).unwrap_or_default();
                !label.include_selectors && label.include_templates == include_templates
            };
            let known = items(tree, "labels").iter().position(fits);
            let Some(entries) = items_mut(tree, "labels") else {
                return Ok(());
            };
            let at = known.unwrap_or_else(|| {
                let mut entry = Mapping::new();
                if include_templates {
                    entry.insert("includeTemplates", Value::bool(true));
                }
                entries.push(entry.into());
                entries.len() - 1
            });
            match fields_mut(&mut entries[at], "pairs") {
                Some(fields) => add_pairs(fields, &pairs, "label", force),
                None => Ok(()),
            }
        })
    }

    /// Sets labels or annotations, given as `KEY:VALUE`, in `commonLabels` or `commonAnnotations`.
    ///
    /// # Errors
    /// When there is no argument, when one has no key, or an annotation's key is none, and when the
    /// file cannot be changed.
    pub fn set_common(&mut self, common: CommonField, arguments: &[String]) -> Result<()> {
        let pairs = required_pairs(arguments, common.noun())?;
        if common == CommonField::Annotations
            && let Some((key, _)) = pairs.iter().find(|(key, _)| !is_annotation_key(key))
        {
            return Err(
                bad_argument(format!("invalid annotation key: `{key}`")).expecting(
                    "a name of at most 63 letters, digits, `-`, `_` and `.`, and before it perhaps a domain and `/`",
                ),
            );
        }
        warn_of_refused(self.loader.sources(), common, &pairs);
        self.change(|tree| match fields_mut(tree, common.field()) {
            Some(fields) => add_pairs(fields, &pairs, common.noun(), true),
            None => Ok(()),
        })
    }

    /// Removes labels or annotations, given as one argument with commas, from `commonLabels` or
    /// `commonAnnotations`. With `ignore_missing` those that are not there are no error.
    ///
    /// # Errors
    /// When there is not exactly one argument, when a name in it is empty or not there, and when the
    /// file cannot be changed.
    pub fn remove_common(
        &mut self,
        common: CommonField,
        arguments: &[String],
        ignore_missing: bool,
    ) -> Result<()> {
        let noun = common.noun();
        let keys = match arguments {
            [] => return Err(bad_argument(format!("must specify {noun}"))),
            [keys] => keys,
            _ => {
                let message = format!("{noun}s must be comma-separated, with no spaces");
                return Err(bad_argument(message));
            }
        };
        let keys: Vec<&str> = keys.split(',').collect();
        if keys.iter().any(|key| key.is_empty()) {
            return Err(bad_argument(format!("invalid {noun}: '' (name is empty)")));
        }
        self.change(|tree| {
            let field = common.field();
            let Some(fields) = get(tree, field) else {
                let message = format!("{field} is not defined in kustomization file");
                return if ignore_missing {
                    Ok(())
                } else {
                    Err(missing(tree, common, &keys, message))
                };
            };
            let absent = keys.iter().find(|key| fields.get(key).is_none());
            if let (Some(key), false) = (absent, ignore_missing) {
                let message = format!("{noun} {key} is not defined in kustomization file");
                return Err(missing(tree, common, &keys, message));
            }
            if let Some(fields) = fields_mut(tree, field).and_then(Value::as_mapping_mut) {
                for key in &keys {
                    fields.remove(key);
                }
                if fields.is_empty() {
                    remove(tree, field);
                }
            }
            Ok(())
        })
    }
}

/// Warns of labels or annotations that no cluster takes.
pub(super) fn warn_of_refused(sources: &Sources, common: CommonField, pairs: &[(String, String)]) {
    let has_values = common == CommonField::Labels;
    let pairs = pairs
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    for warning in refused_pairs(common.noun(), has_values, pairs) {
        sources.warn(warning);
    }
}

/// The error that a label or annotation is not there, with a hint where a label may be instead.
fn missing(tree: &Value, common: CommonField, keys: &[&str], message: String) -> Box<Diagnostic> {
    let error = Diagnostic::error("not-there", message);
    let elsewhere = items(tree, "labels").iter().find_map(|entry| {
        let pairs = get(entry, "pairs")?;
        let key = keys.iter().find(|key| pairs.get(key).is_some())?;
        Some((pairs.get(key)?.position, *key))
    });
    match elsewhere {
        Some((position, key)) if common == CommonField::Labels => error
            .label(position, format!("`{key}` is here"))
            .hint("labels under `labels` are edited by hand"),
        _ => error.hint("`--ignore-non-existence` makes it no error"),
    }
}

fn add_pairs(
    fields: &mut Value,
    pairs: &[(String, String)],
    noun: &str,
    force: bool,
) -> Result<()> {
    for (key, value) in pairs {
        match fields.get(key).and_then(Value::as_str) {
            Some(_) if !force => {
                return Err(already(&format!("{noun} {key}")).hint("use `--force` to override"));
            }
            Some(known) if known == value => {}
            _ => {
                if let Some(fields) = fields.as_mapping_mut() {
                    fields.insert(key, Value::string(value.as_str()));
                }
            }
        }
    }
    Ok(())
}

fn required_pairs(arguments: &[String], noun: &str) -> Result<Vec<(String, String)>> {
    if arguments.is_empty() {
        return Err(bad_argument(format!("must specify {noun}")).expecting("key:value"));
    }
    pairs(arguments.iter().map(String::as_str), noun)
}

/// Keys and values, given as `KEY:VALUE`, sorted. The value may be empty, or in double quotes; of a
/// key that comes twice the last value counts.
pub(super) fn pairs<'a>(
    arguments: impl IntoIterator<Item = &'a str>,
    noun: &str,
) -> Result<Vec<(String, String)>> {
    let mut pairs = std::collections::BTreeMap::new();
    for argument in arguments {
        let (key, value) = argument.split_once(':').unwrap_or((argument, ""));
        if key.is_empty() && argument.starts_with(':') {
            let message = format!("invalid {noun}: '{argument}'");
            return Err(
                bad_argument(message).expecting("a pair `key:value`, the value perhaps in quotes")
            );
        }
        let unquoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        pairs.insert(key.to_owned(), unquoted.unwrap_or(value).to_owned());
    }
    Ok(pairs.into_iter().collect())
}

/// The form that kustomize holds the keys of annotations to.
fn is_annotation_key(key: &str) -> bool {
    let inner = |text: &str, most: usize, more: &str| {
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        text.len() <= most
            && text.chars().all(|c| alphanumeric(c) || more.contains(c))
            && text.ends_with(alphanumeric)
    };
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let domain_fits = domain.is_none_or(|domain| {
        domain.starts_with(|c: char| c.is_ascii_alphabetic()) && inner(domain, 253, "-.")
    });
    domain_fits && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && inner(name, 63, "-_.")
}

/// Sets the fields of a label entry.
pub(super) fn label_entry(pairs: Value) -> Value {
    let mut entry = Mapping::new().into();
    set(&mut entry, "includeSelectors", Value::bool(true));
    set(&mut entry, "pairs", pairs);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_annotations_have_a_form() {
        for key in ["a", "a-b_c.d", "example.com/a", "1a", "a.b/c"] {
            assert!(is_annotation_key(key), "{key}");
        }
        for key in [
            "",
            "-a",
            "a-",
            "/a",
            "1.com/a",
            "a/b/c",
            "a b",
            "a/",
            &"a".repeat(64),
        ] {
            assert!(!is_annotation_key(key), "{key}");
        }
    }

    #[test]
    fn pairs_are_split_at_the_first_colon() {
        let pairs = pairs(["b:\"x:y\"", "a", "c:d:e", "b:z"], "label").unwrap();
        let found: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(found, ["a=", "b=z", "c=d:e"]);
        assert_eq!(
            super::pairs([":x"], "label").unwrap_err().code,
            "bad-argument"
        );
    }
}
