//! A control plane for tests that deploy to it.

use crate::sandbox::{Running, Sandbox};
use std::path::PathBuf;
use std::process::Stdio;

/// A control plane whose pods are ready at once, save for those of one image, and not at all of another.
pub(crate) struct Cluster {
    pub(crate) sandbox: Sandbox,
    running: Running,
    web: PathBuf,
}

const SCENARIO: &str = "
apiVersion: trimtab.dev/v1alpha1
kind: Scenario
pods:
- {match: {image: 'shop/web:broken'}, outcome: ImagePullBackOff}
- {match: {image: 'shop/web:slow'}, readyAfter: 5s}
";

impl Cluster {
    pub(crate) fn start() -> Self {
        let sandbox = Sandbox::new();
        let scenario = sandbox.write("scenario.yaml", SCENARIO);
        let scenario = scenario.to_str().expect("a path in UTF-8");
        let running = sandbox.start(&[
            "up",
            "--ephemeral",
            "--port",
            "0",
            "--pod-ready-after",
            "0s",
            "--scenario",
            scenario,
        ]);
        let web = sandbox.path("web.yaml");
        Self {
            sandbox,
            running,
            web,
        }
    }

    /// The words of a command, `WEB` in it standing for the file with the Deployment.
    fn words<'l>(&'l self, line: &'l str) -> Vec<&'l str> {
        let web = self.web.to_str().expect("a path in UTF-8");
        line.split(' ')
            .map(|word| if word == "WEB" { web } else { word })
            .collect()
    }

    /// Starts a command, and waits until it says `text`.
    #[cfg(unix)]
    pub(crate) fn begin(&self, line: &str, text: &str) -> Running {
        Running::start(self.sandbox.trimtab(&self.words(line)), text)
    }

    /// The process in which it runs.
    #[cfg(unix)]
    pub(crate) fn process(&self) -> u32 {
        self.running.process()
    }

    /// Sends it a signal by its name.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        self.running.signal(name);
    }

    /// Runs a command; its status and outputs.
    pub(crate) fn run(&self, line: &str) -> (i32, String, String) {
        let outcome = self.sandbox.run(&self.words(line));
        let stdout = String::from_utf8(outcome.stdout).expect("text");
        let Some(status) = outcome.status else {
            panic!("{line} does not end: {stdout}\n{}", outcome.stderr);
        };
        (status, stdout, outcome.stderr)
    }

    /// Runs a command whose output nobody reads; its status.
    pub(crate) fn run_unread(&self, line: &str) -> Option<i32> {
        let mut command = self.sandbox.trimtab(&self.words(line));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        child.wait().expect("the child is ours").code()
    }

    /// Runs a command that must succeed; its standard output.
    pub(crate) fn succeed(&self, line: &str) -> String {
        let (status, stdout, stderr) = self.run(line);
        assert_eq!(status, 0, "{line}: {stderr}");
        stdout
    }

    pub(crate) fn write_web(&self, image: &str, deadline: u32) {
        let text = format!(
            "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  progressDeadlineSeconds: {deadline}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: {image}}}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  serviceName: db
  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: db, image: db:1}}]}}
"
        );
        self.sandbox.write("web.yaml", &text);
    }
}
