//! Whether the program was called by kustomize's name.

use std::ffi::OsStr;
use std::path::Path;

/// The name that kustomize is called by.
pub(crate) const NAME: &str = "kustomize";

/// What kustomize of [`KUSTOMIZE`](crate::commands::version::KUSTOMIZE) writes into the label
/// `app.kubernetes.io/managed-by`.
const MANAGER: &str = "kustomize-v5.8.1";

/// Whether the program was called by kustomize's name.
pub(crate) fn is_called_so(program: Option<&OsStr>) -> bool {
    let name = program.map(Path::new).and_then(Path::file_name);
    let name = name.unwrap_or_default().to_string_lossy();
    name.strip_suffix(".exe").unwrap_or(&name) == NAME
}

/// What manages resources that are labelled so, when it is not this program by its own name: whoever
/// puts it in kustomize's place wants no change in a cluster.
pub(crate) fn manager() -> Option<&'static str> {
    let program = std::env::args_os().next();
    is_called_so(program.as_deref()).then_some(MANAGER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_known_with_and_without_a_path() {
        for (program, is_kustomize) in [
            ("kustomize", true),
            ("/usr/local/bin/kustomize", true),
            ("./kustomize.exe", true),
            ("trimtab", false),
            ("/kustomize/trimtab", false),
            ("kustomize-old", false),
            ("", false),
        ] {
            assert_eq!(
                is_called_so(Some(OsStr::new(program))),
                is_kustomize,
                "{program}"
            );
        }
        assert!(!is_called_so(None));
    }
}
