//! The commands that deploy, on a control plane of their own: their words, their statuses.

use crate::deployed::Cluster;
use crate::repositories::WebServer;

#[test]
fn objects_come_from_the_web() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    let web = WebServer::new(&cluster.sandbox.path(""));
    let url = web.url("web.yaml");
    let cache = format!("--cache-dir {}", cluster.sandbox.path("cache").display());
    let created = "deployment.apps/web created\nstatefulset.apps/db created\n";
    let applied = cluster.succeed(&format!("apply -f {url} --wait=false {cache}"));
    assert_eq!(applied, created);
    assert_eq!(web.requests(), ["/web.yaml"]);
    assert_eq!(
        cluster.succeed(&format!("diff -f {url} --offline {cache}")),
        ""
    );
    assert!(web.requests().is_empty());
    let missing = format!("delete -f {} {cache}", web.url("none.yaml"));
    let (status, _, stderr) = cluster.run(&missing);
    assert_eq!(status, 1);
    assert!(
        stderr.contains("none.yaml` answers 404 Not Found"),
        "{stderr}"
    );
}

#[test]
fn a_deployment_is_applied_changed_undone_scaled_and_deleted() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    let (status, _, stderr) = cluster.run("diff -f WEB");
    assert_eq!(status, 1, "there are differences: {stderr}");
    let (status, stdout, stderr) = cluster.run("apply -f WEB");
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(
        stdout,
        "deployment.apps/web created\nstatefulset.apps/db created\n"
    );
    assert!(
        stderr.contains(".\n+ deployment.apps/web in default: create\n"),
        "{stderr}"
    );
    assert!(stderr.contains("\nPlan: 2 to create.\n"), "{stderr}");
    assert!(!stderr.contains("not waited for"), "{stderr}");
    assert!(
        stderr.contains("deployment \"web\" successfully rolled out\n"),
        "{stderr}"
    );
    let ready = "get sts db -o jsonpath={.status.readyReplicas}";
    assert_eq!(cluster.succeed(ready), "1");
    assert_eq!(cluster.succeed("diff -f WEB"), "");

    cluster.write_web("shop/web:2", 600);
    let (status, stdout, _) = cluster.run("diff -f WEB -o fields");
    let expected = "\
~ deployment.apps/web in default
    spec.template.spec.containers[name=\"web\"].image: shop/web:1 -> shop/web:2
Plan: 1 to change, 1 unchanged.
";
    assert_eq!((status, &*stdout), (1, expected));
    let (_, stdout, _) = cluster.run("diff -f WEB");
    assert!(
        stdout.contains("\n-      - image: shop/web:1\n+      - image: shop/web:2\n"),
        "{stdout}"
    );
    assert_eq!(cluster.succeed("apply --dry-run=server -f WEB"), expected);
    let applied = cluster.succeed("apply -f WEB");
    assert_eq!(
        applied,
        "deployment.apps/web configured\nstatefulset.apps/db unchanged\n"
    );

    let history = cluster.succeed("rollout history deployment/web");
    let expected =
        "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n";
    assert_eq!(history, expected);
    assert_eq!(
        cluster.succeed("rollout undo deploy web"),
        "deployment.apps/web rolled back\n"
    );
    let status = cluster.succeed("rollout status deploy/web");
    assert!(
        status.ends_with("deployment \"web\" successfully rolled out\n"),
        "{status}"
    );
    let image = "get deploy web -o jsonpath={.spec.template.spec.containers[0].image}";
    assert_eq!(cluster.succeed(image), "shop/web:1");
    let skipped =
        "deployment.apps/web skipped rollback (current template already matches revision 3)\n";
    assert_eq!(
        cluster.succeed("rollout undo deploy/web --to-revision 3"),
        skipped
    );

    let scaled = cluster.succeed("scale deploy/web --replicas 4 --timeout 60s");
    assert_eq!(scaled, "deployment.apps/web scaled\n");
    let columns = "get deploy -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas";
    assert_eq!(cluster.succeed(columns), "NAME   WANTED\nweb    4\n");
    let met = cluster.succeed("wait --for=condition=Available deploy/web");
    assert_eq!(met, "deployment.apps/web condition met\n");

    let deleted = "statefulset.apps \"db\" deleted from default namespace\n\
                   deployment.apps \"web\" deleted from default namespace\n";
    assert_eq!(cluster.succeed("delete -f WEB"), deleted);
    let (status, stdout, stderr) = cluster.run("get deployments");
    assert_eq!((status, &*stdout), (0, ""));
    assert_eq!(stderr, "No resources found in default namespace.\n");
    let (status, _, stderr) = cluster.run("delete deploy web");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("deployments.apps \"web\" not found"),
        "{stderr}"
    );
    assert_eq!(cluster.succeed("delete deploy web --ignore-not-found"), "");
}

#[test]
fn a_rollout_that_fails_ends_with_its_reason() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:broken", 5);
    let (status, _, stderr) = cluster.run("apply -f WEB");
    assert_eq!(status, 3, "{stderr}");
    let error = "error[not-ready]: deployment \"web\" exceeded its progress deadline";
    assert!(stderr.contains(error), "{stderr}");
    assert!(
        stderr.contains("container web: ImagePullBackOff"),
        "{stderr}"
    );
    // It is new: there is nothing to go back to.
    assert!(!stderr.contains("rollout undo"), "{stderr}");
    let (status, _, stderr) = cluster.run("rollout status deployment/web");
    assert_eq!(status, 3, "{stderr}");
    assert!(!stderr.contains("rollout undo"), "{stderr}");
    assert!(
        stderr.contains("container web: ImagePullBackOff"),
        "{stderr}"
    );
}

#[test]
fn tables_are_the_servers() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB");
    let table = cluster.succeed("get deploy");
    let heading = table.lines().next().expect("a heading");
    assert_eq!(heading, "NAME   READY   UP-TO-DATE   AVAILABLE   AGE");
    assert!(
        table.contains("\nweb    2/2     2            2           "),
        "{table}"
    );
    let both = cluster.succeed("get deploy,rs --no-headers");
    assert!(both.starts_with("deployment.apps/web   2/2"), "{both}");
    assert!(both.contains("\n\nreplicaset.apps/web-"), "{both}");
    let everywhere = cluster.succeed("get deploy -A");
    assert!(
        everywhere.starts_with("NAMESPACE   NAME   READY"),
        "{everywhere}"
    );
    assert_eq!(
        cluster.succeed("get deploy/web -o name"),
        "deployment.apps/web\n"
    );
    let yaml = cluster.succeed("get deploy web -o yaml");
    assert!(
        yaml.starts_with("apiVersion: apps/v1\nkind: Deployment\n"),
        "{yaml}"
    );
    assert!(!yaml.contains("managedFields"), "{yaml}");
    let list = cluster.succeed("get deploy -o json");
    assert!(
        list.starts_with("{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n"),
        "{list}"
    );
    let (status, _, stderr) = cluster.run("get widgets");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("the server doesn't have a resource type \"widgets\""),
        "{stderr}"
    );
}

#[test]
fn what_the_server_would_not_take_is_told_by_its_line() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    let web = std::fs::read_to_string(cluster.sandbox.path("web.yaml")).expect("just written");
    let misspelt = web.replace("  replicas: 2", "  replica: 2");
    let file = cluster.sandbox.write("misspelt.yaml", &misspelt);
    let (status, _, stderr) = cluster.run(&format!("apply -f {}", file.display()));
    assert_eq!(status, 1, "{stderr}");
    let refused = "! deployment.apps/web in default: refused\n    spec.replica: field not declared in schema\n";
    let place = "misspelt.yaml:6:3\n";
    let expected = [
        refused,
        place,
        "did you mean `replicas`?",
        "nothing was applied",
    ];
    for expected in expected {
        assert!(stderr.contains(expected), "{expected} is not in\n{stderr}");
    }

    // Of a kustomization the file that brought it in, and not what it renders to.
    let directory = cluster.sandbox.write(
        "overlay/kustomization.yaml",
        "namePrefix: a-\nresources: [../misspelt.yaml]\n",
    );
    let directory = directory.parent().expect("it is in one");
    let restrictor = "--load-restrictor LoadRestrictionsNone";
    let (status, _, stderr) =
        cluster.run(&format!("apply -k {} {restrictor}", directory.display()));
    assert_eq!(status, 1, "{stderr}");
    for expected in [place, "did you mean `replicas`?"] {
        assert!(stderr.contains(expected), "{expected} is not in\n{stderr}");
    }

    // Whoever only asks what would change is told the same.
    let asked = format!("-k {} {restrictor}", directory.display());
    for (command, status) in [("plan", 1), ("diff", 2), ("diff -o fields", 2)] {
        for from in [&asked, &format!("-f {}", file.display())] {
            let (ended, stdout, stderr) = cluster.run(&format!("{command} {from}"));
            assert_eq!(ended, status, "{command} {from}: {stderr}");
            let told = stdout + &stderr;
            for expected in ["refused\n", place, "did you mean `replicas`?"] {
                assert!(told.contains(expected), "{command} {from}: {told}");
            }
        }
    }
}

#[test]
fn a_namespace_that_is_not_there_is_named_once_with_a_way_out() {
    let cluster = Cluster::start();
    cluster.sandbox.write(
        "web.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}
",
    );
    let (status, _, stderr) = cluster.run("apply -f WEB");
    assert_eq!(status, 1, "{stderr}");
    let hints: Vec<&str> = stderr.split("hint: ").skip(1).collect();
    let [hint] = &hints[..] else {
        panic!("one hint: {stderr}");
    };
    let hint = hint.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(hint.starts_with("namespace shop is not there:"), "{hint}");
    assert!(hint.ends_with("`kubectl create namespace shop`"), "{hint}");
}

#[test]
fn what_a_secret_holds_is_not_told_when_it_is_refused() {
    let cluster = Cluster::start();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  number: 12345678\n  list: [hunter-1]\n";
    cluster.sandbox.write("web.yaml", secret);
    for command in ["apply --yes", "plan", "diff", "diff -o fields"] {
        let (status, stdout, stderr) = cluster.run(&format!("{command} -f WEB"));
        assert_ne!(status, 0, "{command}: {stderr}");
        let told = stdout + &stderr;
        assert!(told.contains("  number: ***\n"), "{command}: {told}");
        for secret in ["12345678", "hunter-1"] {
            assert!(!told.contains(secret), "{command} tells {secret}: {told}");
        }
    }
}

#[test]
fn every_object_that_is_not_there_is_named() {
    let cluster = Cluster::start();
    for line in ["get configmap one two", "delete configmap one two"] {
        let (status, _, stderr) = cluster.run(line);
        assert_eq!(status, 1, "{line}");
        for name in ["one", "two"] {
            let expected = format!("configmaps {name:?} not found");
            assert!(stderr.contains(&expected), "{line}: {stderr}");
        }
    }
}

#[test]
fn warnings_of_the_server_are_told_once_and_refusals_without_a_log_line() {
    let cluster = Cluster::start();
    cluster.sandbox.write(
        "web.yaml",
        "{apiVersion: v1, kind: Endpoints, metadata: {name: old}}",
    );
    let (status, _, stderr) = cluster.run("apply -f WEB --yes");
    assert_eq!(status, 0, "{stderr}");
    let warning = "Warning: v1 Endpoints is deprecated";
    assert_eq!(stderr.matches(warning).count(), 1, "{stderr}");

    cluster.sandbox.write(
        "web.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, datta: {a: b}}",
    );
    let (status, _, stderr) = cluster.run("apply -f WEB --yes");
    assert_eq!(status, 1, "{stderr}");
    let second = stderr.lines().nth(1);
    let expected = "! configmap/x in default: refused";
    assert_eq!(second, Some(expected), "{stderr}");
}

#[test]
fn definitions_are_waited_for_before_their_objects_are_applied() {
    let cluster = Cluster::start();
    cluster.sandbox.write(
        "web.yaml",
        "
{apiVersion: example.com/v1, kind: Ferry, metadata: {name: gannet}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ferries.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Ferry, plural: ferries, singular: ferry}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
",
    );
    let (status, stdout, stderr) = cluster.run("apply -f WEB --yes");
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stdout.contains("ferry.example.com/gannet created"),
        "{stdout}"
    );
    assert!(!stderr.contains("not waited for"), "{stderr}");
    // Who waits for the end of an object whose kind is gone before it has waited enough.
    let deleted = cluster.succeed("delete -f WEB");
    assert_eq!(deleted.lines().count(), 2, "{deleted}");
}

#[test]
fn what_must_be_replaced_is_told_field_by_field() {
    let cluster = Cluster::start();
    let job = |tag: u8| {
        format!(
            "
apiVersion: batch/v1
kind: Job
metadata: {{name: once}}
spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: once, image: 'once:{tag}'}}]}}}}}}
"
        )
    };
    cluster.sandbox.write("web.yaml", &job(1));
    cluster.succeed("apply -f WEB");
    cluster.sandbox.write("web.yaml", &job(2));
    let (status, stdout, _) = cluster.run("apply -f WEB --dry-run=server");
    let expected = "\
! job.batch/once in default: must be replaced
    spec.template: field is immutable
    spec.template.spec.containers[name=\"once\"].image: once:1 -> once:2
Plan: 1 to replace.
";
    assert_eq!((status, &*stdout), (1, expected));
    let (status, stdout, stderr) = cluster.run("diff -f WEB");
    assert_eq!(status, 1, "{stderr}");
    let changed: Vec<&str> = stdout
        .lines()
        .skip(3)
        .filter(|line| line.starts_with(['-', '+']))
        .map(str::trim_end)
        .collect();
    assert_eq!(
        changed,
        ["-      - image: once:1", "+      - image: once:2"]
    );
    assert!(
        stderr.contains("job.batch/once: fields would change"),
        "{stderr}"
    );
}

/// `trimtab apply | head -1`: what is to be done is done, and ends with its own status.
#[test]
fn a_change_outlives_whoever_reads_of_it() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    assert_eq!(cluster.run_unread("apply -f WEB --release shop"), Some(0));
    let releases = cluster.succeed("releases shop --no-headers");
    assert!(releases.contains(" applied "), "{releases}");
    assert_eq!(cluster.run_unread("delete deployment/web sts/db"), Some(0));
    for object in ["deployment web", "sts db"] {
        assert_eq!(cluster.run(&format!("get {object}")).0, 1, "{object}");
    }
    cluster.write_web("shop/web:broken", 3);
    assert_eq!(
        cluster.run_unread("apply -f WEB"),
        Some(3),
        "it is not ready"
    );
    assert_eq!(cluster.run_unread("get deployments,pods"), Some(0));
}
