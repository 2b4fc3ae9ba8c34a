//! The binary under kustomize's name: what pipelines call, and what they read of the answer.

use crate::repositories::{Repositories, WebServer};
use crate::trimtab::{self, Outcome};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A link to the binary that is called `kustomize`.
fn kustomize() -> PathBuf {
    let path =
        trimtab::scratch_directory().join(format!("kustomize{}", std::env::consts::EXE_SUFFIX));
    let binary = env!("CARGO_BIN_EXE_trimtab");
    #[cfg(unix)]
    std::os::unix::fs::symlink(binary, &path).expect("a link can be made");
    #[cfg(not(unix))]
    fs::copy(binary, &path).expect("a copy can be made");
    path
}

fn run(arguments: &[&str]) -> Outcome {
    let mut command = Command::new(kustomize());
    command
        .args(arguments)
        .current_dir(trimtab::root())
        .env("NO_COLOR", "1");
    trimtab::run_command(command)
}

fn printed(arguments: &[&str]) -> String {
    let outcome = run(arguments);
    assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
    String::from_utf8(outcome.stdout).expect("output is UTF-8")
}

#[test]
fn the_version_is_one_that_pipelines_can_compare() {
    let version = printed(&["version"]);
    let numbers = version.trim_end().strip_prefix('v').expect("v5.8.1");
    assert_eq!(
        numbers
            .split('.')
            .map(|it| it.parse::<u32>().is_ok())
            .collect::<Vec<_>>(),
        [true; 3]
    );
    let version = version.trim_end();
    assert!(printed(&["version", "--short"]).starts_with(&format!("{{{version} ")));
    let yaml = printed(&["version", "-o", "yaml"]);
    assert!(yaml.starts_with(&format!("version: {version}\n")), "{yaml}");
    let json = printed(&["version", "--output=json"]);
    assert!(
        json.contains(&format!("\"version\": \"{version}\"")),
        "{json}"
    );
    for field in ["gitCommit", "buildDate", "goOs", "goArch"] {
        assert!(yaml.contains(&format!("{field}: ")), "{yaml}");
        assert!(json.contains(&format!("\"{field}\": ")), "{json}");
    }
}

#[test]
fn a_build_takes_the_flags_that_argo_cd_and_flux_give() {
    let expected = fs::read_to_string(trimtab::root().join("testdata/examples/staging.yaml"));
    let expected = expected.expect("the golden file is there");
    let staging = "examples/base-overlay/overlays/staging";
    for arguments in [
        &["build", staging][..],
        &[
            "build",
            staging,
            "--enable-helm",
            "--load-restrictor=LoadRestrictionsNone",
        ],
        &[
            "build",
            "--enable-helm=true",
            "--enable-helm",
            "--helm-command=helm",
            staging,
        ],
        &[
            "build",
            "--enable-alpha-plugins=false",
            "--network=0",
            "--stack-trace",
            staging,
        ],
        &[
            "build",
            staging,
            "--load-restrictor",
            "LoadRestrictionsRootOnly",
            "--as-current-user=f",
        ],
    ] {
        assert_eq!(printed(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn resources_are_managed_by_kustomize() {
    let staging = "examples/base-overlay/overlays/staging";
    let built = printed(&["build", staging, "--enable-managedby-label"]);
    let version = printed(&["version"]);
    let label = format!("app.kubernetes.io/managed-by: kustomize-{version}");
    assert!(built.contains(&label), "{built}");
}

#[test]
fn what_is_wrong_goes_to_standard_error_with_status_1() {
    for arguments in [
        &["build", "no/such/directory"][..],
        &["build", "--no-such-flag"],
        &["no-such-command"],
        &["version", "--short", "-o", "json"],
        // These are not kustomize's.
        &["apply", "-k", "."],
        &["up"],
    ] {
        let outcome = run(arguments);
        assert_eq!(outcome.status, Some(1), "{arguments:?}");
        assert!(outcome.stdout.is_empty(), "{arguments:?}");
        assert!(outcome.stderr.contains("error"), "{arguments:?}");
    }
}

#[test]
fn groups_of_commands_answer_with_their_help() {
    for arguments in [
        &[][..],
        &["cfg"],
        &["edit"],
        &["edit", "set"],
        &["help"],
        &["build", "--help"],
        &["openapi"],
    ] {
        let help = printed(arguments);
        assert!(help.contains("Usage: kustomize"), "{arguments:?}: {help}");
    }
}

#[test]
fn completion_scripts_are_for_kustomize() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = printed(&["completion", shell]);
        assert!(script.contains("kustomize"), "{shell}");
        assert!(!script.contains("_trimtab"), "{shell}");
    }
}

#[test]
fn types_are_fetched_from_the_cluster_of_the_kubeconfig() {
    let at = Repositories::new();
    at.write(
        "served/openapi/v2",
        r#"{"swagger":"2.0","info":{"title":"Kubernetes"}}"#,
    );
    let server = WebServer::new(&at.path("served"));
    let clusters = format!(
        "[{{name: a, cluster: {{server: 'http://127.0.0.1:{}'}}}}]",
        server.port()
    );
    at.write(
        "config",
        &format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: {clusters}\n\
             contexts: [{{name: a, context: {{cluster: a, user: a}}}}]\nusers: [{{name: a, user: {{}}}}]\n"
        ),
    );
    let fetch = |format: &[&str]| {
        let mut command = Command::new(kustomize());
        command
            .args(["openapi", "fetch"])
            .args(format)
            .env("KUBECONFIG", at.path("config"));
        let outcome = trimtab::run_command(command);
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("output is UTF-8")
    };
    let json = "{\n  \"info\": {\n    \"title\": \"Kubernetes\"\n  },\n  \"swagger\": \"2.0\"\n}\n";
    assert_eq!(fetch(&[]), json);
    let yaml = "info:\n  title: Kubernetes\nswagger: \"2.0\"\n\n";
    assert_eq!(fetch(&["--format", "yaml"]), yaml);
}

/// Runs commands one after the other in an empty directory with a file, and gives the kustomization
/// that they make.
fn edited(commands: &[&str]) -> String {
    let directory = trimtab::scratch_directory();
    fs::write(directory.join("web.yaml"), "kind: A\n").expect("it is ours");
    let kustomize = kustomize();
    for line in commands {
        let mut command = Command::new(&kustomize);
        command.args(line.split(' ')).current_dir(&directory);
        let outcome = trimtab::run_command(command);
        assert_eq!(outcome.status, Some(0), "{line}: {}", outcome.stderr);
        assert!(outcome.stdout.is_empty(), "{line}");
    }
    fs::read_to_string(directory.join("kustomization.yaml")).expect("it was made")
}

#[test]
fn kustomizations_are_edited_as_argo_cd_does() {
    let made = edited(&[
        "create --resources web.yaml",
        "edit set nameprefix -- staging-",
        "edit set namesuffix -- -v1",
        "edit set namespace -- harbour",
        "edit set image nginx=registry.example/nginx:1.27",
        "edit set replicas web=3",
        "edit add label --force app:web",
        "edit add annotation --force team:ferry",
    ]);
    for line in [
        "- web.yaml",
        "namePrefix: staging-",
        "nameSuffix: -v1",
        "namespace: harbour",
        "newName: registry.example/nginx",
        "newTag: \"1.27\"",
        "app: web",
        "team: ferry",
    ] {
        let is_there = made.lines().any(|it| it.trim() == line);
        assert!(is_there, "no `{line}` in\n{made}");
    }
    assert!(made.contains("count: 3"), "{made}");
}

#[test]
fn the_other_commands_are_there() {
    assert_eq!(
        printed(&["openapi", "info"]),
        "{title:Kubernetes,version:v1.21.2}\n"
    );
    let tree = printed(&["cfg", "tree", "examples/base-overlay/base"]);
    assert!(
        tree.contains("└── [service.yaml]  ServiceAccount tickets\n"),
        "{tree}"
    );
    let copy = trimtab::scratch_directory().join("copy");
    let copy = copy.to_str().expect("the path is UTF-8");
    printed(&["localize", "examples/base-overlay/base", copy]);
    assert!(!printed(&["build", copy]).is_empty());
}

#[test]
fn topics_are_explained() {
    for (topic, word) in [
        ("docs-merge", "$patch: delete"),
        ("docs-merge3", "the original"),
        ("docs-fn", "config.kubernetes.io/function"),
        ("docs-fn-spec", "ResourceList"),
        ("docs-io-annotations", "internal.config.kubernetes.io/path"),
        ("tutorials-command-basics", "cfg tree"),
        ("tutorials-function-basics", "fn run"),
    ] {
        let text = printed(&[topic]);
        assert!(text.contains(word), "{topic}: {text}");
    }
}
