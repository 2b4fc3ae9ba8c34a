//! What stands in a certificate.

use jiff::Timestamp;
use rcgen::SanType;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::net::IpAddr;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

/// A fifth of its life before its end, a certificate is issued anew.
const LIFE_LEFT: i64 = 5;

/// What decides whether a certificate can still be used.
pub(super) struct Facts {
    pub(super) subject: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) names: Vec<SanType>,
    /// Seconds since 1970.
    begin: i64,
    /// Seconds since 1970.
    pub(super) end: i64,
}

impl Facts {
    /// Whether it is valid and stays so for long enough.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let now = now.as_second();
        self.begin <= now && self.end - now >= (self.end - self.begin) / LIFE_LEFT
    }
}

/// The facts of the first certificate of a PEM text.
pub(super) fn facts_of_pem(pem: &str) -> Option<Facts> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    facts(&certificate)
}

/// The facts of a certificate; `None` if it is none.
pub(super) fn facts(certificate: &CertificateDer<'_>) -> Option<Facts> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let alternative = certificate.subject_alternative_name().ok()?;
    let names = alternative
        .map(|names| {
            names
                .value
                .general_names
                .iter()
                .filter_map(alternative_name)
                .collect()
        })
        .unwrap_or_default();
    Some(Facts {
        subject: certificate.subject().as_raw().to_owned(),
        issuer: certificate.issuer().as_raw().to_owned(),
        public_key: certificate.public_key().subject_public_key.data.to_vec(),
        names,
        begin: certificate.validity().not_before.timestamp(),
        end: certificate.validity().not_after.timestamp(),
    })
}

/// A subject's alternative name, of the kinds that Kubernetes knows.
pub(super) fn alternative_name(name: &GeneralName<'_>) -> Option<SanType> {
    match *name {
        GeneralName::DNSName(name) => Some(SanType::DnsName(name.try_into().ok()?)),
        GeneralName::RFC822Name(name) => Some(SanType::Rfc822Name(name.try_into().ok()?)),
        GeneralName::URI(name) => Some(SanType::URI(name.try_into().ok()?)),
        GeneralName::IPAddress(bytes) => {
            let address = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
            let address = address.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from));
            address.ok().map(SanType::IpAddress)
        }
        _ => None,
    }
}

/// Whom a client certificate names.
pub(crate) struct Subject {
    /// `CN`
    pub(crate) common_name: String,
    /// Every `O`, in order.
    pub(crate) organizations: Vec<String>,
    /// The attribute in which Kubernetes keeps a user's uid, where there is one.
    pub(crate) uid: Option<String>,
}

/// Kubernetes' own attribute for a user's uid in a certificate's subject (KEP-4872, CSR signing).
const UID_ATTRIBUTE: &str = "1.3.6.1.4.1.57683.2";

/// When a certificate ends, in seconds since 1970; `None` if it is none.
pub(crate) fn expiry(certificate: &CertificateDer<'_>) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

/// Whom a client certificate names; `None` if it is no certificate or has no common name.
pub(crate) fn subject(certificate: &CertificateDer<'_>) -> Option<Subject> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let subject = certificate.subject();
    let common_name = subject.iter_common_name().next()?.as_str().ok()?;
    let organizations = subject.iter_organization();
    Some(Subject {
        common_name: Some(common_name.to_owned()).filter(|name| !name.is_empty())?,
        organizations: organizations
            .filter_map(|name| name.as_str().ok().map(str::to_owned))
            .collect(),
        uid: uid(subject),
    })
}

fn uid(subject: &X509Name<'_>) -> Option<String> {
    let mut attributes = subject.iter_attributes();
    let uid = attributes.find(|attribute| attribute.attr_type().to_id_string() == UID_ATTRIBUTE)?;
    uid.as_str().ok().map(str::to_owned)
}
