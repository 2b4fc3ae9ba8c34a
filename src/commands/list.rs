//! `trimtab list`: the control planes of this user.

use crate::exit::Failure;
use crate::instance::{Home, State};
use crate::ui::columns::Columns;
use crate::ui::{stderr, stdout};
use clap::ValueEnum;
use serde::Serialize;

/// List your control planes
///
/// Those that run, and those that `trimtab up` keeps the data of. What killed ones left in your
/// kubeconfig is taken out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab list
  trimtab list -o json")]
pub(crate) struct Args {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
    /// Only the names, one a line
    Name,
}

/// One of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: String,
    state: &'static str,
    context: String,
    server: Option<String>,
    pid: Option<u32>,
    started: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for home in Home::all()? {
        home.repair()?;
        rows.push(row(&home)?);
    }
    let text = match args.output {
        Output::Text if rows.is_empty() => {
            stderr::line("there is no control plane; start one with `trimtab up`");
            return Ok(());
        }
        Output::Text => table(&rows),
        Output::Name => rows.iter().flat_map(|row| [&*row.name, "\n"]).collect(),
        Output::Json => {
            let text = serde_json::to_string_pretty(&rows);
            text.map_err(|error| Failure::Stdout(error.into()))? + "\n"
        }
    };
    stdout::write(text.as_bytes())
}

fn row(home: &Home) -> Result<Row, Failure> {
    let (state, record) = match home.state()? {
        State::Running(record) => ("running", Some(record)),
        State::Starting => ("starting", None),
        State::Stopped(_) => ("stopped", None),
    };
    let (server, pid, started) = match record {
        Some(record) => (Some(record.server), Some(record.pid), Some(record.started)),
        None => (None, None, None),
    };
    Ok(Row {
        name: home.name().as_str().to_owned(),
        state,
        context: home.name().context(),
        server,
        pid,
        started,
    })
}

fn table(rows: &[Row]) -> String {
    let mut cells = vec![
        ["NAME", "STATE", "SERVER", "CONTEXT"]
            .map(str::to_owned)
            .to_vec(),
    ];
    cells.extend(rows.iter().map(|row| {
        vec![
            row.name.clone(),
            row.state.to_owned(),
            row.server.clone().unwrap_or_else(|| "-".to_owned()),
            row.context.clone(),
        ]
    }));
    Columns::for_own_tables().lines(&cells)
}
