//! A pods' template in a few lines, as `kubectl rollout history --revision` shows it.

use std::fmt::Write as _;
use trimtab_tree::{Mapping, Value};

/// Describes a template.
pub(crate) fn describe(template: &Value) -> String {
    let mut text = "Pod Template:\n".to_owned();
    push_map(
        &mut text,
        "  Labels:",
        template.get_path(&["metadata", "labels"]),
    );
    let annotations = template.get_path(&["metadata", "annotations"]);
    if annotations.is_some() {
        push_map(&mut text, "  Annotations:", annotations);
    }
    let spec = |field: &str| template.get_path(&["spec", field]);
    if let Some(account) = spec("serviceAccountName").and_then(Value::text) {
        push(&mut text, &format!("  Service Account:\t{account}"));
    }
    for (field, heading) in [
        ("initContainers", "Init Containers"),
        ("containers", "Containers"),
    ] {
        let containers = items(spec(field));
        if !containers.is_empty() {
            push(&mut text, &format!("  {heading}:"));
        }
        for container in containers {
            push_container(&mut text, container);
        }
    }
    let volumes: Vec<String> = items(spec("volumes")).iter().map(volume).collect();
    if volumes.is_empty() {
        push(&mut text, "  Volumes:\t<none>");
    } else {
        push(&mut text, "  Volumes:");
        for volume in volumes {
            push(&mut text, &format!("   {volume}"));
        }
    }
    push_map(&mut text, "  Node-Selectors:", spec("nodeSelector"));
    push_tolerations(&mut text, items(spec("tolerations")));
    text
}

fn push_container(text: &mut String, container: &Value) {
    push(text, &format!("   {}:", field(container, "name")));
    push(text, &format!("    Image:\t{}", field(container, "image")));
    push_ports(text, "Port", container, "containerPort");
    push_ports(text, "Host Port", container, "hostPort");
    for (name, heading) in [("command", "Command"), ("args", "Args")] {
        let words: Vec<&str> = items(container.get(name))
            .iter()
            .filter_map(Value::text)
            .collect();
        if !words.is_empty() {
            push(text, &format!("    {heading}:\t{}", words.join(" ")));
        }
    }
    for (name, heading) in [("limits", "Limits"), ("requests", "Requests")] {
        let amounts = container.get_path(&["resources", name]);
        if amounts
            .and_then(Value::as_mapping)
            .is_some_and(|a| !a.is_empty())
        {
            push_map(text, &format!("    {heading}:"), amounts);
        }
    }
    let sources = items(container.get("envFrom")).iter().map(|source| {
        let fields = source.as_mapping().into_iter().flat_map(Mapping::iter);
        let named = fields.filter_map(|(kind, of)| Some((kind, of.get("name")?.text()?)));
        let named: Vec<String> = named.map(|(kind, name)| format!("{kind} {name}")).collect();
        named.join(" ")
    });
    let sources: Vec<String> = sources.collect();
    if !sources.is_empty() {
        push(
            text,
            &format!("    Environment From:\t{}", sources.join(", ")),
        );
    }
    let environment: Vec<String> = items(container.get("env"))
        .iter()
        .map(|variable| {
            let value = match variable.get("valueFrom") {
                Some(source) => format!("<{}>", first_key(source)),
                None => field(variable, "value").to_owned(),
            };
            format!("{}={value}", field(variable, "name"))
        })
        .collect();
    push(
        text,
        &format!("    Environment:\t{}", or_none(&environment.join(", "))),
    );
    let mounts: Vec<String> = items(container.get("volumeMounts"))
        .iter()
        .map(|mount| {
            format!(
                "{} from {}",
                field(mount, "mountPath"),
                field(mount, "name")
            )
        })
        .collect();
    push(
        text,
        &format!("    Mounts:\t{}", or_none(&mounts.join(", "))),
    );
}

fn push_ports(text: &mut String, heading: &str, container: &Value, number: &str) {
    let ports: Vec<String> = items(container.get("ports"))
        .iter()
        .map(|port| port_line(port, number))
        .collect();
    let plural = if ports.len() > 1 { "s" } else { "" };
    let ports = ports.join(", ");
    push(
        text,
        &format!("    {heading}{plural}:\t{}", or_none(&ports)),
    );
}

/// A port such as `80/TCP (http)`; one of the host that is not asked for is 0.
fn port_line(port: &Value, number: &str) -> String {
    let or = |text: &'static str, name| match field(port, name) {
        "" => text.to_owned(),
        found => found.to_owned(),
    };
    let line = format!("{}/{}", or("0", number), or("TCP", "protocol"));
    match field(port, "name") {
        "" => line,
        name => format!("{line} ({name})"),
    }
}

fn push_tolerations(text: &mut String, tolerations: &[Value]) {
    let mut sorted: Vec<&Value> = tolerations.iter().collect();
    sorted.sort_by_key(|toleration| field(toleration, "key"));
    let lines: Vec<String> = sorted.into_iter().map(toleration_line).collect();
    let lines = lines.join("\n\t");
    push(text, &format!("  Tolerations:\t{}", or_none(&lines)));
}

fn toleration_line(toleration: &Value) -> String {
    let of = |name| field(toleration, name);
    let mut line = of("key").to_owned();
    for (sign, name) in [("=", "value"), (":", "effect")] {
        if !of(name).is_empty() {
            line.push_str(sign);
            line.push_str(of(name));
        }
    }
    if of("operator") == "Exists" && of("value").is_empty() {
        // Alone it tolerates everything, and nothing stands before it.
        line.push_str(if line.is_empty() {
            "op=Exists"
        } else {
            " op=Exists"
        });
    }
    if !of("tolerationSeconds").is_empty() {
        let _ = write!(line, " for {}s", of("tolerationSeconds"));
    }
    line
}

fn volume(volume: &Value) -> String {
    let fields = volume.as_mapping().into_iter().flat_map(Mapping::iter);
    let kind = fields.map(|(key, _)| key).find(|key| *key != "name");
    format!("{}: {}", field(volume, "name"), kind.unwrap_or("emptyDir"))
}

fn first_key(value: &Value) -> &str {
    let fields = value
        .as_mapping()
        .and_then(|fields| fields.entries().first());
    fields.map_or("", |entry| entry.key.text())
}

fn push_map(text: &mut String, heading: &str, map: Option<&Value>) {
    let mut pairs: Vec<String> = map
        .and_then(Value::as_mapping)
        .into_iter()
        .flat_map(Mapping::iter)
        .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()))
        .collect();
    pairs.sort();
    push(
        text,
        &format!("{heading}\t{}", or_none(&pairs.join("\n\t"))),
    );
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string never fails.
    let _ = writeln!(text, "{line}");
}

fn field<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::text).unwrap_or_default()
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_sequence).unwrap_or_default()
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
  - {name: web, image: 'shop/web:2', ports: [{containerPort: 80}], resources: {limits: {cpu: 1}},
     envFrom: [{configMapRef: {name: settings}}], env: [{name: A, value: b}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
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
    Limits:\tcpu=1
    Environment From:\tconfigMapRef settings
    Environment:\tA=b, S=<secretKeyRef>
    Mounts:\t<none>
  Volumes:
   v: configMap
  Node-Selectors:\tdisk=ssd
  Tolerations:\tgpu=true:NoSchedule
\tlost:NoExecute op=Exists for 30s
";
        assert_eq!(describe(&template), expected);
    }
}
