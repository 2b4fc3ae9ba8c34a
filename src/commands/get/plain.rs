//! Objects as they are: JSON, YAML, names, paths.

use super::{Options, Part, is_refusal};
use crate::cluster::Failed;
use crate::commands::objects::ended;
use crate::ui::objects::{Format, render};
use crate::ui::stdout;
use trimtab_deploy::{Resource, Target};
use trimtab_tree::Value;

/// Prints the objects of all parts together.
pub(super) async fn show(
    target: &Target,
    parts: &[Part],
    format: &Format,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let mut found: Vec<(&Resource, Value)> = Vec::new();
    let mut refused = Vec::new();
    let mut named = 0;
    for part in parts {
        let resource = &**part.resource();
        let Some(objects) = &part.objects else {
            match target.list(&part.collection).await {
                Ok(list) => found.extend(list.items.into_iter().map(|item| (resource, item))),
                Err(error) if is_refusal(&error) => refused.push(error),
                Err(error) => return Err(error.into()),
            }
            continue;
        };
        named += objects.len();
        for object in objects {
            let answer = match options.subresource {
                Some(name) => target.get_subresource(object, name).await,
                None => target.get_existing(object).await,
            };
            match answer {
                Ok(value) => found.push((resource, value)),
                Err(error) if error.is_not_found() && options.ignores_not_found => {}
                // The others are shown all the same.
                Err(error) if is_refusal(&error) => refused.push(error),
                Err(error) => return Err(error.into()),
            }
        }
    }
    if found.is_empty() && (named == 1 || refused.is_empty() && named > 0) {
        return ended(refused);
    }
    if let (Some(sort_by), 0) = (options.sort_by, named) {
        found = sort_by.sort(found, |(_, object)| object)?;
    }
    let text = render(found, format, named != 1, options.table.no_headers)?;
    stdout::write(text.as_bytes())?;
    ended(refused)
}
