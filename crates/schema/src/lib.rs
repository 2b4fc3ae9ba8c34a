//! What Kubernetes types look like: kinds, scope, fields, list keys.

/// placeholder
#[derive(Clone, Debug)]
pub struct Schema;
impl Schema {
    /// x
    pub fn is_cluster_scoped(&self, _a: &str, _k: &str) -> Option<bool> {
        None
    }
}
