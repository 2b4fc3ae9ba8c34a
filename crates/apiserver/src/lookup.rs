//! Looking around on the server.

use crate::Status;
use std::future::Future;
use std::sync::Arc;
use trimtab_tree::Value;

/// Reads what is on the server.
pub(crate) trait Lookup: Sync {
    /// One object, however new it is; `namespace` is empty for those in none.
    fn get(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> impl Future<Output = Result<Option<Arc<Value>>, Status>> + Send;

    /// All objects of a resource, in one namespace or, if that is empty, in all, ordered by name.
    fn list(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Value>>, Status>> + Send;

    /// As [`Lookup::list`], for rules that must not be missed because they are new: when it finds
    /// none, it looks whether there are some that are not known here yet.
    fn list_all(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Value>>, Status>> + Send {
        self.list(group, resource, namespace)
    }
}
