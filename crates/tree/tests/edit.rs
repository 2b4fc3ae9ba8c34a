//! Texts of every layout are changed, and only where they must be.

use proptest::prelude::*;
use trimtab_tree::{Document, Mapping, Node, Style, Value};

/// Decides about layout.
struct Dice(u64);

impl Dice {
    /// Whether something with a chance of one in `sides` happens.
    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }
}

const TEXTS: [&str; 12] = [
    "a.yaml",
    "../base",
    "nginx",
    "key=value",
    "1.27",
    "yes",
    "",
    "with space",
    "has: colon",
    "it's",
    "ends #not",
    "é",
];

const KEYS: [&str; 8] = [
    "name",
    "resources",
    "images",
    "newTag",
    "app.kubernetes.io/name",
    "zz",
    "on",
    "b",
];

fn leaf(dice: &mut Dice) -> Value {
    match dice.roll(8) {
        0 => Value::int(7),
        1 => Value::bool(true),
        2 => Value::string("two\nlines\n"),
        _ => Value::string(TEXTS[dice.roll(12) as usize]),
    }
}

/// A tree with a mapping at its root.
fn tree(dice: &mut Dice, depth: u64) -> Value {
    let mut fields = Mapping::new();
    for _ in 0..=dice.roll(4) {
        let key = KEYS[dice.roll(8) as usize];
        let value = match dice.roll(4) {
            0 if depth > 0 => tree(dice, depth - 1),
            1 | 2 => {
                let count = dice.roll(5);
                Value::sequence((0..count).map(|_| item(dice, depth)).collect())
            }
            _ => leaf(dice),
        };
        fields.insert(key, value);
    }
    Value::mapping(fields)
}

fn item(dice: &mut Dice, depth: u64) -> Value {
    if depth > 0 && dice.one_in(3) {
        tree(dice, depth - 1)
    } else {
        leaf(dice)
    }
}

/// Writes a tree as people do.
struct Writer {
    text: String,
    dice: Dice,
    line_break: &'static str,
    sequence_indent: usize,
    mapping_indent: usize,
}

impl Writer {
    fn document(tree: &Value, seed: u64) -> String {
        let mut dice = Dice(seed | 1);
        let mut writer = Self {
            text: String::new(),
            line_break: if dice.one_in(4) { "\r\n" } else { "\n" },
            sequence_indent: 2 * dice.roll(2) as usize,
            mapping_indent: 2 + 2 * dice.roll(2) as usize,
            dice,
        };
        if writer.dice.one_in(4) {
            writer.line("# top of the file");
            writer.line("---");
        }
        writer.block(tree, 0, false);
        if writer.dice.one_in(4) {
            writer.line("");
            writer.line("# end of the file");
        }
        if writer.dice.one_in(5) {
            writer.line("---");
            writer.line("another: document");
        }
        // At the end of a text, the last break of a block is part of it.
        if writer.dice.one_in(5) && !writer.text.contains('|') {
            let end = writer.text.trim_end_matches(['\r', '\n']).len();
            writer.text.truncate(end);
        }
        writer.text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str(self.line_break);
    }

    fn comments(&mut self, column: usize) {
        if self.dice.one_in(6) {
            self.line("");
        }
        if self.dice.one_in(4) {
            self.line(&format!("{}# a comment: of - sorts", " ".repeat(column)));
        }
    }

    /// Fields or items at `column`; `inline` when the first goes on a line that is begun.
    fn block(&mut self, value: &Value, column: usize, inline: bool) {
        let mut inline = inline;
        let begin = |writer: &mut Self, inline: bool| {
            if !inline {
                writer.comments(column);
                writer.text.push_str(&" ".repeat(column));
            }
        };
        match &value.node {
            Node::Mapping(fields) => {
                for (key, value) in fields.iter() {
                    begin(self, inline);
                    inline = false;
                    let key = if self.dice.one_in(5) || key == "on" {
                        format!("\"{key}\":")
                    } else {
                        format!("{key}:")
                    };
                    self.text.push_str(&key);
                    self.behind(value, column, false);
                }
            }
            Node::Sequence(items) => {
                for item in items {
                    begin(self, inline);
                    inline = false;
                    self.text.push('-');
                    self.behind(item, column, true);
                }
            }
            Node::Scalar(_) => {}
        }
    }

    /// What is behind a `:` or `-` at `column`.
    fn behind(&mut self, value: &Value, column: usize, dash: bool) {
        if value.as_scalar().is_none() && !value.is_null_or_empty() && !self.dice.one_in(4) {
            if dash {
                let gap = 1 + self.dice.roll(2) as usize;
                self.text.push_str(&" ".repeat(gap));
                self.block(value, column + 1 + gap, true);
                return;
            }
            self.end_line();
            let deeper = if value.as_sequence().is_some() {
                self.sequence_indent
            } else {
                self.mapping_indent
            };
            self.block(value, column + deeper, false);
            return;
        }
        self.text.push(' ');
        match value.text() {
            Some(text) if text.ends_with('\n') && value.as_str().is_some() => {
                self.text.push('|');
                self.end_line();
                for line in text.lines() {
                    self.line(&format!("{}{line}", " ".repeat(column + 2)));
                }
            }
            _ => {
                let written = self.flow(value);
                self.text.push_str(&written);
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let comment = if self.dice.one_in(5) { " # behind" } else { "" };
        self.line(comment);
    }

    fn flow(&mut self, value: &Value) -> String {
        let separator = if self.dice.one_in(3) { "," } else { ", " };
        match &value.node {
            Node::Scalar(scalar) if value.as_str().is_none() => scalar.text().to_owned(),
            Node::Scalar(scalar) => {
                let text = scalar.text();
                let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
                    && text.chars().all(|c| c.is_ascii_alphabetic() || c == '.')
                    && text != "yes";
                match self.dice.roll(3) {
                    0 if plain => text.to_owned(),
                    1 if !text.contains('\n') => format!("'{}'", text.replace('\'', "''")),
                    _ => format!("\"{}\"", text.replace('\n', "\\n")),
                }
            }
            Node::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(separator))
            }
            Node::Mapping(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(key, value)| format!("\"{key}\": {}", self.flow(value)))
                    .collect();
                format!("{{{}}}", fields.join(separator))
            }
        }
    }
}

/// One change somewhere in a tree; how many lines of the old text it may take away, and how many new
/// lines it may bring, if the place is neither in brackets nor empty before or after.
fn change(value: &mut Value, dice: &mut Dice) {
    let root_or_chosen = dice.one_in(3);
    match &mut value.node {
        Node::Mapping(fields) => {
            let count = fields.len() as u64;
            if count > 0 && !root_or_chosen {
                let at = dice.roll(count) as usize;
                if let Some(field) = fields.value_at_mut(at) {
                    change(field, dice);
                }
            } else if count > 1 && dice.one_in(2) {
                let chosen = fields.entries()[dice.roll(count) as usize].key.clone();
                fields.remove(chosen.text());
            } else {
                fields.insert(KEYS[dice.roll(8) as usize], item(dice, 1));
            }
        }
        Node::Sequence(items) => {
            let count = items.len() as u64;
            if count > 0 && !root_or_chosen {
                change(&mut items[dice.roll(count) as usize], dice);
            } else if count > 0 && dice.one_in(2) {
                items.remove(dice.roll(count) as usize);
            } else {
                let new = item(dice, 1);
                items.insert(dice.roll(count + 1) as usize, new);
            }
        }
        Node::Scalar(_) => *value = leaf(dice),
    }
}

fn read(text: &str) -> Document {
    Document::read(text.as_bytes().to_vec()).unwrap_or_else(|error| panic!("{text}\n{error:?}"))
}

fn update(document: &mut Document, after: &Value) {
    let before = document.text().to_owned();
    if let Err(error) = document.update(after) {
        panic!("{before}\n{after:?}\n{error:?}");
    }
}

fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => items.iter_mut().for_each(|item| *item = sorted(item)),
        Node::Mapping(fields) => {
            fields.values_mut().for_each(|field| *field = sorted(field));
            fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
        }
    }
    value
}

/// How many lines of `a` are not in `b`, when both are gone through in order.
fn lines_missing(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let mut lengths = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i][j] = if a[i] == b[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    a.len() - lengths[0][0]
}

/// Sets a scalar, or what is empty, somewhere.
fn set_leaf(value: &mut Value, dice: &mut Dice) {
    let at = dice.roll(1 << 20) as usize;
    match &mut value.node {
        Node::Mapping(fields) if !fields.is_empty() => {
            let at = at % fields.len();
            let field = fields.value_at_mut(at).expect("it is one of them");
            set_leaf(field, dice);
        }
        Node::Sequence(items) if !items.is_empty() => {
            let at = at % items.len();
            set_leaf(&mut items[at], dice);
        }
        _ => *value = Value::string("changed"),
    }
}

/// More cases than usual: layouts are many. `PROPTEST_CASES` asks for others.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default().cases;
    ProptestConfig::with_cases(asked.max(500))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_changed_text_means_the_changed_tree(seed in any::<u64>(), layout in any::<u64>()) {
        let mut dice = Dice(seed | 1);
        let before = tree(&mut dice, 3);
        let text = Writer::document(&before, layout);
        let mut document = read(&text);
        prop_assert_eq!(sorted(document.tree()), sorted(&before), "{}", text);

        let mut after = document.tree().clone();
        for _ in 0..=dice.roll(3) {
            change(&mut after, &mut dice);
        }
        update(&mut document, &after);
        let changed = document.text().to_owned();
        let mut again = read(&changed);
        prop_assert_eq!(sorted(again.tree()), sorted(&after), "{}\n---\n{}", text, changed);

        // What is there already is not done again.
        again.update(&after).unwrap();
        prop_assert_eq!(again.text(), &changed);
        prop_assert!(text.contains('\r') || !changed.contains('\r'), "{:?}", changed);
        if text.contains("\r\n") {
            let breaks = [changed.matches("\r\n").count(), changed.matches('\n').count()];
            prop_assert_eq!(breaks[0], breaks[1], "{:?}", changed);
        }
    }

    #[test]
    fn comments_on_lines_of_their_own_stay(seed in any::<u64>(), layout in any::<u64>()) {
        let mut dice = Dice(seed | 1);
        let text = Writer::document(&tree(&mut dice, 2), layout);
        let mut document = read(&text);
        let mut after = document.tree().clone();
        // Items of lists of texts come and go; fields stay.
        let mut moved = 0;
        for value in after.as_mapping_mut().unwrap().values_mut() {
            if value.style == Style::Flow { continue; }
            let Some(items) = value.as_sequence_mut() else { continue };
            if items.len() < 2 || !items.iter().all(|item| item.as_scalar().is_some()) { continue; }
            items.remove(dice.roll(items.len() as u64) as usize);
            items.push(Value::string("new"));
            moved += 1;
        }
        update(&mut document, &after);
        let comments = |text: &str| text.lines().filter(|line| line.trim().starts_with('#')).count();
        prop_assert_eq!(comments(document.text()), comments(&text), "{}\n---\n{}", text, document.text());
        // A text of two lines that goes takes three.
        prop_assert!(lines_missing(&text, document.text()) <= 3 * moved, "{}\n---\n{}", text, document.text());
        prop_assert!(lines_missing(document.text(), &text) <= moved, "{}\n---\n{}", text, document.text());
    }

    #[test]
    fn a_new_field_leaves_every_line_as_it_is(seed in any::<u64>(), layout in any::<u64>()) {
        let mut dice = Dice(seed | 1);
        let text = Writer::document(&tree(&mut dice, 3), layout);
        let mut document = read(&text);
        let mut after = document.tree().clone();
        after.as_mapping_mut().unwrap().insert("another", tree(&mut dice, 1));
        update(&mut document, &after);
        prop_assert_eq!(lines_missing(&text, document.text()), 0, "{}\n---\n{}", text, document.text());
        // And taking it away again gives the text as it was.
        after.as_mapping_mut().unwrap().remove("another");
        update(&mut document, &after);
        prop_assert_eq!(document.text().trim_end(), text.trim_end());
    }

    #[test]
    fn one_scalar_changes_its_own_lines_only(seed in any::<u64>(), layout in any::<u64>()) {
        let mut dice = Dice(seed | 1);
        let text = Writer::document(&tree(&mut dice, 3), layout);
        let mut document = read(&text);
        let mut after = document.tree().clone();
        set_leaf(&mut after, &mut dice);
        update(&mut document, &after);
        prop_assert!(lines_missing(&text, document.text()) <= 3, "{}\n---\n{}", text, document.text());
        prop_assert!(lines_missing(document.text(), &text) <= 1, "{}\n---\n{}", text, document.text());
    }
}
