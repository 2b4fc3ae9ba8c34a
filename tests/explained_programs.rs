//! Chains that lead through programs: what helm printed, what a function changed, and the places of
//! both.

use crate::trimtab;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const HELM: &str = "#!/bin/sh
case \"$1\" in version) echo v3.14.0; exit;; esac
echo 'apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template: {spec: {containers: [{name: web, image: nginx}]}}'
";

/// Takes the image of all containers for another.
const FUNCTION: &str = "#!/bin/sh\nsed 's/image: nginx/image: httpd/'\n";

const KUSTOMIZATION: &str = "helmCharts:
- name: web
  releaseName: r
transformers:
- set.yaml
namePrefix: p-
replicas:
- name: web
  count: 9
";

const CONFIG: &str = "apiVersion: example.com/v1
kind: Set
metadata:
  name: set
  annotations:
    config.kubernetes.io/function: 'exec: {path: ./set}'
";

const FLAGS: &str = "--enable-helm --helm-command ./helm --enable-alpha-plugins --enable-exec";

fn tree() -> PathBuf {
    let root = trimtab::scratch_directory();
    fs::create_dir_all(root.join("charts/web/templates")).expect("a scratch directory");
    for (name, text, mode) in [
        ("helm", HELM, 0o755),
        ("set", FUNCTION, 0o755),
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            0o644,
        ),
        ("charts/web/values.yaml", "", 0o644),
        ("kustomization.yaml", KUSTOMIZATION, 0o644),
        ("set.yaml", CONFIG, 0o644),
    ] {
        fs::write(root.join(name), text).expect("a scratch directory");
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(root.join(name), mode).expect("it is ours");
    }
    root
}

fn answer(command: &str) -> String {
    let line = format!("{command} {FLAGS}");
    let words: Vec<&str> = line.split(' ').collect();
    let outcome = trimtab::run(&tree(), &words);
    assert_eq!(outcome.status, Some(0), "{command}: {}", outcome.stderr);
    String::from_utf8(outcome.stdout).expect("UTF-8")
}

#[test]
fn what_helm_printed_is_followed_to_its_line() {
    let expected = "\
Deployment/p-web spec.replicas

AT                             BY                                     VALUE
output of helm template web:5  helmCharts[0] at kustomization.yaml:2  1
kustomization.yaml:9           replicas[0] at kustomization.yaml:8    9
";
    assert_eq!(answer("explain . deploy/web spec.replicas"), expected);
    let list = answer("explain .");
    let expected = "Deployment/p-web  output of helm template web:3 (helmCharts[0]), \
                    kustomization.yaml:6 (namePrefix)\n";
    assert_eq!(list, expected);
}

#[test]
fn what_a_function_changed_names_its_configuration() {
    let image = answer("explain . deploy/web spec.template.spec.containers[0].image");
    let rows: Vec<&str> = image.lines().skip(3).collect();
    assert!(
        rows[0].starts_with("output of helm template web:6 ") && rows[0].ends_with(" nginx"),
        "{image}"
    );
    assert!(
        rows[1].starts_with("output of the function Set `set` (example.com/v1):")
            && rows[1].contains(" transformers Set/set at set.yaml:1 ")
            && rows[1].ends_with(" httpd"),
        "{image}"
    );
    assert_eq!(rows.len(), 2, "what it did not change has no row of it");
    let annotated = answer("build . --annotate-sources");
    let line = "      - image: httpd # output of helm template web:6 (helmCharts[0]), output of the function";
    assert!(annotated.contains(line), "{annotated}");
    assert!(annotated.contains("  replicas: 9 # output of helm template web:5 (helmCharts[0]), kustomization.yaml:9 (replicas[0])\n"), "{annotated}");
}
