//! `trimtab.lock`: which commit and which content each remote stands for.
//!
//! It lies beside the target's kustomization and is committed with it:
//!
//! ```yaml
//! version: 1
//! remotes:
//! - git: "https://github.com/org/repo"
//!   ref: "v1.2.0"
//!   commit: "0f1e2d..."
//!   digest: "sha256:..."
//! - http: "https://example.com/install.yaml"
//!   digest: "sha256:..."
//! ```

use crate::Digest;
use crate::url::mask;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use trimtab_tree::{Diagnostic, Result, Value};

/// The name of the file.
pub const LOCK_FILE: &str = "trimtab.lock";

/// The form of the file.
const VERSION: &str = "1";

/// What the file starts with.
const HEADER: &str =
    "# Written by `trimtab lock`. Commit it: builds then use these commits and contents.\n";

/// One thing that is fetched, addresses without their secrets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remote {
    /// A repository at a branch, tag or commit; an empty one is the head of the default branch.
    Git {
        /// What git fetches from.
        url: String,
        /// The name.
        reference: String,
        /// Whether submodules come with it.
        submodules: bool,
    },
    /// A file on a web server.
    Http {
        /// Its address.
        url: String,
    },
}

/// What it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The commit, of a repository.
    pub commit: Option<String>,
    /// The digest of the file, or of all files of the commit.
    pub digest: Digest,
}

/// The content of a lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    pins: BTreeMap<Remote, Pin>,
}

/// What a build used, gathered while it goes on.
#[derive(Debug, Default)]
pub struct Uses(Mutex<BTreeMap<Remote, Pin>>);

impl Remote {
    pub(crate) fn git(url: &str, reference: &str, submodules: bool) -> Self {
        Self::Git {
            url: mask(url),
            reference: reference.to_owned(),
            submodules,
        }
    }

    pub(crate) fn http(url: &str) -> Self {
        Self::Http { url: mask(url) }
    }

    /// Whether it is meant by a name: its address, or the last parts of that, with or without `.git`
    /// and the reference.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let name = mask(name);
        let (Self::Git { url, .. } | Self::Http { url }) = self;
        let url = url.trim_end_matches('/');
        let bare = url.strip_suffix(".git").unwrap_or(url);
        let shown = self.shown();
        [&*shown, url, bare].iter().any(|address| {
            let start = address.strip_suffix(&*name);
            start.is_some_and(|start| start.is_empty() || start.ends_with(['/', ':', '@']))
        })
    }

    /// As people are shown it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Git { url, reference, .. } if reference.is_empty() => url.clone(),
            Self::Git { url, reference, .. } => format!("{url}?ref={reference}"),
            Self::Http { url } => url.clone(),
        }
    }
}

impl Lock {
    /// Reads the document of a lock file.
    ///
    /// # Errors
    /// When it is not one, or one of a later version.
    pub fn parse(document: &Value) -> Result<Self> {
        let version = document.get("version");
        if version.and_then(Value::text) != Some(VERSION) {
            let found = version.map_or(document, |version| version);
            return Err(
                bad(found, "this is no lock file that this version can read")
                    .expecting(format!("`version: {VERSION}`"))
                    .hint("write it anew with `trimtab lock`"),
            );
        }
        let mut lock = Self::default();
        let remotes = document.get("remotes").filter(|remotes| !remotes.is_null());
        let Some(remotes) = remotes else {
            return Ok(lock);
        };
        let remotes = remotes
            .as_sequence()
            .ok_or_else(|| bad(remotes, "`remotes` is not a list"))?;
        for entry in remotes {
            let (remote, pin) = parse_entry(entry)?;
            if lock.pins.insert(remote, pin).is_some() {
                return Err(bad(entry, "this remote is locked twice"));
            }
        }
        Ok(lock)
    }

    /// What a remote is locked to.
    #[must_use]
    pub fn get(&self, remote: &Remote) -> Option<&Pin> {
        self.pins.get(remote)
    }

    /// All remotes, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Remote, &Pin)> {
        self.pins.iter()
    }

    /// The same without what one of these names means.
    #[must_use]
    pub fn without(mut self, names: &[String]) -> Self {
        let is_named = |remote: &Remote| names.iter().any(|name| remote.is_named(name));
        self.pins.retain(|remote, _| !is_named(remote));
        self
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}version: {VERSION}\nremotes:");
        if self.pins.is_empty() {
            text.push_str(" []");
        }
        text.push('\n');
        for (remote, pin) in &self.pins {
            match remote {
                Remote::Git {
                    url,
                    reference,
                    submodules,
                } => {
                    line(&mut text, "- git", url);
                    if !reference.is_empty() {
                        line(&mut text, "  ref", reference);
                    }
                    if !submodules {
                        text.push_str("  submodules: false\n");
                    }
                }
                Remote::Http { url } => line(&mut text, "- http", url),
            }
            if let Some(commit) = &pin.commit {
                line(&mut text, "  commit", commit);
            }
            line(&mut text, "  digest", &pin.digest.to_string());
        }
        text
    }
}

impl Uses {
    /// Remembers one.
    pub fn add(&self, remote: Remote, pin: Pin) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(remote, pin);
    }

    /// The lock that pins all of them.
    #[must_use]
    pub fn to_lock(&self) -> Lock {
        let uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Lock { pins: uses.clone() }
    }
}

/// A field with its text in quotes.
fn line(text: &mut String, key: &str, value: &str) {
    let _ = write!(text, "{key}: \"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push_str("\"\n");
}

fn parse_entry(entry: &Value) -> Result<(Remote, Pin)> {
    let text = |field: &str| entry.get(field).and_then(Value::text).map(str::to_owned);
    let digest = text("digest").and_then(|digest| Digest::parse(&digest));
    let digest = digest.ok_or_else(|| {
        bad(
            entry.get("digest").unwrap_or(entry),
            "this remote has no digest",
        )
        .expecting("`sha256:` and 64 hexadecimal digits")
    })?;
    if let Some(url) = text("http") {
        let pin = Pin {
            commit: None,
            digest,
        };
        return Ok((Remote::Http { url }, pin));
    }
    let (Some(url), Some(commit)) = (text("git"), text("commit")) else {
        return Err(bad(entry, "this remote is not known by its kind")
            .expecting("`git` with `commit`, or `http`"));
    };
    if !crate::commit::is_commit(&commit) {
        return Err(
            bad(entry.get("commit").unwrap_or(entry), "this is no commit")
                .expecting("a whole commit name"),
        );
    }
    let remote = Remote::Git {
        url,
        reference: text("ref").unwrap_or_default(),
        submodules: text("submodules").as_deref() != Some("false"),
    };
    let commit = Some(commit);
    Ok((remote, Pin { commit, digest }))
}

fn bad(place: &Value, message: &str) -> Box<Diagnostic> {
    Diagnostic::error("bad-lock", message).at(place.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    fn parse(text: &str) -> Result<Lock> {
        Lock::parse(&parse_document(text, ParseOptions::default())?)
    }

    #[test]
    fn what_is_written_is_read() {
        let uses = Uses::default();
        assert_eq!(parse(&uses.to_lock().to_text()).unwrap(), Lock::default());
        let digest = Digest::of(b"");
        let pin = |commit: &str| Pin {
            commit: Some(commit.repeat(40)),
            digest,
        };
        uses.add(Remote::git("https://a:b@host/x", "", true), pin("a"));
        uses.add(Remote::git("https://host/x", "1.0", true), pin("b"));
        uses.add(Remote::git("https://host/x", "1.0", false), pin("b"));
        let web = Remote::http("https://host/\"\\\u{7}");
        uses.add(
            web.clone(),
            Pin {
                commit: None,
                digest,
            },
        );
        let lock = uses.to_lock();
        let text = lock.to_text();
        assert_eq!(parse(&text).unwrap(), lock, "{text}");
        assert!(!text.contains("a:b"), "{text}");
        assert_eq!(
            lock.get(&web),
            Some(&Pin {
                commit: None,
                digest
            })
        );
        assert_eq!(lock.iter().count(), 4);
    }

    #[test]
    fn remotes_are_named_by_their_addresses_and_the_ends_of_these() {
        let git = Remote::git("https://u:p@host/org/repo.git", "v1", true);
        for name in [
            "https://u:p@host/org/repo.git",
            "https://u:***@host/org/repo.git?ref=v1",
            "host/org/repo",
            "org/repo.git",
            "repo",
            "repo.git?ref=v1",
        ] {
            assert!(git.is_named(name), "{name}");
        }
        let scp = Remote::git("git@host:org/repo", "", true);
        assert!(scp.is_named("org/repo") && scp.is_named("repo") && !scp.is_named("o"));
        for name in ["", "epo", "org", "repo?ref=v2", "other/repo"] {
            assert!(!git.is_named(name), "{name}");
        }
        let uses = Uses::default();
        let digest = Digest::of(b"");
        let commit = None;
        uses.add(git.clone(), Pin { commit, digest });
        let lock = uses.to_lock();
        assert_eq!(lock.clone().without(&["x".to_owned()]), lock);
        assert_eq!(lock.without(&["repo".to_owned()]), Lock::default());
    }

    #[test]
    fn what_is_no_lock_is_refused() {
        let digest = Digest::of(b"");
        let twice = format!("- {{http: a, digest: '{digest}'}}\n").repeat(2);
        for text in [
            "{}",
            "version: 2",
            "version: 1\nremotes: a",
            "version: 1\nremotes: [{http: a}]",
            "version: 1\nremotes: [{http: a, digest: 'md5:1'}]",
            &format!("version: 1\nremotes: [{{digest: '{digest}'}}]"),
            &format!("version: 1\nremotes: [{{git: a, commit: b, digest: '{digest}'}}]"),
            &format!("version: 1\nremotes:\n{twice}"),
        ] {
            assert_eq!(
                parse(text).map_err(|error| error.code),
                Err("bad-lock"),
                "{text}"
            );
        }
    }
}
