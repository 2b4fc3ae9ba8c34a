//! Parameters of writes: `dryRun`, `fieldManager`, `fieldValidation`, `force`.

use http::header::USER_AGENT;

use super::Call;
use crate::{Cause, Status};

/// What to do about fields that the schema does not know and keys that are there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldValidation {
    /// Drop them in silence.
    Ignore,
    /// Drop them and say so in a `Warning` header.
    #[default]
    Warn,
    /// Refuse the request.
    Strict,
}

/// Parameters of a write.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteOptions {
    /// Do everything but write.
    pub(crate) dry_run: bool,
    /// Who owns the fields that are written.
    pub(crate) manager: String,
    /// What to do about unknown fields.
    pub(crate) field_validation: FieldValidation,
    /// Whether an apply takes fields from other managers.
    pub(crate) force: bool,
}

/// The longest name of a field manager (apimachinery's `FieldManagerMaxLength`).
const LONGEST_MANAGER: usize = 128;

impl WriteOptions {
    /// Reads the parameters of a call; `kind` is what Kubernetes calls them: `CreateOptions`.
    ///
    /// # Errors
    /// Invalid, when one of them has a value that it cannot have.
    pub(crate) fn read(call: &Call<'_>, kind: &str, is_apply: bool) -> Result<Self, Status> {
        let mut causes = Vec::new();
        let query = call.query;
        let dry_run = read_dry_run(query.all("dryRun"), &mut causes);
        let manager = query.text("fieldManager");
        if is_apply && manager.is_empty() {
            causes.push(cause(
                "FieldValueRequired",
                "fieldManager",
                "Required value: is required for apply patch",
            ));
        }
        if manager.len() > LONGEST_MANAGER {
            let told = format!("Too long: may not be more than {LONGEST_MANAGER} bytes");
            causes.push(cause("FieldValueTooLong", "fieldManager", &told));
        }
        let unprintable = |c: char| c.is_control() || (c.is_whitespace() && c != ' ');
        for (at, c) in manager.chars().enumerate().filter(|(_, c)| unprintable(*c)) {
            let told = format!(
                "Invalid value: {}: invalid character U+{:04X} (at position {at})",
                quoted(manager),
                u32::from(c)
            );
            causes.push(cause("FieldValueInvalid", "fieldManager", &told));
        }
        if kind == "PatchOptions" && !is_apply && query.has("force") {
            let told = "Forbidden: may not be specified for non-apply patch";
            causes.push(cause("FieldValueForbidden", "force", told));
        }
        let field_validation = match query.text("fieldValidation") {
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            other => {
                let told = format!(
                    "Unsupported value: {other:?}: supported values: \"Ignore\", \"Strict\", \"Warn\""
                );
                causes.push(cause("FieldValueNotSupported", "fieldValidation", &told));
                FieldValidation::default()
            }
        };
        refuse(kind, causes)?;
        let manager = match manager {
            "" => default_manager(call.header(&USER_AGENT).unwrap_or_default()),
            given => given.to_owned(),
        };
        Ok(Self {
            dry_run,
            manager,
            field_validation,
            force: query.is_true("force"),
        })
    }
}

/// A text in quotes, with what cannot be printed behind a backslash as in Go and C: `"a\ab"`.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            c if c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t') => {
                quoted.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c => quoted.extend(c.escape_debug()),
        }
    }
    quoted.push('"');
    quoted
}

/// Reads `dryRun`, which can only be `All`.
pub(crate) fn read_dry_run<'q>(
    values: impl Iterator<Item = &'q str>,
    causes: &mut Vec<Cause>,
) -> bool {
    let mut dry_run = false;
    for value in values {
        match value {
            "All" => dry_run = true,
            "" => {}
            other => {
                let told = format!("Unsupported value: {other:?}: supported values: \"All\"");
                causes.push(cause("FieldValueNotSupported", "dryRun", &told));
            }
        }
    }
    dry_run
}

/// Refuses parameters with causes.
///
/// # Errors
/// When there are any.
pub(crate) fn refuse(kind: &str, causes: Vec<Cause>) -> Result<(), Status> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(Status::invalid("meta.k8s.io", kind, "", causes))
}

/// Something that is wrong with a parameter.
pub(crate) fn cause(reason: &str, field: &str, message: &str) -> Cause {
    Cause {
        reason: reason.to_owned(),
        message: message.to_owned(),
        field: field.to_owned(),
    }
}

/// Who does not name a field manager is called by its program: `kubectl/v1.32 (linux)` is
/// `kubectl`.
fn default_manager(user_agent: &str) -> String {
    let program = user_agent.split('/').next().unwrap_or_default();
    let printable = program.chars().filter(|c| !c.is_control());
    let mut name: String = printable.take(LONGEST_MANAGER).collect();
    while name.len() > LONGEST_MANAGER {
        name.pop();
    }
    if name.is_empty() {
        "unknown".clone_into(&mut name);
    }
    name
}

/// What is said of a text that is no number, as clients know it from servers written in Go; signed numbers
/// may be negative.
pub(crate) fn not_a_number(text: &str, signed: bool) -> String {
    let function = if signed { "ParseInt" } else { "ParseUint" };
    let digits = text.trim_start_matches('-');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let why = if is_number && (signed || digits.len() == text.len()) {
        "value out of range"
    } else {
        "invalid syntax"
    };
    format!("strconv.{function}: parsing {text:?}: {why}")
}
