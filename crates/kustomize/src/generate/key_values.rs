//! The keys and values of a generated object: from literals, files and environment files.

use crate::kustomization::{At, GeneratorArgs};
use crate::loader::Loader;
use rustc_hash::FxHashMap;
use trimtab_remote::MASK;
use trimtab_tree::{Diagnostic, MAX_LENGTH, Position, Result, Text};

/// Lines of environment files from this many bytes on are not read. kustomize drops such a line and
/// all behind it without a word.
const LONGEST_LINE: usize = 64 * 1024;

/// A generator's files hold as many bytes together at most. Kubernetes takes 1 MiB.
const MOST_BYTES: usize = MAX_LENGTH;

/// One key with its value.
#[derive(Debug)]
pub(super) struct KeyValue {
    /// The key.
    pub(super) key: Text,
    /// The value, text or not.
    pub(super) value: Vec<u8>,
    /// Where the kustomization names the literal or the file.
    pub(super) position: Position,
}

/// Who may see the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Everybody.
    All,
    /// Nobody but who asks for them: findings show the keys only.
    Owner,
}

impl Audience {
    /// What is said of a literal that has no key, of which nobody knows what of it is a value.
    pub(crate) fn without_key(self, literal: &str) -> String {
        let shown = match self {
            Self::All => literal,
            Self::Owner => MASK,
        };
        format!("literal `{shown}` has no key")
    }
}

/// All keys of a generator with their values, sorted by key.
pub(super) fn load(
    args: &GeneratorArgs,
    audience: Audience,
    loader: &Loader<'_>,
) -> Result<Vec<KeyValue>> {
    let mut pairs = Vec::new();
    for (at, path) in args.envs.iter().enumerate() {
        read_env_file(path, audience, loader, &mut pairs)
            .map_err(|error| error.at(path.position).in_field(format!("envs[{at}]")))?;
    }
    for (at, literal) in args.literals.iter().enumerate() {
        let pair = parse_literal(literal, audience);
        pairs.push(pair.map_err(|error| error.in_field(format!("literals[{at}]")))?);
    }
    let mut left = MOST_BYTES;
    for (at, source) in loader.expand_file_sources(&args.files)?.iter().enumerate() {
        let pair = read_file(source, loader).and_then(|pair| {
            let rest = left.checked_sub(pair.value.len());
            left = rest.ok_or_else(|| too_much(source.position))?;
            Ok(pair)
        });
        pairs.push(pair.map_err(|error| error.in_field(format!("files[{at}]")))?);
    }
    refuse_repeated(&pairs)?;
    for pair in &pairs {
        warn_of_bad_key(pair, loader);
    }
    pairs.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(pairs)
}

fn too_much(position: Position) -> Box<Diagnostic> {
    Diagnostic::error(
        "too-much-added",
        "the files of this generator hold too much",
    )
    .at(position)
    .expecting(format!("at most {} MiB together", MOST_BYTES >> 20))
}

fn parse_literal(literal: &At<Text>, audience: Audience) -> Result<KeyValue> {
    match literal.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok(KeyValue {
            key: key.into(),
            value: without_quotes(value).into(),
            position: literal.position,
        }),
        _ => {
            let message = audience.without_key(literal);
            Err(Diagnostic::error("bad-literal", message)
                .at(literal.position)
                .expecting("key=value"))
        }
    }
}

/// The text inside one pair of equal quotes around it, if there is one.
fn without_quotes(text: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

fn read_file(source: &At<Text>, loader: &Loader<'_>) -> Result<KeyValue> {
    let (key, path) = split_file_source(source).map_err(|error| {
        error
            .at(source.position)
            .expecting("a file, or key=file with one `=`")
    })?;
    let path = At::new(Text::from(path), source.position);
    Ok(KeyValue {
        key: key.into(),
        value: loader.load_bytes(&path)?,
        position: source.position,
    })
}

/// The key and the path in `key=path`, or the path with its last part for the key.
///
/// # Errors
/// When there are several `=`, or nothing on one side of it.
pub(crate) fn split_file_source(source: &str) -> Result<(&str, &str)> {
    let error = |what: &str| Err(Diagnostic::error("bad-file", format!("`{source}` {what}")));
    match source.split_once('=') {
        None => Ok((last_part(source), source)),
        Some((_, path)) if path.contains('=') => error("has several `=`"),
        Some(("", _)) => error("has no key in front of `=`"),
        Some((_, "")) => error("has no file behind `=`"),
        Some((key, path)) => Ok((key, path)),
    }
}

fn last_part(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return "/";
    }
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// Reads lines `key=value`. Empty lines and those that start with `#` are skipped, space in front
/// of keys too; all else counts. A key alone has an empty value.
fn read_env_file(
    path: &At<Text>,
    audience: Audience,
    loader: &Loader<'_>,
    pairs: &mut Vec<KeyValue>,
) -> Result<()> {
    let bytes = loader.load_bytes(path)?;
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes);
    let mut end = bytes.len() - text.len();
    let keeps_lines = loader.sources().keeps_lines();
    let position_of = |offset| {
        let position = loader.position_in(path, &bytes, offset);
        if audience == Audience::Owner {
            loader.sources().conceal(position);
        }
        position
    };
    let file = keeps_lines.then(|| position_of(0));
    for (at, line) in text.split(|&byte| byte == b'\n').enumerate() {
        let start = end;
        end += line.len() + 1;
        let message = |what: &str| format!("line {} of `{}` {what}", at + 1, path.value);
        let wrong =
            |what: &str| Diagnostic::error("bad-env-line", message(what)).at(position_of(start));
        if line.len() >= LONGEST_LINE {
            return Err(wrong("is too long")
                .expecting("less than 65,536 bytes")
                .hint(
                    "kustomize would drop it and all lines behind; use `files` for long values",
                ));
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(wrong("is not UTF-8"));
        };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if key.is_empty() {
            let message = message("has no key and is skipped");
            let warning = Diagnostic::warning("bad-env-line", message).at(path.position);
            loader.sources().warn(*warning);
            continue;
        }
        pairs.push(KeyValue {
            key: key.into(),
            value: value.into(),
            position: file.map_or(path.position, |file| file.plus(start)),
        });
    }
    Ok(())
}

fn refuse_repeated(pairs: &[KeyValue]) -> Result<()> {
    let mut first = FxHashMap::default();
    for pair in pairs {
        if let Some(earlier) = first.insert(&pair.key, pair.position) {
            let one_file = earlier.is_some() && earlier == pair.position;
            let within = if one_file { " in this file" } else { "" };
            let message = format!("key `{}` is given twice{within}", pair.key);
            let error = Diagnostic::error("duplicate-data-key", message)
                .at(pair.position)
                .expecting("a different key in each literal, file and line");
            return Err(if one_file {
                error
            } else {
                error.label(earlier, "the first time here")
            });
        }
    }
    Ok(())
}

/// Warns of a key that no cluster takes; kustomize does not look.
fn warn_of_bad_key(pair: &KeyValue, loader: &Loader<'_>) {
    let key = &pair.key;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if key.bytes().all(good) && key.len() <= 253 && *key != "." && !key.starts_with("..") {
        return;
    }
    let message = format!("a cluster does not take the key `{key}`");
    let warning = Diagnostic::warning("invalid-data-key", message)
        .at(pair.position)
        .expecting("letters, digits, `-`, `_` and `.`, at most 253");
    loader.sources().warn(*warning);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::tests::Tree;
    use crate::loader::{LoadRestrictions, Sources};

    fn texts(texts: &[&str]) -> Vec<At<Text>> {
        texts.iter().map(|&text| At::from(text)).collect()
    }

    /// What a generator reads, as `key=value`, and the codes of its warnings.
    fn read(sources: &Sources, args: &GeneratorArgs) -> (Result<Vec<String>>, Vec<&'static str>) {
        let loader = Loader::open(sources, ".", LoadRestrictions::RootOnly).unwrap();
        let show =
            |pair: KeyValue| format!("{}={}", pair.key, String::from_utf8_lossy(&pair.value));
        let pairs = load(args, Audience::All, &loader);
        let pairs = pairs.map(|pairs| pairs.into_iter().map(show).collect());
        let warnings = sources.take_warnings().into_iter();
        (pairs, warnings.map(|warning| warning.code).collect())
    }

    #[test]
    fn literals_lose_one_pair_of_quotes() {
        for (literal, pair) in [
            ("a=b", Some("a=b")),
            ("a==b", Some("a==b")),
            ("a=", Some("a=")),
            ("a=\"x y\"", Some("a=x y")),
            ("a='\"x\"'", Some("a=\"x\"")),
            ("a='x\"", Some("a='x\"")),
            ("a='", Some("a='")),
            ("a=''", Some("a=")),
            ("=b", None),
            ("b", None),
        ] {
            let pair_read = parse_literal(&literal.into(), Audience::All);
            let shown =
                pair_read.map(|p| format!("{}={}", p.key, String::from_utf8(p.value).unwrap()));
            assert_eq!(shown.ok().as_deref(), pair, "{literal}");
        }
    }

    #[test]
    fn file_sources_name_a_key_or_take_the_file_name() {
        for (source, split) in [
            ("a/b.txt", Some(("b.txt", "a/b.txt"))),
            ("k=a/b.txt", Some(("k", "a/b.txt"))),
            ("a/", Some(("a", "a/"))),
            ("//", Some(("/", "//"))),
            ("", Some((".", ""))),
            ("=a", None),
            ("k=", None),
            ("k==a", None),
        ] {
            assert_eq!(split_file_source(source).ok(), split, "{source}");
        }
    }

    #[test]
    fn environment_files_are_read_line_by_line() {
        let env =
            "\u{FEFF}FIRST=1\r\n\n  # no\n  B = 2 \nALONE\n=lost\nexport X='y'\n\u{A0}C=\u{FEFF}";
        let tree = Tree::new(&[("e.env", env.as_bytes())]);
        let envs = texts(&["e.env"]);
        let (pairs, warnings) = read(
            &tree.sources(),
            &GeneratorArgs {
                envs,
                ..Default::default()
            },
        );
        assert_eq!(
            pairs.unwrap(),
            ["ALONE=", "B = 2 ", "C=\u{FEFF}", "FIRST=1", "export X='y'"]
        );
        assert_eq!(
            warnings,
            ["bad-env-line", "invalid-data-key", "invalid-data-key"]
        );
    }

    #[test]
    fn environment_files_that_would_be_cut_are_refused() {
        let long = format!("A={}\n", "x".repeat(LONGEST_LINE));
        let fits = format!("A={}\n", "x".repeat(LONGEST_LINE - 3));
        let tree = Tree::new(&[
            ("long", long.as_bytes()),
            ("fits", fits.as_bytes()),
            ("binary", b"A=1\nB=\xFF\n"),
        ]);
        for (path, message) in [
            ("long", Some("line 1 of `long` is too long")),
            ("fits", None),
            ("binary", Some("line 2 of `binary` is not UTF-8")),
        ] {
            let envs = texts(&[path]);
            let (pairs, _) = read(
                &tree.sources(),
                &GeneratorArgs {
                    envs,
                    ..Default::default()
                },
            );
            let found = pairs.err().map(|error| error.message);
            assert_eq!(found.as_deref(), message);
        }
    }

    #[test]
    fn a_key_comes_once_from_all_sources() {
        let tree = Tree::new(&[("a", b"1"), ("e", b"b=2\n")]);
        let args = GeneratorArgs {
            files: texts(&["a"]),
            literals: texts(&["c=3"]),
            envs: texts(&["e"]),
            ..Default::default()
        };
        assert_eq!(
            read(&tree.sources(), &args).0.unwrap(),
            ["a=1", "b=2", "c=3"]
        );
        let literals = texts(&["a=3"]);
        let error = read(&tree.sources(), &GeneratorArgs { literals, ..args })
            .0
            .unwrap_err();
        assert_eq!(error.message, "key `a` is given twice");
        let files = texts(&["gone"]);
        let args = GeneratorArgs {
            files,
            ..Default::default()
        };
        let error = read(&tree.sources(), &args).0.unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            ("missing-file", Some("files[0]"))
        );
    }
}
