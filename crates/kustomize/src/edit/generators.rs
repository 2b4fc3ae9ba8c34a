//! `configMapGenerator` and `secretGenerator`.
//!
//! A changed generator is tried before the file is written: what could not be generated is refused.

use super::fields::{
    fields_mut, get, items, items_mut, mapping, retain, set, set_text, text, texts,
};
use super::lists::files;
use super::{KustomizationFile, bad_argument};
use crate::generate::{self, Audience};
use crate::kustomization::{At, GeneratorArgs, GeneratorOptions, SecretArgs};
use trimtab_tree::{Diagnostic, Position, Result, Value, nearest};

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorKind {
    /// Config maps.
    ConfigMap,
    /// Secrets.
    Secret,
}

impl GeneratorKind {
    fn field(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapGenerator",
            Self::Secret => "secretGenerator",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmap",
            Self::Secret => "secret",
        }
    }

    fn audience(self) -> Audience {
        match self {
            Self::ConfigMap => Audience::All,
            Self::Secret => Audience::Owner,
        }
    }
}

/// What `add` gives a generator; what is empty is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratorSources {
    /// Files, as `PATTERN` or `KEY=PATH`.
    pub files: Vec<String>,
    /// Texts, as `KEY=VALUE`.
    pub literals: Vec<String>,
    /// A file with lines `KEY=VALUE`.
    pub env_file: String,
    /// The namespace of the generator; no namespace is the same as `default`.
    pub namespace: String,
    /// `create`, `merge` or `replace`.
    pub behavior: String,
    /// The type of a new secret.
    pub secret_type: String,
    /// Whether the name shall get no hash behind it.
    pub disable_name_suffix_hash: bool,
}

/// What `set` changes in a generator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratorChange {
    /// New values of literals that are there, as `KEY=VALUE`.
    pub literals: Vec<String>,
    /// The namespace of the generator; no namespace is the same as `default`.
    pub namespace: String,
    /// The namespace it gets, unless that is empty.
    pub new_namespace: String,
}

const BEHAVIORS: [&str; 3] = ["create", "merge", "replace"];

impl KustomizationFile<'_> {
    /// Adds sources to the generator of a name, which is made if there is none.
    ///
    /// # Errors
    /// When there is not exactly one name, when the sources are none, do not go together or are not
    /// there, and when the file cannot be changed.
    pub fn add_generator(
        &mut self,
        kind: GeneratorKind,
        names: &[String],
        sources: &GeneratorSources,
    ) -> Result<()> {
        let found = self.expand_file_sources(&sources.files)?;
        let name = one_name(names)?;
        check_sources(sources, &found)?;
        let namespace = sources.namespace.as_str();
        self.change(|tree| {
            let known = position(tree, kind, name, namespace);
            let Some(generators) = items_mut(tree, kind.field()) else {
                return Ok(());
            };
            let at = known.unwrap_or_else(|| {
                let mut new = vec![("name", name), ("namespace", namespace)];
                if kind == GeneratorKind::Secret {
                    new.push(("type", &sources.secret_type));
                }
                generators.push(mapping(&new));
                generators.len() - 1
            });
            let generator = &mut generators[at];
            for (field, new) in [
                ("literals", sources.literals.as_slice()),
                ("files", found.as_slice()),
                ("envs", std::slice::from_ref(&sources.env_file)),
            ] {
                let new = new.iter().filter(|text| !text.is_empty());
                let new: Vec<_> = new.map(|text| Value::string(text.as_str())).collect();
                if !new.is_empty()
                    && let Some(items) = items_mut(generator, field)
                {
                    items.extend(new);
                }
            }
            if sources.disable_name_suffix_hash
                && let Some(options) = fields_mut(generator, "options")
            {
                set(options, "disableNameSuffixHash", Value::bool(true));
            }
            if !sources.behavior.is_empty() {
                set_text(generator, "behavior", &sources.behavior);
            }
            in_kustomize_order(generator);
            Ok(())
        })?;
        self.try_out(kind, name, namespace)
    }

    /// Changes the values of literals, or the namespace, of the generator of a name.
    ///
    /// # Errors
    /// When there is not exactly one name, when nothing is to be changed, when there is no such
    /// generator or literal, and when the file cannot be changed.
    pub fn set_generator(
        &mut self,
        kind: GeneratorKind,
        names: &[String],
        change: &GeneratorChange,
    ) -> Result<()> {
        let name = one_name(names)?;
        if change.literals.is_empty() && change.new_namespace.is_empty() {
            return Err(bad_argument(
                "at least one of [--from-literal, --new-namespace] must be specified",
            ));
        }
        self.change(|tree| {
            let at = position(tree, kind, name, &change.namespace)
                .ok_or_else(|| no_such_generator(tree, kind, name, &change.namespace))?;
            let Some(generators) = items_mut(tree, kind.field()) else {
                return Ok(());
            };
            let generator = &mut generators[at];
            for literal in &change.literals {
                set_literal(generator, literal, kind)?;
            }
            if !change.new_namespace.is_empty() {
                set_text(generator, "namespace", &change.new_namespace);
            }
            Ok(())
        })?;
        let namespace = if change.new_namespace.is_empty() {
            &change.namespace
        } else {
            &change.new_namespace
        };
        self.try_out(kind, name, namespace)
    }

    /// Removes the generators whose names are given as one argument with commas. A name that is not
    /// there, beside one that is, gives a warning.
    ///
    /// # Errors
    /// When there is not exactly one argument, when no name is there, and when the file cannot be
    /// changed.
    pub fn remove_generators(
        &mut self,
        kind: GeneratorKind,
        arguments: &[String],
        namespace: &str,
    ) -> Result<()> {
        let noun = kind.noun();
        let names = match arguments {
            [] => {
                let message = format!("at least one {noun} name must be specified");
                return Err(bad_argument(message));
            }
            [names] => names,
            _ => {
                let message = format!("too many arguments: {}", arguments.join(" "));
                return Err(
                    bad_argument(message).expecting(format!("{noun} names with commas between"))
                );
            }
        };
        let names: Vec<&str> = names.split(',').collect();
        let is_there = |tree: &Value, name: &str| position(tree, kind, name, namespace).is_some();
        if !names.iter().any(|name| is_there(self.tree(), name)) {
            return Err(no_such_generator(self.tree(), kind, names[0], namespace));
        }
        for name in &names {
            if !is_there(self.tree(), name) {
                self.note(format!("{noun} {name} doesn't exist in kustomization file"));
            }
        }
        self.change(|tree| {
            retain(tree, kind.field(), |item| {
                !(names.contains(&text(item, "name"))
                    && same_namespace(text(item, "namespace"), namespace))
            });
            Ok(())
        })
    }

    /// Files for `files`, patterns replaced by what they stand for.
    fn expand_file_sources(&mut self, sources: &[String]) -> Result<Vec<String>> {
        let mut expanded = Vec::new();
        for source in sources {
            let (key, pattern) = match source.split('=').collect::<Vec<_>>()[..] {
                [key, pattern] => (key, pattern),
                [pattern, ..] => ("", pattern),
                [] => continue,
            };
            let found = files(&self.loader, pattern)?;
            if found.is_empty() {
                self.note(format!("{pattern} has no match"));
            }
            if key.is_empty() {
                expanded.extend(found);
                continue;
            }
            let [path] = found.as_slice() else {
                let count = found.len();
                let message = format!("pattern `{source}` stands for {count} files");
                return Err(bad_argument(message).expecting("one file for one key"));
            };
            expanded.push(format!("{key}={path}"));
        }
        Ok(expanded)
    }

    /// Generates the object, as the build would.
    fn try_out(&self, kind: GeneratorKind, name: &str, namespace: &str) -> Result<()> {
        let tree = self.tree();
        let Some(at) = position(tree, kind, name, namespace) else {
            return Ok(());
        };
        let generator = &items(tree, kind.field())[at];
        let global: Option<GeneratorOptions> = get(tree, "generatorOptions")
            .map(Self::decode)
            .transpose()?;
        match kind {
            GeneratorKind::ConfigMap => {
                let mut args: GeneratorArgs = Self::decode(generator)?;
                args.fix();
                let args = At::new(args, Position::NONE);
                generate::config_map(&args, global.as_ref(), &self.loader)?;
            }
            GeneratorKind::Secret => {
                let mut secret: SecretArgs = Self::decode(generator)?;
                secret.args.fix();
                let secret = At::new(secret, Position::NONE);
                generate::secret(&secret, global.as_ref(), &self.loader)?;
            }
        }
        Ok(())
    }
}

fn one_name(names: &[String]) -> Result<&str> {
    match names {
        [name] => Ok(name),
        _ => Err(bad_argument("name must be specified once")),
    }
}

fn check_sources(sources: &GeneratorSources, files: &[String]) -> Result<()> {
    let has_env = !sources.env_file.is_empty();
    let has_others = !files.is_empty() || !sources.literals.is_empty();
    if !has_env && !has_others {
        return Err(bad_argument(
            "at least from-env-file, or from-file or from-literal must be set",
        ));
    }
    if has_env && has_others {
        return Err(bad_argument(
            "from-env-file cannot be combined with from-file or from-literal",
        ));
    }
    let behavior = sources.behavior.as_str();
    if behavior.is_empty() || BEHAVIORS.contains(&behavior) {
        return Ok(());
    }
    let error = bad_argument(format!("invalid behavior: {behavior}"))
        .expecting(format!("one of: {}", BEHAVIORS.join(", ")));
    Err(match nearest(behavior, BEHAVIORS) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error,
    })
}

/// Where in its list the generator of a name is.
fn position(tree: &Value, kind: GeneratorKind, name: &str, namespace: &str) -> Option<usize> {
    items(tree, kind.field()).iter().position(|item| {
        text(item, "name") == name && same_namespace(text(item, "namespace"), namespace)
    })
}

/// No namespace is the same as `default`.
fn same_namespace(a: &str, b: &str) -> bool {
    namespace_or_default(a) == namespace_or_default(b)
}

fn namespace_or_default(namespace: &str) -> &str {
    if namespace.is_empty() {
        "default"
    } else {
        namespace
    }
}

fn set_literal(generator: &mut Value, literal: &str, kind: GeneratorKind) -> Result<()> {
    let noun = kind.noun();
    let Some((key, _)) = literal.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        let message = kind.audience().without_key(literal);
        return Err(bad_argument(message).expecting("key=value"));
    };
    let key_of = |text: &str| text.split_once('=').map(|(key, _)| key.to_owned());
    let known = |item: &Value| item.text().and_then(key_of).as_deref() == Some(key);
    let keys: Vec<String> = texts(generator, "literals")
        .into_iter()
        .filter_map(key_of)
        .collect();
    let place = get(generator, "literals").unwrap_or(generator).position;
    let error = || {
        let message = format!("key `{key}` not found in {noun}");
        let error = Diagnostic::error("not-there", message).at(place);
        match nearest(key, keys.iter().map(String::as_str)) {
            Some(meant) => error.hint(format!("did you mean `{meant}`?")),
            None => error.hint(format!("`edit add {noun}` adds keys")),
        }
    };
    let literals = items_mut(generator, "literals").ok_or_else(error)?;
    let found = literals.iter_mut().find(|item| known(item));
    *found.ok_or_else(error)? = Value::string(literal);
    Ok(())
}

fn no_such_generator(
    tree: &Value,
    kind: GeneratorKind,
    name: &str,
    namespace: &str,
) -> Box<Diagnostic> {
    let noun = kind.noun();
    let shown = namespace_or_default(namespace);
    let message = format!("no {noun} `{name}` in namespace `{shown}` is in the kustomization file");
    let error = Diagnostic::error("not-there", message);
    let all = items(tree, kind.field());
    if let Some(other) = all.iter().find(|item| text(item, "name") == name) {
        let namespace = namespace_or_default(text(other, "namespace"));
        return error.hint(format!("there is one with `--namespace {namespace}`"));
    }
    match nearest(name, all.iter().map(|item| text(item, "name"))) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error,
    }
}

/// Puts the fields of a new generator into the order of the alphabet, which is kustomize's. Fields
/// that are in the file stay where they are anyway.
fn in_kustomize_order(generator: &mut Value) {
    if let Some(fields) = generator.as_mapping_mut() {
        fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
    }
}
