//! Helm charts, inflated by the user's own helm.
//!
//! The calls, their arguments in order, the variables and the directories are those of kustomize's
//! `HelmChartInflationGenerator`, so that a chart that was pulled by one is found by the other.

mod arguments;
mod values;

use crate::documents;
use crate::function::output_source;
use crate::kustomization::{At, HelmChart, HelmGlobals};
use crate::loader::Loader;
use crate::options::HelmOptions;
use crate::program::{Outcome, Program};
use crate::resource::{MADE_BY_HELM, Resource, set_annotation};
use regex::Regex;
use std::path::{Path, PathBuf};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Position, Result, Text, Value};

/// Where charts are when nobody says so.
const CHART_HOME: &str = "charts";

/// What helm is called when nobody says so.
const COMMAND: &str = "helm";

/// A chart, ready to be inflated.
pub(crate) struct Inflation<'i> {
    chart: HelmChart,
    /// Where the kustomization describes it.
    position: Position,
    options: &'i HelmOptions,
    loader: &'i Loader<'i>,
    /// The directory that holds the chart's own.
    home: PathBuf,
    /// The directory that helm keeps its settings in.
    config_home: PathBuf,
    /// Lives as long as helm may run.
    temporary: tempfile::TempDir,
}

impl<'i> Inflation<'i> {
    /// A chart as a kustomization describes it.
    ///
    /// # Errors
    /// When the description cannot be followed.
    pub(crate) fn new(
        chart: At<HelmChart>,
        globals: &HelmGlobals,
        options: &'i HelmOptions,
        loader: &'i Loader<'i>,
    ) -> Result<Self> {
        let At {
            value: mut chart,
            position,
        } = chart;
        if chart.name.is_empty() {
            return Err(
                Diagnostic::error("chart-without-name", "a chart needs a name")
                    .at(position)
                    .in_field("name")
                    .expecting("a field `name`"),
            );
        }
        values::check_merge(&chart.values_merge)?;
        // What the chart says of itself counts before what the flags say of all.
        if chart.kube_version.is_empty() {
            chart.kube_version = options.kube_version.as_str().into();
        }
        if chart.api_versions.is_empty() {
            let versions = options.api_versions.iter();
            chart.api_versions = versions.map(|version| version.as_str().into()).collect();
        }
        chart.debug |= options.debug;
        for file in &mut chart.additional_values_files {
            loader.load_bytes(file)?;
            let path = loader.root().join(file.as_str());
            file.value = crate::path::clean(&path.to_string_lossy()).into();
        }
        let temporary = tempfile::Builder::new().prefix("kustomize-helm-").tempdir();
        let temporary = temporary.map_err(|error| {
            let message = format!("helm cannot be given a directory: {error}");
            Diagnostic::error("program-not-run", message).at(position)
        })?;
        let config_home = match globals.config_home.as_str() {
            "" => temporary.path().join("helm"),
            home => PathBuf::from(home),
        };
        Ok(Self {
            home: chart_home(globals, &chart, loader.root()),
            chart,
            position,
            options,
            loader,
            config_home,
            temporary,
        })
    }

    /// The resources that helm makes of the chart, which it pulls first where it is not there. Their
    /// kinds are judged by `schema`.
    ///
    /// # Errors
    /// When helm cannot be run, fails, or prints what are no resources.
    pub(crate) fn run(mut self, schema: &Schema) -> Result<Vec<Resource>> {
        self.check_version()?;
        self.pull()?;
        self.chart.values_file = self.write_values()?;
        let arguments = arguments::template(&self.chart, &self.home);
        let outcome = self.call(arguments)?;
        let mut resources = self.read(&outcome, schema)?;
        for resource in &mut resources {
            set_annotation(resource.value_mut(), MADE_BY_HELM, Value::string("true"));
        }
        Ok(resources)
    }

    /// Runs helm, which must end well.
    fn call(&self, arguments: Vec<String>) -> Result<Outcome> {
        let command = match self.options.command.as_str() {
            "" => COMMAND,
            command => command,
        };
        let home = self.config_home.as_path();
        let program = Program::new(command)
            .args(arguments)
            .env("HELM_CONFIG_HOME", home)
            .env("HELM_CACHE_HOME", home.join(".cache"))
            .env("HELM_DATA_HOME", home.join(".data"));
        let chart = &self.chart.name.value;
        let outcome = program.run(None, b"").map_err(|failure| {
            let error = failure.explain("helm", &program).at(self.position);
            error.hint("`--helm-command` says where it is")
        })?;
        if outcome.status.success() {
            let sources = self.loader.sources();
            sources.tell(&format!("helm ({chart})"), &outcome.messages);
            return Ok(outcome);
        }
        let message = format!("helm {} on the chart `{chart}`", outcome.ending());
        let mut error = Diagnostic::error("helm-failed", message).at(self.position);
        // It is gone by then, and another one each time.
        let temporary = self.temporary.path().to_string_lossy();
        let call = program.shown().replace(&*temporary, "$TEMPORARY");
        error.notes.push(format!("the call was: {call}"));
        Err(outcome.tell(error))
    }

    /// Only helm 3 and 4 are known.
    fn check_version(&self) -> Result<()> {
        let outcome = self.call(vec!["version".to_owned(), "--short".to_owned()])?;
        let text = String::from_utf8_lossy(&outcome.output);
        let pattern = Regex::new(r"v?(\d+)(\.\d+)+").expect("the pattern is right");
        let found = pattern.captures(&text);
        let message = match found.as_ref().map(|found| (&found[0], &found[1])) {
            Some((_, "3" | "4")) => return Ok(()),
            Some((version, _)) => format!("this is helm {version}"),
            None => format!("`{}` says no version of helm", text.trim()),
        };
        Err(Diagnostic::error("helm-version", message)
            .at(self.position)
            .expecting("helm 3 or 4")
            .hint("`--helm-command` says where another one is"))
    }

    /// Pulls the chart, unless it is there.
    fn pull(&self) -> Result<()> {
        let directory = self.home.join(self.chart.name.as_str());
        let position = self.chart.name.position.or(self.position);
        (self.loader.stay_in_repository(&directory)).map_err(|error| error.at(position))?;
        // One that another build is pulling must not be taken half-way.
        let _alone = self.loader.sources().lock_charts();
        if directory.is_dir() {
            return Ok(());
        }
        if self.chart.repo.is_empty() {
            let shown = self.loader.sources().shown(&directory);
            let message = format!("there is no chart `{shown}`, and no `repo` to pull it from");
            return Err(Diagnostic::error("chart-not-found", message)
                .at(position)
                .hint("`helmGlobals.chartHome` says where charts are"));
        }
        self.call(arguments::pull(&self.chart, &self.home))
            .map(drop)
    }

    /// Writes the file of values that the chart is given in the place of its own.
    fn write_values(&self) -> Result<At<Text>> {
        let file = match self.chart.values_file.as_str() {
            "" => {
                let own = self.home.join(self.chart.name.as_str()).join("values.yaml");
                At::new(own.to_string_lossy().into(), self.chart.name.position)
            }
            _ => self.chart.values_file.clone(),
        };
        let bytes = values::merged(&self.chart, &file, self.loader)?;
        let name = self.chart.name.replace('/', "-") + "-kustomize-values.yaml";
        let path = self.temporary.path().join(name);
        std::fs::write(&path, bytes).map_err(|error| {
            let message = format!("helm cannot be given its values: {error}");
            Diagnostic::error("program-not-run", message).at(self.position)
        })?;
        Ok(At::new(path.to_string_lossy().into(), file.position))
    }

    /// The resources in what helm printed.
    fn read(&self, outcome: &Outcome, schema: &Schema) -> Result<Vec<Resource>> {
        let sources = self.loader.sources();
        let who = format!("helm template {}", self.chart.name.value);
        let source = output_source(sources, &who, outcome, self.position)?;
        let read = |documents: Result<Vec<Value>>| documents::resources(documents?, schema);
        read(source.documents()).or_else(|error| {
            // Helm may talk before the first document.
            let start = source.text.find("\n---");
            let Some(start) = start.filter(|_| !source.text.starts_with("---")) else {
                return Err(error);
            };
            let rest = source.text[start + 1..].into();
            let rest = sources.add_output(&who, rest, self.position)?;
            read(rest.documents()).map_err(|_| error)
        })
    }
}

/// The directory that holds a chart's own: those of pulled ones say the version.
fn chart_home(globals: &HelmGlobals, chart: &HelmChart, root: &Path) -> PathBuf {
    let home = match globals.chart_home.as_str() {
        "" => CHART_HOME,
        home => home,
    };
    let home = crate::path::clean(&root.join(home).to_string_lossy());
    if chart.version.is_empty() || chart.repo.is_empty() {
        return PathBuf::from(home);
    }
    PathBuf::from(home).join(format!("{}-{}", chart.name.value, chart.version.value))
}
