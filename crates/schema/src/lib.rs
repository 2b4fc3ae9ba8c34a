//! What Kubernetes types look like: kinds, scope, fields, list keys.
