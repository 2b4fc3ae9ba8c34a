//! Requests for certificates.

use super::Surroundings;
use super::events;
use super::fields::{at, equations_in_line, items, text};
use super::moment::Moment;
use super::sheet::Sheet;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::net::{Ipv4Addr, Ipv6Addr};
use trimtab_clock::human_duration;
use trimtab_tree::Value;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer as _;

/// The parts of a subject that may be several, by the last number of their object identifiers (2.5.4).
const LISTS: [(&str, u64); 7] = [
    ("Organization", 10),
    ("Organizational Unit", 11),
    ("Country", 6),
    ("Locality", 7),
    ("Province", 8),
    ("StreetAddress", 9),
    ("PostalCode", 17),
];

const COMMON_NAME: u64 = 3;
const SERIAL_NUMBER: u64 = 5;

/// Writes a `CertificateSigningRequest`.
pub(super) fn write(sheet: &mut Sheet, object: &Value, around: &Surroundings, moment: &Moment) {
    sheet.field(0, "Name", text(object, "metadata.name"));
    sheet.field(0, "Labels", equations_in_line(object, "metadata.labels"));
    let annotations = equations_in_line(object, "metadata.annotations");
    sheet.field(0, "Annotations", annotations);
    let created = moment.date(object, "metadata.creationTimestamp");
    sheet.field(0, "CreationTimestamp", created);
    sheet.field(0, "Requesting User", text(object, "spec.username"));
    sheet.field_if_any(0, "Signer", object, "spec.signerName");
    if let Ok(seconds) = text(object, "spec.expirationSeconds").parse() {
        sheet.field(0, "Requested Duration", human_duration(seconds));
    }
    sheet.field(0, "Status", status(object));
    write_content(sheet, text(object, "spec.request"));
    events::write(sheet, around.events.as_deref(), moment);
}

fn status(object: &Value) -> String {
    let conditions = items(object, "status.conditions");
    let has = |kind| {
        conditions
            .iter()
            .any(|condition| text(condition, "type") == kind)
    };
    let mut words = vec![match (has("Denied"), has("Approved")) {
        (true, _) => "Denied",
        (false, true) => "Approved",
        (false, false) => "Pending",
    }];
    words.extend(has("Failed").then_some("Failed"));
    let is_issued = at(object, "status.certificate").is_some_and(|it| !it.is_null_or_empty());
    words.extend(is_issued.then_some("Issued"));
    words.join(",")
}

/// Writes whom the certificate is for.
fn write_content(sheet: &mut Sheet, request: &str) {
    let pem = STANDARD.decode(request).unwrap_or_default();
    let pem = x509_parser::pem::parse_x509_pem(&pem).map(|(_, pem)| pem);
    let contents = pem
        .as_ref()
        .map(|pem| &pem.contents[..])
        .unwrap_or_default();
    let Ok((_, request)) = X509CertificationRequest::from_der(contents) else {
        // The server takes none such.
        sheet.field(0, "Subject", "<unreadable>");
        return;
    };
    let subject = &request.certification_request_info.subject;
    let all = |number: u64| -> Vec<String> {
        let attributes = subject.iter_attributes();
        let its = attributes.filter(|attribute| {
            let oid = attribute.attr_type();
            oid.iter().is_some_and(|it| it.eq([2, 5, 4, number]))
        });
        let texts = its.filter_map(|attribute| attribute.as_str().ok());
        texts.map(str::to_owned).collect()
    };
    let last = |number| all(number).pop().unwrap_or_default();
    sheet.line(0, "Subject:");
    sheet.field(0, "\tCommon Name", last(COMMON_NAME));
    sheet.field(0, "\tSerial Number", last(SERIAL_NUMBER));
    for (name, number) in LISTS {
        write_list(sheet, name, &all(number));
    }
    write_alternatives(sheet, &request);
}

fn write_alternatives(sheet: &mut Sheet, request: &X509CertificationRequest<'_>) {
    let extensions = request.requested_extensions().into_iter().flatten();
    let names = extensions.filter_map(|extension| match extension {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    let (mut hosts, mut mails, mut links, mut addresses) = (vec![], vec![], vec![], vec![]);
    for name in names.flatten() {
        match name {
            GeneralName::DNSName(name) => hosts.push((*name).to_owned()),
            GeneralName::RFC822Name(mail) => mails.push((*mail).to_owned()),
            GeneralName::URI(link) => links.push((*link).to_owned()),
            GeneralName::IPAddress(bytes) => addresses.extend(address(bytes)),
            _ => {}
        }
    }
    let lists = [
        ("DNS Names", hosts),
        ("Email Addresses", mails),
        ("URIs", links),
        ("IP Addresses", addresses),
    ];
    if lists.iter().any(|(_, list)| !list.is_empty()) {
        sheet.line(0, "Subject Alternative Names:");
    }
    for (name, list) in lists {
        write_list(sheet, name, &list);
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(bytes).to_string());
    }
    let bytes = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(bytes).to_canonical().to_string())
}

fn write_list(sheet: &mut Sheet, name: &str, values: &[String]) {
    for (at, value) in values.iter().enumerate() {
        let name = if at == 0 {
            format!("{name}:")
        } else {
            String::new()
        };
        sheet.line(0, format_args!("\t{name}\t{value}"));
    }
}
