//! Config maps and secrets made from literals and files, and the hash behind their names.
//!
//! The rules are those of kustomize's `api/internal/generators`, `api/kv` and `api/hasher`.

mod base64;
mod config_map;
mod hash;
mod iam_policy;
mod key_values;
mod object;
mod plugin;
mod secret;

pub(crate) use config_map::config_map;
pub(crate) use hash::name_suffix_hash;
pub(crate) use iam_policy::iam_policy;
pub(crate) use key_values::{Audience, split_file_source};
pub(crate) use object::Generated;
pub(crate) use plugin::{decode_config_map_args, decode_secret_args, unknown_generator_field};
pub(crate) use secret::secret;

#[cfg(test)]
mod tests;
