//! What becomes of a scalar on its way through kustomize's encoders and decoders.

use super::analysis::{Dialect, analyze, is_break};
use super::number::Number;
use super::timestamp::write_timestamp;
use crate::{Diagnostic, Field, Result, Scalar, ScalarKind, Style, parse_timestamp};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// Go's standard decoder: padding is needed, spare bits may be anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// `true` or `false` for any spelling of them.
pub(super) fn bool_text(text: &str) -> &'static str {
    match text.as_bytes() {
        [b't' | b'T' | b'y' | b'Y', ..] | [b'o' | b'O', b'n' | b'N'] => "true",
        _ => "false",
    }
}

/// The number that a scalar of kind `Int` or `Float` is.
///
/// # Errors
/// When it is none, or has no form in JSON.
pub(super) fn finite_number(scalar: &Scalar) -> Result<Number> {
    let text = scalar.text();
    let number = Number::parse(text).ok_or_else(|| {
        Diagnostic::error("bad-number", format!("`{text}` is not a finite number"))
            .expecting("a finite number")
            .hint("put it in quotes if a string is meant")
    })?;
    Ok(match number {
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        Number::Whole(value) if scalar.kind == ScalarKind::Float => Number::Float(value as f64),
        _ => number,
    })
}

/// The text that a string, a timestamp or binary data has once it is a Go string.
///
/// # Errors
/// For base64 that is none, and for timestamps that JSON cannot express.
pub fn go_text(scalar: &Scalar) -> Result<Cow<'_, str>> {
    let text = scalar.text();
    match scalar.kind {
        ScalarKind::Timestamp => {
            let mut out = String::new();
            parse_timestamp(text)
                .and_then(|timestamp| write_timestamp(timestamp, &mut out))
                .ok_or_else(|| {
                    Diagnostic::error("bad-timestamp", format!("`{text}` is not a timestamp"))
                        .expecting("a date, or a date and time, as RFC 3339 has them")
                        .hint("put it in quotes if a string is meant")
                })?;
            Ok(out.into())
        }
        ScalarKind::Binary => {
            let base64: Vec<u8> = text
                .bytes()
                .filter(|byte| !matches!(byte, b'\r' | b'\n'))
                .collect();
            let bytes = BASE64.decode(base64).map_err(|error| {
                Diagnostic::error("bad-base64", format!("binary data is not base64: {error}"))
            })?;
            Ok(replace_invalid(bytes).into())
        }
        _ => Ok(text.into()),
    }
}

/// Refuses a key that is not a string. At the root kustomize takes the text of any key, except for
/// a null that is spelled out.
///
/// # Errors
/// Names the key and its place.
pub(super) fn check_key(entry: Field<'_>, at_root: bool) -> Result<()> {
    let text = entry.key.text();
    match entry.key.kind {
        ScalarKind::String => Ok(()),
        ScalarKind::Null if !(at_root && text.is_empty()) => Err(key_error("a key is null", entry)),
        _ if at_root => Ok(()),
        _ => {
            let message = format!("key `{text}` is not a string");
            Err(key_error(&message, entry).hint("put the key in quotes"))
        }
    }
}

fn key_error(message: &str, entry: Field<'_>) -> Box<Diagnostic> {
    Diagnostic::error("non-string-key", message)
        .at(entry.key_position)
        .expecting("a string as key")
}

/// As Go does: one U+FFFD for each byte that is not part of valid UTF-8.
fn replace_invalid(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

/// The text that kustomize prints for a string, a timestamp or binary data.
///
/// # Errors
/// As [`go_text`].
pub(super) fn printed_text(scalar: &Scalar) -> Result<Cow<'_, str>> {
    let mut text = go_text(scalar)?;
    if scalar.style == Style::Folded && text.contains('\n') && analyze(&text, Dialect::V3).block {
        text = refold(&text).into();
    }
    if text.contains('\u{85}') {
        text = fold_next_lines(&text).into();
    }
    Ok(text)
}

/// What reading makes of a folded block that go-yaml v3 wrote. It writes each break behind a line
/// of text twice, so that reading folds one away; but before a line that begins with space, and at
/// the end, reading folds nothing, and a break too many stays. When the text itself begins
/// with space, breaks are not doubled, and one between lines of text becomes a space.
fn refold(text: &str) -> String {
    let is_blank = |line: &str| line.starts_with([' ', '\t']);
    let mut rest = text.trim_start_matches(is_break);
    let doubles = !is_blank(rest);
    let mut out = text[..text.len() - rest.len()].to_owned();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.find(is_break).unwrap_or(rest.len()));
        rest = behind.trim_start_matches(is_break);
        let breaks = &behind[..behind.len() - rest.len()];
        out.push_str(line);
        let starts_with_feed = breaks.starts_with('\n');
        let doubled = doubles && starts_with_feed && !is_blank(line);
        let folds = starts_with_feed && !is_blank(line) && !rest.is_empty() && !is_blank(rest);
        match (doubled, folds) {
            (false, true) if breaks == "\n" => out.push(' '),
            (false, true) => out.push_str(&breaks[1..]),
            // One break at the end of the text ends the last line, and reading drops the other.
            (true, false) if !(rest.is_empty() && breaks == "\n") => {
                out.push('\n');
                out.push_str(breaks);
            }
            _ => out.push_str(breaks),
        }
    }
    out
}

/// What reading JSON as YAML makes of U+0085, which `encoding/json` leaves as it is and YAML 1.1
/// takes for a line break in a quoted string: the first of a row becomes a space, or is dropped if
/// more follow, which become line feeds; spaces around them go.
fn fold_next_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{85}') {
        let (before, behind) = rest.split_at(at);
        out.push_str(before.trim_end_matches(' '));
        let row = behind.len() - behind.trim_start_matches([' ', '\u{85}']).len();
        let breaks = behind[..row].matches('\u{85}').count();
        if breaks == 1 {
            out.push(' ');
        } else {
            out.extend(std::iter::repeat_n('\n', breaks - 1));
        }
        rest = &behind[row..];
    }
    out.push_str(rest);
    out
}
