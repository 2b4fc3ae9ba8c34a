//! What a build prints, and where to.

use crate::exit::Failure;
use crate::ui::stdout;
use std::collections::BTreeSet;
use std::path::Path;
use trimtab_kustomize::Resource;
use trimtab_object::Scope;

/// The printed resources, ready to be written.
pub(super) enum Rendering {
    /// All as one YAML stream.
    Stream(String),
    /// Each by itself, with its file name.
    Files(Vec<(String, String)>),
}

impl Rendering {
    /// Writes to the file or directory at `path`, without one to standard output.
    pub(super) fn write(&self, path: Option<&Path>) -> Result<(), Failure> {
        match (self, path) {
            (Self::Stream(text), None) => stdout::write(text.as_bytes()),
            (Self::Stream(text), Some(path)) => write_file(path, text),
            (Self::Files(files), directory) => files.iter().try_for_each(|(name, text)| {
                write_file(&directory.unwrap_or(Path::new("")).join(name), text)
            }),
        }
    }
}

/// All resources as one YAML stream, as kustomize prints them.
pub(crate) fn print(resources: &[Resource]) -> trimtab_tree::Result<String> {
    let mut out = String::new();
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            out.push_str("---\n");
        }
        trimtab_tree::write_yaml(resource.value(), &mut out)?;
    }
    Ok(out)
}

/// Each resource by itself, with its file name. Names are kustomize's: group, version, kind and
/// name, behind the namespace where the namespaced resources are in several.
pub(super) fn print_each(resources: &[Resource]) -> trimtab_tree::Result<Vec<(String, String)>> {
    let namespaces: BTreeSet<&str> = resources.iter().filter_map(namespace).collect();
    let mut files = Vec::with_capacity(resources.len());
    for resource in resources {
        let gvk = resource.gvk();
        let namespace = namespace(resource).filter(|_| namespaces.len() > 1);
        let parts = [
            namespace.unwrap_or_default(),
            &gvk.group,
            &gvk.version,
            &gvk.kind,
        ];
        let mut name = String::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            name.push_str(part);
            name.push('_');
        }
        name.push_str(&resource.id().name);
        let mut text = String::new();
        trimtab_tree::write_yaml(resource.value(), &mut text)?;
        files.push((
            format!("{}.yaml", name.to_lowercase().replace('/', "_")),
            text,
        ));
    }
    Ok(files)
}

/// The namespace of a namespaced resource.
fn namespace(resource: &Resource) -> Option<&str> {
    match resource.id().scope() {
        Scope::Cluster => None,
        Scope::Namespace(namespace) => Some(namespace),
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })
}
