//! Identity, selectors, paths and patches of Kubernetes objects.
