//! `trimtab fn run`: functions change the files of a directory.

use crate::commands::cfg::input::{failure, stdin};
use crate::exit::{Failure, Status};
use crate::switch;
use crate::ui::report::Report;
use crate::ui::{stderr, stdout};
use std::path::{Path, PathBuf};
use trimtab_kustomize::FunctionOptions;
use trimtab_packages::{
    Boundary, ConfiguredFunction, Event, Output, PackageFiles, Pipeline, Reader, RunOptions,
    declared, explicit, from_directories,
};
use trimtab_tree::{Result as Found, Value};

/// Run the functions that a directory declares on its objects
///
/// An object with the annotation `config.kubernetes.io/function` declares one. It sees the objects in
/// and below its directory, or in and below the one above where that is called `functions`; the deepest
/// functions run first, those of one file in their order. What they return is written back; a file that
/// stays the same is left alone, to the byte. Without DIR objects are read from standard input and
/// printed. With --image or --exec-path one function runs, configured by the arguments behind `--`.
///
/// Functions in containers run as soon as a file declares them: run this only on what you trust.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab fn run manifests
  trimtab fn run manifests --dry-run --enable-exec
  trimtab fn run manifests --image registry.example.com/set-namespace:1 -- namespace=web
  trimtab fn run manifests --enable-exec --exec-path ./bin/label -- Labels team=shop
  trimtab build | trimtab fn run --fn-path functions")]
pub(crate) struct Args {
    /// Directory of objects, or one file
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// What the function of --image or --exec-path is configured with; the first may be a kind
    #[arg(value_name = "KEY=VALUE", last = true)]
    arguments: Vec<String>,

    /// Print the objects instead of writing them
    #[arg(long)]
    dry_run: bool,

    /// Let all functions see all objects
    #[arg(long)]
    global_scope: bool,

    /// Run the functions that this directory declares, and none of DIR; can be given again
    #[arg(long, value_name = "DIR", value_delimiter = ',')]
    fn_path: Vec<PathBuf>,

    /// Run this image as the function, and none that DIR declares
    #[arg(
        long,
        value_name = "IMAGE",
        default_value = "",
        hide_default_value = true
    )]
    image: String,

    /// Run functions that are programs of this machine too
    ///
    /// Such a program may do whatever you may do.
    #[arg(long)]
    enable_exec: bool,

    /// Run this program as the function, and none that DIR declares; needs --enable-exec
    #[arg(long, value_name = "PROGRAM")]
    exec_path: Option<PathBuf>,

    /// Write what functions found into files of this directory
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,

    /// Let functions in containers use the network, where they ask for it
    #[arg(long)]
    network: bool,

    /// Mount this into all containers: `type=bind,src=PATH,dst=PATH[,rw=true]`
    #[arg(long, value_name = "MOUNT")]
    mount: Vec<String>,

    /// Tell each function that begins, on standard error
    #[arg(long)]
    log_steps: bool,

    /// Set this variable for all functions; without a value, containers get the one it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// Run containers as the user who calls, instead of as `nobody`
    #[arg(long)]
    as_current_user: bool,

    /// Also take the packages below the directory: those with a `Krmfile`
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, value_parser = switch::value())]
    include_subpackages: bool,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    args.check()?;
    let options = args.options()?;
    let mut reader = Reader::for_writing();
    let made = args.make(&mut reader, &options, report);
    report.add_all(&reader.take_warnings(), reader.map());
    let made = made.map_err(|finding| failure(finding, reader))?;
    report.refuse_denied()?;
    made.finish()
}

/// What is to be done in the end.
struct Made {
    text: String,
    changes: Vec<trimtab_packages::FileChange>,
    has_failed: bool,
}

impl Made {
    fn finish(self) -> Result<(), Failure> {
        stdout::write(self.text.as_bytes())?;
        for change in &self.changes {
            change.make().map_err(Failure::of)?;
        }
        if self.has_failed {
            return Err(Failure::Said(Status::Failed));
        }
        Ok(())
    }
}

impl Args {
    fn check(&self) -> Result<(), Failure> {
        let bad = |message: &str| Err(Failure::new("bad-argument", message));
        if self.exec_path.is_some() && !self.enable_exec {
            return bad("must specify --enable-exec with --exec-path");
        }
        if !self.arguments.is_empty() && self.image.is_empty() && self.exec_path.is_none() {
            return bad("must specify --image, or --exec-path, for arguments behind `--`");
        }
        Ok(())
    }

    fn options(&self) -> Result<RunOptions, Failure> {
        let directory = std::env::current_dir()
            .map_err(|error| Failure::io("find", Path::new("the working directory"), &error))?;
        Ok(RunOptions {
            functions: FunctionOptions {
                enabled: true,
                exec: self.enable_exec,
                network: self.network,
                mounts: self.mount.clone(),
                environment: self.env.clone(),
                as_current_user: self.as_current_user,
                ..FunctionOptions::default()
            },
            directory,
            global_scope: self.global_scope,
            results: self.results_dir.clone(),
        })
    }

    /// Reads the objects, runs the functions and says what is to be written.
    fn make(&self, reader: &mut Reader, options: &RunOptions, report: &Report) -> Found<Made> {
        let objects = match &self.directory {
            Some(path) => reader.package(path, self.boundary(), true)?,
            None => reader.stream("standard input", stdin()?)?,
        };
        let files = match &self.directory {
            Some(path) if !self.dry_run => Some(PackageFiles::of(path, &objects)?),
            _ => None,
        };
        let functions = self.functions(&objects, reader)?;
        let (pipeline, warnings) = Pipeline::new(functions, options)?;
        report.add_all(&warnings, reader.map());
        let mut findings = Vec::new();
        let ran = pipeline.run(objects, reader, &mut |event| match event {
            Event::Begins(function) if self.log_steps => {
                stderr::line(&format!("Running {function}"));
            }
            Event::Wrote(text) if !report.is_for_machines() => stderr::text(text),
            Event::Told(line) if !report.is_for_machines() => stderr::line(&line),
            Event::Finding(finding) => findings.push(finding),
            _ => {}
        });
        report.add_all(&findings, reader.map());
        let ran = ran?;
        for failure in &ran.failures {
            report.add(failure, reader.map());
        }
        let mut made = Made {
            text: String::new(),
            changes: Vec::new(),
            has_failed: !ran.failures.is_empty(),
        };
        match (ran.objects, files) {
            (None, _) => {}
            (Some(objects), Some(files)) => made.changes = files.changes(objects)?,
            (Some(objects), None) => {
                let output = Output {
                    keep_paths: true,
                    ..Output::default()
                };
                output.write(objects, &mut made.text)?;
            }
        }
        Ok(made)
    }

    fn boundary(&self) -> Boundary {
        if self.include_subpackages {
            Boundary::None
        } else {
            Boundary::Package
        }
    }

    fn functions(&self, objects: &[Value], reader: &mut Reader) -> Found<Vec<ConfiguredFunction>> {
        let program = self.exec_path.as_deref();
        let is_explicit = !self.image.is_empty() || program.is_some();
        let mut functions = if is_explicit || !self.fn_path.is_empty() {
            from_directories(&self.fn_path, reader)?
        } else {
            declared(objects, reader)?
        };
        if is_explicit {
            let program = program.unwrap_or(Path::new(""));
            let (image, arguments) = (self.image.as_str(), &self.arguments);
            functions.push(explicit(image, program, self.network, arguments, reader)?);
        }
        Ok(functions)
    }
}
