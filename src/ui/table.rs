//! Tables that the server makes, as text: kubectl's columns and words.

use super::columns::Columns;
use std::cell::OnceCell;
use trimtab_deploy::Resource;
use trimtab_tree::{Mapping, Value};

/// Which columns to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableOptions {
    /// `-o wide`: those of less importance, too.
    pub(crate) wide: bool,
    /// `-A`: the namespace first.
    pub(crate) with_namespace: bool,
    /// The kind before the name, when there are several.
    pub(crate) with_kind: bool,
    /// `--show-labels`: all labels last.
    pub(crate) show_labels: bool,
    /// `-L`: these labels as columns.
    pub(crate) label_columns: Vec<String>,
    /// `--no-headers`: rows only.
    pub(crate) no_headers: bool,
    /// `--output-watch-events`: what happened before all else.
    pub(crate) with_event: bool,
}

/// Prints the tables of one resource, one after the other, under one heading.
#[derive(Debug)]
pub(crate) struct TablePrinter {
    options: TableOptions,
    kind: String,
    columns: Columns,
    /// The columns of the server's first table: which of its cells are shown.
    shown: OnceCell<Vec<Shown>>,
}

#[derive(Clone, Debug)]
struct Shown {
    cell: usize,
    is_name: bool,
}

impl TablePrinter {
    pub(crate) fn new(resource: &Resource, options: &TableOptions) -> Self {
        Self {
            options: options.clone(),
            kind: resource.singular_with_group(),
            columns: Columns::for_tables(),
            shown: OnceCell::new(),
        }
    }

    /// The lines of some tables: the heading before the first.
    pub(crate) fn lines(&mut self, tables: &[Value]) -> String {
        self.lines_of_event("", tables)
    }

    /// The same, where `event` is what happened to the objects of the rows.
    pub(crate) fn lines_of_event(&mut self, event: &str, tables: &[Value]) -> String {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for table in tables {
            if self.shown.get().is_none() {
                let definitions = sequence(table, "columnDefinitions");
                if !self.options.no_headers {
                    rows.push(self.heading(definitions));
                }
                // Just seen to be empty.
                let _ = self.shown.set(self.choose(definitions));
            }
            let shown = self.shown.get().map_or(&[][..], Vec::as_slice);
            let of_table = sequence(table, "rows").iter();
            rows.extend(of_table.map(|row| self.row(event, row, shown)));
        }
        self.columns.lines(&rows)
    }

    fn is_shown(&self, definition: &Value) -> bool {
        let priority = definition.get("priority").and_then(Value::text);
        self.options.wide || matches!(priority, None | Some("0"))
    }

    fn choose(&self, definitions: &[Value]) -> Vec<Shown> {
        let definitions = definitions.iter().enumerate();
        definitions
            .filter(|(_, definition)| self.is_shown(definition))
            .map(|(cell, definition)| Shown {
                cell,
                is_name: definition.get("format").and_then(Value::text) == Some("name"),
            })
            .collect()
    }

    fn heading(&self, definitions: &[Value]) -> Vec<String> {
        let mut cells = Vec::new();
        if self.options.with_event {
            cells.push("EVENT".to_owned());
        }
        if self.options.with_namespace {
            cells.push("NAMESPACE".to_owned());
        }
        let shown = definitions.iter().filter(|d| self.is_shown(d));
        cells.extend(shown.map(|definition| text(definition, "name").to_uppercase()));
        let labels = self.options.label_columns.iter();
        cells.extend(labels.map(|label| {
            let name = label.rsplit('/').next().unwrap_or(label);
            name.to_uppercase()
        }));
        if self.options.show_labels {
            cells.push("LABELS".to_owned());
        }
        cells
    }

    fn row(&self, event: &str, row: &Value, shown: &[Shown]) -> Vec<String> {
        let metadata = row.get_path(&["object", "metadata"]);
        let labels = metadata.and_then(|metadata| metadata.get("labels")?.as_mapping());
        let mut cells = Vec::new();
        if self.options.with_event {
            cells.push(event.to_owned());
        }
        if self.options.with_namespace {
            let namespace = metadata.map_or("", |metadata| text(metadata, "namespace"));
            cells.push(namespace.to_owned());
        }
        let values = sequence(row, "cells");
        cells.extend(shown.iter().map(|column| {
            let text = values.get(column.cell).map(cell).unwrap_or_default();
            if column.is_name && self.options.with_kind {
                format!("{}/{text}", self.kind)
            } else {
                text
            }
        }));
        for label in &self.options.label_columns {
            let value = labels.and_then(|labels| labels.get(label)?.text());
            cells.push(value.unwrap_or_default().to_owned());
        }
        if self.options.show_labels {
            cells.push(all_labels(labels));
        }
        cells
    }
}

/// A cell as one line; what is behind a line break is left out, as in kubectl.
fn cell(value: &Value) -> String {
    let Some(text) = value.text_if_not_null() else {
        return String::new();
    };
    let (line, is_cut) = match text.find(['\n', '\r', '\u{c}']) {
        Some(end) => (&text[..end], true),
        None => (text, false),
    };
    let mut line: String = line
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    if is_cut {
        line.push_str("...");
    }
    line
}

fn all_labels(labels: Option<&Mapping>) -> String {
    let mut pairs: Vec<String> = labels
        .into_iter()
        .flat_map(Mapping::iter)
        .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()))
        .collect();
    if pairs.is_empty() {
        return "<none>".to_owned();
    }
    pairs.sort();
    pairs.join(",")
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::text).unwrap_or_default()
}

fn sequence<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value
        .get(field)
        .and_then(Value::as_sequence)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::progress::tests::web;

    const TABLE: &str = r#"{"kind":"Table","columnDefinitions":[
        {"name":"Name","format":"name","priority":0},{"name":"Ready","priority":0},
        {"name":"Age","priority":0},{"name":"Node Name","priority":1}],
      "rows":[{"cells":["web-1","1/1","3s","node-1"],"object":{"metadata":{"name":"web-1","namespace":"shop","labels":{"tier":"a","app":"web"}}}},
              {"cells":["web-long-name",2,"3s",null],"object":{"metadata":{"name":"web-long-name","namespace":"shop"}}}]}"#;

    fn printed(options: &TableOptions) -> String {
        let table = trimtab_tree::parse_json(TABLE, 0).expect("it is JSON");
        TablePrinter::new(&web().resource, options).lines(&[table])
    }

    #[test]
    fn tables_look_as_kubectl_prints_them() {
        let plain = "\
NAME            READY   AGE
web-1           1/1     3s
web-long-name   2       3s
";
        assert_eq!(printed(&TableOptions::default()), plain);
        let wide = TableOptions {
            wide: true,
            with_namespace: true,
            with_kind: true,
            ..TableOptions::default()
        };
        let expected = "\
NAMESPACE   NAME                            READY   AGE   NODE NAME
shop        deployment.apps/web-1           1/1     3s    node-1
shop        deployment.apps/web-long-name   2       3s    
";
        assert_eq!(printed(&wide), expected);
        let labels = TableOptions {
            show_labels: true,
            label_columns: vec!["example.com/tier".to_owned(), "app".to_owned()],
            no_headers: true,
            ..TableOptions::default()
        };
        let expected = "\
web-1           1/1   3s          web   app=web,tier=a
web-long-name   2     3s                <none>
";
        assert_eq!(printed(&labels), expected);
    }

    #[test]
    fn a_cell_is_one_line() {
        assert_eq!(cell(&Value::string("a\nb")), "a...");
        assert_eq!(cell(&Value::string("a\u{1b}[31mb\tc")), "a[31mb c");
    }
}
