//! Simulated nodes as a program of their own, beside a server that has none.

use crate::sandbox::{PATIENCE, Running, Sandbox};
use std::time::Instant;

const SCENARIO: &str = "
apiVersion: trimtab.dev/v1alpha1
kind: Scenario
pods:
- {match: {image: 'shop/web:broken'}, outcome: ImagePullBackOff}
";

fn web(image: &str, deadline: u32) -> String {
    format!(
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
"
    )
}

#[test]
fn pods_live_on_nodes_of_another_program() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.kubeconfig();
    let config = kubeconfig.to_str().expect("UTF-8");
    let _server = sandbox.start(&[
        "server",
        "--ephemeral",
        "--secure-port=0",
        "--write-kubeconfig",
        config,
    ]);
    let scenario = sandbox.write("scenario.yaml", SCENARIO);
    let mut command = sandbox.trimtab(&["nodes", "--nodes=2", "--pod-ready-after=0s"]);
    command.arg("--scenario").arg(scenario);
    command.arg("--kubeconfig").arg(&kubeconfig);
    let nodes = Running::start(command, "nodes for");
    let on_cluster = |arguments: &[&str]| {
        let with = [arguments, &["--kubeconfig", config]].concat();
        sandbox.run(&with)
    };
    let began = Instant::now();
    let are_ready = || {
        let wait = ["wait", "nodes", "node-1", "node-2"];
        let goal = ["--for=condition=Ready", "--timeout=20s"];
        on_cluster(&[wait.as_slice(), &goal].concat()).status == Some(0)
    };
    while !are_ready() {
        assert!(began.elapsed() < PATIENCE, "no nodes come");
    }

    let apply = |image: &str, deadline| {
        let file = sandbox.write("web.yaml", &web(image, deadline));
        let file = file.to_str().expect("UTF-8");
        on_cluster(&["apply", "-f", file, "--yes", "--timeout=60s"])
    };
    let applied = apply("shop/web:1", 600);
    assert_eq!(applied.status, Some(0), "{}", applied.stderr);
    let broken = apply("shop/web:broken", 5);
    assert_eq!(broken.status, Some(3), "{}", broken.stderr);
    assert!(
        broken.stderr.contains("ImagePullBackOff"),
        "{}",
        broken.stderr
    );
    nodes.signal("TERM");
    assert!(nodes.end().success());
}
