//! Defaults and checks of Kubernetes objects, without I/O.
