//! How trimtab shows a server who asks, and what it says where it cannot.

use crate::sandbox::Sandbox;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

/// What `get pods` says with a kubeconfig whose user is `user`.
fn get_as(sandbox: &Sandbox, server: &str, user: &str) -> String {
    let kubeconfig = format!(
        "
current-context: a
clusters: [{{name: a, cluster: {{server: '{server}'}}}}]
users: [{{name: a, user: {user}}}]
contexts: [{{name: a, context: {{cluster: a, user: a}}}}]
"
    );
    let file = sandbox.write("kubeconfig", &kubeconfig);
    let file = file.to_str().expect("a path in UTF-8");
    let outcome = sandbox.run(&["get", "pods", "--kubeconfig", file]);
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    outcome.stderr
}

#[test]
fn a_token_file_may_end_with_a_line_break() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let server = format!("http://{}", listener.local_addr().expect("it has one"));
    let sent = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let lines = BufReader::new(stream.try_clone().expect("one to read"));
        let lines = lines.lines().map_while(Result::ok);
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let answer = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).expect("it listens");
        head
    });
    let sandbox = Sandbox::new();
    sandbox.write("token", "abc\n");
    let said = get_as(&sandbox, &server, "{tokenFile: token}");
    assert!(said.contains("does not know you"), "{said}");
    let sent = sent.join().expect("it does not panic");
    let sent: Vec<&String> = sent.iter().filter(|line| line.contains("earer")).collect();
    assert_eq!(sent, ["authorization: Bearer abc"]);
}

#[test]
fn a_file_without_a_token_is_told_as_that() {
    let sandbox = Sandbox::new();
    sandbox.write("empty", "\n");
    sandbox.write("lines", "a\nb\n");
    for (file, expected) in [
        ("empty", "empty: it is empty"),
        ("lines", "lines, but several lines or a binary"),
        ("missing", "missing: No such file or directory"),
    ] {
        let said = get_as(&sandbox, "https://a", &format!("{{tokenFile: {file}}}"));
        let start = "error[kubeconfig]: cannot talk to https://a: ";
        assert!(said.starts_with(start) && said.contains(expected), "{said}");
    }
}

#[test]
fn a_credential_plugin_that_fails_is_named_with_what_it_said() {
    let sandbox = Sandbox::new();
    let exec = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never";
    for (plugin, expected) in [
        (
            "command: aws-nope, installHint: 'install aws, please'",
            "`aws-nope` is not there\n |\n = hint: install aws, please\n",
        ),
        (
            "command: aws-nope",
            "`aws-nope` is not there\n |\n = hint: install it, or mend `exec.command` of the user in the kubeconfig\n",
        ),
        (
            "command: sh, args: [-c, 'echo secret; echo log in first >&2; exit 3']",
            "`sh` failed with exit status 3\n |\n = note: it said: log in first\n",
        ),
        (
            "command: echo, args: [secret]",
            "`echo` did not print an ExecCredential with a status\n",
        ),
    ] {
        let said = get_as(
            &sandbox,
            "https://a",
            &format!("{{exec: {{{exec}, {plugin}}}}}"),
        );
        let start = "error[kubeconfig]: cannot talk to https://a: the credential plugin ";
        assert_eq!(said, format!("{start}{expected}"));
    }
}
