//! An object in the cache, and the bytes it is kept as.
//!
//! The stored form of an object is its JSON without `metadata.resourceVersion`, `apiVersion`, `kind`
//! and `metadata` in front and all other keys sorted. So equal objects have equal bytes (that is
//! how a write that changes nothing is known), the resourceVersion, which is the number of the
//! write, is put in while bytes are copied, and list items, which have neither `apiVersion` nor
//! `kind`, are the same bytes from a later start. The cache shares its bytes with the store.

use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use trimtab_store::{Entry, Revision};
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

use super::facts::Facts;
use super::layout::Layout;
use super::skim::skim;
use crate::Status;

/// What the metadata begin with. Before them stand two plain strings, in which quotes are escaped,
/// so its first occurrence is the one.
const METADATA: &str = "\"metadata\":{";

/// The keys in front of the stored form.
const FRONT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// One version of one object.
#[derive(Debug)]
pub(crate) struct Object {
    key: Arc<str>,
    /// The length of the collection's prefix in the key.
    prefix: usize,
    value: Bytes,
    /// Where [`METADATA`] is in the value.
    metadata: usize,
    /// The write that made this version.
    pub(crate) revision: Revision,
    /// What it is selected by.
    pub(crate) facts: Facts,
    /// What is stored, of one that a webhook has converted.
    original: Option<Bytes>,
    /// The tree, of the few objects that are looked at with every write of others.
    tree: OnceLock<Arc<Value>>,
    /// The form, by its number, that the bytes are known to be in; 0 of none.
    form: AtomicU64,
}

impl Object {
    /// What stands in the store.
    ///
    /// # Errors
    /// When the bytes are not the stored form of an object.
    pub(crate) fn new(entry: &Entry, layout: &Layout) -> Result<Self, Status> {
        let text = std::str::from_utf8(&entry.value).ok();
        let metadata = text.and_then(|text| text.find(METADATA));
        let facts = text.and_then(|text| skim(text, &layout.fields));
        let (Some(metadata), Some(facts)) = (metadata, facts) else {
            let key = &entry.key;
            return Err(Status::internal(format!("{key} in the store is no object")));
        };
        Ok(Self {
            key: Arc::clone(&entry.key),
            prefix: layout.prefix.len(),
            value: entry.value.clone(),
            metadata,
            revision: entry.mod_revision,
            facts,
            original: None,
            tree: OnceLock::new(),
            form: AtomicU64::new(0),
        })
    }

    /// The same, selected by other fields.
    ///
    /// # Errors
    /// When the bytes are not the stored form of an object.
    pub(crate) fn with_layout(&self, layout: &Layout) -> Result<Self, Status> {
        let entry = Entry {
            key: Arc::clone(&self.key),
            value: self.value.clone(),
            create_revision: self.revision,
            mod_revision: self.revision,
            version: 1,
        };
        Self::new(&entry, layout)
    }

    /// Its key in the store.
    pub(crate) fn key(&self) -> &Arc<str> {
        &self.key
    }

    /// Its namespace, empty if it is in none.
    pub(crate) fn namespace(&self) -> &str {
        self.key[self.prefix..]
            .split_once('/')
            .map_or("", |(namespace, _)| namespace)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        let own = &self.key[self.prefix..];
        own.split_once('/').map_or(own, |(_, name)| name)
    }

    /// Its stored form.
    pub(crate) fn stored(&self) -> &Bytes {
        self.original.as_ref().unwrap_or(&self.value)
    }

    /// The same object in another version, as a webhook has made it.
    ///
    /// # Errors
    /// When it holds what JSON cannot express.
    pub(crate) fn converted(&self, object: &Value) -> Result<Self, Status> {
        let value = stored_form(object)?;
        let text = std::str::from_utf8(&value).ok();
        let metadata = text.and_then(|text| text.find(METADATA));
        let metadata = metadata.ok_or_else(|| Status::internal("an object has no metadata"))?;
        Ok(Self {
            key: Arc::clone(&self.key),
            prefix: self.prefix,
            value,
            metadata,
            revision: self.revision,
            facts: self.facts.clone(),
            original: Some(self.stored().clone()),
            tree: OnceLock::new(),
            form: AtomicU64::new(0),
        })
    }

    /// Whether it was noted that the bytes are in a form.
    pub(crate) fn is_in_form(&self, form: u64) -> bool {
        self.form.load(Ordering::Relaxed) == form
    }

    /// Notes that the bytes are in a form, whose number is not 0.
    pub(crate) fn note_form(&self, form: u64) {
        self.form.store(form, Ordering::Relaxed);
    }

    /// How much memory it holds, about.
    pub(crate) fn size(&self) -> usize {
        self.value.len() + size_of::<Self>()
    }

    /// Appends it as JSON.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.splice(0, self.revision, out);
    }

    /// Appends it as JSON with another resourceVersion: that of its deletion.
    pub(crate) fn write_at(&self, revision: Revision, out: &mut Vec<u8>) {
        self.splice(0, revision, out);
    }

    /// Appends it as the item of a list: without `apiVersion` and `kind`.
    pub(crate) fn write_item(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        self.splice(self.metadata, self.revision, out);
    }

    fn splice(&self, from: usize, revision: Revision, out: &mut Vec<u8>) {
        let at = self.metadata + METADATA.len();
        out.reserve(self.value.len() + 44);
        out.extend_from_slice(&self.value[from..at]);
        out.extend_from_slice(b"\"resourceVersion\":\"");
        out.extend_from_slice(revision.to_string().as_bytes());
        // An object has a name, so its metadata are never empty.
        out.extend_from_slice(b"\",");
        out.extend_from_slice(&self.value[at..]);
    }

    /// As a tree, with its resourceVersion.
    ///
    /// # Errors
    /// When the bytes are not the stored form of an object.
    pub(crate) fn to_value(&self) -> Result<Value, Status> {
        self.to_value_at(self.revision)
    }

    /// As a tree that is kept with the object: for the few that are looked at again and again, such
    /// as namespaces.
    ///
    /// # Errors
    /// When the bytes are not the stored form of an object.
    pub(crate) fn shared_value(&self) -> Result<Arc<Value>, Status> {
        if let Some(tree) = self.tree.get() {
            return Ok(Arc::clone(tree));
        }
        let tree = Arc::new(self.to_value()?);
        Ok(Arc::clone(self.tree.get_or_init(|| tree)))
    }

    /// As a tree, with another resourceVersion.
    ///
    /// # Errors
    /// When the bytes are not the stored form of an object.
    pub(crate) fn to_value_at(&self, revision: Revision) -> Result<Value, Status> {
        let damaged = || Status::internal(format!("{} in the store is no object", self.key));
        let text = std::str::from_utf8(&self.value).map_err(|_| damaged())?;
        let mut value = parse_json(text, 0).map_err(|_| damaged())?;
        let metadata = value.get_mut("metadata").and_then(Value::as_mapping_mut);
        let metadata = metadata.ok_or_else(damaged)?;
        metadata.insert("resourceVersion", Value::string(revision.to_string()));
        Ok(value)
    }
}

/// The stored form of an object.
///
/// # Errors
/// When it holds what JSON cannot express: a number that is infinite, say.
pub(crate) fn stored_form(object: &Value) -> Result<Bytes, Status> {
    let Some(fields) = object.as_mapping() else {
        return Err(Status::internal("an object is no mapping"));
    };
    let mut json = String::with_capacity(1024);
    let mut rest: Vec<(&str, &Value)> = fields
        .iter()
        .filter(|(key, _)| !FRONT.contains(key))
        .collect();
    rest.sort_unstable_by_key(|(key, _)| *key);
    let front = FRONT
        .iter()
        .filter_map(|&key| Some((key, fields.get(key)?)));
    for (key, value) in front.chain(rest) {
        json.push(if json.is_empty() { '{' } else { ',' });
        write_field(key, value, &mut json)?;
    }
    json.push('}');
    // It is kept for as long as the object is, and room to grow would be a third of it.
    json.shrink_to_fit();
    Ok(Bytes::from(json))
}

fn write_field(key: &str, value: &Value, json: &mut String) -> Result<(), Status> {
    write(&Value::string(key), json)?;
    json.push(':');
    let has_version = |metadata: &Value| metadata.get("resourceVersion").is_some();
    if key == "metadata" && has_version(value) {
        let mut metadata = value.clone();
        if let Some(fields) = metadata.as_mapping_mut() {
            fields.remove("resourceVersion");
        }
        return write(&metadata, json);
    }
    write(value, json)
}

fn write(value: &Value, json: &mut String) -> Result<(), Status> {
    write_json(value, json, JsonStyle::Go)
        .map_err(|error| Status::bad_request(crate::media::told(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Object {
        let value = stored_form(&parse_json(json, 0).unwrap()).unwrap();
        let entry = Entry {
            key: "/registry/configmaps/ns/a".into(),
            value,
            create_revision: 3,
            mod_revision: 7,
            version: 2,
        };
        let layout = Layout {
            prefix: "/registry/configmaps/".to_owned(),
            fields: std::borrow::Cow::Borrowed(&[]),
        };
        Object::new(&entry, &layout).unwrap()
    }

    #[test]
    fn the_version_is_put_in_while_copying() {
        let object = object(
            r#"{"data":{"k":"\"metadata\":{"},"metadata":{"name":"a","resourceVersion":"1"},"kind":"ConfigMap","apiVersion":"v1"}"#,
        );
        assert_eq!((object.namespace(), object.name()), ("ns", "a"));
        let mut out = Vec::new();
        object.write(&mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"resourceVersion":"7","name":"a"},"data":{"k":"\"metadata\":{"}}"#
        );
        let mut out = Vec::new();
        object.write_item(&mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"metadata":{"resourceVersion":"7","name":"a"},"data":{"k":"\"metadata\":{"}}"#
        );
        let value = object.to_value_at(9).unwrap();
        let version = value.get_path(&["metadata", "resourceVersion"]);
        assert_eq!(version.and_then(Value::as_str), Some("9"));
    }

    #[test]
    fn equal_objects_have_equal_bytes() {
        let one =
            object(r#"{"kind":"A","metadata":{"name":"a","uid":"u"},"x":1,"b":{"d":1,"c":2}}"#);
        let two = object(
            r#"{"b":{"c":2,"d":1},"kind":"A","x":1,"metadata":{"uid":"u","name":"a","resourceVersion":"5"}}"#,
        );
        assert_eq!(one.stored(), two.stored());
    }
}
