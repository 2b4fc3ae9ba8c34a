//! `trimtab build`: a directory with a kustomization file to complete resources.

use crate::exit::{Failure, Status};
use crate::ui::report::{self, Report};
use crate::ui::stdout;
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use trimtab_kustomize::{BuildOptions, LoadRestrictions, Reorder, Resource, Sources};
use trimtab_object::Scope;

/// Print the complete resources that a kustomization describes
///
/// DIR must hold a `kustomization.yaml`, `kustomization.yml` or `Kustomization`. Standard output
/// is exactly what kustomize prints; warnings go to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab build
  trimtab build overlays/production | kubectl apply -f -
  trimtab build overlays/production -o rendered.yaml")]
pub(crate) struct Args {
    /// Directory to build
    #[arg(value_name = "DIR", default_value = ".")]
    target: String,

    /// Write to this file, or one file a resource into this directory if it exists
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// Which files a kustomization may read
    #[arg(long, value_enum, default_value_t = Restrictor::LoadRestrictionsRootOnly, ignore_case = true)]
    load_restrictor: Restrictor,

    /// Order of the resources; `sortOptions` in the kustomization file goes before it
    #[arg(long, value_enum)]
    reorder: Option<Order>,

    /// Label every resource with `app.kubernetes.io/managed-by`
    #[arg(long)]
    enable_managedby_label: bool,

    #[command(flatten)]
    programs: Programs,

    #[command(flatten)]
    findings: report::Flags,
}

/// Flags that say how kustomize runs other programs. They are taken so that its command lines work
/// here unchanged; a kustomization that needs such a program is refused by this version, with or
/// without them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Other programs (taken for kustomize's sake, without effect)")]
struct Programs {
    /// Inflate Helm charts
    #[arg(long)]
    enable_helm: bool,

    /// The helm program
    #[arg(long, value_name = "PROGRAM", default_value = "helm")]
    helm_command: String,

    /// Kubernetes API versions that charts see
    #[arg(long, value_name = "VERSION")]
    helm_api_versions: Vec<String>,

    /// Kubernetes version that charts see
    #[arg(long, value_name = "VERSION")]
    helm_kube_version: Option<String>,

    /// Let helm print what it does
    #[arg(long)]
    helm_debug: bool,

    /// Run plugins and functions
    #[arg(long)]
    enable_alpha_plugins: bool,

    /// Run functions that are programs
    #[arg(long)]
    enable_exec: bool,

    /// Let functions in containers use the network
    #[arg(long)]
    network: bool,

    /// The network they use
    #[arg(long, value_name = "NAME", default_value = "bridge")]
    network_name: String,

    /// What is mounted into their containers
    #[arg(long, value_name = "MOUNT")]
    mount: Vec<String>,

    /// Variables of their environment
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// Run containers as the user who calls
    #[arg(long)]
    as_current_user: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(clippy::enum_variant_names, reason = "kustomize's own words")]
enum Restrictor {
    /// Only files in or below the kustomization's own directory
    #[value(name = "LoadRestrictionsRootOnly")]
    LoadRestrictionsRootOnly,
    /// Any file
    #[value(name = "LoadRestrictionsNone")]
    LoadRestrictionsNone,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// Namespaces first, webhooks last, as kustomize always did
    Legacy,
    /// As the kustomizations list them
    None,
}

impl Args {
    fn options(&self) -> BuildOptions {
        BuildOptions {
            load_restrictions: match self.load_restrictor {
                Restrictor::LoadRestrictionsRootOnly => LoadRestrictions::RootOnly,
                Restrictor::LoadRestrictionsNone => LoadRestrictions::None,
            },
            reorder: match self.reorder {
                None => Reorder::Unspecified,
                Some(Order::Legacy) => Reorder::Legacy,
                Some(Order::None) => Reorder::None,
            },
            managed_by_label: self.enable_managedby_label,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut report = args.findings.open()?;
    let result = build(args, &mut report);
    report.close(result)
}

fn build(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let sources = Sources::new(Path::new("."));
    let result =
        trimtab_kustomize::build(&args.target, &args.options(), &sources).and_then(|resources| {
            match &args.output {
                Some(directory) if directory.is_dir() => {
                    Ok(Rendering::Files(print_each(&resources)?))
                }
                _ => Ok(Rendering::Stream(print(&resources)?)),
            }
        });
    let warnings = sources.take_warnings();
    let sources = sources.into_map();
    report.add_all(&warnings, &sources);
    let rendering = result.map_err(|finding| Failure::Finding {
        finding,
        sources,
        status: Status::Failed,
    })?;
    report.refuse_denied()?;
    match (rendering, &args.output) {
        (Rendering::Stream(text), None) => stdout::write(text.as_bytes()),
        (Rendering::Stream(text), Some(path)) => write_file(path, &text),
        (Rendering::Files(files), directory) => files.iter().try_for_each(|(name, text)| {
            write_file(
                &directory.as_deref().unwrap_or(Path::new("")).join(name),
                text,
            )
        }),
    }
}

/// The printed resources, ready to be written.
enum Rendering {
    /// All as one YAML stream.
    Stream(String),
    /// Each by itself, with its file name.
    Files(Vec<(String, String)>),
}

pub(crate) fn print(resources: &[Resource]) -> trimtab_tree::Result<String> {
    let mut out = String::new();
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            out.push_str("---\n");
        }
        trimtab_tree::write_yaml(resource.value(), &mut out)?;
    }
    Ok(out)
}

/// Names are kustomize's: group, version, kind and name, behind the namespace where the namespaced
/// resources are in several.
fn print_each(resources: &[Resource]) -> trimtab_tree::Result<Vec<(String, String)>> {
    let namespaces: BTreeSet<&str> = resources.iter().filter_map(namespace).collect();
    let mut files = Vec::with_capacity(resources.len());
    for resource in resources {
        let gvk = resource.gvk();
        let namespace = namespace(resource).filter(|_| namespaces.len() > 1);
        let parts = [
            namespace.unwrap_or_default(),
            &gvk.group,
            &gvk.version,
            &gvk.kind,
        ];
        let mut name = String::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            name.push_str(part);
            name.push('_');
        }
        name.push_str(&resource.id().name);
        let mut text = String::new();
        trimtab_tree::write_yaml(resource.value(), &mut text)?;
        files.push((
            format!("{}.yaml", name.to_lowercase().replace('/', "_")),
            text,
        ));
    }
    Ok(files)
}

/// The namespace of a namespaced resource.
fn namespace(resource: &Resource) -> Option<&str> {
    match resource.id().scope() {
        Scope::Cluster => None,
        Scope::Namespace(namespace) => Some(namespace),
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })
}
