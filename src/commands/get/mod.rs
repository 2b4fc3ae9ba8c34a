//! `trimtab get`: objects as tables, or as they are.

mod plain;
mod tables;
mod watching;

use super::objects::described;
use super::output::OutputFlag;
use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::complete;
use crate::exit::Failure;
use crate::manifests::{FileArgs, Origin};
use crate::ui::objects::Format;
use crate::ui::report::Report;
use crate::ui::sort_by::SortBy;
use crate::ui::stdout;
use crate::ui::table::TableOptions;
use std::sync::Arc;
use trimtab_deploy::{Collection, Error, Named, ObjectRef, Resource, Scope, Selection, Target};

/// What `-o` of `get` can be.
const FORMATS: &str = "json, yaml, name, wide, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE, \
    jsonpath-file=FILE, custom-columns=NAME:PATH,... or custom-columns-file=FILE";

/// Show objects of the cluster
///
/// Tables are the server's own, so that every kind has the columns it should have.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab get deployments
  trimtab get deploy,pods -l app=web -o wide
  trimtab get pod/web-0 -o yaml
  trimtab get all -A
  trimtab get pods --sort-by .metadata.creationTimestamp
  trimtab get pods -w
  trimtab get -k overlays/production
  trimtab get deploy web -o jsonpath='{.spec.replicas}'")]
#[command(mut_arg("output", |flag| flag.help(FORMATS)))]
pub(crate) struct Args {
    /// Kinds, and names of objects: `TYPE[,TYPE] [NAME ...]` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE", required_unless_present_any = ["filename", "kustomize", "raw"])]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    selectors: Selectors,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    #[command(flatten)]
    output: OutputFlag,

    /// Go on showing changes
    #[arg(short, long)]
    watch: bool,

    /// Show changes only, and not what is there already
    #[arg(long)]
    watch_only: bool,

    /// Show what happened to each object that changes, too
    #[arg(long)]
    output_watch_events: bool,

    /// Sort by the field that this path leads to, such as `.metadata.creationTimestamp`
    #[arg(long, value_name = "PATH", value_parser = sort_by)]
    sort_by: Option<SortBy>,

    /// Show this subresource of the objects that are named, such as `status` or `scale`
    #[arg(long, value_name = "NAME")]
    subresource: Option<String>,

    /// Ask for so many objects at once; for all with 0
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 500,
        hide_short_help = true
    )]
    chunk_size: u32,

    /// Print what the server answers to this path, such as `/healthz`, and nothing else
    #[arg(long, value_name = "PATH", conflicts_with_all = ["words", "filename", "kustomize", "output", "watch"])]
    raw: Option<String>,

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

    /// Succeed when an object that is named is not there
    #[arg(long)]
    ignore_not_found: bool,

    #[command(flatten)]
    connection: Connection,
}

/// The flag that selects objects by their labels; kubectl's.
#[derive(Debug, clap::Args)]
pub(crate) struct LabelSelectorFlag {
    /// Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`
    #[arg(
        short = 'l',
        long,
        value_name = "LABELS",
        default_value = "",
        hide_default_value = true
    )]
    selector: String,
}

impl LabelSelectorFlag {
    pub(crate) fn selection(&self) -> Selection {
        Selection {
            labels: self.selector.clone(),
            fields: String::new(),
        }
    }
}

/// Flags that select objects; kubectl's.
#[derive(Debug, clap::Args)]
pub(crate) struct Selectors {
    #[command(flatten)]
    labels: LabelSelectorFlag,

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
            fields: self.field_selector.clone(),
            ..self.labels.selection()
        }
    }
}

fn sort_by(path: &str) -> Result<SortBy, String> {
    SortBy::parse(path).map_err(|error| error.to_string())
}

/// What is to be shown, and how.
struct Options<'a> {
    words: &'a [String],
    origin: Option<Origin>,
    scope: Scope,
    format: Option<Format>,
    table: TableOptions,
    watch: Watch,
    sort_by: Option<&'a SortBy>,
    subresource: Option<&'a str>,
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
            origin: self.files.origin(),
            scope,
            format: self.output.format()?,
            table: TableOptions {
                wide: self.output.is_wide(),
                with_namespace: self.all_namespaces,
                with_kind: self.show_kind,
                show_labels: self.show_labels,
                label_columns: self.label_columns.clone(),
                no_headers: self.no_headers,
                with_event: self.output_watch_events,
            },
            watch,
            sort_by: self.sort_by.as_ref(),
            subresource: self.subresource.as_deref(),
            ignores_not_found: self.ignore_not_found,
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    if let Some(path) = &args.raw {
        return on_cluster(&args.connection, async |target| raw(target, path).await);
    }
    let options = args.options()?;
    on_cluster(&args.connection, async |target| {
        let target = target.with_chunk_size(args.chunk_size);
        get(&target, options, report).await
    })
}

/// Whether the server answered, but not with what was asked for: others may be had all the same.
fn is_refusal(error: &Error) -> bool {
    error.status().is_some()
}

async fn raw(target: &Target, path: &str) -> Result<(), Failed> {
    if !path.starts_with('/') {
        let failure = Failure::new("usage", format!("{path:?} is no path on the server"));
        return Err(failure
            .hint("it begins with a slash, as in `--raw /healthz`")
            .into());
    }
    let answer = target.read_raw(path).await?;
    Ok(stdout::write(answer.as_bytes())?)
}

async fn get(target: &Target, mut options: Options<'_>, report: &Report) -> Result<(), Failed> {
    let named = options.named(target, report).await?;
    if options.subresource.is_some() && matches!(named, Named::Collections(_)) {
        let message = "subresource cannot be used when bulk resources are specified";
        return Err(Failure::new("usage", message).into());
    }
    let parts = Part::of(target, &named, &options.scope);
    options.table.with_kind |= parts.len() > 1;
    if options.watch != Watch::No {
        let [part] = &parts[..] else {
            let message = "you may only specify a single resource type when watching";
            return Err(Failure::new("usage", message).into());
        };
        if let Some(objects) = &part.objects {
            let [object] = &objects[..] else {
                let message = "you may only watch a single resource or type of resource at a time";
                return Err(Failure::new("usage", message).into());
            };
            // Nothing would ever be heard of one that is not there.
            target.get_existing(object).await?;
        }
        return watching::watch(target, part, &options).await;
    }
    options.table.with_event = false;
    match &options.format {
        None => tables::show(target, &parts, &options).await,
        Some(format) => plain::show(target, &parts, format, &options).await,
    }
}

impl Options<'_> {
    /// What the words, or the files, name.
    async fn named(&self, target: &Target, report: &Report) -> Result<Named, Failed> {
        let Some(origin) = &self.origin else {
            return Ok(Named::resolve(target, self.words, &self.scope, false).await?);
        };
        let also = [
            (!self.words.is_empty(), "by type and name"),
            (
                self.scope.selection != Selection::default(),
                "by a selector",
            ),
        ];
        if let Some((_, how)) = also.iter().find(|(is_used, _)| *is_used) {
            let message = format!("specify objects {how}, or by -f or -k, but not both");
            return Err(Failure::new("usage", message).into());
        }
        Ok(Named::Objects(described(origin, target, report).await?))
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
