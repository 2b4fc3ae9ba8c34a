//! Directories of Kubernetes objects as kyaml's `kio` sees them: what kustomize's `cfg` commands
//! read, filter, format, print and draw.
//!
//! A package is a directory of YAML files; a directory below with a `Krmfile` is a package of its
//! own. Objects keep their comments, styles and the order of their fields. The way goes from
//! [`Reader`] through filters ([`Query`], [`Locality`], [`format`](fn@format)) to [`Output`],
//! [`Drawing`] or [`count_kinds`]; or through functions ([`Pipeline`]) and back into its files
//! ([`PackageFiles`]). Nothing here needs a kustomization or knows what one is.
//!
//! The rules are those of kyaml's `kio`, `kio/filters`, `runfn` and `yaml` packages.

mod annotations;
mod count;
mod documents;
mod format;
mod ignore;
mod local;
mod output;
mod packages;
mod path;
mod query;
mod reader;
mod run;
mod tree;
mod unreadable;

pub use count::count_kinds;
pub use format::{format, strip_comments};
pub use local::Locality;
pub use output::{Output, Style};
pub use packages::{Boundary, MARKER, packages};
pub use path::FieldPath;
pub use query::Query;
pub use reader::Reader;
pub use run::{
    ConfiguredFunction, Event, FileChange, PackageFiles, Pipeline, Ran, RunOptions, declared,
    explicit, from_directories,
};
pub use tree::{Drawing, Field, Structure};

use trimtab_tree::Value;

/// The text of a field of an object's metadata, empty when there is none.
fn metadata<'v>(object: &'v Value, field: &str) -> &'v str {
    text(object.get_path(&["metadata", field]))
}

/// The text of a scalar that is not null, else nothing.
fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::text_if_not_null).unwrap_or_default()
}

/// The kind of an object, empty when it has none.
fn kind(object: &Value) -> &str {
    text(object.get("kind"))
}
