//! Shared watches, indexed caches and work queues on a Kubernetes client.
