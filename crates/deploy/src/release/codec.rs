//! What a revision holds as bytes: JSON, packed.

use super::{Member, ReleaseContent};
use crate::error::{Error, Result};
use crate::fields::{field, items_at};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

/// More than this is not unpacked: a damaged or forged record must not fill the memory.
const LARGEST: u64 = 256 << 20;

/// The objects of a revision.
pub(super) fn pack_objects(objects: &[Value]) -> Result<Vec<u8>> {
    pack(&Value::sequence(objects.to_vec()))
}

/// What is left over from earlier ones.
pub(super) fn pack_members(members: &[Member]) -> Result<Vec<u8>> {
    let values = members.iter().map(|member| {
        let mut fields = Mapping::new();
        for (key, text) in [
            ("apiVersion", &member.api_version),
            ("kind", &member.kind),
            ("namespace", &member.namespace),
            ("name", &member.name),
        ] {
            fields.insert(key, Value::string(&**text));
        }
        fields.into()
    });
    pack(&Value::sequence(values.collect()))
}

/// Both, as they were packed. `name` is the record's, for errors.
pub(super) fn unpack(name: &str, objects: &[u8], leftovers: &[u8]) -> Result<ReleaseContent> {
    let list = |bytes: &[u8]| -> Result<Vec<Value>> {
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let list = unpack_value(bytes).map_err(|problem| {
            Error::Impossible(format!("the record {name} cannot be read: {problem}"))
        })?;
        Ok(items_at(&list, &[]).to_vec())
    };
    let leftovers = list(leftovers)?;
    let leftovers = leftovers.iter().map(|value| Member {
        api_version: field(value, "apiVersion").to_owned(),
        kind: field(value, "kind").to_owned(),
        namespace: field(value, "namespace").to_owned(),
        name: field(value, "name").to_owned(),
    });
    Ok(ReleaseContent {
        objects: list(objects)?,
        leftovers: leftovers.collect(),
    })
}

fn pack(value: &Value) -> Result<Vec<u8>> {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Ordered)
        .map_err(|problem| Error::Usage(problem.message))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(text.as_bytes());
    let packed = packed.and_then(|()| encoder.finish());
    packed.map_err(|problem| Error::Impossible(format!("cannot pack a record: {problem}")))
}

fn unpack_value(bytes: &[u8]) -> std::result::Result<Value, String> {
    let mut text = String::new();
    let mut decoder = GzDecoder::new(bytes).take(LARGEST);
    decoder
        .read_to_string(&mut text)
        .map_err(|problem| problem.to_string())?;
    parse_json(&text, 0).map_err(|problem| problem.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_is_packed_comes_back() {
        let objects = vec![
            yaml("{kind: A, metadata: {name: ä}, data: {n: 1, s: '1', list: [null, true, 1.50]}}"),
            yaml("{kind: B}"),
        ];
        let leftovers = vec![Member {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
        }];
        let (packed, members) = (
            pack_objects(&objects).expect("objects"),
            pack_members(&leftovers).expect("members"),
        );
        let content = unpack("r", &packed, &members).expect("it was packed");
        assert_eq!(content, ReleaseContent { objects, leftovers });
        assert_eq!(
            unpack("r", &[], &[]).expect("nothing"),
            ReleaseContent::default()
        );
    }

    #[test]
    fn damage_is_told() {
        let packed = pack_objects(&[yaml("{kind: A}")]).expect("an object");
        for damaged in [&packed[..packed.len() - 9], b"no gzip", &packed[1..]] {
            let error = unpack("trimtab.shop.v1", damaged, &[]).expect_err("it is damaged");
            assert!(error.to_string().contains("trimtab.shop.v1"), "{error}");
        }
    }
}
