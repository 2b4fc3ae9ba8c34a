//! Media types: the one place where bodies are read and written.
//!
//! An encoding is a variant of [`Encoding`] with its names, its reader and its writer. What an answer shows of an object (all, its metadata, a row
//! of a table) is asked for in the same header, but is another matter: [`Shape`].

mod accept;
mod content;
mod error;

pub(crate) use accept::{
    Accepted, Shape, is_from_people, negotiate, negotiate_objects, negotiate_stream, quality,
};
pub(crate) use content::{Document, Encoding, SERVED, decode, told};
pub(crate) use error::error;
