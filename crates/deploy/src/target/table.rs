//! Objects as the server prints them: `Table`s of the group `meta.k8s.io`.

use super::path::{Query, object_path};
use super::{Collection, ObjectRef, Target};
use crate::error::Result;
use trimtab_tree::Value;

/// Tables, or plain objects from servers that make none.
pub(super) const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// How much of the objects stands beside the cells of their rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Their metadata.
    #[default]
    Metadata,
    /// All of them.
    Objects,
}

impl Rows {
    /// The value of the parameter `includeObject`; empty for the server's default.
    fn parameter(self) -> &'static str {
        match self {
            Self::Metadata => "",
            Self::Objects => "Object",
        }
    }
}

impl Target {
    /// The object, or a subresource of it such as `scale`, as the server prints it: a `Table` of one row.
    ///
    /// # Errors
    /// When it is not there, or the server cannot be asked or refuses.
    pub async fn get_table(&self, object: &ObjectRef, subresource: Option<&str>) -> Result<Value> {
        self.read(&object_path(object, subresource), TABLE).await
    }

    /// All objects of the collection as the server prints them: the chunks of one `Table`.
    ///
    /// # Errors
    /// When the server cannot be asked or refuses.
    pub async fn list_tables(&self, collection: &Collection, rows: Rows) -> Result<Vec<Value>> {
        let query: Query = collection.query();
        let query = query.optional("includeObject", rows.parameter());
        self.pages(query, TABLE).await
    }
}
