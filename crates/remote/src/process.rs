//! Runs a program for at most so long.

use crate::Interruption;
use crate::family::Family;
use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Why there is no output.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The program could not be started.
    NotStarted(io::Error),
    /// It ran too long and was ended, with all that it had started.
    TimedOut,
    /// It was ended in the same way because somebody wants everything to end.
    Interrupted,
}

/// More than this of what a program prints is thrown away.
const MOST_OUTPUT: u64 = 16 << 20;

/// How long is waited for the end of the output of a program that has ended: something that it left
/// running may hold it open.
const GRACE: Duration = Duration::from_secs(1);

/// How often an ended program is looked for, at first and at last.
const SHORTEST_NAP: Duration = Duration::from_millis(1);
const LONGEST_NAP: Duration = Duration::from_millis(20);

/// Runs a program to its end with nothing to read. It is killed with all that it started when
/// `timeout` is over or an interruption is wanted.
pub(crate) fn run(
    mut command: Command,
    timeout: Duration,
    interruption: Option<&Interruption>,
) -> Result<Output, Stopped> {
    let started = Instant::now();
    let is_unwanted = || interruption.is_some_and(Interruption::is_wanted);
    let _at_work = interruption.map(Interruption::work);
    if is_unwanted() {
        return Err(Stopped::Interrupted);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut family = Family::start(command).map_err(Stopped::NotStarted)?;
    let (stdout, stderr) = family.outputs();
    let (stdout, stderr) = (collect(stdout), collect(stderr));
    let mut nap = SHORTEST_NAP;
    let status = loop {
        match family.ended() {
            Ok(Some(status)) => break status,
            Ok(None) if is_unwanted() => {
                family.kill();
                return Err(Stopped::Interrupted);
            }
            Ok(None) if started.elapsed() < timeout => thread::sleep(nap),
            Ok(None) => {
                family.kill();
                return Err(Stopped::TimedOut);
            }
            Err(error) => {
                family.kill();
                return Err(Stopped::NotStarted(error));
            }
        }
        nap = (nap * 2).min(LONGEST_NAP);
    };
    Ok(Output {
        status,
        stdout: collected(&stdout),
        stderr: collected(&stderr),
    })
}

/// Reads to the end, and hands over what there is piece by piece.
fn collect(source: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let Some(source) = source else { return };
        let mut source = source.take(MOST_OUTPUT);
        let mut piece = [0; 8192];
        while let Ok(length @ 1..) = source.read(&mut piece) {
            if sender.send(piece[..length].to_vec()).is_err() {
                return;
            }
        }
        drop(sender);
        // So that the program does not wait for a reader.
        let _ = io::copy(&mut source.into_inner(), &mut io::sink());
    });
    receiver
}

fn collected(pieces: &Receiver<Vec<u8>>) -> Vec<u8> {
    let end = Instant::now() + GRACE;
    let mut all = Vec::new();
    loop {
        match pieces.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(piece) => all.extend(piece),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return all,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn command(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn shell(script: &str, timeout: Duration) -> Result<Output, Stopped> {
        run(command(script), timeout, None)
    }

    #[test]
    fn output_and_status_are_kept() {
        let script = "echo out; echo err >&2; cat; exit 3";
        let output = shell(script, Duration::from_secs(20)).unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(
            (&*output.stdout, &*output.stderr),
            (&b"out\n"[..], &b"err\n"[..])
        );
        let missing = run(Command::new("/no/such/program"), GRACE, None);
        assert!(matches!(missing, Err(Stopped::NotStarted(_))));
    }

    #[test]
    fn what_takes_too_long_is_killed_with_its_children() {
        let directory = tempfile::tempdir().unwrap();
        let late = directory.path().join("late");
        let script = format!("(sleep 1; touch {}) & wait", late.display());
        let started = Instant::now();
        let stopped = shell(&script, Duration::from_millis(200));
        assert!(matches!(stopped, Err(Stopped::TimedOut)));
        assert!(started.elapsed() < Duration::from_millis(900));
        thread::sleep(Duration::from_millis(1300));
        assert!(!late.exists());
    }

    #[test]
    fn what_nobody_wants_any_more_is_killed_with_its_children() {
        let directory = tempfile::tempdir().unwrap();
        let (begun, late) = (
            directory.path().join("begun"),
            directory.path().join("late"),
        );
        let script = format!(
            "(sleep 1; touch {}) & touch {}; wait",
            late.display(),
            begun.display()
        );
        let interruption = Interruption::new(move |it| {
            let begun = begun.clone();
            thread::spawn(move || {
                while !begun.exists() {
                    thread::sleep(LONGEST_NAP);
                }
                it.want();
            });
        });
        let minute = Duration::from_secs(60);
        let stopped = run(command(&script), minute, Some(&interruption));
        assert!(matches!(stopped, Err(Stopped::Interrupted)));
        interruption.wait_until_idle(minute);
        thread::sleep(Duration::from_millis(1300));
        assert!(!late.exists());
        // And nothing begins any more.
        let stopped = run(command(&script), minute, Some(&interruption));
        assert!(matches!(stopped, Err(Stopped::Interrupted)));
    }

    #[test]
    fn output_that_something_else_holds_open_is_not_waited_for() {
        let started = Instant::now();
        let output = shell("sleep 8 & echo started", Duration::from_secs(20)).unwrap();
        assert_eq!(output.stdout, b"started\n");
        assert!(started.elapsed() < Duration::from_secs(6));
    }
}
