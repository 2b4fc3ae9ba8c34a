//! What the command line's words name: kubectl's rules for `TYPE NAME...`, `TYPE/NAME...`,
//! `TYPE,TYPE`, `-l`, `--all` and `-A`.

use crate::error::{Error, Result};
use crate::fields::metadata;
use crate::target::ObjectRef;
use crate::target::{Collection, Resource, Selection, Target};
use std::sync::Arc;
use trimtab_tree::Value;

/// Where to look for what is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// `-A`: in all namespaces rather than in the target's own.
    pub all_namespaces: bool,
    /// `-l` and `--field-selector`.
    pub selection: Selection,
    /// `--all`: every object of the types named.
    pub all: bool,
}

impl Scope {
    /// The objects of a resource that are in the scope.
    #[must_use]
    pub fn collection(&self, target: &Target, resource: &Arc<Resource>) -> Collection {
        Collection {
            resource: Arc::clone(resource),
            namespace: (!self.all_namespaces).then(|| target.namespace().into()),
            selection: self.selection.clone(),
        }
    }

    fn selects(&self) -> bool {
        self.selection != Selection::default()
    }
}

/// What the words name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Single objects.
    Objects(Vec<ObjectRef>),
    /// Whatever there is of these types.
    Collections(Vec<Arc<Resource>>),
}

impl Named {
    /// Finds out what `words` name on `target`. `needs_names` says that types alone are not enough:
    /// names, a selector or `--all` must say which objects.
    ///
    /// # Errors
    /// When the words contradict each other or the flags, or name what the server does not have.
    pub async fn resolve(
        target: &Target,
        words: &[String],
        scope: &Scope,
        needs_names: bool,
    ) -> Result<Self> {
        let words = Words::read(words)?;
        words.check(scope, needs_names)?;
        match words {
            Words::Pairs(pairs) => {
                let mut objects = Vec::with_capacity(pairs.len());
                for (type_word, name) in pairs {
                    let resource = Arc::new(named(target, type_word).await?);
                    objects.push(ObjectRef::new(&resource, target.namespace(), name));
                }
                Ok(Self::Objects(objects))
            }
            Words::Types { types, names } => {
                let mut resources = Vec::new();
                for word in &types {
                    resources.extend(category_or_named(target, word).await?);
                }
                if names.is_empty() {
                    return Ok(Self::Collections(resources));
                }
                if resources.len() > types.len() {
                    // A category such as `all`.
                    return usage("you must specify only one resource");
                }
                // Of each type those of the names.
                let mut objects = Vec::with_capacity(resources.len() * names.len());
                for resource in &resources {
                    let of = |name: &&str| ObjectRef::new(resource, target.namespace(), name);
                    objects.extend(names.iter().map(of));
                }
                Ok(Self::Objects(objects))
            }
        }
    }

    /// The objects themselves: single ones as named, whether they are there or not, and of
    /// collections those that there are now.
    ///
    /// # Errors
    /// When a list is refused.
    pub async fn objects(&self, target: &Target, scope: &Scope) -> Result<Vec<ObjectRef>> {
        match self {
            Self::Objects(objects) => Ok(objects.clone()),
            Self::Collections(resources) => {
                let mut objects = Vec::new();
                for resource in resources {
                    let list = target.list(&scope.collection(target, resource)).await?;
                    objects.extend(list.items.iter().map(|item| reference(resource, item)));
                }
                Ok(objects)
            }
        }
    }
}

/// The object that an item of a list is.
pub(crate) fn reference(resource: &Arc<Resource>, item: &Value) -> ObjectRef {
    let (namespace, name) = (metadata(item, "namespace"), metadata(item, "name"));
    ObjectRef::new(resource, namespace, name)
}

/// A custom resource may have been defined since discovery was asked.
async fn named(target: &Target, word: &str) -> Result<Resource> {
    if let Ok(found) = target.discovery().await?.named(word) {
        return Ok(found.clone());
    }
    target.rediscover().await?.named(word).cloned()
}

async fn category_or_named(target: &Target, word: &str) -> Result<Vec<Arc<Resource>>> {
    let discovery = target.discovery().await?;
    let found = match discovery.category_or_named(word) {
        Ok(found) => found.into_iter().cloned().collect(),
        Err(_) => vec![named(target, word).await?],
    };
    Ok(found.into_iter().map(Arc::new).collect())
}

/// The words by their form.
#[derive(Debug, PartialEq, Eq)]
enum Words<'w> {
    /// `TYPE/NAME ...`
    Pairs(Vec<(&'w str, &'w str)>),
    /// `TYPE[,TYPE] [NAME ...]`
    Types {
        types: Vec<&'w str>,
        names: Vec<&'w str>,
    },
}

impl<'w> Words<'w> {
    fn read(words: &'w [String]) -> Result<Self> {
        let Some((first, rest)) = words.split_first() else {
            return usage("Required resource not specified.");
        };
        if !words.iter().any(|word| word.contains('/')) {
            let types: Vec<&str> = first.split(',').map(str::trim).collect();
            if types.iter().any(|word| word.is_empty()) {
                return usage(format!("a resource type is missing in {first:?}"));
            }
            let names: Vec<&str> = rest.iter().map(String::as_str).collect();
            // On the server the path of an object without a name is that of all objects.
            if names.contains(&"") {
                return usage("resource name may not be empty");
            }
            return Ok(Self::Types { types, names });
        }
        if let Some(alone) = words.iter().find(|word| !word.contains('/')) {
            return usage(format!(
                "there is no need to specify a resource type as a separate argument when passing \
                 arguments in resource/name form (found {alone:?} among them)"
            ));
        }
        let pair = |word: &'w String| match word.split('/').collect::<Vec<_>>()[..] {
            [kind, name] if !kind.is_empty() && !name.is_empty() => Ok((kind, name)),
            [_, _] => usage(format!(
                "arguments in resource/name form must have a single resource and name, not {word:?}"
            )),
            _ => usage(format!(
                "arguments in resource/name form may not have more than one slash, as {word:?} has"
            )),
        };
        words
            .iter()
            .map(pair)
            .collect::<Result<_>>()
            .map(Self::Pairs)
    }

    fn check(&self, scope: &Scope, needs_names: bool) -> Result<()> {
        let (pairs, has_names) = match self {
            Self::Pairs(_) => (true, true),
            Self::Types { names, .. } => (false, !names.is_empty()),
        };
        if pairs && (scope.all || scope.selects()) {
            return usage(
                "selectors and the all flag cannot be used when passing resource/name arguments",
            );
        }
        if has_names && scope.selects() {
            return usage("name cannot be provided when a selector is specified");
        }
        if has_names && scope.all {
            return usage("name cannot be provided when the all flag is specified");
        }
        if has_names && scope.all_namespaces {
            return usage("a resource cannot be retrieved by name across all namespaces");
        }
        if needs_names && !has_names && !scope.all && !scope.selects() {
            return usage("resource(s) were provided, but no name was specified");
        }
        Ok(())
    }
}

fn usage<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Usage(message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let words = line.split_whitespace();
        words.map(|word| word.replace("\"\"", "")).collect()
    }

    #[test]
    fn types_and_names_or_pairs() {
        let line = words("deploy/web pod/a");
        let expected = Words::Pairs(vec![("deploy", "web"), ("pod", "a")]);
        assert_eq!(Words::read(&line).expect("pairs"), expected);

        let line = words("deploy,po a b");
        let expected = Words::Types {
            types: vec!["deploy", "po"],
            names: vec!["a", "b"],
        };
        assert_eq!(Words::read(&line).expect("types"), expected);
    }

    #[test]
    fn contradictions_are_named() {
        let labelled = Scope {
            selection: Selection {
                labels: "a=b".to_owned(),
                fields: String::new(),
            },
            ..Scope::default()
        };
        let all = Scope {
            all: true,
            ..Scope::default()
        };
        let everywhere = Scope {
            all_namespaces: true,
            ..Scope::default()
        };
        let plain = Scope::default();
        for (line, scope, expected) in [
            ("", &plain, "Required resource"),
            ("deploy web/a", &plain, "no need to specify a resource type"),
            ("deploy/web/a", &plain, "more than one slash"),
            ("deploy/", &plain, "single resource and name"),
            ("a,,b", &plain, "a resource type is missing"),
            ("deploy/web", &labelled, "selectors and the all flag"),
            (
                "deploy web",
                &labelled,
                "name cannot be provided when a selector",
            ),
            ("deploy web", &all, "name cannot be provided when the all"),
            ("deploy web", &everywhere, "across all namespaces"),
            ("deploy", &plain, "no name was specified"),
            ("deploy \"\"", &plain, "resource name may not be empty"),
            ("deploy web \"\"", &plain, "resource name may not be empty"),
        ] {
            let line = words(line);
            let checked = Words::read(&line).and_then(|words| words.check(scope, true));
            let error = checked.expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
