//! Resources and what can be done with them: one file a verb.
//!
//! [`Resources`] is the table of what is served, made from the schema's table of kinds; a
//! [`Call`] is a request that has been let in, with the resource it is about. Verbs are generic: what
//! differs between kinds is data ([`Rules`]), or a rule of `trimtab-validation`.

mod answer;
mod call;
mod certificate;
mod continuation;
mod create;
mod decode;
mod delete;
mod delete_collection;
mod dispatch;
mod event;
mod get;
mod list;
mod live;
mod lookup;
mod metadata;
mod options;
mod patch;
mod read_options;
mod resource;
mod review;
mod rules;
mod selector;
mod service;
mod shown;
mod strategy;
mod update;
mod version;
mod watch;

pub(crate) use answer::{encoded as answer_value, value as answer_with};
pub(crate) use call::Call;
pub(crate) use decode::Decoded;
pub(crate) use delete::{DeleteOptions, delete};
pub(crate) use dispatch::dispatch;
pub(crate) use get::answer as get;
pub(crate) use live::read as read_live;
pub(crate) use metadata::{field as metadata_field, text as metadata_text};
pub(crate) use options::WriteOptions;
pub(crate) use patch::{Patch, answer as patch, cannot_become, check_identity};
pub(crate) use resource::{Resource, Resources};
pub(crate) use strategy::timestamp;
pub(crate) use update::{Change, answer as update};
