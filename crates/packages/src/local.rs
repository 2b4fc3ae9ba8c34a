//! Objects that are for tools on this side only.

use crate::annotations::annotation;
use trimtab_tree::Value;

/// Says that an object is not for the cluster.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// Which objects count: those for the cluster unless told otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locality {
    /// Those that are not for the cluster count too.
    pub include_local: bool,
    /// Those for the cluster do not count.
    pub exclude_non_local: bool,
}

impl Locality {
    /// Keeps the objects that count.
    pub fn filter(self, objects: &mut Vec<Value>) {
        objects.retain(|object| {
            if annotation(object, LOCAL).is_some() {
                self.include_local
            } else {
                !self.exclude_non_local
            }
        });
    }
}
