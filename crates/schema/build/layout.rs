//! Lays a model out as the arrays of `src/table.rs`, written as Rust source.

use super::model::{Expression, Facts, Kind, Model};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Rust source that defines the table `name` (an upper case identifier).
pub(crate) fn lay_out(name: &str, model: &Model) -> Result<String, String> {
    model.check()?;
    let types: BTreeMap<(&str, &str), u16> = by_package(model).zip(0..).collect();
    let mut layout = Layout {
        types: &types,
        text: String::new(),
        names: BTreeMap::new(),
        shapes: vec![Expression::scalar("any")],
        facts: vec![Facts::default()],
    };
    let source = layout.source(name, model);
    // Facts of a field are numbered in a byte, all else in 16 bits, places in the text in 24.
    if layout.facts.len() > 0x100 || layout.shapes.len() > 0xffff || layout.text.len() > 0xff_ffff {
        return Err("the table has outgrown its numbers".to_owned());
    }
    Ok(source)
}

/// Package and name of every type, in order.
fn by_package(model: &Model) -> impl Iterator<Item = (&str, &str)> {
    let mut names: Vec<_> = model.types.keys().map(|name| split(name)).collect();
    names.sort_unstable();
    names.into_iter()
}

fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

struct Layout<'a> {
    types: &'a BTreeMap<(&'a str, &'a str), u16>,
    text: String,
    names: BTreeMap<String, u32>,
    shapes: Vec<Expression>,
    facts: Vec<Facts>,
}

impl Layout<'_> {
    fn source(&mut self, name: &str, model: &Model) -> String {
        let (mut types, mut fields, mut kinds) = (String::new(), String::new(), String::new());
        let mut count = 0;
        for (package, type_name) in by_package(model) {
            let ty = &model.types[&format!("{package}.{type_name}")];
            let shape = ty.shape.as_ref().map_or(0, |shape| self.shape(shape));
            let _ = writeln!(
                types,
                "TypeRecord {{ package: {}, name: {}, first: {count}, count: {}, shape: {shape}, atomic: {}, \
                 required: {} }},",
                self.name(package),
                self.name(type_name),
                ty.fields.len(),
                ty.atomic,
                self.name(&ty.required),
            );
            count += ty.fields.len();
            for (field_name, field) in &ty.fields {
                let _ = writeln!(
                    fields,
                    "FieldRecord {{ name: {}, shape: {}, facts: {}, required: {}, numbers: {:?} }},",
                    self.name(field_name),
                    self.shape(&field.expression),
                    number_of(&mut self.facts, &field.facts),
                    field.required,
                    field.numbers,
                );
            }
        }
        for ((version, kind_name), kind) in &model.kinds {
            self.kind(&mut kinds, version, kind_name, kind);
        }
        let (shapes, facts) = (self.shape_source(), self.facts_source());
        format!(
            "/// Laid out by the build script from the files in `data/`.\n\
             pub(crate) static {name}: Table = Table {{\n\
             text: {:?},\ntypes: &[\n{types}],\nfields: &[\n{fields}],\nkinds: &[\n{kinds}],\n\
             shapes: &[\n{shapes}],\nfacts: &[\n{facts}],\n}};\n",
            self.text
        )
    }

    fn kind(&mut self, out: &mut String, version: &str, name: &str, kind: &Kind) {
        let ty = match &kind.type_name {
            Some(name) => format!("Some({})", self.types[&split(name)]),
            None => "None".to_owned(),
        };
        let scope = match kind.scope.as_str() {
            "cluster" => "Scope::Cluster",
            "namespaced" => "Scope::Namespaced",
            "subresource" => "Scope::Subresource",
            _ => "Scope::Unknown",
        };
        let _ = writeln!(
            out,
            "KindRecord {{ api_version: {}, kind: {}, ty: {ty}, scope: {scope}, plural: {}, singular: {}, \
             short_names: {}, categories: {}, verbs: {}, subresources: {} }},",
            self.name(version),
            self.name(name),
            self.name(&kind.plural),
            self.name(&kind.singular),
            self.name(&kind.short_names),
            self.name(&kind.categories),
            self.name(&kind.verbs),
            self.name(&kind.subresources),
        );
    }

    /// Where a name stands in the text, put there if it does not yet.
    fn name(&mut self, name: &str) -> String {
        assert!(name.len() < 0x100, "a name of more than 255 bytes: {name}");
        let text = &mut self.text;
        let place = *self.names.entry(name.to_owned()).or_insert_with(|| {
            let place = (text.len() as u32) << 8 | name.len() as u32;
            text.push_str(name);
            place
        });
        format!("Name(0x{:04x}_{:04x})", place >> 16, place & 0xffff)
    }

    /// The number of a shape; those inside come first.
    fn shape(&mut self, expression: &Expression) -> u16 {
        if let Expression::List(inner) | Expression::Map(inner) = expression {
            self.shape(inner);
        }
        number_of(&mut self.shapes, expression)
    }

    fn shape_source(&mut self) -> String {
        let mut out = String::new();
        for expression in self.shapes.clone() {
            let shape = match &expression {
                Expression::List(inner) => format!("Shape::List({})", self.shape(inner)),
                Expression::Map(inner) => format!("Shape::Map({})", self.shape(inner)),
                Expression::Type(name) => format!("Shape::Type({})", self.types[&split(name)]),
                Expression::Scalar(text) => {
                    let (kind, format) = text.split_once(':').unwrap_or((text, ""));
                    let kind = match kind {
                        "object" => "Object",
                        "string" => "String",
                        "integer" => "Integer",
                        "number" => "Number",
                        "boolean" => "Boolean",
                        "int-or-string" => "IntOrString",
                        _ => "Any",
                    };
                    format!("Shape::Plain(ValueKind::{kind}, {})", self.name(format))
                }
            };
            let _ = writeln!(out, "{shape},");
        }
        out
    }

    fn facts_source(&mut self) -> String {
        let mut out = String::new();
        for facts in self.facts.clone() {
            let list = match facts.list.as_str() {
                "atomic" => "Some(ListType::Atomic)",
                "set" => "Some(ListType::Set)",
                "map" => "Some(ListType::Map)",
                _ => "None",
            };
            let zero = match facts.zero.as_str() {
                "dropped" => "ZeroValue::Dropped",
                "written" => "ZeroValue::Written",
                "null" => "ZeroValue::Null",
                _ => "ZeroValue::Held",
            };
            let has = |strategy| facts.patch.split(',').any(|word| word == strategy);
            let _ = writeln!(
                out,
                "FactsRecord {{ list: {list}, keys: {}, atomic_map: {}, patch_key: {}, \
                 patch: PatchStrategy {{ merge: {}, replace: {}, retain_keys: {} }}, zero: {zero}, \
                 values: {} }},",
                self.name(&facts.keys),
                facts.atomic_map,
                self.name(&facts.patch_key),
                has("merge"),
                has("replace"),
                has("retainKeys"),
                self.name(&facts.values),
            );
        }
        out
    }
}

/// The number of `value` among `values`, added if it is not there yet.
fn number_of<T: Clone + PartialEq>(values: &mut Vec<T>, value: &T) -> u16 {
    let at = values
        .iter()
        .position(|known| known == value)
        .unwrap_or_else(|| {
            values.push(value.clone());
            values.len() - 1
        });
    at as u16
}
