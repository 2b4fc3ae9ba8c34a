//! Rehearsals of small workloads.

mod rollouts;
