//! Servers that take a connection and say nothing: `--request-timeout` ends what would hang.

use crate::sandbox::Sandbox;
use crate::trimtab;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The address of a server that answers nothing, and what was connected to it.
fn silent() -> (String, Arc<Mutex<Vec<TcpStream>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it has one");
    let connected = Arc::<Mutex<Vec<TcpStream>>>::default();
    let kept = Arc::clone(&connected);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            kept.lock().expect("nobody panics").push(stream);
        }
    });
    (format!("http://{address}"), connected)
}

#[test]
fn a_wait_is_over_when_it_is_over() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["wait", "pod/a", "--for=delete"][..],
        &["wait", "pod/a", "--for=condition=Ready"],
        &["rollout", "status", "deployment/a"],
    ] {
        for scheme in ["http", "https"] {
            let (server, _) = silent();
            let server = server.replace("http", scheme);
            let flags = ["--timeout", "1s", "--server", &server];
            let outcome = sandbox.run(&[arguments, &flags].concat());
            assert_eq!(outcome.status, Some(1), "{arguments:?}: {}", outcome.stderr);
            let expected = "timed out waiting for the server to answer";
            assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
        }
    }
}

#[test]
fn a_request_is_given_up_in_the_time_that_was_given() {
    let sandbox = Sandbox::new();
    let object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
    let file = sandbox.write("a.yaml", object);
    let file = file.to_str().expect("a path in UTF-8");
    for (arguments, status) in [
        (&["get", "pods"][..], 1),
        (&["apply", "-f", file, "--yes"], 1),
        (&["diff", "-f", file], 2),
    ] {
        let (server, connected) = silent();
        let flags = ["--server", &server, "--request-timeout", "2s"];
        let started = Instant::now();
        let outcome = sandbox.run(&[arguments, &flags].concat());
        let took = started.elapsed();
        assert_eq!(outcome.status, Some(status), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("timed out"), "{}", outcome.stderr);
        assert!(!connected.lock().expect("nobody panics").is_empty());
        let expected = Duration::from_secs(2)..Duration::from_secs(20);
        assert!(expected.contains(&took), "{arguments:?} took {took:?}");
    }
}

#[test]
fn a_proxy_of_the_environment_does_not_lead_to_this_machine() {
    let sandbox = Sandbox::new();
    let (server, connected) = silent();
    let (proxy, asked) = silent();
    let server = server.replace("http", "https");
    let get = |flags: &[&str], no_proxy: &str| {
        let mut command = sandbox.trimtab(&["get", "pods", "--request-timeout", "1s"]);
        command.args(flags);
        command.env("HTTPS_PROXY", &proxy).env("NO_PROXY", no_proxy);
        assert_eq!(trimtab::run_command(command).status, Some(1));
    };
    let count = |connected: &Mutex<Vec<TcpStream>>| connected.lock().expect("no panic").len();

    get(&["--server", &server], "");
    let so_far = count(&connected);
    assert_eq!((so_far > 0, count(&asked)), (true, 0));

    // That of the kubeconfig is meant for the server, and leads to it.
    let kubeconfig = format!(
        "
current-context: a
clusters: [{{name: a, cluster: {{server: '{server}', proxy-url: '{proxy}'}}}}]
contexts: [{{name: a, context: {{cluster: a}}}}]
"
    );
    let kubeconfig = sandbox.write("kubeconfig", &kubeconfig);
    let file = kubeconfig.to_str().expect("a path in UTF-8");
    get(&["--kubeconfig", file], "127.0.0.1");
    assert_eq!((count(&connected), count(&asked) > 0), (so_far, true));
}
