//! `trimtab rehearse --from current`: the state before is what a running cluster has, and stays there
//! as it is.

use crate::sandbox::{Running, Sandbox};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// What is in the cluster before: a Deployment that an autoscaler has scaled from two to five, and a
/// budget that somebody else has put beside it.
const BEFORE: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: shop/web:1}]}
";

const BUDGET: &str = "
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  minAvailable: 5
  selector: {matchLabels: {app: web}}
";

/// What is to be rolled out: it says nothing of the namespace, the budget, or how many pods.
const KUSTOMIZATION: &str = "namespace: shop\nresources: [web.yaml]\n";

struct Cluster {
    sandbox: Sandbox,
    _running: Running,
    audit: PathBuf,
}

impl Cluster {
    /// A cluster with the state before, and a user who is known to the audit log.
    fn start() -> Self {
        let sandbox = Sandbox::new();
        let users = "of-admin,admin,admin,\"system:masters\"\n\
                     of-rehearser,rehearser,rehearser,\"system:masters\"\n";
        let tokens = sandbox.write("tokens.csv", users);
        let audit = sandbox.path("audit.log");
        let made = sandbox.path("made.kubeconfig");
        let text = |path: &PathBuf| path.to_str().expect("UTF-8").to_owned();
        let running = sandbox.start(&[
            "server",
            "--ephemeral",
            "--secure-port=0",
            "--nodes=3",
            "--pod-ready-after=0s",
            &format!("--token-auth-file={}", text(&tokens)),
            &format!("--audit-log-path={}", text(&audit)),
            &format!("--write-kubeconfig={}", text(&made)),
        ]);
        let made = fs::read_to_string(made).expect("a kubeconfig");
        for user in ["admin", "rehearser"] {
            let mut config = kube::config::Kubeconfig::from_yaml(&made).expect("a kubeconfig");
            config.auth_infos[0].auth_info = Some(kube::config::AuthInfo {
                token: Some(format!("of-{user}").into()),
                ..Default::default()
            });
            let config = serde_json::to_string(&config).expect("a kubeconfig");
            sandbox.write(&format!("{user}.kubeconfig"), &config);
        }
        let cluster = Self {
            sandbox,
            _running: running,
            audit,
        };
        let before = cluster.sandbox.write("before.yaml", BEFORE);
        cluster.admin(&["apply", "-f", before.to_str().expect("UTF-8")]);
        cluster.admin(&[
            "scale",
            "deploy/web",
            "-n",
            "shop",
            "--replicas=5",
            "--timeout=60s",
        ]);
        let budget = cluster.sandbox.write("budget.yaml", BUDGET);
        cluster.admin(&["apply", "-f", budget.to_str().expect("UTF-8")]);
        cluster
    }

    fn admin(&self, words: &[&str]) -> String {
        let kubeconfig = self.sandbox.path("admin.kubeconfig");
        let mut command = self.sandbox.trimtab(words);
        command.arg("--kubeconfig").arg(kubeconfig);
        let outcome = crate::trimtab::run_command(command);
        assert_eq!(outcome.status, Some(0), "{words:?}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("text")
    }

    /// Rehearses an overlay with that image, as the rehearser: its status, and the report.
    fn rehearse(&self, image: &str, flags: &[&str]) -> (i32, Value) {
        let web = BEFORE.replace("shop/web:1", image);
        let (_, web) = web.split_once("---\n").expect("two documents");
        let web = web.replace(", namespace: shop", "");
        self.sandbox
            .write("overlay/kustomization.yaml", KUSTOMIZATION);
        self.sandbox.write("overlay/web.yaml", &web);
        let mut command = self.sandbox.trimtab(&["rehearse"]);
        command.arg(self.sandbox.path("overlay"));
        command.args(["--from", "current", "-o", "json", "--kubeconfig"]);
        command.arg(self.sandbox.path("rehearser.kubeconfig"));
        let outcome = crate::trimtab::run_command({
            command.args(flags);
            command
        });
        let report = serde_json::from_slice(&outcome.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}: {}", outcome.stderr));
        (outcome.status.expect("it ends"), report)
    }

    /// Verb and path of every request that the rehearser has made.
    fn rehearsers_requests(&self) -> Vec<(String, String)> {
        let log = fs::read_to_string(&self.audit).expect("an audit log");
        let events = log
            .lines()
            .map(|line| -> Value { serde_json::from_str(line).expect("JSON") });
        let of_rehearser = events.filter(|event| event["user"]["username"] == "rehearser");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        of_rehearser
            .map(|event| (text(&event["verb"]), text(&event["requestURI"])))
            .collect()
    }
}

#[test]
fn what_the_cluster_has_is_rolled_over_in_play_and_left_alone() {
    let cluster = Cluster::start();
    let (status, report) = cluster.rehearse("shop/web:2", &[]);
    assert_eq!(status, 0, "{report:#}");
    let web = &report["workloads"][0];
    assert_eq!(web["object"]["namespace"], "shop", "{web:#}");
    // As the autoscaler left it, and with pods that run.
    assert_eq!(web["desired"], 5, "{web:#}");
    assert_eq!(web["availableBefore"], 5);
    assert_eq!(web["timeline"][0]["available"], 5);
    assert_eq!(report["undo"]["restores"], true, "{:#}", report["undo"]);
    // A quarter of five may be missing, which the budget of somebody else does not grant.
    let budget = &report["disruptionBudgets"][0];
    assert_eq!(budget["object"]["name"], "web", "{report:#}");
    assert_eq!(budget["isKept"], false, "{budget:#}");

    let (status, report) = cluster.rehearse("shop/web:2", &["--assert", "budgetsKept"]);
    assert_eq!(status, 1, "{report:#}");
    let (status, report) = cluster.rehearse("shop/web:1", &[]);
    assert_eq!(
        (status, &report["peakPods"]),
        (0, &5.into()),
        "nothing changes"
    );

    let requests = cluster.rehearsers_requests();
    let is_read = |verb: &str| ["get", "list"].contains(&verb);
    let writes: Vec<_> = requests.iter().filter(|(verb, _)| !is_read(verb)).collect();
    assert!(writes.is_empty(), "{writes:?}");
    let asked = |path: &str| requests.iter().any(|(_, it)| it.starts_with(path));
    assert!(
        asked("/apis/apps/v1/namespaces/shop/deployments/web"),
        "{requests:?}"
    );
}
