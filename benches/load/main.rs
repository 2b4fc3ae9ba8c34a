//! Load on a Kubernetes API server, from outside: requests a second, latencies, deliveries to
//! watchers, and what they cost the server. `scripts/measure-api` starts servers for it.
//!
//! It speaks HTTP/2 over TLS with the windows that client-go asks for, and knows nothing of the
//! server but its address and a token, so that the same load can be put on any of them. Its own CPU
//! time is counted apart from the server's.

mod client;
mod connection;
mod crowd;
mod figures;
mod mixed;
mod objects;
mod pods;
mod process;
mod requests;
mod watches;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use client::Client;
use connection::BoxError;
use figures::{Figure, Meter};

/// Where objects are made; the load deletes nothing else.
const NAMESPACE: &str = "load";

/// Puts load on a Kubernetes API server and prints what it took.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server: `https://127.0.0.1:6443`.
    #[arg(long)]
    server: String,
    /// The bearer token of somebody who may do everything.
    #[arg(long)]
    token: String,
    /// A process of the server, whose CPU time and memory count; may be repeated.
    #[arg(long = "pid")]
    pids: Vec<u32>,
    /// What to measure, in this order.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Phase::USUAL)]
    phases: Vec<Phase>,
    /// Clients that ask at the same time, each on a connection of its own.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Objects to create, read, patch, list and delete.
    #[arg(long, default_value_t = 3200)]
    objects: usize,
    /// Requests of the mixed load.
    #[arg(long, default_value_t = 19_700)]
    mixed: usize,
    /// Watchers that changes are delivered to.
    #[arg(long, default_value_t = 100)]
    watchers: usize,
    /// Changes that are delivered to each of them.
    #[arg(long, default_value_t = 1600)]
    changes: usize,
    /// Watchers of the crowd.
    #[arg(long, default_value_t = 10_000)]
    crowd: usize,
    /// Watches on one connection.
    #[arg(long, default_value_t = 100)]
    streams: usize,
    /// Pods to fill the server with.
    #[arg(long, default_value_t = 100_000)]
    pods: usize,
    /// Print figures as lines of JSON.
    #[arg(long)]
    json: bool,
}

/// One kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Phase {
    /// POST.
    Create,
    /// GET of one object.
    Get,
    /// PATCH, a merge patch.
    Patch,
    /// PATCH, server-side apply.
    Apply,
    /// GET of all objects.
    List,
    /// Changes delivered to watchers.
    Watch,
    /// DELETE.
    Delete,
    /// All of them in turn.
    Mixed,
    /// Many watchers of one namespace.
    Crowd,
    /// Very many pods, and lists of a few of them.
    Pods,
}

impl Phase {
    /// Those that are quick.
    const USUAL: [Self; 8] = [
        Self::Create,
        Self::Get,
        Self::Patch,
        Self::Apply,
        Self::List,
        Self::Watch,
        Self::Delete,
        Self::Mixed,
    ];
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let result = runtime
        .map_err(BoxError::from)
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to be told if standard error is closed.
            let _ = writeln!(std::io::stderr(), "load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), BoxError> {
    let client = Client::new(&arguments.server, &arguments.token)?;
    let mut connections = Vec::with_capacity(arguments.clients);
    for _ in 0..arguments.clients {
        connections.push(client.connect().await?);
    }
    let first = connections.first().ok_or("no clients")?;
    requests::make_namespace(first).await?;
    for phase in &arguments.phases {
        let meter = Meter::begin(&arguments.pids)?;
        let figures = match phase {
            Phase::Create => {
                vec![requests::create(&connections, arguments.objects, meter).await?]
            }
            Phase::Get => vec![requests::get(&connections, arguments.objects, meter).await?],
            Phase::Patch => vec![requests::patch(&connections, arguments.objects, meter).await?],
            Phase::Apply => vec![requests::apply(&connections, arguments.objects, meter).await?],
            Phase::List => vec![requests::list(&connections, arguments.objects, meter).await?],
            Phase::Delete => {
                vec![requests::delete(&connections, arguments.objects, meter).await?]
            }
            Phase::Watch => {
                let load = watches::Load {
                    watchers: arguments.watchers,
                    streams: arguments.streams,
                    changes: arguments.changes,
                };
                vec![watches::measure(&client, &connections, load, meter).await?]
            }
            Phase::Mixed => vec![mixed::measure(&connections, arguments.mixed, meter).await?],
            Phase::Crowd => {
                crowd::measure(&client, first, arguments.crowd, arguments.streams, meter).await?
            }
            Phase::Pods => {
                pods::measure(&connections, arguments.pids.as_slice(), arguments.pods).await?
            }
        };
        for figure in &figures {
            print(figure, arguments.json)?;
        }
    }
    Ok(())
}

fn print(figure: &Figure, json: bool) -> Result<(), BoxError> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", figure.to_json())?;
    } else {
        writeln!(out, "{figure}")?;
    }
    Ok(())
}
