//! Pods onto nodes.
