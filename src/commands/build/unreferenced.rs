//! `build --lint`: files that nothing names, without those that git ignores.

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use trimtab_kustomize::{Sources, unreferenced_files};
use trimtab_tree::Diagnostic;

/// A warning for each such file beside what was read with `sources`; below `excluded` none is
/// looked for.
pub(super) fn find(sources: &Sources, excluded: &[PathBuf]) -> Vec<Diagnostic> {
    let mut found = unreferenced_files(sources, excluded);
    let files = found.iter().filter_map(|it| it.file.as_deref());
    let ignored = ignored(&files.collect::<Vec<_>>()).unwrap_or_default();
    found.retain(|it| it.file.as_ref().is_none_or(|file| !ignored.contains(file)));
    found
}

/// Which of the files git ignores; none where there is no git, or no repository.
fn ignored(files: &[&str]) -> Option<HashSet<String>> {
    if files.is_empty() {
        return None;
    }
    let mut git = Command::new("git")
        .args(["check-ignore", "-z", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut names = git.stdin.take()?;
    let text = files.join("\0") + "\0";
    // Git answers while it reads: who only writes and then reads might wait for ever.
    let writer = std::thread::spawn(move || names.write_all(text.as_bytes()));
    let output = git.wait_with_output().ok()?;
    let _ = writer.join();
    let names = String::from_utf8_lossy(&output.stdout);
    Some(names.split('\0').map(str::to_owned).collect())
}
