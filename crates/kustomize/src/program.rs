//! Other programs that a build runs: functions, plugins, helm.
//!
//! kustomize waits for them without end, and so does a build: a person who has enough presses Ctrl-C,
//! which reaches the program too, because it stays in the terminal's group. What a program writes is
//! bounded, and it is killed when it passes the bound.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, ScopedJoinHandle};
use trimtab_tree::{Diagnostic, Result};

/// A program may write as many bytes to its standard output.
const MOST_OUTPUT: usize = 256 << 20;

/// Of its standard error as many bytes are kept, from the end.
const MOST_MESSAGES: usize = 64 << 10;

/// More lines of a failed program's standard error are only counted.
const MOST_TOLD: usize = 20;

/// A program and what it is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// A path, or a name that is looked for in `PATH`.
    pub path: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables added to those of this process.
    pub environment: Vec<(OsString, OsString)>,
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to its standard output.
    pub output: Vec<u8>,
    /// The end of what it wrote to its standard error.
    pub messages: String,
}

/// Why there is no [`Outcome`].
#[derive(Debug)]
pub(crate) enum Failure {
    /// It did not start.
    Start(io::Error),
    /// It started, and then it could not be spoken with.
    Talk(io::Error),
    /// It wrote more than a program may.
    TooMuch,
}

impl Program {
    /// A program without arguments.
    pub(crate) fn new(path: impl Into<OsString>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub(crate) fn args<I: IntoIterator<Item: Into<OsString>>>(mut self, arguments: I) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let pair = (name.as_ref().to_owned(), value.as_ref().to_owned());
        self.environment.push(pair);
        self
    }

    /// Runs it in `directory` with `input` as its standard input, and waits for its end.
    ///
    /// # Errors
    /// When it cannot be run or writes too much. An exit status that tells of a failure is none.
    pub(crate) fn run(
        &self,
        directory: Option<&Path>,
        input: &[u8],
    ) -> std::result::Result<Outcome, Failure> {
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        let mut child = command.spawn().map_err(Failure::Start)?;
        let talked = talk(&mut child, input, MOST_OUTPUT);
        if talked.is_err() {
            // It may be gone already; what counts is that nobody is left behind.
            drop(child.kill());
        }
        let status = child.wait().map_err(Failure::Talk)?;
        let (output, messages) = talked?;
        Ok(Outcome {
            status,
            output,
            messages,
        })
    }

    /// The command line, for messages. Arguments are shown as they are.
    pub(crate) fn shown(&self) -> String {
        let words = std::iter::once(&self.path).chain(&self.arguments);
        let words = words.map(|word| {
            let word = word.to_string_lossy();
            let quoted = word.is_empty() || word.contains([' ', '\t', '\n', '"', '\'']);
            if quoted {
                format!("'{}'", word.replace('\'', "'\\''"))
            } else {
                word.into_owned()
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Gives a program its input and takes what it writes, all at once, so that neither waits for the
/// other.
fn talk(
    child: &mut Child,
    input: &[u8],
    limit: usize,
) -> std::result::Result<(Vec<u8>, String), Failure> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(mut stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(Failure::Talk(io::ErrorKind::BrokenPipe.into()));
    };
    thread::scope(|scope| {
        let writer = scope.spawn(move || match stdin.write_all(input) {
            // Nobody has to read all of it.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        });
        let messages = scope.spawn(move || read_end(stderr));
        let mut output = Vec::new();
        let mut bounded = (&mut stdout).take(limit as u64 + 1);
        let read = bounded.read_to_end(&mut output).map_err(Failure::Talk);
        let read = read.and_then(|length| {
            if length > limit {
                Err(Failure::TooMuch)
            } else {
                Ok(())
            }
        });
        if read.is_err() {
            // Ends the other two threads: they wait for pipes that the program holds.
            drop(child.kill());
        }
        let written = join(writer).map_err(Failure::Talk);
        let messages = join(messages).map_err(Failure::Talk);
        read?;
        written?;
        Ok((output, messages?))
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, io::Result<T>>) -> io::Result<T> {
    let panicked = |_| Err(io::Error::other("a thread ended before its time"));
    thread.join().unwrap_or_else(panicked)
}

/// Reads all, and keeps the end of it as text.
fn read_end(mut from: impl Read) -> io::Result<String> {
    let mut end: Vec<u8> = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let read = match from.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            return Ok(String::from_utf8_lossy(&end).into_owned());
        }
        end.extend_from_slice(&buffer[..read]);
        if end.len() > 2 * MOST_MESSAGES {
            end.drain(..end.len() - MOST_MESSAGES);
        }
    }
}

impl Outcome {
    /// What it wrote to its standard output, as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(crate) fn text(&self, who: &str) -> Result<String> {
        trimtab_tree::decode(self.output.clone()).map_err(|mut error| {
            error.message = format!("what {who} wrote is no text: {}", error.message);
            error
        })
    }

    /// Adds to an error about it what it wrote to its standard error.
    pub(crate) fn tell(&self, mut error: Box<Diagnostic>) -> Box<Diagnostic> {
        let lines: Vec<&str> = self
            .messages
            .lines()
            .filter(|line| !line.is_empty())
            .collect();
        let more = lines.len().saturating_sub(MOST_TOLD);
        if more > 0 {
            error
                .notes
                .push(format!("it wrote {more} more lines before these"));
        }
        let told = lines[more..].iter().map(|line| format!("it wrote: {line}"));
        error.notes.extend(told);
        error
    }

    /// How it ended, as a part of a sentence.
    pub(crate) fn ending(&self) -> String {
        match self.status.code() {
            Some(code) => format!("ended with exit status {code}"),
            None => format!("did not end by itself ({})", self.status),
        }
    }
}

impl Failure {
    /// As a finding about the program called `who`.
    pub(crate) fn explain(self, who: &str, program: &Program) -> Box<Diagnostic> {
        let path = Path::new(&program.path).display();
        match self {
            Self::Start(error) => {
                let message = format!("{who} cannot be run: {error}");
                let finding = Diagnostic::error("program-not-run", message);
                match error.kind() {
                    io::ErrorKind::NotFound => finding.expecting(format!("a program `{path}`")),
                    io::ErrorKind::PermissionDenied => {
                        finding.hint(format!("make it executable: `chmod +x {path}`"))
                    }
                    _ => finding,
                }
            }
            Self::Talk(error) => {
                let message = format!("{who} could not be spoken with: {error}");
                Diagnostic::error("program-not-run", message)
            }
            Self::TooMuch => Diagnostic::error(
                "program-output-too-long",
                format!("{who} writes without end"),
            )
            .expecting(format!("at most {} MiB of output", MOST_OUTPUT >> 20)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::new("sh").args(["-c", script])
    }

    #[test]
    fn input_output_and_messages_flow_at_once() {
        // Larger than any pipe, in all three directions.
        let input = vec![b'x'; 1 << 20];
        let script = "tee /dev/stderr";
        let outcome = shell(script).run(None, &input).unwrap();
        assert!(outcome.status.success());
        assert_eq!(outcome.output, input);
        assert!((MOST_MESSAGES..=2 * MOST_MESSAGES).contains(&outcome.messages.len()));
    }

    #[test]
    fn nobody_has_to_read_its_input() {
        let outcome = shell("echo $A; exit 3")
            .env("A", "b")
            .run(Some(Path::new("/")), &vec![b'x'; 1 << 20])
            .unwrap();
        assert_eq!(outcome.output, b"b\n");
        assert_eq!(outcome.ending(), "ended with exit status 3");
    }

    #[test]
    fn a_program_that_writes_without_end_is_killed() {
        let mut child = Command::new("yes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let talked = talk(&mut child, b"", 1 << 16);
        assert!(matches!(talked, Err(Failure::TooMuch)));
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn what_cannot_be_run_is_explained() {
        let program = Program::new("/no/such/program");
        let failure = program.run(None, b"").unwrap_err();
        let error = failure.explain("the function", &program);
        assert_eq!(error.code, "program-not-run");
        assert_eq!(
            error.expected.as_deref(),
            Some("a program `/no/such/program`")
        );
    }

    #[test]
    fn command_lines_are_shown_as_a_shell_takes_them() {
        let program = Program::new("helm").args(["pull", "a b", ""]);
        assert_eq!(program.shown(), "helm pull 'a b' ''");
    }
}
