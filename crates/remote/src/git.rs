//! The user's own git program, asked for no more than is needed.
//!
//! It never asks a person anything: whoever is not let in without a question gets an error. What the
//! user set up (credential helpers, agents, proxies, `insteadOf`) works as it does by hand.

use crate::Interruption;
use crate::commit::{is_commit, is_part_of_commit};
use crate::objects::Objects;
use crate::process::{self, Output, Stopped};
use crate::url::mask;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use trimtab_tree::{Diagnostic, Result, sort_by_nearness};

/// One repository and how long git may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repository<'a> {
    /// What git fetches from.
    pub url: &'a str,
    /// For each run of git.
    pub timeout: Duration,
    /// Who may end it before its time.
    pub interruption: Option<&'a Interruption>,
}

/// What git sets for the programs it runs, such as hooks; those would point ours at another
/// repository.
const INHERITED: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
];

/// So that a commit gives the same bytes everywhere, and git leaves nothing running.
const SETTINGS: [&str; 8] = [
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "advice.detachedHead=false",
    "init.defaultBranch=main",
    "gc.auto=0",
    // What is fetched stays one file.
    "fetch.unpackLimit=1",
    "maintenance.auto=false",
];

/// Errors that asking otherwise does not mend.
const HOPELESS: [&str; 5] = [
    "interrupted",
    "no-git",
    "remote-timeout",
    "remote-unreachable",
    "remote-authentication",
];

/// How many lines of git's own words an error repeats.
const REPEATED: usize = 8;

/// How many branches and tags an error lists.
const LISTED: usize = 8;

impl Repository<'_> {
    /// The commit that a branch, tag or `HEAD` is at.
    pub(crate) fn resolve(self, reference: &str) -> Result<String> {
        check_reference(reference)?;
        let peeled = format!("{reference}^{{}}");
        let arguments = ["ls-remote", "--quiet", "--", self.url, reference, &peeled];
        let output = self.run(None, &arguments)?;
        let listing = String::from_utf8_lossy(&output.stdout);
        let find = |name: &str| {
            let mut lines = listing.lines().filter_map(|line| line.split_once('\t'));
            lines
                .find(|(_, found)| *found == name)
                .map(|(commit, _)| commit.to_owned())
        };
        // The order in which git itself tries what a short name may mean.
        for prefix in ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"] {
            let name = format!("{prefix}{reference}");
            let found = find(&format!("{name}^{{}}")).or_else(|| find(&name));
            if let Some(commit) = found.filter(|commit| is_commit(commit)) {
                return Ok(commit);
            }
        }
        Err(self.missing(reference))
    }

    /// Fetches a commit into the directory `into`, which must be empty, and leaves no file of git's
    /// own there. Returns the commit. With `wanted`, it must be that one, wherever `reference` is
    /// now. What `objects` has is not fetched again, and it gets what is new.
    pub(crate) fn fetch(
        self,
        reference: &str,
        wanted: Option<&str>,
        submodules: bool,
        objects: &Objects,
        into: &Path,
    ) -> Result<String> {
        check_reference(reference)?;
        let borrowed = self.fetch_with(reference, wanted, submodules, Some(objects), into);
        match borrowed {
            Err(error) if !HOPELESS.contains(&error.code) && into.join(BORROWED).exists() => {
                // Perhaps what was there is damaged: everything anew.
                objects.clear();
                empty(into).map_err(|error| failed(&error, "empty", into))?;
                self.fetch_with(reference, wanted, submodules, None, into)
            }
            result => result,
        }
    }

    fn fetch_with(
        self,
        reference: &str,
        wanted: Option<&str>,
        submodules: bool,
        objects: Option<&Objects>,
        into: &Path,
    ) -> Result<String> {
        self.run(Some(into), &["init", "--quiet", "--template="])?;
        let git = into.join(".git");
        if let Some(objects) = objects {
            let lent = objects.lend(&git);
            lent.map_err(|error| failed(&error, "read what was fetched for", &git))?;
        }
        // Submodules may be named relative to it.
        self.run(Some(into), &["remote", "add", "--", "origin", self.url])?;
        let commit = match wanted {
            Some(wanted) => self.fetch_commit(wanted, reference, into)?,
            None => self.fetch_one(reference, into)?,
        };
        let checkout = ["checkout", "--quiet", "--detach", &commit, "--"];
        self.run(Some(into), &checkout)?;
        if submodules && into.join(".gitmodules").exists() {
            let update = ["submodule", "--quiet", "update", "--init", "--recursive"];
            self.run(Some(into), &update)?;
        }
        if let Some(objects) = objects {
            // Without them the next fetch takes longer, and nothing else.
            let _ = objects.add(&git, &commit);
        }
        fs::remove_dir_all(&git).map_err(|error| failed(&error, "remove", &git))?;
        Ok(commit)
    }

    /// Fetches what a name stands for, alone, and says which commit that is.
    fn fetch_one(self, reference: &str, into: &Path) -> Result<String> {
        let shallow = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--depth=1",
            "--",
            "origin",
            reference,
        ];
        let output = self.output(Some(into), &shallow)?;
        if !output.status.success() {
            // A repository that is only files on a web server.
            if !said(&output, "does not support shallow") {
                return Err(self.explain(&shallow, &output, reference));
            }
            let whole = ["fetch", "--quiet", "--no-tags", "--", "origin", reference];
            self.run(Some(into), &whole)?;
        }
        self.read_commit(into, "FETCH_HEAD")
    }

    /// Fetches one commit: by its name, which not every server allows; else where `reference` is;
    /// else out of everything.
    fn fetch_commit(self, wanted: &str, reference: &str, into: &Path) -> Result<String> {
        let by_name = self.fetch_one(wanted, into);
        if by_name.as_deref() == Ok(wanted) {
            return by_name;
        }
        if let Err(error) = &by_name
            && HOPELESS.contains(&error.code)
        {
            return by_name;
        }
        // A tag's own name stands for the commit it is on.
        if is_commit(reference) && by_name.is_ok() {
            return by_name;
        }
        let now = if is_commit(reference) {
            by_name
        } else {
            self.fetch_one(reference, into)
        };
        if now.as_deref() == Ok(wanted) {
            return now;
        }
        let all = [
            "fetch",
            "--quiet",
            "--tags",
            "--unshallow",
            "--",
            "origin",
            "+refs/*:refs/all/*",
        ];
        let mut output = self.output(Some(into), &all)?;
        if !output.status.success() && said(&output, "unshallow") {
            let all = [
                "fetch",
                "--quiet",
                "--tags",
                "--",
                "origin",
                "+refs/*:refs/all/*",
            ];
            output = self.output(Some(into), &all)?;
        }
        let name = format!("{wanted}^{{commit}}");
        match self.read_commit(into, &name) {
            Ok(commit) => Ok(commit),
            Err(_) if output.status.success() => {
                let url = mask(self.url);
                let error = Diagnostic::error(
                    "missing-commit",
                    format!("`{url}` no longer has the commit {wanted}"),
                );
                Err(match now {
                    Ok(now) if !is_commit(reference) => {
                        error.expecting(format!("{wanted}; `{reference}` is at {now}"))
                    }
                    _ => error,
                })
            }
            Err(_) => Err(self.explain(&all, &output, reference)),
        }
    }

    fn read_commit(self, into: &Path, name: &str) -> Result<String> {
        let name = format!("{name}^{{commit}}");
        let arguments = ["rev-parse", "--quiet", "--verify", &name];
        let output = self.run(Some(into), &arguments)?;
        let commit = String::from_utf8_lossy(&output.stdout);
        Ok(commit.trim().to_owned())
    }

    /// The error that a branch or tag is not there, with those that are.
    fn missing(self, reference: &str) -> Box<Diagnostic> {
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

    fn run(self, directory: Option<&Path>, arguments: &[&str]) -> Result<Output> {
        let output = self.output(directory, arguments)?;
        if output.status.success() {
            return Ok(output);
        }
        let reference = arguments.last().copied().unwrap_or_default();
        Err(self.explain(arguments, &output, reference))
    }

    fn output(self, directory: Option<&Path>, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new("git");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.args(arguments);
        for name in INHERITED {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("SSH_ASKPASS_REQUIRE", "force");
        if std::env::var_os("SSH_ASKPASS").is_none() {
            command.env("SSH_ASKPASS", "false");
        }
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        let output = process::run(command, self.timeout, self.interruption);
        output.map_err(|stopped| match stopped {
            Stopped::TimedOut => self.timed_out(arguments),
            Stopped::Interrupted => interrupted(self.url),
            Stopped::NotStarted(error) => no_git(&error),
        })
    }

    fn timed_out(self, arguments: &[&str]) -> Box<Diagnostic> {
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
    fn explain(self, arguments: &[&str], output: &Output, reference: &str) -> Box<Diagnostic> {
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

/// Where git looks for objects that it borrows.
const BORROWED: &str = ".git/objects/info/alternates";

fn empty(directory: &Path) -> std::io::Result<()> {
    fs::remove_dir_all(directory)?;
    fs::create_dir(directory)
}

/// The error of a fetch that somebody ended.
pub(crate) fn interrupted(url: &str) -> Box<Diagnostic> {
    let url = mask(url);
    Diagnostic::error("interrupted", format!("fetching `{url}` was interrupted"))
}

/// The name that stands for where a repository's default branch is.
pub(crate) const HEAD: &str = "HEAD";

/// Refuses what git would take for an option or for more than one name.
fn check_reference(reference: &str) -> Result<()> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    if reference.is_empty()
        || reference.starts_with(['-', '+'])
        || reference.contains(bad)
        || reference.contains("..")
        || reference.contains("@{")
    {
        return Err(Diagnostic::error(
            "bad-ref",
            format!(
                "`{}` is no name of a branch, tag or commit",
                reference.escape_debug()
            ),
        )
        .expecting("`?ref=` and a branch, a tag or a whole commit name"));
    }
    Ok(())
}

fn said(output: &Output, words: &str) -> bool {
    String::from_utf8_lossy(&output.stderr).contains(words)
}

fn no_git(error: &std::io::Error) -> Box<Diagnostic> {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Diagnostic::error("no-git", "there is no program `git` on the path")
            .expecting("git, which fetches repositories")
            .hint("install git, or name a directory on this machine");
    }
    Diagnostic::error("no-git", format!("git cannot be run: {error}"))
}

/// A file of the cache could not be handled.
pub(crate) fn failed(error: &std::io::Error, verb: &str, path: &Path) -> Box<Diagnostic> {
    let path = path.display();
    Diagnostic::error("cache-failed", format!("cannot {verb} `{path}`: {error}"))
        .hint("choose another place with `--cache-dir`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_handed_to_git() {
        for good in [
            "main",
            "v1.0",
            "release/1.2",
            "refs/heads/a-b",
            "HEAD",
            "a@b",
        ] {
            assert!(check_reference(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "--upload-pack=x",
            "+main",
            "a:b",
            "a b",
            "a..b",
            "a^",
            "a@{1}",
            "a\n",
        ] {
            assert_eq!(check_reference(bad).unwrap_err().code, "bad-ref", "{bad}");
        }
    }
}
