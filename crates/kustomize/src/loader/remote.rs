//! References that lead off this machine.
//!
//! The place where reading them attaches: [`Remote::parse`] says what kind a reference is, and the
//! loader hands it to [`Remote::refuse`] where it will be fetched instead.

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
        let (scheme, _) = reference.split_once(':')?;
        let web = ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web));
        let plain = !reference.contains(|c: char| c.is_whitespace() || c.is_control());
        (web && plain).then_some(Self::Http(reference))
    }

    /// What kustomize takes for a repository (its `git.NewRepoSpecFromURL`): something with a
    /// scheme, or with a user and a host as in `git@host:path`, or on `github.com`; then a path of
    /// at least two parts or with a mark (`_git/`, `//`, `.git`) where the repository ends.
    pub(super) fn parse_directory(reference: &'a str) -> Option<Self> {
        if reference.starts_with('/') {
            return None;
        }
        let address = reference
            .split_once('?')
            .map_or(reference, |(address, _)| address);
        let address = strip_prefix(address, "git::").unwrap_or(address);
        let schemes = ["ssh://", "https://", "http://", "file://"];
        let (scheme, rest) = schemes
            .iter()
            .find_map(|scheme| Some((*scheme, strip_prefix(address, scheme)?)))
            .unwrap_or(("", address));
        if scheme == "file://" {
            return (!rest.is_empty()).then_some(Self::Repository(reference));
        }
        let (user, rest) = split_user(rest);
        let github = ["github.com/", "github.com:"]
            .iter()
            .any(|host| strip_prefix(rest, host).is_some());
        let colon_may_end_host = scheme.is_empty() && (user || github);
        if scheme.is_empty() && !colon_may_end_host {
            return None;
        }
        let slash = rest.find('/');
        let colon = rest.find(':').filter(|_| colon_may_end_host);
        let end = match (slash, colon) {
            (Some(slash), Some(colon)) if colon > 0 => slash.min(colon),
            (Some(slash), _) => slash,
            (None, colon) => colon?,
        };
        names_repository(&rest[end + 1..]).then_some(Self::Repository(reference))
    }

    /// The error while remote references are not read.
    pub(super) fn refuse(self, position: Position) -> Box<Diagnostic> {
        let (reference, hint) = match self {
            Self::Http(url) => (url, "download it and name the file"),
            Self::Repository(url) => (url, "clone the repository and name the directory"),
        };
        Diagnostic::error(
            "remote-reference",
            format!("`{reference}` is not on this machine, and remote files are not read by this version"),
        )
        .at(position)
        .expecting("a path on this machine")
        .hint(hint)
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// Whether there is a user in front, and what comes behind it.
fn split_user(text: &str) -> (bool, &str) {
    match text.split_once('@') {
        Some((user, rest))
            if user.starts_with(|c: char| c.is_ascii_alphabetic())
                && user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') =>
        {
            (true, rest)
        }
        _ => (false, text),
    }
}

/// Whether a path behind a host says which repository is meant, and stays in it.
fn names_repository(path: &str) -> bool {
    let (repository, inside) = if let Some(at) = path.find("_git/") {
        let behind = &path[at + "_git/".len()..];
        (
            path,
            behind.split_once('/').map_or("", |(_, inside)| inside),
        )
    } else if let Some((repository, inside)) = path.split_once("//") {
        (repository, inside)
    } else if let Some(at) = path.find(".git") {
        (path, &path[at + ".git".len()..])
    } else {
        let mut parts = path.splitn(3, '/');
        let (Some(_), Some(_)) = (parts.next(), parts.next()) else {
            return false;
        };
        (path, parts.next().unwrap_or_default())
    };
    let inside = crate::path::clean(inside.strip_prefix('/').unwrap_or(inside));
    !repository.is_empty() && inside != ".." && !inside.starts_with("../")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_told_from_directories() {
        for (reference, is_repository) in [
            ("github.com/org/repo/path?ref=v1", true),
            ("GitHub.com/org/repo", true),
            ("github.com:org/repo", true),
            ("https://github.com/org/repo//path?ref=main", true),
            ("https://example.com/repo.git", true),
            ("https://example.com/repo", false),
            ("git@gitlab.com:org/repo.git//path", true),
            ("git::https://gitlab.com/org/repo", true),
            ("ssh://git@host:22/org/repo", true),
            ("file:///srv/repo", true),
            ("https://dev.azure.com/org/project/_git/repo/path", true),
            ("https://github.com/org/repo//../..", false),
            ("../base", false),
            ("base", false),
            ("gitlab.com/org/repo", false),
            ("/srv/github.com/org/repo", false),
            ("é", false),
            ("", false),
        ] {
            let parsed = Remote::parse_directory(reference);
            assert_eq!(parsed.is_some(), is_repository, "{reference}");
        }
    }

    #[test]
    fn only_web_addresses_are_remote_files() {
        for (reference, is_remote) in [
            ("https://example.com/a.yaml", true),
            ("HTTP://example.com/a.yaml", true),
            ("ftp://example.com/a.yaml", false),
            ("a.yaml", false),
            ("apiVersion: v1", false),
        ] {
            assert_eq!(
                Remote::parse_file(reference).is_some(),
                is_remote,
                "{reference}"
            );
        }
    }
}
