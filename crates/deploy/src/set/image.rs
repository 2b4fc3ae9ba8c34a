//! New images: kubectl's `set image`.

use super::{ContainerChange, name};
use crate::error::{Error, Result};
use trimtab_tree::{Mapping, Value};

/// Stands for every container.
const ALL: &str = "*";

/// The images that containers shall run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images(Vec<(String, String)>);

impl Images {
    /// Reads `CONTAINER=IMAGE` words; `*` is every container.
    ///
    /// # Errors
    /// When a word is none, a container is named twice, or there are none.
    pub fn parse<W: AsRef<str>>(words: &[W]) -> Result<Self> {
        let mut images: Vec<(String, String)> = Vec::with_capacity(words.len());
        for word in words {
            let word = word.as_ref();
            let pair = word
                .split_once('=')
                .filter(|(name, image)| !name.is_empty() && !image.is_empty());
            let Some((name, image)) = pair else {
                return Err(Error::Usage(format!(
                    "{word:?} names no image: write CONTAINER=IMAGE, for example web=shop/web:2"
                )));
            };
            if images.iter().any(|(known, _)| known == name) {
                return Err(Error::Usage(format!(
                    "container {name:?} is given two images"
                )));
            }
            images.push((name.to_owned(), image.to_owned()));
        }
        if images.is_empty() {
            return Err(Error::Usage(
                "at least one image update is required".to_owned(),
            ));
        }
        Ok(Self(images))
    }
}

impl ContainerChange for Images {
    fn change(&self, containers: &mut [&mut Mapping]) -> Result<()> {
        for (wanted, image) in &self.0 {
            let mut is_found = wanted == ALL;
            for container in &mut *containers {
                if wanted == ALL || name(container) == wanted {
                    is_found = true;
                    container.insert("image", Value::string(image));
                }
            }
            if !is_found {
                let names: Vec<&str> = containers.iter().map(|it| name(it)).collect();
                return Err(Error::Usage(format!(
                    "unable to find container named {wanted:?} (there are {})",
                    names.join(", ")
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::patched;
    use super::*;
    use crate::testing::yaml;

    const CONTAINERS: &str = "{containers: [{name: a, image: x}, {name: b, image: y, tty: true}]}";

    #[test]
    fn containers_get_the_images_they_are_named_with() {
        for (words, expected) in [
            (
                &["b=z:2"][..],
                "{containers: [{name: a, image: x}, {name: b, image: 'z:2', tty: true}]}",
            ),
            (
                &["*=z"],
                "{containers: [{name: a, image: z}, {name: b, image: z, tty: true}]}",
            ),
            (
                &["*=z", "a=q@sha256:1"],
                "{containers: [{name: a, image: 'q@sha256:1'}, {name: b, image: z, tty: true}]}",
            ),
        ] {
            let images = Images::parse(words).expect("they are images");
            let patch = patched(CONTAINERS, &images).expect("there are both");
            assert_eq!(patch, Some(yaml(expected)), "{words:?}");
        }
    }

    #[test]
    fn what_is_no_image_and_no_container_is_told() {
        for (words, expected) in [
            (&["a"][..], "CONTAINER=IMAGE"),
            (&["=x"], "CONTAINER=IMAGE"),
            (&["a="], "CONTAINER=IMAGE"),
            (&["a=x", "a=y"], "two images"),
            (&[], "at least one image"),
        ] {
            let error = Images::parse(words).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
        let images = Images::parse(&["c=x"]).expect("it is one");
        let error = patched(CONTAINERS, &images)
            .expect_err("there is no c")
            .to_string();
        assert_eq!(
            error,
            "unable to find container named \"c\" (there are a, b)"
        );
    }
}
