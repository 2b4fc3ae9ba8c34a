//! Changes to the text of a kubeconfig. Order, comments and quotes of the rest stay.
//!
//! The context that was current before ours is remembered in our context's `extensions`, where
//! client-go and all other clients leave it alone, so that it is known even after a crash.

use trimtab_tree::{
    Mapping, Node, ParseOptions, Result, SequenceIndent, SourceMap, Style, Value, parse_document,
    write_yaml_styled,
};

/// A cluster, a user and a context of one name.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The name of all three.
    pub(crate) name: String,
    /// `https://ADDRESS:PORT`
    pub(crate) server: String,
    /// The certificate authority, base64 of its PEM.
    pub(crate) authority: String,
    /// The client's certificate, base64 of its PEM.
    pub(crate) certificate: String,
    /// The client's key, base64 of its PEM.
    pub(crate) key: String,
}

/// The name of the extension that holds the former context.
const FORMER: &str = "trimtab.dev/former-context";

/// The lists of named entries, in the order in which kubectl writes them.
const LISTS: [&str; 3] = ["clusters", "contexts", "users"];

/// `text` with `entry` in it, in place of entries of its name, and its context the current one.
pub(super) fn add(text: &str, entry: &Entry) -> Result<String> {
    let mut config = parse(text)?;
    let wide = has_wide_lists(text, &config);
    let fields = fields(&mut config)?;
    for (key, value) in [("apiVersion", "v1"), ("kind", "Config")] {
        fields.get_or_insert_with(key, || Value::string(value));
    }
    let current = fields.get("current-context").and_then(Value::as_str);
    let former = match current {
        // Ours is current already, after a crash perhaps: what it remembers still holds.
        Some(current) if current == entry.name => remembered(fields, &entry.name),
        Some(current) if !current.is_empty() => Some(current.to_owned()),
        _ => None,
    };
    put(
        fields,
        "clusters",
        &entry.name,
        "cluster",
        mapping([
            (
                "certificate-authority-data",
                Value::string(&*entry.authority),
            ),
            ("server", Value::string(&*entry.server)),
        ]),
    )?;
    let mut context = mapping([
        ("cluster", Value::string(&*entry.name)),
        ("user", Value::string(&*entry.name)),
    ]);
    if let (Some(former), Some(context)) = (former, context.as_mapping_mut()) {
        context.insert(
            "extensions",
            Value::sequence(vec![mapping([
                ("name", Value::string(FORMER)),
                ("extension", mapping([("name", Value::string(former))])),
            ])]),
        );
    }
    put(fields, "contexts", &entry.name, "context", context)?;
    put(
        fields,
        "users",
        &entry.name,
        "user",
        mapping([
            (
                "client-certificate-data",
                Value::string(&*entry.certificate),
            ),
            ("client-key-data", Value::string(&*entry.key)),
        ]),
    )?;
    set_keeping_comments(fields, "current-context", Value::string(&*entry.name));
    print(&config, wide)
}

/// `text` without the entries called `name`, and the former context current again if ours was and
/// that one is still there; `None` when there is nothing to take out.
pub(super) fn remove(text: &str, name: &str) -> Result<Option<String>> {
    let mut config = parse(text)?;
    let wide = has_wide_lists(text, &config);
    let fields = fields(&mut config)?;
    let former = remembered(fields, name);
    inherit(fields, name, former.as_deref());
    let mut removed = false;
    for list in LISTS {
        if let Some(items) = fields.get_mut(list).and_then(Value::as_sequence_mut) {
            let before = items.len();
            items.retain(|item| !is_named(item, name));
            removed |= items.len() < before;
        }
    }
    let is_current = fields.get("current-context").and_then(Value::as_str) == Some(name);
    if !removed && !is_current {
        return Ok(None);
    }
    if is_current {
        let former = former.filter(|former| find(fields, "contexts", former).is_some());
        let former = Value::string(former.unwrap_or_default());
        set_keeping_comments(fields, "current-context", former);
    }
    for list in LISTS {
        if let Some(value) = fields.get_mut(list)
            && value.as_sequence().is_some_and(<[Value]>::is_empty)
        {
            value.style = Style::Flow;
        }
    }
    print(&config, wide).map(Some)
}

fn parse(text: &str) -> Result<Value> {
    let options = ParseOptions {
        base: base(),
        comments: true,
        ..ParseOptions::default()
    };
    let config = parse_document(text, options)?;
    Ok(if config.is_null() {
        // Comments of an otherwise empty file stay.
        Value {
            node: Node::Mapping(Mapping::default()),
            ..config
        }
    } else {
        config
    })
}

/// Where the first text of a [`SourceMap`] begins, so that findings can be shown.
fn base() -> u32 {
    let mut sources = SourceMap::new();
    sources.add("", "".into()).map_or(0, |id| sources.base(id))
}

fn fields(config: &mut Value) -> Result<&mut Mapping> {
    let (position, found) = (config.position, config.describe());
    config.as_mapping_mut().ok_or_else(|| {
        trimtab_tree::Diagnostic::error(
            "kubeconfig",
            format!("found {found}, which is no kubeconfig"),
        )
        .at(position)
        .expecting("the fields of a kubeconfig: clusters, contexts, users")
    })
}

/// kubectl writes the dash of an item below the first letter of its list, editors often two further
/// in; whichever the file has, ours follow.
fn has_wide_lists(text: &str, config: &Value) -> SequenceIndent {
    let mut sources = SourceMap::new();
    sources.add("", text.into());
    let is_wide = LISTS.iter().any(|list| {
        let first = config
            .get(list)
            .and_then(|items| items.as_sequence()?.first());
        first
            .and_then(|first| sources.locate(first.position))
            .is_some_and(|place| place.column > "- ".len() + 1)
    });
    if is_wide {
        SequenceIndent::Wide
    } else {
        SequenceIndent::Compact
    }
}

fn print(config: &Value, lists: SequenceIndent) -> Result<String> {
    let mut text = String::new();
    write_yaml_styled(config, &mut text, lists)?;
    Ok(text)
}

/// Puts `{KIND: content, name: NAME}` into a list, in the place of the one that has the name.
fn put(fields: &mut Mapping, list: &str, name: &str, kind: &str, content: Value) -> Result<()> {
    let value = fields.get_or_insert_with(list, || Value::sequence(Vec::new()));
    if value.is_null() {
        value.node = Node::Sequence(Vec::new());
    }
    let (position, found) = (value.position, value.describe());
    let items = value.as_sequence_mut().ok_or_else(|| {
        trimtab_tree::Diagnostic::error("kubeconfig", format!("`{list}` is {found}"))
            .at(position)
            .expecting("a list")
    })?;
    let item = mapping([(kind, content), ("name", Value::string(name))]);
    match items.iter_mut().find(|item| is_named(item, name)) {
        Some(place) => place.node = item.node,
        None => items.push(item),
    }
    // `[]` is how an empty list is written; a longer one reads better as a block.
    value.style = Style::Plain;
    Ok(())
}

/// Sets a field to a scalar; comments behind the old one stay.
fn set_keeping_comments(fields: &mut Mapping, key: &str, new: Value) {
    let value = fields.get_or_insert_with(key, Value::null);
    value.node = new.node;
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let mut fields = Mapping::with_capacity(N);
    for (key, value) in entries {
        fields.insert(key, value);
    }
    Value::mapping(fields)
}

fn is_named(item: &Value, name: &str) -> bool {
    item.get("name").and_then(Value::as_str) == Some(name)
}

fn find<'a>(fields: &'a Mapping, list: &str, name: &str) -> Option<&'a Value> {
    let items = fields.get(list)?.as_sequence()?;
    items.iter().find(|item| is_named(item, name))
}

/// Lets the contexts that remember `name`, which goes, remember what it remembered.
fn inherit(fields: &mut Mapping, name: &str, former: Option<&str>) {
    let contexts = fields.get_mut("contexts").and_then(Value::as_sequence_mut);
    for context in contexts.into_iter().flatten() {
        let extensions = context.get_path_mut(&["context", "extensions"]);
        let extensions = extensions.and_then(Value::as_sequence_mut);
        for extension in extensions.into_iter().flatten() {
            if is_named(extension, FORMER)
                && let Some(remembered) = extension.get_path_mut(&["extension", "name"])
                && remembered.as_str() == Some(name)
            {
                *remembered = Value::string(former.unwrap_or_default());
            }
        }
    }
}

/// The context that was current before the one called `name`.
fn remembered(fields: &Mapping, name: &str) -> Option<String> {
    let context = find(fields, "contexts", name)?;
    let extensions = context
        .get_path(&["context", "extensions"])?
        .as_sequence()?;
    let ours = extensions
        .iter()
        .find(|extension| is_named(extension, FORMER))?;
    let former = ours.get_path(&["extension", "name"])?.as_str()?;
    Some(former.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_A_USER: &str = "\
# Written by hand; see the wiki.
apiVersion: v1
kind: Config
current-context: work # the shared one
contexts:
  # The office.
  - name: work
    context: {cluster: work, user: me}
clusters:
  - name: work
    cluster:
      server: \"https://work:6443\" # VPN only
users:
  - name: me
    user:
      token: 'secret'
preferences: {}
";

    fn entry() -> Entry {
        Entry {
            name: "trimtab".to_owned(),
            server: "https://127.0.0.1:6443".to_owned(),
            authority: "Q0E=".to_owned(),
            certificate: "Q0VSVA==".to_owned(),
            key: "S0VZ".to_owned(),
        }
    }

    #[test]
    fn out_is_the_reverse_of_in() {
        let with = add(OF_A_USER, &entry()).unwrap();
        assert_ne!(with, OF_A_USER);
        assert_eq!(
            remove(&with, "trimtab").unwrap().as_deref(),
            Some(OF_A_USER)
        );
    }

    #[test]
    fn the_rest_of_the_file_stays() {
        let with = add(OF_A_USER, &entry()).unwrap();
        for line in OF_A_USER
            .lines()
            .filter(|line| !line.starts_with("current-context"))
        {
            assert!(
                with.lines().any(|new| new == line),
                "{line}\nis gone from\n{with}"
            );
        }
        assert!(
            with.contains("current-context: trimtab # the shared one"),
            "{with}"
        );
    }

    #[test]
    fn a_second_time_changes_nothing_but_the_address() {
        let once = add(OF_A_USER, &entry()).unwrap();
        assert_eq!(add(&once, &entry()).unwrap(), once);
        let moved = Entry {
            server: "https://127.0.0.1:7777".to_owned(),
            ..entry()
        };
        let twice = add(&once, &moved).unwrap();
        assert_eq!(twice, once.replace("127.0.0.1:6443", "127.0.0.1:7777"));
        assert_eq!(
            remove(&twice, "trimtab").unwrap().as_deref(),
            Some(OF_A_USER)
        );
    }

    #[test]
    fn of_two_of_ours_the_first_can_go_first() {
        let first = add(OF_A_USER, &entry()).unwrap();
        let other = Entry {
            name: "trimtab-other".to_owned(),
            ..entry()
        };
        let both = add(&first, &other).unwrap();
        let second = remove(&both, "trimtab").unwrap().unwrap();
        assert!(
            second.contains("current-context: trimtab-other"),
            "{second}"
        );
        assert_eq!(
            remove(&second, "trimtab-other").unwrap().as_deref(),
            Some(OF_A_USER)
        );
    }

    #[test]
    fn a_context_that_the_user_chose_since_stays_current() {
        let with = add(OF_A_USER, &entry()).unwrap();
        let chosen = with.replace("current-context: trimtab", "current-context: work");
        assert_eq!(
            remove(&chosen, "trimtab").unwrap().as_deref(),
            Some(OF_A_USER)
        );
    }

    #[test]
    fn a_former_context_that_is_gone_is_not_made_current() {
        let with = add(OF_A_USER, &entry())
            .unwrap()
            .replace("- name: work", "- name: home");
        let without = remove(&with, "trimtab").unwrap().unwrap();
        assert!(without.contains("current-context: \"\""), "{without}");
    }

    #[test]
    fn a_file_without_our_entry_is_left_alone() {
        assert_eq!(remove(OF_A_USER, "trimtab").unwrap(), None);
        assert_eq!(remove("", "trimtab").unwrap(), None);
    }

    #[test]
    fn a_new_file_is_a_whole_kubeconfig() {
        for empty in [
            "",
            "---\n",
            "apiVersion: v1\nclusters: null\n",
            "users: []\n",
        ] {
            let text = add(empty, &entry()).unwrap();
            let config = kube::config::Kubeconfig::from_yaml(&text).unwrap();
            assert_eq!(config.current_context.as_deref(), Some("trimtab"), "{text}");
            assert_eq!(config.clusters.len(), 1);
            assert_eq!(config.contexts.len(), 1);
            assert_eq!(config.auth_infos.len(), 1);
            assert_eq!(config.kind.as_deref(), Some("Config"));
        }
    }

    #[test]
    fn what_is_no_kubeconfig_is_refused() {
        for text in ["[1]", "clusters: {a: b}", "a: [", "text"] {
            assert!(add(text, &entry()).is_err(), "{text}");
        }
    }
}
