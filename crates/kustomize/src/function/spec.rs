//! What the annotation of a function's configuration says about how it runs.
//!
//! The fields are those of kyaml's `FunctionSpec`, read as strictly as kustomize does.

use crate::kustomization::At;
use crate::kustomization::decode::{Decode, Rules, fields};
use crate::loader::Sources;
use trimtab_tree::{Diagnostic, Mapping, Position, Result, Text, Value};

/// The annotations that hold it, the better first.
const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

/// kustomize's first form: the annotation that holds an image and nothing else.
const IMAGE_ANNOTATION: &str = "config.kubernetes.io/container";

/// How a function runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FunctionSpec {
    /// Whether later functions would still run when it fails. A build ends all the same.
    pub defer_failure: bool,
    /// As a container; it goes before `exec`.
    pub container: ContainerSpec,
    /// As a program of this machine.
    pub exec: ExecSpec,
    /// Removed from kustomize, and refused.
    starlark: Option<At<Mapping>>,
    /// Where the annotation is.
    pub position: Position,
}

/// A function in a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ContainerSpec {
    /// Its image; empty when the function is no container.
    pub image: At<Text>,
    /// Whether it needs the network.
    pub network: bool,
    /// What it sees of this machine.
    pub mounts: Vec<At<StorageMount>>,
    /// Variables.
    pub env: Vec<At<Text>>,
}

/// A function that is a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ExecSpec {
    /// Its path, relative to the kustomization, or its name; empty when it is none.
    pub path: At<Text>,
    /// Its arguments.
    pub arguments: Vec<At<Text>>,
    /// Variables.
    pub env: Vec<At<Text>>,
}

/// A part of this machine that a container sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StorageMount {
    /// `bind`, `volume` or `tmpfs`.
    pub kind: At<Text>,
    /// A path relative to the kustomization, or the name of a volume.
    pub source: At<Text>,
    /// The path in the container.
    pub target: At<Text>,
    /// Whether it may write there.
    pub writable: bool,
}

fields!(FunctionSpec, "a function", {
    "deferFailure" => defer_failure,
    "container" => container,
    "exec" => exec,
    "starlark" => starlark,
});

fields!(ContainerSpec, "a function's container", {
    "image" => image,
    "network" => network,
    "mounts" => mounts,
    "envs" => env,
});

fields!(ExecSpec, "a function's program", {
    "path" => path,
    "args" => arguments,
    "envs" => env,
});

fields!(StorageMount, "a mount", {
    "type" => kind,
    "src" => source,
    "dst" => target,
    "rw" => writable,
});

impl FunctionSpec {
    /// What an object says about the function that it configures, or `None` when it configures
    /// none.
    ///
    /// # Errors
    /// When what it says cannot be read, is of a kind that is no more, or leads outside of the
    /// kustomization.
    pub(crate) fn of(object: &Value, sources: &Sources) -> Result<Option<Self>> {
        let inline = |position, text: &str| sources.add_inline(position, text.into())?.document();
        let spec = Self::read_from(object, inline)?;
        for mount in spec.iter().flat_map(|spec| &spec.container.mounts) {
            mount.check()?;
        }
        Ok(spec)
    }

    /// The same, wherever its mounts lead. `inline` reads a text that stands at a position.
    pub(super) fn read_from(
        object: &Value,
        inline: impl FnOnce(Position, &str) -> Result<Value>,
    ) -> Result<Option<Self>> {
        let annotations = object.get_path(&["metadata", "annotations"]);
        let annotation = |key: &str| {
            let value = annotations?.get(key)?;
            let text = value.text_if_not_null().filter(|text| !text.is_empty())?;
            Some((text, value.position))
        };
        if let Some((text, position)) = ANNOTATIONS.into_iter().find_map(annotation) {
            return Self::read_checked(&inline(position, text)?, position).map(Some);
        }
        let older = object.get_path(&["metadata", "configFn"]);
        if let Some(value) = older.filter(|value| !value.is_null()) {
            return Self::read_checked(value, value.position).map(Some);
        }
        Ok(annotation(IMAGE_ANNOTATION).map(|(image, position)| Self {
            container: ContainerSpec {
                image: At::new(image.into(), position),
                ..ContainerSpec::default()
            },
            position,
            ..Self::default()
        }))
    }

    fn read_checked(value: &Value, position: Position) -> Result<Self> {
        let spec = Self::decode(value, Rules::KUSTOMIZATION).map_err(|error| error.at(position))?;
        if let Some(starlark) = &spec.starlark {
            let message = "Starlark functions were removed from kustomize, and do not run here";
            return Err(Diagnostic::error("starlark-removed", message)
                .at(starlark.position)
                .hint("run it as a container that brings its own Starlark, or as a program"));
        }
        Ok(Self { position, ..spec })
    }
}

impl StorageMount {
    /// A mount that a file asks for lies in or below the directory of its kustomization.
    fn check(&self) -> Result<()> {
        let source = &self.source;
        let wrong = if source.starts_with('/') {
            "is absolute"
        } else if crate::path::clean(source).starts_with("..") {
            "leads out of the directory of the kustomization"
        } else {
            return Ok(());
        };
        let message = format!("the mount `{}` {wrong}", source.value);
        Err(Diagnostic::error("mount-outside-root", message)
            .at(source.position)
            .expecting("a path in or below the directory of the kustomization")
            .hint("the flag `--mount` takes any path"))
    }

    /// Reads the form of the flag `--mount`: `type=bind,src=PATH,dst=PATH,rw=true`. What it does not
    /// know is passed over, as kustomize does.
    pub(crate) fn from_flag(text: &str) -> Self {
        let mut mount = Self::default();
        for (key, value) in text.split(',').filter_map(|option| option.split_once('=')) {
            match key {
                "type" => mount.kind = value.into(),
                "src" | "source" => mount.source = value.into(),
                "dst" | "target" => mount.target = value.into(),
                "rw" => mount.writable = value == "true",
                _ => {}
            }
        }
        mount
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;
    use std::path::Path;

    fn read(annotations: &str) -> Result<Option<FunctionSpec>> {
        let object = &documents(&format!("metadata:\n  annotations:\n{annotations}"))[0];
        FunctionSpec::of(object, &Sources::new(Path::new(".")))
    }

    #[test]
    fn the_annotation_is_read() {
        let spec = read(
            "    config.k8s.io/function: |
      deferFailure: yes
      exec: {path: ./run, args: [-x], envs: [A=b]}
      container:
        image: registry/fn:1
        network: true
        mounts: [{type: bind, src: ./data, dst: /data, rw: true}]
        envs: [C]
",
        );
        let spec = spec.unwrap().unwrap();
        assert!(spec.defer_failure && spec.container.network);
        assert_eq!(spec.exec.path.value, "./run");
        assert_eq!(spec.exec.arguments, [At::from("-x")]);
        assert_eq!(spec.container.mounts[0].target.value, "/data");
        assert!(spec.container.mounts[0].writable);
        assert_eq!(spec.container.env, [At::from("C")]);
    }

    #[test]
    fn older_forms_are_read() {
        let spec = read("    config.kubernetes.io/container: img")
            .unwrap()
            .unwrap();
        assert_eq!(spec.container.image.value, "img");
        let object = &documents("metadata: {configFn: {container: {image: img}}}")[0];
        let spec = FunctionSpec::of(object, &Sources::new(Path::new("."))).unwrap();
        assert_eq!(spec.unwrap().container.image.value, "img");
        assert_eq!(read("    other: img").unwrap(), None);
    }

    #[test]
    fn what_cannot_run_is_refused() {
        for (spec, code) in [
            ("{starlark: {path: x.star}}", "starlark-removed"),
            ("{exec: {pth: x}}", "unknown-field"),
            ("{container: {image: 5}}", "wrong-type"),
            ("{container: {mounts: [{src: /etc}]}}", "mount-outside-root"),
            (
                "{container: {mounts: [{src: a/../../b}]}}",
                "mount-outside-root",
            ),
            ("[}", "bad-yaml"),
        ] {
            let read = read(&format!("    config.kubernetes.io/function: '{spec}'"));
            let error = read.unwrap_err();
            if code != "bad-yaml" {
                assert_eq!(error.code, code, "{spec}");
            }
        }
    }

    #[test]
    fn mounts_come_from_flags_too() {
        let mount = StorageMount::from_flag("type=bind,source=/a,dst=/b,rw=true,x");
        assert_eq!(mount.source.value, "/a");
        assert_eq!(mount.target.value, "/b");
        assert!(mount.writable);
        assert!(!StorageMount::from_flag("rw=yes").writable);
    }
}
