//! Git servers of one test: git's own program behind HTTP on the loopback interface, and one behind
//! what stands in for ssh.

use crate::repositories::{Repositories, real_git};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Serves the repositories of a directory as `git http-backend` does, and notes what is asked for.
pub(crate) struct GitServer {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    /// `user:password` in base64, which all have to say.
    credentials: Option<&'static str>,
    requests: Mutex<Vec<String>>,
    sent: AtomicUsize,
}

impl GitServer {
    /// One that lets everybody in.
    pub(crate) fn new(root: &Path) -> Option<Self> {
        Self::start(root, None)
    }

    /// One that lets in `alice` with the password `s3cret`.
    pub(crate) fn private(root: &Path) -> Option<Self> {
        Self::start(root, Some("YWxpY2U6czNjcmV0"))
    }

    /// Nothing where this machine's git has no `http-backend`, unless the environment says that it
    /// must: CI does.
    #[allow(
        clippy::print_stderr,
        reason = "who runs the test sees what it did not do"
    )]
    fn start(root: &Path, credentials: Option<&'static str>) -> Option<Self> {
        let output = Command::new(real_git()).arg("--exec-path").output();
        let directory = String::from_utf8(output.expect("git runs").stdout).expect("a path");
        if !Path::new(directory.trim())
            .join("git-http-backend")
            .exists()
        {
            let must = std::env::var_os("TRIMTAB_TEST_HTTP_BACKEND").is_some();
            assert!(!must, "this git has no http-backend: install all of git");
            #[expect(clippy::print_stderr, reason = "what is not tested must be seen")]
            {
                eprintln!("not tested: this git has no http-backend");
            }
            return None;
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            credentials,
            requests: Mutex::default(),
            sent: AtomicUsize::new(0),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                // A client that has left needs no answer.
                thread::spawn(move || drop(serving.answer(&connection)));
            }
        });
        Some(Self { port, shared })
    }

    /// The address of a repository, maybe with a user.
    pub(crate) fn url(&self, user: &str, path: &str) -> String {
        format!("http://{user}127.0.0.1:{}/{path}", self.port)
    }

    /// What was asked for since the last time this was asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.requests.lock().expect("no thread panicked"))
    }

    /// How many bytes were sent since the last time this was asked.
    pub(crate) fn sent(&self) -> usize {
        self.shared.sent.swap(0, Ordering::SeqCst)
    }
}

impl Shared {
    fn answer(&self, connection: &TcpStream) -> std::io::Result<()> {
        let mut from = BufReader::new(connection);
        let mut line = || {
            let mut line = String::new();
            from.read_line(&mut line)?;
            Ok::<_, std::io::Error>(line.trim_end().to_owned())
        };
        let first = line()?;
        let mut headers = Vec::new();
        loop {
            let line = line()?;
            match line.split_once(": ") {
                Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
                None => break,
            }
        }
        let header = |name: &str| {
            let mut found = headers.iter().filter(|(it, _)| it == name);
            found.next().map_or("", |(_, value)| value.as_str())
        };
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let body = if header("transfer-encoding") == "chunked" {
            chunks(&mut from)?
        } else {
            let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
            from.read_exact(&mut body)?;
            body
        };
        let mut requests = self.requests.lock().expect("no thread panicked");
        requests.push(format!("{method} {target}"));
        drop(requests);
        let wanted = self.credentials.map(|user| format!("Basic {user}"));
        if wanted.is_some_and(|wanted| header("authorization") != wanted) {
            let refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\n\
                           Content-Length: 0\r\nConnection: close\r\n\r\n";
            return self.send(connection, refusal.as_bytes());
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut child = Command::new(real_git())
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_CONFIG_GLOBAL", self.root.join("gitconfig"))
            .env("GIT_PROTOCOL", header("git-protocol"))
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", method)
            .env("CONTENT_TYPE", header("content-type"))
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut to = child.stdin.take().expect("it is piped");
        let writer = thread::spawn(move || drop(to.write_all(&body)));
        let output = child.wait_with_output()?.stdout;
        drop(writer.join());
        let end = output.windows(4).position(|it| it == b"\r\n\r\n");
        let end = end.unwrap_or(output.len());
        let said = String::from_utf8_lossy(&output[..end]);
        let status = said.lines().find_map(|line| line.strip_prefix("Status: "));
        let status = status.unwrap_or("200 OK");
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        self.send(connection, head.as_bytes())?;
        self.send(connection, &output)
    }

    fn send(&self, mut connection: &TcpStream, bytes: &[u8]) -> std::io::Result<()> {
        self.sent.fetch_add(bytes.len(), Ordering::SeqCst);
        connection.write_all(bytes)
    }
}

fn chunks(from: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim_end(), 16).unwrap_or(0);
        let mut chunk = vec![0; length + 2];
        from.read_exact(&mut chunk)?;
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

/// Puts a script in the place of ssh that runs git's program here, in the directory of the
/// repositories, and notes what it was called with in `ssh.log`.
pub(crate) fn stand_in_for_ssh(at: &Repositories) {
    let script = format!(
        "#!/bin/sh\n\
         echo \"$@\" >> '{log}'\n\
         for last; do :; done\n\
         cd '{root}'\n\
         program=$(echo \"$last\" | sed \"s#'[/~]*#'#\")\n\
         eval \"exec '{git}' ${{program#git-}}\"\n",
        log = at.path("ssh.log").display(),
        root = at.path("").display(),
        git = real_git().display()
    );
    at.program("ssh", &script);
}
