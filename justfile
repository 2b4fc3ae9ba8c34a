# The habits of this repository; `just` alone lists them.

_list:
    @just --list --unsorted

# Build the optimised binary.
build:
    cargo build --release

# Run all tests, or those whose name contains a word.
test *words:
    cargo test --workspace {{words}}

# Formatting and clippy, as CI asks for them.
lint:
    bash .ci/steps/format
    bash .ci/steps/lint

# Write the golden files anew from what trimtab prints; read the diff before you commit it.
golden-update:
    UPDATE_GOLDEN=1 cargo test --test tests
    git diff --stat -- testdata README.md

# Compare the golden files with kubectl.
golden-compare:
    bash .ci/steps/kubectl

# Run kustomize's own cases; -v shows each difference, --case NAME narrows.
conformance *arguments:
    cargo build --release
    bash .ci/steps/conformance {{arguments}}
    bash .ci/steps/merge2

# Speed over the size of the tree.
bench:
    cargo bench

# CPU and memory beside kubectl.
measure *arguments:
    cargo build --release
    scripts/measure {{arguments}}

# Replay kube-apiserver's recorded answers; -v shows each difference, --area NAME narrows.
replay *arguments:
    cargo build --release
    bash .ci/steps/replay {{arguments}}

# What people do with kubectl, against `trimtab up`.
kubectl:
    cargo build --release
    bash .ci/steps/tour-kubectl

# SIGKILL at fifty random moments; TRIMTAB_KILLS asks the test for more.
crash:
    bash .ci/steps/crash

# The control plane's start, memory and speed.
measure-control-plane *arguments:
    cargo build --release
    scripts/measure-control-plane {{arguments}}

# Thousands of nodes and a hundred thousand pods: twelve GiB and ten minutes.
measure-scale *arguments:
    cargo build --release
    scripts/measure-scale {{arguments}}

# Fuzz one target for some seconds (needs a nightly toolchain and cargo-fuzz).
fuzz target seconds="60":
    cargo +nightly fuzz run {{target}} -- -max_total_time={{seconds}}

# Change known inputs of the targets that read requests at random, for some seconds each.
mutate seconds="60" seed="1":
    cargo run --manifest-path fuzz/Cargo.toml --bin mutate -- {{seconds}} {{seed}}

# Bad input of every kind; --count and --seed make other cases, --case N makes one again.
bad-input *arguments:
    cargo build --release
    scripts/bad-input {{arguments}}

# Write the schema table anew from k8s-openapi.
schema:
    cargo run --manifest-path tools/generate-schema/Cargo.toml

# Everything that CI runs.
ready:
    bash .ci/run

# The API server under load; --against BINDIR puts a kube-apiserver and etcd beside it.
measure-api *arguments:
    cargo build --release
    cargo build --release --example load
    scripts/measure-api {{arguments}}

# Applies beside kubectl's; --against BINDIR also on a kube-apiserver and etcd.
measure-apply *arguments:
    cargo build --release
    scripts/measure-apply {{arguments}}

# Commands on trimtab's control plane and on the Kubernetes whose programs are in BINDIR.
compare-apply bindir *arguments:
    cargo build --release
    scripts/compare-apply --against {{bindir}} {{arguments}}
