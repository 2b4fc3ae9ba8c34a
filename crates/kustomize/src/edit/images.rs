//! `images`.

use super::fields::{items, items_mut, mapping, set_text, text};
use super::{KustomizationFile, bad_argument};
use crate::transform::ImageReference;
use std::collections::BTreeMap;
use trimtab_tree::{Result, Value};

/// What keeps a part as it is.
const KEEP: &str = "*";

/// What an argument asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    new_name: String,
    new_tag: String,
    digest: String,
}

impl KustomizationFile<'_> {
    /// Sets new names, tags and digests of images, given in the forms that [`parse`] knows. A part
    /// that an argument does not name is taken away; `*` keeps it.
    ///
    /// # Errors
    /// When there is no argument, when one has another form, and when the file cannot be changed.
    pub fn set_images(&mut self, arguments: &[String]) -> Result<()> {
        if arguments.is_empty() {
            return Err(bad_argument("no image specified").expecting(FORMS));
        }
        let mut wanted = BTreeMap::new();
        for argument in arguments {
            let (name, image) = parse(argument)?;
            wanted.insert(name, image);
        }
        self.change(|tree| {
            for (name, image) in &wanted {
                // An older form of the same field.
                let is_old = |tree: &Value| {
                    let has = |item: &Value| text(item, "name") == name;
                    !items(tree, "images").iter().any(has)
                        && items(tree, "imageTags").iter().any(has)
                };
                let field = if is_old(tree) { "imageTags" } else { "images" };
                if let Some(images) = items_mut(tree, field) {
                    set_image(images, name, image);
                }
            }
            Ok(())
        })
    }
}

fn set_image(images: &mut Vec<Value>, name: &str, image: &Wanted) {
    let parts = [
        ("digest", &image.digest),
        ("newName", &image.new_name),
        ("newTag", &image.new_tag),
    ];
    if let Some(known) = images.iter_mut().find(|item| text(item, "name") == name) {
        for (field, wish) in parts {
            if wish != KEEP {
                set_text(known, field, wish);
            }
        }
        drop_repeated(images, name);
        return;
    }
    let part = |wish: &str| {
        if wish == KEEP {
            String::new()
        } else {
            wish.to_owned()
        }
    };
    let [digest, new_name, new_tag] = parts.map(|(_, wish)| part(wish));
    let new = mapping(&[
        ("digest", &digest),
        ("name", name),
        ("newName", &new_name),
        ("newTag", &new_tag),
    ]);
    insert_by_name(images, new);
}

/// Takes away what follows the first item of a name: the last would count.
pub(super) fn drop_repeated(items: &mut Vec<Value>, name: &str) {
    let mut seen = false;
    items.retain(|item| text(item, "name") != name || !std::mem::replace(&mut seen, true));
}

/// Adds an item where its name belongs if the items are in the order of their names, else at the end.
pub(super) fn insert_by_name(items: &mut Vec<Value>, new: Value) {
    let name = text(&new, "name").to_owned();
    let in_order = items.is_sorted_by(|a, b| text(a, "name") <= text(b, "name"));
    let at = items
        .iter()
        .position(|item| in_order && text(item, "name") > name.as_str());
    items.insert(at.unwrap_or(items.len()), new);
}

const FORMS: &str = "<image>=<newimage>:<newtag>, <image>=<newimage>@<digest>, \
<image>=<newimage>:<newtag>@<digest>, <image>=<newimage>, <image>:<newtag>, \
<image>:<newtag>@<digest> or <image>@<digest>";

/// The image that an argument names, and what is wanted of it.
fn parse(argument: &str) -> Result<(String, Wanted)> {
    let asked = ImageReference::of_argument(argument);
    let (name, new) = asked.ok_or_else(|| {
        bad_argument(format!("invalid format of image: `{argument}`")).expecting(FORMS)
    })?;
    let wanted = Wanted {
        new_name: new.name.to_owned(),
        new_tag: new.tag.to_owned(),
        digest: new.digest.to_owned(),
    };
    Ok((name.to_owned(), wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_many_forms() {
        for (argument, expected) in [
            ("a=b:1", "a b 1 "),
            ("a=b@sha256:c", "a b  sha256:c"),
            ("a=b:1@sha256:c", "a b 1 sha256:c"),
            ("a=host:5000/b", "a host:5000/b  "),
            ("host:5000/b:1", "host:5000/b  1 "),
            ("a:1", "a  1 "),
            ("a:1@sha256:c", "a  1 sha256:c"),
            ("a@sha256:c", "a   sha256:c"),
            ("a=:1", "a  1 "),
            ("a=*:1", "a * 1 "),
            ("a=b:*", "a b * "),
            ("a=*@*", "a *  *"),
            ("=b:1", "b  1 "),
        ] {
            let (name, wanted) = parse(argument).unwrap();
            let found = [name, wanted.new_name, wanted.new_tag, wanted.digest].join(" ");
            assert_eq!(found, expected, "{argument}");
        }
        for argument in [
            "a",
            "",
            "host:5000/b",
            "=x",
            "a=",
            "a:",
            "a=b:",
            "a=b:@sha256:c",
            "a@",
            "a=b=c",
            "a=b c",
            ":1",
        ] {
            assert_eq!(parse(argument).unwrap_err().code, "bad-argument");
        }
    }
}
