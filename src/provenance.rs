//! Where what is applied comes from: the git repository of the files, the person, the pipeline.

use crate::exit::Failure;
use crate::git::git;
use std::env;
use trimtab_deploy::{Provenance, ReleaseName};
use trimtab_remote::mask;

/// The variables in which pipelines say who runs them: GitHub Actions, GitLab, Buildkite, Circle CI,
/// Azure; then the shell's.
const USERS: &[&str] = &[
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "BUILDKITE_BUILD_AUTHOR",
    "CIRCLE_USERNAME",
    "BUILD_REQUESTEDFOR",
    "USER",
    "USERNAME",
];

/// In which they say where the run can be looked at: GitLab, Buildkite, Circle CI, Jenkins.
const RUNS: &[&str] = &[
    "CI_PIPELINE_URL",
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "BUILD_URL",
];

/// In which they say what is checked out, where the files are no repository.
const COMMITS: &[&str] = &[
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "GIT_COMMIT",
    "BUILD_SOURCEVERSION",
];

/// What is known of where the kustomization in `directory` comes from, or of who applies objects from
/// elsewhere.
pub(crate) fn of(directory: Option<&str>) -> Provenance {
    let checkout = directory.and_then(Checkout::of);
    Provenance {
        user: first_of(USERS),
        source: checkout.as_ref().map(Checkout::source),
        commit: checkout.map(|it| it.commit).or_else(|| first_of(COMMITS)),
        run: github_run().or_else(|| first_of(RUNS)),
        description: None,
        selector: None,
    }
}

/// What the release of a kustomization is called unless somebody says: by its path in its repository, or
/// by the last two parts of its path where it is in none. Nothing where the path has no letters.
pub(crate) fn release_name(directory: &str) -> Option<ReleaseName> {
    let absolute = dunce::canonicalize(directory).ok()?;
    let top = Checkout::of(directory).map(|checkout| checkout.top);
    let below = top.and_then(|top| Some(absolute.strip_prefix(top).ok()?.to_owned()));
    let parts: Vec<_> = absolute.components().collect();
    let last = parts[parts.len().saturating_sub(2)..].iter().collect();
    let path = below.filter(|path| path.components().next().is_some());
    ReleaseName::from_text(&path.unwrap_or(last).to_string_lossy())
}

/// The same for who must name a release.
///
/// # Errors
/// When none could be called after the directory.
pub(crate) fn release_of(directory: &str) -> Result<ReleaseName, Failure> {
    release_name(directory).ok_or_else(|| {
        let message = format!("{directory} is no directory that a release could be called after");
        Failure::new("usage", message).hint("say which by its name, see `trimtab releases`")
    })
}

struct Checkout {
    top: String,
    /// The directory within the repository, with a `/` at its end; empty for its root.
    prefix: String,
    commit: String,
    origin: String,
}

impl Checkout {
    /// Of the repository that a directory is in, if it is in one and something was committed there.
    fn of(directory: &str) -> Option<Self> {
        let question = ["rev-parse", "--show-toplevel", "--show-prefix", "HEAD"];
        let answer = git(directory, &question).ok()?;
        let mut lines = answer.lines();
        let (top, prefix, commit) = (lines.next()?, lines.next()?, lines.next()?);
        let changes = git(
            directory,
            &["status", "--porcelain", "--untracked-files=no"],
        );
        let is_dirty = changes.is_ok_and(|changes| !changes.is_empty());
        let origin = git(directory, &["config", "--get", "remote.origin.url"]);
        Some(Self {
            commit: format!("{commit}{}", if is_dirty { "-dirty" } else { "" }),
            origin: origin.unwrap_or_default(),
            top: top.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// The repository and the directory in it, as kustomize names what is elsewhere.
    fn source(&self) -> String {
        let repository = match &*self.origin {
            "" => self.top.clone(),
            origin => mask(origin),
        };
        let prefix = self.prefix.trim_end_matches('/');
        if prefix.is_empty() {
            repository
        } else {
            format!("{repository}//{prefix}")
        }
    }
}

fn first_of(variables: &[&str]) -> Option<String> {
    let set = variables.iter().filter_map(|name| env::var(name).ok());
    set.map(|value| value.trim().to_owned())
        .find(|value| !value.is_empty())
}

/// GitHub says it in three parts.
fn github_run() -> Option<String> {
    let part = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let (server, repository) = (part("GITHUB_SERVER_URL")?, part("GITHUB_REPOSITORY")?);
    Some(format!(
        "{server}/{repository}/actions/runs/{}",
        part("GITHUB_RUN_ID")?
    ))
}
