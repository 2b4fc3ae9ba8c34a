//! Changes of the text of one file.

use super::harness::{Change, below, files_of, kustomization};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// All of them, each in the kustomization file and in any other YAML file.
pub(crate) fn changes() -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, edit) in edits() {
        for (what, pick) in [
            (
                "the kustomization",
                own as fn(&Path, u64) -> Option<PathBuf>,
            ),
            ("another file", other),
        ] {
            let edit = Rc::clone(&edit);
            changes.push(Change::new(
                format!("{name} in {what}"),
                false,
                move |root, seed| {
                    let Some(path) = pick(root, seed) else {
                        return false;
                    };
                    let Ok(text) = fs::read(&path) else {
                        return false;
                    };
                    let changed = edit(&text, seed);
                    changed != text && fs::write(&path, changed).is_ok()
                },
            ));
        }
    }
    for (name, text) in whole_texts() {
        changes.push(Change::new(
            format!("{name} as the kustomization"),
            true,
            move |root, _| own(root, 0).is_some_and(|path| fs::write(path, &text).is_ok()),
        ));
    }
    changes
}

fn own(root: &Path, _: u64) -> Option<PathBuf> {
    kustomization(root)
}

fn other(root: &Path, seed: u64) -> Option<PathBuf> {
    let own = kustomization(root);
    let mut files = files_of(root);
    files.retain(|path| Some(path) != own.as_ref());
    files.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    (!files.is_empty()).then(|| files.swap_remove(below(seed, files.len())))
}

type Edit = Rc<dyn Fn(&[u8], u64) -> Vec<u8>>;

fn edits() -> Vec<(String, Edit)> {
    let mut edits: Vec<(String, Edit)> = Vec::new();
    for quarter in 0..4 {
        edits.push((
            format!("the end cut off after {quarter} quarters"),
            Rc::new(move |text, _| text[..text.len() * quarter / 4].to_vec()),
        ));
    }
    edits.push((
        "the end cut off".to_owned(),
        Rc::new(|text, seed| text[..below(seed, text.len())].to_vec()),
    ));
    edits.push((
        "the beginning cut off".to_owned(),
        Rc::new(|text, seed| text[below(seed, text.len())..].to_vec()),
    ));
    for (name, bytes) in inserts() {
        for place in ["front", "middle", "end", "line start", "line end"] {
            let bytes = bytes.clone();
            edits.push((
                format!("{name} at the {place}"),
                Rc::new(move |text, seed| insert(text, &bytes, place, seed)),
            ));
        }
    }
    for (name, change) in line_changes() {
        edits.push((
            name.to_owned(),
            Rc::new(move |text, seed| of_line(text, seed, change)),
        ));
    }
    for (from, to) in [
        (": ", ":"),
        (":", " :"),
        ("- ", "-"),
        ("- ", "-\t"),
        ("  ", "\t"),
        ("  ", " "),
        ("\n", "\r"),
        ("\n", "\r\n"),
        ("\n", "\n\n"),
        ("'", ""),
        ("\"", "'"),
        ("[", "{"),
        ("}", "]"),
        ("a", "\u{202e}"),
        ("e", "\u{1f4a9}"),
        ("name", "naem"),
    ] {
        edits.push((
            format!("{from:?} as {to:?}"),
            Rc::new(move |text, _| String::from_utf8_lossy(text).replace(from, to).into()),
        ));
    }
    edits.push((
        "one bit flipped".to_owned(),
        Rc::new(|text, seed| {
            let mut text = text.to_vec();
            let at = below(seed, text.len());
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << (seed % 8);
            }
            text
        }),
    ));
    edits.push(("twice".to_owned(), Rc::new(|text, _| [text, text].concat())));
    edits.push(("many times".to_owned(), Rc::new(|text, _| text.repeat(50))));
    edits
}

/// What is put into a text somewhere.
fn inserts() -> Vec<(String, Vec<u8>)> {
    let mut inserts: Vec<(String, Vec<u8>)> = [
        ("a NUL", &b"\0"[..]),
        ("an escape character", b"\x1b[31m"),
        ("a DEL", b"\x7f"),
        ("a form feed", b"\x0c"),
        ("a lone 0xFF", b"\xff"),
        ("a lone continuation byte", b"\x80"),
        ("an overlong sequence", b"\xc0\x80"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("a cut sequence", b"\xe2\x82"),
        ("a byte order mark", b"\xef\xbb\xbf"),
        ("a UTF-16 mark", b"\xff\xfe"),
        ("a tab", b"\t"),
        ("an open quote", b"\""),
        ("an open apostrophe", b"'"),
        ("an open bracket", b"["),
        ("an open brace", b"{"),
        ("a closing bracket", b"]"),
        ("a closing brace", b"}"),
        ("a colon", b": "),
        ("a dash", b"- "),
        ("a question mark", b"? "),
        ("a comma", b","),
        ("an at sign", b"@"),
        ("a backtick", b"`"),
        ("a percent sign", b"%"),
        ("a pipe", b"|\n"),
        ("an anchor", b"&a "),
        ("an unknown alias", b"*nothing "),
        ("an alias of itself", b"&a [*a] "),
        ("a merge key", b"<<: 1\n"),
        ("a tag", b"!!int "),
        ("an unknown tag", b"!own/thing "),
        ("a binary tag", b"!!binary "),
        ("a document start", b"\n---\n"),
        ("a document end", b"\n...\n"),
        ("a directive", b"%YAML 3.7\n"),
        ("a conflict marker", b"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n"),
        ("a template", b"{{ .Values.x }}"),
        ("a line separator", "\u{2028}".as_bytes()),
        ("a next line", "\u{85}".as_bytes()),
        ("a huge number", b" 1e999999999 "),
        ("infinity", b" .inf "),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
    .collect();
    inserts.push(("many brackets".to_owned(), b"[".repeat(20_000)));
    inserts.push(("many braces".to_owned(), b"{a: ".repeat(20_000)));
    inserts.push(("many dashes".to_owned(), b"- ".repeat(20_000)));
    inserts.push(("many digits".to_owned(), b"9".repeat(100_000)));
    inserts.push(("a long word".to_owned(), b"x".repeat(200_000)));
    inserts.push(("many line breaks".to_owned(), b"\n".repeat(100_000)));
    inserts.push(("an alias bomb".to_owned(), bomb().into_bytes()));
    inserts
}

fn bomb() -> String {
    let mut text = "\nb0: &b0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..12 {
        let alias = vec![format!("*b{}", at - 1); 9].join(", ");
        text.extend([
            "b",
            &at.to_string(),
            ": &b",
            &at.to_string(),
            " [",
            &alias,
            "]\n",
        ]);
    }
    text
}

fn insert(text: &[u8], bytes: &[u8], place: &str, seed: u64) -> Vec<u8> {
    let breaks: Vec<usize> = (0..text.len()).filter(|&at| text[at] == b'\n').collect();
    let a_break = breaks.get(below(seed, breaks.len())).copied();
    let at = match place {
        "front" => 0,
        "middle" => below(seed, text.len()),
        "end" => text.len(),
        "line start" => a_break.map_or(0, |at| at + 1),
        _ => a_break.unwrap_or(text.len()),
    };
    [&text[..at], bytes, &text[at..]].concat()
}

type LineChange = fn(&mut Vec<String>, usize);

fn line_changes() -> [(&'static str, LineChange); 12] {
    [
        ("a line left out", |lines, at| drop(lines.remove(at))),
        ("a line twice", |lines, at| {
            lines.insert(at, lines[at].clone());
        }),
        ("two lines swapped", |lines, at| {
            let other = (at + 1) % lines.len();
            lines.swap(at, other);
        }),
        ("a line further in", |lines, at| lines[at].insert(0, ' ')),
        ("a line much further in", |lines, at| {
            lines[at].insert_str(0, "      ");
        }),
        ("a line not indented", |lines, at| {
            lines[at] = lines[at].trim_start().to_owned();
        }),
        ("a line indented by a tab", |lines, at| {
            lines[at].insert(0, '\t');
        }),
        ("a line without its value", |lines, at| {
            let key = lines[at].split(": ").next().unwrap_or_default();
            lines[at] = format!("{key}:");
        }),
        ("a line without its key", |lines, at| {
            lines[at] = lines[at].split(": ").last().unwrap_or_default().to_owned();
        }),
        ("a value as a list", |lines, at| {
            lines[at] = lines[at].replacen(": ", ": [", 1) + "]";
        }),
        ("a value as a mapping", |lines, at| {
            lines[at] = lines[at].replacen(": ", ": {a: ", 1) + "}";
        }),
        ("a value as null", |lines, at| {
            let key = lines[at].split(": ").next().unwrap_or_default();
            lines[at] = format!("{key}: ~");
        }),
    ]
}

fn of_line(text: &[u8], seed: u64, change: LineChange) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.into_owned().into_bytes();
    }
    let at = below(seed, lines.len());
    change(&mut lines, at);
    (lines.join("\n") + "\n").into_bytes()
}

/// Texts that are no kustomization at all.
fn whole_texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing", Vec::new()),
        ("a comment", b"# nothing\n".to_vec()),
        ("a document start", b"---\n".to_vec()),
        ("null", b"null\n".to_vec()),
        ("an empty mapping", b"{}\n".to_vec()),
        ("a list", b"- a\n- b\n".to_vec()),
        ("a number", b"42\n".to_vec()),
        ("a text", b"hello\n".to_vec()),
        (
            "HTML",
            b"<!DOCTYPE html>\n<html><body>Not found</body></html>\n".to_vec(),
        ),
        ("XML", b"<?xml version=\"1.0\"?>\n<a b='c'/>\n".to_vec()),
        (
            "JSON with a comma too many",
            b"{\"resources\": [\"a.yaml\",],}}\n".to_vec(),
        ),
        ("INI", b"[resources]\na = b\n".to_vec()),
        ("a shell script", b"#!/bin/sh\nset -e\necho \"hi\n".to_vec()),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec()),
        ("compressed data", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
        ("half a UTF-16 text", b"\xff\xfea\0b".to_vec()),
        ("nested brackets", b"[".repeat(1_000_000)),
        (
            "nested mappings",
            b"a:\n".iter().copied().chain(b" ".to_vec()).collect(),
        ),
        ("an alias bomb", bomb().into_bytes()),
        (
            "a Deployment",
            b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n".to_vec(),
        ),
        (
            "an LFS pointer",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n".to_vec(),
        ),
        (
            "an encrypted file",
            b"$ANSIBLE_VAULT;1.1;AES256\n3939\n".to_vec(),
        ),
    ]
}
