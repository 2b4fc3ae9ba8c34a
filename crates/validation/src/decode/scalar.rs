//! Scalars: strings, numbers, times, quantities, base64.

use super::error::{DecodeError, Expected};
use super::place::Place;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use jiff::Timestamp;
use trimtab_object::{Quantity, is_quantity};
use trimtab_schema::{Type, ValueKind};
use trimtab_tree::{Node, Scalar, ScalarKind, Style, Value};

/// The package of time types.
const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// Reads base64 as Go does: bits behind the last byte do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decodes scalars of one type at one place.
pub(super) struct Scalars<'a> {
    pub(super) ty: Type<'a>,
    pub(super) place: &'a Place<'a>,
}

impl Scalars<'_> {
    pub(super) fn decode(&self, value: &mut Value) -> Result<(), DecodeError> {
        if is_quantity(self.ty) {
            return decode_quantity(value);
        }
        let Node::Scalar(scalar) = &mut value.node else {
            return Err(self.wrong_type(value));
        };
        match self.ty.kind() {
            ValueKind::Boolean if scalar.kind == ScalarKind::Bool => Ok(()),
            ValueKind::Integer if is_int(scalar) && self.fits(scalar.text()) => Ok(()),
            ValueKind::Number if matches!(scalar.kind, ScalarKind::Int | ScalarKind::Float) => {
                Ok(())
            }
            ValueKind::IntOrString if is_int(scalar) && scalar.text().parse::<i32>().is_ok() => {
                Ok(())
            }
            ValueKind::IntOrString | ValueKind::String if is_text(scalar) => {
                scalar.kind = ScalarKind::String;
                scalar.style = Style::Plain;
                self.decode_text(scalar)
            }
            ValueKind::IntOrString => Err(DecodeError::wrong_type(
                value,
                Expected::Go(if is_int_value(value) {
                    "int32"
                } else {
                    "string"
                }),
                self.place,
            )),
            _ => Err(self.wrong_type(value)),
        }
    }

    fn wrong_type(&self, value: &Value) -> DecodeError {
        DecodeError::wrong_type(value, Expected::Type(self.ty), self.place)
    }

    fn fits(&self, text: &str) -> bool {
        match self.ty.format() {
            "int64" => text.parse::<i64>().is_ok(),
            _ => text.parse::<i32>().is_ok(),
        }
    }

    /// Text of a form of its own.
    fn decode_text(&self, scalar: &mut Scalar) -> Result<(), DecodeError> {
        match self.ty.format() {
            "date-time" => {
                let micro = self.ty.name() == Some((META, "MicroTime"));
                let time = normalize_time(scalar.text(), micro)?;
                scalar.set_text(time);
                Ok(())
            }
            "byte" => {
                check_base64(scalar.text())?;
                if let Some(text) = base64_in_one_form(scalar.text()) {
                    scalar.set_text(text);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn is_int(scalar: &Scalar) -> bool {
    scalar.kind == ScalarKind::Int
}

fn is_int_value(value: &Value) -> bool {
    value
        .as_scalar()
        .is_some_and(|scalar| matches!(scalar.kind, ScalarKind::Int | ScalarKind::Float))
}

/// Whether JSON would have it as a string.
fn is_text(scalar: &Scalar) -> bool {
    matches!(
        scalar.kind,
        ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Binary
    )
}

fn decode_quantity(value: &mut Value) -> Result<(), DecodeError> {
    // What is no scalar is read as its own text in Go, which is no quantity either.
    let text = value.text().unwrap_or("{}").trim();
    let quantity = Quantity::parse(text).map_err(|error| DecodeError::new(error.to_string()))?;
    *value = Value::string(quantity.to_string());
    Ok(())
}

/// A time as Kubernetes writes it: in UTC, to the second or to the microsecond.
fn normalize_time(text: &str, micro: bool) -> Result<String, DecodeError> {
    let time = is_rfc3339(text).then(|| text.parse::<Timestamp>().ok());
    let Some(time) = time.flatten() else {
        let layout = if micro {
            "2006-01-02T15:04:05.000000Z07:00"
        } else {
            "2006-01-02T15:04:05Z07:00"
        };
        return Err(DecodeError::new(format!(
            "parsing time \"{text}\" as \"{layout}\": cannot parse \"{text}\" as \"2006\""
        )));
    };
    let format = if micro {
        "%Y-%m-%dT%H:%M:%S.%6fZ"
    } else {
        "%Y-%m-%dT%H:%M:%SZ"
    };
    Ok(time.strftime(format).to_string())
}

/// Whether the text has the form `2006-01-02T15:04:05`, any fraction, and `Z` or an offset.
pub(super) fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !fits(&bytes[..19], b"0000-00-00T00:00:00") {
        return false;
    }
    let mut rest = &bytes[19..];
    if let [b'.', fraction @ ..] = rest {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    rest == b"Z" || fits(rest, b"+00:00") || fits(rest, b"-00:00")
}

/// Whether `bytes` has digits where `pattern` has `0`, and is equal else.
fn fits(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() == pattern.len()
        && bytes
            .iter()
            .zip(pattern)
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                _ => byte == wanted,
            })
}

/// Checks base64 with padding; line ends do not count.
pub(crate) fn check_base64(text: &str) -> Result<(), DecodeError> {
    let corrupt = |at: usize| DecodeError::new(format!("illegal base64 data at input byte {at}"));
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let bytes = text.bytes().enumerate();
    let mut bytes = bytes.filter(|(_, byte)| !matches!(byte, b'\n' | b'\r'));
    let mut digits = 0;
    while let Some((at, byte)) = bytes.next() {
        if is_digit(byte) {
            digits += 1;
            continue;
        }
        // Padding fills the last group of four, and nothing follows.
        let padding = match (byte, digits % 4) {
            (b'=', 2) => 1,
            (b'=', 3) => 0,
            _ => return Err(corrupt(at)),
        };
        for _ in 0..padding {
            match bytes.next() {
                Some((_, b'=')) => {}
                Some((at, _)) => return Err(corrupt(at)),
                None => return Err(corrupt(text.len())),
            }
        }
        return match bytes.next() {
            Some((at, _)) => Err(corrupt(at)),
            None => Ok(()),
        };
    }
    if digits % 4 == 0 {
        return Ok(());
    }
    Err(corrupt(text.len() - digits % 4))
}

/// Base64 as Go writes it again, where that is another text than the one that was read: without line ends, and
/// without bits behind the last byte.
fn base64_in_one_form(text: &str) -> Option<String> {
    if !text.contains(['=', '\n', '\r']) {
        return None;
    }
    let lines = text.replace(['\n', '\r'], "");
    let written = STANDARD.encode(LENIENT.decode(lines).ok()?);
    (written != text).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        for (text, micro, time) in [
            ("2024-01-02T03:04:05Z", false, "2024-01-02T03:04:05Z"),
            ("2024-01-02T03:04:05.9Z", false, "2024-01-02T03:04:05Z"),
            ("2024-01-02T03:04:05+02:00", false, "2024-01-02T01:04:05Z"),
            (
                "2024-01-02T03:04:05.25Z",
                true,
                "2024-01-02T03:04:05.250000Z",
            ),
        ] {
            assert_eq!(normalize_time(text, micro).unwrap(), time);
        }
        for text in [
            "",
            "yesterday",
            "2024-01-02 03:04:05Z",
            "2024-13-02T03:04:05Z",
        ] {
            let error = normalize_time(text, false).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("parsing time \"{text}\"")),
                "{error}"
            );
        }
    }

    #[test]
    fn base64_is_refused_where_it_breaks() {
        for text in ["", "YQ==", "YWI=", "YWJj", "YW\nJj"] {
            assert_eq!(check_base64(text), Ok(()), "{text}");
        }
        for (text, at) in [
            ("***", 0),
            ("YQ=", 3),
            ("YQ", 0),
            ("YQ==x", 4),
            ("YQ=a", 3),
            ("YWJj=", 4),
        ] {
            let error = check_base64(text).unwrap_err().to_string();
            assert!(error.ends_with(&format!(" {at}")), "{text}: {error}");
        }
    }
}
