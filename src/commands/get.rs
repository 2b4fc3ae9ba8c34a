//! `trimtab get`: objects as tables, or as they are.

use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::complete;
use crate::exit::Failure;
use crate::ui::objects::{Format, render};
use crate::ui::table::{TableOptions, TablePrinter};
use crate::ui::{stderr, stdout};
use futures::StreamExt;
use std::pin::pin;
use std::sync::Arc;
use trimtab_deploy::{Collection, Event, Named, ObjectRef, Resource, Scope, Selection, Target};
use trimtab_tree::Value;

/// Show objects of the cluster
///
/// Tables are the server's own, so that every kind has the columns it should have.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab get deployments
  trimtab get deploy,pods -l app=web -o wide
  trimtab get pod/web-0 -o yaml
  trimtab get all -A
  trimtab get pods -w
  trimtab get deploy web -o jsonpath='{.spec.replicas}'")]
pub(crate) struct Args {
    /// Kinds, and names of objects: `TYPE[,TYPE] [NAME ...]` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    selectors: Selectors,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    /// json, yaml, name, wide, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "",
        hide_default_value = true
    )]
    output: String,

    /// Go on showing changes
    #[arg(short, long)]
    watch: bool,

    /// Show changes only, and not what is there already
    #[arg(long)]
    watch_only: bool,

    /// Show all labels as the last column
    #[arg(long)]
    show_labels: bool,

    /// Show the kind before each name
    #[arg(long)]
    show_kind: bool,

    /// Show these labels as columns
    #[arg(short = 'L', long, value_name = "LABEL", value_delimiter = ',')]
    label_columns: Vec<String>,

    /// Leave the heading out
    #[arg(long)]
    no_headers: bool,

    /// Keep `metadata.managedFields` in JSON and YAML
    #[arg(long)]
    show_managed_fields: bool,

    /// Succeed when an object that is named is not there
    #[arg(long)]
    ignore_not_found: bool,

    #[command(flatten)]
    connection: Connection,
}

/// Flags that select objects; kubectl's.
#[derive(Debug, clap::Args)]
pub(crate) struct Selectors {
    /// Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`
    #[arg(
        short = 'l',
        long,
        value_name = "LABELS",
        default_value = "",
        hide_default_value = true
    )]
    selector: String,

    /// Only objects with these fields: `status.phase=Running`
    #[arg(
        long,
        value_name = "FIELDS",
        default_value = "",
        hide_default_value = true
    )]
    field_selector: String,
}

impl Selectors {
    pub(crate) fn selection(&self) -> Selection {
        Selection {
            labels: self.selector.clone(),
            fields: self.field_selector.clone(),
        }
    }
}

/// What is to be shown, and how.
struct Options<'a> {
    words: &'a [String],
    scope: Scope,
    format: Option<Format>,
    table: TableOptions,
    watch: Watch,
    keeps_managed_fields: bool,
    ignores_not_found: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    No,
    Too,
    Only,
}

impl Args {
    fn options(&self) -> Result<Options<'_>, Failure> {
        let scope = Scope {
            all_namespaces: self.all_namespaces,
            selection: self.selectors.selection(),
            all: false,
        };
        let watch = match (self.watch, self.watch_only) {
            (_, true) => Watch::Only,
            (true, false) => Watch::Too,
            (false, false) => Watch::No,
        };
        Ok(Options {
            words: &self.words,
            scope,
            format: Format::parse(&self.output)?,
            table: TableOptions {
                wide: self.output == "wide",
                with_namespace: self.all_namespaces,
                with_kind: self.show_kind,
                show_labels: self.show_labels,
                label_columns: self.label_columns.clone(),
                no_headers: self.no_headers,
            },
            watch,
            keeps_managed_fields: self.show_managed_fields,
            ignores_not_found: self.ignore_not_found,
        })
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let options = args.options()?;
    on_cluster(&args.connection, async |target| get(target, options).await)
}

async fn get(target: &Target, mut options: Options<'_>) -> Result<(), Failed> {
    let named = Named::resolve(target, options.words, &options.scope, false).await?;
    let parts = Part::of(target, &named, &options.scope);
    options.table.with_kind |= parts.len() > 1;
    if options.watch != Watch::No {
        let [part] = &parts[..] else {
            let message = "you may only specify a single resource type when watching";
            return Err(Failure::new("usage", message).into());
        };
        return watch(target, part, &options).await;
    }
    match &options.format {
        None => tables(target, &parts, &options).await,
        Some(format) => objects(target, &parts, format, &options).await,
    }
}

/// Objects of one kind: those that are named, or all that are selected.
struct Part {
    collection: Collection,
    objects: Option<Vec<ObjectRef>>,
}

impl Part {
    fn of(target: &Target, named: &Named, scope: &Scope) -> Vec<Self> {
        match named {
            Named::Collections(resources) => resources
                .iter()
                .map(|resource| Self {
                    collection: scope.collection(target, resource),
                    objects: None,
                })
                .collect(),
            // Neighbours of one kind are shown together.
            Named::Objects(objects) => objects
                .chunk_by(|a, b| a.resource == b.resource)
                .map(|objects| Self {
                    collection: match objects {
                        [only] => Collection::of_object(only),
                        _ => scope.collection(target, &objects[0].resource),
                    },
                    objects: Some(objects.to_vec()),
                })
                .collect(),
        }
    }

    fn resource(&self) -> &Arc<Resource> {
        &self.collection.resource
    }
}

async fn tables(target: &Target, parts: &[Part], options: &Options<'_>) -> Result<(), Failed> {
    let mut is_empty = true;
    let mut missing = Vec::new();
    for part in parts {
        let mut tables = Vec::new();
        match &part.objects {
            None => tables = target.list_tables(&part.collection).await?,
            Some(objects) => {
                for object in objects {
                    match target.get_table(object).await {
                        Ok(table) => tables.push(table),
                        Err(error) if error.is_not_found() && options.ignores_not_found => {}
                        // The others are shown all the same.
                        Err(error) if error.is_not_found() => missing.push(error),
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        if tables.iter().all(|table| rows(table) == 0) {
            continue;
        }
        let mut printer = TablePrinter::new(part.resource(), &options.table);
        let lines = printer.lines(&tables);
        let gap = if is_empty { "" } else { "\n" };
        stdout::write(format!("{gap}{lines}").as_bytes())?;
        is_empty = false;
    }
    if !missing.is_empty() {
        return Err(Failed::Errors(missing));
    }
    let were_named = parts.iter().any(|part| part.objects.is_some());
    if is_empty && !were_named {
        say_nothing_found(target, parts, &options.scope);
    }
    Ok(())
}

fn rows(table: &Value) -> usize {
    let rows = table.get("rows").and_then(Value::as_sequence);
    rows.map_or(0, <[Value]>::len)
}

fn say_nothing_found(target: &Target, parts: &[Part], scope: &Scope) {
    let is_namespaced = parts.iter().any(|part| part.resource().is_namespaced);
    if is_namespaced && !scope.all_namespaces {
        let namespace = target.namespace();
        stderr::line(&format!("No resources found in {namespace} namespace."));
    } else {
        stderr::line("No resources found");
    }
}

async fn objects(
    target: &Target,
    parts: &[Part],
    format: &Format,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let mut found: Vec<(&Resource, Value)> = Vec::new();
    let mut named = 0;
    for part in parts {
        match &part.objects {
            None => {
                let list = target.list(&part.collection).await?;
                found.extend(
                    list.items
                        .into_iter()
                        .map(|item| (&**part.resource(), item)),
                );
            }
            Some(objects) => {
                named += objects.len();
                for object in objects {
                    match target.get_existing(object).await {
                        Ok(value) => found.push((part.resource(), value)),
                        Err(error) if error.is_not_found() && options.ignores_not_found => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
    }
    if found.is_empty() && named > 0 {
        return Ok(());
    }
    if !options.keeps_managed_fields {
        for (_, object) in &mut found {
            drop_managed_fields(object);
        }
    }
    let text = render(found, format, named != 1, options.table.no_headers)?;
    Ok(stdout::write(text.as_bytes())?)
}

fn drop_managed_fields(object: &mut Value) {
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    metadata.map(|metadata| metadata.remove("managedFields"));
}

async fn watch(target: &Target, part: &Part, options: &Options<'_>) -> Result<(), Failed> {
    let collection = part.collection.clone();
    if let Some(format) = &options.format {
        return watch_objects(target, part, format, options).await;
    }
    let mut printer = TablePrinter::new(part.resource(), &options.table);
    let tables = target.list_tables(&collection).await?;
    let version = tables
        .last()
        .and_then(|table| table.get_path(&["metadata", "resourceVersion"])?.text())
        .unwrap_or_default()
        .to_owned();
    if options.watch == Watch::Too && tables.iter().any(|table| rows(table) > 0) {
        stdout::write(printer.lines(&tables).as_bytes())?;
    }
    let mut events = pin!(target.watch_table(collection, &version));
    while let Some(event) = events.next().await {
        let table = event?.object;
        stdout::write(printer.lines(&[table]).as_bytes())?;
    }
    Ok(())
}

async fn watch_objects(
    target: &Target,
    part: &Part,
    format: &Format,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let list = target.list(&part.collection).await?;
    let show = |mut object: Value, is_first: bool| -> Result<(), Failure> {
        if !options.keeps_managed_fields {
            drop_managed_fields(&mut object);
        }
        let no_headers = options.table.no_headers || !is_first;
        let mut text = render(vec![(part.resource(), object)], format, false, no_headers)?;
        if matches!(format, Format::Yaml) && !is_first {
            text.insert_str(0, "---\n");
        }
        stdout::write(text.as_bytes())
    };
    let mut is_first = true;
    if options.watch == Watch::Too {
        for object in list.items {
            show(object, std::mem::take(&mut is_first))?;
        }
    }
    let events = target.watch(part.collection.clone(), &list.resource_version);
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        let Event { object, .. } = event?;
        show(object, std::mem::take(&mut is_first))?;
    }
    Ok(())
}
