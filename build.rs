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

use std::env;
use std::path::Path;

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
        let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let order = Path::new(&root).join(ORDER);
        // Two arguments: `-Wl,` would part the path at its commas.
        println!("cargo::rustc-link-arg-bins=-T");
        println!("cargo::rustc-link-arg-bins={}", order.display());
    }
}

/// Whether somebody links with a program that takes no scripts of this kind.
fn has_linker_without_scripts() -> bool {
    let said = ["CARGO_ENCODED_RUSTFLAGS", "RUSTC_LINKER"].map(env::var);
    let said = said.into_iter().flatten();
    let mut names = said.flat_map(|said| ["mold", "wild", "gold"].map(|name| said.contains(name)));
    names.any(|is_named| is_named)
}
