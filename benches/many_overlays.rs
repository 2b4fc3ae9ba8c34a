//! Many overlays over one base, for benches and tests: each has a name prefix, a namespace, a label,
//! an image, a count of replicas and two patches of its own.

use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};

/// Writes a base of `resources` Deployments and `overlays` overlays over it below `directory`; returns
/// the overlays.
pub(crate) fn write_overlays(
    directory: &Path,
    resources: usize,
    overlays: usize,
) -> Result<Vec<PathBuf>> {
    let base = directory.join("base");
    fs::create_dir_all(&base)?;
    let deployments: Vec<String> = (0..resources).map(deployment).collect();
    fs::write(base.join("deployments.yaml"), deployments.join("---\n"))?;
    fs::write(
        base.join("kustomization.yaml"),
        "resources: [deployments.yaml]\n",
    )?;
    let write = |number| {
        let overlay = directory.join(format!("overlay-{number:02}"));
        fs::create_dir_all(&overlay)?;
        fs::write(overlay.join("kustomization.yaml"), kustomization(number))?;
        Ok(overlay)
    };
    (0..overlays).map(write).collect()
}

fn deployment(number: usize) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{number:04}
  labels:
    app: app-{number:04}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: app-{number:04}
  template:
    metadata:
      labels:
        app: app-{number:04}
    spec:
      containers:
      - name: main
        image: example/product-{}:v0
        ports:
        - containerPort: 8080
          name: http
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
        env:
        - name: LOG_LEVEL
          value: info
        envFrom:
        - configMapRef:
            name: app-{number:04}
",
        number / 10
    )
}

fn kustomization(number: usize) -> String {
    format!(
        "resources:
- ../base
namePrefix: o{number:02}-
namespace: team-{number:02}
labels:
- pairs:
    stage: s{number:02}
images:
- name: example/product-1
  newTag: v{number}
replicas:
- name: app-0003
  count: 4
patches:
- target:
    kind: Deployment
    name: app-0002
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 3
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app-0004
    spec:
      template:
        spec:
          containers:
          - name: main
            image: other:1
"
    )
}
