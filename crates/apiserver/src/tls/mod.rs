//! Certificates of the control plane: an authority, a serving certificate and the administrator's
//! client certificate.
//!
//! [`Pki::open`] keeps them in a directory under kubeadm's names (`ca.crt`, `apiserver.key`, ...), keys
//! readable by their owner only; what is missing, near its end or lacks a name is issued anew.
//! [`Pki::ephemeral`] keeps them in memory. All keys are ECDSA P-256: they are made in microseconds.
//!
//! Invariant: no key reaches a log or an error's text.

mod authorities;
mod der;
mod files;
mod issue;
pub(crate) mod pem;
mod sign;
mod x509;

use authorities::{AnyCertificate, provider};
use issue::{Authority, Role};
use jiff::Timestamp;
use rcgen::SanType;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_clock::Clock;

use crate::authentication::service_account::keys::SigningKey;

pub use authorities::Authorities;
pub use sign::{CertificateWanted, Refused, Signer};
pub(crate) use x509::{expiry, subject};

/// A certificate and its key, both in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// `-----BEGIN CERTIFICATE-----`
    pub certificate_pem: String,
    /// `-----BEGIN PRIVATE KEY-----`: a secret.
    pub key_pem: String,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(..)")
    }
}

/// The certificates of one control plane.
#[derive(Clone)]
pub struct Pki {
    authority: Arc<Authority>,
    server: KeyPair,
    admin: KeyPair,
    service_account_key: String,
}

/// Why the certificates are not there.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// `read`, `write`, ...
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("`{}` holds no {expected}; move it away and start again to have a new one made", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// `certificate in PEM`, ...
        expected: &'static str,
    },
    /// A name for the serving certificate is neither a DNS name nor an IP address.
    #[error("`{0}` is neither a DNS name nor an IP address, which a serving certificate needs")]
    Name(String),
    /// Only the authority's certificate is there, but a new one has to be signed.
    #[error(
        "`{}` is missing: without it no certificate can be issued under the `ca.crt` beside it; \
         put it back, or move `ca.crt` away to have a new authority made",
        .0.display()
    )]
    NoAuthorityKey(PathBuf),
    /// A certificate cannot be made.
    #[error("cannot issue a certificate")]
    Issue(#[from] rcgen::Error),
    /// The TLS library refuses the certificates.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
    /// The TLS library refuses the authority for client certificates.
    #[error("cannot verify client certificates")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// What a directory keeps: an authority, and what it has signed.
struct Kept<'d> {
    directory: &'d Path,
    authority: Authority,
    /// Whether the authority was there already.
    is_old: bool,
    names: Vec<SanType>,
    now: Timestamp,
}

impl<'d> Kept<'d> {
    /// Reads the authority of a directory, or makes both.
    fn open(directory: &'d Path, names: Vec<SanType>, clock: Clock) -> Result<Self, PkiError> {
        files::create_directory(directory)?;
        let now = clock.now();
        let (authority, is_old) = match Authority::read(directory)? {
            Some(authority) if authority.is_fresh(now) => (authority, true),
            _ => {
                let authority = Authority::new(now)?;
                authority.write(directory)?;
                (authority, false)
            }
        };
        Ok(Self {
            directory,
            authority,
            is_old,
            names,
            now,
        })
    }

    /// Reads a certificate, or has it issued anew.
    fn pair(&self, role: Role) -> Result<KeyPair, PkiError> {
        let (authority, directory) = (&self.authority, self.directory);
        if self.is_old
            && let Some(pair) = files::read_pair(directory, role.file_name())?
            && authority.has_issued(&pair, role, &self.names, self.now)
        {
            return Ok(pair);
        }
        let pair = authority.issue(role, &self.names, self.now, directory)?;
        files::write_pair(directory, role.file_name(), &pair)?;
        Ok(pair)
    }
}

/// The certificate by which aggregated API servers know that this one passes a request on, and the
/// authority that signed it, in PEM: an authority of its own, as whoever has a certificate of it may
/// say of anybody that a request is theirs. Both are kept in `front-proxy` below `directory`, or
/// nowhere.
///
/// # Errors
/// For files that cannot be read, written or understood.
pub fn front_proxy(directory: Option<&Path>, clock: Clock) -> Result<(KeyPair, String), PkiError> {
    let Some(directory) = directory else {
        let authority = Authority::new(clock.now())?;
        let pair = authority.issue(Role::FrontProxy, &[], clock.now(), Path::new(""))?;
        return Ok((pair, authority.certificate_pem));
    };
    let directory = directory.join("front-proxy");
    let kept = Kept::open(&directory, Vec::new(), clock)?;
    Ok((kept.pair(Role::FrontProxy)?, kept.authority.certificate_pem))
}

impl Pki {
    /// The certificates of `directory`, which is made if missing. The serving certificate is good
    /// for loopback, for the `kubernetes` Service's names and for `names` (DNS names and IP
    /// addresses); it is issued anew when it lacks one. Whatever has less than a fifth of its
    /// life left is issued anew as well; with a new authority, everything.
    ///
    /// # Errors
    /// For files that cannot be read, written or understood, and for `names` that are none.
    pub fn open(directory: &Path, names: &[String], clock: Clock) -> Result<Self, PkiError> {
        let names = issue::serving_names(names)?;
        let kept = Kept::open(directory, names, clock)?;
        let key_path = Self::service_account_key_path(directory);
        let service_account_key = if let Some(key) = files::read(&key_path)? {
            key
        } else {
            let key = SigningKey::generate_pem();
            files::write(&key_path, &key, 0o600)?;
            key
        };
        Ok(Self {
            server: kept.pair(Role::Server)?,
            admin: kept.pair(Role::Admin)?,
            authority: Arc::new(kept.authority),
            service_account_key,
        })
    }

    /// Certificates that are nowhere but in this value.
    ///
    /// # Errors
    /// For `names` that are none.
    pub fn ephemeral(names: &[String], clock: Clock) -> Result<Self, PkiError> {
        let names = issue::serving_names(names)?;
        let now = clock.now();
        let authority = Authority::new(now)?;
        let pair = |role| authority.issue(role, &names, now, Path::new(""));
        Ok(Self {
            server: pair(Role::Server)?,
            admin: pair(Role::Admin)?,
            authority: Arc::new(authority),
            service_account_key: SigningKey::generate_pem(),
        })
    }

    /// Where the key is that signs tokens of service accounts, in a directory of certificates.
    #[must_use]
    pub fn service_account_key_path(directory: &Path) -> PathBuf {
        directory.join("sa.key")
    }

    /// The key that signs tokens of service accounts, PEM: a secret.
    #[must_use]
    pub fn service_account_key(&self) -> &str {
        &self.service_account_key
    }

    /// The authority's certificate: what clients trust, and what `kube-root-ca.crt` publishes.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.authority.certificate_pem
    }

    /// Who signs the certificates that clients ask for; `None` if the authority's owner keeps its
    /// key elsewhere.
    #[must_use]
    pub fn signer(&self) -> Option<Signer> {
        Signer::new(self.authority.clone())
    }

    /// The administrator's client certificate: user `kubernetes-admin`, group `system:masters`.
    #[must_use]
    pub fn admin(&self) -> &KeyPair {
        &self.admin
    }

    /// The serving certificate.
    #[must_use]
    pub fn server(&self) -> &KeyPair {
        &self.server
    }

    /// How a server speaks TLS: with the serving certificate, HTTP/2 or HTTP/1.1, and client
    /// certificates, which are asked for but not required.
    ///
    /// # Errors
    /// When the TLS library refuses the certificates.
    pub fn server_config(&self) -> Result<Arc<rustls::ServerConfig>, PkiError> {
        server_config(&self.server, &[&Authorities::parse(self.ca_pem())?])
    }
}

/// How a server speaks TLS with `server` as its certificate (a chain may follow it in the PEM
/// text), asking for client certificates of these authorities. Whether one vouches for what a client
/// then shows is for [`crate::authentication::Authentication`] to see.
///
/// # Errors
/// When the texts hold no certificate or key, or the TLS library refuses them.
pub fn server_config(
    server: &KeyPair,
    clients: &[&Authorities],
) -> Result<Arc<rustls::ServerConfig>, PkiError> {
    let clients = Arc::new(AnyCertificate::hinting_at(clients));
    let key = PrivateKeyDer::from_pem_slice(server.key_pem.as_bytes())
        .map_err(|_| unusable("serving key in PEM"))?;
    let chain = certificates(&server.certificate_pem, "serving certificate in PEM")?;
    let mut config = rustls::ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(
    pem: &str,
    expected: &'static str,
) -> Result<Vec<CertificateDer<'static>>, PkiError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| unusable(expected))
}

fn unusable(expected: &'static str) -> PkiError {
    PkiError::Content {
        path: PathBuf::from("(in memory)"),
        expected,
    }
}

#[cfg(test)]
mod tests;
