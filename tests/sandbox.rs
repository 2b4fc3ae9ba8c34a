//! A home directory of its own, in which `trimtab` runs without touching the user's.

use crate::trimtab::{self, Outcome};
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing that a test waits for needs a tenth of this, not even unoptimised beside a compiler.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A home directory. A control plane that still runs in it when it goes is stopped.
pub(crate) struct Sandbox {
    directory: PathBuf,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            directory: trimtab::scratch_directory(),
        }
    }

    /// A path in the home directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Where kubectl and trimtab look for a kubeconfig.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.path(".kube/config")
    }

    /// Any program, at home here; the binary under test is on its path.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        // Who applies something, and by which pipeline, is kept.
        for name in ["USER", "USERNAME", "CI_PIPELINE_URL", "BUILD_URL"] {
            command.env_remove(name);
        }
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let pipelines = ["GITHUB_", "GITLAB_", "BUILDKITE_", "CIRCLE_", "CI_COMMIT"];
            if pipelines.iter().any(|start| name.starts_with(start)) {
                command.env_remove(&*name);
            }
        }
        command
            .env("HOME", &self.directory)
            .env_remove("XDG_DATA_HOME")
            .env_remove("KUBECONFIG")
            .env_remove("TRIMTAB_LOG")
            // What is written here is in no repository, although the directory is in trimtab's own.
            .env("GIT_CEILING_DIRECTORIES", &self.directory)
            .env("NO_COLOR", "1")
            .current_dir(trimtab::root());
        command
    }

    /// `trimtab` with arguments, not yet started.
    pub(crate) fn trimtab(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_trimtab"));
        command.args(arguments);
        command
    }

    /// Runs `trimtab` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        trimtab::run_command(self.trimtab(arguments))
    }

    /// Runs `trimtab` to its end, which must be a good one; what it said on standard error.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
        outcome.stderr
    }

    /// Starts `trimtab` and waits until it says it is ready.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.trimtab(arguments), "control plane ready")
    }

    /// Writes a file in the home directory; its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory"))
            .expect("the sandbox can be written");
        fs::write(&path, text).expect("the sandbox can be written");
        path
    }
}

#[cfg(unix)]
impl Sandbox {
    /// Puts all that is in a directory into a repository there, and gives the commit.
    pub(crate) fn commit(&self, directory: &str) -> String {
        let directory = self.path(directory);
        let git = |arguments: &[&str]| {
            let mut command = self.command(crate::repositories::real_git());
            let identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"];
            command
                .current_dir(&directory)
                .args(identity)
                .args(arguments);
            let outcome = trimtab::run_command(command);
            assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
            String::from_utf8(outcome.stdout).expect("text")
        };
        git(&["init", "--quiet", "--initial-branch=main", "."]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message=change"]);
        git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // A test that failed half-way must not leave a control plane behind.
        let _ = self.run(&["down", "--all"]);
    }
}

/// A command that runs until it is told to stop.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    said: String,
}

impl Running {
    /// Starts it and waits for a line that contains `text`, on either output.
    pub(crate) fn start(mut command: Command, text: &str) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let (report, lines) = channel();
        let stderr = child.stderr.take().expect("stderr is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        forward(stderr, report.clone());
        forward(stdout, report);
        let mut running = Self {
            child,
            lines,
            said: String::new(),
        };
        running.wait_for(text);
        running
    }

    /// Waits for a further line that contains `text`, on either output.
    pub(crate) fn wait_for(&mut self, text: &str) {
        let started = Instant::now();
        while let Ok(line) = self
            .lines
            .recv_timeout(PATIENCE.saturating_sub(started.elapsed()))
        {
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(text) {
                return;
            }
        }
        panic!("it never said {text:?}, but\n{}", self.said);
    }

    /// What it said until it was ready, and while it was waited for.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.process().to_string()])
            .status()
            .expect("kill runs");
        assert!(status.success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for its end, and that of all that it started and that still has its outputs.
    #[cfg(unix)]
    pub(crate) fn end_with_all(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(started.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.said.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => return self.end(),
                Err(RecvTimeoutError::Timeout) => panic!("something goes on\n{}", self.said),
            }
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the child is ours");
        self.child.wait().expect("the child is ours");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the lines of a pipe, and goes on reading when nobody listens any more, so that a full pipe
/// never stops the child.
fn forward(pipe: impl Read + Send + 'static, report: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = report.send(line);
        }
    });
}

/// A client by the current context of a kubeconfig, as any program makes one. Needs a runtime.
pub(crate) async fn client(kubeconfig: &Path) -> kube::Client {
    // Fails when another test has done so already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .expect("a usable kubeconfig");
    kube::Client::try_from(config).expect("a client")
}

/// Runs asynchronous test code.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}
