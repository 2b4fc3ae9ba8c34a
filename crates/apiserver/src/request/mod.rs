//! What is asked: the path and query of a request, taken apart. Pure.

mod escape;
mod field_selector;
mod info;
mod query;

pub(crate) use escape::unescape;
pub(crate) use field_selector::{FieldTerm, parse_field_selector};
pub(crate) use info::RequestInfo;
pub(crate) use query::Query;
