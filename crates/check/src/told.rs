//! Fields that something was said of already, so that what follows from it is not said again.

use rustc_hash::FxHashSet;

/// Paths, found by the fields inside and outside of them. Thousands of mistakes in one object are
/// not compared with each other.
#[derive(Debug, Default)]
pub(crate) struct Told {
    paths: FxHashSet<String>,
    /// All that the paths lead through.
    above: FxHashSet<String>,
}

impl Told {
    /// Remembers a path.
    pub(crate) fn add(&mut self, path: impl Into<String>) {
        let path = path.into();
        for above in ends(&path).map(|end| &path[..end]) {
            if !self.above.contains(above) {
                self.above.insert(above.to_owned());
            }
        }
        self.paths.insert(path);
    }

    /// Whether a path is one of them, or leads to something inside one, or the other way round.
    pub(crate) fn overlaps(&self, path: &str) -> bool {
        self.paths.contains(path)
            || self.above.contains(path)
            || ends(path).any(|end| self.paths.contains(&path[..end]))
    }
}

/// Where the fields end that a path leads through. An empty path is none.
fn ends(path: &str) -> impl Iterator<Item = usize> {
    path.match_indices(['.', '[']).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::Told;

    #[test]
    fn paths_overlap_at_whole_steps() {
        let mut told = Told::default();
        told.add("spec.a[0].b");
        told.add("data");
        for path in [
            "spec.a[0].b",
            "spec.a[0].b.c",
            "spec.a[0].b[1]",
            "spec.a[0]",
            "spec.a",
            "spec",
        ] {
            assert!(told.overlaps(path), "{path}");
        }
        for path in [
            "spec.a[0].bc",
            "spec.a[1]",
            "spec.ab",
            "spe",
            "data2",
            "metadata",
            "",
        ] {
            assert!(!told.overlaps(path), "{path}");
        }
        assert!(told.overlaps("data.x"));
    }
}
