//! Documents of version 2 ("Swagger"), as kubectl asks for them.
//!
//! The messages are those of gnostic's `openapiv2/OpenAPIv2.proto`, a public schema: which field
//! of the document has which number stands in tables here.

use super::form::{Form, Message, message, named, one_or_several, or_truth, security, write};
use crate::json::{Json, Kind, Tape};
use crate::{Error, Writer};

static SCHEMA: Message = Message {
    fields: &[
        ("$ref", 1, Form::Text),
        ("format", 2, Form::Text),
        ("title", 3, Form::Text),
        ("description", 4, Form::Text),
        ("default", 5, Form::Any),
        ("multipleOf", 6, Form::Number),
        ("maximum", 7, Form::Number),
        ("exclusiveMaximum", 8, Form::Truth),
        ("minimum", 9, Form::Number),
        ("exclusiveMinimum", 10, Form::Truth),
        ("maxLength", 11, Form::Whole),
        ("minLength", 12, Form::Whole),
        ("pattern", 13, Form::Text),
        ("maxItems", 14, Form::Whole),
        ("minItems", 15, Form::Whole),
        ("uniqueItems", 16, Form::Truth),
        ("maxProperties", 17, Form::Whole),
        ("minProperties", 18, Form::Whole),
        ("required", 19, Form::Texts),
        ("enum", 20, Form::Anys),
        ("additionalProperties", 21, Form::Own(schema_or_truth)),
        ("type", 22, Form::Own(types)),
        ("items", 23, Form::Own(items)),
        ("allOf", 24, Form::Messages(&SCHEMA)),
        ("properties", 25, Form::Named(&SCHEMA)),
        ("readOnly", 27, Form::Truth),
        ("example", 30, Form::Any),
    ],
    extensions: 31,
};

static INFO: Message = Message {
    fields: &[
        ("title", 1, Form::Text),
        ("version", 2, Form::Text),
        ("description", 3, Form::Text),
    ],
    extensions: 7,
};

/// The document but for its paths and definitions.
static DOCUMENT: Message = Message {
    fields: &[
        ("swagger", 1, Form::Text),
        ("info", 2, Form::Message(&INFO)),
        ("host", 3, Form::Text),
        ("basePath", 4, Form::Text),
        ("schemes", 5, Form::Texts),
        ("consumes", 6, Form::Texts),
        ("produces", 7, Form::Texts),
        ("security", 12, Form::Own(security)),
        ("securityDefinitions", 13, Form::Own(security_definitions)),
    ],
    extensions: 16,
};

const PATHS: u32 = 8;
const PATH: u32 = 2;
const DEFINITIONS: u32 = 9;

static OPERATION: Message = Message {
    fields: &[
        ("tags", 1, Form::Texts),
        ("summary", 2, Form::Text),
        ("description", 3, Form::Text),
        ("operationId", 5, Form::Text),
        ("produces", 6, Form::Texts),
        ("consumes", 7, Form::Texts),
        ("parameters", 8, Form::Own(parameters)),
        ("responses", 9, Form::NamedOrReference(&RESPONSE)),
        ("schemes", 10, Form::Texts),
        ("deprecated", 11, Form::Truth),
    ],
    extensions: 13,
};

static PATH_ITEM: Message = Message {
    fields: &[
        ("$ref", 1, Form::Text),
        ("get", 2, Form::Message(&OPERATION)),
        ("put", 3, Form::Message(&OPERATION)),
        ("post", 4, Form::Message(&OPERATION)),
        ("delete", 5, Form::Message(&OPERATION)),
        ("options", 6, Form::Message(&OPERATION)),
        ("head", 7, Form::Message(&OPERATION)),
        ("patch", 8, Form::Message(&OPERATION)),
        ("parameters", 9, Form::Own(parameters)),
    ],
    extensions: 10,
};

static RESPONSE: Message = Message {
    fields: &[
        ("description", 1, Form::Text),
        ("schema", 2, Form::Own(schema_or_file)),
    ],
    extensions: 5,
};

static BODY_PARAMETER: Message = Message {
    fields: &[
        ("description", 1, Form::Text),
        ("name", 2, Form::Text),
        ("in", 3, Form::Text),
        ("required", 4, Form::Truth),
        ("schema", 5, Form::Message(&SCHEMA)),
    ],
    extensions: 6,
};

static QUERY_PARAMETER: Message = Message {
    fields: &[
        ("required", 1, Form::Truth),
        ("in", 2, Form::Text),
        ("description", 3, Form::Text),
        ("name", 4, Form::Text),
        ("type", 6, Form::Text),
        ("format", 7, Form::Text),
        ("uniqueItems", 20, Form::Truth),
    ],
    extensions: 23,
};

static PATH_PARAMETER: Message = Message {
    fields: &[
        ("required", 1, Form::Truth),
        ("in", 2, Form::Text),
        ("description", 3, Form::Text),
        ("name", 4, Form::Text),
        ("type", 5, Form::Text),
        ("format", 6, Form::Text),
        ("uniqueItems", 19, Form::Truth),
    ],
    extensions: 22,
};

static API_KEY: Message = Message {
    fields: &[
        ("type", 1, Form::Text),
        ("name", 2, Form::Text),
        ("in", 3, Form::Text),
        ("description", 4, Form::Text),
    ],
    extensions: 5,
};

/// Writes a document, of which the parts come as JSON, one by one.
#[derive(Debug, Default)]
pub struct SwaggerWriter {
    tape: Tape,
    out: Writer,
}

impl SwaggerWriter {
    /// Begins with what the document says beside its paths and definitions.
    ///
    /// # Errors
    /// When the text is no JSON, or a value is not of its type.
    pub fn new(head: &str) -> Result<Self, Error> {
        let mut writer = Self::default();
        message(&DOCUMENT, writer.tape.read(head)?, &mut writer.out)?;
        Ok(writer)
    }

    /// Writes the paths, each with its `PathItem`.
    ///
    /// # Errors
    /// As [`SwaggerWriter::new`].
    pub fn paths<P: AsRef<str>, T: AsRef<str>>(
        &mut self,
        paths: impl IntoIterator<Item = (P, T)>,
    ) -> Result<(), Error> {
        self.members(PATHS, PATH, &PATH_ITEM, paths)
    }

    /// Writes the definitions, each a name and a schema.
    ///
    /// # Errors
    /// As [`SwaggerWriter::new`].
    pub fn definitions<P: AsRef<str>, T: AsRef<str>>(
        &mut self,
        definitions: impl IntoIterator<Item = (P, T)>,
    ) -> Result<(), Error> {
        self.members(DEFINITIONS, 1, &SCHEMA, definitions)
    }

    fn members<P: AsRef<str>, T: AsRef<str>>(
        &mut self,
        number: u32,
        of_each: u32,
        of: &Message,
        members: impl IntoIterator<Item = (P, T)>,
    ) -> Result<(), Error> {
        let all = self.out.open(number);
        for (name, json) in members {
            let json = self.tape.read(json.as_ref())?;
            named(of_each, name.as_ref(), &mut self.out, |out| {
                out.message(2, |out| message(of, json, out))
            })?;
        }
        self.out.close(all);
        Ok(())
    }

    /// The whole document. It stands in no envelope.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

/// Text or texts, in a message of its own.
fn types(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| match value.kind() {
        Kind::Text => write(1, Form::Text, value, out),
        _ => write(1, Form::Texts, value, out),
    })
}

/// One schema or several, in a message of their own.
fn items(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    let forms = (Form::Message(&SCHEMA), Form::Messages(&SCHEMA));
    one_or_several(number, forms, value, out)
}

/// A schema, or a truth.
fn schema_or_truth(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    or_truth(number, Form::Message(&SCHEMA), value, out)
}

/// A schema, in the message of what may be one or a file.
fn schema_or_file(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| write(1, Form::Message(&SCHEMA), value, out))
}

fn parameters(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    for item in value.items() {
        out.message(number, |out| parameter(item, out))?;
    }
    Ok(())
}

fn security_definitions(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| {
        for (name, value) in value.members() {
            named(1, &name.text()?, out, |out| {
                out.message(2, |out| out.message(2, |out| message(&API_KEY, value, out)))
            })?;
        }
        Ok(())
    })
}

/// A parameter is of the body or of elsewhere, or a reference to one.
fn parameter(value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    if let Some(reference) = value.member("$ref") {
        return out.message(2, |out| write(1, Form::Text, reference, out));
    }
    let place = value.member("in").map(Json::text).transpose()?;
    out.message(1, |out| match place.as_deref() {
        Some("body") => out.message(1, |out| message(&BODY_PARAMETER, value, out)),
        Some("path") => out.message(2, |out| {
            out.message(4, |out| message(&PATH_PARAMETER, value, out))
        }),
        _ => out.message(2, |out| {
            out.message(3, |out| message(&QUERY_PARAMETER, value, out))
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_stand_by_their_names() {
        let mut writer = SwaggerWriter::new(r#"{"swagger":"2.0","info":{"title":"T"}}"#).unwrap();
        let schema = r##"{"x-a":[1],"type":"object","properties":{"p":{"$ref":"#/d"}}}"##;
        writer.definitions([("n", schema)]).unwrap();
        // Read off the field numbers of gnostic's schema by hand.
        let expected = [
            &b"\x0a\x032.0\x12\x03\x0a\x01T"[..],
            b"\x4a\x2a\x0a\x28\x0a\x01n\x12\x23",
            b"\xb2\x01\x08\x0a\x06object",
            b"\xca\x01\x0c\x0a\x0a\x0a\x01p\x12\x05\x0a\x03#/d",
            b"\xfa\x01\x0d\x0a\x03x-a\x12\x06\x12\x04[1]\n",
        ];
        let mut expected = expected.concat();
        // The lengths of the three messages around the schema.
        let schema = 11 + 15 + 16;
        expected[10..19].copy_from_slice(&[
            0x4a,
            schema + 7,
            0x0a,
            schema + 5,
            0x0a,
            1,
            b'n',
            0x12,
            schema,
        ]);
        assert_eq!(writer.finish(), expected);
    }

    #[test]
    fn a_parameter_is_told_by_its_place() {
        let mut tape = Tape::default();
        let told = |tape: &mut Tape, json: &str| {
            let mut out = Writer::default();
            parameter(tape.read(json).unwrap(), &mut out).unwrap();
            out.into_bytes()
        };
        assert_eq!(
            told(&mut tape, r#"{"name":"b","in":"body"}"#),
            b"\x0a\x0b\x0a\x09\x12\x01b\x1a\x04body"
        );
        assert_eq!(
            told(&mut tape, r#"{"name":"q","in":"query","type":"string"}"#),
            b"\x0a\x16\x12\x14\x1a\x12\x12\x05query\x22\x01q\x32\x06string"
        );
        assert_eq!(
            told(&mut tape, r#"{"name":"q","in":"path","required":true}"#),
            b"\x0a\x0f\x12\x0d\x22\x0b\x08\x01\x12\x04path\x22\x01q"
        );
    }
}
