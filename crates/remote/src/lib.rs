//! Repositories and files on other machines.
//!
//! [`RepoSpec`] reads a reference to a git repository as kustomize does. [`Remotes`] fetches what
//! references lead to, through the user's own git program and over HTTP, and keeps it in a cache in
//! which everything is found by what it is: a commit, a digest. A [`Lock`] says which commit and
//! which content each reference stands for; what is in the cache and locked costs no network.
//!
//! Nothing is fetched, started or made on disk before something remote is asked for.

mod cache;
mod checkout;
mod commit;
mod digest;
mod family;
mod git;
mod http;
mod interruption;
mod lock;
mod manifest;
mod objects;
mod options;
mod process;
mod remotes;
mod repo_spec;
mod url;

pub use checkout::Checkout;
pub use digest::Digest;
pub use http::fetch;
pub use interruption::Interruption;
pub use lock::{LOCK_FILE, Lock, Pin, Remote, Uses};
pub use options::{Locking, Observer, Progress, RemoteOptions};
pub use remotes::{Pins, Reached, Remotes, WebFile};
pub use repo_spec::{NotARepository, PassedOver, RepoSpec};
pub use url::{MASK, hide, is_web_address, mask};
