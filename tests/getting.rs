//! `trimtab get` and the flags of whom and where to ask, on a control plane of their own.

use crate::deployed::Cluster;
use crate::sandbox::{Running, Sandbox};
use kube::config::Kubeconfig;

const THREE: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: item-10}
data: {amount: 900M, word: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: item-9}
data: {amount: 1Gi, word: c}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {amount: '10'}
";

/// A cluster with three `ConfigMap`s that are labelled, and the file that describes them.
fn three() -> (Cluster, String) {
    let cluster = Cluster::start();
    let labelled = THREE.replace("metadata: {", "metadata: {labels: {of: three}, ");
    let file = cluster.sandbox.write("three.yaml", &labelled);
    let file = file.to_str().expect("a path in UTF-8").to_owned();
    cluster.succeed(&format!("apply -f {file}"));
    (cluster, file)
}

#[test]
fn objects_are_sorted_by_a_field() {
    let (cluster, _) = three();
    let names = |flags: &str| {
        let line = format!("get cm -l of=three {flags}");
        let found = cluster.succeed(&line);
        let first = found.lines().map(|line| line.split_whitespace().next());
        let first = first.map(|word| word.unwrap_or_default().replace("configmap/", ""));
        first.collect::<Vec<_>>()
    };
    let by_name = names("--no-headers --sort-by .metadata.name");
    assert_eq!(by_name, ["item-9", "item-10", "other"]);
    let by_amount = names("--no-headers --sort-by={.data.amount} --chunk-size 1");
    assert_eq!(by_amount, ["other", "item-10", "item-9"]);
    assert_eq!(
        names("-o name --sort-by .data.word"),
        ["other", "item-10", "item-9"]
    );
    let (status, _, stderr) = cluster.run("get cm --sort-by .nothing");
    assert_eq!(status, 1);
    let expected = "couldn't find any field with path \".nothing\" in the list of objects";
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn what_is_there_is_shown_though_something_is_missing() {
    let (cluster, _) = three();
    let shown = "get cm nothing item-9";
    for (format, expected) in [
        ("name", "configmap/item-9\n"),
        ("jsonpath={.items[*].data.word}", "c"),
        (
            "custom-columns=NAME:.metadata.name,WORD:.data.word",
            "NAME     WORD\nitem-9   c\n",
        ),
    ] {
        let (status, stdout, stderr) = cluster.run(&format!("{shown} -o {format}"));
        assert_eq!((status, &*stdout), (1, expected), "{format}: {stderr}");
        let missing = "error[not-found]: configmaps \"nothing\" not found\n";
        assert_eq!(stderr, missing, "{format}");
    }
    for format in ["json", "yaml"] {
        let (status, stdout, stderr) = cluster.run(&format!("{shown} -o {format}"));
        assert_eq!(status, 1, "{format}");
        assert!(stdout.contains("item-9"), "{format}: {stdout}");
        assert!(stdout.contains("List"), "{format}: {stdout}");
        assert!(stderr.contains("\"nothing\" not found"), "{stderr}");
    }
    let (status, stdout, _) = cluster.run("get cm nothing neither -o jsonpath={.kind}");
    assert_eq!((status, &*stdout), (1, "List"));
    let (status, stdout, _) = cluster.run("get cm nothing -o jsonpath={.kind}");
    assert_eq!((status, &*stdout), (1, ""));
}

#[test]
fn a_list_that_is_refused_does_not_hide_the_others() {
    let (cluster, _) = three();
    cluster.sandbox.write(
        "web.yaml",
        "
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{apiGroups: [''], resources: [configmaps], verbs: [list]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: anne}]}
",
    );
    cluster.succeed("apply -f WEB");
    for format in ["", " -o name"] {
        let (status, stdout, stderr) = cluster.run(&format!("get secrets,cm --as anne{format}"));
        assert_eq!(status, 1, "{stderr}");
        assert!(stdout.contains("configmap/item-9"), "{stdout}");
        assert!(stderr.contains("secrets is forbidden"), "{stderr}");
    }
}

#[test]
fn a_format_without_its_template_is_refused() {
    let cluster = Cluster::start();
    for (format, expected) in [
        (
            "jsonpath",
            "template format specified but no template given",
        ),
        ("jsonpath=", "for example jsonpath='{.metadata.name}'"),
        ("jsonpath-as-json", "no template given"),
        ("jsonpath-file", "jsonpath-file names no file"),
        ("custom-columns", "no custom columns given"),
        ("custom-columns-file=", "custom-columns-file names no file"),
        ("go-template={{.kind}}", "jsonpath='{.metadata.name}'"),
        ("json=x", "unable to match a printer"),
        ("wide=x", "unable to match a printer"),
    ] {
        for command in ["get ns default", "scale deploy/web --replicas 2"] {
            let (status, stdout, stderr) = cluster.run(&format!("{command} -o {format}"));
            assert_eq!((status, &*stdout), (1, ""), "{command} {format}: {stderr}");
            assert!(stderr.contains(expected), "{command} {format}: {stderr}");
        }
    }
}

/// How often the server was asked for a list of `PodDisruptionBudget`s.
fn lists_of_budgets(cluster: &Cluster) -> u64 {
    let metrics = cluster.succeed("get --raw /metrics");
    let is_of_lists = |line: &&str| {
        let is = |part| line.contains(part);
        is("resource=\"poddisruptionbudgets\"") && is("verb=\"LIST\"")
    };
    let requests = metrics
        .lines()
        .filter(|line| line.starts_with("apiserver_request_total{"))
        .filter(is_of_lists);
    let counts = requests.map(|line| line.rsplit(' ').next().expect("a line ends with a number"));
    counts
        .map(|count| count.parse::<u64>().expect("a whole number"))
        .sum()
}

#[test]
fn long_lists_are_asked_for_in_parts() {
    let cluster = Cluster::start();
    let budget = |number| {
        format!(
            "{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: budget-{number}}}, spec: {{}}}}\n"
        )
    };
    let budgets = (1..=5).map(budget).collect::<Vec<_>>().join("---\n");
    cluster.sandbox.write("web.yaml", &budgets);
    cluster.succeed("apply -f WEB");
    for (flags, requests) in [
        (" --chunk-size 2", 3),
        (" --chunk-size 5", 1),
        (" --chunk-size 0", 1),
        ("", 1),
        (" --chunk-size 1 -o json", 5),
        (" --chunk-size 1 --no-headers", 5),
    ] {
        let before = lists_of_budgets(&cluster);
        let listed = cluster.succeed(&format!("get pdb{flags}"));
        assert_eq!(lists_of_budgets(&cluster) - before, requests, "{flags}");
        for number in 1..=5 {
            let name = format!("budget-{number}");
            assert_eq!(
                listed.matches(&name).count(),
                1,
                "{name} of {flags}: {listed}"
            );
        }
    }
}

#[test]
fn objects_are_named_by_files() {
    let (cluster, file) = three();
    let expected = "configmap/item-10\nconfigmap/item-9\nconfigmap/other\n";
    assert_eq!(cluster.succeed(&format!("get -f {file} -o name")), expected);
    let (status, _, stderr) = cluster.run(&format!("get -f {file} pods"));
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("but not both"), "{stderr}");

    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB");
    let scaled = cluster.succeed("scale -f WEB --replicas 3 -o name");
    assert_eq!(scaled, "deployment.apps/web\nstatefulset.apps/db\n");
    let met = cluster.succeed("wait -f WEB --for=jsonpath={.status.readyReplicas}=3");
    let expected = "deployment.apps/web condition met\nstatefulset.apps/db condition met\n";
    assert_eq!(met, expected);
    let (status, _, stderr) = cluster.run("autoscale deployment nothing --max 3");
    assert_eq!(status, 1);
    let expected = "deployments.apps \"nothing\" not found";
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn subresources_and_paths_are_shown() {
    let (cluster, _) = three();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB");
    let scale = cluster.succeed("get deploy web --subresource scale -o jsonpath={.kind}");
    assert_eq!(scale, "Scale");
    let status = cluster.succeed("get deploy web --subresource=status");
    assert!(status.contains("2/2"), "{status}");
    let (code, _, stderr) = cluster.run("get deploy --subresource=status");
    assert_eq!(code, 1);
    assert!(stderr.contains("bulk resources"), "{stderr}");

    assert_eq!(cluster.succeed("get --raw /healthz"), "ok");
    let (code, _, stderr) = cluster.run("get --raw healthz");
    assert_eq!(code, 1);
    assert!(stderr.contains("no path on the server"), "{stderr}");
}

#[test]
fn paths_and_columns_come_from_files_and_go_as_json() {
    let (cluster, _) = three();
    let path = |name: &str, text: &str| {
        let file = cluster.sandbox.write(name, text);
        file.to_str().expect("a path in UTF-8").to_owned()
    };
    let columns = path("columns", "NAME  WORD\n.metadata.name  .data.word\n");
    let table = cluster.succeed(&format!("get cm item-9 -o custom-columns-file={columns}"));
    assert_eq!(table, "NAME     WORD\nitem-9   c\n");
    let template = path("template", "{.data.word}!");
    let text = cluster.succeed(&format!("get cm item-9 -o jsonpath-file={template}"));
    assert_eq!(text, "c!");
    let json = cluster.succeed("get cm item-9 -o jsonpath-as-json={.data}{.data.word}");
    let expected = "[\n    {\n        \"amount\": \"1Gi\",\n        \"word\": \"c\"\n    }\n]\n[\n    \"c\"\n]\n";
    assert_eq!(json, expected);
    let uneven = path("uneven", "NAME WORD\n.metadata.name\n");
    let (status, _, stderr) = cluster.run(&format!("get cm -o custom-columns-file={uneven}"));
    assert_eq!(status, 1);
    assert!(
        stderr.contains("has 2 names of columns and 1 paths"),
        "{stderr}"
    );
}

#[test]
fn changes_are_told_with_what_happened() {
    let (cluster, _) = three();
    let arguments = ["get", "cm", "-l", "of=three", "-w", "--output-watch-events"];
    let table = cluster.sandbox.trimtab(&arguments);
    let mut table = Running::start(table, "ADDED   other");
    cluster.succeed("delete cm other");
    assert!(table.said().starts_with("EVENT"), "{}", table.said());
    table.wait_for("DELETED   other");

    let mut arguments = arguments.to_vec();
    arguments.extend(["-o", "json"]);
    let json = cluster.sandbox.trimtab(&arguments);
    let first = "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"v1\",\"data\":{";
    let json = Running::start(json, first);
    assert_eq!(json.said().lines().count(), 1, "{}", json.said());
}

#[test]
fn one_object_that_is_there_is_watched() {
    let (cluster, _) = three();
    for flag in ["-w", "--watch-only", "-w -o name"] {
        let (status, stdout, stderr) = cluster.run(&format!("get cm nothing {flag}"));
        assert_eq!((status, &*stdout), (1, ""), "{flag}");
        let expected = "configmaps \"nothing\" not found";
        assert!(stderr.contains(expected), "{flag}: {stderr}");
        let (status, _, stderr) = cluster.run(&format!("get cm item-9 other {flag}"));
        assert_eq!(status, 1, "{flag}");
        let expected = "you may only watch a single resource or type of resource at a time";
        assert!(stderr.contains(expected), "{flag}: {stderr}");
    }
    let arguments = ["get", "cm", "item-9", "-w", "-o", "name"];
    let watch = cluster.sandbox.trimtab(&arguments);
    let mut watch = Running::start(watch, "configmap/item-9");
    cluster.succeed("delete cm other item-9");
    watch.wait_for("configmap/item-9");
    assert!(!watch.said().contains("other"), "{}", watch.said());
}

#[test]
fn flags_say_whom_and_where_to_ask() {
    let (cluster, _) = three();
    let (status, _, stderr) = cluster.run("get cm --as anne");
    assert_eq!(status, 1);
    let expected = "configmaps is forbidden: User \"anne\" cannot list resource \"configmaps\"";
    assert!(stderr.contains(expected), "{stderr}");
    cluster.succeed("get cm --as anne --as-group system:masters");
    let (status, _, stderr) = cluster.run("get cm --as-group system:masters");
    assert_eq!(status, 2, "a group without a user: {stderr}");

    let kubeconfig = Kubeconfig::read_from(cluster.sandbox.kubeconfig()).expect("a kubeconfig");
    let known = kubeconfig.clusters[0].cluster.as_ref();
    let server = known.and_then(|it| it.server.clone()).expect("an address");
    cluster.succeed(&format!("get cm -s {server}"));
    let (status, _, stderr) = cluster.run("get cm --server https://127.0.0.1:1");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("cannot reach the server at https://127.0.0.1:1"),
        "{stderr}"
    );
    let (status, _, stderr) = cluster.run("get cm --user nobody");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("there is no user `nobody` in the kubeconfig"),
        "{stderr}"
    );

    // Who has no kubeconfig says all by flags.
    let bare = Sandbox::new();
    let flags = ["get", "cm", "--token", "wrong", "--server", &server];
    let outcome = bare.run(&flags);
    assert!(outcome.stderr.contains("certificate"), "{}", outcome.stderr);
    let flags = [&flags[..], &["--insecure-skip-tls-verify"]].concat();
    let outcome = bare.run(&flags);
    assert!(
        outcome.stderr.contains("does not know you"),
        "{}",
        outcome.stderr
    );
}
