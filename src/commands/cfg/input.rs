//! Where the objects come from: packages, or standard input.

use crate::exit::{Failure, Status};
use crate::switch;
use crate::ui::report::Report;
use std::path::Path;
use trimtab_packages::{Boundary, Reader, packages};
use trimtab_tree::{Diagnostic, Result as Found, Value, read_stream};

/// Which packages a command looks at.
#[derive(Debug, clap::Args)]
pub(super) struct Recursion {
    /// Also look at the packages below the directory
    #[arg(short = 'R', long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, value_parser = switch::value())]
    recurse_subpackages: bool,
}

/// Does `work` with what is read from standard input.
pub(super) fn from_stdin<T>(
    report: &Report,
    work: impl FnOnce(Vec<Value>) -> Found<T>,
) -> Result<T, Failure> {
    let bytes = stdin().map_err(Failure::of)?;
    let mut reader = Reader::default();
    let objects = reader.stream("standard input", bytes);
    finished(report, reader, objects, work)
}

/// All that standard input has.
pub(in crate::commands) fn stdin() -> Found<Vec<u8>> {
    let read = read_stream(std::io::stdin().lock());
    read.map_err(|error| Diagnostic::error("io", format!("cannot read standard input: {error}")))
}

/// Does `work` with the objects of one directory, packages in it and all.
pub(super) fn from_directory<T>(
    path: &Path,
    report: &Report,
    work: impl FnOnce(Vec<Value>) -> Found<T>,
) -> Result<T, Failure> {
    let mut reader = Reader::default();
    let objects = reader.package(path, Boundary::None, true);
    finished(report, reader, objects, work)
}

/// Reports what the reader noticed, and does the work with what it read.
fn finished<T>(
    report: &Report,
    mut reader: Reader,
    objects: Found<Vec<Value>>,
    work: impl FnOnce(Vec<Value>) -> Found<T>,
) -> Result<T, Failure> {
    report.add_all(&reader.take_warnings(), reader.map());
    let result = objects.and_then(work);
    let result = result.map_err(|finding| failure(finding, reader))?;
    report.refuse_denied()?;
    Ok(result)
}

/// Does `work` with each package in `root`, and joins what it makes as kustomize does: a line break
/// between any two. What is wrong with one package does not keep the others from being looked at.
pub(super) fn from_packages(
    root: &Path,
    recursion: &Recursion,
    report: &Report,
    work: impl Fn(&Path, Vec<Value>) -> Found<String>,
) -> Result<(String, bool), Failure> {
    let mut reader = Reader::default();
    let found = match packages(root, recursion.recurse_subpackages) {
        Ok(found) => found,
        Err(finding) => return Err(failure(finding, reader)),
    };
    let mut all = String::new();
    let mut is_whole = true;
    for (at, package) in found.iter().enumerate() {
        let made = reader
            .package(package, Boundary::Package, true)
            .and_then(|objects| work(package, objects));
        report.add_all(&reader.take_warnings(), reader.map());
        match made {
            Ok(text) => all.push_str(&text),
            Err(finding) if !recursion.recurse_subpackages => return Err(failure(finding, reader)),
            Err(finding) => {
                report.add(&finding, reader.map());
                is_whole = false;
            }
        }
        if at + 1 < found.len() {
            all.push('\n');
        }
    }
    report.refuse_denied()?;
    Ok((all, is_whole))
}

/// How a command ends that could, or could not, read all.
pub(super) fn ended(is_whole: bool) -> Result<(), Failure> {
    if is_whole {
        Ok(())
    } else {
        Err(Failure::Said(Status::Failed))
    }
}

/// A failure of something that was read.
pub(in crate::commands) fn failure(finding: Box<Diagnostic>, reader: Reader) -> Failure {
    Failure::Finding {
        finding,
        sources: reader.into_map(),
        status: Status::Failed,
    }
}
