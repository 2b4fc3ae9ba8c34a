//! Keys that know the signatures of others.

use super::{KeyError, SigningKey, der, sections, unusable};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use rustls::pki_types::pem::SectionKind;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::sync::Arc;
use trimtab_tree::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey as Parsed;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The curves, as DER names them.
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
/// `rsaEncryption` and its empty parameters, in DER.
pub(super) const RSA_ALGORITHM: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// `ecPublicKey` on P-256, in DER.
const P256_ALGORITHM: [u8; 21] = [
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];
/// `ecPublicKey` on P-384, in DER.
const P384_ALGORITHM: [u8; 18] = [
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x22,
];

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::authentication::service_account) enum Algorithm {
    Es256,
    Es384,
    Rs256,
}

impl Algorithm {
    /// As RFC 7518 names it.
    pub(in crate::authentication::service_account) fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &ECDSA_P384_SHA384_FIXED,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }

    pub(super) fn identifier(self) -> &'static [u8] {
        match self {
            Self::Es256 => &P256_ALGORITHM,
            Self::Es384 => &P384_ALGORITHM,
            Self::Rs256 => &RSA_ALGORITHM,
        }
    }
}

/// A key that knows the signatures of another.
#[derive(Clone, Debug)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// The point, or the RSA key in DER.
    key: Arc<[u8]>,
    /// The digest of the whole in DER, as Kubernetes names keys.
    id: String,
    /// What it is made of, for JSON Web Keys (RFC 7517): names and numbers.
    parts: Vec<(&'static str, Vec<u8>)>,
}

impl PublicKey {
    /// All keys of a PEM file; of private keys and certificates, their public halves.
    ///
    /// # Errors
    /// When the file cannot be read or holds none that can be used.
    pub fn read_all(path: &Path) -> Result<Vec<Self>, KeyError> {
        let expected = "RSA or ECDSA keys, public or private, or certificates, in PEM";
        let sections = sections(path, expected)?;
        let unusable = |why: String| unusable(path, why, expected);
        let mut keys = Vec::new();
        for (kind, der) in sections {
            keys.push(match kind {
                SectionKind::PublicKey => Self::from_der(&der).map_err(unusable)?,
                SectionKind::Certificate => {
                    let (_, certificate) = X509Certificate::from_der(&der)
                        .map_err(|_| unusable("a certificate in it is none".to_owned()))?;
                    Self::of(certificate.public_key()).map_err(unusable)?
                }
                _ => match SigningKey::from_section(kind, &der) {
                    Some(key) => key.map_err(unusable)?.public,
                    None => continue,
                },
            });
        }
        if keys.is_empty() {
            return Err(unusable("there is none in it".to_owned()));
        }
        Ok(keys)
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self, String> {
        let (_, key) = SubjectPublicKeyInfo::from_der(der).map_err(|_| "it is not in DER")?;
        Self::of(&key)
    }

    fn of(key: &SubjectPublicKeyInfo<'_>) -> Result<Self, String> {
        let parsed = key.parsed().map_err(|_| "the key is damaged")?;
        let (algorithm, parts) = match &parsed {
            Parsed::RSA(rsa) => {
                let number = |bytes: &[u8]| {
                    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                    bytes[zeros..].to_vec()
                };
                let parts = vec![("n", number(rsa.modulus)), ("e", number(rsa.exponent))];
                (Algorithm::Rs256, parts)
            }
            Parsed::EC(point) => {
                let curve = key.algorithm.parameters.as_ref();
                let curve = curve
                    .and_then(|curve| curve.as_oid().ok())
                    .map(|oid| oid.to_id_string());
                let algorithm = match curve.as_deref() {
                    Some(P256) => Algorithm::Es256,
                    Some(P384) => Algorithm::Es384,
                    other => {
                        let other = other.unwrap_or("no named curve");
                        return Err(format!("it is on the curve {other}, not on P-256 or P-384"));
                    }
                };
                // 4 means that both numbers follow.
                let [4, numbers @ ..] = point.data() else {
                    return Err("its point is compressed".to_owned());
                };
                let (x, y) = numbers.split_at(numbers.len() / 2);
                (algorithm, vec![("x", x.to_vec()), ("y", y.to_vec())])
            }
            _ => return Err("it is neither RSA nor ECDSA".to_owned()),
        };
        Ok(Self::new(algorithm, &key.subject_public_key.data, parts))
    }

    pub(super) fn new(
        algorithm: Algorithm,
        key: &[u8],
        parts: Vec<(&'static str, Vec<u8>)>,
    ) -> Self {
        let der = der(0x30, &[algorithm.identifier(), &der(0x03, &[&[0], key])]);
        Self {
            algorithm,
            key: key.into(),
            id: URL_SAFE_NO_PAD.encode(Sha256::digest(der)),
            parts,
        }
    }

    /// How Kubernetes names it: the digest of the key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(in crate::authentication::service_account) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(in crate::authentication::service_account) fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let key = UnparsedPublicKey::new(self.algorithm.verification(), &self.key);
        key.verify(message, signature).is_ok()
    }

    /// As a JSON Web Key.
    pub(in crate::authentication::service_account) fn to_jwk(&self) -> Value {
        let (kind, curve) = match self.algorithm {
            Algorithm::Es256 => ("EC", Some("P-256")),
            Algorithm::Es384 => ("EC", Some("P-384")),
            Algorithm::Rs256 => ("RSA", None),
        };
        let mut key = Value::mapping([
            ("use", Value::string("sig")),
            ("kty", Value::string(kind)),
            ("kid", Value::string(&self.id)),
        ]);
        if let Some(fields) = key.as_mapping_mut() {
            if let Some(curve) = curve {
                fields.insert("crv", Value::string(curve));
            }
            fields.insert("alg", Value::string(self.algorithm.name()));
            for (name, number) in &self.parts {
                fields.insert(name, Value::string(URL_SAFE_NO_PAD.encode(number)));
            }
        }
        key
    }
}
