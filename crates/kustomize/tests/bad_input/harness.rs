//! Copies inputs, changes them, builds them, and judges what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use trimtab_kustomize::{BuildOptions, Sources, build};
use trimtab_tree::{Diagnostic, SourceMap, write_yaml};

/// No build of a golden input takes a hundredth of this, even unoptimised beside a compiler. The
/// campaign of `scripts/bad-input` gives an optimised build one second of processor time.
pub(crate) const LONGEST: Duration = Duration::from_secs(10);

type Make = Box<dyn Fn(&Path, u64) -> bool>;

/// One kind of change.
pub(crate) struct Change {
    /// What it is.
    pub(crate) name: String,
    /// Makes it in the directory that is built; `seed` says where, and is another one each time.
    /// Gives back whether there was something to change.
    pub(crate) make: Make,
    /// Whether no input survives it.
    pub(crate) is_fatal: bool,
}

impl Change {
    pub(crate) fn new(
        name: impl Into<String>,
        is_fatal: bool,
        make: impl Fn(&Path, u64) -> bool + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            make: Box::new(make),
            is_fatal,
        }
    }
}

/// What one input came to under one change.
enum Outcome {
    Built,
    Refused,
    Wrong(String),
}

pub(crate) struct Campaign {
    inputs: Vec<PathBuf>,
    scratch: PathBuf,
    next_input: usize,
    seed: u64,
    kinds: BTreeSet<String>,
    refused: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Campaign {
    pub(crate) fn new() -> Self {
        let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
        let mut inputs = Vec::new();
        for area in ["build", "errors"] {
            for case in fs::read_dir(testdata.join(area)).expect("the golden cases are there") {
                let case = case.expect("it can be listed").path();
                // Cases with arguments of their own build something else than their directory.
                if !case.join("args").exists() {
                    inputs.push(case.join("input"));
                }
            }
        }
        inputs.sort();
        assert!(inputs.len() > 100, "only {} inputs", inputs.len());
        Self {
            inputs,
            scratch: std::env::temp_dir().join(format!("trimtab-bad-{}", std::process::id())),
            next_input: 0,
            seed: 1,
            kinds: BTreeSet::new(),
            refused: BTreeMap::new(),
            wrong: Vec::new(),
        }
    }

    /// Makes every change in so many inputs.
    pub(crate) fn run(&mut self, changes: &[Change], times: usize) {
        for change in changes {
            let mut done = 0;
            for _ in 0..self.inputs.len() {
                if done == times {
                    break;
                }
                let input = self.inputs[self.next_input % self.inputs.len()].clone();
                self.next_input += 1;
                self.seed = next(self.seed);
                done += usize::from(self.try_one(change, &input));
            }
            assert!(done > 0, "no input has what `{}` changes", change.name);
        }
    }

    fn try_one(&mut self, change: &Change, input: &Path) -> bool {
        let _ = fs::remove_dir_all(&self.scratch);
        copy(input, &self.scratch);
        if !(change.make)(&self.scratch, self.seed) {
            return false;
        }
        self.kinds.insert(change.name.clone());
        match judge(&self.scratch, change.is_fatal) {
            Outcome::Built => {}
            Outcome::Refused => *self.refused.entry(change.name.clone()).or_default() += 1,
            Outcome::Wrong(what) => {
                let input = input.parent().and_then(Path::file_name).unwrap_or_default();
                let input = input.to_string_lossy();
                let seed = self.seed;
                self.wrong
                    .push(format!("{} in {input} (seed {seed}): {what}", change.name));
            }
        }
        true
    }

    pub(crate) fn finish(self, fewest_kinds: usize) {
        let _ = fs::remove_dir_all(&self.scratch);
        assert!(
            self.wrong.is_empty(),
            "{} wrong:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
        assert!(
            self.kinds.len() >= fewest_kinds,
            "only {} kinds",
            self.kinds.len()
        );
        let refused = self.refused.len();
        assert!(
            2 * refused > self.kinds.len(),
            "only {refused} kinds were ever refused"
        );
    }
}

/// The next of a sequence of numbers that looks random enough (Knuth's MMIX).
pub(crate) fn next(seed: u64) -> u64 {
    seed.wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
}

/// A number below `limit` from a seed.
pub(crate) fn below(seed: u64, limit: usize) -> usize {
    if limit == 0 {
        return 0;
    }
    usize::try_from(seed >> 33).expect("31 bits fit") % limit
}

fn judge(directory: &Path, is_fatal: bool) -> Outcome {
    let sources = Sources::new(directory);
    let started = Instant::now();
    let built = catch_unwind(AssertUnwindSafe(|| -> trimtab_tree::Result<()> {
        let resources = build(".", &BuildOptions::default(), &sources)?;
        let mut text = String::new();
        for resource in &resources {
            write_yaml(resource.value(), &mut text)?;
        }
        Ok(())
    }));
    if started.elapsed() > LONGEST {
        return Outcome::Wrong(format!("it took {:?}", started.elapsed()));
    }
    let Ok(built) = built else {
        return Outcome::Wrong("it panics".to_owned());
    };
    let mut findings = sources.take_warnings();
    let is_refused = built.is_err();
    findings.extend(built.err().map(|error| *error));
    let map = sources.into_map();
    for finding in &findings {
        if let Err(what) = is_pointed(finding, &map, directory) {
            return Outcome::Wrong(what);
        }
    }
    match (is_refused, is_fatal) {
        (true, _) => Outcome::Refused,
        (false, false) => Outcome::Built,
        (false, true) => Outcome::Wrong("it builds".to_owned()),
    }
}

/// Whether a finding says where it is: in a file of the input, or which file or directory it is.
fn is_pointed(finding: &Diagnostic, map: &SourceMap, directory: &Path) -> Result<(), String> {
    let what = format!("{}: {}", finding.code, finding.message);
    if finding.message.is_empty() {
        return Err(format!("{what} says nothing"));
    }
    let Some(location) = map.locate_in_file(finding.position) else {
        return match finding.file {
            Some(_) => Ok(()),
            None => Err(format!("{what} has no place")),
        };
    };
    if location.line == 0 || location.column == 0 || location.offset > location.text.len() {
        return Err(format!("{what} has a strange place"));
    }
    let path = directory.join(&*location.name);
    if path.is_file() {
        Ok(())
    } else {
        Err(format!(
            "{what} points into {}, which is no file",
            path.display()
        ))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the scratch directory can be made");
    for entry in fs::read_dir(from).expect("an input can be listed") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("an input can be copied");
        }
    }
}

/// The files of a directory and those below it, in order.
pub(crate) fn files_of(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The kustomization file of a directory.
pub(crate) fn kustomization(directory: &Path) -> Option<PathBuf> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    names
        .iter()
        .map(|name| directory.join(name))
        .find(|path| path.is_file())
}
