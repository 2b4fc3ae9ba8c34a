//! Warnings of ports that are given twice, or get into each other's way.

use crate::fields::{int, items, text};
use crate::validate::errors::Path;
use crate::validate::pod_context::each_container;
use std::collections::HashMap;
use trimtab_tree::Value;

/// A port of a container as ports are compared.
struct Port {
    path: String,
    host_ip: String,
    on_host: i64,
}

/// Warns of those of a pod's containers.
pub(super) fn warn(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let mut ports: HashMap<(i64, String), Vec<Port>> = HashMap::new();
    each_container(spec, path, |container, path| {
        let list = path.field("ports");
        for (at, port) in items(container, "ports").iter().enumerate() {
            let of = |field| text(port, field).unwrap_or_default().to_owned();
            let own = Port {
                path: list.item(at).to_string(),
                host_ip: of("hostIP"),
                on_host: int(port, "hostPort").unwrap_or(0),
            };
            let number = int(port, "containerPort").unwrap_or(0);
            if !own.host_ip.is_empty() && own.on_host == 0 {
                found.push(format!(
                    "{}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{number} \
                     Protocol:{} HostIP:{}}}",
                    own.path,
                    of("name"),
                    of("protocol"),
                    own.host_ip
                ));
            }
            let others = ports.entry((number, of("protocol"))).or_default();
            for other in others.iter() {
                let (a, b) = (own.host_ip.is_empty(), other.host_ip.is_empty());
                let what = if (&own.host_ip, own.on_host) == (&other.host_ip, other.on_host) {
                    "duplicate"
                } else if own.on_host == 0 || other.on_host == 0 {
                    "overlapping"
                } else if own.on_host == other.on_host && a != b {
                    "dangerously ambiguous"
                } else {
                    continue;
                };
                found.push(format!(
                    "{}: {what} port definition with {}",
                    own.path, other.path
                ));
            }
            others.push(own);
        }
    });
    let mut names: HashMap<String, String> = HashMap::new();
    each_container(spec, path, |container, path| {
        let list = path.field("ports");
        for (at, port) in items(container, "ports").iter().enumerate() {
            let Some(name) = text(port, "name") else {
                continue;
            };
            let path = list.item(at).to_string();
            if let Some(other) = names.get(name) {
                found.push(format!(
                    "{path}: duplicate port name {name:?} with {other}, services and probes that \
                     select ports by name will use {other}"
                ));
            } else {
                names.insert(name.to_owned(), path);
            }
        }
    });
}
