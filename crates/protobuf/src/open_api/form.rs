//! How the fields of a document are written: what the tables of both versions are made of.

use crate::json::{Json, Kind};
use crate::leaf::integer;
use crate::{Error, Writer};

/// How a field's value is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Text,
    Texts,
    Truth,
    Whole,
    Number,
    /// Any value, as YAML.
    Any,
    Anys,
    /// A message of these fields.
    Message(&'static Message),
    /// Several of them.
    Messages(&'static Message),
    /// A map from names to messages, in a message of its own.
    Named(&'static Message),
    /// A message, or a reference to one, in a message that says which.
    OrReference(&'static Message),
    /// Several of them.
    EachOrReference(&'static Message),
    /// A map from names to them, in a message of its own.
    NamedOrReference(&'static Message),
    /// As no other field is.
    Own(fn(u32, Json<'_>, &mut Writer) -> Result<(), Error>),
}

/// The fields of a message, and the number of its `x-` fields.
pub(super) struct Message {
    pub(super) fields: &'static [(&'static str, u32, Form)],
    /// Zero where there are none.
    pub(super) extensions: u32,
}

/// What refers to something that is elsewhere in the document.
static REFERENCE: Message = Message {
    fields: &[("$ref", 1, Form::Text)],
    extensions: 0,
};

/// A name and what `value` writes behind it.
pub(super) fn named(
    number: u32,
    name: &str,
    out: &mut Writer,
    value: impl FnOnce(&mut Writer) -> Result<(), Error>,
) -> Result<(), Error> {
    out.message(number, |out| {
        out.bytes(1, name.as_bytes());
        value(out)
    })
}

/// Writes the fields that are there, in the order of their numbers.
pub(super) fn message(of: &Message, json: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    let mut present = Vec::new();
    let mut extensions = Vec::new();
    for (key, value) in json.members() {
        let key = key.text()?;
        if key.starts_with("x-") && of.extensions > 0 {
            extensions.push((key, value));
        } else if let Some(at) = of.fields.iter().position(|(name, ..)| *name == key) {
            present.push((at, value));
        }
    }
    present.sort_unstable_by_key(|(at, _)| *at);
    for (at, value) in present {
        let (name, number, form) = of.fields[at];
        write(number, form, value, out).map_err(|error| error.within(name))?;
    }
    for (name, value) in extensions {
        named(of.extensions, &name, out, |out| any(2, value, out))?;
    }
    Ok(())
}

/// Writes a field.
pub(super) fn write(
    number: u32,
    form: Form,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    match form {
        Form::Text => out.bytes(number, value.text()?.as_bytes()),
        Form::Texts => {
            for item in value.items() {
                out.bytes(number, item.text()?.as_bytes());
            }
        }
        Form::Truth if value.raw() == "true" => out.integer(number, 1),
        // False is what is not written.
        Form::Truth => {}
        Form::Whole => out.integer(number, integer(value)?),
        Form::Number => out.double(number, double(value)?),
        Form::Any => any(number, value, out)?,
        Form::Anys => {
            for item in value.items() {
                any(number, item, out)?;
            }
        }
        Form::Message(of) => out.message(number, |out| message(of, value, out))?,
        Form::Messages(of) => {
            for item in value.items() {
                out.message(number, |out| message(of, item, out))?;
            }
        }
        Form::Named(of) => out.message(number, |out| {
            for (name, value) in value.members() {
                let write = |out: &mut Writer| out.message(2, |out| message(of, value, out));
                named(1, &name.text()?, out, write)?;
            }
            Ok(())
        })?,
        Form::OrReference(of) => out.message(number, |out| or_reference(of, value, out))?,
        Form::EachOrReference(of) => {
            for item in value.items() {
                out.message(number, |out| or_reference(of, item, out))?;
            }
        }
        Form::NamedOrReference(of) => out.message(number, |out| {
            for (name, value) in value.members() {
                named_or_reference(1, of, (&name.text()?, value), out)?;
            }
            Ok(())
        })?,
        Form::Own(write) => write(number, value, out)?,
    }
    Ok(())
}

/// A name, and a message or a reference to one.
pub(super) fn named_or_reference(
    number: u32,
    of: &Message,
    (name, value): (&str, Json<'_>),
    out: &mut Writer,
) -> Result<(), Error> {
    named(number, name, out, |out| {
        out.message(2, |out| or_reference(of, value, out))
    })
}

/// Which of the two it is says the number.
fn or_reference(of: &Message, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    let (number, of) = match value.member("$ref") {
        Some(_) => (2, &REFERENCE),
        None => (1, of),
    };
    out.message(number, |out| message(of, value, out))
}

/// The schemes that are asked for, each with its scopes; both versions have one form.
pub(super) fn security(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    for item in value.items() {
        out.message(number, |out| {
            for (name, scopes) in item.members() {
                named(1, &name.text()?, out, |out| {
                    out.message(2, |out| write(1, Form::Texts, scopes, out))
                })?;
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(())
}

/// One value or several, in a message of their own.
pub(super) fn one_or_several(
    number: u32,
    (one, several): (Form, Form),
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    let form = match value.kind() {
        Kind::Object => one,
        _ => several,
    };
    out.message(number, |out| write(1, form, value, out))
}

/// A value of that form, or a truth, in a message that says which.
pub(super) fn or_truth(
    number: u32,
    form: Form,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    out.message(number, |out| {
        if value.kind() == Kind::Object {
            return write(1, form, value, out);
        }
        out.integer(2, i64::from(value.raw() == "true"));
        Ok(())
    })
}

/// A number as it is written.
pub(super) fn double(value: Json<'_>) -> Result<f64, Error> {
    let text = value.text()?;
    text.parse()
        .map_err(|_| Error::value(format!("{text:?} is no number")))
}

/// Any value, as YAML.
fn any(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| {
        let mut yaml = value.raw().to_owned();
        yaml.push('\n');
        out.bytes(2, yaml.as_bytes());
        Ok(())
    })
}
