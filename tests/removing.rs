//! `trimtab delete`, and the waits for what goes or comes.

use crate::deployed::Cluster;

/// A cluster with some `ConfigMap`s.
fn maps(names: &[&str]) -> Cluster {
    let cluster = Cluster::start();
    let map =
        |name: &&str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n");
    let maps: Vec<String> = names.iter().map(map).collect();
    cluster.sandbox.write("web.yaml", &maps.join("---\n"));
    cluster.succeed("apply -f WEB");
    cluster
}

#[test]
fn flags_of_a_deletion_are_kubectls() {
    let cluster = maps(&["a", "b", "c", "d"]);
    // What kubectl takes for none.
    cluster.succeed("delete cm a --grace-period=-1");
    cluster.succeed("delete cm b --grace-period -1 --now=false");
    let (status, _, stderr) = cluster.run("delete cm c --force --grace-period 5");
    assert_eq!(status, 1, "{stderr}");
    let expected = "--force and --grace-period greater than 0 cannot be specified together";
    assert!(stderr.contains(expected), "{stderr}");
    let (status, stdout, stderr) = cluster.run("delete cm,secrets c");
    assert_eq!(status, 1, "{stderr}");
    assert_eq!(stdout, "configmap \"c\" deleted from default namespace\n");
    assert!(stderr.contains("secrets \"c\" not found"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete all d");
    assert_eq!(status, 1);
    assert!(stderr.contains("only one resource"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete");
    assert_eq!(status, 1);
    assert!(stderr.contains("you must provide one or more"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete cm d -f WEB");
    assert_eq!(status, 1);
    assert!(stderr.contains("but not both"), "{stderr}");
    cluster.succeed("get cm d");
}
