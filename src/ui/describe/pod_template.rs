//! A template of pods, as kubectl shows it in descriptions and revisions.

use super::containers;
use super::fields::{at, items, number, text};
use super::place::Place;
use super::selectors::selector_or_none;
use super::sheet::Sheet;
use super::volumes;
use std::fmt::Write as _;
use trimtab_tree::Value;

/// Describes a template with tabs between, as `kubectl rollout history --revision` does.
pub(crate) fn describe(template: &Value) -> String {
    let mut sheet = Sheet::default();
    write(&mut sheet, template);
    sheet.with_tabs()
}

/// Writes a template.
pub(super) fn write(sheet: &mut Sheet, template: &Value) {
    sheet.line(0, "Pod Template:");
    sheet.map("  Labels", template, "metadata.labels");
    if at(template, "metadata.annotations").is_some_and(|it| !it.is_null_or_empty()) {
        sheet.annotations_as("  Annotations", template);
    }
    sheet.field_if_any(1, "Service Account", template, "spec.serviceAccountName");
    let first = items(template, "spec.initContainers");
    if !first.is_empty() {
        containers::write(sheet, "Init Containers", first, "", Place::Template);
    }
    let main = items(template, "spec.containers");
    containers::write(sheet, "Containers", main, "", Place::Template);
    let nothing = Value::null();
    let spec = at(template, "spec").unwrap_or(&nothing);
    volumes::write(sheet, spec, true);
    write_spread(sheet, "  ", spec);
    sheet.field_if_any(1, "Priority Class Name", spec, "priorityClassName");
    write_placement(sheet, "  ", spec);
}

/// Writes which nodes pods ask for, and what of theirs they tolerate.
pub(super) fn write_placement(sheet: &mut Sheet, space: &str, spec: &Value) {
    sheet.map(&format!("{space}Node-Selectors"), spec, "nodeSelector");
    let mut tolerations: Vec<&Value> = items(spec, "tolerations").iter().collect();
    tolerations.sort_by_key(|toleration| text(toleration, "key"));
    let tolerations: Vec<String> = tolerations.into_iter().map(toleration).collect();
    sheet.below_each_other(format_args!("{space}Tolerations"), &tolerations);
}

fn toleration(toleration: &Value) -> String {
    let of = |name| text(toleration, name);
    let mut line = of("key").to_owned();
    for (sign, name) in [("=", "value"), (":", "effect")] {
        if !of(name).is_empty() {
            line.push_str(sign);
            line.push_str(of(name));
        }
    }
    if of("operator") == "Exists" && of("value").is_empty() {
        // Alone it tolerates everything, and nothing stands before it.
        let blank = if line.is_empty() { "" } else { " " };
        let _ = write!(line, "{blank}op=Exists");
    }
    if !of("tolerationSeconds").is_empty() {
        let _ = write!(line, " for {}s", of("tolerationSeconds"));
    }
    line
}

/// Writes how pods are to be spread, if that is said.
pub(super) fn write_spread(sheet: &mut Sheet, space: &str, spec: &Value) {
    let mut constraints: Vec<&Value> = items(spec, "topologySpreadConstraints").iter().collect();
    constraints.sort_by_key(|constraint| text(constraint, "topologyKey"));
    let constraints: Vec<String> = constraints.into_iter().map(constraint).collect();
    if !constraints.is_empty() {
        let name = format!("{space}Topology Spread Constraints");
        sheet.below_each_other(name, &constraints);
    }
}

fn constraint(constraint: &Value) -> String {
    let (key, otherwise) = (
        text(constraint, "topologyKey"),
        text(constraint, "whenUnsatisfiable"),
    );
    let skew = number(constraint, "maxSkew");
    let mut line = format!("{key}:{otherwise} when max skew {skew} is exceeded");
    if at(constraint, "labelSelector").is_some() {
        let selector = selector_or_none(constraint, "labelSelector");
        let _ = write!(line, " for selector {selector}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    #[test]
    fn a_template_is_described_in_kubectls_form() {
        let template = "
metadata: {labels: {pod-template-hash: abc, app: web}}
spec:
  containers:
  - {name: web, image: 'shop/web:2', ports: [{containerPort: 80, protocol: TCP}], resources: {limits: {cpu: 1}},
     command: [sh, -c, \"a\\nb\"], livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 10},
     envFrom: [{configMapRef: {name: settings}}], env: [{name: A, value: b}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}],
     volumeMounts: [{name: v, mountPath: /v, readOnly: true, subPath: p}]}
  volumes: [{name: v, configMap: {name: c}}]
  nodeSelector: {disk: ssd}
  tolerations: [{key: lost, operator: Exists, effect: NoExecute, tolerationSeconds: 30}, {key: gpu, value: 'true', effect: NoSchedule}]
";
        let template = parse_document(template, ParseOptions::default()).expect("YAML");
        let expected = "\
Pod Template:
  Labels:\tapp=web
\tpod-template-hash=abc
  Containers:
   web:
    Image:\tshop/web:2
    Port:\t80/TCP
    Host Port:\t0/TCP
    Command:
      sh
      -c
      a
      b
    Limits:
      cpu:\t1
    Liveness:\ttcp-socket :80 delay=0s timeout=0s period=10s #success=0 #failure=0
    Environment Variables from:
      settings\tConfigMap\tOptional: false
    Environment:
      A:\tb
      S:\t<set to the key 'k' in secret 's'>\tOptional: false
    Mounts:
      /v from v (ro,path=\"p\")
  Volumes:
   v:
    Type:\tConfigMap (a volume populated by a ConfigMap)
    Name:\tc
    Optional:\tfalse
  Node-Selectors:\tdisk=ssd
  Tolerations:\tgpu=true:NoSchedule
\tlost:NoExecute op=Exists for 30s
";
        assert_eq!(describe(&template), expected);
    }
}
