//! `docs-*` and `tutorials-*`: what kustomize explains on the command line. The explanations here are
//! our own, shorter ones.

use crate::exit::Failure;
use crate::ui::stdout;

/// A topic.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub(super) enum Topic {
    /// Explain how two objects are merged
    DocsMerge,
    /// Explain how changes of two sides are merged
    #[command(name = "docs-merge3")]
    DocsMerge3,
    /// Explain how functions are written and called
    DocsFn,
    /// Explain what functions read and write
    DocsFnSpec,
    /// Explain the annotations that say which file an object belongs to
    DocsIoAnnotations,
    /// Explain the commands for directories of objects
    TutorialsCommandBasics,
    /// Explain how functions are used
    TutorialsFunctionBasics,
}

impl Topic {
    /// Prints it.
    pub(super) fn run(self) -> Result<(), Failure> {
        stdout::write(self.text().as_bytes())
    }

    fn text(self) -> &'static str {
        match self {
            Self::DocsMerge => MERGE,
            Self::DocsMerge3 => MERGE3,
            Self::DocsFn | Self::TutorialsFunctionBasics => FUNCTIONS,
            Self::DocsFnSpec => FUNCTION_SPECIFICATION,
            Self::DocsIoAnnotations => ANNOTATIONS,
            Self::TutorialsCommandBasics => COMMANDS,
        }
    }
}

const MERGE: &str = "\
Two objects are merged field by field: a patch into the object it is for.

  - A field that only one of them has is kept; of one that both have, the patch's value counts.
  - `null` in the patch removes the field.
  - Mappings are merged the same way, one field after the other.
  - Lists whose items have a key, such as containers with their names, are merged item by item; all
    others are replaced as a whole. Which lists have a key is known of Kubernetes' own kinds.
  - `$patch: delete` removes an item or object, `$patch: replace` takes the patch's instead.
";

const MERGE3: &str = "\
Three objects are merged when two sides changed what was one: the original, the updated one and the
one that is there.

  - A field that was changed between the original and the update gets the updated value.
  - A field that was removed there is removed.
  - All else stays as it is, with what was changed on this side.

`trimtab apply` merges on the server so, by the fields that each manager owns.
";

const FUNCTIONS: &str = "\
A function is a program or an image that reads objects and writes objects. An object with the
annotation `config.kubernetes.io/function` configures one:

  metadata:
    annotations:
      config.kubernetes.io/function: |
        exec: {path: ./bin/label}          # or
        container: {image: example.com/label:1}

  kustomize fn run DIR                     # runs what DIR declares, in place
  kustomize fn run DIR --dry-run           # prints instead
  kustomize fn run DIR --image IMG -- a=b  # runs one function
  kustomize build --enable-alpha-plugins   # runs what `transformers` and `generators` name

Programs of this machine run only with --enable-exec.
";

const FUNCTION_SPECIFICATION: &str = "\
A function reads one object from its standard input and writes one of that form to its standard output:

  apiVersion: config.kubernetes.io/v1
  kind: ResourceList
  items: []           # the objects, which it may change, add to and take from
  functionConfig: {}  # the object that configures it
  results: []         # what it found: message, severity, resourceRef, field, file

It fails by an exit status that is not 0, and says why on its standard error. It keeps annotations of
`internal.config.kubernetes.io` as they are.
";

const ANNOTATIONS: &str = "\
Annotations that tie an object to its file while it is worked on:

  internal.config.kubernetes.io/path   the file, relative to the directory
  internal.config.kubernetes.io/index  its place among the objects of that file
  internal.config.kubernetes.io/id     by which an object that comes back is known again
  config.kubernetes.io/path, config.kubernetes.io/index, config.k8s.io/id
                                       the same, as older functions know them
  config.kubernetes.io/local-config    the object is not for a cluster

A change of one name of an annotation becomes one of the other. An object without a path gets
`NAMESPACE/KIND_NAME.yaml`.
";

const COMMANDS: &str = "\
Commands that look at directories of objects, with or without a kustomization:

  kustomize cfg tree DIR --image --replicas   # a drawing of what is there
  kustomize cfg count DIR                     # how many of each kind
  kustomize cfg grep 'spec.replicas>3' DIR    # the objects that are like this
  kustomize cfg cat DIR                       # all of them, in one stream

`.krmignore` names files to leave out; a directory with a `Krmfile` is a package of its own.
";
