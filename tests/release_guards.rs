//! What belongs to others, or what nobody asked for, is not deleted, told or brought back by a release.

use crate::deployed::Cluster;
use crate::sandbox::{block_on, client};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;

fn map(name: &str, value: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{a: '{value}'}}}}\n---\n"
    )
}

/// Writes a kustomization of these objects.
fn write(cluster: &Cluster, directory: &str, head: &str, objects: &str) {
    let sandbox = &cluster.sandbox;
    sandbox.write(&format!("{directory}/objects.yaml"), objects);
    let text = format!("{head}resources: [objects.yaml]\n");
    sandbox.write(&format!("{directory}/kustomization.yaml"), &text);
}

fn at(cluster: &Cluster, command: &str, directory: &str, more: &str) -> (i32, String, String) {
    let directory = cluster.sandbox.path(directory);
    cluster.run(format!("{command} -k {} {more}", directory.display()).trim_end())
}

fn names(cluster: &Cluster) -> Vec<String> {
    let names = cluster.succeed("get configmap -o name");
    let ours = names.lines().filter(|name| !name.contains("kube-root-ca"));
    ours.map(str::to_owned).collect()
}

#[test]
fn a_kustomization_of_the_same_path_prunes_nothing_of_the_other() {
    let cluster = Cluster::start();
    for (is_in_git, more) in [
        (false, "--yes --prune"),
        (true, "--yes --prune --auto-undo"),
    ] {
        for team in ["one", "two"] {
            write(
                &cluster,
                &format!("{team}/overlays/live"),
                "",
                &map(team, "1"),
            );
            if is_in_git {
                cluster.sandbox.commit(team);
            }
        }
        let namespace = if is_in_git { "default" } else { "kube-public" };
        let more = format!("{more} -n {namespace}");
        let (status, _, stderr) = at(&cluster, "apply", "one/overlays/live", &more);
        assert_eq!(status, 0, "{stderr}");
        let (status, _, stderr) = at(&cluster, "apply", "two/overlays/live", &more);
        assert_eq!(status, 1, "{stderr}");
        assert!(stderr.contains("error[other-release]"), "{stderr}");
        cluster.succeed(&format!("get configmap one -n {namespace}"));
        // Who says that it takes the other's place is believed.
        let named = format!("{more} --release overlays-live");
        let (status, _, stderr) = at(&cluster, "apply", "two/overlays/live", &named);
        assert_eq!(status, 0, "{stderr}");
    }
}

#[test]
fn an_undo_keeps_what_was_left_over_where_it_goes_back_to() {
    let cluster = Cluster::start();
    let apply = "apply -f WEB --release shop --yes";
    for objects in [
        map("a", "1") + &map("b", "1"),
        map("a", "2"),
        map("a", "3") + &map("c", "1"),
    ] {
        cluster.sandbox.write("web.yaml", &objects);
        cluster.succeed(apply);
    }
    assert_eq!(
        names(&cluster),
        ["configmap/a", "configmap/b", "configmap/c"]
    );
    cluster.succeed("rollout undo --release shop --yes");
    assert_eq!(names(&cluster), ["configmap/a", "configmap/b"]);
    // It is known all the same that nobody describes it.
    assert_eq!(cluster.succeed("prune shop --yes"), "configmap/b pruned\n");
}

#[test]
fn what_was_made_anew_is_made_anew_to_undo_it() {
    let cluster = Cluster::start();
    let write = |app: &str, image: &str| {
        let text = format!(
            "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  progressDeadlineSeconds: 3
  selector: {{matchLabels: {{app: {app}}}}}
  template:
    metadata: {{labels: {{app: {app}}}}}
    spec: {{containers: [{{name: web, image: 'shop/web:{image}'}}]}}
"
        );
        cluster.sandbox.write("web.yaml", &text);
    };
    let selector = "get deployment web -o jsonpath={.spec.selector.matchLabels.app}";
    let apply = "apply -f WEB --release shop --yes --recreate Deployment";
    write("one", "1");
    cluster.succeed(apply);
    write("two", "broken");
    let (status, _, stderr) = cluster.run(&format!("{apply} --auto-undo"));
    assert_eq!(status, 3, "{stderr}");
    assert_eq!(cluster.succeed(selector), "one", "{stderr}");
    write("two", "2");
    cluster.succeed(apply);
    let undo = "rollout undo --release shop --yes --to-revision 1";
    assert_eq!(cluster.run(undo).0, 1);
    cluster.succeed(&format!("{undo} --recreate deployment"));
    assert_eq!(cluster.succeed(selector), "one");
}

#[test]
fn keys_that_came_by_string_data_go_with_an_undo() {
    let cluster = Cluster::start();
    let apply = |data: &str| {
        let secret = format!(
            "{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, stringData: {{{data}}}}}\n"
        );
        cluster.sandbox.write("web.yaml", &secret);
        cluster.succeed("apply -f WEB --release shop --yes");
    };
    apply("a: '1'");
    apply("a: '1', b: '2'");
    cluster.succeed("rollout undo --release shop --yes");
    let data = "get secret s -o jsonpath={.data}";
    assert_eq!(cluster.succeed(data), "{\"a\":\"MQ==\"}");
}

#[test]
fn a_secret_that_somebody_else_changed_is_not_told() {
    let cluster = Cluster::start();
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {pw: b25l}}\n";
    cluster.sandbox.write("web.yaml", secret);
    cluster.succeed("apply -f WEB --yes");
    block_on(async {
        let client = client(&cluster.sandbox.kubeconfig()).await;
        let secrets: Api<Secret> = Api::namespaced(client, "default");
        let theirs = json!({ "data": { "pw": "cm90YXRlZA==" } });
        let manager = PatchParams::apply("other");
        let manager = PatchParams {
            force: false,
            ..manager
        };
        let patched = secrets.patch("s", &manager, &Patch::Merge(theirs)).await;
        patched.expect("it is there");
    });
    for command in [
        "apply -f WEB --yes",
        "apply -f WEB --yes -o json",
        "diff -f WEB -o fields",
    ] {
        let (status, stdout, stderr) = cluster.run(command);
        assert_ne!(status, 0, "{command}");
        let said = stdout + &stderr;
        assert!(
            said.contains("***") && !said.contains("cm90YXRlZA"),
            "{said}"
        );
    }
}

#[test]
fn a_kustomization_is_deleted_and_pruned_only_from_its_own_cluster() {
    let cluster = Cluster::start();
    let head = "metadata: {annotations: {trimtab.dev/cluster: live}}\n";
    write(&cluster, "shop/live", head, &map("a", "1"));
    for command in ["apply", "delete", "prune"] {
        let (status, _, stderr) = at(&cluster, command, "shop/live", "");
        assert_eq!(status, 1, "{stderr}");
        assert!(
            stderr.contains("error[other-cluster]: nothing was changed"),
            "{stderr}"
        );
    }
}

#[test]
fn a_cause_goes_with_the_pods_that_it_caused() {
    let cluster = Cluster::start();
    let apply = "apply -f WEB --release shop --yes";
    for image in ["1", "2"] {
        cluster.write_web(&format!("shop/web:{image}"), 600);
        cluster.succeed(apply);
    }
    cluster.succeed("rollout undo --release shop --yes");
    cluster.write_web("shop/web:3", 600);
    cluster.succeed(apply);
    let history = cluster.succeed("rollout history deployment/web");
    let causes: Vec<&str> = history
        .lines()
        .skip(2)
        .filter(|line| !line.is_empty())
        .collect();
    assert!(
        causes
            .iter()
            .any(|line| line.contains("back to revision 1")),
        "{history}"
    );
    assert!(
        causes.last().is_some_and(|line| line.ends_with("<none>")),
        "{history}"
    );
}
