//! Plan, diff, apply, wait, roll out and undo, against any Kubernetes cluster.
