//! Generators of config maps and secrets.

use super::decode::fields;
use super::{At, StringMap};
use trimtab_tree::Text;

/// One entry of `configMapGenerator`, and what one of `secretGenerator` has in common with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GeneratorArgs {
    /// The name of what is generated.
    pub name: At<Text>,
    /// Its namespace.
    pub namespace: At<Text>,
    /// `create`, `replace` or `merge`.
    pub behavior: At<Text>,
    /// `key=value` each.
    pub literals: Vec<At<Text>>,
    /// A file or `key=file` each.
    pub files: Vec<At<Text>>,
    /// A file of `key=value` lines each.
    pub envs: Vec<At<Text>>,
    /// The older form of `envs`; [`GeneratorArgs::fix`] moves it there.
    pub env: At<Text>,
    /// Labels, annotations and the like.
    pub options: Option<At<GeneratorOptions>>,
}

impl GeneratorArgs {
    /// Moves `env` to the end of `envs`.
    pub(crate) fn fix(&mut self) {
        if !self.env.is_empty() {
            self.envs.push(std::mem::take(&mut self.env));
        }
    }
}

/// One entry of `secretGenerator`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SecretArgs {
    /// What it has in common with a config map.
    pub args: GeneratorArgs,
    /// The secret's type; `Opaque` when not given.
    pub secret_type: At<Text>,
}

/// What generated objects are like: of one generator, or of all in a kustomization.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GeneratorOptions {
    /// Labels they get.
    pub labels: StringMap,
    /// Annotations they get.
    pub annotations: StringMap,
    /// Whether their names stay without a hash.
    pub disable_name_suffix_hash: bool,
    /// Whether they may not be changed in a cluster.
    pub immutable: bool,
}

impl GeneratorOptions {
    /// Adds what the options for all generators say: labels and annotations that these here do not
    /// have, and whatever is switched on.
    pub(crate) fn add(&mut self, global: &Self) {
        self.labels.add_missing(&global.labels);
        self.annotations.add_missing(&global.annotations);
        self.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        self.immutable |= global.immutable;
    }
}

fields!(GeneratorArgs, "a config map generator", {
    "name" => name,
    "namespace" => namespace,
    "behavior" => behavior,
    "literals" => literals,
    "files" => files,
    "envs" => envs,
    "env" => env,
    "options" => options,
});

fields!(SecretArgs, "a secret generator", {
    "name" => args.name,
    "namespace" => args.namespace,
    "behavior" => args.behavior,
    "literals" => args.literals,
    "files" => args.files,
    "envs" => args.envs,
    "env" => args.env,
    "options" => args.options,
    "type" => secret_type,
});

fields!(GeneratorOptions, "generator options", {
    "labels" => labels,
    "annotations" => annotations,
    "disableNameSuffixHash" => disable_name_suffix_hash,
    "immutable" => immutable,
});
