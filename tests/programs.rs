//! Programs that a build runs, with small scripts in their place: container runtimes, plugins in
//! kustomize's old form. What `testdata/` can show is shown there.

use crate::trimtab::{self, Outcome};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory with a kustomization, and one with programs, first in the path.
pub(crate) struct Stage {
    pub(crate) directory: PathBuf,
}

impl Stage {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = trimtab::scratch_directory();
        let directory = directory.canonicalize().expect("it was made");
        let stage = Self { directory };
        for (path, text) in files {
            stage.write(path, text);
        }
        stage
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        let parent = path.parent().expect("it is below the stage");
        fs::create_dir_all(parent).expect("directories can be made");
        fs::write(path, text).expect("files can be written");
    }

    pub(crate) fn program(&self, path: &str, script: &str) {
        self.write(path, script);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(path), mode).expect("the file is ours");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Builds the directory `k`. Only the programs in `bin` and the shell's own are found.
    pub(crate) fn build(&self, flags: &[&str]) -> Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
        command
            .arg("build")
            .args(flags)
            .arg("k")
            .current_dir(&self.directory)
            .env("NO_COLOR", "1")
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("HOME", self.path("home"))
            .env("STAGE", &self.directory)
            .env("FROM_HERE", "yes")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("KUSTOMIZE_PLUGIN_HOME");
        trimtab::run_command(command)
    }
}

#[track_caller]
pub(crate) fn output(outcome: &Outcome) -> String {
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

#[track_caller]
fn error(outcome: &Outcome, parts: &[&str]) {
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    for part in parts {
        assert!(
            outcome.stderr.contains(part),
            "no `{part}` in:\n{}",
            outcome.stderr
        );
    }
}

const CONTAINER: &str = "\
apiVersion: example.com/v1
kind: Fn
metadata:
  name: f
  annotations:
    config.kubernetes.io/function: |
      container:
        image: example.com/fn:1
        network: true
        envs: [B=2, FROM_HERE]
        mounts:
        - {type: bind, src: ./data, dst: /data}
";

/// A container runtime that records what it is given, and gives all replicas the number 3.
const RUNTIME: &str = "\
#!/bin/sh
printf '%s\\n' \"$0\" \"$@\" > $STAGE/arguments
pwd > $STAGE/directory
tee $STAGE/list | sed 's/replicas: 1/replicas: 3/'
";

fn containers() -> Stage {
    Stage::new(&[
        (
            "k/kustomization.yaml",
            "resources: [web.yaml]\ntransformers: [fn.yaml]\n",
        ),
        (
            "k/web.yaml",
            "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web}\nspec: {replicas: 1}\n",
        ),
        ("k/fn.yaml", CONTAINER),
    ])
}

#[test]
fn containers_are_run_as_kustomize_runs_them() {
    let stage = containers();
    stage.program("bin/docker", RUNTIME);
    stage.program("bin/podman", "#!/bin/sh\nexit 1\n");
    let flags = [
        "--enable-alpha-plugins",
        "--network",
        "--env",
        "A=1",
        "--mount",
        "type=bind,src=/a,dst=/b,rw=true",
    ];
    let text = output(&stage.build(&flags));
    assert!(text.contains("replicas: 3"), "{text}");
    let root = stage.path("k");
    let wanted = format!(
        "{bin}/docker run --rm -i -a STDIN -a STDOUT -a STDERR --network host --user nobody \
         --security-opt=no-new-privileges --mount type=bind,source={root}/data,target=/data,readonly \
         --mount type=bind,source=/a,target=/b -e A=1 -e B=2 -e LOG_TO_STDERR=true \
         -e STRUCTURED_RESULTS=true -e FROM_HERE example.com/fn:1",
        bin = stage.path("bin").display(),
        root = root.display(),
    );
    assert_eq!(
        stage.read("arguments").trim_end().replace('\n', " "),
        wanted
    );
    assert_eq!(stage.read("directory").trim_end(), root.to_string_lossy());
    assert_eq!(
        stage.read("list"),
        "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    annotations:
      kustomize.config.k8s.io/id: |
        group: apps
        kind: Deployment
        name: web
        version: v1
      config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/annotations-migration-resource-id: '0'
      internal.config.kubernetes.io/id: '1'
      config.k8s.io/id: '1'
    name: web
  spec:
    replicas: 1
functionConfig:
  apiVersion: example.com/v1
  kind: Fn
  metadata:
    annotations:
      config.kubernetes.io/function: |
        container:
          image: example.com/fn:1
          network: true
          envs: [B=2, FROM_HERE]
          mounts:
          - {type: bind, src: ./data, dst: /data}
      config.kubernetes.io/local-config: 'true'
    name: f
"
    );
}

#[test]
fn podman_runs_containers_where_there_is_no_docker() {
    let stage = containers();
    // Some machine may have a docker of its own, so what is found is only what stands here.
    for tool in ["sh", "tee", "sed", "pwd"] {
        let found = ["/usr/bin", "/bin"].map(|directory| Path::new(directory).join(tool));
        let found = found.into_iter().find(|path| path.exists());
        let found = found.expect("every machine has it");
        fs::create_dir_all(stage.path("bin")).expect("directories can be made");
        std::os::unix::fs::symlink(found, stage.path("bin").join(tool)).expect("links can be made");
    }
    let build = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
        command
            .args(["build", "--enable-alpha-plugins", "--network", "k"])
            .args(["--as-current-user", "--network-name", "mine"])
            .current_dir(&stage.directory)
            .env("STAGE", &stage.directory)
            .env("PATH", stage.path("bin"));
        trimtab::run_command(command)
    };
    error(
        &build(),
        &["program-not-run", "`docker` or `podman`", "k/fn.yaml:6"],
    );
    stage.program("bin/podman", RUNTIME);
    assert!(output(&build()).contains("replicas: 3"));
    let arguments = stage.read("arguments").replace('\n', " ");
    assert!(arguments.contains("/podman run"), "{arguments}");
    assert!(arguments.contains("--network mine --user "), "{arguments}");
    assert!(!arguments.contains("nobody"), "{arguments}");
}

#[test]
fn an_image_of_the_command_line_changes_the_files_of_a_directory() {
    let stage = containers();
    stage.program("bin/docker", RUNTIME);
    let run = |flags: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
        let path = format!("{}:/usr/bin:/bin", stage.path("bin").display());
        command
            .args(["fn", "run", "k"])
            .args(flags)
            .current_dir(&stage.directory)
            .env("STAGE", &stage.directory)
            .env("PATH", path);
        trimtab::run_command(command)
    };
    error(&run(&[]), &["network-not-enabled", "k/fn.yaml:8"]);
    let flags = [
        "--image",
        "example.com/other:1",
        "--network",
        "-e",
        "A=1",
        "--as-current-user",
    ];
    let mount = ["--mount", "type=bind,src=data,dst=/data", "--", "a=b"];
    output(&run(&[&flags[..], &mount].concat()));
    let web = stage.read("k/web.yaml");
    assert!(web.contains("replicas: 3"), "{web}");
    let root = stage.directory.display();
    let arguments = stage.read("arguments").trim_end().replace('\n', " ");
    let before = format!(
        "{root}/bin/docker run --rm -i -a STDIN -a STDOUT -a STDERR --network host --user "
    );
    let behind = format!(
        " --security-opt=no-new-privileges --mount type=bind,source={root}/data,target=/data,readonly \
         -e A=1 -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true example.com/other:1"
    );
    let rest = arguments.strip_prefix(&before);
    let user = rest.and_then(|rest| rest.strip_suffix(&behind));
    let user = user.unwrap_or_else(|| panic!("{arguments}"));
    assert!(
        user.split(':').all(|id| id.parse::<u32>().is_ok()),
        "{user}"
    );
    let list = stage.read("list");
    assert!(list.contains("\n  data: {a: b}\n"), "{list}");
    assert!(
        list.contains("config.kubernetes.io/path: 'web.yaml'"),
        "{list}"
    );
}

/// A plugin that records what it is given.
const PLUGIN: &str = "\
#!/bin/sh
{ echo \"$# $2 $3 $4\"; cat \"$1\"; } > $STAGE/call
echo \"$KUSTOMIZE_PLUGIN_CONFIG_STRING\" > $STAGE/string
echo \"$KUSTOMIZE_PLUGIN_CONFIG_ROOT $(pwd)\" > $STAGE/root
echo \"$1\" > $STAGE/file
tee $STAGE/input | sed 's/colour: red/colour: blue/'
";

const CONFIG: &str = "\
apiVersion: example.com/v1
kind: Colour
metadata:
  name: blue
argsOneLiner: \"one 'two and a half' # three\"
argsFromFile: arguments.txt
";

fn plugins(field: &str) -> Stage {
    let kustomization = format!("resources: [a.yaml]\n{field}: [plugin.yaml]\n");
    Stage::new(&[
        ("k/kustomization.yaml", &kustomization),
        (
            "k/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {colour: red}\n",
        ),
        ("k/plugin.yaml", CONFIG),
        ("k/arguments.txt", "\n  last of all\n"),
    ])
}

#[test]
fn plugins_of_the_old_form_are_called_with_their_configuration() {
    let stage = plugins("transformers");
    let home = "home/.config/kustomize/plugin/example.com/v1/colour/Colour";
    stage.program(home, PLUGIN);
    let text = output(&stage.build(&["--enable-alpha-plugins"]));
    assert_eq!(
        text,
        "apiVersion: v1\ndata:\n  colour: blue\nkind: ConfigMap\nmetadata:\n  name: a\n"
    );
    let config = "\
apiVersion: example.com/v1
argsFromFile: arguments.txt
argsOneLiner: 'one ''two and a half'' # three'
kind: Colour
metadata:
  name: blue
";
    assert_eq!(
        stage.read("call"),
        format!("4 one two and a half last of all\n{config}")
    );
    assert_eq!(stage.read("string"), format!("{config}\n"));
    let root = stage.path("k").display().to_string();
    assert_eq!(stage.read("root"), format!("{root} {root}\n"));
    assert_eq!(
        stage.read("input"),
        "\
apiVersion: v1
data:
  colour: red
kind: ConfigMap
metadata:
  annotations:
    kustomize.config.k8s.io/id: |
      kind: ConfigMap
      name: a
      version: v1
  name: a
"
    );
    let file = stage.read("file");
    assert!(
        !Path::new(file.trim_end()).exists(),
        "{file} is left behind"
    );
}

#[test]
fn plugins_of_the_old_form_generate_too() {
    let stage = plugins("generators");
    let script = "\
#!/bin/sh
cat <<EOF
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  annotations:
    kustomize.config.k8s.io/behavior: merge
    kustomize.config.k8s.io/needs-hash: \"true\"
data: {size: $(wc -c)}
EOF
";
    stage.program("home/kustomize/plugin/example.com/v1/colour/Colour", script);
    let text = output(&stage.build(&["--enable-alpha-plugins"]));
    let wanted =
        "apiVersion: v1\ndata:\n  colour: red\n  size: 0\nkind: ConfigMap\nmetadata:\n  name: a";
    assert!(text.starts_with(wanted), "{text}");
}

#[test]
fn plugins_that_cannot_run_are_explained() {
    let stage = plugins("transformers");
    let flags = ["--enable-alpha-plugins"];
    error(
        &stage.build(&flags),
        &[
            "unknown-plugin",
            "k/plugin.yaml:2:7",
            "home/kustomize/plugin",
        ],
    );
    let path = "home/kustomize/plugin/example.com/v1/colour/Colour";
    stage.write(&format!("{path}.so"), "");
    error(
        &stage.build(&flags),
        &["go-plugin", "Colour", "KRM function"],
    );
    fs::remove_file(stage.path(&format!("{path}.so"))).expect("it is ours");
    error(&stage.build(&flags), &["unknown-plugin", path]);
    stage.write(path, PLUGIN);
    error(&stage.build(&flags), &["plugin-not-executable", "chmod +x"]);
    stage.program(path, "#!/bin/sh\necho no such colour >&2\nexit 4\n");
    error(
        &stage.build(&flags),
        &["plugin-failed", "exit status 4", "it wrote: no such colour"],
    );
}
