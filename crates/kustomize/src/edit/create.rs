//! Making a kustomization file.

use super::accepted::refused_namespace;
use super::annotations::{CommonField, pairs, warn_of_refused};
use super::fields::set;
use super::lists::expand;
use super::save::Pending;
use super::with_type;
use crate::documents;
use crate::loader::{FILE_NAMES, LoadRestrictions, Loader, Sources};
use std::fs;
use std::path::Path;
use trimtab_schema::Schema;
use trimtab_tree::{
    Diagnostic, Document, Mapping, ParseOptions, Result, Value, decode, parse_documents, read_file,
};

/// What a new kustomization says; what is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateArguments {
    /// Files, patterns of files, directories and references to other machines, with commas.
    pub resources: String,
    /// The namespace of everything.
    pub namespace: String,
    /// Annotations, `KEY:VALUE` with commas.
    pub annotations: String,
    /// Labels, `KEY:VALUE` with commas.
    pub labels: String,
    /// What goes before names.
    pub name_prefix: String,
    /// What goes behind names.
    pub name_suffix: String,
    /// Whether the files of the directory that hold Kubernetes objects are taken too.
    pub detect: bool,
    /// Whether that goes for the directories below it too. One that has a kustomization is taken as
    /// a whole.
    pub recursive: bool,
}

/// Deeper directories are not looked into.
const DEEPEST: usize = 64;

/// Makes `kustomization.yaml` in the working directory of `sources`.
///
/// # Errors
/// When there is a kustomization file already, when a resource is not there, when a label or
/// annotation has no key, and when the file cannot be written.
pub fn create(arguments: &CreateArguments, sources: &Sources) -> Result<()> {
    let loader = Loader::open(sources, ".", LoadRestrictions::RootOnly)?;
    let root = loader.root();
    let mut resources = Vec::new();
    if !arguments.resources.is_empty() {
        let patterns: Vec<String> = arguments.resources.split(',').map(str::to_owned).collect();
        resources = expand(&loader, &patterns)?;
    }
    if let Some(name) = kustomization_in(root) {
        let message = format!("`{name}` exists already");
        return Err(Diagnostic::error("kustomization-exists", message)
            .in_file(name)
            .hint("`edit` changes it"));
    }
    let mut components = Vec::new();
    if arguments.detect {
        let mut detected = Vec::new();
        detect(root, "", arguments.recursive, &mut detected);
        detected.retain(|path| !resources.contains(path));
        // Among resources none can be built.
        components = detected
            .extract_if(.., |path| is_component(&root.join(path)))
            .collect();
        resources.extend(detected);
    } else if arguments.recursive {
        let message = "`--recursive` does nothing without `--autodetect`";
        sources.warn(*Diagnostic::warning("left-undone", message));
    }
    let tree = tree(arguments, &resources, &components, sources)?;
    let mut document = Document::read(Vec::new())?;
    document.update(&with_type(&tree, "Kustomization"))?;
    Pending::write(&root.join(FILE_NAMES[0]), &document.bytes())?.take_place()
}

fn tree(
    arguments: &CreateArguments,
    resources: &[String],
    components: &[String],
    sources: &Sources,
) -> Result<Value> {
    let mut tree = Mapping::new().into();
    for (field, paths) in [("resources", resources), ("components", components)] {
        if !paths.is_empty() {
            let items = paths.iter().map(|path| Value::string(path.as_str()));
            set(&mut tree, field, Value::sequence(items.collect()));
        }
    }
    for (field, text) in [
        ("namePrefix", &arguments.name_prefix),
        ("nameSuffix", &arguments.name_suffix),
        ("namespace", &arguments.namespace),
    ] {
        if !text.is_empty() {
            set(&mut tree, field, Value::string(text.as_str()));
        }
    }
    if let Some(warning) = refused_namespace(&arguments.namespace) {
        sources.warn(warning);
    }
    for (common, text) in [
        (CommonField::Labels, &arguments.labels),
        (CommonField::Annotations, &arguments.annotations),
    ] {
        if text.is_empty() {
            continue;
        }
        let pairs = pairs(text.split(','), common.noun())?;
        warn_of_refused(sources, common, &pairs);
        let mut fields = Mapping::new();
        for (key, value) in pairs {
            fields.insert(key, Value::string(value));
        }
        set(&mut tree, common.field(), fields.into());
    }
    Ok(tree)
}

fn kustomization_in(directory: &Path) -> Option<&'static str> {
    let exists = |name: &&str| directory.join(name).symlink_metadata().is_ok();
    FILE_NAMES.into_iter().find(exists)
}

/// Whether a directory with a kustomization is a component.
fn is_component(directory: &Path) -> bool {
    let read = || {
        let file = directory.join(kustomization_in(directory)?);
        let text = decode(read_file(&file).ok()?).ok()?;
        parse_documents(&text, ParseOptions::default()).ok()
    };
    let documents = directory.is_dir().then(read).flatten();
    documents.is_some_and(|it| {
        it.iter()
            .any(|file| super::fields::text(file, "kind") == "Component")
    })
}

/// Finds the files of objects in the directory at `path` below `root`, in the order of their names.
fn detect(root: &Path, path: &str, recursive: bool, found: &mut Vec<String>) {
    let depth = path.matches('/').count();
    let entries = fs::read_dir(root.join(path))
        .into_iter()
        .flatten()
        .flatten();
    let mut names: Vec<(String, fs::FileType)> = entries
        .filter_map(|entry| {
            Some((
                entry.file_name().into_string().ok()?,
                entry.file_type().ok()?,
            ))
        })
        .collect();
    names.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, kind) in names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        if kind.is_dir() {
            // A repository's own files are no manifests, and there are many.
            if !recursive || name == ".git" || depth >= DEEPEST {
                continue;
            }
            if kustomization_in(&root.join(&below)).is_some() {
                found.push(below);
            } else {
                detect(root, &below, recursive, found);
            }
        } else if root.join(&below).is_file() && holds_objects(&root.join(&below)) {
            found.push(below);
        }
    }
}

/// Whether a file holds Kubernetes objects and nothing else.
fn holds_objects(path: &Path) -> bool {
    let read = || {
        let text = decode(read_file(path).ok()?).ok()?;
        let documents = parse_documents(&text, ParseOptions::default()).ok()?;
        documents::resources(documents, &Schema::kustomize()).ok()
    };
    read().is_some_and(|resources| !resources.is_empty())
}
