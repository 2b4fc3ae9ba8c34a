//! `trimtab set` on a control plane of its own.

use crate::deployed::Cluster;

/// A cluster with the Deployment `web`.
fn cluster_with_web() -> Cluster {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB --wait=false");
    cluster
}

#[test]
fn variables_are_words_or_values_of_a_flag() {
    let cluster = cluster_with_web();
    let set = cluster.succeed("set env deploy/web -e K=1 L=2 --env=M=a,b=c");
    assert_eq!(set, "deployment.apps/web env updated\n");
    let listed = cluster.succeed("set env deploy/web --list");
    assert_eq!(
        listed,
        "# deployments/web, container web\nK=1\nM=a,b=c\nL=2\n"
    );
    cluster.succeed("set env deploy/web -e K-");
    let listed = cluster.succeed("set env deploy/web --list");
    assert!(!listed.contains("K="), "{listed}");
    let (status, stdout, stderr) = cluster.run("set env deploy/web -e HOME");
    assert_eq!((status, &*stdout), (1, ""));
    assert!(stderr.contains("\"HOME\" is no variable"), "{stderr}");
}
