//! `ConfigMap`s, Secrets and service accounts.

use super::Surroundings;
use super::events;
use super::fields::{items, pairs, text};
use super::moment::Moment;
use super::sheet::Sheet;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::Value;

/// Writes a `ConfigMap`.
pub(super) fn write_map(sheet: &mut Sheet, map: &Value, around: &Surroundings, moment: &Moment) {
    sheet.head(map);
    sheet.line(0, "\nData\n====");
    for (name, value) in pairs(map, "data") {
        let value = value.text_if_not_null().unwrap_or_default();
        sheet.line(0, format_args!("{name}:\n----\n{value}\n"));
    }
    sheet.line(0, "\nBinaryData\n====");
    for (name, value) in pairs(map, "binaryData") {
        sheet.line(0, format_args!("{name}: {} bytes", size(value)));
    }
    sheet.line(0, "");
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes a Secret: of its data the sizes only, save a token's, which kubectl shows, too.
pub(super) fn write_secret(sheet: &mut Sheet, secret: &Value) {
    sheet.head(secret);
    let kind = text(secret, "type");
    sheet.field(0, "\nType", kind);
    sheet.line(0, "\nData\n====");
    for (name, value) in pairs(secret, "data") {
        if name == "token" && kind == "kubernetes.io/service-account-token" {
            let token = decoded(value);
            sheet.field(0, name, String::from_utf8_lossy(&token));
        } else {
            sheet.field(0, name, format_args!("{} bytes", size(value)));
        }
    }
}

fn decoded(value: &Value) -> Vec<u8> {
    let text = value.text_if_not_null().unwrap_or_default();
    STANDARD.decode(text).unwrap_or_default()
}

fn size(value: &Value) -> usize {
    decoded(value).len()
}

/// Writes a service account.
pub(super) fn write_account(
    sheet: &mut Sheet,
    account: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.head(account);
    let secrets = around.secrets.as_deref();
    let is_missing = |name: &str| {
        let mut secrets = secrets.into_iter().flatten();
        around.secrets.is_some() && !secrets.any(|secret| text(secret, "metadata.name") == name)
    };
    let names = |path| -> Vec<String> {
        let references = items(account, path).iter();
        let names = references.map(|reference| text(reference, "name"));
        let marked = names.map(|name| {
            let note = if is_missing(name) { " (not found)" } else { "" };
            format!("{name}{note}")
        });
        marked.collect()
    };
    let tokens = secrets.unwrap_or_default().iter();
    let tokens = tokens.filter(|secret| is_token_of(secret, account));
    let tokens: Vec<String> = tokens
        .map(|secret| text(secret, "metadata.name").to_owned())
        .collect();
    write_names(sheet, "Image pull secrets:", &names("imagePullSecrets"));
    write_names(sheet, "Mountable secrets: ", &names("secrets"));
    write_names(sheet, "Tokens:            ", &tokens);
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_names(sheet: &mut Sheet, heading: &str, names: &[String]) {
    if names.is_empty() {
        sheet.row(0, &[heading, "<none>"]);
    }
    let blank = " ".repeat(heading.len());
    for (at, name) in names.iter().enumerate() {
        sheet.row(0, &[if at == 0 { heading } else { &blank }, name]);
    }
}

fn is_token_of(secret: &Value, account: &Value) -> bool {
    let annotation = |name: &str| {
        let annotations = secret.get_path(&["metadata", "annotations"]);
        annotations
            .and_then(|annotations| annotations.get(name)?.text())
            .unwrap_or_default()
    };
    text(secret, "type") == "kubernetes.io/service-account-token"
        && annotation("kubernetes.io/service-account.name") == text(account, "metadata.name")
        && annotation("kubernetes.io/service-account.uid") == text(account, "metadata.uid")
}
