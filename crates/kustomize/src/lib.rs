//! kustomization.yaml to complete resources.
