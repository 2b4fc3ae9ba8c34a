//! Stored objects in the version that a request is for.

use trimtab_object::{NoVersion, Versions};
use trimtab_schema::{Schema, Type};
use trimtab_tree::Value;

use super::Call;
use crate::custom::Conversions;
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
    /// Its objects in other versions, where a webhook converts.
    pub(crate) conversions: &'a Conversions,
}

/// So often at most more has to be asked of the webhook: what an apply needs is known after few.
const ROUNDS: usize = 8;

/// What `run` makes, which may look at objects in other versions: where a webhook converts, it is
/// run again as long as the webhook has to be asked for more.
///
/// # Errors
/// When there is no end of that.
pub(crate) async fn with_versions<T>(call: &Call<'_>, run: impl Fn() -> T) -> Result<T, Status> {
    for _ in 0..ROUNDS {
        let outcome = run();
        let (server, kind) = (call.server, &call.resource.kind);
        if !call.conversions.fill(server, kind).await {
            return Ok(outcome);
        }
    }
    Err(Status::internal(
        "the conversion webhook makes something else of the same object every time",
    ))
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
        let own = object.get("apiVersion").and_then(Value::as_str);
        if custom::is_converted_by_webhook(self.kind) && own.is_some_and(|own| own != api_version) {
            object = match self.conversions.of(&object, api_version) {
                Some(converted) => converted.map_err(NoVersion::Failed)?,
                None => return Err(NoVersion::Failed("it is still to be converted".to_owned())),
            };
        }
        if let Some(fields) = object.as_mapping_mut() {
            fields.insert("apiVersion", Value::string(api_version));
        }
        let types = &definition.compiled(at).types;
        Ok((object, types.type_of(api_version, &definition.kind)))
    }
}
