//! Generated config maps.

use super::base64;
use super::key_values::{self, Audience};
use super::object::{self, Generated};
use crate::kustomization::{At, GeneratorArgs, GeneratorOptions};
use crate::loader::Loader;
use trimtab_tree::{Mapping, Result, Text, Value};

/// The config map that `args` describe. `global` are the options of all generators.
///
/// # Errors
/// When it has no name, when a literal or file is not as it should be, or when a key comes twice.
pub(crate) fn config_map(
    args: &At<GeneratorArgs>,
    global: Option<&GeneratorOptions>,
    loader: &Loader<'_>,
) -> Result<Generated> {
    let mut data = Mapping::new();
    let mut binary = Mapping::new();
    let pairs =
        key_values::load(args, Audience::All, loader).map_err(|error| error.at(args.position))?;
    for pair in pairs {
        let (fields, text) = match String::from_utf8(pair.value) {
            Ok(text) => (&mut data, text),
            Err(error) => (&mut binary, base64::encode(error.as_bytes())),
        };
        object::push(fields, pair.key, Text::from(text), pair.position);
    }
    object::generate("ConfigMap", args, global, loader, |fields| {
        for (name, content) in [("data", data), ("binaryData", binary)] {
            if !content.is_empty() {
                fields.insert(name, Value::mapping(content).at(args.position));
            }
        }
    })
}
