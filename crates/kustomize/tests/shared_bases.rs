//! What is built for many overlays over one base is what each would be built to alone, with the base
//! read afresh: nothing that one leaves behind for the others (texts, notes, indexes) may show.
//!
//! A recorded build shares no base, and does all on one thread, so it says what is right; what copies of an object have
//! in common it may know, too, so that small overlays are also built alone.

#[path = "../../../benches/trees.rs"]
mod trees;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use trimtab_kustomize::{
    BuildOptions, Resource, SharedBases, Sources, build, build_recorded, build_sharing,
};

fn print(resources: &[Resource]) -> String {
    let mut printed = String::new();
    for resource in resources {
        trimtab_tree::write_yaml(resource.value(), &mut printed).expect("it prints");
        printed.push_str("---\n");
    }
    printed
}

fn print_alone(overlay: &str) -> String {
    let sources = Sources::new(Path::new("/"));
    let built = build_recorded(overlay, &BuildOptions::default(), &sources);
    print(&built.expect("it builds alone").resources)
}

/// What is wrong with an overlay, or what it comes to.
type Told = Result<String, (&'static str, String)>;

fn told(built: trimtab_tree::Result<Vec<Resource>>) -> Told {
    let built = built.map(|resources| print(&resources));
    built.map_err(|error| (error.code, error.message.clone()))
}

/// Checks that overlays come to the same beside each other and each alone. Returns how many can be built.
fn check_side_by_side(overlays: &[String]) -> usize {
    let overlays: Vec<&str> = overlays.iter().map(String::as_str).collect();
    let options = BuildOptions::default();
    let sources = Sources::new(Path::new("/"));
    let bases = SharedBases::default();
    bases.expect(&overlays, &options, &sources);
    let is_built = |overlay: &&&str| {
        let own = sources.for_another_build();
        let beside = told(build_sharing(overlay, &options, &own, &bases));
        let alone = told(build(overlay, &options, &Sources::new(Path::new("/"))));
        assert_eq!(beside, alone, "{overlay}");
        // It keeps what objects were, so that some of what is done to copies is done there, too.
        let recorded = build_recorded(overlay, &options, &Sources::new(Path::new("/")));
        let recorded = told(recorded.map(|built| built.resources));
        assert_eq!(recorded, alone, "{overlay}");
        alone.is_ok()
    };
    overlays.iter().filter(is_built).count()
}

/// A row of numbers that looks like chance and is always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

const WORDS: [&str; 8] = [
    "a",
    "'no'",
    "'1'",
    "x-y",
    "\"2001-01-01\"",
    "9z",
    "'on'",
    "blue",
];

/// What an overlay may say; some of it for few of the resources.
fn sentence(kind: u64, dice: &mut Dice) -> String {
    let word = WORDS[dice.roll(8) as usize];
    let number = dice.roll(3);
    let app = format!("app-{number:05}");
    match kind {
        0 => format!("namePrefix: p{}-\n", dice.roll(9)),
        1 => format!("nameSuffix: -s{}\n", dice.roll(9)),
        2 => format!("namespace: n{}\n", dice.roll(9)),
        3 => format!("commonLabels: {{team: {word}}}\n"),
        4 => format!("commonAnnotations: {{z/a: {word}, b: {word}}}\n"),
        5 => format!("replicas: [{{name: {app}, count: {}}}]\n", dice.roll(9)),
        6 => format!("images: [{{name: example/product-{number:05}, newTag: {word}}}]\n"),
        7 => format!(
            "labels: [{{pairs: {{tier: {word}, zone: q}}, includeTemplates: {}}}]\n",
            dice.roll(2) == 0
        ),
        8 => format!(
            "patches:\n- target: {{kind: Deployment, name: '{app}.*'}}\n  patch: |-\n    \
             - {{op: add, path: /spec/paused, value: {word}}}\n    \
             - {{op: add, path: /spec/template/spec/containers/0/image, value: 'example/product-{:05}:p'}}\n\
             - patch: |-\n    {{apiVersion: v1, kind: Service, metadata: {{name: {app}}}, spec: {{type: {word}}}}}\n",
            // An image that another entry may be for.
            (number + 1) % 3
        ),
        9 => format!("labels: [{{pairs: {{tier: {word}, part: p}}, includeSelectors: true}}]\n"),
        10 => format!(
            "labels: [{{pairs: {{tier: {word}}}, fields: [{{path: own/labels, kind: ConfigMap, create: true}}]}}]\n"
        ),
        11 => format!(
            "configMapGenerator: [{{name: own-{}, literals: ['a={app}']}}]\n",
            dice.roll(1 << 30)
        ),
        12 => format!(
            "images: [{{name: example/.*, newTag: t{number}}}, {{name: {word}, digest: d}}]\n"
        ),
        _ => {
            let mut text = "patches:\n".to_owned();
            for _ in 0..=dice.roll(2) {
                text.push_str(&patch_of_all(word, dice));
            }
            text
        }
    }
}

/// What patches of all objects of a kind put there.
const MERGED: [&str; 14] = [
    "{spec: {replicas: 3}}",
    "{spec: {paused: WORD, template: {spec: {nodeName: WORD}}}}",
    "{metadata: {labels: {team: WORD, more: WORD}}}",
    "{metadata: {annotations: {z/a: WORD, c: WORD}}}",
    "{metadata: {annotations: null}}",
    "{spec: {template: {metadata: {annotations: {d: WORD}, labels: {a: WORD}}}}}",
    "{spec: {template: {spec: {containers: [{name: main, image: 'example/product-00001:q', tty: true}]}}}}",
    "{spec: {template: {spec: {containers: [{name: one, env: [{name: A, $patch: delete}, {name: D, value: WORD}]}]}}}}",
    "{spec: {template: {spec: {containers: [{name: new, image: 'example/product-00002'}]}}}}",
    "{spec: {template: {spec: {serviceAccountName: runner, dnsPolicy: WORD}}}}",
    "{spec: {podSelector: {matchLabels: {e: WORD}}}, own: {deep: {deeper: WORD, other: '2'}}}",
    "{data: {a: WORD, settings: 'one\n two\n'}}",
    "{spec: {template: {spec: {volumes: [{name: w, configMap: {name: settings}}]}}}}",
    "{spec: {selector: {matchLabels: {a: null}}, type: null}}",
];

const OPERATIONS: [&str; 14] = [
    "{op: replace, path: /metadata/name, value: renamed}",
    "{op: add, path: /metadata/annotations/z~1a, value: WORD}",
    "{op: add, path: /metadata/labels, value: {team: WORD}}",
    "{op: add, path: /spec, value: {type: WORD, list: [1, {a: WORD}]}}",
    "{op: add, path: /own, value: WORD}",
    "{op: replace, path: /own, value: 1}",
    "{op: add, path: /spec/replicas, value: 4}",
    "{op: add, path: /spec/paused, value: WORD}",
    "{op: replace, path: /spec/template/spec/containers/0/image, value: example/product-00000}",
    "{op: add, path: /spec/template/spec/containers/0/env, value: [{name: E, value: WORD}]}",
    "{op: add, path: /spec/template/spec/containers/-, value: {name: x, image: example/product-00001}}",
    "{op: remove, path: /spec/template/spec/containers/0/image}",
    "{op: add, path: /metadata/annotations, value: {}}",
    "{op: test, path: /kind, value: WORD}",
];

const KINDS: [&str; 8] = [
    "Deployment",
    "Deployment",
    "Service",
    "ConfigMap",
    "StatefulSet",
    "CronJob",
    "NetworkPolicy",
    "Own",
];

/// An entry of `patches` for all objects of a kind, which may not fit.
fn patch_of_all(word: &str, dice: &mut Dice) -> String {
    let kind = KINDS[dice.roll(8) as usize];
    let patch = if dice.roll(2) == 0 {
        let merged = MERGED[dice.roll(14) as usize];
        let version = ["apps/v1", "v1", "example.com/v1"][dice.roll(3) as usize];
        let named = format!("{{apiVersion: {version}, kind: {kind}, ");
        let comment = ["", "# of all\n    "][dice.roll(2) as usize];
        match merged.strip_prefix("{metadata: {") {
            Some(metadata) => format!("{comment}{named}metadata: {{name: any, {metadata}"),
            None => format!("{comment}{named}metadata: {{name: any}}, {}", &merged[1..]),
        }
    } else {
        let operations = (0..=dice.roll(2)).map(|_| OPERATIONS[dice.roll(14) as usize]);
        operations.fold(String::new(), |patch, it| patch + "- " + it + "\n    ")
    };
    let patch = patch.replace("WORD", word);
    format!("- target: {{kind: {kind}}}\n  patch: |-\n    {patch}\n")
}

fn write(directory: &Path, text: &str) -> PathBuf {
    fs::create_dir_all(directory).expect("the directory can be made");
    fs::write(directory.join("kustomization.yaml"), text).expect("the file can be written");
    directory.to_owned()
}

/// Writes overlays below `directory`, over `base` or over each other.
fn write_overlays(directory: &Path, base: &str, count: usize, dice: &mut Dice) -> Vec<String> {
    let mut overlays: Vec<PathBuf> = Vec::new();
    for number in 0..count {
        // Half of them say the same things, each in words of its own.
        let mask = if number % 2 == 0 {
            0b1011_1111
        } else {
            dice.roll(1 << 12)
        };
        let below = match dice.roll(4) {
            0 if number > 3 => format!("../overlay-{:02}", dice.roll(number as u64 - 1)),
            _ => base.to_owned(),
        };
        let mut text = format!("resources: [{below}]\n");
        // Only one of them can be `labels`.
        let labels = 7 + [0, 2, 3][dice.roll(3) as usize];
        let is_said = |kind: &u64| match kind {
            7 | 9 | 10 => *kind == labels && mask >> 7 & 1 == 1,
            _ => mask >> kind & 1 == 1,
        };
        for kind in (0..12).filter(is_said) {
            // A name that another overlay took away is not to be found.
            let names_one = matches!(kind, 5 | 8);
            if !names_one || below == base {
                write!(text, "{}", sentence(kind, dice)).expect("it is memory");
            }
        }
        overlays.push(write(
            &directory.join(format!("overlay-{number:02}")),
            &text,
        ));
    }
    let as_text = |path: &PathBuf| path.to_str().expect("our paths are UTF-8").to_owned();
    overlays.iter().map(as_text).collect()
}

/// Resources of many kinds, with whatever may be in the way of labels, names and annotations.
const ODD: &str = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, labels: null, annotations: {b: '1'}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: '123', namespace: null, labels: {tier: old}}, own: {}}
---
{apiVersion: v1, kind: Secret, metadata: {annotations: {}, name: \"keys\", labels: {team: old, zone: 1}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: n1, annotations: null}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: own}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, annotations: {config.kubernetes.io/local-config: 'false'}}
spec:
  serviceName: app-00001
  selector: null
  template:
    metadata: {labels: {a: b}}
    spec:
      serviceAccountName: runner
      containers:
      - name: one
        image: example/product-00001
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: keys}}]
        env:
        - {name: A, valueFrom: {configMapKeyRef: {name: '123', key: a}}}
        - {name: B, valueFrom: {configMapKeyRef: {name: none, key: a}}}
        - {name: C, valueFrom: {secretKeyRef: {name: keys, key: a}}}
      - {name: two, image: 'example/product-00002:v1', envFrom: [{configMapRef: {name: settings}}]}
      volumes: [{name: v, projected: {sources: [{configMap: {name: settings}}, {secret: {name: keys}}]}}]
      topologySpreadConstraints: [{labelSelector: {matchLabels: {a: b}}}, {labelSelector: null}]
  volumeClaimTemplates: [{metadata: {name: data}}, {metadata: {name: logs, labels: {tier: x}}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {labels: {}, name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {}
        spec: {containers: [{name: a, image: example/product-00000, envFrom: [{configMapRef: {name: settings}}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: store}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: store}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: runner, namespace: n1}, {kind: ServiceAccount, name: default}]
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader}, rules: [{resourceNames: [settings, '123']}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: policy}
spec: {podSelector: {matchLabels: {a: b}}, ingress: [{from: [{podSelector: {matchLabels: {c: d}}}]}]}
---
{apiVersion: example.com/v1, kind: Own, metadata: {name: own, labels: {tier: [1]}}, spec: [{name: settings}]}
";

/// A base of three resources for each application, in a directory of its own.
fn write_base(directory: &Path, applications: usize) -> String {
    let overlay = trees::write_tree(directory, applications).expect("the tree can be written");
    let base = directory.join("base");
    assert!(base.is_dir() && overlay.is_dir());
    base.to_str().expect("our paths are UTF-8").to_owned()
}

/// Adds odd resources to a base.
fn write_odd(base: &str) {
    let base = Path::new(base);
    let file = base.join("kustomization.yaml");
    let text = fs::read_to_string(&file).expect("it was just written");
    fs::write(&file, text + "- odd.yaml\n").expect("the file can be written");
    fs::write(base.join("odd.yaml"), ODD).expect("the file can be written");
}

fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier run left there.
    let _ = fs::remove_dir_all(&directory);
    directory
}

#[test]
fn overlays_side_by_side_are_as_each_is_alone() {
    let directory = scratch("shared-bases");
    write_odd(&write_base(&directory, 8));
    let mut dice = Dice(7);
    for round in 0..6 {
        let below = directory.join(format!("round-{round}"));
        let overlays = write_overlays(&below, "../../base", 12, &mut dice);
        let overlays: Vec<&str> = overlays.iter().map(String::as_str).collect();
        let options = BuildOptions::default();
        let sources = Sources::new(Path::new("/"));
        let bases = SharedBases::default();
        bases.expect(&overlays, &options, &sources);
        let build_some = |from: usize| {
            let mut printed = Vec::new();
            for overlay in overlays.iter().skip(from).step_by(2) {
                let sources = sources.for_another_build();
                let built = build_sharing(overlay, &options, &sources, &bases);
                printed.push((*overlay, print(&built.expect("it builds beside others"))));
            }
            printed
        };
        let printed = std::thread::scope(|scope| {
            let other = scope.spawn(|| build_some(1));
            let mut printed = build_some(0);
            printed.extend(other.join().expect("it does not panic"));
            printed
        });
        assert_eq!(printed.len(), overlays.len());
        for (overlay, printed) in printed {
            assert_eq!(printed, print_alone(overlay), "{overlay}");
        }
    }
}

/// Patches of all objects, with whatever comes before and behind.
#[test]
fn patches_of_all_objects_are_as_each_overlay_alone_has_them() {
    let directory = scratch("shared-bases-patched");
    write_odd(&write_base(&directory, 4));
    let mut dice = Dice(11);
    let mut built_well = 0;
    for round in 0..60 {
        let below = directory.join(format!("round-{round}"));
        let mut overlays = Vec::new();
        for number in 0..6 {
            let base = match dice.roll(3) {
                0 if number > 1 => format!("../overlay-{}", dice.roll(number - 1)),
                _ => "../../base".to_owned(),
            };
            let mut text = format!("resources: [{base}]\n");
            for kind in [0, 2, 3, 4, [6, 12][dice.roll(2) as usize], 13] {
                if kind == 13 || dice.roll(3) == 0 {
                    text.push_str(&sentence(kind, &mut dice));
                }
            }
            let overlay = write(&below.join(format!("overlay-{number}")), &text);
            overlays.push(overlay.to_str().expect("our paths are UTF-8").to_owned());
        }
        built_well += check_side_by_side(&overlays);
    }
    assert!(built_well > 150, "{built_well}");
}

/// An object in which much may be changed, and one without the fields that labels are for.
const PATCHED: &str = "
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: one
      - name: two
        image: app:v1
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  policyTypes: [Ingress]
---
apiVersion: example.com/v1
kind: Own
metadata:
  name: web
spec:
  pod:
    containers:
    - name: one
    - name: two
      image: app:v1
";

fn merge(kind: &str, lines: &str) -> String {
    let named = format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: any\n{lines}");
    let indented = named.replace('\n', "\n    ");
    format!("- target: {{kind: {kind}}}\n  patch: |-\n    {indented}\n")
}

fn operation(kind: &str, operation: &str) -> String {
    format!("- {{target: {{kind: {kind}}}, patch: \"[{{{operation}}}]\"}}\n")
}

/// What one change puts into the list of an object, and what another one makes of that: in the same overlay, and
/// in one over it.
#[test]
fn what_waits_is_seen_by_what_comes_behind() {
    let directory = scratch("shared-bases-behind");
    let base = write(&directory.join("base"), "resources: [all.yaml]\n");
    fs::write(base.join("all.yaml"), PATCHED).expect("the file can be written");
    let containers = "spec:\n  template:\n    spec:\n      containers:\n";
    let image = "op: replace, path: /spec/template/spec/containers/1/image, value: 'x:y'";
    let patches = |patches: String| format!("patches:\n{patches}");
    let selector = "spec:\n  podSelector:\n    matchLabels:\n      e: f";
    for (first, second) in [
        (
            patches(merge("NetworkPolicy", selector)),
            "commonLabels: {team: tN}\n".to_owned(),
        ),
        (
            patches(merge("Deployment", "  labels:\n    team: x")),
            "commonLabels: {team: tN}\n".to_owned(),
        ),
        (
            patches(merge(
                "Deployment",
                &format!("{containers}      - name: one\n        image: x:y"),
            )),
            "images: [{name: x, newTag: vN}]\n".to_owned(),
        ),
        (
            patches(operation("Deployment", image)),
            "images: [{name: x, newTag: vN}, {name: app, newTag: wN}]\n".to_owned(),
        ),
        (
            patches(operation(
                "Own",
                "op: add, path: /spec/pod/containers/0/image, value: 'x:y'",
            )),
            "images: [{name: x, newTag: vN}]\n".to_owned(),
        ),
        (
            patches(operation(
                "Own",
                "op: replace, path: /spec/pod/containers/1/image, value: 'x:y'",
            )),
            "images: [{name: x, newTag: vN}, {name: app, newTag: wN}]\n".to_owned(),
        ),
        (
            "images: [{name: app, newName: x}]\n".to_owned(),
            "images: [{name: x, newTag: vN}]\n".to_owned(),
        ),
        (
            patches(operation(
                "Deployment",
                "op: replace, path: /spec/replicas, value: '1'",
            )),
            patches(merge("Deployment", "spec:\n  replicas: N")),
        ),
        (
            patches(operation(
                "Deployment",
                "op: add, path: /spec/paused, value: '1'",
            )),
            patches(merge("Deployment", "spec:\n  paused: N")),
        ),
        (
            patches(merge("Deployment", "  annotations:\n    a: b")),
            patches(operation(
                "Deployment",
                "op: add, path: /metadata/annotations/c, value: 'N'",
            )),
        ),
        (
            "commonAnnotations: {a: b}\n".to_owned(),
            patches(operation(
                "Deployment",
                "op: add, path: /metadata/annotations/c, value: 'N'",
            )),
        ),
        (
            patches(merge("Deployment", "spec:\n  replicas: 4")),
            "replicas: [{name: web, count: N}]\nnamePrefix: pN-\n".to_owned(),
        ),
        (
            "commonLabels: {team: x}\n".to_owned(),
            patches(merge(
                "Deployment",
                "spec:\n  template:\n    metadata:\n      labels:\n        team: 'N'",
            )),
        ),
    ] {
        let middle = write(
            &directory.join("middle"),
            &format!("resources: [../base]\n{first}"),
        );
        assert!(middle.is_dir());
        let mut overlays = Vec::new();
        for number in 0..4 {
            let second = second.replace('N', &number.to_string());
            let (over, both) = match (
                first.strip_prefix("patches:"),
                second.strip_prefix("patches:"),
            ) {
                (Some(_), Some(more)) => (
                    "base",
                    format!("{}{}", first, more.trim_start_matches('\n')),
                ),
                _ if first.split(':').next() == second.split(':').next() => {
                    ("middle", second.clone())
                }
                _ => ("base", first.clone() + &second),
            };
            for (kind, over, text) in [("one", over, &both), ("over", "middle", &second)] {
                let text = format!("resources: [../{over}]\n{text}");
                let overlay = write(&directory.join(format!("{kind}-{number}")), &text);
                overlays.push(overlay.to_str().expect("our paths are UTF-8").to_owned());
            }
        }
        let built_well = check_side_by_side(&overlays);
        assert_eq!(built_well, overlays.len(), "{first}{second}");
    }
}

#[test]
fn one_kustomization_of_large_overlays_is_as_if_built_in_turn() {
    let directory = scratch("shared-bases-in-one");
    // So many that a second thread builds overlays, and another one follows names.
    write_base(&directory, 280);
    let mut dice = Dice(3);
    let mut text = "resources:\n".to_owned();
    for number in 0..6 {
        let own = format!(
            "resources: [../base]\nnamePrefix: o{number}-\n{}{}{}",
            sentence(2, &mut dice),
            sentence(3, &mut dice),
            sentence(7, &mut dice)
        );
        write(&directory.join(format!("overlay-{number}")), &own);
        writeln!(text, "- ../overlay-{number}").expect("it is memory");
    }
    let all = write(&directory.join("all"), &text);
    let all = all.to_str().expect("our paths are UTF-8");
    let sources = Sources::new(Path::new("/"));
    let built = build(all, &BuildOptions::default(), &sources).expect("it builds");
    assert!(built.len() > 5_000);
    assert_eq!(print(&built), print_alone(all));
}

#[test]
fn what_is_wrong_in_one_of_large_overlays_is_told_as_if_built_in_turn() {
    let directory = scratch("shared-bases-wrong");
    write_base(&directory, 180);
    let mut text = "resources:\n".to_owned();
    for number in 0..6 {
        let own = match number {
            3 => "resources: [../base]\nnamePrefix: o3-\npatches: [{path: none.yaml}]\n".to_owned(),
            5 => "resources: [../base, ../nowhere]\n".to_owned(),
            _ => format!("resources: [../base]\nnamePrefix: o{number}-\n"),
        };
        write(&directory.join(format!("overlay-{number}")), &own);
        writeln!(text, "- ../overlay-{number}").expect("it is memory");
    }
    let all = write(&directory.join("all"), &text);
    let all = all.to_str().expect("our paths are UTF-8");
    let told = |result: Result<(), Box<trimtab_tree::Diagnostic>>| {
        let error = result.expect_err("a file is not there");
        (error.code, error.message.clone(), error.trail.clone())
    };
    let sources = || Sources::new(Path::new("/"));
    let options = BuildOptions::default();
    let alone = told(build_recorded(all, &options, &sources()).map(drop));
    assert!(alone.1.contains("none.yaml"), "{alone:?}");
    assert_eq!(told(build(all, &options, &sources()).map(drop)), alone);
}
