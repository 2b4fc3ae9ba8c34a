//! References that lead off this machine.

use trimtab_remote::{RepoSpec, is_web_address, mask};
use trimtab_tree::{Diagnostic, Position};

/// What a reference off this machine names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remote<'a> {
    /// One file, or whatever a web server answers with.
    Http(&'a str),
    /// A directory in a git repository.
    Repository(&'a str),
}

impl<'a> Remote<'a> {
    /// A URL that is fetched as a file.
    pub(super) fn parse_file(reference: &'a str) -> Option<Self> {
        is_web_address(reference).then_some(Self::Http(reference))
    }

    /// What kustomize takes for a directory in a repository.
    pub(super) fn parse_directory(reference: &'a str) -> Option<Self> {
        let spec = RepoSpec::parse(reference);
        spec.is_ok().then_some(Self::Repository(reference))
    }

    /// The error while remote references are not read.
    pub(super) fn refuse(self, position: Position) -> Box<Diagnostic> {
        let (reference, hint) = match self {
            Self::Http(url) => (url, "download it and name the file"),
            Self::Repository(url) => (url, "clone the repository and name the directory"),
        };
        let reference = mask(reference);
        Diagnostic::error(
            "remote-reference",
            format!("`{reference}` is not on this machine, and remote files are not read by this version"),
        )
        .at(position)
        .expecting("a path on this machine")
        .hint(hint)
    }
}
