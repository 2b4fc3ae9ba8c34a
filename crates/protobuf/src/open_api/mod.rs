//! `OpenAPI` documents in Protocol Buffers, as clients ask for them that read many.
//!
//! The documents are JSON, and what is written are gnostic's messages of them: which field has
//! which number is a table for either version, and one writer goes by both. Only what documents
//! of Kubernetes hold is written; every `x-` field goes along, in YAML of which JSON is a part.

mod form;
mod version_2;
mod version_3;

pub use version_2::SwaggerWriter;
pub use version_3::open_api_message;
