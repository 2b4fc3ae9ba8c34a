//! `examples/argocd-plugin/`: the patch fits, and what the plugin runs gives what a build gives.

use crate::trimtab::{self, Outcome};
use std::fs;
use std::process::Command;
use trimtab_tree::{ParseOptions, Value, parse_document};

fn document(name: &str) -> Value {
    let path = trimtab::root().join("examples/argocd-plugin").join(name);
    let text = fs::read_to_string(path).expect("the example is there");
    parse_document(&text, ParseOptions::default()).expect("the example is YAML")
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_sequence).unwrap_or_default();
    let texts = items.iter().filter_map(Value::text).map(str::to_owned);
    texts.collect()
}

/// What Argo CD runs in the directory of an Application, with the variables that it makes of parameters.
fn generate(directory: &str, parameters: &[(&str, &str)]) -> Outcome {
    let plugin = document("plugin.yaml");
    let generate = |field| texts(plugin.get_path(&["spec", "generate", field]));
    let (words, arguments) = (generate("command"), generate("args"));
    let mut path = trimtab::binary_directory().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .args(arguments)
        .current_dir(trimtab::root().join(directory))
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .envs(parameters.iter().copied());
    trimtab::run_command(command)
}

#[test]
fn the_plugin_gives_what_a_build_gives() {
    let directory = "examples/base-overlay/overlays/production";
    let outcome = generate(directory, &[]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let expected = trimtab::root().join("testdata/examples/production.yaml");
    assert!(outcome.stdout == fs::read(expected).expect("it is there"));
}

#[test]
fn parameters_are_arguments_and_never_commands() {
    let directory = "examples/base-overlay/overlays/staging";
    let outcome = generate(
        directory,
        &[
            ("PARAM_IMAGES_0", "ferry/tickets=ferry/tickets:9.0.0"),
            ("PARAM_IMAGES_1", "ferry/exporter=e:$(id)"),
            ("PARAM_NAME_SUFFIX", "-b"),
            ("PARAM_NAMESPACE", "elsewhere"),
            ("PARAM_STRICT", "true"),
        ],
    );
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let objects = String::from_utf8(outcome.stdout).expect("manifests are text");
    for wanted in [
        "image: ferry/tickets:9.0.0",
        "image: e:$(id)",
        "name: staging-tickets-b",
        "namespace: elsewhere",
    ] {
        assert!(objects.contains(wanted), "{wanted}");
    }
    for (name, value) in [("PARAM_STRICT", "yes"), ("PARAM_ENABLE_HELM", "1")] {
        let outcome = generate(directory, &[(name, value)]);
        assert_eq!(outcome.status, Some(1), "{name}");
        assert!(outcome.stderr.contains("is true or false"));
    }
    let outcome = generate(directory, &[("PARAM_LOAD_RESTRICTOR", "none; true")]);
    assert_eq!(outcome.status, Some(2), "{}", outcome.stderr);
}

#[test]
fn the_parameters_that_are_offered_are_those_that_are_read() {
    let plugin = document("plugin.yaml");
    let script = texts(plugin.get_path(&["spec", "generate", "args"])).concat();
    let offered = plugin.get_path(&["spec", "parameters", "static"]);
    let offered = offered.and_then(Value::as_sequence).expect("a list");
    assert_eq!(offered.len(), 7);
    for parameter in offered {
        let name = parameter.get("name").and_then(Value::text).expect("a name");
        let variable = name.to_uppercase().replace('-', "_");
        assert!(script.contains(&format!("PARAM_{variable}")), "{name}");
    }
}

#[test]
fn the_sidecar_is_put_beside_the_repo_server() {
    let outcome = trimtab::run(
        trimtab::root(),
        &["check", "examples/argocd-plugin", "--strict"],
    );
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let outcome = trimtab::run(trimtab::root(), &["build", "examples/argocd-plugin"]);
    let objects = String::from_utf8(outcome.stdout).expect("manifests are text");
    for wanted in [
        "name: trimtab\n",
        "mountPath: /home/argocd/cmp-server/config/plugin.yaml",
        "name: trimtab-plugin-",
        "- /var/run/argocd/argocd-cmp-server",
    ] {
        assert!(objects.contains(wanted), "{wanted}");
    }
}
