//! `trimtab describe`: objects in full, with what surrounds them.

mod local_time;
mod surroundings;

use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::commands::get::LabelSelectorFlag;
use crate::complete;
use crate::exit::Failure;
use crate::manifests::FileArgs;
use crate::ui::describe::{Moment, describe as description};
use crate::ui::report::Report;
use crate::ui::{stderr, stdout};
use futures::StreamExt as _;
use std::pin::pin;
use std::sync::Arc;
use trimtab_clock::Clock;
use trimtab_deploy::{Collection, Error, Named, ObjectRef, Resource, Scope, Target};
use trimtab_tree::Value;

/// Show objects in full, with their events and what belongs to them
///
/// Of names that no object has, those that begin so are shown. Of Secrets the sizes are told, not
/// the content, save the tokens of service accounts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab describe pod web-0
  trimtab describe deployments
  trimtab describe deploy,pods -l app=web
  trimtab describe pod/web-0 --show-events=false
  trimtab describe -k overlays/staging")]
pub(crate) struct Args {
    /// Kinds, and names of objects or their beginning: `TYPE[,TYPE] [NAME ...]` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    labels: LabelSelectorFlag,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    /// Show the events of each object
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    show_events: bool,

    /// Ask for so many objects at once; 0 for all
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 500,
        hide_default_value = true
    )]
    chunk_size: u32,

    #[command(flatten)]
    connection: Connection,
}

/// What is to be described, and how.
struct Options<'a> {
    words: &'a [String],
    manifests: Option<Vec<Value>>,
    scope: Scope,
    shows_events: bool,
}

impl Args {
    fn options(&self, report: &Report) -> Result<Options<'_>, Failure> {
        let origin = self.files.origin();
        if origin.is_some() && !self.words.is_empty() {
            let message = "specify objects by type and name, or by -f or -k, but not both";
            return Err(Failure::new("usage", message));
        }
        if origin.is_none() && self.words.is_empty() {
            let failure =
                Failure::new("usage", "you must specify the type of resource to describe");
            return Err(
                failure.hint("for example `pods`, `deployment web` or `-k overlays/staging`")
            );
        }
        Ok(Options {
            words: &self.words,
            manifests: origin.map(|origin| origin.load(report)).transpose()?,
            scope: Scope {
                all_namespaces: self.all_namespaces,
                selection: self.labels.selection(),
                all: false,
            },
            shows_events: self.show_events,
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.options(report)?;
    on_cluster(&args.connection, async |target| {
        let target = target.with_chunk_size(args.chunk_size);
        Describer::new(&target, &options).describe().await
    })
}

/// Of so many objects the surroundings are asked for at once.
const AT_ONCE: usize = 8;

/// An object and what it is.
type Found = (ObjectRef, Value);

struct Describer<'a> {
    target: &'a Target,
    options: &'a Options<'a>,
    moment: Moment,
    problems: Vec<Error>,
}

impl<'a> Describer<'a> {
    fn new(target: &'a Target, options: &'a Options<'a>) -> Self {
        Self {
            target,
            options,
            moment: Moment {
                time: Clock::system().now(),
                zone: local_time::zone(),
            },
            problems: Vec::new(),
        }
    }

    async fn describe(mut self) -> Result<(), Failed> {
        let found = if let Some(manifests) = &self.options.manifests {
            let objects = self.described(manifests).await?;
            self.get(&objects).await
        } else {
            let Options { words, scope, .. } = self.options;
            match Named::resolve(self.target, words, scope, false).await? {
                Named::Objects(objects) => {
                    let found = self.get(&objects).await;
                    if let ([object], 2) = (&objects[..], words.len())
                        && self.problems.iter().any(Error::is_not_found)
                    {
                        return self.describe_by_prefix(object).await;
                    }
                    found
                }
                Named::Collections(resources) => self.list(&resources).await,
            }
        };
        self.write(found).await
    }

    async fn write(mut self, found: Vec<Found>) -> Result<(), Failed> {
        if found.is_empty() && self.problems.is_empty() {
            self.say_nothing_found();
        }
        let problems = self.write_texts(&found).await?;
        self.problems.extend(problems);
        self.end()
    }

    /// Writes what can be told of each, in order; the rest went wrong.
    async fn write_texts(&self, found: &[Found]) -> Result<Vec<Error>, Failed> {
        let texts = futures::stream::iter(found);
        let texts = texts.map(|(object, value)| self.text(object, value));
        let mut texts = pin!(texts.buffered(AT_ONCE));
        let (mut gap, mut problems) = ("", Vec::new());
        while let Some(text) = texts.next().await {
            match text {
                Ok(text) => {
                    stdout::write(format!("{gap}{text}").as_bytes())?;
                    gap = "\n\n";
                }
                Err(error) => problems.push(error),
            }
        }
        Ok(problems)
    }

    fn end(self) -> Result<(), Failed> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Failed::Errors(self.problems))
    }

    /// What files describe, in the version that the server would rather have: the most is told of it.
    async fn described(&self, manifests: &[Value]) -> Result<Vec<ObjectRef>, Failed> {
        let discovery = self.target.discovery().await?;
        let mut objects = Vec::with_capacity(manifests.len());
        for manifest in manifests {
            let mut object = ObjectRef::of(manifest, &discovery, self.target.namespace())?;
            if let Ok(preferred) = discovery.named(&object.resource.plural_with_group()) {
                object.resource = Arc::new(preferred.clone());
            }
            objects.push(object);
        }
        Ok(objects)
    }

    /// Those of the objects that are there.
    async fn get(&mut self, objects: &[ObjectRef]) -> Vec<Found> {
        let mut found = Vec::with_capacity(objects.len());
        for object in objects {
            match self.target.get_existing(object).await {
                Ok(value) => found.push((object.clone(), value)),
                Err(error) => self.problems.push(error),
            }
        }
        found
    }

    async fn list(&mut self, resources: &[Arc<Resource>]) -> Vec<Found> {
        let mut found = Vec::new();
        for resource in resources {
            let collection = self.options.scope.collection(self.target, resource);
            match self.target.list(&collection).await {
                Ok(list) => found.extend(list.items.into_iter().map(|it| referred(resource, it))),
                Err(error) => self.problems.push(error),
            }
        }
        found
    }

    /// Describes the objects whose names begin as the name of one that is not there.
    async fn describe_by_prefix(mut self, missing: &ObjectRef) -> Result<(), Failed> {
        let resource = &missing.resource;
        let collection = Collection::in_namespace(resource, self.target.namespace());
        let list = self.target.list(&collection).await?.items.into_iter();
        let found = list.map(|item| referred(resource, item));
        for (object, value) in found.filter(|(object, _)| object.name.starts_with(&*missing.name)) {
            let text = self.text(&object, &value).await?;
            stdout::write(format!("{text}\n").as_bytes())?;
            self.problems.clear();
        }
        self.end()
    }

    async fn text(&self, object: &ObjectRef, value: &Value) -> Result<String, Error> {
        let shows_events = self.options.shows_events;
        let around = surroundings::of(self.target, object, value, shows_events).await?;
        let Resource { group, kind, .. } = &*object.resource;
        Ok(description(group, kind, value, &around, &self.moment))
    }

    fn say_nothing_found(&self) {
        if self.options.scope.all_namespaces {
            stderr::line("No resources found");
        } else {
            let namespace = self.target.namespace();
            stderr::line(&format!("No resources found in {namespace} namespace."));
        }
    }
}

/// An item of a list with its name.
fn referred(resource: &Arc<Resource>, item: Value) -> Found {
    let of = |field: &str| {
        let text = item.get_path(&["metadata", field]).and_then(Value::text);
        text.unwrap_or_default().to_owned()
    };
    (
        ObjectRef::new(resource, &of("namespace"), &of("name")),
        item,
    )
}
