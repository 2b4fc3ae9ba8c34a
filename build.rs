//! How the binary is laid out on Linux.
//!
//! **A fixed address.** A position-independent executable this large has a megabyte of addresses that
//! the loader writes before `main` runs: 260 page faults and 2 MiB that `trimtab build` pays for code it
//! never uses. The price is that the address of the program itself is not random (those of its stack,
//! heap and libraries are), as in the Go programs it stands beside; no code here is `unsafe`.
//!
//! **What small builds and idle servers run comes first.** A small build runs 700 KB of the 60 MB of code.
//! Where these lie all over the file, the kernel maps 64 KB around each of a hundred places, and a build of
//! one resource needs twice the memory; a server that does nothing has three quarters of the program in
//! memory. `scripts/order-functions` writes which functions they are. `lld`, which Rust links with
//! where this matters most, is given their names as they are; that costs it nothing. Other linkers get a
//! script, which GNU ld and lld both add to their own layout: of the names, or of patterns where the
//! compiler or the target is another one than that whose names these are.
//!
//! **No library for unwinding.** Every process would load `libgcc_s.so.1`, an eighth of a millisecond,
//! for what it needs only when something panics. The compiler's own archives hold the same, and a
//! script in the library's place leads the linker there.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Functions in their order, relative to this file: after comments, of which one names the compiler and
/// the target, a name a line.
const ORDER: &str = "link/order.txt";
/// Stands before a name of which all or nearly all copies are wanted, whatever their hashes.
const ANY_HASH: char = '~';

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}"));
    let libc = target("ENV").unwrap_or_default();
    let is_static = libc == "musl";
    if target("OS").as_deref() != Ok("linux") || !(is_static || libc == "gnu") {
        return;
    }
    // Of a static program the compiler decides it, see .cargo/config.toml.
    if !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    // Nobody measures the memory of other profiles, and linking takes longer with it.
    if env::var("PROFILE").as_deref() == Ok("release") && !has_linker_without_scripts() {
        if !is_static && env::var("HOST") == env::var("TARGET") {
            unwind_without_library();
        }
        for argument in in_order() {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}

/// What tells the linker the order of functions.
fn in_order() -> Vec<String> {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let Ok(order) = fs::read_to_string(Path::new(&root).join(ORDER)) else {
        return Vec::new();
    };
    let (comments, names): (Vec<&str>, Vec<&str>) =
        order.lines().partition(|line| line.starts_with('#'));
    let compiler = run(Command::new(rustc()).arg("--version")).unwrap_or_default();
    let target = env::var("TARGET").unwrap_or_default();
    let own = format!("{} for {target}", compiler.trim());
    let patterns = if comments.iter().any(|line| line[1..].trim() == own) {
        let names = names.iter().map(|name| name.trim_start_matches(ANY_HASH));
        let names: Vec<String> = names.map(str::to_owned).collect();
        let path = written("order.txt", &names.join("\n"));
        // `-Wl,` would part the path at its commas.
        let option = format!("--symbol-ordering-file={}", path.display());
        let arguments = ["-Xlinker", &option, "-Xlinker", "--no-warn-symbol-ordering"];
        let arguments = arguments.map(str::to_owned).to_vec();
        if can_link_with(&arguments) {
            return arguments;
        }
        names
    } else {
        let names = names.iter().filter_map(|name| name.strip_prefix(ANY_HASH));
        names.map(without_hashes).collect()
    };
    let path = written("order.ld", &script(&patterns));
    vec!["-T".to_owned(), path.display().to_string()]
}

/// A linker script of the functions whose names match these patterns.
fn script(patterns: &[String]) -> String {
    let mut script = "SECTIONS {\n  .text.build : {\n".to_owned();
    let mut seen = HashSet::new();
    for pattern in patterns.iter().filter(|&pattern| seen.insert(pattern)) {
        let line = format!("    *(.text.{pattern} .text.unlikely.{pattern})\n");
        script.push_str(&line);
    }
    script + "  }\n}\nINSERT BEFORE .text;\n"
}

/// A pattern for a name with any hashes: the last part of those of the older form of names, and
/// what tells crates of one name apart in those of the newer.
fn without_hashes(name: &str) -> String {
    if let Some(at) = name.rfind("17h") {
        return format!("{}17h*", &name[..at]);
    }
    let mut pattern = String::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once("Cs") {
        let Some((hash, behind)) = behind.split_once('_') else {
            break;
        };
        if !hash.chars().all(|c| c.is_ascii_alphanumeric()) {
            break;
        }
        pattern.push_str(before);
        pattern.push_str("Cs*_");
        rest = behind;
    }
    pattern + rest
}

/// Whether a program can be linked here with these arguments.
fn can_link_with(arguments: &[String]) -> bool {
    let source = written("probe.rs", "fn main() {}\n");
    let mut compile = Command::new(rustc());
    compile
        .arg(&source)
        .arg("-o")
        .arg(source.with_extension("out"));
    compile.args(["--target", &env::var("TARGET").unwrap_or_default()]);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    compile.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        compile.arg(format!("-Clinker={linker}"));
    }
    compile.args(
        arguments
            .iter()
            .map(|argument| format!("-Clink-arg={argument}")),
    );
    run(&mut compile).is_some()
}

fn rustc() -> String {
    env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}

/// What a program that ended well wrote.
fn run(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// The path of a new file for the linker.
fn written(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    // What cannot be written is missed by those who read it.
    let _ = fs::write(&path, text);
    path
}

/// Puts a script that leads to the archives of the C compiler where the linker looks first for
/// `libgcc_s`. A compiler without them links as ever.
fn unwind_without_library() {
    let (Some(unwinder), Some(helpers)) = (archive("libgcc_eh.a"), archive("libgcc.a")) else {
        return;
    };
    let directory = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("unwinding");
    let script = format!("GROUP ( {} {} )\n", unwinder.display(), helpers.display());
    let is_written = fs::create_dir_all(&directory)
        .and_then(|()| fs::write(directory.join("libgcc_s.so"), script))
        .is_ok();
    if is_written {
        println!("cargo::rustc-link-search=native={}", directory.display());
    }
}

/// Where the C compiler, which links what Rust makes, has an archive of its own.
fn archive(name: &str) -> Option<PathBuf> {
    let asked = run(Command::new("cc").arg(format!("-print-file-name={name}")))?;
    // It gives the name back where it has none.
    let path = PathBuf::from(asked.trim());
    let is_plain = |path: &str| !path.contains([' ', '"', '(', ')']);
    let is_one = path.is_absolute() && path.is_file() && path.to_str().is_some_and(is_plain);
    is_one.then_some(path)
}

/// Whether somebody links with a program that takes no scripts of this kind.
fn has_linker_without_scripts() -> bool {
    let said = ["CARGO_ENCODED_RUSTFLAGS", "RUSTC_LINKER"].map(env::var);
    let said = said.into_iter().flatten();
    let mut names = said.flat_map(|said| ["mold", "wild", "gold"].map(|name| said.contains(name)));
    names.any(|is_named| is_named)
}
