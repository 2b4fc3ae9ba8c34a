//! `docs/compatibility.md` is complete, and every row of it is shown by a test.
//!
//! What kustomize has is restated here as data: the fields of `types.Kustomization` and of the types in it
//! (`api/types`), and the commands with their flags (`kustomize/commands`, `cmd/config`).

use crate::{golden, trimtab};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The fields of a kustomization: the path that leads to some, `[]` being each item of a list, and their
/// names.
#[rustfmt::skip]
const FIELDS: &[(&str, &str)] = &[
    ("", "apiVersion kind metadata openapi namePrefix nameSuffix namespace commonLabels labels commonAnnotations patchesStrategicMerge patchesJson6902 patches images imageTags replacements replicas vars sortOptions resources components crds bases configMapGenerator secretGenerator generatorOptions helmGlobals helmCharts helmChartInflationGenerator configurations generators transformers validators buildMetadata"),
    ("metadata", "name namespace labels annotations"),
    ("openapi", "path"),
    ("labels[]", "pairs includeSelectors includeTemplates includeVolumeClaimTemplates fields"),
    ("labels[].fields[]", "path create group version kind"),
    ("patchesJson6902[]", "path patch target options"),
    ("patchesJson6902[].target", "group version kind name namespace annotationSelector labelSelector"),
    ("patches[]", "path patch target options"),
    ("patches[].options", "allowNameChange allowKindChange"),
    ("patches[].target", "group version kind name namespace annotationSelector labelSelector"),
    ("images[]", "name newName tagSuffix newTag digest"),
    ("replacements[]", "path source sourceValue targets"),
    ("replacements[].source", "group version kind name namespace fieldPath options"),
    ("replacements[].source.options", "delimiter index encoding create"),
    ("replacements[].targets[]", "select reject fieldPaths options"),
    ("replacements[].targets[].select", "group version kind name namespace annotationSelector labelSelector"),
    ("replacements[].targets[].reject[]", "group version kind name namespace annotationSelector labelSelector"),
    ("replacements[].targets[].options", "delimiter index encoding create"),
    ("replicas[]", "name count"),
    ("vars[]", "name objref fieldref"),
    ("vars[].objref", "apiVersion group version kind name namespace"),
    ("vars[].fieldref", "fieldpath"),
    ("sortOptions", "order legacySortOptions"),
    ("sortOptions.legacySortOptions", "orderFirst orderLast"),
    ("configMapGenerator[]", "name namespace behavior literals files envs env options"),
    ("configMapGenerator[].options", "labels annotations disableNameSuffixHash immutable"),
    ("secretGenerator[]", "name namespace behavior literals files envs env options type"),
    ("secretGenerator[].options", "labels annotations disableNameSuffixHash immutable"),
    ("generatorOptions", "labels annotations disableNameSuffixHash immutable"),
    ("helmGlobals", "chartHome configHome"),
    ("helmCharts[]", "name version repo releaseName namespace additionalValuesFiles valuesFile valuesInline valuesMerge includeCRDs skipHooks apiVersions kubeVersion nameTemplate skipTests debug devel"),
    ("helmChartInflationGenerator[]", "chartName chartVersion chartRepoUrl chartHome chartRepoName helmBin helmHome values valuesLocal valuesMerge releaseName releaseNamespace extraArgs"),
];

/// The commands of kustomize, each with its flags.
#[rustfmt::skip]
const COMMANDS: &[(&str, &str)] = &[
    ("build", "output load-restrictor reorder enable-managedby-label enable-helm helm-command helm-api-versions helm-kube-version helm-debug enable-alpha-plugins enable-exec network network-name mount env as-current-user"),
    ("create", "resources namespace annotations labels nameprefix namesuffix autodetect recursive"),
    ("edit add resource", "no-verify"),
    ("edit add component", ""),
    ("edit add base", ""),
    ("edit add buildmetadata", ""),
    ("edit add configuration", ""),
    ("edit add generator", ""),
    ("edit add transformer", ""),
    ("edit add annotation", "force"),
    ("edit add label", "force without-selector include-templates"),
    ("edit add configmap", "from-file from-literal from-env-file disableNameSuffixHash behavior namespace"),
    ("edit add secret", "from-file from-literal from-env-file type namespace disableNameSuffixHash"),
    ("edit add patch", "path patch group version kind name namespace annotation-selector label-selector"),
    ("edit set annotation", ""),
    ("edit set label", ""),
    ("edit set buildmetadata", ""),
    ("edit set image", ""),
    ("edit set nameprefix", ""),
    ("edit set namesuffix", ""),
    ("edit set namespace", ""),
    ("edit set replicas", ""),
    ("edit set configmap", "from-literal namespace new-namespace"),
    ("edit set secret", "from-literal namespace new-namespace"),
    ("edit remove annotation", "ignore-non-existence"),
    ("edit remove label", "ignore-non-existence"),
    ("edit remove buildmetadata", ""),
    ("edit remove component", ""),
    ("edit remove configmap", "namespace"),
    ("edit remove secret", "namespace"),
    ("edit remove patch", "path patch group version kind name namespace annotation-selector label-selector"),
    ("edit remove resource", ""),
    ("edit remove transformer", ""),
    ("edit fix", "vars"),
    ("edit alpha-list-builtin-plugin", ""),
    ("cfg cat", "format annotate wrap-kind wrap-version function-config style strip-comments include-local exclude-non-local dest recurse-subpackages"),
    ("cfg count", "kind recurse-subpackages"),
    ("cfg grep", "annotate invert-match recurse-subpackages"),
    ("cfg tree", "name resources ports image replicas args command env all field include-local exclude-non-local graph-structure"),
    ("fn run", "include-subpackages dry-run global-scope fn-path image enable-exec exec-path results-dir network mount log-steps env as-current-user"),
    ("localize", "scope no-verify"),
    ("openapi info", ""),
    ("openapi fetch", "format"),
    ("version", "short output"),
    ("completion", ""),
    ("docs-merge", ""),
    ("docs-merge3", ""),
    ("docs-fn", ""),
    ("docs-fn-spec", ""),
    ("docs-io-annotations", ""),
    ("tutorials-command-basics", ""),
    ("tutorials-function-basics", ""),
    ("help", ""),
];

/// A row of a table of the page.
struct Row {
    /// The first cell of the table's head.
    head: String,
    cells: Vec<String>,
}

impl Row {
    /// The tests that it names.
    fn references(&self) -> Vec<String> {
        self.cells.last().map_or_else(Vec::new, |cell| spans(cell))
    }

    /// The texts of these tests: what a case is made of, or the function.
    fn evidence(&self) -> String {
        let texts = self.references().into_iter().map(|it| evidence(&it));
        texts.map(Option::unwrap_or_default).collect()
    }
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(trimtab::root().join("docs/compatibility.md"));
    let page = page.expect("the page is there");
    let mut rows = Vec::new();
    let mut head: Option<String> = None;
    for line in page.lines() {
        let Some(line) = line.strip_prefix("| ").and_then(|it| it.strip_suffix(" |")) else {
            head = None;
            continue;
        };
        let cells: Vec<String> = line.split(" | ").map(|it| it.trim().to_owned()).collect();
        match &head {
            None => head = Some(cells[0].clone()),
            Some(_) if cells[0].starts_with("---") => {}
            Some(head) => rows.push(Row {
                head: head.clone(),
                cells,
            }),
        }
    }
    rows
}

/// What stands between backquotes.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What a reference stands for, unless there is no such thing.
fn evidence(reference: &str) -> Option<String> {
    let root = trimtab::root();
    let Some((file, function)) = reference.split_once("::") else {
        let (area, _) = reference.split_once('/')?;
        golden::entries(&root.join("testdata"))
            .iter()
            .find(|it| *it == area)?;
        let case = root.join("testdata").join(reference);
        // The harness of an area gives the command that all its cases are for.
        return case.is_dir().then(|| format!("{area}\n{}", texts(&case)));
    };
    let source = fs::read_to_string(root.join(file)).ok()?;
    source
        .contains(&format!("fn {function}("))
        .then_some(source)
}

/// All texts below a directory, but not what is expected of it.
fn texts(directory: &Path) -> String {
    let mut all = String::new();
    for name in golden::entries(directory) {
        let path = directory.join(&name);
        if path.is_dir() {
            all += &texts(&path);
        } else if !name.starts_with("expected") {
            all += &String::from_utf8_lossy(&fs::read(path).unwrap_or_default());
            all.push('\n');
        }
    }
    all
}

/// The fields that a cell names: `` `a`, `b`; `a[]`: `c` `` are `a`, `b` and `a[].c`.
fn fields(cell: &str) -> Vec<String> {
    let mut all = Vec::new();
    for group in cell.split("; ") {
        match group.split_once("`: ") {
            Some((path, names)) => {
                let path = path.trim_start_matches('`');
                all.extend(spans(names).iter().map(|name| format!("{path}.{name}")));
            }
            None => all.extend(spans(group)),
        }
    }
    all
}

#[test]
fn every_row_names_tests_that_are_there() {
    let rows = rows();
    assert!(rows.len() >= 100, "only {} rows found", rows.len());
    for row in &rows {
        let references = row.references();
        assert!(!references.is_empty(), "no test shows {:?}", row.cells);
        for reference in references {
            let known = evidence(&reference);
            assert!(known.is_some(), "there is no {reference}: {:?}", row.cells);
        }
    }
}

#[test]
fn every_field_of_kustomize_has_its_row() {
    let mut found = BTreeSet::new();
    for row in rows().iter().filter(|row| row.head == "Field") {
        let evidence = row.evidence().to_lowercase();
        for field in fields(&row.cells[0]) {
            // Letter case of fields does not count.
            let name = field.rsplit('.').next().unwrap_or_default().to_lowercase();
            let shown = evidence.contains(&format!("{name}:"));
            assert!(shown, "no test of its row mentions {field}");
            assert!(found.insert(field.clone()), "{field} has two rows");
        }
    }
    let mut wanted = BTreeSet::new();
    for (path, names) in FIELDS {
        let dot = if path.is_empty() { "" } else { "." };
        wanted.extend(names.split(' ').map(|name| format!("{path}{dot}{name}")));
    }
    assert_eq!(found, wanted);
}

#[test]
fn every_command_and_flag_of_kustomize_has_its_row() {
    let short = [
        ("--recurse-subpackages", "-R"),
        ("--ignore-non-existence", "-i"),
        ("--output", "-o"),
        ("--env", "-e"),
        ("--force", "-f"),
    ];
    let mut found = BTreeSet::new();
    for row in rows().iter().filter(|row| row.head == "Command") {
        let evidence = row.evidence();
        for command in spans(&row.cells[0]) {
            let last = command.rsplit(' ').next().unwrap_or_default();
            assert!(
                evidence.contains(last),
                "no test of its row calls {command}"
            );
            found.insert(command.clone());
            for flag in spans(&row.cells[1]) {
                let short = short.iter().find(|(long, _)| *long == flag);
                let shown = evidence.contains(&flag)
                    || short.is_some_and(|(_, short)| evidence.contains(short));
                assert!(shown, "no test of its row gives {command} {flag}");
                assert!(
                    found.insert(format!("{command} {flag}")),
                    "{command} {flag} twice"
                );
            }
        }
    }
    let mut wanted = BTreeSet::new();
    for (command, flags) in COMMANDS {
        wanted.insert((*command).to_owned());
        let flags = flags.split(' ').filter(|flag| !flag.is_empty());
        wanted.extend(flags.map(|flag| format!("{command} --{flag}")));
    }
    assert_eq!(found, wanted);
}

#[test]
fn every_command_takes_its_flags_under_kustomizes_name() {
    let kustomize = trimtab::scratch_directory().join("kustomize");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_trimtab"), &kustomize).expect("a link");
    for (command, flags) in COMMANDS {
        let mut help = Command::new(&kustomize);
        help.args(command.split(' '));
        if *command != "help" {
            help.arg("--help");
        }
        let help = trimtab::run_command(help);
        assert_eq!(help.status, Some(0), "{command}: {}", help.stderr);
        let text = String::from_utf8(help.stdout).expect("help is UTF-8");
        // Deprecated there, and hidden here.
        let flags = flags
            .split(' ')
            .filter(|flag| !["", "short"].contains(flag));
        for flag in flags {
            let is_there = text
                .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .any(|word| word.strip_prefix("--") == Some(flag));
            assert!(is_there, "{command} has no --{flag}:\n{text}");
        }
    }
}
