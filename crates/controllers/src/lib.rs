//! The controllers of a Kubernetes control plane.
