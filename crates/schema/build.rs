//! Lays the text files in `data/` out as tables that are read in place: see `build/grammar.rs` for
//! what the files say and `src/table.rs` for how it is laid out.

#[path = "build/grammar.rs"]
mod grammar;
#[path = "build/layout.rs"]
mod layout;
#[path = "build/model.rs"]
mod model;

use std::path::Path;
use std::process::ExitCode;

/// Read one on top of another.
const KUBERNETES: &[&str] = &[
    "kubernetes-1.36.txt",
    "kubernetes-1.36-facts.txt",
    "kubernetes-1.36-zeroes.txt",
    "kubernetes-1.36-values.txt",
    "kubernetes-1.36-protobuf.txt",
    "kubernetes-1.36-messages.txt",
];
/// What kustomize's schema says otherwise.
const KUSTOMIZE: &str = "kustomize-1.21-differences.txt";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=data");
    let out = std::env::var("OUT_DIR").map_err(|e| e.to_string())?;
    let mut model = model::Model::default();
    for file in KUBERNETES {
        read(&mut model, file)?;
    }
    model.complete_names();
    model.complete_zeroes();
    let kubernetes = layout::lay_out("KUBERNETES", &model)?;

    read(&mut model, KUSTOMIZE)?;
    model.keep_reachable();
    model.hide_facts_beside_references();
    let kustomize = layout::lay_out("KUSTOMIZE", &model)?;
    let path = Path::new(&out).join("tables.rs");
    std::fs::write(&path, kubernetes + &kustomize).map_err(|e| format!("{}: {e}", path.display()))
}

fn read(model: &mut model::Model, file: &str) -> Result<(), String> {
    let path = Path::new("data").join(file);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    grammar::read(model, &text).map_err(|e| format!("{}: {e}", path.display()))
}
