//! Two who apply one release at once: the later one has it, and the earlier one hears of that.

use crate::deployed::Cluster;

/// A Deployment that waits for its image for as long as it may, and an object that belongs behind it.
fn write(cluster: &Cluster, tag: &str, last: &str) {
    let text = format!(
        "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  progressDeadlineSeconds: 600
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: 'shop/web:{tag}'}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: {last}, annotations: {{trimtab.dev/wave: '5'}}}}
"
    );
    cluster.sandbox.write("web.yaml", &text);
}

const APPLY: &str = "apply -f WEB --release shop --prune --yes";

fn statuses(cluster: &Cluster) -> Vec<String> {
    let releases = cluster.succeed("releases shop --no-headers");
    let words = releases.lines().map(|line| line.split_whitespace());
    words
        .filter_map(|mut words| words.nth(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_apply_leaves_its_release_to_a_later_one() {
    let cluster = Cluster::start();
    write(&cluster, "1", "first");
    cluster.succeed(APPLY);
    write(&cluster, "broken", "second");
    let mut earlier = cluster.begin(APPLY, "ImagePullBackOff");
    write(&cluster, "2", "third");
    let (status, _, stderr) = cluster.run(APPLY);
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("note: revision 2, begun by "), "{stderr}");
    earlier.wait_for("Stopped: revision 3 of release shop, begun by ");
    assert_eq!(earlier.end().code(), Some(3));
    assert_eq!(statuses(&cluster), ["superseded", "failed", "applied"]);
    // Nothing of the earlier one came after it, and nothing of the later one went.
    let maps = cluster.succeed("get configmap -o name");
    let of_release = |it: &&str| !it.contains("kube-root-ca");
    let maps: Vec<&str> = maps.lines().filter(of_release).collect();
    assert_eq!(maps, ["configmap/third"]);
    let image = "get deployment web -o jsonpath={.spec.template.spec.containers[*].image}";
    assert_eq!(cluster.succeed(image), "shop/web:2");
}

/// Also where the later one does not come to its end either.
#[test]
fn an_apply_that_is_overtaken_has_failed() {
    let cluster = Cluster::start();
    write(&cluster, "broken", "first");
    let earlier = cluster.begin(APPLY, "ImagePullBackOff");
    write(&cluster, "broken", "second");
    let later = cluster.begin(APPLY, "ImagePullBackOff");
    assert_eq!(earlier.end().code(), Some(3));
    assert_eq!(statuses(&cluster), ["failed", "applying"]);
    later.signal("INT");
    assert_eq!(later.end().code(), Some(3));
}

#[test]
fn an_apply_that_only_waits_leaves_it_too() {
    let cluster = Cluster::start();
    write(&cluster, "broken", "first");
    cluster.succeed(&format!("{APPLY} --wait=false"));
    // The same again, which changes nothing.
    let mut earlier = cluster.begin(APPLY, "ImagePullBackOff");
    write(&cluster, "2", "second");
    cluster.succeed(APPLY);
    earlier.wait_for("takes the place of this one");
    assert_eq!(earlier.end().code(), Some(3));
}
