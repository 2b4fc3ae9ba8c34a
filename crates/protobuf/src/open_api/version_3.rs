//! Documents of version 3, of which there is one a group and version.
//!
//! The messages are those of gnostic's `openapiv3/OpenAPIv3.proto`, a public schema.

use super::form::{
    Form, Message, double, message, named_or_reference, one_or_several, or_truth, security, write,
};
use crate::json::{Json, Kind, Tape};
use crate::{Error, Writer};

static DOCUMENT: Message = Message {
    fields: &[
        ("openapi", 1, Form::Text),
        ("info", 2, Form::Message(&INFO)),
        ("paths", 4, Form::Own(paths)),
        ("components", 5, Form::Message(&COMPONENTS)),
        ("security", 6, Form::Own(security)),
    ],
    extensions: 9,
};

static INFO: Message = Message {
    fields: &[
        ("title", 1, Form::Text),
        ("description", 2, Form::Text),
        ("version", 6, Form::Text),
    ],
    extensions: 7,
};

static COMPONENTS: Message = Message {
    fields: &[
        ("schemas", 1, Form::NamedOrReference(&SCHEMA)),
        ("responses", 2, Form::NamedOrReference(&RESPONSE)),
        ("parameters", 3, Form::NamedOrReference(&PARAMETER)),
        ("requestBodies", 5, Form::NamedOrReference(&REQUEST_BODY)),
        (
            "securitySchemes",
            7,
            Form::NamedOrReference(&SECURITY_SCHEME),
        ),
    ],
    extensions: 10,
};

static SECURITY_SCHEME: Message = Message {
    fields: &[
        ("type", 1, Form::Text),
        ("description", 2, Form::Text),
        ("name", 3, Form::Text),
        ("in", 4, Form::Text),
        ("scheme", 5, Form::Text),
        ("bearerFormat", 6, Form::Text),
        ("openIdConnectUrl", 8, Form::Text),
    ],
    extensions: 9,
};

static PATH_ITEM: Message = Message {
    fields: &[
        ("$ref", 1, Form::Text),
        ("summary", 2, Form::Text),
        ("description", 3, Form::Text),
        ("get", 4, Form::Message(&OPERATION)),
        ("put", 5, Form::Message(&OPERATION)),
        ("post", 6, Form::Message(&OPERATION)),
        ("delete", 7, Form::Message(&OPERATION)),
        ("options", 8, Form::Message(&OPERATION)),
        ("head", 9, Form::Message(&OPERATION)),
        ("patch", 10, Form::Message(&OPERATION)),
        ("trace", 11, Form::Message(&OPERATION)),
        ("parameters", 13, Form::EachOrReference(&PARAMETER)),
    ],
    extensions: 14,
};

static OPERATION: Message = Message {
    fields: &[
        ("tags", 1, Form::Texts),
        ("summary", 2, Form::Text),
        ("description", 3, Form::Text),
        ("operationId", 5, Form::Text),
        ("parameters", 6, Form::EachOrReference(&PARAMETER)),
        ("requestBody", 7, Form::OrReference(&REQUEST_BODY)),
        ("responses", 8, Form::Own(responses)),
        ("deprecated", 10, Form::Truth),
        ("security", 11, Form::Own(security)),
    ],
    extensions: 13,
};

static PARAMETER: Message = Message {
    fields: &[
        ("name", 1, Form::Text),
        ("in", 2, Form::Text),
        ("description", 3, Form::Text),
        ("required", 4, Form::Truth),
        ("deprecated", 5, Form::Truth),
        ("allowEmptyValue", 6, Form::Truth),
        ("style", 7, Form::Text),
        ("explode", 8, Form::Truth),
        ("allowReserved", 9, Form::Truth),
        ("schema", 10, Form::OrReference(&SCHEMA)),
        ("example", 11, Form::Any),
        ("content", 13, Form::Named(&MEDIA_TYPE)),
    ],
    extensions: 14,
};

static REQUEST_BODY: Message = Message {
    fields: &[
        ("description", 1, Form::Text),
        ("content", 2, Form::Named(&MEDIA_TYPE)),
        ("required", 3, Form::Truth),
    ],
    extensions: 4,
};

static RESPONSE: Message = Message {
    fields: &[
        ("description", 1, Form::Text),
        ("content", 3, Form::Named(&MEDIA_TYPE)),
    ],
    extensions: 5,
};

static MEDIA_TYPE: Message = Message {
    fields: &[
        ("schema", 1, Form::OrReference(&SCHEMA)),
        ("example", 2, Form::Any),
    ],
    extensions: 5,
};

static SCHEMA: Message = Message {
    fields: &[
        ("nullable", 1, Form::Truth),
        ("readOnly", 3, Form::Truth),
        ("writeOnly", 4, Form::Truth),
        ("externalDocs", 6, Form::Message(&EXTERNAL_DOCUMENTS)),
        ("example", 7, Form::Any),
        ("deprecated", 8, Form::Truth),
        ("title", 9, Form::Text),
        ("multipleOf", 10, Form::Number),
        ("maximum", 11, Form::Number),
        ("exclusiveMaximum", 12, Form::Truth),
        ("minimum", 13, Form::Number),
        ("exclusiveMinimum", 14, Form::Truth),
        ("maxLength", 15, Form::Whole),
        ("minLength", 16, Form::Whole),
        ("pattern", 17, Form::Text),
        ("maxItems", 18, Form::Whole),
        ("minItems", 19, Form::Whole),
        ("uniqueItems", 20, Form::Truth),
        ("maxProperties", 21, Form::Whole),
        ("minProperties", 22, Form::Whole),
        ("required", 23, Form::Texts),
        ("enum", 24, Form::Anys),
        ("type", 25, Form::Text),
        ("allOf", 26, Form::EachOrReference(&SCHEMA)),
        ("oneOf", 27, Form::EachOrReference(&SCHEMA)),
        ("anyOf", 28, Form::EachOrReference(&SCHEMA)),
        ("not", 29, Form::Message(&SCHEMA)),
        ("items", 30, Form::Own(items)),
        ("properties", 31, Form::NamedOrReference(&SCHEMA)),
        ("additionalProperties", 32, Form::Own(schema_or_truth)),
        ("default", 33, Form::Own(default)),
        ("description", 34, Form::Text),
        ("format", 35, Form::Text),
    ],
    extensions: 36,
};

static EXTERNAL_DOCUMENTS: Message = Message {
    fields: &[("description", 1, Form::Text), ("url", 2, Form::Text)],
    extensions: 3,
};

/// A document of version 3, which comes as JSON, as gnostic's message. It stands in no envelope.
///
/// # Errors
/// When the text is no JSON, or a value in it is not of its field's type.
pub fn open_api_message(json: &str) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::default();
    let mut out = Writer::default();
    message(&DOCUMENT, tape.read(json)?, &mut out)?;
    Ok(out.into_bytes())
}

/// Paths, each with what can be done there.
fn paths(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    write(number, Form::Named(&PATH_ITEM), value, out)
}

/// Answers by their codes; the one of all other codes has a field of its own.
fn responses(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| {
        if let Some(default) = value.member("default") {
            write(1, Form::OrReference(&RESPONSE), default, out)?;
        }
        for (code, response) in value.members() {
            let code = code.text()?;
            if code != "default" {
                named_or_reference(2, &RESPONSE, (&code, response), out)?;
            }
        }
        Ok(())
    })
}

/// One schema or several, in a message of their own.
fn items(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    let forms = (Form::OrReference(&SCHEMA), Form::EachOrReference(&SCHEMA));
    one_or_several(number, forms, value, out)
}

/// A schema, or a truth.
fn schema_or_truth(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    or_truth(number, Form::OrReference(&SCHEMA), value, out)
}

/// The message has room for scalars alone: of a default that is none it says that there is one.
fn default(number: u32, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    out.message(number, |out| {
        match value.kind() {
            Kind::Number => out.double(1, double(value)?),
            Kind::Bool => out.integer(2, i64::from(value.raw() == "true")),
            Kind::Text => out.bytes(3, value.text()?.as_bytes()),
            Kind::Null | Kind::List | Kind::Object => {}
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected bytes are read off the field numbers of gnostic's schema by hand.
    #[track_caller]
    fn check(of: &Message, json: &str, expected: &[u8]) {
        let mut tape = Tape::default();
        let mut out = Writer::default();
        message(of, tape.read(json).unwrap(), &mut out).unwrap();
        assert_eq!(out.into_bytes(), expected, "{json}");
    }

    #[test]
    fn a_document_holds_its_parts_in_the_order_of_their_numbers() {
        let json = r#"{"components":{"schemas":{"S":{"type":"object"}}},"openapi":"3.0.0",
            "paths":{"/p":{"get":{"operationId":"o"}}},"info":{"version":"1","title":"T"}}"#;
        let expected = [
            &b"\x0a\x053.0.0"[..],
            b"\x12\x06\x0a\x01T\x32\x011",
            b"\x22\x0d\x0a\x0b\x0a\x02/p\x12\x05\x22\x03\x2a\x01o",
            b"\x2a\x14\x0a\x12\x0a\x10\x0a\x01S\x12\x0b\x0a\x09\xca\x01\x06object",
        ];
        assert_eq!(open_api_message(json).unwrap(), expected.concat());
    }

    #[test]
    fn schemas_and_references_to_them_are_told_apart() {
        check(
            &SCHEMA,
            r##"{"allOf":[{"$ref":"#/r"}]}"##,
            b"\xd2\x01\x07\x12\x05\x0a\x03#/r",
        );
        check(
            &SCHEMA,
            r#"{"items":{"type":"a"}}"#,
            b"\xf2\x01\x08\x0a\x06\x0a\x04\xca\x01\x01a",
        );
        check(
            &SCHEMA,
            r#"{"additionalProperties":false}"#,
            b"\x82\x02\x02\x10\x00",
        );
    }

    #[test]
    fn defaults_are_scalars_or_nothing() {
        check(&SCHEMA, r#"{"default":"a"}"#, b"\x8a\x02\x03\x1a\x01a");
        check(&SCHEMA, r#"{"default":false}"#, b"\x8a\x02\x02\x10\x00");
        check(
            &SCHEMA,
            r#"{"default":1}"#,
            b"\x8a\x02\x09\x09\x00\x00\x00\x00\x00\x00\xf0\x3f",
        );
        check(&SCHEMA, r#"{"default":{}}"#, b"\x8a\x02\x00");
    }

    #[test]
    fn the_answer_of_all_other_codes_has_a_field_of_its_own() {
        check(
            &OPERATION,
            r#"{"responses":{"200":{"description":"a"},"default":{"description":"b"}}}"#,
            b"\x42\x15\x0a\x05\x0a\x03\x0a\x01b\x12\x0c\x0a\x03200\x12\x05\x0a\x03\x0a\x01a",
        );
    }

    #[test]
    fn what_is_no_json_or_of_another_type_is_refused() {
        assert!(open_api_message("{").is_err());
        let wrong = r#"{"components":{"schemas":{"S":{"maxLength":"long"}}}}"#;
        let error = open_api_message(wrong).unwrap_err().to_string();
        assert!(error.contains("maxLength"), "{error}");
    }
}
