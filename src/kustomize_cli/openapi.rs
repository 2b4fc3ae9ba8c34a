//! `kustomize openapi`: the types that builds know, and those of a cluster.

use crate::client::Connection;
use crate::exit::{Failure, chain};
use crate::runtime::{self, Threads};
use crate::ui::stdout;
use clap::{Subcommand, ValueEnum};
use trimtab_tree::{JsonStyle, parse_json, write_json, write_yaml};

/// Commands for interacting with the OpenAPI data
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, for as long as the program runs"
)]
enum Command {
    /// Prints the `info` field from the Kubernetes OpenAPI data
    Info,
    Fetch(FetchArgs),
}

/// Fetches the OpenAPI specification from the cluster of the kubeconfig
#[derive(Debug, clap::Args)]
struct FetchArgs {
    /// Form of the specification
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Json)]
    format: Format,

    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

/// What kustomize says of the types it has built in, which builds here follow.
const INFO: &str = "{title:Kubernetes,version:v1.21.2}";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Info => stdout::line(INFO),
        Command::Fetch(args) => fetch(args),
    }
}

fn fetch(args: &FetchArgs) -> Result<(), Failure> {
    let connection = &args.connection;
    let document = runtime::run(Threads::One, &connection.logging, runtime::ASKING, async {
        let session = connection.open().await?;
        let request = http::Request::get("/openapi/v2").body(Vec::new());
        let request = request.map_err(|error| cannot(&session.server, &chain(&error)))?;
        let answer = session.client.request_text(request).await;
        answer.map_err(|error| cannot(&session.server, &chain(&error)))
    })?;
    let text = print(&document, args.format).map_err(Failure::of)?;
    stdout::write(text.as_bytes())
}

fn cannot(server: &str, reason: &str) -> Failure {
    Failure::new(
        "openapi-fetch",
        format!("cannot read the OpenAPI specification of {server}: {reason}"),
    )
}

fn print(document: &str, format: Format) -> trimtab_tree::Result<String> {
    let value = parse_json(document, 0)?;
    let mut text = String::new();
    match format {
        Format::Json => write_json(&value, &mut text, JsonStyle::GoIndented)?,
        Format::Yaml => write_yaml(&value, &mut text)?,
    }
    // As kustomize does, of YAML too.
    text.push('\n');
    Ok(text)
}
