//! The volumes of a pod or a template, and what is behind a persistent volume.

use super::claims;
use super::fields::{amount, at, equations, flag, go_list, items, number, pairs, text, texts};
use super::sheet::{Sheet, shortened_attribute};
use super::volume_kinds::{Form, IN_PODS, Kind, PERSISTENT};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Writes the volumes of a `PodSpec`; `is_template` says that it is a template's, which stands further in.
pub(super) fn write(sheet: &mut Sheet, spec: &Value, is_template: bool) {
    let (space, name_space) = if is_template { ("  ", " ") } else { ("", "") };
    let volumes = items(spec, "volumes");
    if volumes.is_empty() {
        sheet.field(0, format_args!("{space}Volumes"), "<none>");
        return;
    }
    sheet.line(0, format_args!("{space}Volumes:"));
    for volume in volumes {
        sheet.line(1, format_args!("{name_space}{}:", text(volume, "name")));
        write_source(sheet, volume, IN_PODS);
    }
}

/// Writes what is behind a persistent volume, of whose `spec` it is one field.
pub(super) fn write_persistent(sheet: &mut Sheet, spec: &Value) {
    write_source(sheet, spec, PERSISTENT);
}

fn write_source(sheet: &mut Sheet, holder: &Value, kinds: &[Kind]) {
    let mut sources = kinds.iter();
    let source = sources.find_map(|kind| Some((kind, at(holder, kind.field)?)));
    let Some((kind, source)) = source else {
        sheet.line(1, "<unknown>");
        return;
    };
    sheet.field(2, "Type", kind.description);
    for (name, path, form) in kind.rows {
        sheet.line(2, format_args!("{name}\t{}", value(source, path, *form)));
    }
    match kind.field {
        "projected" => write_projected(sheet, source),
        "downwardAPI" => write_downward(sheet, source),
        "csi" => write_attributes(sheet, source),
        "ephemeral" => {
            if let Some(template) = at(source, "volumeClaimTemplate") {
                sheet.indented(2, |sheet| claims::write_template(sheet, template));
            }
        }
        _ => {}
    }
}

/// The value of a field of a volume.
fn value(source: &Value, path: &str, form: Form) -> String {
    match form {
        Form::Text => text(source, path).to_owned(),
        Form::TextOr(other) => at(source, path)
            .map_or(other, |it| it.text().unwrap_or_default())
            .to_owned(),
        Form::Number => number(source, path).to_owned(),
        Form::Flag => flag(source, path).to_owned(),
        Form::List => go_list(source, path),
        Form::Commas => texts(source, path).join(", "),
        Form::Map => {
            let pairs = pairs(source, path).into_iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}:{}", value.text().unwrap_or_default()))
                .collect();
            format!("map[{}]", pairs.join(" "))
        }
        Form::Size => {
            let size = amount(source, path);
            let is_set = Quantity::parse(&size).is_ok_and(|size| !size.is_zero());
            if is_set { size } else { "<unset>".to_owned() }
        }
        Form::Local => at(source, path).map_or_else(
            || "nil".to_owned(),
            |it| format!("&LocalObjectReference{{Name:{},}}", text(it, "name")),
        ),
        Form::Secret => at(source, path).map_or_else(
            || "nil".to_owned(),
            |it| {
                let (name, namespace) = (text(it, "name"), text(it, "namespace"));
                format!("&SecretReference{{Name:{name},Namespace:{namespace},}}")
            },
        ),
    }
}

fn write_projected(sheet: &mut Sheet, projected: &Value) {
    for source in items(projected, "sources") {
        if let Some(secret) = at(source, "secret") {
            sheet.field(2, "SecretName", text(secret, "name"));
            sheet.field(2, "Optional", flag(secret, "optional"));
        } else if at(source, "downwardAPI").is_some() {
            sheet.field(2, "DownwardAPI", "true");
        } else if let Some(map) = at(source, "configMap") {
            sheet.field(2, "ConfigMapName", text(map, "name"));
            sheet.field(2, "Optional", flag(map, "optional"));
        } else if let Some(token) = at(source, "serviceAccountToken") {
            sheet.field(
                2,
                "TokenExpirationSeconds",
                number(token, "expirationSeconds"),
            );
        }
    }
}

fn write_downward(sheet: &mut Sheet, source: &Value) {
    sheet.line(2, "Items:");
    for item in items(source, "items") {
        let from = ["fieldRef.fieldPath", "resourceFieldRef.resource"];
        for from in from.into_iter().map(|path| text(item, path)) {
            if !from.is_empty() {
                sheet.line(3, format_args!("{from} -> {}", text(item, "path")));
            }
        }
    }
}

fn write_attributes(sheet: &mut Sheet, source: &Value) {
    sheet.write(2, "VolumeAttributes:\t");
    let attributes = equations(source, "volumeAttributes");
    if attributes.is_empty() {
        sheet.line(0, "<none>");
    }
    for (at, attribute) in attributes.iter().enumerate() {
        if at > 0 {
            sheet.write(2, "");
            sheet.write(2, "\t");
        }
        sheet.line(2, shortened_attribute(attribute));
    }
}
