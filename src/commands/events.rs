//! `trimtab events`: what happened, the newest last.

use super::output::OutputFlag;
use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::exit::Failure;
use crate::ui::columns::Columns;
use crate::ui::events::last_seen;
use crate::ui::objects::{Format, Series, render};
use crate::ui::{stderr, stdout};
use futures::StreamExt;
use jiff::Timestamp;
use std::pin::pin;
use trimtab_clock::Clock;
use trimtab_deploy::{
    Collection, EventSummary, EventType, Named, ObjectRef, Scope, Target, check_event_types,
    events_about, is_of_type, list_events,
};
use trimtab_tree::Value;

/// Show events, the newest last
///
/// Events tell what controllers, the scheduler and nodes did and met with; a server keeps them for an
/// hour.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab events
  trimtab events --for pod/web-0 --watch
  trimtab events -A --types Warning")]
pub(crate) struct Args {
    /// Only events about this object
    #[arg(long = "for", value_name = "TYPE/NAME")]
    about: Option<String>,

    /// Only events of these types: Normal, Warning
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    /// Go on showing events
    #[arg(short, long)]
    watch: bool,

    #[command(flatten)]
    output: OutputFlag,

    /// Leave the heading out
    #[arg(long)]
    no_headers: bool,

    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    check_event_types(&args.types).map_err(|error| Failure::new("usage", error.to_string()))?;
    let format = args.output.format()?;
    on_cluster(&args.connection, async |target| {
        let about = match &args.about {
            Some(word) => Some(named(target, word).await?),
            None => None,
        };
        let collection = events_about(target, about.as_ref(), args.all_namespaces).await?;
        show(args, target, collection, format.as_ref()).await
    })
}

/// The object that `TYPE/NAME` names.
async fn named(target: &Target, word: &str) -> Result<ObjectRef, Failed> {
    let (words, scope) = ([word.to_owned()], Scope::default());
    let named = Named::resolve(target, &words, &scope, true).await?;
    let first = named.objects(target, &scope).await?.into_iter().next();
    first.ok_or_else(|| Failure::new("usage", "--for must be in resource/name form").into())
}

async fn show(
    args: &Args,
    target: &Target,
    collection: Collection,
    format: Option<&Format>,
) -> Result<(), Failed> {
    let (events, version) = list_events(target, &collection, &args.types).await?;
    let resource = collection.resource.clone();
    if let (Some(format), false) = (format, args.watch) {
        let events = events.into_iter().map(|event| (&*resource, event));
        let text = render(events.collect(), format, true, args.no_headers)?;
        return Ok(stdout::write(text.as_bytes())?);
    }
    if events.is_empty() && !args.watch {
        if args.all_namespaces {
            stderr::line("No events found.");
        } else {
            stderr::line(&format!(
                "No events found in {} namespace.",
                target.namespace()
            ));
        }
        return Ok(());
    }
    let mut printer = Printer {
        columns: Columns::for_tables(),
        with_namespace: args.all_namespaces,
        has_heading: args.no_headers,
    };
    printer.print(&events)?;
    if !args.watch {
        return Ok(());
    }
    let mut series = format.map(|format| Series::new(format.clone(), args.no_headers));
    let mut changes = pin!(target.watch(collection, &version));
    while let Some(change) = changes.next().await {
        let change = change?;
        if change.event_type == EventType::Deleted || !is_of_type(&change.object, &args.types) {
            continue;
        }
        if let Some(series) = &mut series {
            series.print(&resource, change.object)?;
        } else {
            printer.print(&[change.object])?;
        }
    }
    Ok(())
}

/// Prints events under one heading.
struct Printer {
    columns: Columns,
    with_namespace: bool,
    has_heading: bool,
}

impl Printer {
    fn print(&mut self, events: &[Value]) -> Result<(), Failure> {
        let now = Clock::system().now();
        let mut rows = Vec::new();
        if !self.has_heading {
            self.has_heading = true;
            let heading = [
                "NAMESPACE",
                "LAST SEEN",
                "TYPE",
                "REASON",
                "OBJECT",
                "MESSAGE",
            ];
            let heading = heading.into_iter().map(str::to_owned);
            rows.push(heading.skip(usize::from(!self.with_namespace)).collect());
        }
        rows.extend(events.iter().map(|event| self.row(event, now)));
        stdout::write(self.columns.lines(&rows).as_bytes())
    }

    fn row(&self, event: &Value, now: Timestamp) -> Vec<String> {
        let event = EventSummary::of(event);
        let last_seen = last_seen(&event, now);
        let namespace = self.with_namespace.then_some(event.namespace);
        let rest = [
            last_seen,
            event.event_type,
            event.reason,
            event.object,
            event.message,
        ];
        namespace.into_iter().chain(rest).collect()
    }
}
