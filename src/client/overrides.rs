//! Flags that change what the kubeconfig says of the cluster and of who asks. Names and rules are
//! kubectl's (`kubectl options`).

use crate::duration;
use crate::exit::Failure;
use kube::config::{
    AuthInfo, Cluster, Context, KubeConfigOptions, Kubeconfig, NamedAuthInfo, NamedCluster,
    NamedContext,
};
use std::path::PathBuf;
use std::time::Duration;

/// What stands for the context, the cluster and the user where there is no kubeconfig.
const FLAGS: &str = "flags";

/// Few ever need one of them, and every command has them: what is told of them stands with `--context`.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct Overrides {
    /// The cluster in the kubeconfig to use instead of the context's
    #[arg(long, value_name = "NAME", hide = true)]
    cluster: Option<String>,

    /// The user in the kubeconfig to use instead of the context's
    #[arg(long, value_name = "NAME", hide = true)]
    user: Option<String>,

    /// The server's address, instead of the one in the kubeconfig
    #[arg(short, long, value_name = "ADDRESS", hide = true)]
    server: Option<String>,

    /// The name that the server's certificate must have, instead of that in its address
    #[arg(long, value_name = "NAME", hide = true)]
    tls_server_name: Option<String>,

    /// A file with the certificate authorities that the server's certificate may be of
    #[arg(long, value_name = "FILE", hide = true)]
    certificate_authority: Option<PathBuf>,

    /// Take any certificate for the server's: whoever is between here and there can read and change all
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value_t = false, value_name = "BOOL")]
    insecure_skip_tls_verify: bool,

    /// A file with the certificate to show to the server
    #[arg(long, value_name = "FILE", hide = true)]
    client_certificate: Option<PathBuf>,

    /// A file with the key of that certificate
    #[arg(long, value_name = "FILE", hide = true)]
    client_key: Option<PathBuf>,

    /// The bearer token to show to the server
    #[arg(long, value_name = "TOKEN", hide = true)]
    token: Option<String>,

    /// Whom to ask as: a user, or `system:serviceaccount:NAMESPACE:NAME`
    #[arg(long = "as", value_name = "USER", hide = true)]
    impersonate: Option<String>,

    /// A group to ask as a member of; can be given again
    #[arg(
        long = "as-group",
        value_name = "GROUP",
        hide = true,
        requires = "impersonate"
    )]
    impersonate_groups: Vec<String>,

    /// The uid to ask as
    #[arg(
        long = "as-uid",
        value_name = "UID",
        hide = true,
        requires = "impersonate"
    )]
    impersonate_uid: Option<String>,

    /// How long the server may be silent: seconds, or a duration such as 1m30s; 0 for as long as it likes
    #[arg(long, value_name = "DURATION", hide = true, value_parser = timeout)]
    request_timeout: Option<Duration>,
}

/// Seconds, or a duration.
fn timeout(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => duration::parse(text),
    }
}

impl Overrides {
    /// Whether one says which cluster, or as whom it is asked.
    pub(super) fn are_given(&self) -> bool {
        let flags = [
            &self.cluster,
            &self.user,
            &self.server,
            &self.token,
            &self.impersonate,
        ];
        flags.iter().any(|flag| flag.is_some())
    }

    /// A kubeconfig for who has none, but says where the server is.
    pub(super) fn alone(&self) -> Option<Kubeconfig> {
        let cluster = Cluster {
            server: Some(self.server.clone()?),
            ..Cluster::default()
        };
        Some(Kubeconfig {
            current_context: Some(FLAGS.to_owned()),
            clusters: vec![NamedCluster {
                name: FLAGS.to_owned(),
                cluster: Some(cluster),
                ..NamedCluster::default()
            }],
            auth_infos: vec![NamedAuthInfo {
                name: FLAGS.to_owned(),
                auth_info: Some(AuthInfo::default()),
                ..NamedAuthInfo::default()
            }],
            contexts: vec![NamedContext {
                name: FLAGS.to_owned(),
                context: Some(Context {
                    cluster: FLAGS.to_owned(),
                    user: Some(FLAGS.to_owned()),
                    ..Context::default()
                }),
                ..NamedContext::default()
            }],
            ..Kubeconfig::default()
        })
    }

    /// Changes what `config` says of the cluster and the user of `context`; gives what to load of it.
    ///
    /// # Errors
    /// When a cluster or a user that is named is not there.
    pub(super) fn change(
        &self,
        config: &mut Kubeconfig,
        context: &str,
    ) -> Result<KubeConfigOptions, Failure> {
        let found = config.contexts.iter().find(|it| it.name == context);
        let found = found.and_then(|it| it.context.clone()).unwrap_or_default();
        let cluster = self.cluster.clone().unwrap_or(found.cluster);
        let user = self.user.clone().or(found.user);
        let named = config.clusters.iter_mut().find(|it| it.name == cluster);
        match named {
            Some(named) => self.change_cluster(named.cluster.get_or_insert_default()),
            None if self.cluster.is_some() => {
                let names = config.clusters.iter().map(|it| &*it.name);
                return Err(unknown("cluster", &cluster, names));
            }
            None => {}
        }
        let user = user.unwrap_or_else(|| FLAGS.to_owned());
        let named = config.auth_infos.iter_mut().find(|it| it.name == user);
        match named {
            Some(named) => self.change_user(named.auth_info.get_or_insert_default()),
            None if self.user.is_some() => {
                let names = config.auth_infos.iter().map(|it| &*it.name);
                return Err(unknown("user", &user, names));
            }
            None => {
                let mut auth_info = AuthInfo::default();
                self.change_user(&mut auth_info);
                config.auth_infos.push(NamedAuthInfo {
                    name: user.clone(),
                    auth_info: Some(auth_info),
                    ..NamedAuthInfo::default()
                });
            }
        }
        Ok(KubeConfigOptions {
            context: Some(context.to_owned()),
            cluster: Some(cluster),
            user: Some(user),
        })
    }

    /// What the kubeconfig has no place for.
    pub(super) fn finish(&self, config: &mut kube::Config) {
        if let Some(timeout) = self.request_timeout {
            let timeout = Some(timeout).filter(|timeout| !timeout.is_zero());
            config.read_timeout = timeout;
            // A server that is not there, or says nothing of itself, is not waited for for ever.
            config.connect_timeout = timeout.or(config.connect_timeout);
        }
    }

    fn change_cluster(&self, cluster: &mut Cluster) {
        if let Some(server) = &self.server {
            cluster.server = Some(server.clone());
            // It belongs to the address that it stands beside.
            cluster.tls_server_name = None;
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = Some(name.clone());
        }
        if self.insecure_skip_tls_verify {
            cluster.insecure_skip_tls_verify = Some(true);
            cluster.certificate_authority = None;
            cluster.certificate_authority_data = None;
        }
        if let Some(file) = &self.certificate_authority {
            cluster.certificate_authority = Some(file.to_string_lossy().into_owned());
            cluster.certificate_authority_data = None;
        }
    }

    /// Changes who asks.
    pub(super) fn change_user(&self, user: &mut AuthInfo) {
        if let Some(file) = &self.client_certificate {
            user.client_certificate = Some(file.to_string_lossy().into_owned());
            user.client_certificate_data = None;
        }
        if let Some(file) = &self.client_key {
            user.client_key = Some(file.to_string_lossy().into_owned());
            user.client_key_data = None;
        }
        if let Some(token) = &self.token {
            // One way to say who asks, and no other beside it.
            user.token = Some(token.clone().into());
            user.token_file = None;
            user.exec = None;
            user.auth_provider = None;
            user.username = None;
            user.password = None;
        }
        if let Some(impersonate) = &self.impersonate {
            user.impersonate = Some(impersonate.clone());
            user.impersonate_groups = Some(self.impersonate_groups.clone());
            user.impersonate_uid.clone_from(&self.impersonate_uid);
            user.impersonate_user_extra = None;
        }
    }
}

fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    let failure = Failure::new(
        "kubeconfig",
        format!("there is no {what} `{name}` in the kubeconfig"),
    );
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return failure;
    }
    failure.hint(format!("there are {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "
current-context: a
clusters:
- {name: one, cluster: {server: 'https://one', tls-server-name: uno, certificate-authority-data: YQ==}}
- {name: two, cluster: {server: 'https://two'}}
users:
- {name: ann, user: {tokenFile: /token, client-certificate-data: YQ==}}
- {name: bob, user: {as: carl, as-groups: [x]}}
contexts:
- {name: a, context: {cluster: one, user: ann}}
- {name: nobody, context: {cluster: two}}
";

    /// What is loaded by `context` once the flags have changed it.
    fn changed(overrides: &Overrides, context: &str) -> Result<(Cluster, AuthInfo), Failure> {
        let mut config = Kubeconfig::from_yaml(TWO).expect("a kubeconfig");
        let options = overrides.change(&mut config, context)?;
        let cluster = config
            .clusters
            .into_iter()
            .find(|it| Some(&it.name) == options.cluster.as_ref());
        let user = config
            .auth_infos
            .into_iter()
            .find(|it| Some(&it.name) == options.user.as_ref());
        Ok((
            cluster.and_then(|it| it.cluster).unwrap_or_default(),
            user.and_then(|it| it.auth_info).unwrap_or_default(),
        ))
    }

    #[test]
    fn without_flags_all_stays_as_it_is() {
        let (cluster, user) = changed(&Overrides::default(), "a").expect("it is there");
        assert_eq!(cluster.server.as_deref(), Some("https://one"));
        assert_eq!(cluster.tls_server_name.as_deref(), Some("uno"));
        assert_eq!(user.token_file.as_deref(), Some("/token"));
    }

    #[test]
    fn another_server_has_another_name() {
        let overrides = Overrides {
            server: Some("https://three".to_owned()),
            insecure_skip_tls_verify: true,
            ..Overrides::default()
        };
        let (cluster, _) = changed(&overrides, "a").expect("it is there");
        assert_eq!(cluster.server.as_deref(), Some("https://three"));
        assert_eq!(cluster.tls_server_name, None);
        assert_eq!(cluster.certificate_authority_data, None);
    }

    #[test]
    fn a_token_takes_the_place_of_another_but_not_of_certificates() {
        let overrides = Overrides {
            token: Some("secret".to_owned()),
            ..Overrides::default()
        };
        for context in ["a", "nobody"] {
            let (_, user) = changed(&overrides, context).expect("it is there");
            assert!(user.token.is_some() && user.token_file.is_none());
            assert_eq!(user.client_certificate_data.is_some(), context == "a");
        }
    }

    #[test]
    fn who_is_asked_as_is_not_mixed_with_who_the_file_says() {
        let overrides = Overrides {
            user: Some("bob".to_owned()),
            cluster: Some("two".to_owned()),
            impersonate: Some("dora".to_owned()),
            ..Overrides::default()
        };
        let (cluster, user) = changed(&overrides, "a").expect("they are there");
        assert_eq!(cluster.server.as_deref(), Some("https://two"));
        assert_eq!(user.impersonate.as_deref(), Some("dora"));
        assert_eq!(user.impersonate_groups, Some(Vec::new()));
    }

    #[test]
    fn what_is_not_there_is_refused_with_what_is() {
        let nobody = Overrides {
            user: Some("eve".to_owned()),
            ..Overrides::default()
        };
        let failure = changed(&nobody, "a").err().and_then(|it| it.message());
        let expected = "there is no user `eve` in the kubeconfig";
        assert_eq!(failure.as_deref(), Some(expected));
    }

    #[test]
    fn a_server_is_given_no_more_time_to_let_one_in_than_to_answer() {
        let timeouts = |seconds| {
            let overrides = Overrides {
                request_timeout: Some(Duration::from_secs(seconds)),
                ..Overrides::default()
            };
            let mut config = kube::Config::new(http::Uri::from_static("https://one"));
            overrides.finish(&mut config);
            (config.connect_timeout, config.read_timeout)
        };
        let two = Some(Duration::from_secs(2));
        assert_eq!(timeouts(2), (two, two));
        // Nobody waits for ever for a connection.
        let (connect, read) = timeouts(0);
        assert!(connect.is_some() && read.is_none());
    }

    #[test]
    fn an_address_is_enough_without_a_kubeconfig() {
        assert!(Overrides::default().alone().is_none());
        let overrides = Overrides {
            server: Some("https://three".to_owned()),
            ..Overrides::default()
        };
        let config = overrides.alone().expect("there is an address");
        assert_eq!(config.current_context.as_deref(), Some(FLAGS));
        assert_eq!(timeout("5"), Ok(Duration::from_secs(5)));
        assert_eq!(timeout("2m"), Ok(Duration::from_secs(120)));
        assert!(timeout("soon").is_err());
    }
}
