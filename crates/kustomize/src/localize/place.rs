//! Where the copies of what is on other machines go.
//!
//! The places are kustomize's, so that a copy of one program is found by the other.

use crate::path;
use std::fmt::Write;

/// The directory, beside the kustomization that names it, for what is on other machines.
pub(super) const DIRECTORY: &str = "localized-files";

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
