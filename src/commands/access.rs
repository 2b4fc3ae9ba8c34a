//! Who is let in and what they may do: the flags of `trimtab server` that kube-apiserver has for it.

use crate::control_plane::{AccessSettings, Settings};
use crate::duration;
use crate::exit::Failure;
use std::path::PathBuf;
use std::time::Duration;
use trimtab_apiserver::{AuditOptions, AuthorizationMode};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Authentication and authorization")]
pub(crate) struct Access {
    /// Who decides what requests may do, in order: Node, RBAC, `AlwaysAllow`, `AlwaysDeny`
    #[arg(
        long,
        value_name = "MODES",
        value_delimiter = ',',
        default_values_t = [AuthorizationMode::Node, AuthorizationMode::Rbac]
    )]
    authorization_mode: Vec<AuthorizationMode>,

    /// Whether requests without credentials are let in, as system:anonymous; never with the mode
    /// `AlwaysAllow`
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set)]
    anonymous_auth: bool,

    /// Whether nodes can join by bootstrap tokens, which are Secrets in kube-system
    #[arg(long, value_name = "BOOL", default_value_t = false, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set)]
    enable_bootstrap_token_auth: bool,

    /// The key that signs tokens of service accounts: RSA or ECDSA, PEM; without it `sa.key` beside
    /// the certificates
    #[arg(long, value_name = "FILE")]
    service_account_signing_key_file: Option<PathBuf>,

    /// Keys whose signatures of tokens are good, too: public or private, PEM; may be repeated
    #[arg(long, value_name = "FILE")]
    service_account_key_file: Vec<PathBuf>,

    /// Who issues tokens of service accounts; tokens of further ones, if repeated, are good, too
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://kubernetes.default.svc"
    )]
    service_account_issuer: Vec<String>,

    /// For whom tokens are that are for this server; without it, the issuers
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    api_audiences: Vec<String>,

    /// Where the keys of the issuer are found, as its discovery tells it
    #[arg(long, value_name = "URL")]
    service_account_jwks_uri: Option<String>,

    /// How long tokens of service accounts may be good for, at most
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    service_account_max_token_expiration: Option<Duration>,

    /// Whether the token that a pod finds in its volume is good for a year
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set)]
    service_account_extend_token_expiration: bool,

    /// Write an audit log to this file, a line of JSON an event; `-` is standard output
    #[arg(long, value_name = "FILE")]
    audit_log_path: Option<PathBuf>,

    /// What the audit log tells: a Policy of audit.k8s.io/v1; without it everything, without bodies
    #[arg(long, value_name = "FILE", requires = "audit_log_path")]
    audit_policy_file: Option<PathBuf>,

    /// How large the audit log gets, in mebibytes, before another file is begun
    #[arg(
        long,
        value_name = "MIB",
        default_value_t = 100,
        requires = "audit_log_path"
    )]
    audit_log_maxsize: u64,

    /// How many older files of the audit log are kept; 0 is all
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 0,
        requires = "audit_log_path"
    )]
    audit_log_maxbackup: usize,

    /// How many days older files of the audit log are kept; 0 is for ever
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 0,
        requires = "audit_log_path"
    )]
    audit_log_maxage: u32,
}

impl Access {
    /// Puts them into the settings.
    pub(crate) fn apply(&self, settings: &mut Settings) -> Result<(), Failure> {
        let max_expiration = self.service_account_max_token_expiration;
        if max_expiration.is_some_and(|time| time < Duration::from_secs(3600)) {
            let message = "--service-account-max-token-expiration must be at least 1h";
            return Err(Failure::new("usage", message));
        }
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        // Upstream: `BuiltInAuthenticationOptions.ApplyAuthorization`.
        let all_may_do_all = self
            .authorization_mode
            .contains(&AuthorizationMode::AlwaysAllow);
        settings.access = AccessSettings {
            modes: self.authorization_mode.clone(),
            anonymous: self.anonymous_auth && !all_may_do_all,
            bootstrap_tokens: self.enable_bootstrap_token_auth,
            signing_key: self.service_account_signing_key_file.clone(),
            keys: self.service_account_key_file.clone(),
            issuers: self.service_account_issuer.clone(),
            audiences: self.api_audiences.clone(),
            jwks_uri: self.service_account_jwks_uri.clone(),
            max_expiration: max_expiration.map(seconds),
            extend_expiration: self.service_account_extend_token_expiration,
            audit: self.audit_log_path.as_ref().map(|path| AuditOptions {
                path: path.clone(),
                policy: self.audit_policy_file.clone(),
                max_size: self.audit_log_maxsize,
                max_backups: self.audit_log_maxbackup,
                max_age: self.audit_log_maxage,
            }),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control_plane::Listen;
    use clap::Parser;
    use std::net::{IpAddr, Ipv4Addr};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        access: Access,
    }

    #[test]
    fn nobody_is_let_in_without_credentials_where_all_may_do_all() {
        for (mode, let_in) in [("RBAC", true), ("RBAC,AlwaysAllow", false)] {
            let line = Line::parse_from(["server", "--authorization-mode", mode]);
            let mut settings = Settings::new(Listen::on(IpAddr::V4(Ipv4Addr::LOCALHOST)));
            line.access.apply(&mut settings).unwrap();
            assert_eq!(settings.access.anonymous, let_in, "{mode}");
        }
    }
}
