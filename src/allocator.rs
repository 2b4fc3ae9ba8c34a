//! Who gives memory, and how a control plane gives it back.
//!
//! Both can be told to keep less only before a process begins, by a variable, so a server begins once more,
//! as the same process.
//!
//! glibc raises the size from which blocks are mapped, and how much it keeps instead of giving it
//! back, to the largest block that was ever freed: after one large answer a server would hold on to
//! megabytes that it never uses again. It makes up to eight pools a processor. And of each size every
//! thread keeps some freed blocks at hand, wherever they lie: after a large answer a few hundred of them
//! hold millions of bytes between them that could be given back otherwise. Measured after
//! `kubectl api-resources`, `explain pod` and `/openapi/v2`: 3.7 MiB less resident for the first two, and
//! 5 to 7 MiB for the third. Under load (`scripts/measure-api`) no CPU time was seen to be lost by it.
//!
//! musl's allocator has one lock for all threads, so the static program brings mimalloc: twenty overlays
//! take a third of the CPU time, a rollout of 500 pods a fifth. Pages that are free it keeps for a while,
//! and gives back only what it comes by again: 20 MiB more stayed resident after the same questions.

/// Of the static program.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(target_os = "linux")]
pub(crate) use variable::keep_little;

/// There is nothing to set where the memory is the system's.
#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_little() {}

#[cfg(target_os = "linux")]
mod variable {
    use std::env;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    /// Blocks of 128 KiB and more are mapped, and as much is kept at most: what glibc begins with, but
    /// for good. No thread keeps freed blocks for itself.
    #[cfg(not(target_env = "musl"))]
    const SETTING: (&str, &str) = (
        "GLIBC_TUNABLES",
        concat!(
            "glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072",
            ":glibc.malloc.arena_max=2:glibc.malloc.tcache_count=0",
        ),
    );

    /// Free pages are given back at once.
    #[cfg(target_env = "musl")]
    const SETTING: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "0");

    /// Lets this process keep little memory that it does not use. It must be called before anything else
    /// is done; what the user has set stays.
    pub(crate) fn keep_little() {
        let (variable, setting) = SETTING;
        if env::var_os(variable).is_some() {
            return;
        }
        let Ok(program) = env::current_exe() else {
            return;
        };
        let mut arguments = env::args_os();
        let mut again = Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // It comes back only if it fails, and then this process does as well.
        let _ = again.args(arguments).env(variable, setting).exec();
    }
}
