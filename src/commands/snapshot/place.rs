//! Where snapshots are: `DIR/overlays/production.yaml` for the overlay `overlays/production`.

use crate::commands::overlays::kustomization_file;
use crate::exit::Failure;
use std::path::{Component, Path, PathBuf};

/// The snapshot of the working directory itself, which has no name of its own.
const ROOT: &str = "_root";

/// The directory of the snapshots.
pub(super) struct Places<'d> {
    directory: &'d Path,
}

impl<'d> Places<'d> {
    pub(super) fn new(directory: &'d Path) -> Self {
        Self { directory }
    }

    /// The file for an overlay, whose path is tidy.
    ///
    /// # Errors
    /// When the overlay is not below the working directory.
    pub(super) fn of(&self, target: &str) -> Result<PathBuf, Failure> {
        let path = Path::new(target);
        let relative = if path.is_absolute() {
            let here = std::env::current_dir().and_then(dunce::canonicalize);
            let real = dunce::canonicalize(path);
            let below = real.ok().zip(here.ok()).and_then(|(real, here)| {
                let below = real.strip_prefix(here).ok()?;
                Some(below.to_owned())
            });
            below.ok_or_else(|| outside(target))?
        } else {
            path.to_owned()
        };
        let is_inside = relative
            .components()
            .all(|component| matches!(component, Component::Normal(_) | Component::CurDir));
        if !is_inside || target.contains("://") {
            return Err(outside(target));
        }
        let mut file = self.directory.to_owned();
        if relative.as_os_str().is_empty() || relative == Path::new(".") {
            file.push(ROOT);
        } else {
            file.push(relative);
        }
        // Not `set_extension`: a directory's name may have a dot.
        file.as_mut_os_string().push(".yaml");
        Ok(file)
    }

    /// The snapshots whose overlays are gone: no kustomization is where they say.
    ///
    /// # Errors
    /// When a directory cannot be read, or holds more than snapshots.
    pub(super) fn stale(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut stale = Vec::new();
        let mut directories = vec![self.directory.to_owned()];
        while let Some(directory) = directories.pop() {
            if let Some(file) = kustomization_file(&directory) {
                // Else manifests would be taken for snapshots, and be removed.
                let message = format!("{} is among the snapshots", file.display());
                return Err(Failure::new("usage", message)
                    .hint("give the snapshots a directory of their own with --dir"));
            }
            let listing = match std::fs::read_dir(&directory) {
                Ok(listing) => listing,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Failure::io("read", &directory, &error)),
            };
            for entry in listing {
                let entry = entry.map_err(|error| Failure::io("read", &directory, &error))?;
                let path = entry.path();
                if path.is_dir() {
                    directories.push(path);
                } else if self.is_stale(&path) {
                    stale.push(path);
                }
            }
        }
        stale.sort();
        Ok(stale)
    }

    fn is_stale(&self, file: &Path) -> bool {
        let Some(name) = file.to_str().and_then(|name| name.strip_suffix(".yaml")) else {
            return false;
        };
        let Ok(overlay) = Path::new(name).strip_prefix(self.directory) else {
            return false;
        };
        let overlay = if overlay == Path::new(ROOT) {
            Path::new(".")
        } else {
            overlay
        };
        kustomization_file(overlay).is_none()
    }
}

fn outside(target: &str) -> Failure {
    let message = format!("{target} is not below the working directory");
    Failure::new("usage", message).hint("run the command where all overlays are below")
}

#[cfg(test)]
mod tests {
    use super::Places;
    use std::path::Path;

    #[test]
    fn snapshots_mirror_the_overlays() {
        let places = Places::new(Path::new("snapshots"));
        for (target, file) in [
            (".", "snapshots/_root.yaml"),
            ("overlays/v1.2", "snapshots/overlays/v1.2.yaml"),
        ] {
            assert_eq!(places.of(target).unwrap(), Path::new(file));
        }
        assert!(places.of("../a").is_err());
        assert!(places.of("/").is_err());
    }
}
