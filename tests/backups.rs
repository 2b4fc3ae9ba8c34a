//! `trimtab backup` and `restore`: what was there at one moment comes back, and nothing else is lost.

use crate::sandbox::{Sandbox, block_on, client};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn make(kubeconfig: &Path, name: &str) {
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(kubeconfig).await);
        let mut map = ConfigMap::default();
        map.metadata.name = Some(name.to_owned());
        let made = maps.create(&PostParams::default(), &map).await;
        made.expect("a ConfigMap can be made");
    });
}

fn names(kubeconfig: &Path) -> Vec<String> {
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(kubeconfig).await);
        let all = maps.list(&kube::api::ListParams::default()).await;
        let all = all.expect("a list").items.into_iter();
        let names = all.filter_map(|map| map.metadata.name);
        names.filter(|name| name != "kube-root-ca.crt").collect()
    })
}

#[test]
fn a_running_one_is_copied_and_the_copy_comes_back() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["up", "--detach", "--port", "0", "--nodes", "0"]);
    make(&sandbox.kubeconfig(), "before");
    let copy = sandbox.path("a.backup");
    let copy_text = copy.to_str().expect("UTF-8");
    let said = sandbox.succeed(&["backup", copy_text]);
    assert!(said.contains("as of revision"), "{said}");
    let mode = fs::metadata(&copy).expect("the copy").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "Secrets are in it");
    make(&sandbox.kubeconfig(), "after");

    let again = sandbox.run(&["backup", copy_text]);
    assert_eq!(again.status, Some(1));
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
    let busy = sandbox.run(&["restore", copy_text, "--replace"]);
    assert_eq!(busy.status, Some(1));
    assert!(busy.stderr.contains("running already"), "{}", busy.stderr);

    sandbox.succeed(&["down"]);
    let at_rest = sandbox.path("b.backup");
    sandbox.succeed(&["backup", at_rest.to_str().expect("UTF-8")]);
    let refused = sandbox.run(&["restore", copy_text]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.stderr.contains("--replace"), "{}", refused.stderr);
    let said = sandbox.succeed(&["restore", copy_text, "--replace"]);
    assert!(said.contains("store.before-restore"), "{said}");
    sandbox.succeed(&["up", "--detach", "--port", "0", "--nodes", "0"]);
    assert_eq!(names(&sandbox.kubeconfig()), ["before"]);
    sandbox.succeed(&["down"]);

    // What was there at rest is under another name, beside it.
    sandbox.succeed(&["restore", "other", at_rest.to_str().expect("UTF-8")]);
    sandbox.succeed(&["up", "other", "--detach", "--port", "0", "--nodes", "0"]);
    assert_eq!(names(&sandbox.kubeconfig()), ["after", "before"]);
}

#[test]
fn what_cannot_be_copied_or_restored_is_told_by_its_name() {
    let sandbox = Sandbox::new();
    let none = sandbox.run(&["backup", "a.backup"]);
    assert_eq!(none.status, Some(1));
    assert!(none.stderr.contains("store: "), "{}", none.stderr);
    let text = sandbox.write("text.backup", "no store at all");
    let text = text.to_str().expect("UTF-8");
    let refused = sandbox.run(&["restore", text]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.stderr.contains("text.backup"), "{}", refused.stderr);
    let missing = sandbox.run(&["restore", "missing.backup"]);
    assert!(
        missing.stderr.contains("missing.backup"),
        "{}",
        missing.stderr
    );
    sandbox.succeed(&[
        "up",
        "--detach",
        "--port",
        "0",
        "--nodes",
        "0",
        "--ephemeral",
    ]);
    let ephemeral = sandbox.run(&["backup", "a.backup"]);
    assert!(
        ephemeral.stderr.contains("is ephemeral"),
        "{}",
        ephemeral.stderr
    );
    let kubeconfig = sandbox.kubeconfig();
    let kubeconfig = kubeconfig.to_str().expect("it is text");
    let asked = sandbox.run(&["backup", "--kubeconfig", kubeconfig, "b.backup"]);
    // Told once, and not by the client before it.
    assert!(
        asked.stderr.starts_with("error[refused]"),
        "{}",
        asked.stderr
    );
}
