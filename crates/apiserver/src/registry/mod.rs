//! Resources and what can be done with them: one file a verb.
//!
//! A [`Call`] is a request that has been let in, with the resource it is about. Verbs are generic:
//! what differs between kinds is data of the resource, or a rule of `trimtab-validation`.

mod answer;
mod call;
mod certificate;
mod change;
mod component;
mod continuation;
mod create;
mod decode;
mod delete;
mod delete_collection;
mod delete_options;
mod event;
mod get;
mod list;
mod live;
mod lookup;
mod metadata;
mod naming;
mod options;
mod patch;
mod read_options;
mod review;
mod rows;
mod selector;
mod service;
mod shown;
mod strategy;
mod update;
mod version;
mod watch;

pub(crate) use answer::{encoded as answer_value, value as answer_with, with_warnings};
pub(crate) use call::Call;
pub(crate) use change::{Admitted, Change, View};
pub(crate) use component::answer as component;
pub(crate) use create::answer as create;
pub(crate) use decode::{Decoded, Unfit, decode_body};
pub(crate) use delete::{answer as delete, check_preconditions, delete as delete_object};
pub(crate) use delete_collection::answer as delete_collection;
pub(crate) use delete_options::DeleteOptions;
pub(crate) use get::answer as get;
pub(crate) use list::answer as list;
pub(crate) use live::read as read_live;
pub(crate) use metadata::{field as metadata_field, text as metadata_text};
pub(crate) use options::{FieldValidation, WriteOptions, cause};
pub(crate) use patch::{Patch, answer as patch, cannot_become, check_identity};
pub(crate) use review::{answer as review, user_info};
pub(crate) use service::{GivenOut, Reserved, given_out};
pub(crate) use strategy::{before_connect, before_request, timestamp};
pub(crate) use update::answer as update;
pub(crate) use watch::answer as watch;
