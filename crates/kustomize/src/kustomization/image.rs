//! Images and replicas.

use super::At;
use super::decode::fields;
use trimtab_tree::Text;

/// A new name, tag or digest for an image.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Image {
    /// The image: its name without tag and digest.
    pub name: At<Text>,
    /// Its new name.
    pub new_name: At<Text>,
    /// What goes behind its tag.
    pub tag_suffix: At<Text>,
    /// Its new tag.
    pub new_tag: At<Text>,
    /// Its new digest, which goes before a tag.
    pub digest: At<Text>,
}

/// A new number of replicas.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Replica {
    /// The name of the Deployment, `StatefulSet` or the like.
    pub name: At<Text>,
    /// How many.
    pub count: At<i64>,
}

fields!(Image, "an image", {
    "name" => name,
    "newName" => new_name,
    "tagSuffix" => tag_suffix,
    "newTag" => new_tag,
    "digest" => digest,
});

fields!(Replica, "a replica count", { "name" => name, "count" => count [always] });
