//! The user's own git program, asked for no more than is needed.
//!
//! It never asks a person anything: whoever is not let in without a question gets an error. What the
//! user set up (credential helpers, agents, proxies, `insteadOf`) works as it does by hand.

mod refusal;

pub(crate) use refusal::interrupted;
use refusal::no_git;

use crate::Interruption;
use crate::commit::is_commit;
use crate::objects::Objects;
use crate::process::{self, Output, Stopped};
use crate::url::mask;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use trimtab_tree::{Diagnostic, Result};

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
}

/// Where git looks for objects that it borrows.
const BORROWED: &str = ".git/objects/info/alternates";

fn empty(directory: &Path) -> std::io::Result<()> {
    fs::remove_dir_all(directory)?;
    fs::create_dir(directory)
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
