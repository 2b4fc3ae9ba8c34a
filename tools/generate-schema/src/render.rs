//! Writes types in the table's text form, which `crates/schema/build/grammar.rs` reads.

use crate::literal::Literal;
use crate::source::{Kind, Strategy, Type, Types};
use std::fmt::Write;

/// The whole table, packages and types in the order of their names, fields in that of theirs.
pub(crate) fn render(source: &str, types: &Types) -> String {
    let mut out = format!(
        "# Kubernetes types. Written by tools/generate-schema from {source}; do not edit.\n\
         # The grammar is described in crates/schema/build/grammar.rs.\n"
    );
    let mut by_package: Vec<_> = types
        .iter()
        .map(|(name, ty)| (name.rsplit_once('.').unwrap_or(("", name)), ty))
        .collect();
    by_package.sort_by_key(|(name, _)| *name);
    let mut package = "";
    for ((its_package, name), ty) in by_package {
        if its_package != package {
            package = its_package;
            let _ = write!(out, "\npackage {package}\n");
        }
        out.push('\n');
        if let Some(kind) = &ty.kind {
            render_kind(&mut out, kind);
        }
        render_type(&mut out, name, ty, &|path| {
            shorten(types.name_of(path), package)
        });
    }
    out
}

/// A type of the package at hand is named without it.
fn shorten(name: &str, package: &str) -> String {
    match name
        .strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('.'))
    {
        Some(short) if !short.contains('.') => short.to_owned(),
        _ => name.to_owned(),
    }
}

fn render_kind(out: &mut String, kind: &Kind) {
    let _ = write!(out, "kind {} {}", kind.api_version, kind.name);
    // What discovery answers with has no path, and so no scope.
    if !kind.plural.is_empty() {
        let _ = write!(out, " plural={} scope={}", kind.plural, kind.scope);
    }
    out.push_str(if kind.listed { " list\n" } else { "\n" });
}

fn render_type(out: &mut String, name: &str, ty: &Type, name_of: &dyn Fn(&str) -> String) {
    let mut fields: Vec<_> = ty
        .schema
        .get("properties")
        .map_or(&[][..], Literal::members)
        .iter()
        .collect();
    if fields.is_empty() {
        let _ = writeln!(out, "type {name} = {}", expression(&ty.schema, name_of));
        return;
    }
    let _ = writeln!(out, "type {name}");
    fields.sort_by_key(|(field, _)| field);
    let required = ty.schema.get("required").map_or(&[][..], Literal::items);
    for (field, schema) in fields {
        // k8s-openapi requires the metadata of every object; the API does of hardly any.
        let is_required = required.contains(&Literal::Text(field.clone()))
            && !(ty.kind.is_some() && field == "metadata");
        let mark = if is_required { "!" } else { "" };
        let _ = write!(out, "  {field}{mark} {}", expression(schema, name_of));
        match ty.strategies.get(field) {
            None => {}
            Some(Strategy::AtomicList) => out.push_str(" list=atomic"),
            Some(Strategy::Set) => out.push_str(" list=set"),
            Some(Strategy::Keyed(keys)) => {
                let _ = write!(out, " list=map keys={}", keys.join(","));
            }
            Some(Strategy::AtomicMap) => out.push_str(" map=atomic"),
        }
        out.push('\n');
    }
}

/// `string`, `integer:int32`, `[items]`, `{values}`, `Type`, ...
fn expression(schema: &Literal, name_of: &dyn Fn(&str) -> String) -> String {
    if let Literal::Reference(path) = schema {
        return name_of(path);
    }
    if schema.get("x-kubernetes-int-or-string").is_some() {
        return "int-or-string".to_owned();
    }
    match (schema.text_of("type"), schema.text_of("format")) {
        (Some("array"), _) => {
            let items = schema.get("items").map(|items| expression(items, name_of));
            format!("[{}]", items.as_deref().unwrap_or("any"))
        }
        (Some("object"), _) => match schema.get("additionalProperties") {
            Some(values) => format!("{{{}}}", expression(values, name_of)),
            None => "object".to_owned(),
        },
        (Some(scalar), Some(format)) => format!("{scalar}:{format}"),
        (Some(scalar), None) => scalar.to_owned(),
        (None, _) => "any".to_owned(),
    }
}
