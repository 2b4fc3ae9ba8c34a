//! `trimtab diff` of renderings: two overlays, two revisions, and as the user's own program shows them.

use crate::repositories::Repositories;
use crate::trimtab::Outcome;

const BASE: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {password: SECRET-WORD}
";

/// A repository with two overlays of one base, and its commit.
fn overlays(repositories: &Repositories) -> String {
    repositories.make(
        "shop",
        &[
            ("base/kustomization.yaml", "resources: [all.yaml]\n"),
            ("base/all.yaml", BASE),
            (
                "staging/kustomization.yaml",
                "resources: [../base]\nnamePrefix: staging-\n",
            ),
            (
                "live/kustomization.yaml",
                "resources: [../base, more.yaml]\nnamespace: shop\npatches:\n- patch: |-\n    apiVersion: v1\n    \
                 kind: Secret\n    metadata: {name: login}\n    stringData: {password: OTHER-WORD}\n",
            ),
            (
                "live/more.yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: more}}\n",
            ),
        ],
    )
}

fn text(outcome: &Outcome, status: i32) -> String {
    assert_eq!(outcome.status, Some(status), "{}", outcome.stderr);
    String::from_utf8(outcome.stdout.clone()).expect("text")
}

#[test]
fn overlays_are_compared_by_the_names_in_their_base() {
    let repositories = Repositories::new();
    overlays(&repositories);
    let outcome = repositories.trimtab("diff shop/staging shop/live/");
    let expected = "\
diff -u -N shop/staging/v1.ConfigMap.shop.more shop/live/v1.ConfigMap.shop.more
--- shop/staging/v1.ConfigMap.shop.more
+++ shop/live/v1.ConfigMap.shop.more
@@ -0,0 +1,5 @@
+apiVersion: v1
+kind: ConfigMap
+metadata:
+  name: more
+  namespace: shop
diff -u -N shop/staging/v1.ConfigMap.shop.settings shop/live/v1.ConfigMap.shop.settings
--- shop/staging/v1.ConfigMap.shop.settings
+++ shop/live/v1.ConfigMap.shop.settings
@@ -3,4 +3,5 @@
   level: info
 kind: ConfigMap
 metadata:
-  name: staging-settings
+  name: settings
+  namespace: shop
diff -u -N shop/staging/v1.Secret.shop.login shop/live/v1.Secret.shop.login
--- shop/staging/v1.Secret.shop.login
+++ shop/live/v1.Secret.shop.login
@@ -1,6 +1,7 @@
 apiVersion: v1
 kind: Secret
 metadata:
-  name: staging-login
+  name: login
+  namespace: shop
 stringData:
-  password: '*** (before)'
+  password: '*** (after)'
";
    assert_eq!(text(&outcome, 1), expected);
    let same = repositories.trimtab("diff shop/live shop/live");
    assert_eq!(text(&same, 0), "");
    let broken = repositories.trimtab("diff shop/live shop/none");
    assert_eq!(text(&broken, 2), "");
}

#[test]
fn a_kustomization_is_compared_with_what_it_was() {
    let repositories = Repositories::new();
    let first = overlays(&repositories);
    repositories.write("shop/base/all.yaml", &BASE.replace("info", "debug"));
    let uncommitted = text(
        &repositories.trimtab("diff -k shop/live --revision HEAD"),
        1,
    );
    assert!(
        uncommitted.starts_with(
            "diff -u -N HEAD:live/v1.ConfigMap.shop.settings shop/live/v1.ConfigMap.shop.settings\n"
        ) && uncommitted.contains("\n-  level: info\n+  level: debug\n")
            && !uncommitted.contains("WORD"),
        "{uncommitted}"
    );
    let second = repositories.commit("shop", &[]);
    let since = repositories.trimtab(&format!("diff -k shop/live --revision {first}"));
    assert!(text(&since, 1).contains("\n+  level: debug\n"));
    assert_eq!(
        text(
            &repositories.trimtab("diff -k shop/live --revision main"),
            0
        ),
        ""
    );
    let between = format!("diff -k shop/live --revision {second}..{first}");
    assert!(text(&repositories.trimtab(&between), 1).contains("\n-  level: debug\n"));

    let unknown = repositories.trimtab("diff -k shop/live --revision v9");
    assert_eq!(unknown.status, Some(2));
    assert!(
        unknown.stderr.contains("no revision \"v9\""),
        "{}",
        unknown.stderr
    );
}

#[test]
fn differences_are_shown_by_the_program_that_the_user_names() {
    let repositories = Repositories::new();
    overlays(&repositories);
    repositories.program(
        "shows",
        "#!/bin/sh\necho \"$1 $(ls $2 | wc -l) $(ls $3 | wc -l)\"\ncat $3/v1.Secret.shop.login\nexit $STATUS\n",
    );
    let shown = |status: &str| {
        let mut command = repositories.command("diff shop/staging shop/live");
        command
            .env("KUBECTL_EXTERNAL_DIFF", "shows --now")
            .env("STATUS", status);
        crate::trimtab::run_command(command)
    };
    let output = text(&shown("1"), 1);
    assert!(output.starts_with("--now 2 3\n"), "{output}");
    assert!(!output.contains("WORD"), "{output}");
    // It may find that what differs does not matter.
    text(&shown("0"), 0);
    let failed = shown("3");
    assert_eq!(failed.status, Some(2));
    assert!(failed.stderr.contains("\"shows\""), "{}", failed.stderr);
}
