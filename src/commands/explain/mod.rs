//! `trimtab explain`: which file and which entry of which kustomization gave a field its value.

mod json;
mod text;

use crate::build_flags::{BuildFlags, OVERRIDES_HEADING, OverrideFlags};
use crate::building;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::stdout;
use clap::ValueEnum;
use trimtab_kustomize::{Address, BuildOptions, Found, Recorded, Wanted, build_recorded};
use trimtab_tree::SourceMap;

/// Say where the fields of a resource come from
///
/// Builds DIR and shows what set a field: the line of the base, then each patch, label, image,
/// replacement and so on with its file and line and the value it gave, the last one being what
/// `build` prints. Without FIELD.PATH the whole resource is shown, each value with its chain behind
/// it; without KIND/NAME all resources are listed. Removed fields and resources are explained too.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab explain overlays/production
  trimtab explain overlays/production deploy/web
  trimtab explain overlays/production deploy/web spec.replicas
  trimtab explain . Deployment.apps/web 'spec.template.spec.containers[name=app].image'
  trimtab explain . cm/settings 'metadata.annotations[\"example.com/team\"]' -o json")]
pub(crate) struct Args {
    /// Directory to build
    #[arg(value_name = "DIR")]
    target: String,

    /// The resource, by the name it has or had
    #[arg(value_name = "KIND/NAME")]
    resource: Option<String>,

    /// The field, such as spec.template.spec.containers[0].image
    #[arg(value_name = "FIELD.PATH")]
    field: Option<String>,

    /// The namespace of the resource
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,

    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,

    #[command(flatten)]
    overrides: OverrideFlags,

    /// The namespace of everything, which `build` calls --namespace
    #[arg(help_heading = OVERRIDES_HEADING, long, value_name = "NAMESPACE", default_value = "", hide_default_value = true)]
    set_namespace: String,

    #[command(flatten)]
    flags: BuildFlags,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// What is asked.
enum Question<'r> {
    /// What there is.
    All,
    /// All of a resource.
    Resource(Found<'r>),
    /// One field of it.
    Field(Found<'r>, Address),
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let answer = building::read(report, |sources| {
        let options = BuildOptions {
            overrides: args.overrides.overrides(&args.set_namespace),
            ..args.flags.options()
        };
        let built = build_recorded(&args.target, &options, sources)?;
        let question = args.question(&built)?;
        let map = sources.map();
        args.output.answer(&question, &built, &map)
    })?;
    stdout::write(answer.as_bytes())
}

impl Args {
    fn question<'r>(&self, built: &'r Recorded) -> trimtab_tree::Result<Question<'r>> {
        let Some(resource) = &self.resource else {
            return Ok(Question::All);
        };
        let found = Wanted::parse(resource, self.namespace.as_deref()).find(built)?;
        Ok(match &self.field {
            Some(path) => Question::Field(found, found.field(path)?),
            None => Question::Resource(found),
        })
    }
}

impl Form {
    fn answer(
        self,
        question: &Question<'_>,
        built: &Recorded,
        map: &SourceMap,
    ) -> trimtab_tree::Result<String> {
        match self {
            Self::Text => text::answer(question, built, map),
            Self::Json => json::answer(question, built, map),
        }
    }
}
