//! Writes what Kubernetes types look like, as the k8s-openapi crate knows them, into
//! `crates/schema/data/kubernetes-1.36.txt`; with `--check`, compares instead and fails on any
//! difference.
//!
//! The crate is generated, so its source is regular enough to be read as text: each type's file
//! holds its JSON schema as a literal, its identity as constants and its list strategies as calls
//! in its `DeepMerge` implementation. Nothing is compiled, which keeps a run under a second.

mod literal;
mod render;
mod source;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The Kubernetes release that trimtab speaks, as k8s-openapi names its module.
const MODULE: &str = "v1_36";
/// The table, from this package's folder.
const TABLE: &str = "../../crates/schema/data/kubernetes-1.36.txt";

/// What went wrong, ready to be read by a person.
type Error = String;

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            eprintln!("usage: generate-schema [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(message) => {
            eprintln!("{message}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<String, Error> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (version, folder) = find_source(here)?;
    let types = source::read(&folder.join("src").join(MODULE))?;
    let text = render::render(&version, &types);
    let table = here.join(TABLE);
    if !check {
        std::fs::write(&table, &text).map_err(|e| format!("{}: {e}", table.display()))?;
        return Ok(format!("wrote {} types", types.len()));
    }
    let committed =
        std::fs::read_to_string(&table).map_err(|e| format!("{}: {e}", table.display()))?;
    match first_difference(&committed, &text) {
        None => Ok(format!("{} types, as committed", types.len())),
        Some((line, old, new)) => Err(format!(
            "the committed table is not what {version} gives\n  line {line} is `{old}`\n  and should be `{new}`\n\
             hint: run tools/generate-schema without --check and look at the diff"
        )),
    }
}

/// The first line where two texts differ, from 1, and both versions of it.
fn first_difference<'a>(old: &'a str, new: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let (mut olds, mut news) = (old.split('\n'), new.split('\n'));
    let mut line = 1;
    loop {
        match (olds.next(), news.next()) {
            (None, None) => return None,
            (a, b) if a == b => line += 1,
            (a, b) => return Some((line, a.unwrap_or_default(), b.unwrap_or_default())),
        }
    }
}

/// Asks cargo where the locked source of k8s-openapi is; returns its name and version, and its folder.
fn find_source(here: &Path) -> Result<(String, PathBuf), Error> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version=1"])
        .arg("--manifest-path")
        .arg(here.join("Cargo.toml"))
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo metadata: {}", message.trim_end()));
    }
    let text = String::from_utf8(output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    let metadata = literal::parse(&text)?;
    let package = metadata
        .get("packages")
        .into_iter()
        .flat_map(literal::Literal::items)
        .find(|package| package.text_of("name") == Some("k8s-openapi"))
        .ok_or("cargo metadata names no package k8s-openapi")?;
    let manifest = package.text_of("manifest_path").unwrap_or_default();
    let folder = Path::new(manifest).parent().unwrap_or(here).to_owned();
    let version = package.text_of("version").unwrap_or_default();
    Ok((format!("k8s-openapi {version}"), folder))
}
