//! The environment of a container.

use super::fields::{amount, at, flag, items, text};
use super::place::Place;
use super::sheet::Sheet;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Writes where variables come from, and each variable.
pub(super) fn write(sheet: &mut Sheet, container: &Value, place: Place<'_>) {
    let sources = items(container, "envFrom");
    if !sources.is_empty() {
        sheet.line(2, "Environment Variables from:");
    }
    for source in sources {
        write_source(sheet, source);
    }
    let variables = items(container, "env");
    let none = if variables.is_empty() { "\t<none>" } else { "" };
    sheet.line(2, format_args!("Environment:{none}"));
    for variable in variables {
        match at(variable, "valueFrom") {
            None => write_value(sheet, variable),
            Some(source) => {
                write_reference(sheet, text(variable, "name"), source, container, place);
            }
        }
    }
}

fn write_source(sheet: &mut Sheet, source: &Value) {
    let kinds = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
    let mut kinds = kinds.into_iter();
    let known = kinds.find_map(|(field, kind)| Some((kind, at(source, field)?)));
    let (kind, name, optional) = match known {
        Some((kind, it)) => (kind, text(it, "name"), flag(it, "optional")),
        None => ("", "", "false"),
    };
    let prefix = match text(source, "prefix") {
        "" => String::new(),
        prefix => format!(" with prefix '{prefix}'"),
    };
    sheet.line(
        3,
        format_args!("{name}\t{kind}{prefix}\tOptional: {optional}"),
    );
}

fn write_value(sheet: &mut Sheet, variable: &Value) {
    for (at, line) in text(variable, "value").split('\n').enumerate() {
        if at == 0 {
            sheet.field(3, text(variable, "name"), line);
        } else {
            sheet.line(3, format_args!("\t{line}"));
        }
    }
}

fn write_reference(
    sheet: &mut Sheet,
    name: &str,
    source: &Value,
    container: &Value,
    place: Place<'_>,
) {
    if let Some(field) = at(source, "fieldRef") {
        let (version, path) = (text(field, "apiVersion"), text(field, "fieldPath"));
        let value = match place {
            Place::Pod(pod, _) => known_field(pod, path),
            Place::Template => "",
        };
        sheet.field(3, name, format_args!("{value} ({version}:{path})"));
    } else if let Some(field) = at(source, "resourceFieldRef") {
        let resource = text(field, "resource");
        let value = match resource_value(field, container) {
            Some(value) if value == "0" && matches!(resource, "limits.cpu" | "limits.memory") => {
                "node allocatable".to_owned()
            }
            value => value.unwrap_or_default(),
        };
        sheet.field(3, name, format_args!("{value} ({resource})"));
    } else if let Some(key) = at(source, "secretKeyRef") {
        write_key(sheet, name, key, "in secret");
    } else if let Some(key) = at(source, "configMapKeyRef") {
        write_key(sheet, name, key, "of config map");
    }
}

fn write_key(sheet: &mut Sheet, name: &str, reference: &Value, of: &str) {
    let (key, holder) = (text(reference, "key"), text(reference, "name"));
    let optional = flag(reference, "optional");
    sheet.field(
        3,
        name,
        format_args!("<set to the key '{key}' {of} '{holder}'>\tOptional: {optional}"),
    );
}

/// kubectl tells the value of these fields only.
fn known_field<'v>(pod: &'v Value, path: &str) -> &'v str {
    match path {
        "metadata.name" | "metadata.namespace" => text(pod, path),
        _ => "",
    }
}

/// How much of a resource a container has, counted in the divisor and rounded up.
fn resource_value(field: &Value, container: &Value) -> Option<String> {
    let (list, resource) = text(field, "resource").split_once('.')?;
    let is_known = matches!(resource, "cpu" | "memory" | "ephemeral-storage")
        || resource.starts_with("hugepages-");
    if !is_known || !matches!(list, "limits" | "requests") {
        return None;
    }
    let amounts = at(container, "resources").and_then(|resources| resources.get(list));
    let has = amounts.and_then(|amounts| amounts.get(resource)?.text());
    let has = Quantity::parse(has.unwrap_or("0")).ok()?;
    let divisor = match Quantity::parse(&amount(field, "divisor")).ok()? {
        divisor if divisor.is_zero() => Quantity::from_units(1),
        divisor => divisor,
    };
    let (has, divisor) = if resource == "cpu" {
        (has.millis(), divisor.millis())
    } else {
        (has.units(), divisor.units())
    };
    let whole = has.checked_div_euclid(divisor)?;
    let has_rest = has.checked_rem_euclid(divisor)? > 0;
    Some(whole.saturating_add(i64::from(has_rest)).to_string())
}
