//! Links the binary at a fixed address on Linux.
//!
//! A position-independent executable this large has a megabyte of addresses that the loader writes
//! before `main` runs: 260 page faults and 2 MiB that `trimtab build` pays for code it never uses.
//! The price is that the address of the program itself is not random (those of its stack, heap and
//! libraries are), as in the Go programs it stands beside; no code here is `unsafe`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}"));
    if target("OS").as_deref() == Ok("linux") && target("ENV").as_deref() == Ok("gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
