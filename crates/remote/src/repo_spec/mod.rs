//! References to a directory in a git repository, as kustomize reads them (its
//! `git.NewRepoSpecFromURL`): what is the host, what the repository, what the path in it.

mod query;

pub use query::PassedOver;
use query::Query;
use std::time::Duration;

/// A reference to a directory in a git repository, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoSpec {
    /// Everything in front of the repository's path: `https://github.com/`, `git@host:`, `file://`.
    pub host: String,
    /// The repository's path there: `org/repo`.
    pub repository: String,
    /// The directory in the repository, as it is written; empty for its top.
    pub directory: String,
    /// The branch, tag or commit; empty for the head of the default branch.
    pub reference: String,
    /// Whether submodules are fetched too.
    pub submodules: bool,
    /// How long each run of git may take.
    pub timeout: Duration,
}

/// Why a reference is none to a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotARepository {
    /// It is an absolute path.
    AbsolutePath,
    /// It has no scheme that git could use, and does not look like `user@host:path`.
    NoScheme,
    /// It names no host.
    NoHost,
    /// It names no repository on the host.
    NoRepository,
    /// The path in the repository leads out of it.
    LeavesRepository,
}

/// The schemes that may stand in front.
const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", FILE];
const FILE: &str = "file://";

/// How many parts of a path are the repository where no mark says so: `org/repo`.
const REPOSITORY_PARTS: usize = 2;

impl RepoSpec {
    /// Takes a reference apart. A path on this machine costs no allocation.
    ///
    /// # Errors
    /// When it names no repository.
    pub fn parse(reference: &str) -> Result<Self, NotARepository> {
        if reference.starts_with('/') {
            return Err(NotARepository::AbsolutePath);
        }
        let (address, query) = reference.split_once('?').unwrap_or((reference, ""));
        let (host, path) = split_host(address)?;
        // The path of a file URL is the repository, all of it, unless a mark ends it earlier.
        let whole = host == FILE;
        let (repository, directory) =
            split_path(path, whole).ok_or(NotARepository::NoRepository)?;
        let directory = directory.strip_prefix('/').unwrap_or(directory);
        if repository.is_empty() {
            return Err(NotARepository::NoRepository);
        }
        if leaves(directory) {
            return Err(NotARepository::LeavesRepository);
        }
        let query = Query::parse(query);
        Ok(Self {
            host,
            repository: repository.to_owned(),
            directory: directory.to_owned(),
            reference: query.reference,
            submodules: query.submodules,
            timeout: query.timeout,
        })
    }

    /// What in the query of a reference has no effect.
    #[must_use]
    pub fn passed_over(reference: &str) -> Vec<PassedOver> {
        let Some(at) = reference.find('?') else {
            return Vec::new();
        };
        let mut found = query::passed_over(&reference[at + 1..]);
        for part in &mut found {
            part.offset += at + 1;
        }
        found
    }

    /// What git is given to fetch from.
    #[must_use]
    pub fn clone_url(&self) -> String {
        format!("{}{}", self.host, self.repository)
    }

    /// Whether the reference is a whole commit name, which stands for one content for ever.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        crate::commit::is_commit(&self.reference)
    }

    /// Whether the web address that this was read from leads to a repository rather than to a file
    /// that happens to have an address of such a form.
    #[must_use]
    pub(crate) fn is_likely(&self, address: &str) -> bool {
        let file_names = [".yaml", ".yml", ".json"];
        let path = self.directory.to_ascii_lowercase();
        if file_names.iter().any(|end| path.ends_with(end)) {
            return false;
        }
        let address = address.split('?').next().unwrap_or(address);
        let behind_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
        let has_mark = behind_scheme.contains("//")
            || self.repository.contains("_git/")
            || self.repository.contains(".git");
        // What GitHub serves below a repository that is not the repository.
        let served = ["raw", "releases", "blob", "archive"];
        let top = self.directory.split('/').next().unwrap_or_default();
        let is_github = self.host == "https://github.com/" && !served.contains(&top);
        has_mark || is_github || !self.reference.is_empty()
    }
}

/// The host with all in front of it, and the path behind it.
fn split_host(address: &str) -> Result<(String, &str), NotARepository> {
    // Long obsolete, and still met.
    let address = strip_prefix(address, "git::").unwrap_or(address);
    let (scheme, rest) = SCHEMES
        .iter()
        .find_map(|scheme| Some((*scheme, strip_prefix(address, scheme)?)))
        .unwrap_or(("", address));
    if scheme == FILE {
        return Ok((FILE.to_owned(), rest));
    }
    let (user, rest) = split_user(rest);
    let is_github = ["github.com/", "github.com:"]
        .iter()
        .any(|host| strip_prefix(rest, host).is_some());
    // `user@host:path`, as scp has it.
    let may_be_scp = scheme.is_empty() && (!user.is_empty() || is_github);
    if scheme.is_empty() && !may_be_scp {
        return Err(NotARepository::NoScheme);
    }
    let slash = rest.find('/');
    let colon = rest.find(':').filter(|_| may_be_scp);
    let end = match (slash, colon) {
        (Some(slash), Some(colon)) if colon > 0 => Some(slash.min(colon)),
        (Some(slash), _) => Some(slash),
        (None, colon) => colon,
    };
    let (host, path) = end.map_or((rest, ""), |end| rest.split_at(end + 1));
    if host.is_empty() {
        return Err(NotARepository::NoHost);
    }
    let host = match (is_github, scheme, user) {
        (true, "ssh://", _) => format!("{user}github.com:"),
        (true, _, "") => "https://github.com/".to_owned(),
        (true, ..) => format!("{user}github.com:"),
        _ => format!("{scheme}{user}{host}"),
    };
    Ok((host, path))
}

/// The user in front with its `@`, or nothing, and what comes behind.
fn split_user(text: &str) -> (&str, &str) {
    let is_name = |user: &str| {
        user.starts_with(|c: char| c.is_ascii_alphabetic())
            && user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    match text.find('@') {
        Some(at) if is_name(&text[..at]) => text.split_at(at + 1),
        _ => ("", text),
    }
}

/// The repository and the directory in it: split behind the part that follows `_git/`, at `//` or
/// behind `.git`, the first of these that there is; else the directory follows the second part.
fn split_path(path: &str, whole: bool) -> Option<(&str, &str)> {
    const AZURE: &str = "_git/";
    const SUFFIX: &str = ".git";
    if let Some(at) = path.find(AZURE) {
        let behind = at + AZURE.len();
        let end = path[behind..].find('/').map(|end| behind + end);
        return Some(end.map_or((path, ""), |end| (&path[..end], &path[end + 1..])));
    }
    if let Some(split) = path.split_once("//") {
        return Some(split);
    }
    if let Some(at) = path.find(SUFFIX) {
        return Some(path.split_at(at + SUFFIX.len()));
    }
    if whole {
        return Some((path, ""));
    }
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    slashes.nth(REPOSITORY_PARTS - 2)?;
    let end = slashes.next();
    Some(end.map_or((path, ""), |end| (&path[..end], &path[end + 1..])))
}

/// Whether a path leads above where it starts at its end.
fn leaves(directory: &str) -> bool {
    let mut depth = 0_usize;
    let mut above = false;
    for part in directory.trim_start_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => above = true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    above
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
