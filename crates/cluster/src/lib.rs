//! A Kubernetes control plane with simulated nodes in one process, in real or virtual time.
