//! Objects as they change.

use super::tables::rows;
use super::{Options, Part, Watch};
use crate::cluster::Failed;
use crate::exit::Failure;
use crate::ui::objects::{Format, Series, json_line, print_yaml_or_json};
use crate::ui::stdout;
use crate::ui::table::TablePrinter;
use futures::StreamExt;
use std::pin::pin;
use trimtab_deploy::{Event, EventType, Rows, Target};
use trimtab_tree::Value;

/// Prints what there is of a part, and every change of it.
pub(super) async fn watch(
    target: &Target,
    part: &Part,
    options: &Options<'_>,
) -> Result<(), Failed> {
    match &options.format {
        None => tables(target, part, options).await,
        Some(format) => objects(target, part, format, options).await,
    }
}

async fn tables(target: &Target, part: &Part, options: &Options<'_>) -> Result<(), Failed> {
    let mut printer = TablePrinter::new(part.resource(), &options.table);
    let tables = target.list_tables(&part.collection, Rows::Metadata).await?;
    let version = tables
        .last()
        .and_then(|table| table.get_path(&["metadata", "resourceVersion"])?.text())
        .unwrap_or_default()
        .to_owned();
    if options.watch == Watch::Too && tables.iter().any(|table| rows(table) > 0) {
        let lines = printer.lines_of_event(EventType::Added.name(), &tables);
        stdout::write(lines.as_bytes())?;
    }
    let mut events = pin!(target.watch_table(part.collection.clone(), &version));
    while let Some(event) = events.next().await {
        let Event { event_type, object } = event?;
        let lines = printer.lines_of_event(event_type.name(), &[object]);
        stdout::write(lines.as_bytes())?;
    }
    Ok(())
}

async fn objects(
    target: &Target,
    part: &Part,
    format: &Format,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let list = target.list(&part.collection).await?;
    let mut printer = Printer {
        part,
        format,
        options,
        series: Series::new(format.clone(), options.table.no_headers),
    };
    if options.watch == Watch::Too {
        for object in list.items {
            printer.print(EventType::Added, object)?;
        }
    }
    let events = target.watch(part.collection.clone(), &list.resource_version);
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        let Event { event_type, object } = event?;
        printer.print(event_type, object)?;
    }
    Ok(())
}

/// Prints objects one after the other.
struct Printer<'a> {
    part: &'a Part,
    format: &'a Format,
    options: &'a Options<'a>,
    series: Series,
}

impl Printer<'_> {
    fn print(&mut self, event_type: EventType, mut object: Value) -> Result<(), Failure> {
        let name = event_type.name();
        match self.format {
            Format::Json(managed) if self.options.table.with_event => {
                managed.drop_hidden(&mut object);
                let object = json_line(&object)?;
                let text = format!("{{\"type\":\"{name}\",\"object\":{object}}}\n");
                self.series.write(&text)
            }
            Format::Yaml(managed) if self.options.table.with_event => {
                managed.drop_hidden(&mut object);
                let event = [("object", object), ("type", Value::string(name))];
                let text = print_yaml_or_json(&Value::mapping(event), true)?;
                self.series.write(&text)
            }
            _ => self.series.print(self.part.resource(), object),
        }
    }
}
