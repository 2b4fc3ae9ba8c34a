//! Decoding of what is no mapping with known fields: texts, numbers and booleans, lists, maps, and what may be
//! absent.

use super::{Decode, Rules, inside, key_text, scalar_kind, wrong_type};
use crate::kustomization::at::{At, StringMap};
use crate::kustomization::scalar;
use trimtab_object::read_as_yaml_1_1;
use trimtab_tree::{Diagnostic, Mapping, Node, Result, ScalarKind, Text, Value, go_text};

impl Decode for Text {
    const EXPECTED: &'static str = "a string";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        let wrong = || wrong_type(value, Self::EXPECTED, rules);
        let (kind, text) = scalar_kind(value, rules)
            .zip(value.text())
            .ok_or_else(wrong)?;
        match kind {
            ScalarKind::Null => {}
            ScalarKind::String | ScalarKind::Timestamp => *self = text.into(),
            ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float if rules.text_of_scalars => {
                *self = scalar::as_text(text, kind).into();
            }
            ScalarKind::Binary => {
                let bytes = value.as_scalar().ok_or_else(wrong)?;
                *self = go_text(bytes)
                    .map_err(|error| error.at(value.position))?
                    .into();
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }
}

impl Decode for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        let boolean = match scalar_kind(value, rules) {
            Some(ScalarKind::Null) => return Ok(()),
            Some(ScalarKind::Bool) => value.text().and_then(scalar::boolean),
            _ => None,
        };
        *self = boolean.ok_or_else(|| wrong_type(value, Self::EXPECTED, rules))?;
        Ok(())
    }
}

impl Decode for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        let integer = match scalar_kind(value, rules) {
            Some(ScalarKind::Null) => return Ok(()),
            Some(ScalarKind::Int | ScalarKind::Float) => value.text().and_then(scalar::integer),
            _ => None,
        };
        *self = integer.ok_or_else(|| wrong_type(value, Self::EXPECTED, rules))?;
        Ok(())
    }
}

/// Fields of any kind, kept as they are but for what the rules of YAML make of them.
impl Decode for Mapping {
    const EXPECTED: &'static str = "a mapping";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        if !value.is_null() {
            let mapping = value.as_mapping();
            let mapping = mapping.ok_or_else(|| wrong_type(value, Self::EXPECTED, rules))?;
            let mut read = Value::mapping(mapping.clone());
            if rules.yes_is_true {
                read_as_yaml_1_1(&mut read);
            }
            if let Node::Mapping(mapping) = read.node {
                *self = mapping;
            }
        }
        Ok(())
    }
}

/// What may be absent; `null` is absent.
impl<T: Decode> Decode for Option<At<T>> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        if !value.is_null() {
            self.get_or_insert_default().read(value, rules)?;
        }
        Ok(())
    }
}

impl<T: Decode> Decode for At<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        self.position = value.position;
        self.value.read(value, rules)
    }
}

impl<T: Decode> Decode for Vec<T> {
    const EXPECTED: &'static str = "a list";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        let Some(items) = value.as_sequence() else {
            let expected = format!("a list, each item {}", T::EXPECTED);
            let error = wrong_type(value, &expected, rules);
            let one = T::decode(value, rules).is_ok();
            return Err(if one {
                error.hint("put `- ` in front of it")
            } else {
                error
            });
        };
        let decode =
            |(at, item)| T::decode(item, rules).map_err(|error| inside(error, &format!("[{at}]")));
        *self = items
            .iter()
            .enumerate()
            .map(decode)
            .collect::<Result<_>>()?;
        Ok(())
    }
}

impl Decode for StringMap {
    const EXPECTED: &'static str = "a mapping of strings";

    fn read(&mut self, value: &Value, rules: Rules) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        let Some(mapping) = value.as_mapping() else {
            return Err(wrong_type(value, Self::EXPECTED, rules));
        };
        let decode = |entry: &trimtab_tree::Entry| {
            let key = key_text(&entry.key, rules);
            if entry.key.kind == ScalarKind::Null {
                return Err(Diagnostic::error("wrong-type", "a key cannot be null")
                    .at(entry.key_position)
                    .expecting(Text::EXPECTED));
            }
            let text = At::decode(&entry.value, rules).map_err(|error| inside(error, &key))?;
            Ok((key, text))
        };
        *self = mapping
            .entries()
            .iter()
            .map(decode)
            .collect::<Result<_>>()?;
        Ok(())
    }
}
