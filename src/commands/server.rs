//! `trimtab server`: a control plane by explicit flags, with the names that kube-apiserver and
//! kube-controller-manager have for them. It touches no kubeconfig of the user's.

use crate::allocator;
use crate::commands::access::Access;
use crate::commands::features::Features;
use crate::commands::front_proxy::FrontProxy;
use crate::commands::hosting::keep_in;
use crate::commands::serving::Serving;
use crate::commands::simulation::Simulation;
use crate::control_plane::{Certificates, ControlPlane, Listen, ServingFiles, Settings};
use crate::exit::{Failure, chain};
use crate::kubeconfig;
use crate::runtime::{self, Logging, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Instant;
use trimtab_apiserver::{AdmissionConfiguration, AdmissionPlugins, Cidr, Egress};
use trimtab_cluster::{ControllerSelection, UnknownController};

/// Run a Kubernetes control plane with explicit flags
///
/// For scripts, tests and machines; `trimtab up` is the friendlier one. It runs until it is sent
/// SIGINT or SIGTERM.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab server --ephemeral --secure-port 0 --write-kubeconfig admin.kubeconfig
  trimtab server --data-dir /var/lib/trimtab --token-auth-file tokens.csv
  trimtab server --ephemeral --secure-port 0 --controllers=-* --scheduler=false")]
pub(crate) struct Args {
    /// The address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    bind_address: IpAddr,

    /// The port to listen on, with TLS; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 6443)]
    secure_port: u16,

    /// Where the store is kept
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "ephemeral",
        required_unless_present = "ephemeral"
    )]
    data_dir: Option<PathBuf>,

    /// Keep all objects in memory and forget them at the end
    #[arg(long)]
    ephemeral: bool,

    /// The addresses that Services get
    #[arg(long, value_name = "CIDR", default_value_t)]
    service_cluster_ip_range: Cidr,

    /// Which addresses webhooks and other API servers may be dialled at: `all`, or those of this
    /// machine's `loopback` only
    #[arg(long, value_name = "WHICH", default_value_t)]
    egress: Egress,

    /// Write a kubeconfig for the administrator to this file
    #[arg(long, value_name = "FILE")]
    write_kubeconfig: Option<PathBuf>,

    #[command(flatten)]
    security: Security,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    front_proxy: FrontProxy,

    #[command(flatten)]
    serving: Serving,

    #[command(flatten)]
    components: Components,

    #[command(flatten)]
    features: Features,

    #[command(flatten)]
    simulation: Simulation,

    #[command(flatten)]
    logging: Logging,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Certificates and credentials")]
struct Security {
    /// Where certificates and keys are kept, and made if they are missing; without it `pki` in the
    /// data directory, or nowhere if it is ephemeral
    #[arg(long, value_name = "DIR")]
    cert_dir: Option<PathBuf>,

    /// The certificate to show to clients, PEM, with intermediate ones behind it
    #[arg(long, value_name = "FILE", requires = "tls_private_key_file")]
    tls_cert_file: Option<PathBuf>,

    /// Its key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert_file")]
    tls_private_key_file: Option<PathBuf>,

    /// Authorities, PEM, that vouch for client certificates beside trimtab's own
    #[arg(long, value_name = "FILE")]
    client_ca_file: Option<PathBuf>,

    /// Bearer tokens: lines of `token,user,uid,"group1,group2"`
    #[arg(long, value_name = "FILE")]
    token_auth_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Components")]
struct Components {
    /// Which controllers run: `*` all, `NAME` this one, `-NAME` not this one, `-*` none but those
    /// named; separated by commas
    #[arg(long, value_name = "NAMES", default_value = "*", allow_hyphen_values = true, value_parser = controllers)]
    controllers: ControllerSelection,

    /// Whether the scheduler runs
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set)]
    scheduler: bool,

    /// Admission plugins to run beside those that run anyway, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    enable_admission_plugins: Vec<String>,

    /// Admission plugins not to run, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    disable_admission_plugins: Vec<String>,

    /// What admission plugins are told: an `AdmissionConfiguration` of Kubernetes
    #[arg(long, value_name = "FILE")]
    admission_control_config_file: Option<PathBuf>,
}

impl Components {
    fn admission_plugins(&self) -> Result<AdmissionPlugins, Failure> {
        let enabled = self.enable_admission_plugins.iter();
        let disabled = self.disable_admission_plugins.iter();
        AdmissionPlugins::new(enabled.map(String::as_str), disabled.map(String::as_str))
            .map_err(|error| Failure::new("usage", error.to_string()))
    }

    fn admission_configuration(&self) -> Result<AdmissionConfiguration, Failure> {
        let Some(file) = &self.admission_control_config_file else {
            return Ok(AdmissionConfiguration::default());
        };
        AdmissionConfiguration::open(file)
            .map_err(|error| Failure::new("admission-configuration", chain(&error)))
    }
}

fn controllers(words: &str) -> Result<ControllerSelection, UnknownController> {
    ControllerSelection::parse(&[words])
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    allocator::keep_little();
    let began = Instant::now();
    let settings = settings(args)?;
    runtime::run(Threads::Many, &args.logging, "info", async {
        let mut stop = Stop::listen()?;
        let start = async {
            let listener = settings.listen.bind(args.secure_port).await?;
            ControlPlane::start(settings, listener).await
        };
        let Some(started) = stop.unless_wanted(Box::pin(start)).await else {
            return Ok(());
        };
        let control_plane = started?;
        if let Some(path) = &args.write_kubeconfig {
            kubeconfig::write_alone(path, &control_plane.entry(kubeconfig::CONTEXT))?;
        }
        stderr::line(&format!(
            "control plane ready in {} ms at {}",
            began.elapsed().as_millis(),
            control_plane.server()
        ));
        stop.wanted().await;
        stop.unless_wanted(control_plane.shutdown()).await;
        Ok(())
    })
}

fn settings(args: &Args) -> Result<Settings, Failure> {
    args.features.check()?;
    let mut settings = Settings::new(Listen::on(args.bind_address));
    if let Some(data_dir) = &args.data_dir {
        keep_in(&mut settings, data_dir)?;
    }
    if let Some(cert_dir) = &args.security.cert_dir {
        settings.certificates = Certificates::In(cert_dir.clone());
    }
    let security = &args.security;
    if let (Some(certificate), Some(key)) =
        (&security.tls_cert_file, &security.tls_private_key_file)
    {
        settings.serving = Some(ServingFiles {
            certificate: certificate.clone(),
            key: key.clone(),
        });
    }
    settings
        .client_authorities
        .clone_from(&security.client_ca_file);
    settings.tokens.clone_from(&security.token_auth_file);
    settings.service_cluster_ip_range = args.service_cluster_ip_range;
    settings.egress = args.egress;
    settings.serving_options = args.serving.options()?;
    args.front_proxy.apply(&mut settings);
    settings.scheduler = args.components.scheduler;
    settings.serving_options.admission = args.components.admission_configuration()?;
    settings.admission_plugins = args.components.admission_plugins()?;
    let lacks = settings
        .serving_options
        .admission
        .lacks(settings.admission_plugins);
    if let Some(plugin) = lacks {
        let why = format!(
            "admission plugin `{plugin}` does nothing without a configuration: give one in \
             --admission-control-config-file"
        );
        return Err(Failure::new("usage", why));
    }
    settings.controllers = args.components.controllers.clone();
    args.access.apply(&mut settings)?;
    args.simulation.apply(&mut settings, 0)?;
    Ok(settings)
}
