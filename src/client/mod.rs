//! Which cluster a command talks to: the kubeconfig rules of kubectl, and one `kube::Client`.

mod credentials;
mod overrides;
mod proxy;

use crate::complete;
use crate::exit::{Failure, chain};
use crate::runtime::Logging;
use crate::warnings;
use credentials::TokenFile;
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use overrides::Overrides;
use std::fmt;
use std::path::{Path, PathBuf};
use trimtab_deploy::credentials_problem;
use trimtab_tree::ParseOptions;

/// Where the cluster is, as kubectl's flags say it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct Connection {
    /// The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// The kubeconfig context to use instead of the current one; what it says is changed by kubectl's
    /// flags, too: --cluster, --user, --server, --token, --as and the rest of `kubectl options`
    #[arg(long, value_name = "NAME", add = complete::contexts())]
    context: Option<String>,

    /// The namespace of what names none; without it that of the context
    #[arg(short, long, value_name = "NAMESPACE", add = complete::namespaces())]
    namespace: Option<String>,

    #[command(flatten)]
    overrides: Overrides,

    /// Log flags.
    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// A cluster that can be asked.
pub(crate) struct Session {
    /// Every request goes through it.
    pub(crate) client: kube::Client,
    /// The namespace of what names none.
    pub(crate) namespace: String,
    /// The server's address, for messages.
    pub(crate) server: String,
    /// The context that was used; none in a pod.
    context: Option<String>,
}

/// A cluster, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The context in the kubeconfig; none in a pod.
    pub(crate) context: Option<String>,
    /// The server's address.
    pub(crate) server: String,
    /// The namespace of what names none.
    pub(crate) namespace: String,
}

/// `context live (https://live.example.com:6443)`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.context {
            Some(context) => write!(f, "context {context} ({})", self.server),
            None => f.write_str(&self.server),
        }
    }
}

/// How requests from here call themselves.
const USER_AGENT: &str = concat!("trimtab/", env!("CARGO_PKG_VERSION"));

impl Session {
    /// A client by one context of one kubeconfig file. Needs the runtime.
    pub(crate) async fn of_file(file: &Path, context: &str) -> Result<Self, Failure> {
        let config = Kubeconfig::read_from(file).map_err(|error| unusable(file, &error))?;
        let config = load(config, &options(context)).await;
        let config = config.map_err(|error| unusable(file, &error))?;
        Self::of_config(config)
    }

    /// A client by the current context of one kubeconfig file. Needs the runtime.
    pub(crate) async fn of_current(file: &Path) -> Result<Self, Failure> {
        let config = Kubeconfig::read_from(file).map_err(|error| unusable(file, &error))?;
        let current = config.current_context.clone().unwrap_or_default();
        Self::of_file(file, &current).await
    }

    fn of_config(mut config: kube::Config) -> Result<Self, Failure> {
        config.headers.push((
            http::header::USER_AGENT,
            http::HeaderValue::from_static(USER_AGENT),
        ));
        let server = config.cluster_url.to_string();
        let server = server.trim_end_matches('/').to_owned();
        let namespace = config.default_namespace.clone();
        let cannot =
            |why: String| Failure::new("kubeconfig", format!("cannot talk to {server}: {why}"));
        let token = TokenFile::take(&mut config.auth_info).map_err(cannot)?;
        let exec = config.auth_info.exec.clone();
        let builder = ClientBuilder::try_from(config).map_err(|error| match &error {
            kube::Error::Auth(error) => credentials::failure(&server, error, exec.as_ref()),
            _ => cannot(chain(&error)),
        })?;
        let builder = builder.with_layer(&credentials::layer(token));
        let client = builder.with_layer(&warnings::layer()).build();
        Ok(Self {
            client,
            namespace,
            server,
            context: None,
        })
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        Place {
            context: self.context.clone(),
            server: self.server.clone(),
            namespace: self.namespace.clone(),
        }
    }
}

impl Connection {
    /// Whether a flag says which cluster or namespace.
    pub(crate) fn is_given(&self) -> bool {
        let flags = [&self.context, &self.namespace];
        self.kubeconfig.is_some()
            || self.overrides.are_given()
            || flags.iter().any(|flag| flag.is_some())
    }

    /// The flags that say which cluster and namespace, as they were given: for a command that is told to be typed.
    /// Each has a blank before it.
    pub(crate) fn as_typed(&self) -> String {
        let kubeconfig = self.kubeconfig.as_ref();
        let kubeconfig = kubeconfig.map(|file| file.display().to_string());
        let flags = [
            ("--kubeconfig", kubeconfig),
            ("--context", self.context.clone()),
            ("-n", self.namespace.clone()),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| {
            let value = value?;
            Some(if value.contains(char::is_whitespace) {
                format!(" {flag} '{value}'")
            } else {
                format!(" {flag} {value}")
            })
        });
        given.collect()
    }

    /// Reads the configuration and makes a client of it; nothing is sent yet. Needs the runtime.
    pub(crate) async fn open(&self) -> Result<Session, Failure> {
        let (config, context) = self.config().await?;
        let mut session = Session::of_config(config)?;
        session.context = context;
        if let Some(namespace) = &self.namespace {
            session.namespace.clone_from(namespace);
        }
        Ok(session)
    }

    /// The configuration, and the context that it is of.
    async fn config(&self) -> Result<(kube::Config, Option<String>), Failure> {
        let files = self.files()?;
        let mut merged = Kubeconfig::default();
        for file in &files {
            merged = Kubeconfig::read_from(file)
                .and_then(|next| merged.merge(next))
                .map_err(|error| unusable(file, &error))?;
        }
        if files.is_empty() {
            match self.overrides.alone() {
                Some(alone) => merged = alone,
                None => return self.in_pod(),
            }
        }
        let current = merged.current_context.as_deref().unwrap_or_default();
        let wanted = self.context.as_deref().unwrap_or(current).to_owned();
        if wanted.is_empty() {
            return Err(no_cluster(&format!(
                "{} names no current context",
                list(&files)
            )));
        }
        if !merged.contexts.iter().any(|context| context.name == wanted) {
            let names: Vec<&str> = merged
                .contexts
                .iter()
                .map(|context| &*context.name)
                .collect();
            let failure = Failure::new(
                "kubeconfig",
                format!("there is no context `{wanted}` in {}", list(&files)),
            );
            return Err(if names.is_empty() {
                failure.hint("start a control plane of your own with `trimtab up`")
            } else {
                failure.hint(format!("there are {}", names.join(", ")))
            });
        }
        let options = self.overrides.change(&mut merged, &wanted)?;
        let config = load(merged, &options).await;
        let mut config = config.map_err(|error| match files.first() {
            Some(file) => unusable(file, &error),
            None => no_cluster(&chain(&error)),
        })?;
        self.overrides.finish(&mut config);
        Ok((config, Some(wanted)))
    }

    /// What a pod is given, as kubectl takes it where there is no kubeconfig.
    fn in_pod(&self) -> Result<(kube::Config, Option<String>), Failure> {
        if self.context.is_none()
            && let Ok(mut config) = kube::Config::incluster()
        {
            self.overrides.change_user(&mut config.auth_info);
            self.overrides.finish(&mut config);
            return Ok((config, None));
        }
        Err(no_cluster("there is no kubeconfig"))
    }

    /// The kubeconfig files that exist, in kubectl's order: the flag alone, or the variable's list,
    /// or the file in the home directory. A file that the flag names must exist.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        if let Some(file) = &self.kubeconfig {
            return match file.try_exists() {
                Ok(true) => Ok(vec![file.clone()]),
                Ok(false) => Err(no_cluster(&format!("{} does not exist", file.display()))),
                Err(error) => Err(Failure::io("read", file, &error)),
            };
        }
        let mut files = kubeconfig_paths();
        files.retain(|file| file.exists());
        Ok(files)
    }
}

/// The files that make up the user's kubeconfig, whether they exist or not.
pub(crate) fn kubeconfig_paths() -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = std::env::var_os("KUBECONFIG")
        .map(|list| std::env::split_paths(&list).collect())
        .unwrap_or_default();
    let listed: Vec<PathBuf> = listed
        .into_iter()
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    std::env::home_dir()
        .map(|home| home.join(".kube").join("config"))
        .into_iter()
        .collect()
}

/// What is chosen of a kubeconfig. The proxy that it names leads to its server, whatever the environment says.
async fn load(
    kubeconfig: Kubeconfig,
    options: &KubeConfigOptions,
) -> Result<kube::Config, KubeconfigError> {
    let context = options.context.as_ref();
    let context = kubeconfig
        .contexts
        .iter()
        .find(|it| Some(&it.name) == context);
    let of_context = context.and_then(|it| Some(&it.context.as_ref()?.cluster));
    let cluster = options.cluster.as_ref().or(of_context);
    let cluster = kubeconfig
        .clusters
        .iter()
        .find(|it| Some(&it.name) == cluster);
    let named = cluster.and_then(|it| it.cluster.as_ref()?.proxy_url.clone());
    let named = named.filter(|proxy| !proxy.is_empty());
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, options).await?;
    let proxy = match named {
        Some(proxy) => proxy.parse().map(Some),
        None => proxy::of_environment(&config.cluster_url, |name| std::env::var(name).ok()),
    };
    config.proxy_url = proxy.map_err(KubeconfigError::ParseProxyUrl)?;
    Ok(config)
}

fn options(context: &str) -> KubeConfigOptions {
    KubeConfigOptions {
        context: Some(context.to_owned()),
        ..KubeConfigOptions::default()
    }
}

fn list(files: &[PathBuf]) -> String {
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    files.join(", ")
}

fn no_cluster(why: &str) -> Failure {
    Failure::new("no-cluster", format!("no cluster to talk to: {why}"))
        .hint("start a control plane of your own with `trimtab up`")
        .hint("or name a kubeconfig with `--kubeconfig` and a context in it with `--context`")
}

/// Where the file is no YAML, our own parser says where; else what the client's says, without the
/// excerpt that comes after its first line.
fn unusable(file: &Path, error: &KubeconfigError) -> Failure {
    if let Ok(text) = std::fs::read_to_string(file)
        && let Err(finding) = trimtab_tree::parse_documents(&text, ParseOptions::default())
    {
        return Failure::from_finding(finding, &text, file);
    }
    let why = chain(error);
    let why = why.lines().next().unwrap_or_default();
    Failure::new(
        "kubeconfig",
        format!("cannot use {}: {why}", file.display()),
    )
}

/// What the cluster, or the way to it, had to say against a request to `server`.
pub(crate) fn failure(server: &str, error: &kube::Error) -> Failure {
    if let Some(error) = credentials_problem(error) {
        return credentials::failure(server, error, None);
    }
    match error {
        kube::Error::Api(status) => {
            let message = if status.message.is_empty() {
                format!(
                    "the server at {server} answered {} {}",
                    status.code, status.reason
                )
            } else {
                status.message.clone()
            };
            let failure = Failure::new(code(status), message);
            match status.code {
                401 => failure.hint(format!(
                    "the server at {server} does not know you: its credentials in the kubeconfig are wrong or out of date"
                )),
                403 => failure.hint(format!("the server at {server} knows you but does not allow this")),
                _ => failure,
            }
        }
        kube::Error::Service(error) => unreachable(server, &**error),
        kube::Error::HyperError(error) => unreachable(server, error),
        _ => Failure::new(
            "unreachable",
            format!(
                "the server at {server} could not be asked: {}",
                chain(error)
            ),
        ),
    }
}

/// The code of a refusal, by which programs tell what is not there from what they may not see.
fn code(status: &kube::core::Status) -> &'static str {
    match status.code {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not-found",
        409 if status.reason == "AlreadyExists" => "already-exists",
        _ => "refused",
    }
}

/// Why a request got no answer, in a line; nothing where the server answered.
pub(crate) fn unanswered(error: &kube::Error) -> Option<String> {
    if let Some(error) = credentials_problem(error) {
        return Some(credentials::words(error, None));
    }
    let cause: &dyn std::error::Error = match error {
        kube::Error::Service(cause) => &**cause,
        kube::Error::HyperError(cause) => cause,
        _ => return None,
    };
    Some(format!("cannot reach the server: {}", chain(cause)))
}

fn unreachable(server: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(
        "unreachable",
        format!("cannot reach the server at {server}: {}", chain(error)),
    )
    .hint("if it is trimtab's own, see `trimtab status`, and start it with `trimtab up`")
}
