//! Objects as the server's tables.

use super::{Options, Part, is_refusal};
use crate::cluster::Failed;
use crate::commands::objects::ended;
use crate::exit::Failure;
use crate::ui::sort_by::SortBy;
use crate::ui::table::TablePrinter;
use crate::ui::{stderr, stdout};
use trimtab_deploy::{Rows, Scope, Target};
use trimtab_tree::Value;

/// Prints the tables of all parts, one after the other.
pub(super) async fn show(
    target: &Target,
    parts: &[Part],
    options: &Options<'_>,
) -> Result<(), Failed> {
    let mut is_empty = true;
    let mut refused = Vec::new();
    let rows_needed = match options.sort_by {
        Some(_) => Rows::Objects,
        None => Rows::Metadata,
    };
    for part in parts {
        let mut tables = Vec::new();
        match &part.objects {
            None => match target.list_tables(&part.collection, rows_needed).await {
                Ok(listed) => tables = listed,
                Err(error) if is_refusal(&error) => refused.push(error),
                Err(error) => return Err(error.into()),
            },
            Some(objects) => {
                for object in objects {
                    match target.get_table(object, options.subresource).await {
                        Ok(table) => tables.push(table),
                        Err(error) if error.is_not_found() && options.ignores_not_found => {}
                        // The others are shown all the same.
                        Err(error) if is_refusal(&error) => refused.push(error),
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        if let (Some(sort_by), None) = (options.sort_by, &part.objects) {
            tables = sorted(tables, sort_by)?;
        }
        if tables.iter().all(|table| rows(table) == 0) {
            continue;
        }
        let mut printer = TablePrinter::new(part.resource(), &options.table);
        let lines = printer.lines(&tables);
        let gap = if is_empty { "" } else { "\n" };
        stdout::write(format!("{gap}{lines}").as_bytes())?;
        is_empty = false;
    }
    if !refused.is_empty() {
        return ended(refused);
    }
    let were_named = parts.iter().any(|part| part.objects.is_some());
    if is_empty && !were_named {
        say_nothing_found(target, parts, &options.scope);
    }
    Ok(())
}

/// One table with the rows of all, in the order of their objects.
fn sorted(mut tables: Vec<Value>, sort_by: &SortBy) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for table in &mut tables {
        let rows = table.get_mut("rows").and_then(Value::as_sequence_mut);
        all.append(&mut rows.map(std::mem::take).unwrap_or_default());
    }
    tables.truncate(1);
    let all = sort_by.sort(all, |row| row.get("object").unwrap_or(row))?;
    let first = tables.first_mut().and_then(Value::as_mapping_mut);
    first.map(|table| table.insert("rows", Value::sequence(all)));
    Ok(tables)
}

/// How many rows a table has.
pub(super) fn rows(table: &Value) -> usize {
    let rows = table.get("rows").and_then(Value::as_sequence);
    rows.map_or(0, <[Value]>::len)
}

fn say_nothing_found(target: &Target, parts: &[Part], scope: &Scope) {
    let is_namespaced = parts.iter().any(|part| part.resource().is_namespaced);
    if is_namespaced && !scope.all_namespaces {
        let namespace = target.namespace();
        stderr::line(&format!("No resources found in {namespace} namespace."));
    } else {
        stderr::line("No resources found");
    }
}
