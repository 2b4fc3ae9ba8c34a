//! What can stand next on a command line, asked for by a shell: commands and flags from their definitions, and
//! names of what is in the cluster that the words before are about. Whatever goes wrong here only leaves
//! candidates out: nobody has asked for anything yet.

use crate::cli::Cli;
use crate::client::Connection;
use crate::instance::Home;
use crate::runtime::{self, Logging, Threads};
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate};
use kube::config::Kubeconfig;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use trimtab_deploy::{Collection, ObjectRef, Releases, Selection, Target};
use trimtab_tree::Value;

/// The variable by which a shell's script says that it asks.
const ASKED: &str = "TRIMTAB_COMPLETE";

/// Nobody waits longer for a name than it takes to type it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Answers a shell that asks; whether one does.
pub(crate) fn answer() -> bool {
    if std::env::var_os(ASKED).is_none() {
        return false;
    }
    let mut words: Vec<OsString> = std::env::args_os().collect();
    let start = words.iter().position(|word| word == "--");
    if let Some(start) = start.map(|start| start + 1) {
        let line = words.split_off(start);
        let before = asked(line.clone());
        let rest = line.into_iter().skip(before.len());
        words.extend(before.into_iter().chain(rest));
    }
    let directory = std::env::current_dir().ok();
    CompleteEnv::with_factory(Cli::command)
        .var(ASKED)
        .try_complete(words, directory.as_deref())
        .unwrap_or_else(|error| error.exit())
}

/// The script by which a shell asks; nothing for a shell that is not known.
pub(crate) fn script(shell: &str, name: &str) -> Option<Vec<u8>> {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    shells
        .completer(shell)?
        .write_registration(ASKED, name, name, name, &mut script)
        .ok()?;
    Some(script)
}

/// Completes `TYPE NAME ...` and `TYPE/NAME ...`.
pub(crate) fn objects() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        from_cluster(current, async |target, words| {
            if let Some((kind, _)) = current.split_once('/') {
                let names = names(&target, kind).await?;
                return Some(names.iter().map(|name| format!("{kind}/{name}")).collect());
            }
            match words.first() {
                None => kinds(&target).await,
                // Whoever has written one as TYPE/NAME writes the next so.
                Some(first) if first.contains('/') => kinds(&target).await,
                Some(kind) => names(&target, kind).await,
            }
        })
    })
}

/// Completes the name of a pod, or `TYPE/NAME`, and behind a pod that of one of its containers.
pub(crate) fn pods() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        from_cluster(current, async |target, words| {
            match (current.split_once('/'), words.first()) {
                (Some((kind, _)), _) => {
                    let names = names(&target, kind).await?;
                    Some(names.iter().map(|name| format!("{kind}/{name}")).collect())
                }
                (None, None) => names(&target, "pods").await,
                (None, Some(pod)) => containers(&target, pod).await,
            }
        })
    })
}

/// Completes the name of a context in the kubeconfig.
pub(crate) fn contexts() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        let matches = matches(asked(line()));
        let file = matches.and_then(|it| it.try_get_one::<PathBuf>("kubeconfig").ok()?.cloned());
        let kubeconfig = match file {
            Some(file) => Kubeconfig::read_from(file),
            None => Kubeconfig::read(),
        };
        let contexts = kubeconfig.map(|it| it.contexts).unwrap_or_default();
        candidates(current, contexts.into_iter().map(|context| context.name))
    })
}

/// Completes the name of one of the user's control planes.
pub(crate) fn control_planes() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        let homes = Home::all().unwrap_or_default();
        candidates(
            current,
            homes.iter().map(|home| home.name().as_str().to_owned()),
        )
    })
}

/// Completes the name of a namespace.
pub(crate) fn namespaces() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        from_cluster(current, async |target, _| {
            names(&target, "namespaces").await
        })
    })
}

/// Completes the name of a release.
pub(crate) fn releases() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        from_cluster(current, async |target, _| {
            let releases = Releases::of(&target).await.ok()?.list(None).await.ok()?;
            Some(releases.iter().map(|it| it.name.to_string()).collect())
        })
    })
}

/// Asks the cluster that the words of the command line are about. `ask` gets the words before the current one.
fn from_cluster(
    current: &str,
    ask: impl AsyncFnOnce(Target, &[String]) -> Option<Vec<String>>,
) -> Vec<CompletionCandidate> {
    let found = matches(asked(line())).and_then(|matches| {
        let (connection, words) = read(&matches)?;
        let work = async {
            let session = connection.open().await?;
            let target = Target::new(session.client, &session.namespace);
            Ok(tokio::time::timeout(PATIENCE, ask(target, &words)).await)
        };
        let answer = runtime::run(Threads::One, &Logging::default(), "off", work);
        answer.ok()?.ok()?
    });
    candidates(current, found.unwrap_or_default().into_iter())
}

/// Those of the names that begin with what was typed.
fn candidates(current: &str, names: impl Iterator<Item = String>) -> Vec<CompletionCandidate> {
    let fitting: BTreeSet<String> = names.filter(|name| name.starts_with(current)).collect();
    fitting.into_iter().map(CompletionCandidate::new).collect()
}

/// The command line that a shell asks about, which stands behind `--`.
fn line() -> Vec<OsString> {
    let words = std::env::args_os().skip_while(|word| word != "--");
    words.skip(1).collect()
}

/// The words of a command line before the current one, as they are read.
fn asked(mut words: Vec<OsString>) -> Vec<OsString> {
    let index = std::env::var("_CLAP_COMPLETE_INDEX").ok();
    let index = index.and_then(|index| index.parse().ok());
    words.truncate(index.unwrap_or(words.len().saturating_sub(1)));
    Cli::with_flags_behind(words)
}

/// What the words mean, as far as they go, for the innermost command.
fn matches(words: Vec<OsString>) -> Option<ArgMatches> {
    let command = Cli::command().ignore_errors(true);
    let mut matches = command.try_get_matches_from(words).ok()?;
    while let Some((_, inner)) = matches.remove_subcommand() {
        matches = inner;
    }
    Some(matches)
}

/// The cluster, and the words that name objects.
fn read(matches: &ArgMatches) -> Option<(Connection, Vec<String>)> {
    let connection = Connection::from_arg_matches(matches).ok()?;
    let words = matches.try_get_many::<String>("words").ok().flatten();
    let words = words.map(|words| words.cloned().collect());
    Some((connection, words.unwrap_or_default()))
}

/// What the server has names for.
async fn kinds(target: &Target) -> Option<Vec<String>> {
    let discovery = target.discovery().await.ok()?;
    let listed = discovery.resources().iter().filter(|it| it.can("list"));
    Some(listed.map(|it| it.plural.to_string()).collect())
}

/// The names of the containers of a pod.
async fn containers(target: &Target, pod: &str) -> Option<Vec<String>> {
    let discovery = target.discovery().await.ok()?;
    let pods = Arc::new(discovery.of_kind("v1", "Pod").ok()?.clone());
    let pod = ObjectRef::new(&pods, target.namespace(), pod);
    let pod = target.get_existing(&pod).await.ok()?;
    let lists = ["initContainers", "containers"].into_iter();
    let containers = lists.filter_map(|list| pod.get_path(&["spec", list])?.as_sequence());
    let name = |container: &Value| Some(container.get("name")?.text()?.to_owned());
    Some(containers.flatten().filter_map(name).collect())
}

/// The names of the objects of a kind.
async fn names(target: &Target, kind: &str) -> Option<Vec<String>> {
    let discovery = target.discovery().await.ok()?;
    let resource = discovery.named(kind).ok()?.clone();
    let collection = Collection {
        namespace: resource.is_namespaced.then(|| target.namespace().into()),
        resource: Arc::new(resource),
        selection: Selection::default(),
    };
    let objects = target.list_metadata(&collection).await.ok()?;
    let name = |object: &Value| {
        let name = object.get_path(&["metadata", "name"])?.text()?;
        Some(name.to_owned())
    };
    Some(objects.iter().filter_map(name).collect())
}
