//! How the binary is laid out on Linux.
//!
//! **A fixed address.** A position-independent executable this large has a megabyte of addresses that
//! the loader writes before `main` runs: 260 page faults and 2 MiB that `trimtab build` pays for code it
//! never uses. The price is that the address of the program itself is not random (those of its stack,
//! heap and libraries are), as in the Go programs it stands beside; no code here is `unsafe`.
//!
//! **What small builds and idle servers run comes first.** A small build runs 700 KB of the 40 MB of code.
//! Where these lie all over the file, the kernel maps 64 KB around each of a hundred places, and a build of
//! one resource needs twice the memory; a server that does nothing has three quarters of the program in
//! memory. A linker script that GNU ld and lld both add to their own layout puts them side by
//! side; `scripts/order-functions` writes it.
//!
//! **No library for unwinding.** Every process would load `libgcc_s.so.1`, an eighth of a millisecond,
//! for what it needs only when something panics. The compiler's own archives hold the same, and a
//! script in the library's place leads the linker there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Functions in their order, relative to this file.
const ORDER: &str = "link/order.ld";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}"));
    if target("OS").as_deref() != Ok("linux") || target("ENV").as_deref() != Ok("gnu") {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // Nobody measures the memory of other profiles, and linking takes longer with it.
    if env::var("PROFILE").as_deref() == Ok("release") && !has_linker_without_scripts() {
        if env::var("HOST") == env::var("TARGET") {
            unwind_without_library();
        }
        let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let order = Path::new(&root).join(ORDER);
        // Two arguments: `-Wl,` would part the path at its commas.
        println!("cargo::rustc-link-arg-bins=-T");
        println!("cargo::rustc-link-arg-bins={}", order.display());
    }
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
    let asked = Command::new("cc")
        .arg(format!("-print-file-name={name}"))
        .output()
        .ok()?;
    // It gives the name back where it has none.
    let path = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
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
