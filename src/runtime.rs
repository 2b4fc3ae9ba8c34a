//! The async runtime, the log and the TLS provider: started by the commands that talk to a cluster
//! or are one, and by no other. `build` pays for none of them.

use crate::exit::Failure;
use crate::ui::colour::Paint;
use std::future::Future;
use tracing_subscriber::EnvFilter;

/// How much is logged to standard error.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct Logging {
    /// What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or
    /// `TARGET=LEVEL,...` for single parts
    #[arg(short = 'v', long, env = "TRIMTAB_LOG", value_name = "LEVEL", value_parser = filter)]
    verbosity: Option<String>,
}

/// Refuses what is no filter while the command line is read.
fn filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

/// What commands log that only ask: kube's client says once more, as an error, what the command itself
/// tells of a failed request.
pub(crate) const ASKING: &str = "warn,kube_client=off";

/// How many threads the runtime gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    /// The calling one: enough to ask and to wait.
    One,
    /// One for each processor: a control plane.
    Many,
}

/// Runs `work` to its end on a new runtime. `level` is logged unless the command line or the
/// environment says otherwise.
pub(crate) fn run<T>(
    threads: Threads,
    logging: &Logging,
    level: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    start_log(logging.verbosity.as_deref().unwrap_or(level));
    // Fails only when there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = match threads {
        Threads::One => tokio::runtime::Builder::new_current_thread(),
        Threads::Many => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build().map_err(|error| {
        Failure::new(
            "runtime",
            format!("cannot start the async runtime: {error}"),
        )
    })?;
    let result = runtime.block_on(work);
    // What is still running belongs to nobody: a blocked thread must not keep the process alive.
    runtime.shutdown_background();
    result
}

fn start_log(filter: &str) {
    // Fails only when one is installed already: then that one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(Paint::for_stderr().is_coloured())
        .try_init();
}
