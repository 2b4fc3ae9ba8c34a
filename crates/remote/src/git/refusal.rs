//! What git's words, or its silence, mean.

use super::{HEAD, Repository};
use crate::commit::is_part_of_commit;
use crate::process::Output;
use crate::url::mask;
use trimtab_tree::{Diagnostic, sort_by_nearness};

/// How many lines of git's own words an error repeats.
const REPEATED: usize = 8;

/// How many branches and tags an error lists.
const LISTED: usize = 8;

impl Repository<'_> {
    /// The error that a branch or tag is not there, with those that are.
    pub(super) fn missing(self, reference: &str) -> Box<Diagnostic> {
        let url = mask(self.url);
        if reference == HEAD {
            return Diagnostic::error("missing-ref", format!("`{url}` has no commits"));
        }
        let error = Diagnostic::error(
            "missing-ref",
            format!("`{url}` has no branch or tag `{reference}`"),
        );
        let error = if is_part_of_commit(reference) {
            error.hint("a commit needs its whole name, of 40 or 64 digits")
        } else {
            error
        };
        let arguments = [
            "ls-remote",
            "--quiet",
            "--heads",
            "--tags",
            "--refs",
            "--",
            self.url,
        ];
        let Ok(output) = self.run(None, &arguments) else {
            return error;
        };
        let listing = String::from_utf8_lossy(&output.stdout);
        let mut names: Vec<String> = listing
            .lines()
            .filter_map(|line| line.split_once('\t')?.1.splitn(3, '/').nth(2))
            .map(str::to_owned)
            .collect();
        let near = sort_by_nearness(reference, &mut names);
        let error = match names.first() {
            Some(first) if near => error.hint(format!("did you mean `{first}`?")),
            _ => error,
        };
        match names.len() {
            0 => error,
            length => {
                let more = length.saturating_sub(LISTED);
                names.truncate(LISTED);
                let names = names.join(", ");
                error.hint(match more {
                    0 => format!("it has {names}"),
                    more => format!("it has {names} and {more} more"),
                })
            }
        }
    }

    pub(super) fn timed_out(self, arguments: &[&str]) -> Box<Diagnostic> {
        let verb = arguments.first().copied().unwrap_or_default();
        let seconds = self.timeout.as_secs_f64();
        let url = mask(self.url);
        Diagnostic::error(
            "remote-timeout",
            format!("`git {verb}` of `{url}` took longer than {seconds} s"),
        )
        .hint("if it needs longer, say so in the reference: `?timeout=120s`")
    }

    /// What git's words mean.
    pub(super) fn explain(
        self,
        arguments: &[&str],
        output: &Output,
        reference: &str,
    ) -> Box<Diagnostic> {
        let words = self.words(output);
        let url = mask(self.url);
        let has = |parts: &[&str]| {
            let words = words.join("\n").to_ascii_lowercase();
            parts.iter().any(|part| words.contains(part))
        };
        let error = if has(&["couldn't find remote ref", "remote branch", "not our ref"]) {
            Diagnostic::error("missing-ref", format!("`{url}` has no `{reference}`"))
        } else if has(&[
            "authentication failed",
            "could not read username",
            "could not read password",
            "permission denied",
            "host key verification failed",
            "returned error: 401",
            "returned error: 403",
        ]) {
            Diagnostic::error("remote-authentication", format!("`{url}` does not let us in"))
                .hint("check that it exists, and that `git ls-remote` reads it without asking: set up a credential helper or an SSH agent")
        } else if has(&[
            "could not resolve",
            "failed to connect",
            "couldn't connect",
            "connection refused",
            "connection timed out",
            "network is unreachable",
            "no route to host",
        ]) {
            Diagnostic::error("remote-unreachable", format!("`{url}` cannot be reached")).hint(
                "check the address and the network, or use what is in the cache with `--offline`",
            )
        } else if has(&["transport 'file' not allowed"]) {
            Diagnostic::error(
                "git-failed",
                format!("git does not fetch a submodule of `{url}` from this machine"),
            )
            .hint("allow it: `git config --global protocol.file.allow always`")
        } else if has(&[
            "does not appear to be a git repository",
            "not found",
            "does not exist",
        ]) {
            Diagnostic::error("missing-repository", format!("there is no git repository at `{url}`"))
                .hint("when the repository's address has more or fewer than two parts, end it with `//`: `https://host/group/team/repository//directory`")
        } else {
            let verb = arguments.first().copied().unwrap_or_default();
            Diagnostic::error("git-failed", format!("`git {verb}` of `{url}` failed"))
        };
        let mut error = error;
        error
            .notes
            .extend(words.into_iter().map(|line| format!("git: {line}")));
        error
    }

    /// The last lines that git wrote, without secrets.
    fn words(self, output: &Output) -> Vec<String> {
        let text = String::from_utf8_lossy(&output.stderr);
        let text = text.replace(self.url, &mask(self.url));
        let mut lines: Vec<String> = text
            .split(['\n', '\r'])
            .map(|line| mask(line.trim()))
            .filter(|line| !line.is_empty())
            .collect();
        lines.split_off(lines.len().saturating_sub(REPEATED))
    }
}

/// The error of a fetch that somebody ended.
pub(crate) fn interrupted(url: &str) -> Box<Diagnostic> {
    let url = mask(url);
    Diagnostic::error("interrupted", format!("fetching `{url}` was interrupted"))
}

/// The error that git could not be started.
pub(super) fn no_git(error: &std::io::Error) -> Box<Diagnostic> {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Diagnostic::error("no-git", "there is no program `git` on the path")
            .expecting("git, which fetches repositories")
            .hint("install git, or name a directory on this machine");
    }
    Diagnostic::error("no-git", format!("git cannot be run: {error}"))
}
