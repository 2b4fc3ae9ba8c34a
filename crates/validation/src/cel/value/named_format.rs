//! Named formats that texts may have.

use crate::custom::fits_format;
use crate::validate::formats;

/// A format, and what is wrong with a text that has it not.
#[derive(Debug)]
pub(in crate::cel) struct NamedFormat {
    pub(in crate::cel) name: &'static str,
    pub(in crate::cel) problems: fn(&str) -> Vec<String>,
    /// How long the pattern is that it would take: the cost goes by it.
    pub(in crate::cel) pattern: u64,
}

const fn format(
    name: &'static str,
    problems: fn(&str) -> Vec<String>,
    pattern: u64,
) -> NamedFormat {
    NamedFormat {
        name,
        problems,
        pattern,
    }
}

pub(in crate::cel) static FORMATS: [NamedFormat; 13] = [
    format("dns1123Label", formats::dns_label, 30),
    format("dns1123Subdomain", formats::dns_subdomain, 60),
    format("dns1035Label", formats::dns_1035_label, 30),
    format("qualifiedName", formats::qualified_name, 60),
    format(
        "dns1123LabelPrefix",
        |text| formats::dns_label(prefix(text)),
        30,
    ),
    format(
        "dns1123SubdomainPrefix",
        |text| formats::dns_subdomain(prefix(text)),
        60,
    ),
    format(
        "dns1035LabelPrefix",
        |text| formats::dns_1035_label(prefix(text)),
        30,
    ),
    format("labelValue", formats::label_value, 40),
    format(
        "uri",
        |text| said(text, "uri", "invalid URI for request"),
        128,
    ),
    format(
        "uuid",
        |text| said(text, "uuid", "does not match the UUID format"),
        80,
    ),
    format("byte", |text| said(text, "byte", "invalid base64"), 84),
    format("date", |text| said(text, "date", "invalid date"), 120),
    format(
        "datetime",
        |text| said(text, "datetime", "invalid datetime"),
        120,
    ),
];

/// What generateName begins with: it may end with a hyphen, as more follows.
fn prefix(text: &str) -> &str {
    text.strip_suffix('-').unwrap_or(text)
}

fn said(text: &str, format: &str, problem: &str) -> Vec<String> {
    if fits_format(text, format) {
        Vec::new()
    } else {
        vec![problem.to_owned()]
    }
}
