//! The authority, and what it signs.

use super::der::with_subject;
use super::pem::pem;
use super::x509::{self, Facts};
use super::{KeyPair, PkiError, files};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyUsagePurpose, SanType,
};
use std::net::IpAddr;
use std::path::Path;
use time::OffsetDateTime;

/// The authority's file name, without its ending.
const AUTHORITY: &str = "ca";
/// kubeadm's choice for authorities.
const AUTHORITY_DAYS: i64 = 3650;
/// kubeadm's choice for everything else.
const LEAF_DAYS: i64 = 365;
/// Certificates begin a day early: clients' clocks differ.
const EARLY_DAYS: i64 = 1;
/// What every serving certificate is good for: loopback, and the `kubernetes` Service's names.
const SERVING_NAMES: [&str; 7] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
];

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Serving the API.
    Server,
    /// Administration.
    Admin,
    /// Passing requests on to aggregated API servers.
    FrontProxy,
}

impl Role {
    /// Its file name, without its ending.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Server => "apiserver",
            Self::Admin => "admin",
            Self::FrontProxy => "front-proxy-client",
        }
    }
}

/// The names of a serving certificate: those that every one has, then `more` that are not among
/// them.
pub(super) fn serving_names(more: &[String]) -> Result<Vec<SanType>, PkiError> {
    let mut names = Vec::with_capacity(SERVING_NAMES.len() + more.len());
    for name in SERVING_NAMES
        .into_iter()
        .chain(more.iter().map(String::as_str))
    {
        let name = serving_name(name).ok_or_else(|| PkiError::Name(name.to_owned()))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn serving_name(name: &str) -> Option<SanType> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Some(SanType::IpAddress(address));
    }
    rustls::pki_types::DnsName::try_from(name).ok()?;
    Some(SanType::DnsName(name.try_into().ok()?))
}

/// Who signs.
pub(super) struct Authority {
    pub(super) certificate_pem: String,
    facts: Facts,
    /// Not there if the authority's owner keeps it elsewhere.
    issuer: Option<(Issuer<'static, rcgen::KeyPair>, String)>,
}

impl Authority {
    /// A new one.
    pub(super) fn new(now: Timestamp) -> Result<Self, PkiError> {
        let key = rcgen::KeyPair::generate()?;
        // The time in the name: certificates of an earlier authority must not look like its own.
        let name = format!("trimtab-ca@{}", now.as_second());
        let mut parameters = parameters(&name, None, now, AUTHORITY_DAYS);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
        ];
        let certificate = parameters.self_signed(&key)?;
        let certificate_pem = certificate.pem();
        let key_pem = key.serialize_pem();
        Ok(Self {
            facts: x509::facts(certificate.der()).ok_or(rcgen::Error::CouldNotParseCertificate)?,
            issuer: Some((Issuer::new(parameters, key), key_pem)),
            certificate_pem,
        })
    }

    /// The one of `directory`, if there is one.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, PkiError> {
        let path = directory.join("ca.crt");
        let Some(certificate_pem) = files::read(&path)? else {
            return Ok(None);
        };
        let facts = x509::facts_of_pem(&certificate_pem).ok_or_else(|| PkiError::Content {
            path,
            expected: "certificate in PEM",
        })?;
        let path = directory.join("ca.key");
        let issuer = match files::read(&path)? {
            None => None,
            Some(key_pem) => {
                let key = rcgen::KeyPair::from_pem(&key_pem);
                let issuer = key.and_then(|key| Issuer::from_ca_cert_pem(&certificate_pem, key));
                let issuer = issuer.map_err(|_| PkiError::Content {
                    path,
                    expected: "private key in PEM (PKCS #8)",
                })?;
                Some((issuer, key_pem))
            }
        };
        Ok(Some(Self {
            certificate_pem,
            facts,
            issuer,
        }))
    }

    /// Whether its key is there.
    pub(super) fn can_sign(&self) -> bool {
        self.issuer.is_some()
    }

    /// The end of its life, in seconds since 1970.
    pub(super) fn end(&self) -> i64 {
        self.facts.end
    }

    /// A certificate, PEM, of this `subject` (a `Name` in DER) and public key; `None` without the key
    /// to sign it with.
    pub(super) fn sign(
        &self,
        parameters: &CertificateParams,
        public_key: &rcgen::SubjectPublicKeyInfo,
        subject: &[u8],
    ) -> Option<Result<String, rcgen::Error>> {
        let (issuer, _) = self.issuer.as_ref()?;
        let certificate = parameters.signed_by(public_key, issuer);
        let named = certificate.and_then(|it| with_subject(it.der(), subject, issuer.key()));
        Some(named.map(|der| pem("CERTIFICATE", &der)))
    }

    /// Puts it in `directory`.
    pub(super) fn write(&self, directory: &Path) -> Result<(), PkiError> {
        let Some((_, key_pem)) = &self.issuer else {
            return Ok(());
        };
        let pair = KeyPair {
            certificate_pem: self.certificate_pem.clone(),
            key_pem: key_pem.clone(),
        };
        files::write_pair(directory, AUTHORITY, &pair)
    }

    /// Whether it has enough of its life left. An authority without a key is its owner's to renew.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.issuer.is_none() || self.facts.is_fresh(now)
    }

    /// Whether `pair` is a certificate of this authority that serves `role` for long enough.
    pub(super) fn has_issued(
        &self,
        pair: &KeyPair,
        role: Role,
        names: &[SanType],
        now: Timestamp,
    ) -> bool {
        let Some(facts) = x509::facts_of_pem(&pair.certificate_pem) else {
            return false;
        };
        let key = rcgen::KeyPair::from_pem(&pair.key_pem);
        let key_fits = key.is_ok_and(|key| facts.public_key == key.public_key_raw());
        let named = role != Role::Server || names.iter().all(|name| facts.names.contains(name));
        key_fits && named && facts.issuer == self.facts.subject && facts.is_fresh(now)
    }

    /// A new certificate. `directory` is where a missing key would have to be.
    pub(super) fn issue(
        &self,
        role: Role,
        names: &[SanType],
        now: Timestamp,
        directory: &Path,
    ) -> Result<KeyPair, PkiError> {
        let Some((issuer, _)) = &self.issuer else {
            return Err(PkiError::NoAuthorityKey(directory.join("ca.key")));
        };
        let mut parameters = match role {
            Role::Server => parameters("kube-apiserver", None, now, LEAF_DAYS),
            Role::Admin => parameters("kubernetes-admin", Some("system:masters"), now, LEAF_DAYS),
            Role::FrontProxy => parameters("front-proxy-client", None, now, LEAF_DAYS),
        };
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.use_authority_key_identifier_extension = true;
        match role {
            Role::Server => {
                names.clone_into(&mut parameters.subject_alt_names);
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            }
            Role::Admin | Role::FrontProxy => {
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }
        }
        let key = rcgen::KeyPair::generate()?;
        Ok(KeyPair {
            certificate_pem: parameters.signed_by(&key, issuer)?.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

fn parameters(
    common_name: &str,
    organization: Option<&str>,
    now: Timestamp,
    days: i64,
) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let mut name = DistinguishedName::new();
    if let Some(organization) = organization {
        name.push(DnType::OrganizationName, organization);
    }
    name.push(DnType::CommonName, common_name);
    parameters.distinguished_name = name;
    parameters.not_before = midnight(now, -EARLY_DAYS);
    parameters.not_after = midnight(now, days);
    parameters
}

/// The midnight before a time that is `days` from `now`.
fn midnight(now: Timestamp, days: i64) -> OffsetDateTime {
    let then = now
        .checked_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(now);
    let seconds = then.as_second() - then.as_second().rem_euclid(24 * 60 * 60);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
