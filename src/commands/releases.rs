//! `trimtab releases`: what was applied under which names.

use super::apply::{no_release, short_commit};
use crate::client::Connection;
use crate::cluster::on_cluster;
use crate::complete;
use crate::exit::Failure;
use crate::provenance;
use crate::ui::columns::Columns;
use crate::ui::objects::print_yaml_or_json;
use crate::ui::{stderr, stdout};
use clap::ValueEnum;
use jiff::Timestamp;
use trimtab_clock::{Clock, human_duration};
use trimtab_deploy::{Provenance, Release, ReleaseName, Releases};
use trimtab_tree::{Mapping, Value};

/// List releases, or the revisions of one
///
/// Every `trimtab apply -k` keeps what it applied as a revision of a release, in Secrets of its namespace.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab releases
  trimtab releases -A
  trimtab releases overlays-production -o wide
  trimtab releases -k overlays/production")]
pub(crate) struct Args {
    /// Show all revisions of this release
    #[arg(value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse)]
    name: Option<ReleaseName>,

    /// Show those of the release that is called after this directory, as `apply -k` calls it
    #[arg(short, long, value_name = "DIR", conflicts_with = "name")]
    kustomize: Option<String>,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    /// How to show them
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<Output>,

    /// Leave the heading out
    #[arg(long)]
    no_headers: bool,

    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// With source, pipeline run and description
    Wide,
    /// Names only, with the revision
    Name,
    Json,
    Yaml,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let of_directory = args.kustomize.as_deref().map(provenance::release_of);
    let of_directory = of_directory.transpose()?;
    let name = args.name.as_ref().or(of_directory.as_ref());
    let (mut found, namespace) = on_cluster(&args.connection, async |target| {
        let releases = Releases::of(target).await?;
        let found = if args.all_namespaces {
            releases.list_everywhere(name).await?
        } else {
            releases.list(name).await?
        };
        Ok((found, releases.namespace().to_owned()))
    })?;
    if found.is_empty() {
        let namespace = (!args.all_namespaces).then_some(&*namespace);
        if let Some(name) = name {
            return Err(no_release(name, namespace));
        }
        let place = namespace.map(|it| format!(" in namespace {it}"));
        stderr::line(&format!("No releases found{}.", place.unwrap_or_default()));
        return Ok(());
    }
    if name.is_none() {
        found = latest(found);
    }
    match args.output {
        None => table(args, &found, false),
        Some(Output::Wide) => table(args, &found, true),
        Some(Output::Name) => {
            let line = |it: &Release| format!("{} {}\n", it.name, it.revision);
            let names: String = found.iter().map(line).collect();
            stdout::write(names.as_bytes())
        }
        Some(Output::Json) => stdout::write(print_yaml_or_json(&list(&found), false)?.as_bytes()),
        Some(Output::Yaml) => stdout::write(print_yaml_or_json(&list(&found), true)?.as_bytes()),
    }
}

/// Of each release the last revision; they come release by release.
fn latest(releases: Vec<Release>) -> Vec<Release> {
    let mut latest: Vec<Release> = Vec::new();
    for release in releases {
        match latest.last_mut() {
            Some(last) if last.name == release.name && last.namespace == release.namespace => {
                *last = release;
            }
            _ => latest.push(release),
        }
    }
    latest
}

fn table(args: &Args, releases: &[Release], is_wide: bool) -> Result<(), Failure> {
    let now = Clock::system().now();
    let mut rows = Vec::new();
    if !args.no_headers {
        let narrow = [
            "NAMESPACE",
            "NAME",
            "REVISION",
            "STATUS",
            "AGE",
            "USER",
            "COMMIT",
        ];
        let wide = ["SOURCE", "RUN", "DESCRIPTION"];
        let heading = narrow
            .into_iter()
            .chain(wide.into_iter().filter(|_| is_wide));
        let heading = heading.skip(usize::from(!args.all_namespaces));
        rows.push(heading.map(str::to_owned).collect());
    }
    for release in releases {
        rows.push(row(release, args.all_namespaces, is_wide, now));
    }
    stdout::write(Columns::for_own_tables().lines(&rows).as_bytes())
}

fn row(release: &Release, with_namespace: bool, is_wide: bool, now: Timestamp) -> Vec<String> {
    let age = |time: Timestamp| human_duration(now.duration_since(time).as_secs());
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "<none>".to_owned());
    let Provenance {
        user,
        source,
        commit,
        run,
        description,
        selector,
    } = &release.provenance;
    let only = selector.as_ref().map(|labels| format!("only {labels}"));
    let mut row = Vec::new();
    if with_namespace {
        row.push(release.namespace.clone());
    }
    row.extend([
        release.name.to_string(),
        release.revision.to_string(),
        release.status.to_string(),
        release.started.map_or_else(|| "<unknown>".to_owned(), age),
        or_none(user),
        commit
            .as_deref()
            .map_or_else(|| "<none>".to_owned(), short_commit),
    ]);
    if is_wide {
        row.extend([
            or_none(source),
            or_none(run),
            or_none(&description.clone().or(only)),
        ]);
    }
    row
}

fn list(releases: &[Release]) -> Value {
    let items = releases.iter().map(|release| {
        let mut fields = Mapping::new();
        fields.insert("name", Value::string(release.name.as_str()));
        fields.insert("namespace", Value::string(&*release.namespace));
        fields.insert("revision", Value::int(i64::from(release.revision)));
        fields.insert("status", Value::string(release.status.word()));
        for (name, time) in [("started", release.started), ("ended", release.ended)] {
            if let Some(time) = time {
                fields.insert(name, Value::string(time.to_string()));
            }
        }
        for (name, value) in release.provenance.fields() {
            fields.insert(name, Value::string(value));
        }
        fields.into()
    });
    Value::mapping([
        ("apiVersion", Value::string("trimtab.dev/v1alpha1")),
        ("kind", Value::string("ReleaseList")),
        ("items", Value::sequence(items.collect())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_deploy::ReleaseStatus;

    fn release(name: &str, revision: u32) -> Release {
        Release {
            name: ReleaseName::parse(name).expect("it is one"),
            namespace: "shop".to_owned(),
            revision,
            status: ReleaseStatus::Applied,
            recorded: None,
            started: "2026-01-01T00:00:00Z".parse().ok(),
            ended: None,
            provenance: Provenance {
                commit: Some("0123456789abcdef-dirty".to_owned()),
                ..Provenance::default()
            },
        }
    }

    #[test]
    fn the_last_revision_of_each_is_listed() {
        let found = latest(vec![release("a", 1), release("a", 2), release("b", 1)]);
        let names: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.revision))
            .collect();
        assert_eq!(names, [("a", 2), ("b", 1)]);
    }

    #[test]
    fn a_row_says_when_by_whom_and_from_what() {
        let now = "2026-01-01T00:05:00Z".parse().expect("it is a time");
        let row = row(&release("a", 2), true, false, now);
        let expected = [
            "shop",
            "a",
            "2",
            "applied",
            "5m",
            "<none>",
            "0123456789-dirty",
        ];
        assert_eq!(row, expected);
    }
}
