//! `trimtab run`: from a directory to a running rollout, with one command.

use crate::build_flags::BuildFlags;
use crate::client;
use crate::commands::apply::{Faults, Options, ReleaseOptions, Wait, apply_all};
use crate::commands::hosting::{Hosting, ready};
use crate::control_plane::ControlPlane;
use crate::duration;
use crate::exit::Failure;
use crate::instance::{ClusterName, Home, State};
use crate::manifests::Origin;
use crate::runtime::{self, Logging, Threads};
use crate::signals::Stop;
use crate::ui::report::Report;
use crate::ui::{failure, stderr};
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, PostParams};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use trimtab_deploy::Target;
use trimtab_tree::Value;

/// Build a directory and run it on a control plane of its own
///
/// Builds the kustomization in DIR, starts a Kubernetes control plane with simulated nodes in this
/// process, applies what was built and shows the rollout. Until Ctrl-C trimtab, kubectl and all
/// other clients talk to it, through the context `trimtab-run`; then it is gone, with all that was in it. Namespaces that the build
/// uses but does not make are made.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab run examples/base-overlay/overlays/staging
  trimtab run --once --pod-ready-after 0s overlays/production

Exit status: with --once 0 if all is ready, 1 if it could not be applied, 3 if it did not get ready.")]
pub(crate) struct Args {
    /// Directory to build
    #[arg(value_name = "DIR", default_value = ".")]
    target: String,

    /// End as soon as all is ready, or is known not to be
    #[arg(long)]
    once: bool,

    /// How long to wait until all is ready; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    build: BuildFlags,

    #[command(flatten)]
    hosting: Hosting,

    #[command(flatten)]
    logging: Logging,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let began = Instant::now();
    // What cannot be built starts nothing.
    let options = Box::new(args.build.options());
    let origin = Origin::Kustomization(args.target.clone(), options);
    let (objects, sources) = origin.load_with_sources(report)?;
    let faults = Faults::new(origin, sources, report);
    let host = args.hosting.claim(&free_home()?)?;
    let settings = args.hosting.settings()?;
    runtime::run(Threads::Many, &args.logging, runtime::ASKING, async {
        let mut stop = Stop::listen()?;
        let Some(started) = stop
            .unless_wanted(Box::pin(args.hosting.start(&host, settings)))
            .await
        else {
            return Ok(());
        };
        let control_plane = started?;
        let introduced = host.introduce(&control_plane, None, None)?;
        stderr::line(&ready(&control_plane, &host, began));
        let suggestion = suggestion(&args.target, &objects);
        let rolled_out = Box::pin(roll_out(args, &control_plane, objects, faults));
        let result = match stop.unless_wanted(rolled_out).await {
            None => Ok(()),
            Some(result) if args.once => result,
            Some(result) => {
                if let Err(failure) = result {
                    // It is shown, and stays to be looked at and mended.
                    let _ = failure::report(failure);
                }
                stderr::line(&suggestion);
                stop.wanted().await;
                Ok(())
            }
        };
        drop(introduced);
        stop.unless_wanted(control_plane.shutdown()).await;
        result
    })
}

/// The first of `run`, `run-2`, ... that nobody is: several can run beside each other, and beside those
/// of `up`.
fn free_home() -> Result<Home, Failure> {
    for number in 1.. {
        let name = match number {
            1 => "run".to_owned(),
            _ => format!("run-{number}"),
        };
        let name = ClusterName::parse(&name).map_err(|why| Failure::new("usage", why))?;
        let home = Home::locate(&name)?;
        if matches!(home.state()?, State::Stopped(_)) {
            return Ok(home);
        }
    }
    Err(Failure::new("usage", "too many control planes are running"))
}

/// Applies the objects and waits until they are ready.
async fn roll_out(
    args: &Args,
    control_plane: &ControlPlane,
    objects: Vec<Value>,
    faults: Faults<'_>,
) -> Result<(), Failure> {
    make_namespaces(control_plane, &objects).await?;
    let target = Target::new(control_plane.client(), "default");
    let options = Options {
        wait: Wait::for_at_most(args.timeout),
        release: ReleaseOptions::of_directory(&args.target),
        faults: Some(faults),
        ..Options::new(objects)
    };
    let applied = apply_all(&target, options).await;
    applied
        .map(|_| ())
        .map_err(|failed| failed.into_failure(control_plane.server()))
}

/// Makes the namespaces that objects are in and that none of them makes: elsewhere somebody would
/// have made them before.
async fn make_namespaces(control_plane: &ControlPlane, objects: &[Value]) -> Result<(), Failure> {
    let namespaces: Api<Namespace> = Api::all(control_plane.client());
    let failed = |error: kube::Error| client::failure(control_plane.server(), &error);
    for name in namespaces_of(objects) {
        let is_made = objects.iter().any(|object| {
            object.get("kind").and_then(Value::text) == Some("Namespace")
                && object.get_path(&["metadata", "name"]).and_then(Value::text) == Some(name)
        });
        if is_made || namespaces.get_opt(name).await.map_err(failed)?.is_some() {
            continue;
        }
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.to_owned());
        let parameters = PostParams::default();
        namespaces
            .create(&parameters, &namespace)
            .await
            .map_err(failed)?;
        stderr::line(&format!(
            "made the namespace {name}, which nothing in the build makes"
        ));
    }
    Ok(())
}

fn namespaces_of(objects: &[Value]) -> BTreeSet<&str> {
    objects
        .iter()
        .filter_map(|object| object.get_path(&["metadata", "namespace"])?.text())
        .collect()
}

/// What to type next.
fn suggestion(target: &str, objects: &[Value]) -> String {
    let namespaces = namespaces_of(objects);
    let namespace = namespaces.first().copied().unwrap_or("default");
    let mut commands = vec![format!("trimtab get deployments,pods -n {namespace}")];
    let deployment = objects
        .iter()
        .find(|object| object.get("kind").and_then(Value::text) == Some("Deployment"));
    if let Some(name) = deployment.and_then(|found| found.get_path(&["metadata", "name"])?.text()) {
        commands.push(format!(
            "trimtab scale deployment/{name} --replicas 5 -n {namespace}"
        ));
    }
    commands.push(format!(
        "trimtab apply -k {target}    # after you changed something"
    ));
    format!(
        "in a second terminal:\n  {}\nstop it with Ctrl-C",
        commands.join("\n  ")
    )
}
