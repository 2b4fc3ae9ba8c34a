//! `trimtab logs`: what containers print.

use super::get::Selectors;
use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::ui::{stderr, stdout};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use std::time::Duration;
use trimtab_deploy::{
    Containers, LogOptions, LogSource, Named, Scope, Selection, Target, log_sources, pods, pods_of,
};
use trimtab_tree::Value;

/// Show what containers print
///
/// Of a workload, a Service or a Job the logs of one of its pods are shown, or of all with `--all-pods`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab logs web-0
  trimtab logs deployment/web --follow --tail 20
  trimtab logs web-0 -c proxy --previous
  trimtab logs -l app=web --all-containers --prefix --since 5m")]
pub(crate) struct Args {
    /// A pod, or `TYPE/NAME` of what has pods; and behind it a container
    #[arg(add = complete::pods(), value_name = "POD", num_args = 0..=2)]
    words: Vec<String>,

    #[command(flatten)]
    selectors: Selectors,

    /// The container
    #[arg(short, long, value_name = "NAME", conflicts_with = "all_containers")]
    container: Option<String>,

    /// All containers of each pod
    #[arg(long)]
    all_containers: bool,

    /// All pods of a workload
    #[arg(long)]
    all_pods: bool,

    /// Go on as long as the containers run
    #[arg(short, long)]
    follow: bool,

    /// That of the container before the present one
    #[arg(short, long)]
    previous: bool,

    /// Only what is not older than this
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = duration::parse, conflicts_with = "since_time")]
    since: Duration,

    /// Only what is not older: `2026-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    since_time: Option<Timestamp>,

    /// So many lines at most, the last ones; -1 for all. With a selector 10 unless it is said
    #[arg(long, value_name = "LINES", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1..))]
    tail: Option<i64>,

    /// So many bytes at most of each container
    #[arg(long, value_name = "BYTES")]
    limit_bytes: Option<u64>,

    /// Begin each line with its time
    #[arg(long)]
    timestamps: bool,

    /// Begin each line with the pod and the container that it is from
    #[arg(long)]
    prefix: bool,

    /// Go on with the others when one cannot be had
    #[arg(long)]
    ignore_errors: bool,

    /// So many logs are followed at once at most
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    max_log_requests: usize,

    #[command(flatten)]
    connection: Connection,
}

/// So many lines are shown of each of many, unless it is said.
const TAIL_OF_MANY: u64 = 10;

impl Args {
    fn containers(&self) -> Result<Containers, Failure> {
        let inline = self.words.get(1);
        match (&self.container, inline) {
            (Some(_), Some(_)) => Err(Failure::new(
                "usage",
                "only one of -c or an inline [CONTAINER] arg is allowed",
            )),
            (Some(name), None) | (None, Some(name)) => Ok(Containers::Named(name.clone())),
            (None, None) if self.all_containers => Ok(Containers::All),
            (None, None) => Ok(Containers::Default),
        }
    }

    fn options(&self, is_selected: bool) -> LogOptions {
        let tail = match self.tail {
            Some(lines) => u64::try_from(lines).ok(),
            None => is_selected.then_some(TAIL_OF_MANY),
        };
        let since = Some(self.since).filter(|since| !since.is_zero());
        LogOptions {
            container: String::new(),
            follow: self.follow,
            previous: self.previous,
            // The server takes whole seconds: rather a line too much than one too few.
            since_seconds: since.map(|it| it.as_secs() + u64::from(it.subsec_nanos() > 0)),
            since_time: self.since_time,
            timestamps: self.timestamps,
            tail,
            limit_bytes: self.limit_bytes,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let containers = args.containers()?;
    let selection = args.selectors.selection();
    let is_selected = selection != Selection::default();
    if is_selected != args.words.is_empty() {
        let message = "name a pod or a TYPE/NAME, or select pods with a selector, but not both";
        return Err(Failure::new("usage", message)
            .hint("for example `trimtab logs deployment/web`, or `trimtab logs -l app=web`"));
    }
    let options = args.options(is_selected);
    on_cluster(&args.connection, async |target| {
        let pods = match args.words.first() {
            Some(word) => pods_named(target, word, args.all_pods).await?,
            None => pods(target, target.namespace(), selection).await?,
        };
        if pods.is_empty() {
            stderr::line(&format!(
                "No resources found in {} namespace.",
                target.namespace()
            ));
            return Ok(());
        }
        let mut sources = Vec::new();
        for pod in &pods {
            let (found, told) = log_sources(target, pod, &containers).await?;
            if let Some(told) = told {
                stderr::line(&told);
            }
            sources.extend(found);
        }
        if args.follow {
            follow(args, target, &sources, &options).await
        } else {
            show(args, target, &sources, &options).await
        }
    })
}

/// The pod of that name, or one or all of what `TYPE/NAME` names.
async fn pods_named(target: &Target, word: &str, all: bool) -> Result<Vec<Value>, Failed> {
    let word = if word.contains('/') {
        word.to_owned()
    } else {
        format!("pod/{word}")
    };
    let (words, scope) = ([word], Scope::default());
    let named = Named::resolve(target, &words, &scope, true).await?;
    let mut found = Vec::new();
    for object in named.objects(target, &scope).await? {
        let mut pods = pods_of(target, &object).await?;
        if pods.len() > 1 && !all {
            let count = pods.len();
            pods.truncate(1);
            let name = pods[0]
                .get_path(&["metadata", "name"])
                .and_then(Value::text);
            let name = name.unwrap_or_default();
            stderr::line(&format!("Found {count} pods, using pod/{name}"));
        }
        if pods.is_empty() {
            let message = format!("{object} has no pods");
            return Err(Failure::new("not-found", message).into());
        }
        found.append(&mut pods);
    }
    Ok(found)
}

/// One log after the other.
async fn show(
    args: &Args,
    target: &Target,
    sources: &[LogSource],
    options: &LogOptions,
) -> Result<(), Failed> {
    for source in sources {
        if let Err(error) = print(args, target, source, options).await {
            forgive(args, source, error)?;
        }
    }
    Ok(())
}

/// All logs at once, line by line as they come.
async fn follow(
    args: &Args,
    target: &Target,
    sources: &[LogSource],
    options: &LogOptions,
) -> Result<(), Failed> {
    let (count, most) = (sources.len(), args.max_log_requests);
    if count > most {
        let message = format!(
            "you are attempting to follow {count} log streams, but maximum allowed concurrency is {most}"
        );
        return Err(Failure::new("usage", message)
            .hint("use --max-log-requests to increase the limit")
            .into());
    }
    let each = |source| async move { (source, print(args, target, source, options).await) };
    let mut all: FuturesUnordered<_> = sources.iter().map(each).collect();
    while let Some((source, result)) = all.next().await {
        if let Err(error) = result {
            forgive(args, source, error)?;
        }
    }
    Ok(())
}

async fn print(
    args: &Args,
    target: &Target,
    source: &LogSource,
    options: &LogOptions,
) -> Result<(), Failed> {
    let LogSource { pod, container } = source;
    let options = LogOptions {
        container: container.clone(),
        ..options.clone()
    };
    let mut lines = target.logs(pod, &options).await?;
    while let Some(mut line) = lines.next().await? {
        if args.prefix {
            let mut prefixed = format!("[{pod}/{container}] ").into_bytes();
            prefixed.append(&mut line);
            line = prefixed;
        }
        stdout::write(&line)?;
    }
    Ok(())
}

/// Tells an error and goes on, if that is what is wanted.
fn forgive(args: &Args, source: &LogSource, error: Failed) -> Result<(), Failed> {
    match error {
        Failed::Error(error) if args.ignore_errors => {
            let LogSource { pod, container } = source;
            stderr::line(&format!("error: {pod}/{container}: {}", error.message()));
            Ok(())
        }
        error => Err(error),
    }
}
