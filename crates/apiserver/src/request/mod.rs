//! What is asked: the path and query of a request, taken apart. Pure.

mod info;
mod query;

pub(crate) use info::RequestInfo;
pub(crate) use query::Query;
