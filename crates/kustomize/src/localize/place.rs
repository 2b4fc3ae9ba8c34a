//! Where the copies of what is on other machines go.
//!
//! The places are kustomize's, so that a copy of one program is found by the other.

use crate::path;
use std::fmt::Write;
use trimtab_remote::RepoSpec;

/// The directory, beside the kustomization that names it, for what is on other machines.
pub(super) const DIRECTORY: &str = "localized-files";

/// The directory in it for repositories of the file system.
const FILES: &str = "file-schemed";

/// The place of a web address: the host without user and port, then the path.
#[must_use]
pub(super) fn of_file(address: &str) -> String {
    let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = behind.find(['?', '#']).unwrap_or(behind.len());
    let (authority, path) = match behind[..end].find('/') {
        Some(slash) => behind[..end].split_at(slash),
        None => (&behind[..end], ""),
    };
    let path = path::clean(&format!("/{}", escaped(path)));
    path::clean(&format!("{DIRECTORY}/{}{path}", host_name(authority)))
}

/// The place of a directory in a repository: host, repository, ref, and the directory `inside`.
/// Repositories that are reached through the file system have no host and share a directory.
#[must_use]
pub(super) fn of_repository(spec: &RepoSpec, inside: &str) -> String {
    let host = match spec.host.split_once("://") {
        Some(("file", _)) => FILES,
        Some((_, authority)) => host_name(authority.split('/').next().unwrap_or_default()),
        // `user@host:`, as scp has it.
        None => host_name(spec.host.trim_end_matches(['/', ':'])),
    };
    // A repository `.git` only would otherwise have no name.
    let repository = spec.repository.strip_suffix(".git");
    let repository = path::clean(&format!("/{}", repository.unwrap_or(&spec.repository)));
    path::clean(&format!(
        "{DIRECTORY}/{host}{repository}/{}/{inside}",
        spec.reference
    ))
}

/// An authority without its user and port, and without the brackets of a numeric address.
#[must_use]
pub(super) fn host_name(authority: &str) -> &str {
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if let Some((address, _)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        return address;
    }
    host.split_once(':').map_or(host, |(host, _)| host)
}

/// A path as it goes into a request: what has no place in a web address is escaped.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/%-_.~$&+,:;=@!'()*[]".contains(&byte) {
            out.push(byte.into());
        } else {
            // Formatting into a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_have_a_place() {
        for (reference, place) in [
            ("ssh://git@host/org/repo?ref=v1", "host/org/repo/v1/in"),
            ("git@host:org/repo.git//in?ref=v1", "host/org/repo/v1/in"),
            (
                "https://github.com/org/repo//in?ref=a/b",
                "github.com/org/repo/a/b/in",
            ),
            ("https://host:8080/org/repo?ref=v1", "host/org/repo/v1/in"),
            ("ssh://[::1]:22/org/repo?ref=v1", "::1/org/repo/v1/in"),
            ("file:///srv/repo?ref=v1", "file-schemed/srv/repo/v1/in"),
            ("https://host/org/../repo.git?ref=v1", "host/repo/v1/in"),
        ] {
            let spec = RepoSpec::parse(reference).unwrap();
            let found = of_repository(&spec, "in");
            assert_eq!(found, format!("{DIRECTORY}/{place}"), "{reference}");
        }
    }

    #[test]
    fn web_addresses_have_a_place() {
        for (address, place) in [
            (
                "https://raw.githubusercontent.com/o/r/main/a.yaml",
                "raw.githubusercontent.com/o/r/main/a.yaml",
            ),
            ("http://user:pass@host:8080/a/b.yaml?x=y#z", "host/a/b.yaml"),
            ("https://host/a%2Fb/../c d.yaml", "host/c%20d.yaml"),
            ("https://host/../../a", "host/a"),
            ("https://[::1]:80/a", "::1/a"),
            ("https://host", "host"),
        ] {
            assert_eq!(
                of_file(address),
                format!("{DIRECTORY}/{place}"),
                "{address}"
            );
        }
    }
}
