//! Generators that are configured by an object of their own, named in `generators`.

use crate::kustomization::decode::{Decode, Rules, fields, first_unknown};
use crate::kustomization::{At, GeneratorArgs, ObjectMeta, SecretArgs};
use trimtab_tree::{Diagnostic, Result, Value};

/// The part of such an object that gives name and namespace where its own fields do not.
#[derive(Default)]
struct Metadata {
    metadata: ObjectMeta,
}

fields!(Metadata, "a generator", { "metadata" => metadata });

/// What an object of kind `ConfigMapGenerator` says.
///
/// # Errors
/// When a field holds something else than it should.
pub(crate) fn decode_config_map_args(value: &Value) -> Result<At<GeneratorArgs>> {
    let mut args = GeneratorArgs::decode(value, Rules::PLUGIN)?;
    take_names(&mut args, value)?;
    Ok(At::new(args, value.position))
}

/// What an object of kind `SecretGenerator` says.
///
/// # Errors
/// When a field holds something else than it should.
pub(crate) fn decode_secret_args(value: &Value) -> Result<At<SecretArgs>> {
    let mut secret = SecretArgs::decode(value, Rules::PLUGIN)?;
    take_names(&mut secret.args, value)?;
    Ok(At::new(secret, value.position))
}

/// A warning of a field that no generator of this kind reads.
pub(crate) fn unknown_generator_field(value: &Value, kind: &str) -> Option<Diagnostic> {
    match kind {
        "ConfigMapGenerator" => first_unknown::<GeneratorArgs>(value, Rules::PLUGIN),
        "SecretGenerator" => first_unknown::<SecretArgs>(value, Rules::PLUGIN),
        _ => None,
    }
}

fn take_names(args: &mut GeneratorArgs, value: &Value) -> Result<()> {
    let metadata = Metadata::decode(value, Rules::PLUGIN)?.metadata;
    if args.name.is_empty() {
        args.name = metadata.name;
    }
    if args.namespace.is_empty() {
        args.namespace = metadata.namespace;
    }
    Ok(())
}
