//! What a build prints, and where to.

use super::annotate;
use super::format::Format;
use super::names;
use crate::exit::Failure;
use crate::parallel;
use crate::ui::stdout;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use trimtab_kustomize::{Resource, Sources};
use trimtab_object::Scope;
use trimtab_tree::{Draft, SourceMap};

/// Where a build writes to, and in which form.
#[derive(Clone, Debug)]
pub(super) struct Output {
    place: Place,
    format: Format,
}

#[derive(Clone, Debug)]
enum Place {
    Stdout,
    File(PathBuf),
    /// One file a resource.
    Directory(PathBuf),
    /// One file a target, in the order of the targets.
    Files(Vec<PathBuf>),
}

/// The printed resources of one target, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rendering {
    /// All as one text, which is in pieces: to put many megabytes together would take as long as to
    /// print them.
    Stream(Vec<Draft>),
    /// Each by itself, with its file name.
    Files(Vec<(String, String)>),
}

impl Output {
    /// Where the targets go when `--output` says `path` and `--output-format` says `format`.
    ///
    /// # Errors
    /// When several targets are to go into one file.
    pub(super) fn new(
        path: Option<&Path>,
        format: Option<Format>,
        targets: &[&str],
    ) -> Result<Self, Failure> {
        let named = path.filter(|_| format.is_none()).and_then(Format::named);
        let format = format.or(named).unwrap_or_default();
        let place = match path.filter(|_| named.is_none()) {
            None => Place::Stdout,
            Some(path) if targets.len() > 1 => {
                if path.exists() && !path.is_dir() {
                    let message = format!(
                        "{} is a file, and there are several targets",
                        path.display()
                    );
                    return Err(Failure::new("output-not-a-directory", message)
                        .hint("name a directory: each target gets a file of its own in it"));
                }
                let files = names::files(targets, format.extension());
                Place::Files(files.iter().map(|file| path.join(file)).collect())
            }
            Some(path) if path.is_dir() => Place::Directory(path.to_owned()),
            Some(path) => Place::File(path.to_owned()),
        };
        Ok(Self { place, format })
    }

    /// Whether it is standard output.
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self.place, Place::Stdout)
    }

    /// The files and directories that are written to, as absolute paths.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let paths = match &self.place {
            Place::Stdout => &[],
            Place::File(path) | Place::Directory(path) => std::slice::from_ref(path),
            Place::Files(paths) => &paths[..],
        };
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        paths.iter().map(absolute).collect()
    }

    /// Prints the resources of a target, the second half first if `from_back` says so.
    ///
    /// # Errors
    /// When a value cannot be printed.
    fn render(&self, resources: &[Resource], from_back: bool) -> trimtab_tree::Result<Rendering> {
        Ok(match &self.place {
            Place::Directory(_) => {
                let print = |resource: &Resource| self.format.print_one(resource);
                Rendering::Files(self.print_each(resources, print)?)
            }
            _ => Rendering::Stream(self.format.print(resources, from_back)?),
        })
    }

    /// Prints the resources of the target of a number, with comments if `texts` are those that a
    /// recorded build reads.
    ///
    /// # Errors
    /// When a value cannot be printed.
    pub(super) fn render_with(
        &self,
        number: usize,
        resources: &[Resource],
        texts: Option<&Sources>,
    ) -> trimtab_tree::Result<Rendering> {
        match texts {
            Some(texts) => self.render_annotated(resources, &texts.map()),
            // Of two that are next to each other, two threads print one each.
            None => self.render(resources, number % 2 == 1),
        }
    }

    /// Prints the resources of a recorded build, with comments that say where each value comes from;
    /// JSON has none.
    ///
    /// # Errors
    /// When a value cannot be printed.
    fn render_annotated(
        &self,
        resources: &[Resource],
        map: &SourceMap,
    ) -> trimtab_tree::Result<Rendering> {
        if self.format == Format::Json {
            return self.render(resources, false);
        }
        Ok(match &self.place {
            Place::Directory(_) => {
                let print =
                    |resource: &Resource| annotate::print(std::slice::from_ref(resource), map);
                Rendering::Files(self.print_each(resources, print)?)
            }
            _ => Rendering::Stream(vec![annotate::print(resources, map)?.into()]),
        })
    }

    /// Prints the resources of one of several targets, see [`Self::render_with`], and drops them.
    ///
    /// # Errors
    /// When a value cannot be printed.
    pub(super) fn render_and_drop(
        &self,
        number: usize,
        resources: Vec<Resource>,
        texts: Option<&Sources>,
    ) -> trimtab_tree::Result<Rendering> {
        if texts.is_some() || matches!(self.place, Place::Directory(_)) {
            return self.render_with(number, &resources, texts);
        }
        let printed = self.format.print_and_drop(resources, number % 2 == 1);
        printed.map(Rendering::Stream)
    }

    /// Writes what was printed of each target.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, targets: &[&str], printed: &[Rendering]) -> Result<(), Failure> {
        match &self.place {
            Place::Stdout => self.stream(targets, printed, |text| stdout::write(text.as_bytes())),
            Place::Files(files) => {
                let directories: BTreeSet<&Path> =
                    files.iter().filter_map(|file| file.parent()).collect();
                for directory in directories {
                    std::fs::create_dir_all(directory)
                        .map_err(|error| Failure::io("make", directory, &error))?;
                }
                // To write takes the system longer than it took to print.
                parallel::map(files.len().min(printed.len()), |at| {
                    printed[at].write(&files[at])
                })
                .into_iter()
                .collect()
            }
            Place::File(path) | Place::Directory(path) => printed
                .iter()
                .try_for_each(|rendering| rendering.write(path)),
        }
    }

    /// Writes one text of all targets, in pieces. Where there are several, a comment says which a document
    /// is the first of, as Helm has it; JSON has no comments, and one list a target.
    fn stream(
        &self,
        targets: &[&str],
        printed: &[Rendering],
        mut write: impl FnMut(&str) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let texts = printed.iter().map(|rendering| match rendering {
            Rendering::Stream(pieces) => &pieces[..],
            Rendering::Files(_) => &[],
        });
        let texts = targets.iter().zip(texts);
        let has_comments = targets.len() > 1 && self.format != Format::Json;
        let mut between = "";
        for (target, pieces) in texts.filter(|(_, pieces)| pieces.iter().any(|it| !it.is_empty())) {
            if has_comments {
                // A line break would end the comment.
                let target: String = target.chars().filter(|c| !c.is_control()).collect();
                write(&format!("{between}# Source: {target}\n"))?;
                between = "---\n";
            }
            pieces.iter().try_for_each(|piece| write(&piece.text()))?;
        }
        Ok(())
    }

    /// Each resource by itself, with its file name. Names are kustomize's: group, version, kind and
    /// name, behind the namespace where the namespaced resources are in several.
    fn print_each(
        &self,
        resources: &[Resource],
        print: impl Fn(&Resource) -> trimtab_tree::Result<String>,
    ) -> trimtab_tree::Result<Vec<(String, String)>> {
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
            let name = name.to_lowercase().replace('/', "_");
            let file = format!("{name}.{}", self.format.extension());
            files.push((file, print(resource)?));
        }
        Ok(files)
    }
}

impl Rendering {
    /// All of it, for a comparison.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Stream(pieces) => match &pieces[..] {
                [text] => text.text(),
                pieces => pieces.iter().map(Draft::text).collect::<String>().into(),
            },
            Self::Files(files) => files.iter().map(|(_, text)| text.as_str()).collect(),
        }
    }

    /// Writes to the file, or the files in the directory, at `path`.
    fn write(&self, path: &Path) -> Result<(), Failure> {
        match self {
            Self::Stream(pieces) => write_file(path, |file| {
                pieces.iter().try_for_each(|piece| piece.write_to(file))
            }),
            Self::Files(files) => files.iter().try_for_each(|(name, text)| {
                write_file(&path.join(name), |file| file.write_all(text.as_bytes()))
            }),
        }
    }
}

/// So many bytes are put together before they are given to the system: no more than stay at hand.
const AT_ONCE: usize = 1 << 16;

/// All resources as one YAML stream, as kustomize prints them.
pub(crate) fn print(resources: &[Resource]) -> trimtab_tree::Result<String> {
    let pieces = Format::Yaml.print(resources, false)?;
    Ok(Rendering::Stream(pieces).text().into_owned())
}

/// The namespace of a namespaced resource.
fn namespace(resource: &Resource) -> Option<&str> {
    match resource.id().scope() {
        Scope::Cluster => None,
        Scope::Namespace(namespace) => Some(namespace),
    }
}

/// Writes a file, or writes it again. What is there is written over and only then cut off: to empty a
/// file first takes the system up to a hundred times as long as to write it, for it waits for the disk
/// where the file was written a moment ago.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Failure> {
    write_over(path, write).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })
}

fn write_over(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    let mut out = BufWriter::with_capacity(AT_ONCE, file);
    let written = write(&mut out).and_then(|()| out.flush());
    // Nobody shall take what is left of the old text for the end of the new one.
    let (mut file, _) = out.into_parts();
    let there = file.metadata()?;
    if there.is_file() {
        let end = file.stream_position()?;
        if there.len() > end {
            file.set_len(end)?;
        }
    }
    written
}
