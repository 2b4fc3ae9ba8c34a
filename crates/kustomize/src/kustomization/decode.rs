//! From a tree to the values of a configuration file, as strictly as Go's JSON decoder.
//!
//! A type that is a mapping in the file lists its fields in a table, see [`fields!`]; [`Decode`]
//! does the rest for it, for lists, options, texts, numbers and booleans. The rules are those of
//! `encoding/json`: letter case of field names does not count, `null` leaves a value as it is, a
//! value of the wrong type is an error, and what else there is is said by [`Rules`].

mod values;

use super::scalar;
use trimtab_tree::{
    Diagnostic, Position, Result, Scalar, ScalarKind, Severity, Style, Text, Value, nearest,
    resolve,
};

/// In what kustomize's readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Whether a field that is not in the table is an error; otherwise it is passed over.
    pub(crate) refuse_unknown_fields: bool,
    /// Whether a number or boolean may stand where a string is wanted.
    pub(crate) text_of_scalars: bool,
    /// Whether plain `yes`, `on` and their like are booleans.
    pub(crate) yes_is_true: bool,
}

impl Rules {
    /// `kustomization.yaml`
    pub(crate) const KUSTOMIZATION: Self = Self {
        refuse_unknown_fields: true,
        text_of_scalars: false,
        yes_is_true: true,
    };
    /// Files named in `configurations`.
    pub(crate) const CONFIGURATION: Self = Self {
        refuse_unknown_fields: true,
        text_of_scalars: true,
        yes_is_true: true,
    };
    /// Other files with parts of a kustomization, such as those that `replacements` name.
    pub(crate) const PART: Self = Self {
        refuse_unknown_fields: false,
        text_of_scalars: true,
        yes_is_true: true,
    };
    /// Objects that configure built-in generators, transformers and validators. kustomize reads
    /// them as resources first, hence as YAML 1.2.
    pub(crate) const PLUGIN: Self = Self {
        refuse_unknown_fields: false,
        text_of_scalars: true,
        yes_is_true: false,
    };
}

/// What can be read from a tree.
pub(crate) trait Decode: Default {
    /// What a file should hold, for messages: "a string".
    const EXPECTED: &'static str;

    /// Reads `value` into `self`. `null` leaves `self` as it is.
    ///
    /// # Errors
    /// When `value` holds something else; with its position and the path of fields that leads to
    /// it from here.
    fn read(&mut self, value: &Value, rules: Rules) -> Result<()>;

    /// Reads a new one.
    ///
    /// # Errors
    /// As [`Decode::read`].
    fn decode(value: &Value, rules: Rules) -> Result<Self> {
        let mut decoded = Self::default();
        decoded.read(value, rules)?;
        Ok(decoded)
    }
}

/// One field of a table.
pub(crate) struct Field<T> {
    /// Its name in files.
    pub(crate) name: &'static str,
    /// Reads its value into where it belongs.
    pub(crate) read: fn(&mut T, &Value, Rules) -> Result<()>,
    /// Its value for a file, unless it is left out there.
    pub(crate) write: fn(&T) -> Option<Value>,
}

/// A type that is a mapping with known fields. Implement it with [`fields!`].
pub(crate) trait Fields: Default + 'static {
    /// What it is, for messages: "an image".
    const WHAT: &'static str;
    /// The fields.
    const TABLE: &'static [Field<Self>];
}

/// The table of a type: names in files and where their values go, which may be fields of fields.
/// When the type is written, fields are left out while they are empty, but for those with `[always]`.
///
/// ```text
/// fields!(Replica, "a replica count", {
///     "name" => name,
///     "count" => count [always],
/// });
/// ```
macro_rules! fields {
    ($type:ty, $what:literal, {
        $($name:literal => $($field:ident).+ $([$always:ident])?),* $(,)?
    }) => {
        impl $crate::kustomization::decode::Fields for $type {
            const WHAT: &'static str = $what;
            const TABLE: &'static [$crate::kustomization::decode::Field<Self>] = &[$(
                $crate::kustomization::decode::Field {
                    name: $name,
                    read: |it, value, rules| {
                        $crate::kustomization::decode::Decode::read(&mut it.$($field).+, value, rules)
                    },
                    write: |it| {
                        use $crate::kustomization::encode::Encode;
                        let always = [$(stringify!($always)),*].contains(&"always");
                        let field = &it.$($field).+;
                        (always || !Encode::is_empty(field)).then(|| Encode::encode(field))
                    },
                }
            ),*];
        }
    };
}
pub(crate) use fields;

impl<T: Fields> Decode for T {
    const EXPECTED: &'static str = T::WHAT;

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        let Some(mapping) = value.as_mapping() else {
            return Err(wrong_type(value, &format!("{}: a mapping", T::WHAT), rules));
        };
        let mut seen: Vec<(usize, Position)> = Vec::with_capacity(mapping.len());
        for entry in mapping.entries() {
            let name = key_text(&entry.key, rules);
            let Some(at) = find(T::TABLE, &name) else {
                if rules.refuse_unknown_fields {
                    return Err(unknown_field(T::TABLE, &name, T::WHAT).at(entry.key_position));
                }
                continue;
            };
            let field = &T::TABLE[at];
            if let Some(&(_, first)) = seen.iter().find(|&&(other, _)| other == at) {
                return Err(given_twice(field.name, entry.key_position, first));
            }
            seen.push((at, entry.key_position));
            (field.read)(self, &entry.value, rules).map_err(|error| inside(error, field.name))?;
        }
        Ok(())
    }
}

/// A warning of the first field that nothing reads, in a value that [`Rules`] let pass. What every
/// object has is no such field.
pub(crate) fn first_unknown<T: Fields>(value: &Value, rules: Rules) -> Option<Diagnostic> {
    let strict = Rules {
        refuse_unknown_fields: true,
        ..rules
    };
    let mut own = value.clone();
    if let Some(fields) = own.as_mapping_mut() {
        for name in ["apiVersion", "kind", "metadata"] {
            if find(T::TABLE, name).is_none() {
                fields.remove(name);
            }
        }
    }
    let mut error = T::decode(&own, strict).err()?;
    error.severity = Severity::Warning;
    (error.code == "unknown-field").then_some(*error)
}

/// The field called `name`, or else the first that differs from it in letter case only.
fn find<T>(table: &[Field<T>], name: &str) -> Option<usize> {
    let exact = table.iter().position(|field| field.name == name);
    let folded = || {
        table
            .iter()
            .position(|field| field.name.eq_ignore_ascii_case(name))
    };
    exact.or_else(folded)
}

fn unknown_field<T>(table: &[Field<T>], name: &str, what: &str) -> Box<Diagnostic> {
    let mut names: Vec<&str> = table.iter().map(|field| field.name).collect();
    let error = Diagnostic::error("unknown-field", format!("unknown field `{name}` in {what}"));
    if let Some(meant) = nearest(name, names.iter().copied()) {
        return error.hint(format!("did you mean `{meant}`?"));
    }
    names.sort_unstable();
    error.expecting(format!("one of: {}", names.join(", ")))
}

fn given_twice(name: &str, second: Position, first: Position) -> Box<Diagnostic> {
    Diagnostic::error("duplicate-field", format!("field `{name}` is given twice"))
        .at(second)
        .label(first, "the first time here")
        .hint("letter case of field names does not count; join the two")
}

/// The error of a value that is not what it should be.
pub(crate) fn wrong_type(value: &Value, expected: &str, rules: Rules) -> Box<Diagnostic> {
    let kind = scalar_kind(value, rules);
    let found = match kind {
        Some(ScalarKind::Bool) => "a boolean",
        _ => value.describe(),
    };
    let error = Diagnostic::error("wrong-type", format!("{found} cannot stand here"))
        .at(value.position)
        .expecting(expected);
    match (kind, value.text()) {
        (Some(kind), Some(text)) if expected == Text::EXPECTED && kind != ScalarKind::Binary => {
            error.hint(format!("to mean the text, quote it: \"{text}\""))
        }
        _ if rules == Rules::KUSTOMIZATION && value.as_scalar().is_some_and(is_tagged) => {
            error.hint("the tag in front of it makes a string of it: leave the tag out")
        }
        _ => error,
    }
}

/// Whether a scalar is a string only because a tag, such as `!`, says so.
fn is_tagged(scalar: &Scalar) -> bool {
    scalar.kind == ScalarKind::String
        && scalar.style == Style::Plain
        && resolve(scalar.text()) != ScalarKind::String
}

/// Puts `field` in front of the path that an error is about.
fn inside(mut error: Box<Diagnostic>, field: &str) -> Box<Diagnostic> {
    error.field = Some(match error.field.take() {
        None => field.to_owned(),
        Some(rest) if rest.starts_with('[') => format!("{field}{rest}"),
        Some(rest) => format!("{field}.{rest}"),
    });
    error
}

fn scalar_kind(value: &Value, rules: Rules) -> Option<ScalarKind> {
    value.as_scalar().map(|scalar| kind_under(scalar, rules))
}

fn kind_under(scalar: &Scalar, rules: Rules) -> ScalarKind {
    if rules.yes_is_true {
        scalar::kind_in_yaml_1_1(scalar)
    } else {
        scalar.kind
    }
}

/// A key as JSON has it: always text.
fn key_text(key: &Scalar, rules: Rules) -> Text {
    scalar::as_text(key.text(), kind_under(key, rules)).into()
}

#[cfg(test)]
mod tests {
    use super::super::at::{At, StringMap};
    use super::*;
    use trimtab_tree::{Mapping, Node};

    #[derive(Debug, Default, PartialEq)]
    struct Id {
        name: At<Text>,
    }

    #[derive(Debug, Default, PartialEq)]
    struct Thing {
        id: Id,
        count: i64,
        enabled: bool,
        tags: Vec<At<Text>>,
        labels: StringMap,
        inner: Option<At<Inner>>,
    }

    #[derive(Debug, Default, PartialEq)]
    struct Inner {
        parts: Vec<At<Inner>>,
        size: i64,
    }

    fields!(Thing, "a thing", {
        "name" => id.name,
        "count" => count,
        "enabled" => enabled,
        "tags" => tags,
        "labels" => labels,
        "inner" => inner,
    });
    fields!(Inner, "an inner thing", { "parts" => parts, "size" => size });

    fn scalar(text: &str) -> Value {
        let kind = match text {
            "~" => ScalarKind::Null,
            "true" => ScalarKind::Bool,
            text if text.parse::<f64>().is_ok() => ScalarKind::Int,
            _ => ScalarKind::String,
        };
        Value::scalar(kind, text)
    }

    fn fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
        Value::mapping(Mapping::from(fields))
    }

    fn decode(value: &Value) -> Result<Thing> {
        Thing::decode(value, Rules::KUSTOMIZATION)
    }

    #[test]
    fn a_mapping_is_decoded_and_null_is_nothing() {
        let tags = Value::sequence(vec![scalar("a"), scalar("~")]);
        let thing = decode(&fields([
            ("name", scalar("app")),
            ("COUNT", scalar("3")),
            ("enabled", scalar("yes")),
            ("tags", tags),
            ("labels", fields([("b", scalar("x")), ("a", scalar("~"))])),
            ("inner", scalar("~")),
        ]))
        .unwrap();
        assert_eq!(thing.id.name.value, "app");
        assert_eq!((thing.count, thing.enabled), (3, true));
        assert_eq!(thing.tags, [At::from("a"), At::from("")]);
        let labels: Vec<_> = thing.labels.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(labels, ["a", "b"]);
        assert_eq!(thing.inner, None);
        assert_eq!(decode(&scalar("~")).unwrap(), Thing::default());
    }

    #[test]
    fn numbers_are_texts_only_where_the_rules_say_so() {
        let value = fields([("name", scalar("010"))]);
        assert_eq!(decode(&value).unwrap_err().code, "wrong-type");
        let thing = Thing::decode(&value, Rules::PLUGIN).unwrap();
        assert_eq!(thing.id.name.value, "8");
        let yes = fields([("name", scalar("yes"))]);
        assert_eq!(
            decode(&yes).unwrap_err().message,
            "a boolean cannot stand here"
        );
        let thing = Thing::decode(&yes, Rules::PART).unwrap();
        assert_eq!(thing.id.name.value, "true");
        let thing = Thing::decode(&yes, Rules::PLUGIN).unwrap();
        assert_eq!(thing.id.name.value, "yes");
    }

    #[test]
    fn errors_name_the_field_and_the_way_out() {
        let deep = fields([(
            "inner",
            fields([(
                "parts",
                Value::sequence(vec![fields([("size", scalar("big"))])]),
            )]),
        )]);
        let error = decode(&deep).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("inner.parts[0].size"));
        assert_eq!(error.expected.as_deref(), Some("a whole number"));

        let error = decode(&fields([("lables", scalar("x"))])).unwrap_err();
        assert_eq!(error.message, "unknown field `lables` in a thing");
        assert_eq!(error.hints, ["did you mean `labels`?"]);

        let error = decode(&fields([("tags", scalar("x"))])).unwrap_err();
        assert_eq!(
            error.expected.as_deref(),
            Some("a list, each item a string")
        );
        assert_eq!(error.hints, ["put `- ` in front of it"]);

        let error = decode(&fields([("tags", scalar("~")), ("Tags", scalar("~"))])).unwrap_err();
        assert_eq!(error.code, "duplicate-field");

        let error = decode(&Value::new(Node::Sequence(Vec::new()))).unwrap_err();
        assert_eq!(error.expected.as_deref(), Some("a thing: a mapping"));
    }

    #[test]
    fn unknown_fields_pass_where_the_rules_say_so() {
        let value = fields([("apiVersion", scalar("v1")), ("count", scalar("2"))]);
        assert_eq!(Thing::decode(&value, Rules::PLUGIN).unwrap().count, 2);
    }
}
