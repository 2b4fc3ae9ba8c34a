//! Certificates that somebody asks for, signed by the authority.
//!
//! Who may have what is the rule of `pkg/controller/certificates/signer` in Kubernetes, for its four
//! signers, with `pkg/apis/certificates/helpers.go`.

use super::issue::Authority;
use super::x509::alternative_name;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose as Extended, IsCa, KeyUsagePurpose as Basic,
    SanType, SerialNumber, SubjectPublicKeyInfo,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer};
use std::collections::BTreeSet;
use std::sync::Arc;
use time::OffsetDateTime;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer as _, X509Certificate};

/// How long a certificate is good for that does not ask for less: kube-controller-manager's
/// `--cluster-signing-duration`, in seconds.
const LIFE: i64 = 365 * 24 * 60 * 60;
/// Nobody gets less, in seconds.
const SHORTEST_LIFE: i64 = 10 * 60;
/// Certificates begin early: clocks differ. In seconds.
const EARLY: i64 = 5 * 60;
/// Of certificates that live this long, in seconds, what they begin early is taken off their end.
const LONG: i64 = 8 * 60 * 60;

const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const NODES: &str = "system:nodes";
const NODE_PREFIX: &str = "system:node:";

/// Signs with the control plane's authority.
#[derive(Clone)]
pub struct Signer(Arc<Authority>);

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct CertificateWanted<'a> {
    /// Whose signature: one of [`Signer::NAMES`].
    pub signer: &'a str,
    /// The request (PKCS #10), PEM.
    pub request: &'a [u8],
    /// What the certificate is for, as `spec.usages` of a `CertificateSigningRequest` says it.
    pub usages: &'a [String],
    /// For how many seconds it is to be good, if that is said.
    pub seconds: Option<i64>,
}

/// Why a certificate is not signed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The request is not one.
    #[error("cannot read the certificate request: {0}")]
    Unreadable(String),
    /// The signer does not sign such requests.
    #[error("{signer} does not sign this: {why}")]
    NotFor {
        /// The signer.
        signer: String,
        /// What does not fit.
        why: String,
    },
    /// The authority's key is kept elsewhere.
    #[error("the key of the authority is not here")]
    NoKey,
    /// A usage that is not known.
    #[error("unknown usage {0:?}")]
    Usage(String),
    /// The certificate cannot be made.
    #[error("cannot sign the certificate: {0}")]
    Sign(#[from] rcgen::Error),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

/// What a request says, as much of it as a certificate can have.
struct Asked {
    common_name: String,
    organizations: Vec<String>,
    alternative: Vec<SanType>,
    /// The subject as it is written.
    subject: Vec<u8>,
    /// The public key, as it is written.
    public_key: Vec<u8>,
}

impl Signer {
    /// The signers there are, which are Kubernetes' own.
    pub const NAMES: [&'static str; 4] = [
        "kubernetes.io/kube-apiserver-client",
        KUBELET_CLIENT,
        "kubernetes.io/kubelet-serving",
        "kubernetes.io/legacy-unknown",
    ];

    pub(super) fn new(authority: Arc<Authority>) -> Option<Self> {
        authority.can_sign().then_some(Self(authority))
    }

    /// The certificate, PEM. It is for clients and servers only: whoever asks for an authority of
    /// their own gets none.
    ///
    /// # Errors
    /// When the request cannot be read or its signature is not good, or when the signer does not sign
    /// what it asks for.
    pub fn sign(&self, wanted: &CertificateWanted<'_>, now: Timestamp) -> Result<String, Refused> {
        let asked = read(wanted.request).map_err(Refused::Unreadable)?;
        suits(wanted, &asked).map_err(|why| Refused::NotFor {
            signer: wanted.signer.to_owned(),
            why,
        })?;
        let mut parameters = CertificateParams::default();
        (parameters.key_usages, parameters.extended_key_usages) = purposes(wanted.usages)?;
        parameters.subject_alt_names.clone_from(&asked.alternative);
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.use_authority_key_identifier_extension = true;
        // Every certificate's own; the sign bit is not used.
        let moment = now.as_nanosecond().unsigned_abs() & u128::from(u64::MAX >> 1);
        let serial = u64::try_from(moment).unwrap_or_default();
        parameters.serial_number = Some(SerialNumber::from(serial));
        let (begin, end) = life(wanted.seconds, now, self.0.end());
        parameters.not_before = begin;
        parameters.not_after = end;
        let public_key = SubjectPublicKeyInfo::from_der(&asked.public_key)?;
        let signed = self.0.sign(&parameters, &public_key, &asked.subject);
        signed.ok_or(Refused::NoKey)?.map_err(Refused::Sign)
    }

    /// As whom a kubelet would act with the certificate; `None` if what is wanted is not what
    /// `kubernetes.io/kube-apiserver-client-kubelet` signs.
    #[must_use]
    pub fn kubelet(wanted: &CertificateWanted<'_>) -> Option<String> {
        let asked = read(wanted.request).ok()?;
        let is_kubelet = wanted.signer == KUBELET_CLIENT && suits(wanted, &asked).is_ok();
        is_kubelet.then_some(asked.common_name)
    }

    /// When the first certificate of a PEM text ends; `None` if it is none.
    #[must_use]
    pub fn end_of(certificate: &[u8]) -> Option<Timestamp> {
        let der = CertificateDer::from_pem_slice(certificate).ok()?;
        let (_, certificate) = X509Certificate::from_der(&der).ok()?;
        Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
    }
}

/// From when to when a certificate is good, at most to the end of its authority.
fn life(seconds: Option<i64>, now: Timestamp, last: i64) -> (OffsetDateTime, OffsetDateTime) {
    let life = seconds.unwrap_or(LIFE).clamp(SHORTEST_LIFE, LIFE);
    let at = |after: i64| {
        let then = now.checked_add(SignedDuration::from_secs(after));
        let seconds = then.unwrap_or(now).as_second().min(last);
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    };
    let end = if life >= LONG { life - EARLY } else { life };
    (at(-EARLY), at(end))
}

/// Reads a request (PKCS #10), PEM, and checks that who sends it has the key.
fn read(pem: &[u8]) -> Result<Asked, String> {
    let der = CertificateSigningRequestDer::from_pem_slice(pem)
        .map_err(|_| "it is no CERTIFICATE REQUEST in PEM".to_owned())?;
    let (_, request) =
        X509CertificationRequest::from_der(&der).map_err(|error| error.to_string())?;
    request
        .verify_signature()
        .map_err(|error| format!("its signature is not good: {error}"))?;
    let said = &request.certification_request_info;
    let texts = |attributes: &mut dyn Iterator<Item = Result<&str, _>>| {
        let texts: Result<Vec<String>, x509_parser::error::X509Error> =
            attributes.map(|text| text.map(str::to_owned)).collect();
        texts.map_err(|error| error.to_string())
    };
    let name = &said.subject;
    let common_names = texts(&mut name.iter_common_name().map(AttributeTypeAndValue::as_str))?;
    let organizations = texts(&mut name.iter_organization().map(AttributeTypeAndValue::as_str))?;
    let alternative = request
        .requested_extensions()
        .into_iter()
        .flatten()
        .filter_map(|extension| match extension {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
        .filter_map(alternative_name)
        .collect();
    Ok(Asked {
        common_name: common_names.into_iter().next_back().unwrap_or_default(),
        organizations,
        alternative,
        subject: name.as_raw().to_vec(),
        public_key: said.subject_pki.raw.to_vec(),
    })
}

/// Whether a signer signs a request.
fn suits(wanted: &CertificateWanted<'_>, asked: &Asked) -> Result<(), String> {
    let alternative = &asked.alternative;
    let usages: BTreeSet<&str> = wanted.usages.iter().map(String::as_str).collect();
    let only = |needed: &[&str], allowed: &[&str]| {
        let known = |usage: &&str| needed.contains(usage) || allowed.contains(usage);
        match usages.iter().find(|usage| !known(usage)) {
            Some(usage) => Err(format!("usage {usage:?} is not for it")),
            None => match needed.iter().find(|usage| !usages.contains(**usage)) {
                Some(usage) => Err(format!("usage {usage:?} is missing")),
                None => Ok(()),
            },
        }
    };
    let is_node = || {
        if asked.organizations != [NODES] {
            return Err(format!("the organization must be {NODES:?}"));
        }
        if !asked.common_name.starts_with(NODE_PREFIX) {
            return Err(format!("the common name must begin with {NODE_PREFIX:?}"));
        }
        Ok(())
    };
    match wanted.signer {
        "kubernetes.io/kube-apiserver-client" => {
            only(&["client auth"], &["digital signature", "key encipherment"])
        }
        KUBELET_CLIENT => {
            is_node()?;
            if !alternative.is_empty() {
                return Err("alternative names are not for it".to_owned());
            }
            only(&["digital signature", "client auth"], &["key encipherment"])
        }
        "kubernetes.io/kubelet-serving" => {
            is_node()?;
            let is_place =
                |name: &SanType| matches!(name, SanType::DnsName(_) | SanType::IpAddress(_));
            if alternative.is_empty() || !alternative.iter().all(is_place) {
                return Err("it needs DNS names or IP addresses, and takes no other".to_owned());
            }
            only(&["digital signature", "server auth"], &["key encipherment"])
        }
        "kubernetes.io/legacy-unknown" => Ok(()),
        _ => Err("there is no such signer".to_owned()),
    }
}

/// What a certificate is for, in X.509's terms.
fn purposes(usages: &[String]) -> Result<(Vec<Basic>, Vec<Extended>), Refused> {
    let (mut basic, mut extended) = (Vec::new(), Vec::new());
    for usage in usages {
        match purpose(usage) {
            Some(Purpose::Basic(it)) if !basic.contains(&it) => basic.push(it),
            Some(Purpose::Extended(it)) if !extended.contains(&it) => extended.push(it),
            Some(_) => {}
            None => return Err(Refused::Usage(usage.clone())),
        }
    }
    Ok((basic, extended))
}

enum Purpose {
    Basic(Basic),
    Extended(Extended),
}

fn purpose(usage: &str) -> Option<Purpose> {
    // id-kp, of RFC 5280 and RFC 4945.
    let key_purpose = |last: u64| Extended::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, last]);
    Some(match usage {
        "signing" | "digital signature" => Purpose::Basic(Basic::DigitalSignature),
        "content commitment" => Purpose::Basic(Basic::ContentCommitment),
        "key encipherment" => Purpose::Basic(Basic::KeyEncipherment),
        "data encipherment" => Purpose::Basic(Basic::DataEncipherment),
        "key agreement" => Purpose::Basic(Basic::KeyAgreement),
        "cert sign" => Purpose::Basic(Basic::KeyCertSign),
        "crl sign" => Purpose::Basic(Basic::CrlSign),
        "encipher only" => Purpose::Basic(Basic::EncipherOnly),
        "decipher only" => Purpose::Basic(Basic::DecipherOnly),
        "any" => Purpose::Extended(Extended::Any),
        "server auth" => Purpose::Extended(Extended::ServerAuth),
        "client auth" => Purpose::Extended(Extended::ClientAuth),
        "code signing" => Purpose::Extended(Extended::CodeSigning),
        "email protection" | "s/mime" => Purpose::Extended(Extended::EmailProtection),
        "timestamping" => Purpose::Extended(Extended::TimeStamping),
        "ocsp signing" => Purpose::Extended(Extended::OcspSigning),
        "ipsec end system" => Purpose::Extended(key_purpose(5)),
        "ipsec tunnel" => Purpose::Extended(key_purpose(6)),
        "ipsec user" => Purpose::Extended(key_purpose(7)),
        "microsoft sgc" => {
            Purpose::Extended(Extended::Other(vec![1, 3, 6, 1, 4, 1, 311, 10, 3, 3]))
        }
        "netscape sgc" => Purpose::Extended(Extended::Other(vec![2, 16, 840, 1, 113_730, 4, 1])),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::Pki;
    use trimtab_clock::Clock;

    fn request(organization: &str, common_name: &str, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names).unwrap();
        let mut name = rcgen::DistinguishedName::new();
        name.push(rcgen::DnType::OrganizationName, organization);
        name.push(rcgen::DnType::CommonName, common_name);
        parameters.distinguished_name = name;
        let key = rcgen::KeyPair::generate().unwrap();
        parameters.serialize_request(&key).unwrap().pem().unwrap()
    }

    fn signed(signer: &str, request: &str, usages: &[&str]) -> Result<String, String> {
        let clock = Clock::system();
        let pki = Pki::ephemeral(&[], clock).unwrap();
        let usages: Vec<String> = usages.iter().map(|usage| (*usage).to_owned()).collect();
        let wanted = CertificateWanted {
            signer,
            request: request.as_bytes(),
            usages: &usages,
            seconds: Some(3600),
        };
        let signed = pki.signer().unwrap().sign(&wanted, clock.now());
        signed.map_err(|error| error.to_string())
    }

    const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
    const KUBELET: &str = "kubernetes.io/kube-apiserver-client-kubelet";
    const SERVING: &str = "kubernetes.io/kubelet-serving";

    #[test]
    fn a_client_gets_a_certificate_in_its_name_for_an_hour() {
        let pem = signed(CLIENT, &request("ops", "ann", &[]), &["client auth"]).unwrap();
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        assert_eq!(certificate.subject().to_string(), "O=ops, CN=ann");
        let life = certificate.validity();
        let seconds = life.not_after.timestamp() - life.not_before.timestamp();
        assert_eq!(seconds, 3600 + EARLY);
        let extended = certificate.extended_key_usage().unwrap().unwrap();
        assert!(extended.value.client_auth && !extended.value.server_auth);
        assert!(!certificate.is_ca());
    }

    #[test]
    fn each_signer_takes_what_is_its_own() {
        let client = ["digital signature", "client auth"];
        let server = ["digital signature", "key encipherment", "server auth"];
        let node = "system:node:a";
        for (signer, organization, name, names, usages, refused) in [
            (
                CLIENT,
                "x",
                "ann",
                &[][..],
                &server[..],
                "\"server auth\" is not for it",
            ),
            (
                CLIENT,
                "x",
                "ann",
                &[],
                &client[..1],
                "\"client auth\" is missing",
            ),
            (KUBELET, NODES, node, &[], &client[..], ""),
            (KUBELET, "x", node, &[], &client[..], "organization"),
            (KUBELET, NODES, "a", &[], &client[..], "common name"),
            (
                KUBELET,
                NODES,
                node,
                &["a.example"],
                &client[..],
                "alternative names",
            ),
            (SERVING, NODES, node, &["a.example"], &server[..], ""),
            (SERVING, NODES, node, &[], &server[..], "DNS names"),
            (
                "example.com/own",
                "x",
                "ann",
                &[],
                &client[..],
                "no such signer",
            ),
        ] {
            let told = signed(signer, &request(organization, name, names), usages);
            let told = told.err().unwrap_or_default();
            assert!(
                told.contains(refused) && told.is_empty() == refused.is_empty(),
                "{signer}: {told}"
            );
        }
    }

    #[test]
    fn every_organization_stays_a_group() {
        // What `rcgen` writes of a subject with two attributes of a kind: it takes the name of the
        // second by its number for another.
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        let mut name = rcgen::DistinguishedName::new();
        name.push(rcgen::DnType::OrganizationName, "ops");
        name.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 10]), "admins");
        name.push(rcgen::DnType::CommonName, "ann");
        parameters.distinguished_name = name;
        let key = rcgen::KeyPair::generate().unwrap();
        let request = parameters.serialize_request(&key).unwrap().pem().unwrap();

        let clock = Clock::system();
        let pki = Pki::ephemeral(&[], clock).unwrap();
        let usages = ["client auth".to_owned()];
        let wanted = CertificateWanted {
            signer: CLIENT,
            request: request.as_bytes(),
            usages: &usages,
            seconds: None,
        };
        let pem = pki.signer().unwrap().sign(&wanted, clock.now()).unwrap();
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        assert_eq!(certificate.subject().to_string(), "O=ops, O=admins, CN=ann");
        let authority = CertificateDer::from_pem_slice(pki.ca_pem().as_bytes()).unwrap();
        let (_, authority) = x509_parser::parse_x509_certificate(&authority).unwrap();
        certificate
            .verify_signature(Some(authority.public_key()))
            .unwrap();
        assert_eq!(
            certificate.public_key().subject_public_key.data,
            rcgen::PublicKeyData::der_bytes(&key)
        );
        let end = Signer::end_of(pem.as_bytes()).unwrap();
        assert_eq!(
            end.as_second(),
            certificate.validity().not_after.timestamp()
        );
    }

    #[test]
    fn a_kubelet_is_known_by_what_it_asks_for() {
        let usages = ["digital signature", "client auth"].map(str::to_owned);
        let kubelet = |signer, request: String| {
            Signer::kubelet(&CertificateWanted {
                signer,
                request: request.as_bytes(),
                usages: &usages,
                seconds: None,
            })
        };
        let node = "system:node:a";
        assert_eq!(
            kubelet(KUBELET, request(NODES, node, &[])).as_deref(),
            Some(node)
        );
        assert_eq!(kubelet(KUBELET, request("x", node, &[])), None);
        assert_eq!(kubelet(CLIENT, request(NODES, node, &[])), None);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let told = signed(CLIENT, "-----BEGIN NOTHING-----", &["client auth"]).unwrap_err();
        assert!(told.contains("CERTIFICATE REQUEST"), "{told}");
        let told = signed(
            CLIENT,
            &request("x", "ann", &[]),
            &["client auth", "juggling"],
        );
        assert!(told.unwrap_err().contains("juggling"));
    }
}
