//! `trimtab cfg tree`: objects as a drawing.

use super::input::{from_directory, from_stdin};
use crate::exit::Failure;
use crate::switch;
use crate::ui::report::Report;
use crate::ui::stdout;
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use trimtab_packages::{Drawing, Field, FieldPath, Locality, Structure};
use trimtab_tree::{Result as Found, Value};

/// Draw the objects in a directory as a tree
///
/// Branches are directories; of objects that own each other, as those of a cluster do, owners. `-`
/// for DIR reads the objects from standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab cfg tree base
  trimtab cfg tree base --image --replicas
  kubectl get all -o yaml | trimtab cfg tree - --graph-structure owners")]
pub(crate) struct Args {
    /// Directory to look at
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,

    #[command(flatten)]
    told: Told,

    /// Tell all of these
    #[arg(long)]
    all: bool,

    /// Tell the field at this path, as for `cfg grep`
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    field: Vec<String>,

    /// Also draw objects that are not for the cluster
    #[arg(long)]
    include_local: bool,

    /// Do not draw objects that are for the cluster
    #[arg(long)]
    exclude_non_local: bool,

    /// What the branches are
    #[arg(long, value_name = "STRUCTURE", value_enum)]
    graph_structure: Option<Graph>,
}

/// What is told of objects. Each can be switched off behind `--all`.
#[derive(Debug, clap::Args)]
struct Told {
    /// Tell names of containers
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    name: Option<bool>,

    /// Tell images
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    image: Option<bool>,

    /// Tell commands
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    command: Option<bool>,

    /// Tell arguments
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    args: Option<bool>,

    /// Tell variables of the environment
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    env: Option<bool>,

    /// Tell numbers of replicas
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    replicas: Option<bool>,

    /// Tell resources of containers
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    resources: Option<bool>,

    /// Tell ports
    #[arg(long, value_name = "BOOL", default_missing_value = "true", num_args = 0..=1, require_equals = true, hide_possible_values = true, value_parser = switch::value())]
    ports: Option<bool>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Graph {
    /// Directories
    Directory,
    /// Owners
    Owners,
}

impl Args {
    fn fields(&self) -> Found<Vec<Field>> {
        let mut fields = Vec::new();
        for path in &self.field {
            fields.push(Field::new(FieldPath::parse(path)?));
        }
        let told = &self.told;
        let is_told = |switch: Option<bool>| switch.unwrap_or(self.all);
        for (name, switch) in [
            ("name", told.name),
            ("image", told.image),
            ("command", told.command),
            ("args", told.args),
            ("env", told.env),
            ("resources", told.resources),
            ("ports", told.ports),
        ] {
            if is_told(switch) {
                fields.extend(Field::of_containers(name));
            }
        }
        if is_told(told.replicas) {
            fields.push(Field::new(FieldPath::of(&["spec", "replicas"])));
        }
        if is_told(told.ports) {
            fields.push(Field::new(FieldPath::of(&["spec", "ports"])));
        }
        Ok(fields)
    }

    fn draw(&self, root: &Path, mut objects: Vec<Value>) -> Found<String> {
        let locality = Locality {
            include_local: self.include_local,
            exclude_non_local: self.exclude_non_local,
        };
        locality.filter(&mut objects);
        if objects.is_empty() {
            return Ok(String::new());
        }
        let drawing = Drawing {
            root: root.components().collect(),
            fields: self.fields()?,
            structure: self.graph_structure.map(|graph| match graph {
                Graph::Directory => Structure::Directory,
                Graph::Owners => Structure::Owners,
            }),
        };
        drawing.draw(&objects)
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let text = if args.directory == Path::new("-") {
        from_stdin(report, |objects| args.draw(Path::new("."), objects))?
    } else {
        from_directory(&args.directory, report, |objects| {
            args.draw(&args.directory, objects)
        })?
    };
    stdout::write(text.as_bytes())
}
