//! What the command line puts on top of the target.
//!
//! The words of the command line become a text of the build, so that findings about them point into
//! it as they do into files.

use super::{Accumulation, Build, Target};
use crate::kustomization::{At, Image, Kustomization, Replica};
use crate::loader::Sources;
use crate::options::Overrides;
use crate::transform::ImageReference;
use std::sync::Arc;
use trimtab_tree::{Diagnostic, Position, Result, Text};

impl Build<'_> {
    /// Does to all there is what the command line says.
    pub(super) fn override_all(
        &mut self,
        target: &Target<'_>,
        into: Accumulation,
    ) -> Result<Accumulation> {
        if self.options.overrides.is_empty() {
            return Ok(into);
        }
        let mut into = into;
        let mut kustomization = read(&self.options.overrides, self.sources)?;
        kustomization.replicas.retain(|replica| {
            let name = &replica.name;
            let is_there = !into.resources.find_named(name, None).is_empty();
            if !is_there {
                let message = format!("nothing is called `{}`", name.value);
                let warning = Diagnostic::warning("unused-override", message);
                self.sources.warn(*warning.at(replica.position));
            }
            is_there
        });
        let above = Target {
            kustomization: Arc::new(kustomization),
            loader: target.loader.clone(),
            file_name: target.file_name,
            start: target.start,
            origin: target.origin.clone(),
            outer_chart_namespace: target.outer_chart_namespace.clone(),
        };
        let mut empty = self.empty();
        empty.resources.append_all(into.resources)?;
        empty.config.merge(&into.config)?;
        empty.vars.merge(into.vars)?;
        self.accumulate(&above, empty)
    }
}

/// The words, and where each stands in the text that is shown of them.
struct Words {
    text: String,
    base: u32,
}

impl Words {
    fn add(&mut self, flag: &str, word: &str) -> usize {
        self.text.push_str(flag);
        self.text.push(' ');
        let at = self.text.len();
        // One line each, whatever they hold.
        let shown = word.chars().map(|c| if c.is_control() { ' ' } else { c });
        self.text.extend(shown);
        self.text.push('\n');
        at
    }
}

/// The kustomization that says it.
fn read(overrides: &Overrides, sources: &Sources) -> Result<Kustomization> {
    let mut words = Words {
        text: String::new(),
        base: 0,
    };
    let mut add = |flag, word: &str| words.add(flag, word);
    let images: Vec<_> = overrides
        .images
        .iter()
        .map(|it| add("--image", it))
        .collect();
    let replicas = overrides.replicas.iter();
    let replicas: Vec<_> = replicas.map(|it| add("--set-replicas", it)).collect();
    let scalars = [
        ("--namespace", &overrides.namespace),
        ("--name-prefix", &overrides.name_prefix),
        ("--name-suffix", &overrides.name_suffix),
    ];
    let scalars = scalars.map(|(flag, word)| if word.is_empty() { 0 } else { add(flag, word) });
    words.base = sources
        .add_text(Overrides::SHOWN, words.text.as_str().into())?
        .base;
    let position = |offset| Position::new(words.base, offset);
    let image = |(word, &at): (&String, &usize)| {
        image(word, position(at)).map(|image| At::new(image, position(at)))
    };
    let replica = |(word, &at): (&String, &usize)| {
        replica(word, position(at)).map(|replica| At::new(replica, position(at)))
    };
    let [namespace, prefix, suffix] = scalars.map(position);
    let text = |word: &String, position| At::new(Text::from(word.as_str()), position);
    Ok(Kustomization {
        images: overrides
            .images
            .iter()
            .zip(&images)
            .map(image)
            .collect::<Result<_>>()?,
        replicas: overrides
            .replicas
            .iter()
            .zip(&replicas)
            .map(replica)
            .collect::<Result<_>>()?,
        namespace: text(&overrides.namespace, namespace),
        name_prefix: text(&overrides.name_prefix, prefix),
        name_suffix: text(&overrides.name_suffix, suffix),
        ..Kustomization::default()
    })
}

/// `*` stands for the part as it is, which an entry says by leaving it out.
const KEEP: &str = "*";

fn image(word: &str, position: Position) -> Result<Image> {
    let asks = |new: &ImageReference<'_>| [new.name, new.tag, new.digest].concat() != "";
    let parsed = ImageReference::of_argument(word).filter(|(_, new)| asks(new));
    let (name, new) = parsed.ok_or_else(|| {
        Diagnostic::error(
            "bad-override",
            format!("`{word}` does not say what an image becomes"),
        )
        .at(position)
        .expecting("`NAME=NEW`, `NAME=NEW:TAG`, `NAME=NEW@DIGEST`, `NAME:TAG` or `NAME@DIGEST`")
    })?;
    let part = |text: &str| At::new(Text::from(if text == KEEP { "" } else { text }), position);
    Ok(Image {
        name: At::new(name.into(), position),
        new_name: part(new.name),
        new_tag: part(new.tag),
        digest: part(new.digest),
        ..Image::default()
    })
}

fn replica(word: &str, position: Position) -> Result<Replica> {
    let parts = word
        .split_once('=')
        .and_then(|(name, count)| Some((name, count.parse::<i64>().ok()?)));
    match parts {
        Some((name, count)) if !name.is_empty() && count >= 0 => Ok(Replica {
            name: At::new(name.into(), position),
            count: At::new(count, position),
        }),
        _ => Err(
            Diagnostic::error("bad-override", format!("`{word}` is no number of replicas"))
                .at(position)
                .expecting("`NAME=COUNT`, such as `web=3`"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::tests::Tree;
    use crate::{BuildOptions, build};
    use trimtab_tree::write_yaml;

    const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, \
                              template: {spec: {containers: [{name: c, image: 'nginx:1'}]}}}}\n";

    fn tree() -> Tree {
        Tree::new(&[
            (
                "kustomization.yaml",
                b"resources: [a.yaml]\nnamePrefix: p-\n",
            ),
            ("a.yaml", DEPLOYMENT.as_bytes()),
            (
                "above/kustomization.yaml",
                b"resources: [..]\nimages: [{name: nginx, newName: n, newTag: '2'}]\n\
               replicas: [{name: web, count: 5}]\nnamespace: ns\nnamePrefix: a-\nnameSuffix: -z\n",
            ),
        ])
    }

    fn built(tree: &Tree, target: &str, overrides: Overrides) -> Result<String> {
        let options = BuildOptions {
            overrides,
            ..BuildOptions::default()
        };
        let mut text = String::new();
        for resource in build(target, &options, &tree.sources())? {
            write_yaml(resource.value(), &mut text)?;
        }
        Ok(text)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn they_do_what_a_kustomization_above_would() {
        // `..` holds what names it, so the one above is built in a tree of its own.
        let tree = tree();
        let overrides = Overrides {
            images: words(&["nginx=n:2"]),
            replicas: words(&["web=5"]),
            namespace: "ns".into(),
            name_prefix: "a-".into(),
            name_suffix: "-z".into(),
        };
        let text = built(&tree, ".", overrides).unwrap();
        for part in [
            "name: a-p-web-z\n",
            "namespace: ns\n",
            "image: n:2\n",
            "replicas: 5\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn images_have_the_forms_of_edit_set_image() {
        let tree = tree();
        for (word, image) in [
            ("nginx=host:5000/n:2", "host:5000/n:2"),
            ("nginx=n@sha256:a", "n@sha256:a"),
            ("nginx:3", "nginx:3"),
            ("nginx@sha256:a", "nginx@sha256:a"),
            ("nginx=*:4", "nginx:4"),
            ("nginx=n:*", "n:1"),
        ] {
            let images = words(&[word]);
            let text = built(
                &tree,
                ".",
                Overrides {
                    images,
                    ..Overrides::default()
                },
            )
            .unwrap();
            assert!(
                text.contains(&format!("image: {image}\n")),
                "{word}: {text}"
            );
        }
    }

    #[test]
    fn words_that_say_nothing_are_errors_that_point_at_them() {
        let tree = tree();
        for (images, replicas) in [
            (&["nginx"][..], &[][..]),
            (&[""], &[]),
            (&["nginx="], &[]),
            (&["nginx=a=b"], &[]),
            (&["nginx=a:"], &[]),
            (&["nginx=a b"], &[]),
            (&[], &["web"]),
            (&[], &["web=many"]),
            (&[], &["web=-1"]),
            (&[], &["=1"]),
        ] {
            let overrides = Overrides {
                images: words(images),
                replicas: words(replicas),
                ..Overrides::default()
            };
            let error = built(&tree, ".", overrides).unwrap_err();
            assert_eq!(error.code, "bad-override", "{images:?} {replicas:?}");
            assert!(error.position.is_some());
        }
        let options = BuildOptions {
            overrides: Overrides {
                replicas: words(&["wob=1"]),
                ..Overrides::default()
            },
            ..BuildOptions::default()
        };
        let sources = tree.sources();
        build(".", &options, &sources).unwrap();
        let codes: Vec<_> = sources.take_warnings().iter().map(|it| it.code).collect();
        assert_eq!(codes, ["unused-override"]);
    }
}
