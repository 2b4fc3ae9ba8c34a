//! The objects that `-f`, `-k` and `-R` name: files, directories, standard input, kustomizations.

use crate::build_flags::BuildFlags;
use crate::building;
use crate::commands::build::output;
use crate::exit::{Failure, Status};
use crate::ui::report::Report;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_deploy::is_hook_by_any_name;
use trimtab_kustomize::{BuildOptions, RemoteOptions};
use trimtab_object::read_as_yaml_1_1;
use trimtab_remote::{Locking, Pins, Remotes, is_web_address, mask};
use trimtab_tree::{
    Diagnostic, ParseOptions, SourceMap, Value, decode, parse_documents, read_file, read_stream,
};

/// Flags that name objects in files.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// File, directory or web address with objects, or `-` for standard input; can be given again
    #[arg(short, long = "filename", value_name = "PATH", value_delimiter = ',')]
    filename: Vec<String>,

    /// Directory with a kustomization to build
    #[arg(short, long, value_name = "DIR", conflicts_with_all = ["filename", "recursive"])]
    kustomize: Option<String>,

    /// Look into the directories below, too
    #[arg(short = 'R', long)]
    recursive: bool,

    #[command(flatten)]
    build: BuildFlags,
}

/// Where objects are to be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A kustomization's directory, and how it is built.
    Kustomization(String, Box<BuildOptions>),
    /// Files, directories, web addresses, which are fetched as the options say, and `-`.
    Files {
        paths: Vec<String>,
        recursive: bool,
        remote: Box<RemoteOptions>,
    },
}

impl FileArgs {
    /// Where to read from, if a flag says so.
    pub(crate) fn origin(&self) -> Option<Origin> {
        if let Some(directory) = &self.kustomize {
            let options = Box::new(self.build.options());
            return Some(Origin::Kustomization(directory.clone(), options));
        }
        (!self.filename.is_empty()).then(|| Origin::Files {
            paths: self.filename.clone(),
            recursive: self.recursive,
            remote: Box::new(self.build.options().remote),
        })
    }

    /// The directory of the kustomization that is to be built, if it is one.
    pub(crate) fn directory(&self) -> Option<&str> {
        self.kustomize.as_deref()
    }

    /// The kustomization in a directory, built by these flags; nothing where there is no such directory.
    pub(crate) fn origin_of(&self, directory: Option<&str>) -> Option<Origin> {
        let directory = directory.filter(|directory| Path::new(directory).is_dir())?;
        let options = Box::new(self.build.options());
        Some(Origin::Kustomization(directory.to_owned(), options))
    }

    /// How kustomizations are built.
    pub(crate) fn build_options(&self) -> BuildOptions {
        self.build.options()
    }

    /// Where to read from.
    ///
    /// # Errors
    /// When no flag says so.
    pub(crate) fn required(&self) -> Result<Origin, Failure> {
        self.origin().ok_or_else(|| {
            Failure::new("usage", "must specify one of -f and -k")
                .hint("for example `-k overlays/production`, or `-f web.yaml`")
        })
    }
}

/// The suffixes of the files that count in a directory; kubectl's.
const SUFFIXES: [&str; 3] = ["json", "yaml", "yml"];

impl Origin {
    /// Reads all objects, lists taken apart, in the order in which they are named.
    pub(crate) fn load(&self, report: &Report) -> Result<Vec<Value>, Failure> {
        self.load_with_sources(report).map(|(objects, _)| objects)
    }

    /// The same, and the texts that the positions of the objects are in: of a kustomization what it
    /// renders to.
    pub(crate) fn load_with_sources(
        &self,
        report: &Report,
    ) -> Result<(Vec<Value>, SourceMap), Failure> {
        let mut reader = Reader::default();
        match self {
            Self::Kustomization(directory, options) => {
                let text = building::build(directory, options, report, output::print)?;
                reader.read(directory, text)?;
            }
            Self::Files {
                paths,
                recursive,
                remote,
            } => {
                let remotes = Remotes::new(remote);
                for path in paths {
                    if path == "-" {
                        reader.read("standard input", read_stdin()?)?;
                        continue;
                    }
                    if is_web_address(path) {
                        reader.read(&mask(path), fetch(path, &remotes, remote)?)?;
                        continue;
                    }
                    for file in files(Path::new(path), *recursive)? {
                        let bytes =
                            read_file(&file).map_err(|error| Failure::io("read", &file, &error))?;
                        let name = file.display().to_string();
                        reader.read(&name, text_of(bytes, &name)?)?;
                    }
                }
            }
        }
        if reader.objects.is_empty() {
            return Err(Failure::new(
                "no-objects",
                "no objects passed to apply or delete",
            ));
        }
        Ok((reader.objects, reader.sources))
    }
}

/// The file itself, or the files of a directory in the order of their names.
///
/// # Errors
/// When something cannot be read.
pub(crate) fn files(path: &Path, recursive: bool) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: &std::io::Error| {
        let failure = Failure::io("read", path, error);
        if path.join("kustomization.yaml").exists() {
            failure.hint("build it with -k")
        } else {
            failure
        }
    };
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| unreadable(&error))? {
        entries.push(entry.map_err(|error| unreadable(&error))?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        // As for kubectl, links to directories lead nowhere: one could lead round and round.
        if entry.is_dir() {
            if recursive && !entry.is_symlink() {
                found.extend(files(&entry, recursive)?);
            }
        } else if let Some(suffix) = entry.extension()
            && SUFFIXES.iter().any(|counts| suffix == *counts)
        {
            // A pipe that nobody writes to would never end.
            if entry.metadata().is_ok_and(|it| !it.is_file()) {
                let shown = entry.display();
                let finding = Diagnostic::error("not-a-file", format!("`{shown}` is not a file"));
                return Err(Failure::of(finding.in_file(entry.to_string_lossy())));
            }
            found.push(entry);
        }
    }
    Ok(found)
}

/// All of standard input, decoded.
pub(crate) fn read_stdin() -> Result<String, Failure> {
    let name = "standard input";
    let bytes = read_stream(std::io::stdin().lock());
    let bytes = bytes.map_err(|error| Failure::io("read", Path::new(name), &error))?;
    text_of(bytes, name)
}

/// What a web server gives.
fn fetch(address: &str, remotes: &Remotes, options: &RemoteOptions) -> Result<String, Failure> {
    let pins = Pins {
        // There is no place for a lock file.
        lock: None,
        required: options.locking == Locking::Require,
    };
    let file = remotes.file(address, pins).map_err(Failure::of)?;
    text_of(file.bytes.clone(), &mask(address))
}

fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    decode(bytes).map_err(|finding| Failure::Finding {
        finding: finding.in_file(name),
        sources: SourceMap::default(),
        status: Status::Failed,
    })
}

/// Reads texts one by one, and remembers them for messages.
#[derive(Default)]
struct Reader {
    sources: SourceMap,
    objects: Vec<Value>,
    /// How many hooks generate the same names.
    generated: BTreeMap<String, u32>,
}

impl Reader {
    fn read(&mut self, name: &str, text: String) -> Result<(), Failure> {
        let text: Arc<str> = text.into();
        let id = self.sources.add(name, Arc::clone(&text));
        let base = id.map_or(0, |id| self.sources.base(id));
        json_objects(&text)
            .into_iter()
            .try_for_each(|part| {
                let options = ParseOptions {
                    base: base + u32::try_from(part.start).unwrap_or(u32::MAX),
                    ..ParseOptions::default()
                };
                let documents = parse_documents(&text[part], options)?;
                documents.into_iter().try_for_each(|d| self.take(d))
            })
            .map_err(|finding| Failure::Finding {
                finding: finding.in_file(name),
                sources: std::mem::take(&mut self.sources),
                status: Status::Failed,
            })
    }

    fn take(&mut self, mut document: Value) -> trimtab_tree::Result<()> {
        if document.is_null_or_empty() {
            return Ok(());
        }
        read_as_yaml_1_1(&mut document);
        let kind = text(&document, &["kind"]);
        if kind.ends_with("List") && document.get("items").is_some() {
            let of_items = kind.strip_suffix("List").map(Value::string);
            let of_items = [
                ("apiVersion", document.get("apiVersion").cloned()),
                ("kind", of_items),
            ];
            let is_typed = kind != "List";
            let items = document.get_mut("items").and_then(Value::as_sequence_mut);
            let items = items.map(std::mem::take).unwrap_or_default();
            return items.into_iter().try_for_each(|mut item| {
                // A server leaves out of each item what the list says of all.
                if let Some(fields) = item.as_mapping_mut().filter(|_| is_typed) {
                    for (key, value) in &of_items {
                        if let Some(value) = value.as_ref().filter(|_| !fields.contains_key(key)) {
                            fields.insert(key, value.clone());
                        }
                    }
                }
                self.take(item)
            });
        }
        self.name_hook(&mut document);
        for path in [&["apiVersion"][..], &["kind"], &["metadata", "name"]] {
            if text(&document, path).is_empty() {
                let generated = document.get_path(&["metadata", "generateName"]);
                if let Some(generated) = generated.filter(|_| path == ["metadata", "name"]) {
                    return Err(generates_its_name(&document, generated));
                }
                let field = path.join(".");
                return Err(
                    Diagnostic::error("missing-field", format!("{field} is missing"))
                        .at(document.position)
                        .in_field(field)
                        .expecting("an object with `apiVersion`, `kind` and `metadata.name`"),
                );
            }
        }
        self.objects.push(document);
        Ok(())
    }

    /// Gives a hook that generates its name one. It is the same each time, so that what ran before is found, and
    /// goes when the hook's turn comes.
    fn name_hook(&mut self, object: &mut Value) {
        let prefix = text(object, &["metadata", "generateName"]);
        let is_named = !text(object, &["metadata", "name"]).is_empty();
        if prefix.is_empty() || is_named || !is_hook_by_any_name(object) {
            return;
        }
        let hooks = HOOKS.map(|hook| text(object, &["metadata", "annotations", hook]));
        let what = [
            text(object, &["apiVersion"]),
            text(object, &["kind"]),
            prefix,
        ];
        let what = [&what[..], &hooks].concat().join("\n");
        let before = self.generated.entry(what.clone()).or_default();
        *before += 1;
        let digest = Sha256::digest(format!("{what}\n{before}"));
        let suffix = digest.iter().take(SUFFIX);
        let suffix = suffix.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
        let name: String = prefix.chars().take(LONGEST_PREFIX).chain(suffix).collect();
        let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
        if let Some(metadata) = metadata {
            let generated = metadata.get("generateName").map(|it| it.position);
            let mut value = Value::string(name);
            value.position = generated.unwrap_or_default();
            metadata.insert("name", value);
        }
    }
}

/// The annotations that make an object a hook.
const HOOKS: [&str; 2] = ["argocd.argoproj.io/hook", "helm.sh/hook"];

/// What names end with that Kubernetes generates: so many of these, behind a prefix that leaves room for them.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const SUFFIX: usize = 5;
const LONGEST_PREFIX: usize = 63 - SUFFIX;

/// A text in an object; empty where there is none.
fn text<'v>(object: &'v Value, path: &[&str]) -> &'v str {
    let found = object.get_path(path).and_then(Value::text_if_not_null);
    found.unwrap_or_default()
}

/// An object that gets another name whenever it is created: nothing says which one is meant.
fn generates_its_name(object: &Value, generated: &Value) -> Box<Diagnostic> {
    let prefix = generated.text().unwrap_or_default();
    let message = format!("from {prefix}: cannot use generate name with apply");
    let finding = Diagnostic::error("missing-field", message)
        .at(generated.position.or(object.position))
        .in_field("metadata.name")
        .expecting("an object with `metadata.name`");
    let annotations = object.get_path(&["metadata", "annotations"]);
    let has = |annotation| annotations.and_then(|it| it.get(annotation)).is_some();
    if HOOKS.into_iter().any(has) {
        finding.hint("give the hook a `name`: only a Job or Pod gets one, and runs anew with every apply that changes something")
    } else {
        finding.hint("give it a `name`; without one it is only for `kubectl create`")
    }
}

/// Where the objects stand in a text that is JSON, one object behind the other, as `jq` prints them; of any other
/// text all of it.
fn json_objects(text: &str) -> Vec<Range<usize>> {
    let mut objects = Vec::new();
    if text.trim_start().starts_with('{') {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        loop {
            let start = stream.byte_offset();
            match stream.next() {
                Some(Ok(_)) => objects.push(start..stream.byte_offset()),
                None if objects.len() > 1 => return objects,
                _ => break,
            }
        }
    }
    std::iter::once(0..text.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::Position;

    fn names(text: &str) -> Result<Vec<String>, Failure> {
        let mut reader = Reader::default();
        reader.read("test", text.to_owned())?;
        let name = |object: &Value| {
            object
                .get_path(&["metadata", "name"])?
                .text()
                .map(str::to_owned)
        };
        Ok(reader.objects.iter().filter_map(name).collect())
    }

    #[test]
    fn documents_and_lists_give_objects_in_order() {
        let text = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: A, metadata: {name: a}}
- {apiVersion: v1, kind: BList, items: [{apiVersion: v1, kind: B, metadata: {name: b}}]}
---
---
apiVersion: v1
kind: C
metadata: {name: c}
";
        assert_eq!(names(text).expect("objects"), ["a", "b", "c"]);
    }

    #[test]
    fn json_may_stand_behind_json_and_items_be_of_their_lists_kind() {
        let of_jq = "{\"apiVersion\": \"v1\", \"kind\": \"A\", \"metadata\": {\"name\": \"a\"}}\n\
                     {\"apiVersion\": \"v1\", \"kind\": \"B\", \"metadata\": {\"name\": \"b\"}}\n";
        assert_eq!(names(of_jq).expect("objects"), ["a", "b"]);
        let broken = format!("{of_jq}{{\"kind\": ");
        assert!(names(&broken).is_err());
        let list = "{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: a}}]}";
        let mut reader = Reader::default();
        reader.read("test", list.to_owned()).expect("an object");
        let kind = reader.objects[0].get("kind").and_then(Value::text);
        assert_eq!(kind, Some("ConfigMap"));
        let list = list.replace("ConfigMapList", "List");
        assert!(names(&list).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn neither_links_upwards_nor_pipes_are_followed() {
        let directory = std::env::temp_dir().join(format!("trimtab-files-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(directory.join("below")).expect("it is ours");
        let write = |name: &str| std::fs::write(directory.join(name), "").expect("it is ours");
        write("below/a.yaml");
        write("b.json");
        write("c.txt");
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, directory.join(name)).expect("it is ours");
        };
        link("..", "below/up");
        link("../b.json", "below/b.yaml");
        let names = |recursive| {
            let found = files(&directory, recursive).expect("they can be read");
            let below = |path: &PathBuf| path.strip_prefix(&directory).map(Path::to_owned);
            found
                .iter()
                .filter_map(|it| below(it).ok())
                .collect::<Vec<_>>()
        };
        let all = ["b.json", "below/a.yaml", "below/b.yaml"].map(PathBuf::from);
        assert_eq!(names(true), all);
        assert_eq!(names(false), [PathBuf::from("b.json")]);
        let pipe = std::process::Command::new("mkfifo")
            .arg(directory.join("pipe.yaml"))
            .status();
        assert!(pipe.expect("mkfifo runs").success());
        let failure = files(&directory, false).expect_err("nobody writes to it");
        let Failure::Finding { finding, .. } = failure else {
            panic!("it is about the input");
        };
        assert_eq!(finding.code, "not-a-file");
        std::fs::remove_dir_all(&directory).expect("it is ours");
    }

    #[test]
    fn an_object_without_a_name_is_refused() {
        let failure = names("{apiVersion: v1, kind: A, metadata: {}}").expect_err("no name");
        let Failure::Finding { finding, .. } = failure else {
            panic!("it is about the input");
        };
        assert_eq!(finding.message, "metadata.name is missing");
    }

    #[test]
    fn an_object_that_generates_its_name_is_refused_where_it_says_so() {
        for (annotations, hint) in [
            ("{}", "give it a `name`"),
            (
                "{argocd.argoproj.io/hook: PreSync}",
                "give the hook a `name`",
            ),
        ] {
            let text = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  annotations: {annotations}\n  generateName: gen-\n"
            );
            let failure = names(&text).expect_err("no name");
            let Failure::Finding { finding, .. } = failure else {
                panic!("it is about the input");
            };
            assert_eq!(
                finding.message,
                "from gen-: cannot use generate name with apply"
            );
            let place = text.find("gen-").expect("it is there");
            assert_eq!(finding.position, Position::new(1, place));
            assert!(finding.hints[0].starts_with(hint), "{:?}", finding.hints);
        }
    }
}
