//! Files that programs have made. Of each only the name is kept.

use rustc_hash::FxHashSet;

/// How many files are kept of at a place; what comes after them is not there.
const MOST: usize = 4_096;

/// Where a path in a container leads, with the name of the file there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Into a directory of the node.
    Node(String),
    /// Into a volume that is the pod's own.
    Volume(String),
    /// Nowhere but into the container; the name begins with the container's and a colon.
    Container(String),
}

/// The files of a pod or of a node. Looked up only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(FxHashSet<String>);

impl Files {
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Makes one, or takes it away.
    pub(crate) fn change(&mut self, name: String, is_there: bool) {
        if !is_there {
            self.0.remove(&name);
        } else if self.0.len() < MOST {
            self.0.insert(name);
        }
    }

    /// Takes away what was in a container alone, because another comes in its place.
    pub(crate) fn renew(&mut self, container: &str) {
        self.0.retain(|name| {
            let rest = name.strip_prefix(container);
            !rest.is_some_and(|rest| rest.starts_with(":/"))
        });
    }
}
