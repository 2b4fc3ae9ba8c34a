//! Running on without a terminal: this binary again, in a session of its own, logging to a file.
//!
//! The child says that it is ready, or why it is not, through a pipe on its standard output, which
//! it gives up afterwards. A child that dies before that closes the pipe, so nobody waits for it in
//! vain.

use crate::exit::Failure;
use crate::private;
use crate::ui::stderr;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How many lines of the log are shown when the child dies.
const TAIL: usize = 20;

/// A control plane that is not ready after so long never will be.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts this program again with the same arguments, but `instead` in place of `flag`, and waits
/// until it says it is ready. Its standard error goes to the file at `log`. Returns the text that
/// it reported.
pub(crate) fn start(flag: &str, instead: &str, log: &Path) -> Result<String, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::new("detach", format!("cannot find this program: {error}")))?;
    let arguments = std::env::args_os().skip(1).map(|argument| {
        if argument == flag {
            OsString::from(instead)
        } else {
            argument
        }
    });
    let file = private::file()
        .create(true)
        .truncate(true)
        .open(log)
        .map_err(|error| Failure::io("write", log, &error))?;
    let mut child = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(file)
        .spawn()
        .map_err(|error| Failure::io("run", &program, &error))?;
    match first_line(&mut child) {
        Ok(Some(line)) => Ok(line),
        Ok(None) => {
            let how = match child.wait() {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            Err(died(&format!("ended before it was ready ({how})"), log))
        }
        Err(why) => {
            // It may be gone already, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
            Err(died(&why, log))
        }
    }
}

/// What the child reports; `None` if it closes the pipe without a word.
fn first_line(child: &mut Child) -> Result<Option<String>, String> {
    let Some(pipe) = child.stdout.take() else {
        return Ok(None);
    };
    let (report, answer) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(pipe).read_line(&mut line);
        // Nobody listens any more after `PATIENCE`.
        let _ = report.send(read.map(|length| (length > 0).then_some(line)));
    });
    match answer.recv_timeout(PATIENCE) {
        Ok(Ok(line)) => Ok(line.map(|line| line.trim_end().to_owned())),
        Ok(Err(error)) => Err(format!("could not be listened to: {error}")),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(format!("was not ready within {} s", PATIENCE.as_secs()))
        }
    }
}

fn died(how: &str, log: &Path) -> Failure {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let shown = &lines[lines.len().saturating_sub(TAIL)..];
    for line in shown {
        stderr::line(line);
    }
    Failure::new("detached", format!("the control plane {how}"))
        .hint(format!("above is the end of its log, {}", log.display()))
}

/// In the child: leaves the parent's session, so that neither its terminal nor its Ctrl-C matters.
pub(crate) fn leave_session() -> Result<(), Failure> {
    rustix::process::setsid()
        .map(|_| ())
        .map_err(|error| Failure::new("detach", format!("cannot begin a session: {error}")))
}

/// In the child: reports `line` to the parent and lets go of the pipe.
pub(crate) fn report(line: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(
            "detach",
            format!("cannot report to the parent process: {error}"),
        )
    };
    let mut pipe = std::io::stdout().lock();
    writeln!(pipe, "{line}")
        .and_then(|()| pipe.flush())
        .map_err(failed)?;
    let nowhere = File::options()
        .write(true)
        .open("/dev/null")
        .map_err(failed)?;
    rustix::stdio::dup2_stdout(nowhere).map_err(|error| failed(error.into()))
}
