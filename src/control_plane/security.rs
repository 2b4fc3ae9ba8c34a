//! What a control plane needs to be trusted and to know whom it talks to, from settings.

use crate::control_plane::{Certificates, Settings};
use crate::exit::{Failure, chain};
use std::path::Path;
use std::sync::Arc;
use trimtab_apiserver::authentication::{
    Authentication, PublicKey, RequestHeader, ServiceAccountOptions, ServiceAccounts, SigningKey,
    TokenFile,
};
use trimtab_apiserver::tls::{Authorities, KeyPair, front_proxy, server_config};
use trimtab_apiserver::{Pki, ServingOptions};
use trimtab_clock::Clock;

/// Certificates, keys and credentials, read or made.
pub(super) struct Security {
    /// How sockets are spoken to.
    pub(super) tls: Arc<rustls::ServerConfig>,
    /// Who requests are from.
    pub(super) authentication: Authentication,
    /// How requests are let in and passed on.
    pub(super) serving: ServingOptions,
    /// What the administrator shows.
    pub(super) administrator: KeyPair,
    /// By what clients know the server, PEM.
    pub(super) authority: String,
    /// trimtab's own authority, PEM: what pods are told to trust.
    pub(super) own_authority: String,
    /// Who signs with it.
    pub(super) signer: Option<trimtab_apiserver::tls::Signer>,
}

impl Security {
    /// Reads or makes them; `server` is the URL of the server.
    pub(super) fn open(settings: &Settings, server: &str, clock: Clock) -> Result<Self, Failure> {
        let names = [settings.listen.address().to_string()];
        let own = match &settings.certificates {
            Certificates::Nowhere => Pki::ephemeral(&names, clock),
            Certificates::In(directory) => Pki::open(directory, &names, clock),
        };
        let own = own.map_err(|error| unusable(&error))?;
        let (serving, authority) = match &settings.serving {
            None => (own.server().clone(), own.ca_pem().to_owned()),
            Some(files) => {
                let pair = KeyPair {
                    certificate_pem: read(&files.certificate)?,
                    key_pem: read(&files.key)?,
                };
                // Whoever signed it is in the file, or it signed itself.
                let authority = pair.certificate_pem.clone();
                (pair, authority)
            }
        };
        let mut client_authorities = own.ca_pem().to_owned();
        if let Some(path) = &settings.client_authorities {
            client_authorities.push('\n');
            client_authorities.push_str(&read(path)?);
        }
        let clients = Authorities::parse(&client_authorities).map_err(|error| unusable(&error))?;
        let (request_header, pair) = front_proxies(settings, clock)?;
        if request_header.allowed_names.is_empty() && request_header.authorities.overlap(&clients) {
            let what = "--requestheader-client-ca-file and --client-ca-file have a certificate in \
                        common, so every client could say that it is somebody else";
            return Err(Failure::new("certificates", what)
                .hint("name the front proxies' common names with --requestheader-allowed-names"));
        }
        let tls = server_config(&serving, &[&clients, &request_header.authorities]);
        let tls = tls.map_err(|error| unusable(&error))?;
        let tokens = match &settings.tokens {
            None => None,
            Some(path) => Some(TokenFile::open(path).map_err(|error| {
                Failure::new(
                    "tokens",
                    format!("cannot use the token file: {}", chain(&error)),
                )
            })?),
        };
        let mut serving = settings.serving_options.clone();
        serving.front_proxy = pair;
        Ok(Self {
            tls,
            serving,
            authentication: Authentication {
                tokens,
                anonymous: settings.access.anonymous,
                service_accounts: service_accounts(settings, &own, server)?,
                client_ca: Some(clients),
                request_header: Some(request_header),
                bootstrap_tokens: settings.access.bootstrap_tokens,
            },
            administrator: own.admin().clone(),
            authority,
            own_authority: own.ca_pem().to_owned(),
            signer: own.signer(),
        })
    }
}

/// By what front proxies are known, and what this server shows when it is one.
fn front_proxies(
    settings: &Settings,
    clock: Clock,
) -> Result<(RequestHeader, Option<KeyPair>), Failure> {
    let Some(files) = &settings.front_proxy else {
        let directory = match &settings.certificates {
            Certificates::Nowhere => None,
            Certificates::In(directory) => Some(directory.as_path()),
        };
        let own = front_proxy(directory, clock);
        let (pair, authority) = own.map_err(|error| unusable(&error))?;
        let authorities = Authorities::parse(&authority).map_err(|error| unusable(&error))?;
        return Ok((RequestHeader::usual(authorities), Some(pair)));
    };
    let authorities = Authorities::parse(&read(&files.authority)?).map_err(|error| {
        let path = files.authority.display();
        Failure::new(
            "certificates",
            format!("cannot use {path}: {}", chain(&error)),
        )
    })?;
    let pair = match &files.pair {
        None => None,
        Some((certificate, key)) => Some(KeyPair {
            certificate_pem: read(certificate)?,
            key_pem: read(key)?,
        }),
    };
    let proxies = RequestHeader {
        authorities,
        allowed_names: files.allowed_names.clone(),
        username_headers: files.username_headers.clone(),
        uid_headers: files.uid_headers.clone(),
        group_headers: files.group_headers.clone(),
        extra_headers_prefixes: files.extra_headers_prefixes.clone(),
    };
    Ok((proxies, pair))
}

/// How tokens of service accounts are made and known.
fn service_accounts(
    settings: &Settings,
    own: &Pki,
    server: &str,
) -> Result<ServiceAccounts, Failure> {
    let access = &settings.access;
    let unusable = |error: &dyn std::error::Error| {
        Failure::new(
            "service account keys",
            format!("cannot use the keys of service accounts: {}", chain(error)),
        )
    };
    let signing_key = match (&access.signing_key, &settings.certificates) {
        (Some(path), _) => SigningKey::read(path),
        (None, Certificates::In(directory)) => {
            let path = Pki::service_account_key_path(directory);
            SigningKey::parse(&path, own.service_account_key().as_bytes())
        }
        (None, Certificates::Nowhere) => {
            SigningKey::parse(Path::new("sa.key"), own.service_account_key().as_bytes())
        }
    };
    let mut options = ServiceAccountOptions::new(signing_key.map_err(|error| unusable(&error))?);
    for path in &access.keys {
        let keys = PublicKey::read_all(path).map_err(|error| unusable(&error))?;
        options.keys.extend(keys);
    }
    options.issuers.clone_from(&access.issuers);
    options.audiences.clone_from(&access.audiences);
    options.max_expiration = access.max_expiration;
    options.extend_expiration = access.extend_expiration;
    let here = || format!("{server}/openid/v1/jwks");
    options.jwks_uri = Some(access.jwks_uri.clone().unwrap_or_else(here));
    Ok(ServiceAccounts::new(options))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))
}

fn unusable(error: &dyn std::error::Error) -> Failure {
    Failure::new(
        "certificates",
        format!("cannot use the certificates: {}", chain(error)),
    )
}
