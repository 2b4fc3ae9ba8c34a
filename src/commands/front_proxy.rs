//! Flags of `trimtab server` about front proxies: whom it believes when a request is passed on to it,
//! and how it shows that it passes one on itself. The names are kube-apiserver's.

use crate::control_plane::{FrontProxyFiles, Settings};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Front proxies")]
pub(crate) struct FrontProxy {
    /// The certificate to show to aggregated API servers, PEM; without it, and without an authority
    /// of your own, trimtab makes one
    #[arg(
        long,
        value_name = "FILE",
        requires = "proxy_client_key_file",
        requires = "requestheader_client_ca_file"
    )]
    proxy_client_cert_file: Option<PathBuf>,

    /// Its key, PEM
    #[arg(long, value_name = "FILE", requires = "proxy_client_cert_file")]
    proxy_client_key_file: Option<PathBuf>,

    /// Authorities, PEM, whose certificates may say in headers whose a request is; aggregated API
    /// servers are told of them, too
    #[arg(long, value_name = "FILE")]
    requestheader_client_ca_file: Option<PathBuf>,

    /// The common names that such a certificate may have, separated by commas; none is any
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        requires = "requestheader_client_ca_file"
    )]
    requestheader_allowed_names: Vec<String>,

    /// Headers of which the first that is there names the user
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', default_value = "X-Remote-User", value_parser = header)]
    requestheader_username_headers: Vec<String>,

    /// Headers of which the first that is there tells the user's uid
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', default_value = "X-Remote-Uid", value_parser = header)]
    requestheader_uid_headers: Vec<String>,

    /// Headers that name the user's groups
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', default_value = "X-Remote-Group", value_parser = header)]
    requestheader_group_headers: Vec<String>,

    /// What the headers begin with that tell anything else
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',', default_value = "X-Remote-Extra-", value_parser = header)]
    requestheader_extra_headers_prefix: Vec<String>,
}

impl FrontProxy {
    /// Puts them into the settings.
    pub(super) fn apply(&self, settings: &mut Settings) {
        let Some(authority) = &self.requestheader_client_ca_file else {
            return;
        };
        let pair = self.proxy_client_cert_file.clone();
        let said = |texts: &[String]| -> Vec<String> {
            let texts = texts.iter().filter(|text| !text.is_empty());
            texts.cloned().collect()
        };
        settings.front_proxy = Some(FrontProxyFiles {
            authority: authority.clone(),
            pair: pair.zip(self.proxy_client_key_file.clone()),
            allowed_names: said(&self.requestheader_allowed_names),
            username_headers: said(&self.requestheader_username_headers),
            uid_headers: said(&self.requestheader_uid_headers),
            group_headers: said(&self.requestheader_group_headers),
            extra_headers_prefixes: said(&self.requestheader_extra_headers_prefix),
        });
    }
}

/// The name of a header, or the beginning of one.
fn header(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || http::HeaderName::from_bytes(text.as_bytes()).is_ok() {
        return Ok(text.to_owned());
    }
    Err(format!(
        "{text:?} is no name of a header such as X-Remote-User"
    ))
}
