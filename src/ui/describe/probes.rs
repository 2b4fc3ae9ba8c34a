//! Probes in a line.

use super::fields::at;
use super::fields::{go_list, number, text, text_or};
use std::fmt::Write as _;
use trimtab_tree::Value;

/// What a probe asks, and when.
pub(super) fn probe(probe: &Value) -> String {
    let when = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number(probe, "initialDelaySeconds"),
        number(probe, "timeoutSeconds"),
        number(probe, "periodSeconds"),
        number(probe, "successThreshold"),
        number(probe, "failureThreshold"),
    );
    if let Some(exec) = at(probe, "exec") {
        return format!("exec {} {when}", go_list(exec, "command"));
    }
    if let Some(get) = at(probe, "httpGet") {
        return format!("http-get {} {when}", url(get));
    }
    if let Some(socket) = at(probe, "tcpSocket") {
        let (host, port) = (text(socket, "host"), number(socket, "port"));
        return format!("tcp-socket {host}:{port} {when}");
    }
    if let Some(grpc) = at(probe, "grpc") {
        let (port, service) = (number(grpc, "port"), text(grpc, "service"));
        return format!("grpc <pod>:{port} {service} {when}");
    }
    format!("unknown {when}")
}

/// The address that a probe gets.
fn url(get: &Value) -> String {
    let scheme = match text(get, "scheme") {
        "" => String::new(),
        scheme => format!("{}:", scheme.to_lowercase()),
    };
    let host = text(get, "host");
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let port = text_or(get, "port", "0");
    let path = escaped(text(get, "path"));
    let slash = if path.is_empty() || path.starts_with('/') {
        ""
    } else {
        "/"
    };
    format!("{scheme}//{host}:{port}{slash}{path}")
}

/// A path as it stands in an address.
fn escaped(path: &str) -> String {
    if path == "*" {
        return path.to_owned();
    }
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
