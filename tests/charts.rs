//! Helm charts that a build inflates, with a small script in helm's place.

use crate::programs::{Stage, output};
use crate::trimtab;
use std::process::Command;

/// A helm that records its calls, pulls a chart and prints what its values say.
const HELM: &str = "\
#!/bin/sh
echo \"$@\" >> $STAGE/calls
case $1 in
version) echo v3.17.0 ;;
pull)
    mkdir -p \"$4/web\"
    echo 'colour: red' > \"$4/web/values.yaml\"
    ;;
template)
    printf 'kind: ConfigMap\\napiVersion: v1\\nmetadata: {name: %s}\\ndata:\\n' \"$2\"
    for word; do [ \"$last\" = -f ] && sed 's/^/  /' \"$word\"; last=$word; done
    ;;
esac
";

#[test]
fn charts_are_pulled_once_and_follow_the_outer_namespace() {
    let chart = "\
helmCharts:
- name: web
  version: 1.2.3
  repo: https://charts.example.com
  releaseName: front
  valuesInline: {size: big}
";
    let stage = Stage::new(&[
        (
            "k/kustomization.yaml",
            "namespace: outer\nresources: [middle]\n",
        ),
        ("k/middle/kustomization.yaml", "resources: [inner]\n"),
        ("k/middle/inner/kustomization.yaml", chart),
    ]);
    stage.program("bin/helm", HELM);
    let text = output(&stage.build(&["--enable-helm"]));
    // The transformer `namespace` leaves alone what helm made.
    let wanted = "apiVersion: v1\ndata:\n  colour: red\n  size: big\nkind: ConfigMap\nmetadata:\n  name: front\n";
    assert_eq!(text, wanted);
    assert_eq!(output(&stage.build(&["--enable-helm"])), wanted);
    let calls = stage.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    let home = stage.path("k/middle/inner/charts/web-1.2.3");
    let home = home.display();
    let pull = format!(
        "pull --untar --untardir {home} --repo https://charts.example.com web --version 1.2.3"
    );
    assert_eq!(calls[..2], ["version --short", &pull]);
    let template = format!("template front {home}/web --namespace outer -f ");
    assert!(calls[2].starts_with(&template), "{}", calls[2]);
    assert!(
        calls[2].ends_with("/web-kustomize-values.yaml"),
        "{}",
        calls[2]
    );
    assert_eq!(calls[3], "version --short");
    assert!(calls[4].starts_with(&template), "{}", calls[4]);
    assert_eq!(calls.len(), 5);
}

#[test]
fn helm_tells_more_when_it_is_asked_to() {
    let chart = "helmCharts: [{name: web, releaseName: front}]\n";
    let stage = Stage::new(&[
        ("k/kustomization.yaml", chart),
        ("k/charts/web/values.yaml", "colour: red\n"),
    ]);
    stage.program("bin/helm", HELM);
    output(&stage.build(&["--enable-helm"]));
    assert!(!stage.read("calls").contains("--debug"));
    output(&stage.build(&["--enable-helm", "--helm-debug"]));
    let calls = stage.read("calls");
    assert!(
        calls.contains("template front") && calls.contains("--debug"),
        "{calls}"
    );
}

/// Only where a helm is installed does this say anything about it.
#[test]
fn a_real_helm_inflates_a_chart_where_one_is_installed() {
    let version = Command::new("helm").args(["version", "--short"]).output();
    let is_there = version.is_ok_and(|output| {
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        version.starts_with("v3.") || version.starts_with("v4.")
    });
    if !is_there {
        return;
    }
    let stage = Stage::new(&[
        (
            "kustomization.yaml",
            "helmCharts:\n- {name: web, releaseName: front, namespace: shop, \
             valuesInline: {colour: blue}}\n",
        ),
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("charts/web/values.yaml", "colour: red\n"),
        (
            "charts/web/templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  \
             namespace: {{ .Release.Namespace }}\ndata:\n  colour: {{ .Values.colour }}\n",
        ),
    ]);
    let outcome = trimtab::run(&stage.directory, &["build", "--enable-helm"]);
    assert_eq!(
        output(&outcome),
        "apiVersion: v1\ndata:\n  colour: blue\nkind: ConfigMap\nmetadata:\n  name: front\n  \
         namespace: shop\n"
    );
}
