//! The Kubernetes API over HTTP, on a store.
