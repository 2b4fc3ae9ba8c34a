//! Black-box tests of the `trimtab` binary: one integration binary, one module for each area.
//!
//! What is not for Windows needs signals, links, modes of files or a shell.

#[cfg(unix)]
mod argocd_example;
#[cfg(unix)]
mod backups;
mod build_cases;
#[cfg(unix)]
mod called_kustomize;
mod cfg_cases;
#[cfg(unix)]
mod charts;
mod check_cases;
mod ci_examples;
#[cfg(unix)]
mod command_line;
#[cfg(unix)]
mod comparing;
#[cfg(unix)]
mod compatibility;
mod completing;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod crash_watch;
#[cfg(unix)]
mod credentials;
mod deployed;
#[cfg(unix)]
mod deploying;
mod describing;
mod edit_cases;
#[cfg(unix)]
mod elections;
mod error_cases;
mod examples;
mod explain_cases;
#[cfg(unix)]
mod explained_programs;
#[cfg(unix)]
mod following;
mod forgotten_files;
#[cfg(unix)]
mod getting;
mod git_servers;
mod golden;
#[cfg(unix)]
mod installing;
mod limits;
mod line_endings;
mod localize_cases;
#[cfg(unix)]
mod localize_remote;
#[cfg(unix)]
mod nodes_beside;
mod one_shot;
mod output_flag;
mod output_format;
#[cfg(unix)]
mod programs;
mod progressive;
mod readme;
mod rehearse_cases;
mod rehearse_current;
#[cfg(unix)]
mod release_guards;
#[cfg(unix)]
mod releasing;
#[cfg(unix)]
mod remote;
#[cfg(unix)]
mod remote_locks;
#[cfg(unix)]
mod remote_servers;
#[cfg(unix)]
mod remote_web;
mod removing;
mod report_forms;
#[cfg(unix)]
mod repositories;
#[cfg_attr(
    not(unix),
    allow(dead_code, reason = "those who need all of it are not there")
)]
mod sandbox;
#[cfg(unix)]
mod second_writers;
mod setting;
mod several_targets;
mod silent_servers;
mod snapshots;
mod staged;
mod trimtab;
#[cfg(unix)]
mod up_and_down;
mod watch;
mod workflows;
