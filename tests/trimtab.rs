//! Running the binary under test, with a bound on its time.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// No test input needs a tenth of this, not even unoptimised beside a busy compiler.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What one run of the binary left behind.
pub(crate) struct Outcome {
    /// `None` when the run took too long or died of a signal.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Standard error without what is told of a fetch that takes long, as any may on a busy machine.
    pub(crate) fn stderr_without_progress(&self) -> String {
        let is_progress =
            |line: &str| line.starts_with("fetching ") || line.starts_with("fetched ");
        let lines = self.stderr.split_inclusive('\n');
        lines.filter(|line| !is_progress(line)).collect()
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The directory that holds the binary under test.
pub(crate) fn binary_directory() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_trimtab"))
        .parent()
        .expect("a file has a directory")
}

/// Runs `trimtab` with `arguments` in the directory `inside`.
pub(crate) fn run<A: AsRef<str>>(inside: &Path, arguments: &[A]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
    command
        .args(arguments.iter().map(AsRef::as_ref))
        .current_dir(inside)
        .env("NO_COLOR", "1");
    run_command(command)
}

/// Runs `trimtab` as [`run`] does, with a file as its standard input.
pub(crate) fn run_reading(inside: &Path, arguments: &[String], file: &Path) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
    command
        .args(arguments)
        .current_dir(inside)
        .env("NO_COLOR", "1");
    let file = fs::File::open(file).expect("the file is there");
    run_command_with(command, file.into())
}

/// Runs any command to its end, or kills it when it takes too long.
pub(crate) fn run_command(command: Command) -> Outcome {
    run_command_with(command, Stdio::null())
}

/// The same, with something to read.
pub(crate) fn run_command_with(mut command: Command, stdin: Stdio) -> Outcome {
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let stdout = drain(child.stdout.take().expect("stdout is piped"));
    let stderr = drain(child.stderr.take().expect("stderr is piped"));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            break status.code();
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill().expect("the child is ours");
            child.wait().expect("the child is ours");
            break None;
        }
        thread::sleep(Duration::from_millis(1));
    };
    let read = |handle: thread::JoinHandle<Vec<u8>>| handle.join().expect("reading ends");
    Outcome {
        status,
        stdout: read(stdout),
        stderr: String::from_utf8_lossy(&read(stderr)).into_owned(),
    }
}

/// Reads a pipe on its own thread, so that a full pipe never stops the child.
fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

/// A new empty directory below the build's own temporary directory.
pub(crate) fn scratch_directory() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scratch-{number}"));
    if path.exists() {
        fs::remove_dir_all(&path).expect("an old scratch directory can go");
    }
    fs::create_dir_all(&path).expect("the build directory can be written");
    path
}
