//! Differences as a program of the user's shows them: `KUBECTL_EXTERNAL_DIFF`.

use super::unified::Pair;
use crate::exit::{Failure, Status};
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Names the program, and arguments before the two directories.
const VARIABLE: &str = "KUBECTL_EXTERNAL_DIFF";

/// The program that the user wants to see differences by, if there is one.
pub(crate) struct ExternalDiff(Vec<String>);

impl ExternalDiff {
    /// As the environment names it.
    pub(crate) fn wanted() -> Option<Self> {
        let words = env::var(VARIABLE).ok()?;
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Lets the program compare the objects, each in a file of its own in one of two directories of
    /// these names, and says whether it found differences.
    ///
    /// # Errors
    /// When the files cannot be written, the program cannot be run, or it ends with a status that says
    /// neither.
    pub(crate) fn show(&self, pairs: &[Pair], names: [&str; 2]) -> Result<bool, Failure> {
        let directory = tempfile::tempdir()
            .map_err(|error| Failure::io("make a directory in", &env::temp_dir(), &error))?;
        let sides = names.map(|name| directory.path().join(name));
        for side in &sides {
            fs::create_dir(side).map_err(|error| Failure::io("make", side, &error))?;
        }
        for pair in pairs {
            for (side, text) in sides.iter().zip(pair.texts()?) {
                // What is not there has no file, from which programs tell that it is new or gone.
                if !text.is_empty() {
                    write(&side.join(&pair.file), &text)?;
                }
            }
        }
        let Self(words) = self;
        let [program, arguments @ ..] = &words[..] else {
            return Ok(false);
        };
        let status = Command::new(program).args(arguments).args(&sides).status();
        let status = status.map_err(|error| {
            let message = format!("cannot run {program:?}, which {VARIABLE} names: {error}");
            Failure::new("external-diff", message).with_status(Status::NoAnswer)
        })?;
        match status.code() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => {
                let message = format!("{program:?}, which {VARIABLE} names, failed: {status}");
                Err(Failure::new("external-diff", message).with_status(Status::NoAnswer))
            }
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = fs::File::create_new(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::io("write", path, &error))
}
