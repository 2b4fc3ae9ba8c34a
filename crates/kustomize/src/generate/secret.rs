//! Generated secrets.

use super::base64;
use super::key_values::{self, Audience};
use super::object::{self, Generated};
use crate::kustomization::{At, GeneratorOptions, SecretArgs};
use crate::loader::Loader;
use trimtab_tree::{Mapping, Result, Text, Value};

/// The secret that `secret` describes. `global` are the options of all generators.
///
/// # Errors
/// When it has no name, when a literal or file is not as it should be, or when a key comes twice.
pub(crate) fn secret(
    secret: &At<SecretArgs>,
    global: Option<&GeneratorOptions>,
    loader: &Loader<'_>,
) -> Result<Generated> {
    let position = secret.position;
    let mut data = Mapping::new();
    let pairs = key_values::load(&secret.args, Audience::Owner, loader)
        .map_err(|error| error.at(position))?;
    for pair in pairs {
        let text = Text::from(base64::encode(&pair.value));
        object::push(&mut data, pair.key, text, pair.position);
    }
    let given = &secret.secret_type;
    let secret_type = if given.is_empty() {
        Value::string("Opaque").at(position)
    } else {
        Value::string(given.value.clone()).at(given.position)
    };
    // A clone of the few texts of the arguments spares both kinds a common form.
    let args = At::new(secret.args.clone(), position);
    object::generate("Secret", &args, global, loader, |fields| {
        fields.insert("type", secret_type);
        fields.insert("data", Value::mapping(data).at(position));
    })
}
