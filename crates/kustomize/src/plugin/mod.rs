//! Plugins in kustomize's old form: programs at a fixed place below a plugin home, called with the
//! file of their configuration.
//!
//! The rules are those of kustomize's `api/internal/plugins/execplugin` and `konfig`. Its other old
//! form, libraries of Go code that are loaded into it, is refused: only a Go program can load one.

mod words;

use crate::function::{document_of, documents_of, output_source};
use crate::kustomization::At;
use crate::kustomization::decode::{Decode, Rules, fields};
use crate::loader::Loader;
use crate::options::FunctionOptions;
use crate::program::Program;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use crate::{documents, program};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Result, Text, Value};
use words::split_words;

/// The kernel takes no longer arguments and variables.
const LONGEST_VARIABLE: usize = 131_071;

/// A plugin and where it runs.
pub(crate) struct ExecPlugin<'p> {
    /// The object that configures it.
    pub config: &'p Resource,
    /// Its program.
    pub path: PathBuf,
    /// Reads for the kustomization that names it.
    pub loader: &'p Loader<'p>,
}

/// The fields of a configuration from which arguments come.
#[derive(Default)]
struct Arguments {
    one_liner: At<Text>,
    from_file: At<Text>,
}

fields!(Arguments, "a plugin", {
    "argsOneLiner" => one_liner,
    "argsFromFile" => from_file,
});

impl<'p> ExecPlugin<'p> {
    /// The plugin that an object configures.
    ///
    /// # Errors
    /// When there is none, or it is no program.
    pub(crate) fn find(
        config: &'p Resource,
        options: &FunctionOptions,
        loader: &'p Loader<'p>,
    ) -> Result<Self> {
        let gvk = config.original_gvk();
        let position = kind_position(config.value());
        let below = PathBuf::from(&*gvk.group)
            .join(&*gvk.version)
            .join(gvk.kind.to_lowercase())
            .join(&*gvk.kind);
        let unknown = |message: String| {
            Diagnostic::error("unknown-plugin", message)
                .at(position)
                .hint("a built-in one has `apiVersion: builtin`")
                .hint("a KRM function has the annotation `config.kubernetes.io/function`")
        };
        let Some(home) = options.plugin_homes.iter().find(|home| home.exists()) else {
            let message = format!(
                "`{}` is no built-in plugin, and there is no plugin home",
                gvk.kind
            );
            let mut error = unknown(message);
            let places = options.plugin_homes.iter();
            let places: Vec<String> = places.map(|home| format!("`{}`", home.display())).collect();
            if !places.is_empty() {
                error = error.expecting(format!("one of the directories {}", places.join(", ")));
            }
            return Err(error);
        };
        let path = home.join(below);
        match path.metadata() {
            Ok(metadata) if is_program(&metadata) => {}
            Ok(_) => {
                let message = format!("the plugin `{}` is no program", path.display());
                return Err(Diagnostic::error("plugin-not-executable", message)
                    .at(position)
                    .hint(format!("make it executable: `chmod +x {}`", path.display())));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut library = path.clone().into_os_string();
                library.push(".so");
                if Path::new(&library).exists() {
                    let message = format!("the plugin `{}` is a Go library", gvk.kind);
                    return Err(Diagnostic::error("go-plugin", message)
                        .at(position)
                        .expecting("a program, or a KRM function")
                        .hint(
                            "Go libraries load into the very build of kustomize they were made for",
                        ));
                }
                let message = format!("there is no plugin `{}`", gvk.kind);
                return Err(unknown(message).expecting(format!("a program `{}`", path.display())));
            }
            Err(error) => {
                let message = format!("the plugin `{}` cannot be read: {error}", path.display());
                return Err(Diagnostic::error("plugin-not-executable", message).at(position));
            }
        }
        Ok(Self {
            config,
            path,
            loader,
        })
    }

    /// Runs it on resources, or on nothing where it generates some, and gives those it returned, whose
    /// kinds `schema` judges.
    ///
    /// # Errors
    /// When it cannot be run, fails, or returns what are no resources.
    pub(crate) fn run(
        &self,
        input: Option<&ResourceSet>,
        schema: &Schema,
    ) -> Result<Vec<Resource>> {
        let who = format!("the plugin {}", self.config.id().in_words());
        let place = self.config.position();
        let (sources, root) = (self.loader.sources(), self.loader.root());
        let config = document_of(self.config)?;
        let file = ConfigFile::write(&config).map_err(|error| {
            let message = format!("{who} cannot be given its configuration: {error}");
            Diagnostic::error("program-not-run", message).at(place)
        })?;
        let mut program = Program::new(&self.path)
            .args([file.path()])
            .args(self.arguments()?);
        for (name, value) in [
            ("KUSTOMIZE_PLUGIN_CONFIG_STRING", OsString::from(config)),
            ("KUSTOMIZE_PLUGIN_CONFIG_ROOT", root.into()),
        ] {
            if name.len() + 1 + value.len() <= LONGEST_VARIABLE {
                program = program.env(name, value);
            } else {
                let message = format!("{who} runs without the variable {name}, which is too long");
                let warning = Diagnostic::warning("plugin-variable-too-long", message)
                    .at(place)
                    .expecting(format!("at most {LONGEST_VARIABLE} bytes"));
                sources.warn(*warning);
            }
        }
        let documents = input.map_or_else(|| Ok(Vec::new()), documents_of)?;
        let outcome = program
            .run(Some(root), documents.join("---\n").as_bytes())
            .map_err(|failure: program::Failure| failure.explain(&who, &program).at(place))?;
        drop(file);
        if !outcome.status.success() {
            let message = format!("{who} {}", outcome.ending());
            return Err(outcome.tell(Diagnostic::error("plugin-failed", message).at(place)));
        }
        sources.tell(&self.config.id().in_words(), &outcome.messages);
        let source = output_source(sources, &who, &outcome, place)?;
        let mut resources = documents::resources(source.documents()?, schema)?;
        for resource in &mut resources {
            resource.take_history();
        }
        Ok(resources)
    }

    /// The arguments that the configuration asks for.
    fn arguments(&self) -> Result<Vec<String>> {
        let fields = Arguments::decode(self.config.value(), Rules::PLUGIN)?;
        let mut arguments = split_words(&fields.one_liner)
            .map_err(|error| error.at(fields.one_liner.position).in_field("argsOneLiner"))?;
        if !fields.from_file.is_empty() {
            let source = self.loader.load(&fields.from_file)?;
            let lines = source
                .text
                .split('\n')
                .map(|line| line.trim_start_matches(' '));
            arguments.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        }
        Ok(arguments)
    }
}

#[cfg(unix)]
fn is_program(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0 && metadata.is_file()
}

/// Where files have no mode, starting it tells.
#[cfg(not(unix))]
fn is_program(metadata: &Metadata) -> bool {
    metadata.is_file()
}

/// Where an object says its kind.
pub(crate) fn kind_position(object: &Value) -> trimtab_tree::Position {
    object
        .get("kind")
        .map_or(object.position, |kind| kind.position)
}

/// A file for the time a plugin runs.
struct ConfigFile(tempfile::NamedTempFile);

impl ConfigFile {
    fn write(text: &str) -> io::Result<Self> {
        let mut file = tempfile::Builder::new()
            .prefix("kust-plugin-config-")
            .tempfile()?;
        file.write_all(text.as_bytes())?;
        Ok(Self(file))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}
