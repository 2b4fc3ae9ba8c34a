//! Reads the text form of the table, line by line. An empty line or one that begins with `#` says
//! nothing; every other is one of:
//!
//! ```text
//! package io.k8s.api.apps.v1      the package of the type names that follow
//! kind apps/v1 Deployment ...     what the type of that name is served as; several versions may
//!                                 be joined by commas; then any of `plural= singular= short=
//!                                 categories= verbs= subresources= scope= type= list`
//! type DeploymentSpec             a type with fields, which follow, indented by two spaces
//! type Time = string:date-time    a type without fields
//!   name! EXPRESSION FACTS        a field; `!`: required
//!   name FACTS                    more facts about a field that is there already; `name!` makes
//!                                 it required, `name?` makes it not
//!   -name                         there is no such field
//! numbers TYPE name=1 other=2.3   the numbers of a type's fields in its protobuf message
//! forget kinds                    none of the kinds so far
//! ```
//!
//! An expression is `any`, `object`, `string`, `integer`, `number`, `boolean` (with `:format`),
//! `int-or-string`, `[items]`, `{values}` or the name of a type, which stands in the package at
//! hand if it has no dot. Facts are `list=atomic|set|map keys=a,b map=atomic patch=merge,retainKeys
//! patchKey=name zero=held|dropped|written|null
//! enum=A,B`. Of a type, `required=a,b` says in which order its required fields are declared. Of a kind, `type=-` says that its type is not known, and `list` that there is a
//! list kind, whose type is made here.
//!
//! A kind or type that is there already is amended; so files are read one on top of another.

use super::model::{Expression, Facts, Field, Kind, Model, Type};

/// Reads `text` on top of `model`. The error names the line, from 1.
pub(crate) fn read(model: &mut Model, text: &str) -> Result<(), String> {
    let mut reader = Reader {
        model,
        package: "",
        open: None,
    };
    for (number, line) in text.lines().enumerate() {
        reader
            .line(line)
            .map_err(|error| format!("line {}: {error}: `{line}`", number + 1))?;
    }
    Ok(())
}

struct Reader<'a> {
    model: &'a mut Model,
    package: &'a str,
    /// The type whose fields may follow.
    open: Option<String>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(field) = line.strip_prefix("  ") {
            return self.field(field);
        }
        self.open = None;
        let (word, rest) = line.split_once(' ').ok_or("a word alone")?;
        match word {
            "package" => self.package = rest,
            "kind" => self.kind(rest)?,
            "type" => self.ty(rest)?,
            "numbers" => self.numbers(rest)?,
            "forget" if rest == "kinds" => self.model.kinds.clear(),
            _ => return Err("an unknown word".to_owned()),
        }
        Ok(())
    }

    fn kind(&mut self, text: &str) -> Result<(), String> {
        let mut words = text.split(' ');
        let (Some(versions), Some(name)) = (words.next(), words.next()) else {
            return Err("a kind needs a version and a name".to_owned());
        };
        let attributes: Vec<&str> = words.collect();
        for version in versions.split(',') {
            let id = (version.to_owned(), name.to_owned());
            let own_type = self.qualified(name);
            let kind = self.model.kinds.entry(id).or_insert_with(|| Kind {
                type_name: Some(own_type),
                ..Kind::default()
            });
            amend_kind(kind, &attributes)?;
            if attributes.contains(&"list") {
                self.list_of(version, name);
            }
        }
        Ok(())
    }

    /// The list kind of a kind: the API gives every one the same shape.
    fn list_of(&mut self, version: &str, name: &str) {
        const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
        let list = format!("{name}List");
        let type_name = self.qualified(&list);
        let field = |required, expression| Field {
            required,
            expression,
            facts: Facts::default(),
            numbers: [0; 3],
        };
        let string = || Expression::scalar("string");
        let item = Expression::Type(self.qualified(name));
        let fields = [
            ("apiVersion", field(false, string())),
            ("items", field(true, Expression::List(Box::new(item)))),
            ("kind", field(false, string())),
            ("metadata", field(false, Expression::Type(META.to_owned()))),
        ];
        self.model.types.insert(
            type_name.clone(),
            Type {
                fields: fields.map(|(name, field)| (name.to_owned(), field)).into(),
                ..Type::default()
            },
        );
        let kind = Kind {
            type_name: Some(type_name),
            ..Kind::default()
        };
        self.model.kinds.insert((version.to_owned(), list), kind);
    }

    fn ty(&mut self, text: &str) -> Result<(), String> {
        let mut words = text.split(' ');
        let name = self.qualified(words.next().ok_or("a type needs a name")?);
        let mut words = words.peekable();
        let shape = if words.next_if_eq(&"=").is_some() {
            Some(self.expression(words.next().ok_or("nothing after `=`")?)?)
        } else {
            None
        };
        let ty = self.model.types.entry(name.clone()).or_default();
        ty.shape = shape.or(ty.shape.take());
        for word in words {
            match word {
                "map=atomic" => ty.atomic = true,
                _ if word.starts_with("required=") => {
                    word["required=".len()..].clone_into(&mut ty.required);
                }
                _ => return Err(format!("a type has no `{word}`")),
            }
        }
        self.open = Some(name);
        Ok(())
    }

    fn numbers(&mut self, text: &str) -> Result<(), String> {
        let mut words = text.split(' ');
        let name = self.qualified(words.next().unwrap_or_default());
        let ty = self.model.types.get_mut(&name).ok_or("no such type")?;
        for word in words {
            let (field, path) = word.split_once('=').ok_or("a field without numbers")?;
            let field = ty.fields.get_mut(field).ok_or("no such field")?;
            for (at, number) in path.split('.').enumerate() {
                let place = field.numbers.get_mut(at).ok_or("more than three numbers")?;
                *place = number.parse().map_err(|_| "no number below 256")?;
            }
        }
        Ok(())
    }

    fn field(&mut self, text: &str) -> Result<(), String> {
        let open = self.open.clone().ok_or("a field outside a type")?;
        let mut words = text.split(' ').peekable();
        let name = words.next().filter(|name| !name.is_empty());
        let name = name.ok_or("a field needs a name")?;
        let expression = match words.next_if(|word| !word.contains('=')) {
            Some(word) => Some(self.expression(word)?),
            None => None,
        };
        let ty = self.model.types.entry(open).or_default();
        if let Some(name) = name.strip_prefix('-') {
            let removed = ty.fields.remove(name).map(|_| ());
            return removed.ok_or_else(|| "no such field to leave out".to_owned());
        }
        let (name, required) = match name.strip_suffix(['!', '?']) {
            Some(bare) => (bare, Some(name.ends_with('!'))),
            None => (name, None),
        };
        if let Some(expression) = expression {
            let field = Field {
                required: false,
                expression,
                facts: Facts::default(),
                numbers: [0; 3],
            };
            ty.fields.insert(name.to_owned(), field);
        }
        let field = ty.fields.get_mut(name).ok_or("no such field to amend")?;
        field.required = required.unwrap_or(field.required);
        words.try_for_each(|word| amend_facts(&mut field.facts, word))
    }

    fn expression(&self, text: &str) -> Result<Expression, String> {
        let inner = |open, close| text.strip_prefix(open)?.strip_suffix(close);
        if let Some(items) = inner('[', ']') {
            return Ok(Expression::List(Box::new(self.expression(items)?)));
        }
        if let Some(values) = inner('{', '}') {
            return Ok(Expression::Map(Box::new(self.expression(values)?)));
        }
        let scalar = text.split(':').next().unwrap_or_default();
        match scalar {
            "any" | "object" | "int-or-string" if scalar == text => Ok(Expression::scalar(text)),
            "string" | "integer" | "number" | "boolean" => Ok(Expression::scalar(text)),
            _ if text.contains('.') || text.starts_with(|c: char| c.is_ascii_uppercase()) => {
                Ok(Expression::Type(self.qualified(text)))
            }
            _ => Err(format!("no such expression `{text}`")),
        }
    }

    fn qualified(&self, name: &str) -> String {
        if name.contains('.') {
            return name.to_owned();
        }
        format!("{}.{name}", self.package)
    }
}

fn amend_kind(kind: &mut Kind, attributes: &[&str]) -> Result<(), String> {
    for attribute in attributes {
        if *attribute == "list" {
            continue;
        }
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let place = match key {
            "plural" => &mut kind.plural,
            "singular" => &mut kind.singular,
            "short" => &mut kind.short_names,
            "categories" => &mut kind.categories,
            "verbs" => &mut kind.verbs,
            "subresources" => &mut kind.subresources,
            "scope" if ["cluster", "namespaced", "subresource", ""].contains(&value) => {
                &mut kind.scope
            }
            "type" => {
                kind.type_name = (value != "-").then(|| value.to_owned());
                continue;
            }
            _ => return Err(format!("a kind has no `{attribute}`")),
        };
        value.clone_into(place);
    }
    Ok(())
}

fn amend_facts(facts: &mut Facts, word: &str) -> Result<(), String> {
    let (key, value) = word.split_once('=').unwrap_or((word, ""));
    match (key, value) {
        ("list", "atomic" | "set" | "map") => value.clone_into(&mut facts.list),
        ("map", "atomic") => facts.atomic_map = true,
        ("zero", "held" | "dropped" | "written" | "null") => value.clone_into(&mut facts.zero),
        ("enum", _) => value.clone_into(&mut facts.values),
        ("keys", _) => value.clone_into(&mut facts.keys),
        ("patchKey", _) => value.clone_into(&mut facts.patch_key),
        ("patch", _) => {
            let known = |strategy| ["merge", "replace", "retainKeys", ""].contains(&strategy);
            if !value.split(',').all(known) {
                return Err(format!("no such patch strategy `{value}`"));
            }
            value.clone_into(&mut facts.patch);
        }
        _ => return Err(format!("no such fact `{word}`")),
    }
    Ok(())
}
