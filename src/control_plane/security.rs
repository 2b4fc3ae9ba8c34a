//! What a control plane needs to be trusted and to know whom it talks to, from settings.

use crate::control_plane::{Certificates, Settings};
use crate::exit::{Failure, chain};
use std::path::Path;
use std::sync::Arc;
use trimtab_apiserver::authentication::{Authentication, TokenFile};
use trimtab_apiserver::tls::{KeyPair, front_proxy, server_config};
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
}

impl Security {
    pub(super) fn open(settings: &Settings, clock: Clock) -> Result<Self, Failure> {
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
        let tls = server_config(&serving, &client_authorities).map_err(|error| unusable(&error))?;
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
        if serving.front_proxy.is_none() {
            let directory = match &settings.certificates {
                Certificates::Nowhere => None,
                Certificates::In(directory) => Some(directory.as_path()),
            };
            let front_proxy = front_proxy(directory, clock);
            serving.front_proxy = Some(front_proxy.map_err(|error| unusable(&error))?);
        }
        serving.client_authority = client_authorities;
        Ok(Self {
            tls,
            serving,
            authentication: Authentication {
                tokens,
                ..Authentication::default()
            },
            administrator: own.admin().clone(),
            authority,
            own_authority: own.ca_pem().to_owned(),
        })
    }
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
