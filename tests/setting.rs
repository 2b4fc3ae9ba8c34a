//! `trimtab set` on a control plane of its own.

use crate::deployed::Cluster;
use crate::sandbox::Sandbox;

/// A cluster with the Deployment `web`.
fn cluster_with_web() -> Cluster {
    let cluster = Cluster::start();
    cluster.write_web("shop/web:1", 600);
    cluster.succeed("apply -f WEB --wait=false");
    cluster
}

#[test]
fn files_are_changed_without_a_server() {
    let sandbox = Sandbox::new();
    let web = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: NAME}, spec: {template: {spec: {containers: [{name: web, image: 'x:1'}]}}}}\n";
    let text = web.replace("NAME", "a") + "---\n" + &web.replace("NAME", "b");
    let file = sandbox.write("web.yaml", &text);
    let file = file.to_str().expect("a path in UTF-8");
    let changed = |arguments: &[&str]| {
        let flags = ["--local", "-f", file];
        let outcome = sandbox.run(&[&["set"], arguments, &flags].concat());
        assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("text")
    };
    assert_eq!(
        changed(&["image", "web=x:2"]),
        "deployment.apps/a image updated\ndeployment.apps/b image updated\n"
    );
    let expected = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  template:
    spec:
      containers:
      - image: x:2
        name: web
";
    let expected = format!("{expected}---\n{}", expected.replace("name: a", "name: b"));
    assert_eq!(changed(&["image", "web=x:2", "-o", "yaml"]), expected);
    assert_eq!(changed(&["image", "web=x:1", "-o", "yaml"]), "");
    assert_eq!(
        changed(&["env", "A=1", "-o", "name"]),
        "deployment.apps/a\ndeployment.apps/b\n"
    );
    assert!(changed(&["env", "--list"]).starts_with("# deployments/a, container web\n"));
    let limits = changed(&["resources", "--limits", "cpu=1", "-o", "json"]);
    assert!(limits.contains("\"cpu\": \"1\""), "{limits}");

    for (arguments, expected) in [
        (&["set", "image", "deploy/web", "web=x:2"][..], "-f or -k"),
        (
            &["set", "image", "-f", file, "web=x:2", "--dry-run=server"],
            "--local",
        ),
        (
            &["set", "env", "-f", file, "--from", "configmap/a"],
            "--from",
        ),
    ] {
        let outcome = sandbox.run(&[arguments, &["--local"]].concat());
        assert_eq!(outcome.status, Some(1), "{arguments:?}");
        assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    }

    sandbox.write(
        "web.yaml",
        &format!("{text}---\n{{apiVersion: v1, kind: Service, metadata: {{name: s}}}}\n"),
    );
    let outcome = sandbox.run(&["set", "image", "web=x:2", "--local", "-f", file]);
    assert_eq!(outcome.status, Some(1));
    let said = String::from_utf8(outcome.stdout).expect("text");
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(outcome.stderr.contains("runs no containers"));
}

#[test]
fn what_is_refused_of_one_object_does_not_keep_the_others() {
    let cluster = cluster_with_web();
    for command in [
        "set image deploy nothing web web=shop/web:2",
        "scale deploy nothing web --replicas 3",
        "autoscale deploy nothing web --max 3",
        "rollout pause deploy nothing web",
        "rollout resume deploy nothing web",
        "rollout restart deploy nothing web",
        "rollout undo deploy nothing web",
    ] {
        let (status, stdout, stderr) = cluster.run(command);
        assert_eq!(status, 1, "{command}");
        let expected = "error[not-found]: deployments.apps \"nothing\" not found\n";
        assert_eq!(stderr, expected, "{command}");
        assert!(stdout.contains("/web "), "{command}: {stdout}");
        assert_eq!(stdout.lines().count(), 1, "{command}: {stdout}");
    }
}

#[test]
fn what_is_changed_is_printed_without_who_manages_its_fields() {
    let cluster = cluster_with_web();
    for command in [
        "set image deploy/web web=shop/web:2",
        "set env deploy/web A=1",
        "set resources deploy/web --limits cpu=1",
        "scale deploy/web --replicas 3",
        "autoscale deploy/web --max 3",
        "rollout restart deploy/web",
        "rollout pause deploy/web",
        "rollout resume deploy/web",
        "rollout undo deploy/web",
        "rollout undo deploy/web --dry-run=server",
        "rollout history deploy/web --revision 1",
        "rollout history deploy/web",
        "wait deploy/web --for=create",
        "events",
    ] {
        let printed = cluster.succeed(&format!("{command} -o yaml"));
        assert!(printed.starts_with("apiVersion: "), "{command}: {printed}");
        assert!(!printed.contains("managedFields"), "{command}: {printed}");
    }
    let name = cluster.succeed("rollout restart deploy/web sts/db -o name");
    assert_eq!(name, "deployment.apps/web\nstatefulset.apps/db\n");
    let printed = cluster.succeed("scale deploy/web sts/db --replicas 1 -o yaml");
    assert_eq!(printed.matches("\n---\n").count(), 1, "{printed}");
    let printed = cluster.succeed("scale deploy/web --replicas 1 -o yaml --show-managed-fields");
    assert!(printed.contains("managedFields"), "{printed}");
    let printed = cluster.succeed("rollout history deploy/web --revision 1 -o json");
    assert!(!printed.contains("managedFields"), "{printed}");

    let manager = "{.metadata.managedFields[0].operation}";
    let found = cluster.succeed(&format!("get deploy web -o jsonpath={manager}"));
    assert_eq!(found, "Apply");
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

#[test]
fn accounts_selectors_and_subjects_are_set() {
    let cluster = cluster_with_web();
    cluster.sandbox.write(
        "web.yaml",
        "
{apiVersion: v1, kind: ServiceAccount, metadata: {name: shop}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web, tier: front}, ports: [{port: 80}]}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: view}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: []}
",
    );
    cluster.succeed("apply -f WEB");
    for (change, said, shown, expected) in [
        (
            "sa deploy/web shop",
            "deployment.apps/web serviceaccount updated\n",
            "deploy web -o jsonpath={..serviceAccountName}/{..serviceAccount}",
            "shop/shop",
        ),
        (
            "selector svc web app=api",
            "service/web selector updated\n",
            "svc web -o jsonpath={.spec.selector}",
            "{\"app\":\"api\"}",
        ),
        (
            "subject rolebinding view --user anne --group=ops --serviceaccount default:shop",
            "rolebinding.rbac.authorization.k8s.io/view subjects updated\n",
            "rolebinding view -o jsonpath={.subjects[*].name}",
            "anne ops shop",
        ),
    ] {
        assert_eq!(cluster.succeed(&format!("set {change}")), said);
        assert_eq!(cluster.succeed(&format!("get {shown}")), expected);
        assert_eq!(cluster.succeed(&format!("set {change}")), "", "{change}");
    }
    for (change, expected) in [
        ("sa cm/kube-root-ca.crt shop", "runs no containers"),
        ("selector deploy web a=b", "only supported for Services"),
        ("selector svc web a!=b", "no LABEL=VALUE"),
        (
            "subject svc web --user anne",
            "only supported for RoleBinding",
        ),
        ("subject rolebinding view", "at least one value of user"),
    ] {
        let (status, stdout, stderr) = cluster.run(&format!("set {change}"));
        assert_eq!((status, &*stdout), (1, ""), "{change}");
        assert!(stderr.contains(expected), "{change}: {stderr}");
    }
}

#[test]
fn what_is_no_quantity_and_no_name_is_refused_in_a_line() {
    let cluster = cluster_with_web();
    for (change, expected) in [
        (
            "resources deploy/web --limits cpu=much",
            "error[usage]: \"much\" is no quantity of cpu: expected one such as 200m, 2 or 512Mi\n",
        ),
        (
            "env deploy/web 1A=b",
            "error[usage]: \"1A\" is no name of a variable: expected letters, digits, `_`, `-` and `.`, and no digit first\n",
        ),
    ] {
        let (status, _, stderr) = cluster.run(&format!("set {change}"));
        assert_eq!((status, &*stderr), (1, expected), "{change}");
    }
}

#[test]
fn what_is_pretended_shows_what_it_would_be() {
    let cluster = cluster_with_web();
    let manifest = cluster.succeed("autoscale deploy/web --max 3 --dry-run=client -o yaml");
    let expected = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
";
    assert_eq!(manifest, expected, "it is kept in a file");

    for (workload, container, words) in [
        ("deploy/web", "web", ""),
        ("sts/db", "db", "will roll back to "),
    ] {
        let image = format!("set image {workload} {container}=shop/new:2");
        cluster.succeed(&image);
        // The controller keeps a revision of it.
        cluster.succeed(&format!("rollout status {workload}"));
        let undone = cluster.succeed(&format!("rollout undo {workload} --dry-run=client"));
        let (head, rest) = undone.split_once('\n').expect("lines");
        assert!(
            head.ends_with(&format!(" {words}Pod Template:")),
            "{undone}"
        );
        assert!(!rest.contains("shop/new:2"), "{undone}");
        assert!(rest.ends_with("\n (dry run)\n"), "{undone}");
    }

    let images = "-o jsonpath={.kind}:{.spec.template.spec.containers[0].image},";
    let kept = cluster.succeed(&format!("rollout history sts/db {images}"));
    let kinds = kept.matches("StatefulSet:").count();
    assert_eq!(kinds, 2, "{kept}");
    assert!(kept.ends_with(":shop/new:2,"), "{kept}");
    let first = cluster.succeed(&format!("rollout history sts/db --revision 1 {images}"));
    assert!(kept.starts_with(&first), "{first} {kept}");
}

#[test]
fn variables_of_keys_are_told_where_they_have_other_names() {
    let cluster = cluster_with_web();
    cluster.sandbox.write(
        "web.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: keys}, data: {ca.crt: a, PLAIN: b}}",
    );
    cluster.succeed("apply -f WEB");
    let set = "set env deploy/web --from configmap/keys --prefix X_";
    let (status, _, stderr) = cluster.run(set);
    assert_eq!(
        (status, &*stderr),
        (0, "Warning: key ca.crt transferred to CA_CRT\n")
    );

    let (status, stdout, stderr) = cluster.run("set env deploy/web");
    assert_eq!(
        (status, &*stdout, &*stderr),
        (0, "", ""),
        "nothing is to be done"
    );
    assert_eq!(cluster.run("set env deploy/nothing").0, 1);
}
