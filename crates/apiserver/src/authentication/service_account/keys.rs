//! Keys that sign tokens, and keys that know them.
//!
//! RSA (RS256) and ECDSA on the curves P-256 (ES256) and P-384 (ES384). kube-apiserver also takes
//! P-521, which *ring* does not have: such a key is refused, with the reason.

mod public_key;

pub use public_key::PublicKey;
use public_key::{Algorithm, RSA_ALGORITHM};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use rustls::pki_types::pem::{PemObject as _, SectionKind};
use std::path::{Path, PathBuf};

/// Why a key cannot be used. Never tells the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read the key file `{}`", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What is in it is no key, or none that can be used.
    #[error("`{}` holds no key that can be used: {why}; expected {expected}", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
        /// What it should hold.
        expected: &'static str,
    },
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A key that signs.
pub struct SigningKey {
    pair: Pair,
    public: PublicKey,
    random: SystemRandom,
}

impl SigningKey {
    /// A new key on P-256, which is made in microseconds.
    ///
    /// # Panics
    /// When the system has no randomness to give.
    #[must_use]
    pub fn generate() -> Self {
        let pkcs8 = Self::generate_der();
        Self::from_pkcs8(&pkcs8).expect("it was made a moment ago")
    }

    /// A new key on P-256 in PEM (PKCS #8): a secret.
    ///
    /// # Panics
    /// When the system has no randomness to give.
    #[must_use]
    pub fn generate_pem() -> String {
        crate::tls::pem::pem("PRIVATE KEY", &Self::generate_der())
    }

    fn generate_der() -> Vec<u8> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        pkcs8
            .expect("the system gives randomness")
            .as_ref()
            .to_vec()
    }

    /// The first private key of a PEM file: RSA or ECDSA, in PKCS #8, PKCS #1 or SEC 1.
    ///
    /// # Errors
    /// When the file cannot be read or holds none that can be used.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = std::fs::read(path).map_err(|source| KeyError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &pem)
    }

    /// The first private key of a PEM text, which is told as that of `path`.
    ///
    /// # Errors
    /// When there is none in it that can be used.
    pub fn parse(path: &Path, pem: &[u8]) -> Result<Self, KeyError> {
        let expected = "an RSA or ECDSA private key in PEM";
        let sections = sections_of(path, pem, expected)?;
        let unusable = |why: String| unusable(path, why, expected);
        let mut keys = sections
            .iter()
            .filter_map(|(kind, der)| Self::from_section(*kind, der));
        let key = keys
            .next()
            .ok_or_else(|| unusable("there is none in it".to_owned()))?;
        key.map_err(unusable)
    }

    /// The key of a section of a PEM file; `None` if it is of another kind.
    fn from_section(kind: SectionKind, der: &[u8]) -> Option<Result<Self, String>> {
        Some(match kind {
            SectionKind::PrivateKey => Self::from_pkcs8(der),
            SectionKind::RsaPrivateKey => RsaKeyPair::from_der(der)
                .map_err(|error| error.to_string())
                .and_then(Self::rsa),
            SectionKind::EcPrivateKey => Self::from_sec1(der),
            _ => return None,
        })
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, String> {
        if let Ok(pair) = RsaKeyPair::from_pkcs8(pkcs8) {
            return Self::rsa(pair);
        }
        let mut why = String::new();
        for (algorithm, signing) in [
            (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED_SIGNING),
            (Algorithm::Es384, &ECDSA_P384_SHA384_FIXED_SIGNING),
        ] {
            match Self::ecdsa(algorithm, signing, pkcs8) {
                Ok(key) => return Ok(key),
                Err(error) => why = error,
            }
        }
        Err(format!(
            "it is no RSA key, and no ECDSA key on P-256 or P-384 with its public half ({why})"
        ))
    }

    /// The older form of ECDSA keys is what the newer one wraps.
    fn from_sec1(sec1: &[u8]) -> Result<Self, String> {
        let wrap = |algorithm: Algorithm| {
            der(
                0x30,
                &[
                    &[0x02, 0x01, 0x00],
                    algorithm.identifier(),
                    &der(0x04, &[sec1]),
                ],
            )
        };
        let key = Self::from_pkcs8(&wrap(Algorithm::Es256));
        key.or_else(|_| Self::from_pkcs8(&wrap(Algorithm::Es384)))
    }

    fn ecdsa(
        algorithm: Algorithm,
        signing: &'static EcdsaSigningAlgorithm,
        pkcs8: &[u8],
    ) -> Result<Self, String> {
        let random = SystemRandom::new();
        let pair =
            EcdsaKeyPair::from_pkcs8(signing, pkcs8, &random).map_err(|error| error.to_string())?;
        let point = pair.public_key().as_ref().to_vec();
        let (x, y) = point[1..].split_at(point.len() / 2);
        let parts = vec![("x", x.to_vec()), ("y", y.to_vec())];
        Ok(Self {
            public: PublicKey::new(algorithm, &point, parts),
            pair: Pair::Ecdsa(pair),
            random,
        })
    }

    fn rsa(pair: RsaKeyPair) -> Result<Self, String> {
        let key = pair.public().as_ref();
        let der = der(0x30, &[&RSA_ALGORITHM, &der(0x03, &[&[0], key])]);
        Ok(Self {
            public: PublicKey::from_der(&der)?,
            pair: Pair::Rsa(pair),
            random: SystemRandom::new(),
        })
    }

    /// The half that is told.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let failed = |_| "the token could not be signed".to_owned();
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&self.random, message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

/// A value in DER: tag, length, contents.
fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let length: usize = contents.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(u8::try_from(length).unwrap_or_default());
    } else {
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = &bytes[zeros..];
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
        out.extend_from_slice(bytes);
    }
    for part in contents {
        out.extend_from_slice(part);
    }
    out
}

fn sections(path: &Path, expected: &'static str) -> Result<Vec<(SectionKind, Vec<u8>)>, KeyError> {
    let pem = std::fs::read(path).map_err(|source| KeyError::Read {
        path: path.to_owned(),
        source,
    })?;
    sections_of(path, &pem, expected)
}

fn sections_of(
    path: &Path,
    pem: &[u8],
    expected: &'static str,
) -> Result<Vec<(SectionKind, Vec<u8>)>, KeyError> {
    let sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    sections.map_err(|_| unusable(path, "it is not in PEM".to_owned(), expected))
}

fn unusable(path: &Path, why: String, expected: &'static str) -> KeyError {
    KeyError::Unusable {
        path: path.to_owned(),
        why,
        expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_key_that_was_written_is_read_and_has_the_same_name() {
        let file = file(&SigningKey::generate_pem());
        let key = SigningKey::read(file.path()).unwrap();
        let public = PublicKey::read_all(file.path()).unwrap();
        assert_eq!(public.len(), 1);
        assert_eq!(public[0].id(), key.public().id());
        let signature = key.sign(b"text").unwrap();
        assert!(public[0].verify(b"text", &signature));
        assert!(!public[0].verify(b"other", &signature));
    }

    #[test]
    fn certificates_of_the_same_key_have_its_name() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default()
            .self_signed(&pair)
            .unwrap();
        let keys = [
            pair.serialize_pem(),
            pair.public_key_pem(),
            certificate.pem(),
        ];
        let ids: Vec<String> = keys
            .iter()
            .map(|pem| {
                PublicKey::read_all(file(pem).path()).unwrap()[0]
                    .id()
                    .to_owned()
            })
            .collect();
        assert_eq!(ids[0], ids[1]);
        assert_eq!(ids[0], ids[2]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "no key",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            let error = SigningKey::read(file(text).path()).err().unwrap();
            assert!(error.to_string().contains("private key in PEM"), "{error}");
        }
        assert!(SigningKey::read(Path::new("/nowhere/key")).is_err());
    }

    #[test]
    fn lengths_are_in_as_few_bytes_as_can_be() {
        assert_eq!(der(4, &[&[1, 2]]), [4, 2, 1, 2]);
        assert_eq!(der(4, &[&[0; 200]])[..3], [4, 0x81, 200]);
        assert_eq!(der(4, &[&[0; 300]])[..4], [4, 0x82, 1, 44]);
    }
}
