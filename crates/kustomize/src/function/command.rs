//! The programs that functions are: one of this machine, or a container runtime with an image.
//!
//! The argument list is kustomize's, in its order (`kyaml/fn/runtime/container`, `kyaml/runfn`).

use super::spec::{ContainerSpec, ExecSpec, StorageMount};
use crate::options::FunctionOptions;
use crate::program::Program;
use std::collections::BTreeMap;
use std::path::Path;
use trimtab_tree::{Diagnostic, Result};

/// The programs that run containers, the one of kustomize first.
pub(super) const RUNTIMES: [&str; 2] = ["docker", "podman"];

/// The user that a container runs as, unless told otherwise.
const NOBODY: &str = "nobody";

/// A function that is a program of this machine, for a kustomization in `root`.
pub(super) fn exec(spec: &ExecSpec, options: &FunctionOptions, root: &Path) -> Program {
    // A path is relative to the kustomization; a mere name is looked for in `PATH`.
    let path = match spec.path.as_str() {
        path if path.contains('/') => crate::path::clean(&root.join(path).to_string_lossy()),
        name => name.to_owned(),
    };
    // Of a variable named twice the later one counts, so those of the flags do.
    let declared = spec.env.iter().map(|variable| variable.as_str());
    let variables: BTreeMap<&str, &str> = declared
        .chain(options.environment.iter().map(String::as_str))
        .filter_map(|variable| variable.split_once('='))
        .filter(|(_, value)| !value.contains('='))
        .collect();
    let arguments = spec.arguments.iter().map(|argument| argument.as_str());
    let program = Program::new(path).args(arguments);
    let variables = variables.into_iter();
    variables.fold(program, |program, (name, value)| program.env(name, value))
}

/// A function in a container that `runtime` runs, for a kustomization in `root`.
///
/// # Errors
/// When it needs the network and may not have it.
pub(super) fn container(
    spec: &ContainerSpec,
    options: &FunctionOptions,
    root: &Path,
    runtime: &str,
) -> Result<Program> {
    if spec.network && !options.network {
        let message = format!("the image `{}` needs the network", spec.image.value);
        return Err(Diagnostic::error("network-not-enabled", message)
            .at(spec.image.position)
            .hint("to allow it use `--network`"));
    }
    let network = match (spec.network, &options.network_name) {
        (false, _) => "none",
        (true, None) => "host",
        (true, Some(name)) => name,
    };
    let user = if options.as_current_user {
        current_user()
    } else {
        NOBODY.to_owned()
    };
    let fixed = "run --rm -i -a STDIN -a STDOUT -a STDERR --network";
    let mut program = Program::new(runtime).args(fixed.split(' ')).args([
        network,
        "--user",
        &user,
        "--security-opt=no-new-privileges",
    ]);
    let declared = spec.mounts.iter().map(|mount| mount.value.clone());
    let given = options
        .mounts
        .iter()
        .map(|mount| StorageMount::from_flag(mount));
    for mount in declared.chain(given) {
        program = program.args(["--mount", &mount_argument(&mount, root)]);
    }
    for argument in variables(spec, options) {
        program = program.args(["-e", &argument]);
    }
    Ok(program.args([spec.image.as_str()]))
}

/// The user and group of this process, as the runtime takes them.
#[cfg(unix)]
fn current_user() -> String {
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    format!("{}:{}", user.as_raw(), group.as_raw())
}

/// Users of Windows have no numbers that mean anything in a container.
#[cfg(not(unix))]
fn current_user() -> String {
    NOBODY.to_owned()
}

/// A mount as the runtime takes it: a path that is not absolute is one below the kustomization.
fn mount_argument(mount: &StorageMount, root: &Path) -> String {
    let source = root.join(mount.source.trim_start_matches("./"));
    let mode = if mount.writable { "" } else { ",readonly" };
    format!(
        "type={},source={},target={}{mode}",
        mount.kind.value,
        crate::path::clean(&source.to_string_lossy()),
        mount.target.value
    )
}

/// Variables with their values, in order of name, then those that the runtime takes from its own
/// environment. Those of the flags count before those of the function, and kustomize's own among
/// them.
fn variables(spec: &ContainerSpec, options: &FunctionOptions) -> Vec<String> {
    let own = ["LOG_TO_STDERR=true", "STRUCTURED_RESULTS=true"];
    let declared = spec.env.iter().map(|variable| variable.as_str());
    let given = options.environment.iter().map(String::as_str);
    let mut values = BTreeMap::new();
    let mut exported: Vec<&str> = Vec::new();
    for variable in declared.chain(own).chain(given) {
        match variable.split_once('=') {
            Some((name, value)) => drop(values.insert(name, value)),
            None if exported.contains(&variable) => {}
            None => exported.push(variable),
        }
    }
    let values = values.into_iter();
    values
        .map(|(name, value)| format!("{name}={value}"))
        .chain(exported.into_iter().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kustomization::At;

    fn texts(texts: &[&str]) -> Vec<At<trimtab_tree::Text>> {
        texts.iter().map(|&text| text.into()).collect()
    }

    #[test]
    fn containers_run_with_the_arguments_of_kustomize() {
        let mount = StorageMount {
            kind: "bind".into(),
            source: "./data".into(),
            target: "/data".into(),
            writable: false,
        };
        let spec = ContainerSpec {
            image: "img:1".into(),
            network: true,
            mounts: vec![At::new(mount, trimtab_tree::Position::NONE)],
            env: texts(&["B=2", "A=1", "C", "LOG_TO_STDERR=no"]),
        };
        let mut options = FunctionOptions {
            network: true,
            mounts: vec!["type=bind,src=/x,dst=/y,rw=true".to_owned()],
            environment: vec!["A=3".to_owned(), "C".to_owned(), "D".to_owned()],
            ..FunctionOptions::default()
        };
        let program = container(&spec, &options, Path::new("/k"), "docker").unwrap();
        assert_eq!(
            program.shown(),
            "docker run --rm -i -a STDIN -a STDOUT -a STDERR --network host --user nobody \
             --security-opt=no-new-privileges \
             --mount type=bind,source=/k/data,target=/data,readonly \
             --mount type=bind,source=/x,target=/y \
             -e A=3 -e B=2 -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true -e C -e D img:1"
        );
        options.network_name = Some("mine".to_owned());
        options.as_current_user = true;
        let program = container(&spec, &options, Path::new("/k"), "podman").unwrap();
        let user = current_user();
        assert!(
            program
                .shown()
                .contains(&format!("--network mine --user {user} "))
        );
        options.network = false;
        let error = container(&spec, &options, Path::new("/k"), "docker").unwrap_err();
        assert_eq!(error.code, "network-not-enabled");
    }

    #[test]
    fn programs_are_below_the_kustomization_or_in_the_path() {
        let options = FunctionOptions {
            environment: vec!["A=2".to_owned(), "bare".to_owned(), "odd=a=b".to_owned()],
            ..FunctionOptions::default()
        };
        let mut spec = ExecSpec {
            path: "./bin/run".into(),
            arguments: texts(&["-x"]),
            env: texts(&["B=1", "A=1"]),
        };
        let program = exec(&spec, &options, Path::new("/k"));
        assert_eq!(program.shown(), "/k/bin/run -x");
        let pairs = [("A".into(), "2".into()), ("B".into(), "1".into())];
        assert_eq!(program.environment, pairs);
        spec.path = "run".into();
        assert_eq!(exec(&spec, &options, Path::new("/k")).path, "run");
    }
}
