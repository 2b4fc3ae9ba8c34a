//! `trimtab describe` on a control plane of its own: what its words name, and its statuses. What it
//! tells of each kind is compared with kubectl's text by `scripts/compare-describe`.

use crate::deployed::Cluster;

#[test]
fn objects_are_described_by_name_by_beginning_and_by_kind() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB");

    let web = cluster.succeed("describe deploy web");
    assert!(
        web.starts_with("Name:                   web\nNamespace:              default\n"),
        "{web}"
    );
    assert!(web.contains("\nReplicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable\n"), "{web}");
    assert!(
        web.contains("\nOldReplicaSets:  <none>\nNewReplicaSet:   web-"),
        "{web}"
    );
    assert!(
        web.contains("\nEvents:\n  Type    Reason             Age"),
        "{web}"
    );

    // Without events, of which the age changes.
    let quiet = cluster.succeed("describe deploy web --show-events=false");
    assert!(
        web.starts_with(&quiet) && !quiet.contains("Events:"),
        "{quiet}"
    );
    let pair = cluster.succeed("describe deploy/web --show-events=false");
    assert_eq!(pair, quiet);
    // By the beginning of a name: each with an empty line behind it.
    let begun = cluster.succeed("describe deploy we --show-events=false");
    assert_eq!(begun, format!("{quiet}\n"));
    let both = cluster.succeed("describe deploy,sts --show-events=false");
    assert!(
        both.starts_with(&format!("{quiet}\n\nName:               db\n")),
        "{both}"
    );
    assert_eq!(cluster.succeed("describe -f WEB --show-events=false"), both);
    let pods = cluster.succeed("describe pods -l app=web");
    assert_eq!(
        pods.matches("\nControlled By:  ReplicaSet/web-").count(),
        2,
        "{pods}"
    );
    // One page or several come to the same.
    for size in [0, 1] {
        let paged = format!("describe deploy,sts --show-events=false --chunk-size={size}");
        assert_eq!(cluster.succeed(&paged), both);
    }
    let everywhere = cluster.succeed("describe sts -A");
    assert!(
        everywhere
            .contains("\nPods Status:        1 Running / 0 Waiting / 0 Succeeded / 0 Failed\n"),
        "{everywhere}"
    );
}

#[test]
fn what_is_not_there_is_told_behind_what_is() {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB --wait=false");

    let (status, stdout, stderr) = cluster.run("describe deploy none web");
    assert_eq!(status, 1);
    assert!(
        stdout.starts_with("Name:                   web\n"),
        "{stdout}"
    );
    let missing = "deployments.apps \"none\" not found";
    assert!(stderr.contains(missing), "{stderr}");
    let (status, stdout, stderr) = cluster.run("describe deploy none");
    assert_eq!((status, &*stdout), (1, ""));
    assert!(stderr.contains(missing), "{stderr}");

    let (status, stdout, stderr) = cluster.run("describe jobs");
    assert_eq!((status, &*stdout), (0, ""));
    assert_eq!(stderr, "No resources found in default namespace.\n");
    let (status, _, stderr) = cluster.run("describe");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("you must specify the type of resource"),
        "{stderr}"
    );
}
