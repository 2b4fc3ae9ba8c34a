//! `scripts/install.sh` against releases that are made here, and what else a release is made with: the
//! archive, the Homebrew formula.

use crate::trimtab::{self, Outcome};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use trimtab_remote::Digest;

/// The targets that the script installs on, with what `uname` says there.
const MACHINES: [(&str, &str, &str); 4] = [
    ("Linux", "x86_64", "x86_64-unknown-linux-musl"),
    ("Linux", "aarch64", "aarch64-unknown-linux-musl"),
    ("Darwin", "x86_64", "x86_64-apple-darwin"),
    ("Darwin", "arm64", "aarch64-apple-darwin"),
];

/// A place with releases, and a machine to install them on.
struct Stage {
    root: PathBuf,
}

impl Stage {
    /// Has the releases 0.1.0 and 0.2.0; the latter is the newest.
    fn new() -> Self {
        let stage = Self {
            root: trimtab::scratch_directory(),
        };
        stage.is_a("Linux", "x86_64");
        stage.release("0.1.0", "download/v0.1.0");
        stage.release("0.2.0", "download/v0.2.0");
        stage.release("0.2.0", "latest/download");
        stage
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// What `uname` says from now on.
    fn is_a(&self, system: &str, machine: &str) {
        let says = format!("case $1 in -s) echo {system} ;; -m) echo {machine} ;; esac");
        program(&self.path("bin/uname"), &says);
    }

    /// Archives for all machines, whose program says its version, and their checksums.
    fn release(&self, version: &str, place: &str) {
        let place = self.path("releases").join(place);
        let mut sums = format!("{}  trimtab-{version}.cdx.json\n", "0".repeat(64));
        for (_, _, target) in MACHINES {
            let built = self.path("built");
            program(&built, &format!("echo trimtab {version}"));
            let archive = package(&built, version, target, &place);
            let name = archive.file_name().expect("it has a name").display();
            sums.extend([&digest(&archive), "  ", &name.to_string(), "\n"]);
        }
        fs::write(place.join("SHA256SUMS"), sums).expect("it is ours");
    }

    fn install(&self, variables: &[(&str, &str)]) -> Outcome {
        let mut path = self.path("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let releases = format!("file://{}", self.path("releases").display());
        let mut command = Command::new("sh");
        command
            .arg(trimtab::root().join("scripts/install.sh"))
            .env("PATH", path)
            .env("HOME", self.path("home"))
            .env("TRIMTAB_RELEASES_URL", releases)
            .env_remove("TRIMTAB_VERSION")
            .env_remove("TRIMTAB_INSTALL_DIR")
            .envs(variables.iter().copied());
        trimtab::run_command(command)
    }

    /// What the installed program says.
    fn installed(&self, below: &str) -> String {
        let outcome = trimtab::run_command(Command::new(self.path(below)));
        String::from_utf8_lossy(&outcome.stdout).into_owned()
    }
}

/// A shell script that can be run.
fn program(path: &Path, script: &str) {
    let directory = path.parent().expect("a file has a directory");
    fs::create_dir_all(directory).expect("it is ours");
    fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("it is ours");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// The archive that `scripts/package-release` makes.
fn package(program: &Path, version: &str, target: &str, directory: &Path) -> PathBuf {
    let mut command = Command::new(trimtab::root().join("scripts/package-release"));
    command.arg(program).args([version, target]).arg(directory);
    let outcome = trimtab::run_command(command);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let path = String::from_utf8(outcome.stdout).expect("a path is text");
    PathBuf::from(path.trim_end())
}

fn digest(file: &Path) -> String {
    let bytes = fs::read(file).expect("it is there");
    let digest = Digest::of(&bytes).to_string();
    digest.trim_start_matches("sha256:").to_owned()
}

#[test]
fn the_newest_release_is_installed_for_every_machine() {
    let stage = Stage::new();
    for (system, machine, target) in MACHINES {
        stage.is_a(system, machine);
        let outcome = stage.install(&[]);
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        let said = String::from_utf8_lossy(&outcome.stdout);
        assert!(said.contains(&format!("trimtab-0.2.0-{target}")), "{said}");
        assert!(said.contains("is not on the PATH"), "{said}");
        assert_eq!(
            stage.installed("home/.local/bin/trimtab"),
            "trimtab 0.2.0\n"
        );
    }
    let here = fs::read_dir(stage.path("home/.local/bin")).expect("it is there");
    assert_eq!(here.count(), 1, "nothing but the program is written");
}

#[test]
fn a_version_and_a_directory_can_be_chosen() {
    let stage = Stage::new();
    let directory = stage.path("my tools");
    let directory = directory.to_str().expect("it is text");
    for version in ["0.1.0", "v0.1.0"] {
        let variables = [
            ("TRIMTAB_VERSION", version),
            ("TRIMTAB_INSTALL_DIR", directory),
        ];
        let outcome = stage.install(&variables);
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        assert_eq!(stage.installed("my tools/trimtab"), "trimtab 0.1.0\n");
    }
    assert!(!stage.path("home").exists());
}

#[test]
fn what_is_not_as_released_is_not_installed() {
    let stage = Stage::new();
    let archive = "releases/latest/download/trimtab-0.2.0-x86_64-unknown-linux-musl.tar.gz";
    let mut bytes = fs::read(stage.path(archive)).expect("it is there");
    bytes.push(0);
    fs::write(stage.path(archive), bytes).expect("it is ours");
    let outcome = stage.install(&[]);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("is not what was released"),
        "{}",
        outcome.stderr
    );
    assert!(!stage.path("home").exists());
}

#[test]
fn what_cannot_be_installed_is_said_with_what_to_do() {
    let stage = Stage::new();
    let file = stage.path("file");
    fs::write(&file, "").expect("it is ours");
    let below = format!("{}/bin", file.display());
    for (system, machine, variable, wanted) in [
        (
            "Linux",
            "x86_64",
            ("TRIMTAB_VERSION", "9.9.9"),
            "no release 9.9.9",
        ),
        (
            "Linux",
            "x86_64",
            ("TRIMTAB_VERSION", "../x"),
            "`../x` is no version",
        ),
        (
            "Linux",
            "x86_64",
            ("TRIMTAB_INSTALL_DIR", &below),
            "cannot make",
        ),
        ("Linux", "riscv64", ("A", ""), "the processor riscv64"),
        ("FreeBSD", "x86_64", ("A", ""), "the system FreeBSD"),
        ("MINGW64_NT-10.0", "x86_64", ("A", ""), "on Windows"),
    ] {
        stage.is_a(system, machine);
        let outcome = stage.install(&[variable]);
        let said = outcome.stderr;
        assert_eq!(outcome.status, Some(1), "{wanted}: {said}");
        assert!(said.contains(&format!("error: {wanted}")) || said.contains(wanted));
        assert!(said.contains("  hint: "), "{wanted}: {said}");
    }
    // A release that lacks this machine's archive.
    stage.is_a("Linux", "aarch64");
    let sums = stage.path("releases/latest/download/SHA256SUMS");
    let text = fs::read_to_string(&sums).expect("it is there");
    let others = text
        .lines()
        .filter(|line| !line.contains("aarch64-unknown"));
    fs::write(&sums, others.collect::<Vec<_>>().join("\n")).expect("it is ours");
    let outcome = stage.install(&[]);
    assert_eq!(outcome.status, Some(1));
    let wanted = "no archive for aarch64-unknown-linux-musl";
    assert!(outcome.stderr.contains(wanted), "{}", outcome.stderr);
    assert!(!stage.path("home").exists());
}

#[test]
fn an_archive_has_licence_readme_completions_and_manual_pages() {
    let scratch = trimtab::scratch_directory();
    program(&scratch.join("trimtab"), "true");
    let target = "x86_64-unknown-linux-musl";
    let archive = package(&scratch.join("trimtab"), "1.2.3", target, &scratch);
    let mut list = Command::new("tar");
    list.arg("-tzf").arg(&archive);
    let listing = String::from_utf8(trimtab::run_command(list).stdout).expect("names are text");
    let names: Vec<&str> = listing.lines().collect();
    for file in [
        "trimtab",
        "LICENSE",
        "README.md",
        "completions/trimtab.bash",
        "completions/trimtab.zsh",
        "completions/trimtab.powershell",
        "man/trimtab.1",
        "man/trimtab-build.1",
    ] {
        let name = format!("trimtab-1.2.3-{target}/{file}");
        assert!(names.contains(&name.as_str()), "{name}: {listing}");
    }
    assert!(!listing.contains("completions/man"), "{listing}");
}

#[test]
fn the_formula_is_rendered_with_the_checksums_of_the_archives() {
    let scratch = trimtab::scratch_directory();
    let line = |(number, (_, _, target)): (usize, &(&str, &str, &str))| {
        let digest = number.to_string().repeat(64);
        format!("{digest}  trimtab-1.2.3-{target}.tar.gz")
    };
    let lines: Vec<String> = MACHINES.iter().enumerate().map(line).collect();
    let render = |lines: &[String]| {
        let sums = scratch.join("sums");
        fs::write(&sums, lines.join("\n")).expect("it is ours");
        let mut command = Command::new(trimtab::root().join("scripts/render-formula"));
        command.arg("1.2.3").arg(sums);
        trimtab::run_command(command)
    };
    let outcome = render(&lines);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let formula = String::from_utf8(outcome.stdout).expect("a formula is text");
    assert!(!formula.contains("@VERSION@") && !formula.contains("@SHA256"));
    for (number, (_, _, target)) in MACHINES.iter().enumerate() {
        let url = format!(
            "url \"{}/releases/download/v1.2.3/trimtab-1.2.3-{target}.tar.gz\"\n      sha256 \"{}\"",
            env!("CARGO_PKG_REPOSITORY"),
            number.to_string().repeat(64)
        );
        assert!(formula.contains(&url), "{formula}");
    }
    let outcome = render(&lines[1..]);
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("no checksum of trimtab-1.2.3-x86"));
}
