//! `trimtab set env`

use super::{Flags, split};
use crate::cluster::{Failed, on_cluster};
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::{stderr, stdout};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io::read_to_string;
use trimtab_deploy::{
    ContainerPattern, Environment, KeySource, Named, ObjectRef, Scope, Target, Variable, containers,
};
use trimtab_tree::{Mapping, Value};

/// Set, remove and list environment variables of containers
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set env deployment/web LOG_LEVEL=debug OLD-
  trimtab set env deployment/web --list
  trimtab set env deployment/web --from configmap/web-config --prefix WEB_
  trimtab set env deployment web -c proxy --from secret/login --keys user,password")]
// Everywhere else `--env` is for the functions of a kustomization; here it is kubectl's.
#[command(mut_arg("env", |flag| flag.short(None).long("function-env")))]
pub(crate) struct Args {
    /// `TYPE NAME ...` or `TYPE/NAME ...`, and behind them `NAME=VALUE` to set, `NAME-` to remove, `-` to
    /// read such lines from standard input
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    /// `NAME=VALUE` to set or `NAME-` to remove, too; can be given again
    #[arg(
        id = "variable",
        short = 'e',
        long = "env",
        value_name = "NAME=VALUE",
        allow_hyphen_values = true
    )]
    variables: Vec<String>,

    /// The container, or several with `*` in their name
    #[arg(short, long, value_name = "NAME", default_value = "*")]
    containers: String,

    /// Take a variable from each key of a config map or secret: `configmap/NAME` or `secret/NAME`
    #[arg(long, value_name = "TYPE/NAME")]
    from: Option<String>,

    /// Of those only these keys
    #[arg(long, value_name = "KEY", value_delimiter = ',', requires = "from")]
    keys: Vec<String>,

    /// What stands before the names of such variables
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    prefix: String,

    /// Whether a variable may have another value already
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    overwrite: bool,

    /// Show the variables
    #[arg(long)]
    list: bool,

    /// With --list, show the values of keys of config maps and secrets, too
    #[arg(long, requires = "list")]
    resolve: bool,

    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let is_variable = |word: &str| word.contains('=') || word.ends_with('-');
    let (objects, words) = split(&args.words, is_variable);
    let mut variables = Vec::new();
    for word in args.variables.iter().chain(words) {
        if word == "-" {
            variables.extend(read_variables()?);
        } else {
            variables.push(word.clone());
        }
    }
    let pattern = ContainerPattern::new(&args.containers);
    let environment = Environment::parse(&variables, pattern, args.overwrite);
    let mut environment = environment.map_err(|error| Failure::new("usage", error.to_string()))?;
    if let Some(from) = &args.from {
        if args.flags.local {
            let message = "--from reads an object of the cluster, and --local asks no server";
            return Err(Failure::new("usage", message));
        }
        let found = on_cluster(&args.flags.connection, async |target| {
            variables_from(target, from, &args.keys, &args.prefix).await
        })?;
        environment.set.extend(found);
    }
    let has_changes = !(environment.set.is_empty() && environment.removed.is_empty());
    if args.list {
        if has_changes {
            let message = "--list shows variables: leave out those to set or remove";
            return Err(Failure::new("usage", message));
        }
        return list(args, objects, report, &environment.containers);
    }
    args.flags.change(objects, report, &environment, "env")
}

/// Lines of standard input, but for empty ones and those that `#` begins.
fn read_variables() -> Result<Vec<String>, Failure> {
    let text = read_to_string(std::io::stdin())
        .map_err(|error| Failure::new("io", format!("cannot read standard input: {error}")))?;
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// A variable for each key of a `ConfigMap` or Secret, or for those keys of it that are named.
async fn variables_from(
    target: &Target,
    from: &str,
    keys: &[String],
    prefix: &str,
) -> Result<Vec<Variable>, Failed> {
    let words = [from.to_owned()];
    let named = Named::resolve(target, &words, &Scope::default(), true).await?;
    let objects = named.objects(target, &Scope::default()).await?;
    let mut variables = Vec::new();
    for object in &objects {
        let source = match &*object.resource.plural_with_group() {
            "configmaps" => KeySource::ConfigMap,
            "secrets" => KeySource::Secret,
            other => {
                let message = format!("unsupported resource specified in --from: {other}");
                return Err(Failure::new("usage", message)
                    .hint("name a `configmap/NAME` or a `secret/NAME`")
                    .into());
            }
        };
        let found = target.get_existing(object).await?;
        let data = found.get("data").and_then(Value::as_mapping);
        let mut there: Vec<&str> = data
            .into_iter()
            .flat_map(Mapping::iter)
            .map(|(key, _)| key)
            .collect();
        there.sort_unstable();
        if let Some(missing) = keys.iter().find(|key| !there.contains(&key.as_str())) {
            let message = format!(
                "{object} has no key {missing:?}: it has {}",
                there.join(", ")
            );
            return Err(Failure::new("not-found", message).into());
        }
        there.retain(|key| keys.is_empty() || keys.iter().any(|wanted| wanted == key));
        for key in there {
            let variable = Variable::of_key(source, &object.name, key, prefix);
            let name = variable.name.strip_prefix(prefix);
            if let Some(name) = name.filter(|name| *name != key) {
                stderr::line(&format!("Warning: key {key} transferred to {name}"));
            }
            variables.push(variable);
        }
    }
    Ok(variables)
}

/// Shows the variables of each container as lines that set them.
fn list(
    args: &Args,
    words: &[String],
    report: &Report,
    pattern: &ContainerPattern,
) -> Result<(), Failure> {
    let flags = &args.flags;
    if flags.local {
        for found in flags.local_objects(words, report)? {
            let listed = listed(&ObjectRef::described(&found), &found, pattern);
            for (heading, variables) in
                listed.map_err(|error| Failure::new("usage", error.to_string()))?
            {
                stdout::line(&heading)?;
                for variable in variables {
                    stdout::line(&as_written(variable))?;
                }
            }
        }
        return Ok(());
    }
    on_cluster(&flags.connection, async |target| {
        let objects = flags.objects.objects(words, report).find(target).await?;
        for object in objects {
            let found = target.get_existing(&object).await?;
            for (heading, variables) in listed(&object, &found, pattern)? {
                stdout::line(&heading)?;
                for variable in variables {
                    let resolved = if args.resolve {
                        resolved(target, variable).await
                    } else {
                        None
                    };
                    stdout::line(&resolved.unwrap_or_else(|| as_written(variable)))?;
                }
            }
        }
        Ok(())
    })
}

/// The variables of each container that is meant, behind the line that names it.
fn listed<'v>(
    object: &ObjectRef,
    found: &'v Value,
    pattern: &ContainerPattern,
) -> Result<Vec<(String, &'v [Value])>, trimtab_deploy::Error> {
    let mut listed = Vec::new();
    for container in containers(found)? {
        let name = text(container.get("name"));
        if pattern.matches(name) {
            let heading = format!(
                "# {}/{}, container {name}",
                object.resource.plural, object.name
            );
            let variables = container.get("env").and_then(Value::as_sequence);
            listed.push((heading, variables.unwrap_or_default()));
        }
    }
    Ok(listed)
}

/// Fields that refer to a key of an object, and the kind of that.
const KEY_REFERENCES: [(&str, &str); 2] =
    [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")];

/// A variable as a line; one whose value is elsewhere as a comment.
fn as_written(variable: &Value) -> String {
    let name = text(variable.get("name"));
    let Some(from) = variable.get("valueFrom") else {
        return format!("{name}={}", text(variable.get("value")));
    };
    for (field, kind) in KEY_REFERENCES {
        if let Some(reference) = from.get(field) {
            let (object, key) = (text(reference.get("name")), text(reference.get("key")));
            return format!("# {name} from {kind} {object}, key {key}");
        }
    }
    if let Some(path) = from.get_path(&["fieldRef", "fieldPath"]) {
        return format!("# {name} from field path {}", text(Some(path)));
    }
    let mut line = format!("# {name}");
    if let Some(reference) = from.get("resourceFieldRef") {
        // Writing to a string never fails.
        let _ = write!(
            line,
            " from resource field {}",
            text(reference.get("resource"))
        );
    }
    line
}

/// A variable whose value a key of an object holds as a line with that value, where it can be had.
async fn resolved(target: &Target, variable: &Value) -> Option<String> {
    let from = variable.get("valueFrom")?;
    let found = KEY_REFERENCES.into_iter();
    let mut found = found.filter_map(|(field, kind)| Some((from.get(field)?, kind)));
    let (reference, kind) = found.next()?;
    let (object, key) = (text(reference.get("name")), text(reference.get("key")));
    match value_of_key(target, kind, object, key).await {
        Ok(value) => Some(format!("{}={value}", text(variable.get("name")))),
        Err(error) => {
            stderr::line(&format!("warning: {kind}/{object}, key {key}: {error}"));
            None
        }
    }
}

/// What a key of a `ConfigMap` or Secret holds.
async fn value_of_key(
    target: &Target,
    kind: &str,
    object: &str,
    key: &str,
) -> Result<String, trimtab_deploy::Error> {
    let words = [format!("{kind}/{object}")];
    let named = Named::resolve(target, &words, &Scope::default(), true).await?;
    let mut value = String::new();
    for object in named.objects(target, &Scope::default()).await? {
        let found = target.get_existing(&object).await?;
        let Some(text) = found.get_path(&["data", key]).and_then(Value::text) else {
            let message = format!("there is no key {key:?}");
            return Err(trimtab_deploy::Error::Impossible(message));
        };
        value = if kind == "secret" {
            decoded(text)
        } else {
            text.to_owned()
        };
    }
    Ok(value)
}

/// A value of a Secret; what is no text is shown as it is stored.
fn decoded(stored: &str) -> String {
    let bytes = STANDARD.decode(stored).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_else(|| stored.to_owned())
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::text_if_not_null).unwrap_or_default()
}
