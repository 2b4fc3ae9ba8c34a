//! Fields of older forms to those of today, as kustomize's `FixKustomization` and
//! `FixKustomizationPreMarshalling` do it.

use super::KustomizationFile;
use super::annotations::label_entry;
use super::fields::{get, items, items_mut, remove, set, text, written_name};
use super::with_type;
use crate::kustomization::encode::Encode;
use crate::kustomization::{Kind, Kustomization};
use std::path::Path;
use trimtab_tree::{Diagnostic, Mapping, Result, Text, Value};

/// A field that was given another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedField {
    /// What it was.
    pub old: &'static str,
    /// What it is now.
    pub new: &'static str,
}

/// What [`KustomizationFile::fix`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// Fields that were given another form.
    pub fixed: Vec<FixedField>,
    /// Fields that were not there.
    pub added: Vec<&'static str>,
}

/// Lists whose items belong into another list as they are, in the order in which they go there.
const MOVED: [(&str, &str); 3] = [
    ("bases", "resources"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
];

impl KustomizationFile<'_> {
    /// Gives all fields of older forms the form of today, save variables, and adds `apiVersion` and
    /// `kind`. Returns what was changed.
    ///
    /// # Errors
    /// When a label is both in `commonLabels` and in `labels`, and when the file cannot be changed.
    pub fn fix(&mut self) -> Result<Fixes> {
        let mut fixed = Vec::new();
        let mut note = |old, new| fixed.push(FixedField { old, new });
        for (old, new) in MOVED {
            if self.move_list(old, new)? {
                note(old, new);
            }
        }
        if self.wrap_strategic_merge_patches()? {
            note("patchesStrategicMerge", "patches");
        }
        if self.fix_common_labels()? {
            note("commonLabels", "labels");
        }
        if self.fix_env_files()? {
            note("env", "envs");
        }
        if self.fix_helm()? {
            note("helmChartInflationGenerator", "helmCharts");
        }
        let added = self.add_type()?;
        Ok(Fixes { fixed, added })
    }

    /// Moves the items of a list into another, behind its own, with their comments where the layout
    /// allows. A list that becomes the other as a whole is renamed in its place.
    fn move_list(&mut self, old: &str, new: &str) -> Result<bool> {
        let Some(written) = written_name(self.tree(), old) else {
            return Ok(false);
        };
        if written_name(self.tree(), new).is_none() && get(self.tree(), old).is_some() {
            self.document.rename(&written, new)?;
            return Ok(true);
        }
        if let Some(into) = written_name(self.tree(), new)
            && self.document.move_items(&written, &into)
        {
            return Ok(true);
        }
        let moved = items(self.tree(), old).to_vec();
        self.change_form(|tree| {
            remove(tree, old);
            append(tree, new, moved);
            Ok(())
        })?;
        Ok(true)
    }

    fn wrap_strategic_merge_patches(&mut self) -> Result<bool> {
        let old = "patchesStrategicMerge";
        let Some(written) = written_name(self.tree(), old) else {
            return Ok(false);
        };
        let root = self.loader.root();
        let wrapped: Vec<Value> = items(self.tree(), old)
            .iter()
            .filter_map(Value::text)
            .map(|patch| wrap(root, patch))
            .collect();
        // The items change in their places, so that comments stay. In between they are not what the
        // decoder expects.
        let mut tree = self.tree().clone();
        if wrapped.is_empty() {
            remove(&mut tree, old);
            self.document.update(&tree)?;
            return Ok(true);
        }
        set(&mut tree, old, Value::sequence(wrapped));
        self.document.update(&tree)?;
        self.move_list(&written, "patches")
    }

    fn fix_common_labels(&mut self) -> Result<bool> {
        let Some(common) = get(self.tree(), "commonLabels").cloned() else {
            return Ok(false);
        };
        let Some(fields) = common.as_mapping() else {
            return Ok(false);
        };
        for entry in items(self.tree(), "labels") {
            let pairs = get(entry, "pairs").and_then(Value::as_mapping);
            let twice = pairs.and_then(|pairs| {
                let twice = |entry: &&trimtab_tree::Entry| fields.contains_key(entry.key.text());
                pairs.entries().iter().find(twice)
            });
            if let Some(twice) = twice {
                let key = twice.key.text();
                let message = format!("label `{key}` is both in commonLabels and in labels");
                let first = fields.entry(key).map(|entry| entry.key_position);
                return Err(Diagnostic::error("label-twice", message)
                    .at(twice.key_position)
                    .label(first.unwrap_or_default(), "the first time here")
                    .hint("take one of the two away"));
            }
        }
        let entry = (!fields.is_empty()).then(|| label_entry(common.clone()));
        if self.move_common_labels(entry.as_ref()) {
            return Ok(true);
        }
        self.change_form(|tree| {
            remove(tree, "commonLabels");
            append(tree, "labels", entry.into_iter().collect());
            Ok(())
        })?;
        Ok(true)
    }

    /// Makes `commonLabels` a part of `entry`, with its comments, where the layout allows.
    fn move_common_labels(&mut self, entry: Option<&Value>) -> bool {
        let pairs = "pairs";
        let Some(mut others) = entry.and_then(Value::as_mapping).cloned() else {
            return false;
        };
        others.remove(pairs);
        let Some(from) = written_name(self.tree(), "commonLabels") else {
            return false;
        };
        let to = written_name(self.tree(), "labels").unwrap_or_else(|| "labels".to_owned());
        self.document.move_fields(&from, &to, pairs, &others)
    }

    /// `env: FILE` to an item of `envs`, in all generators.
    fn fix_env_files(&mut self) -> Result<bool> {
        let fields = ["configMapGenerator", "secretGenerator"];
        let old = |tree: &Value| {
            let mut generators = fields.iter().flat_map(|field| items(tree, field));
            generators.any(|generator| written_name(generator, "env").is_some())
        };
        if !old(self.tree()) {
            return Ok(false);
        }
        for field in fields {
            for at in 0..items(self.tree(), field).len() {
                self.fix_env_file(field, at)?;
            }
        }
        Ok(true)
    }

    fn fix_env_file(&mut self, field: &str, at: usize) -> Result<()> {
        let mut fixed = self.tree().clone();
        let Some(generator) = items_mut(&mut fixed, field).and_then(|all| all.get_mut(at)) else {
            return Ok(());
        };
        let Some(env) = written_name(generator, "env") else {
            return Ok(());
        };
        let envs = written_name(generator, "envs").unwrap_or_else(|| "envs".to_owned());
        let file = text(generator, "env").to_owned();
        remove(generator, "env");
        if !file.is_empty() {
            append(generator, "envs", vec![Value::string(file)]);
        }
        let written = written_name(self.tree(), field).unwrap_or_default();
        let place = (written.as_str(), at);
        if self
            .document
            .move_text_into_list(place, &env, &envs, &fixed)
        {
            return Ok(());
        }
        self.document.update_keeping_comments(&fixed)
    }

    fn fix_helm(&mut self) -> Result<bool> {
        let old = "helmChartInflationGenerator";
        if get(self.tree(), old).is_none() {
            return Ok(false);
        }
        let file = Kustomization::read(self.tree(), &mut Vec::new())?;
        let known = items(self.tree(), "helmCharts").len();
        let charts = file.helm_charts[known..].iter().map(Encode::encode);
        let charts: Vec<Value> = charts.collect();
        let has_globals = get(self.tree(), "helmGlobals").is_some();
        let globals = file.helm_globals.filter(|_| !has_globals);
        self.change_form(|tree| {
            remove(tree, old);
            append(tree, "helmCharts", charts);
            if let Some(globals) = globals {
                set(tree, "helmGlobals", globals.encode());
            }
            Ok(())
        })?;
        Ok(true)
    }

    /// Returns which fields it added.
    fn add_type(&mut self) -> Result<Vec<&'static str>> {
        let absent = |field: &&str| text(self.tree(), field).is_empty();
        let added = ["apiVersion", "kind"].into_iter().filter(absent).collect();
        self.change(|tree| {
            let kind = match text(tree, "kind") {
                "" => Kind::Kustomization.name(),
                kind => kind,
            }
            .to_owned();
            let full = with_type(&Mapping::new().into(), &kind);
            for (key, value) in full.as_mapping().into_iter().flat_map(Mapping::iter) {
                if text(tree, key).is_empty() {
                    set(tree, key, value.clone());
                }
            }
            Ok(())
        })?;
        Ok(added)
    }
}

/// Adds items to a list, which is made if there are any.
fn append(tree: &mut Value, field: &str, new: Vec<Value>) {
    if !new.is_empty()
        && let Some(items) = items_mut(tree, field)
    {
        items.extend(new);
    }
}

/// An entry of `patchesStrategicMerge` as one of `patches`: a file if there is one of that name.
fn wrap(root: &Path, patch: &str) -> Value {
    let is_file = !patch.contains('\n') && root.join(patch).is_file();
    let field = if is_file { "path" } else { "patch" };
    let mut wrapped = Mapping::new();
    wrapped.insert(field, Value::string(Text::from(patch)));
    wrapped.into()
}
