//! Stored objects in the version that a request is for.

use trimtab_object::{NoVersion, Versions};
use trimtab_schema::{Schema, Type};
use trimtab_tree::Value;

use crate::resource::{ServedKind, in_version};
use crate::{Status, custom};

/// A stored object as clients of a kind's version see it.
///
/// # Errors
/// When what is stored does not fit the kind.
pub(crate) fn shown_in_version(
    schema: &Schema,
    kind: &ServedKind,
    object: Value,
) -> Result<Value, Status> {
    match kind {
        ServedKind::BuiltIn(_) => in_version(schema, kind, object),
        ServedKind::Custom(kind) => Ok(custom::shown(kind, object)),
    }
}

/// The versions of a kind, as those who own fields of its objects have written them.
pub(crate) struct KindVersions<'a> {
    /// Of built-in kinds.
    pub(crate) schema: &'a Schema,
    /// The kind, in any of its versions.
    pub(crate) kind: &'a ServedKind,
}

impl Versions for KindVersions<'_> {
    fn in_version(
        &self,
        object: &Value,
        api_version: &str,
    ) -> Result<(Value, Option<Type<'_>>), NoVersion> {
        let mut object = object.clone();
        let kind = match self.kind {
            ServedKind::BuiltIn(kind) => {
                let ty = self.schema.type_of(api_version, kind.kind());
                let ty = ty.ok_or(NoVersion::Gone)?;
                trimtab_validation::convert(&mut object, api_version);
                trimtab_validation::decode(&mut object, ty)
                    .map_err(|error| NoVersion::Failed(error.to_string()))?;
                trimtab_validation::default(&mut object, ty);
                return Ok((object, Some(ty)));
            }
            ServedKind::Custom(kind) => kind,
        };
        let (group, version) = api_version.rsplit_once('/').unwrap_or_default();
        let definition = &kind.definition;
        let known = definition.version(version);
        let Some((at, _)) = known.filter(|_| definition.group == group) else {
            return Err(NoVersion::Failed(format!(
                "there is no version {api_version} of {}",
                definition.name
            )));
        };
        if let Some(fields) = object.as_mapping_mut() {
            fields.insert("apiVersion", Value::string(api_version));
        }
        let types = &definition.compiled(at).types;
        Ok((object, types.type_of(api_version, &definition.kind)))
    }
}
