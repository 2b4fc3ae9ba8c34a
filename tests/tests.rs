//! Black-box tests of the `trimtab` binary: one integration binary, one module for each area.

mod build_cases;
mod called_kustomize;
mod cfg_cases;
mod command_line;
mod crash;
mod deploying;
mod edit_cases;
mod error_cases;
mod examples;
mod forgotten_files;
mod golden;
mod limits;
mod localize_cases;
mod localize_remote;
mod one_shot;
mod output_flag;
mod output_format;
mod programs;
mod readme;
mod remote;
mod repositories;
mod sandbox;
mod several_targets;
mod trimtab;
mod up_and_down;
mod watch;
