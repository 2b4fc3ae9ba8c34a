//! Git repositories and a web server for one test, and `trimtab` that knows no others.

use crate::trimtab::{self, Outcome};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

/// A directory with repositories, a cache of its own and a `git` that notes how it is called.
pub(crate) struct Repositories {
    directory: PathBuf,
}

impl Repositories {
    pub(crate) fn new() -> Self {
        let directory = trimtab::scratch_directory();
        let directory = directory.canonicalize().expect("it was just made");
        let this = Self { directory };
        this.write(
            "gitconfig",
            "[user]\n\tname = Nobody\n\temail = nobody@example.com\n\
             [protocol \"file\"]\n\tallow = always\n[init]\n\tdefaultBranch = main\n",
        );
        let log = this.path("git.log");
        let git = real_git();
        this.fake_git(&format!(
            "echo \"$@\" >> '{}'\nexec '{}' \"$@\"\n",
            log.display(),
            git.display()
        ));
        this
    }

    /// Puts a script in the place of `git`.
    pub(crate) fn fake_git(&self, script: &str) {
        self.program("git", &format!("#!/bin/sh\n{script}"));
    }

    /// Puts a program into the path.
    pub(crate) fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        self.write(&format!("bin/{name}"), script);
        let path = self.path("bin").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The address of a repository here.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    /// Runs git itself in a directory here, and gives what it prints.
    pub(crate) fn git(&self, inside: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(real_git());
        command.args(arguments).current_dir(self.path(inside));
        self.set_environment(&mut command);
        let outcome = trimtab::run_command(command);
        assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout)
            .expect("text")
            .trim()
            .to_owned()
    }

    /// Makes a repository with these files, and gives its commit.
    pub(crate) fn make(&self, name: &str, files: &[(&str, &str)]) -> String {
        fs::create_dir_all(self.path(name)).expect("it can be made");
        self.git(name, &["init", "--quiet"]);
        self.commit(name, files)
    }

    /// Adds a commit.
    pub(crate) fn commit(&self, name: &str, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(&format!("{name}/{path}"), text);
        }
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", "change"]);
        self.git(name, &["rev-parse", "HEAD"])
    }

    /// Runs `trimtab` with a line of arguments.
    pub(crate) fn trimtab(&self, arguments: &str) -> Outcome {
        trimtab::run_command(self.command(arguments))
    }

    /// `trimtab` with a line of arguments, not yet started.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
        command
            .args(arguments.split_whitespace())
            .current_dir(&self.directory)
            .env("NO_COLOR", "1");
        self.set_environment(&mut command);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", self.path("bin").display()));
        command
    }

    fn set_environment(&self, command: &mut Command) {
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "TRIMTAB_CACHE_DIR",
        ] {
            command.env_remove(name);
        }
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        command
            .env("HOME", &self.directory)
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("GIT_CONFIG_GLOBAL", self.path("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
    }

    /// Builds a kustomization with these resources, which must end well.
    pub(crate) fn build(&self, resources: &[&str]) -> String {
        let outcome = self.try_build(resources, "");
        assert_eq!(outcome.status, Some(0), "{resources:?}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("text")
    }

    /// Builds a kustomization with these resources and more arguments.
    pub(crate) fn try_build(&self, resources: &[&str], arguments: &str) -> Outcome {
        self.kustomization(resources);
        self.trimtab(&format!("build app {arguments}"))
    }

    /// Writes the kustomization that the others build.
    pub(crate) fn kustomization(&self, resources: &[&str]) {
        let list = resources.join("\n- ");
        self.write("app/kustomization.yaml", &format!("resources:\n- {list}\n"));
    }

    /// Which git commands were run since the last time this was asked.
    pub(crate) fn git_calls(&self) -> Vec<String> {
        let log = self.path("git.log");
        let text = fs::read_to_string(&log).unwrap_or_default();
        fs::write(log, "").expect("it can be written");
        let is_setting = |word: &&str| *word == "-c" || word.contains('=');
        text.lines()
            .filter_map(|line| line.split(' ').find(|word| !is_setting(word)))
            .map(str::to_owned)
            .collect()
    }
}

/// The user's git.
pub(crate) fn real_git() -> PathBuf {
    let path = std::env::var_os("PATH").expect("there is a path");
    let mut found = std::env::split_paths(&path).map(|directory| directory.join("git"));
    found.find(|git| git.is_file()).expect("git is installed")
}

/// A config map's manifest.
pub(crate) fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

/// Serves the files of a directory on the loopback interface, and notes what is asked for.
pub(crate) struct WebServer {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl WebServer {
    pub(crate) fn new(directory: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (noted, directory) = (Arc::clone(&requests), directory.to_owned());
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (noted, directory) = (Arc::clone(&noted), directory.clone());
                thread::spawn(move || answer(&connection, &directory, &noted));
            }
        });
        Self { port, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What was asked for since the last time this was asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().expect("no thread panicked"))
    }
}

/// Answers one request. `/moved/X` leads to `/X`, and every file has its length as its tag.
fn answer(connection: &TcpStream, directory: &Path, requests: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = first.split(' ').nth(1).unwrap_or_default();
    let header = |name: &str| {
        let mut found = headers.iter().filter_map(|line| line.split_once(": "));
        found
            .find(|(it, _)| it.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    };
    let user = header("Authorization").map(|user| format!(" {user}"));
    let note = format!("{path}{}", user.unwrap_or_default());
    requests.lock().expect("no thread panicked").push(note);
    let name = path
        .trim_start_matches('/')
        .split('?')
        .next()
        .unwrap_or_default();
    let (status, more, body) = if let Some(to) = name.strip_prefix("moved/") {
        ("302 Found", format!("Location: /{to}\r\n"), Vec::new())
    } else {
        match fs::read(directory.join(name)) {
            Err(_) => ("404 Not Found", String::new(), b"nothing".to_vec()),
            Ok(body) => {
                let tag = format!("\"{}\"", body.len());
                let status = if header("If-None-Match") == Some(tag.clone()) {
                    "304 Not Modified"
                } else {
                    "200 OK"
                };
                (status, format!("ETag: {tag}\r\n"), body)
            }
        }
    };
    let body = if status.starts_with("304") {
        Vec::new()
    } else {
        body
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    let mut connection = connection;
    // A client that has left needs no answer.
    let _ = connection
        .write_all(head.as_bytes())
        .and_then(|()| connection.write_all(&body));
}
