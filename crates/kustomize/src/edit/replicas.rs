//! `replicas`.

use super::fields::{items_mut, set, text};
use super::images::insert_by_name;
use super::{KustomizationFile, bad_argument};
use std::collections::BTreeMap;
use trimtab_tree::{Mapping, Result, Value};

impl KustomizationFile<'_> {
    /// Sets numbers of replicas, given as `NAME=COUNT`.
    ///
    /// # Errors
    /// When there is no argument, when one has another form, and when the file cannot be changed.
    pub fn set_replicas(&mut self, arguments: &[String]) -> Result<()> {
        if arguments.is_empty() {
            return Err(bad_argument("no replicas specified").expecting("NAME=COUNT"));
        }
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for argument in arguments {
            let (name, count) = parse(argument)?;
            counts.insert(name, count);
        }
        self.change(|tree| {
            let Some(items) = items_mut(tree, "replicas") else {
                return Ok(());
            };
            for (name, count) in counts {
                let mut known = items.iter_mut().filter(|item| text(item, "name") == name);
                if let Some(item) = known.next() {
                    set(item, "count", Value::int(count));
                    super::images::drop_repeated(items, name);
                    continue;
                }
                let mut fields = Mapping::new();
                fields.insert("count", Value::int(count));
                fields.insert("name", Value::string(name));
                insert_by_name(items, fields.into());
            }
            Ok(())
        })
    }
}

fn parse(argument: &str) -> Result<(&str, i64)> {
    let parsed = argument
        .split_once('=')
        .and_then(|(name, count)| Some((name, count.parse().ok()?)))
        .filter(|(name, count)| !name.is_empty() && *count >= 0);
    parsed.ok_or_else(|| {
        bad_argument(format!("invalid format of replica: `{argument}`"))
            .expecting("<name>=<count>, the count a whole number that is not negative")
    })
}
