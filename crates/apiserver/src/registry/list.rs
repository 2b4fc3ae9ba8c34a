//! LIST.

use http::StatusCode;
use std::sync::Arc;
use trimtab_protobuf::Encoder;
use trimtab_store::StoreError;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

use super::continuation::Continuation;
use super::read_options::{Freshness, ReadOptions};
use super::rows::table;
use super::selector::selection;
use super::{Call, answer};
use crate::Status;
use crate::body::{Response, response};
use crate::cache::{Object, Page, PageRequest, Selection};
use crate::custom;
use crate::media::{Encoding, Shape};
use crate::status::store_failed;
use crate::table::partial_object_metadata_list;

/// Answers with the objects that are selected, in the order of their keys.
///
/// # Errors
/// When a parameter is wrong, or the state that is asked for is no longer known.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, Status> {
    let options = ReadOptions::read(call)?;
    let selection = selection(call)?;
    let page = page(call, &options, &selection).await?;
    let metrics = &call.server.metrics;
    metrics.listed(call.resource, page.looked_at, page.objects.len());
    let metadata = list_metadata(call, &page, &selection)?;
    let kind = &call.resource.kind;
    let objects = custom::in_request_version(call.server, kind, page.objects).await?;
    respond(call, metadata, &objects)
}

/// Takes a page from the state that is asked for.
async fn page(
    call: &Call<'_>,
    options: &ReadOptions,
    selection: &Selection,
) -> Result<Page, Status> {
    let storage = call.storage()?;
    let cache = &call.server.cache;
    let mut request = PageRequest {
        collection: storage.collection,
        selection,
        after: None,
        behind: None,
        limit: options.limit,
    };
    if !options.continuation.is_empty() {
        let continuation = Continuation::read(&options.continuation)?;
        let after = format!("{}{}", storage.prefix(), continuation.last);
        request.after = Some(&after);
        let Some(revision) = continuation.revision else {
            cache.catch_up().await.map_err(store_failed)?;
            return Ok(cache.list(request));
        };
        request.behind = continuation.behind;
        let page = cache.list_at(request, revision).await;
        return page.map_err(|error| match error {
            StoreError::Compacted { .. } => Status {
                continue_token: Some(continuation.clone().anew().token().into()),
                ..Status::expired(
                    "The provided continue parameter is too old to display a consistent list \
                     result. Begin again with a list without it, or go on with the token in this \
                     answer: what comes is then of a newer state than what has been.",
                )
            },
            // Of a store that has been put back to what it was before.
            StoreError::Future { .. } => Status::expired(
                "The provided continue parameter is of a state that the store has not come to. \
                 Begin again with a list without it.",
            ),
            other => store_failed(other),
        });
    }
    match options.freshness {
        Freshness::Newest => cache.catch_up().await.map_err(store_failed)?,
        // An answer from the cache of any state is whole: kube-apiserver's watch cache does not
        // divide it either.
        Freshness::Any => request.limit = 0,
        Freshness::NotOlderThan(revision) => call.server.reach(revision).await?,
        Freshness::Exact(revision) => {
            call.server.reach(revision).await?;
            let page = cache.list_at(request, revision).await;
            return page.map_err(|error| match error {
                StoreError::Compacted { .. } => Status::expired(format!(
                    "The resourceVersion for the provided list is too old: {revision}"
                )),
                other => store_failed(other),
            });
        }
    }
    Ok(cache.list(request))
}

fn list_metadata(call: &Call<'_>, page: &Page, selection: &Selection) -> Result<Mapping, Status> {
    let version = Value::string(page.revision.to_string());
    let mut metadata = Mapping::from([("resourceVersion", version)]);
    if let (true, Some(last)) = (page.has_more, page.objects.last()) {
        let prefix = call.storage()?.prefix();
        // How many of those behind are selected is not known without looking at each.
        let is_counted = !selection.is_narrow();
        let continuation = Continuation {
            revision: Some(page.revision),
            last: last.key()[prefix.len()..].to_owned(),
            behind: is_counted.then_some(page.remaining),
        };
        metadata.insert("continue", Value::string(continuation.token()));
        if is_counted {
            let remaining = i64::try_from(page.remaining).unwrap_or(i64::MAX);
            metadata.insert("remainingItemCount", Value::int(remaining));
        }
    }
    Ok(metadata)
}

/// Answers with a list of objects of the call's resource.
pub(crate) fn respond(
    call: &Call<'_>,
    metadata: Mapping,
    objects: &[Arc<Object>],
) -> Result<Response, Status> {
    let accepted = call.accepted;
    let kind = &call.resource.kind;
    if accepted.encoding == Encoding::Protobuf
        && let Some((api_version, list_kind)) = message_kind(call)
    {
        let list = list_message(call, &api_version, &list_kind, metadata, objects)?;
        return Ok(response(
            StatusCode::OK,
            accepted.encoding.content_type(),
            list,
        ));
    }
    let list = match accepted.shape {
        Shape::Whole if call.copies_bytes() => {
            let head = [
                ("kind", Value::string(kind.list_kind())),
                ("apiVersion", Value::string(kind.api_version())),
                ("metadata", Value::from(metadata)),
            ];
            let json = list_json(&Value::mapping(head), objects)?;
            return Ok(response(
                StatusCode::OK,
                accepted.encoding.content_type(),
                json,
            ));
        }
        Shape::Whole if kind.custom().is_some() && call.is_told_plainly() => {
            let json = custom_list_json(call, metadata, objects)?;
            let content_type = accepted.encoding.content_type();
            return Ok(response(StatusCode::OK, content_type, json));
        }
        Shape::Whole => {
            let is_custom = kind.custom().is_some();
            let mut metadata = metadata;
            // Custom lists are written as they are held: nothing is left out of them.
            if is_custom && metadata.get("continue").is_none() {
                metadata.insert("continue", Value::string(""));
            }
            let items = objects.iter().map(|object| {
                let mut item = call.value_of(object)?;
                if !is_custom && let Some(fields) = item.as_mapping_mut() {
                    fields.remove("apiVersion");
                    fields.remove("kind");
                }
                Ok(item)
            });
            Value::mapping([
                ("apiVersion", Value::string(kind.api_version())),
                (
                    "items",
                    Value::sequence(items.collect::<Result<_, Status>>()?),
                ),
                ("kind", Value::string(kind.list_kind())),
                ("metadata", Value::from(metadata)),
            ])
        }
        Shape::MetadataList(version) => {
            partial_object_metadata_list(metadata, &values(call, objects)?, version)
        }
        Shape::Metadata(_) => {
            return Err(answer::not_acceptable(&format!(
                "you requested PartialObjectMetadata, but the requested object is a list ({}List)",
                answer::called(call)
            )));
        }
        Shape::Table(version) => table(call, version, metadata, &values(call, objects)?)?,
    };
    answer::encoded(call, StatusCode::OK, &list)
}

/// The kind of list that is written of the very bytes that objects are stored as, if it is.
fn message_kind(call: &Call<'_>) -> Option<(String, String)> {
    let kind = &call.resource.kind;
    match call.accepted.shape {
        Shape::Whole if !call.resource.is_converted() => {
            Some((kind.api_version().to_owned(), kind.list_kind()))
        }
        Shape::MetadataList(version) => Some((
            format!("meta.k8s.io/{version}"),
            "PartialObjectMetadataList".to_owned(),
        )),
        _ => None,
    }
}

/// The list in Protocol Buffers, each item written of its stored bytes.
fn list_message(
    call: &Call<'_>,
    api_version: &str,
    kind: &str,
    metadata: Mapping,
    objects: &[Arc<Object>],
) -> Result<Vec<u8>, Status> {
    let encoder = Encoder::new(&call.server.schema);
    let mut list = encoder
        .list(api_version, kind, &Value::from(metadata))
        .map_err(Status::internal)?;
    // A message is about two thirds of its JSON.
    list.reserve(objects.iter().map(|object| object.stored().len()).sum());
    let mut json = Vec::new();
    for object in objects {
        json.clear();
        object.write_item(&mut json);
        list.item(answer::text(&json)?).map_err(Status::internal)?;
    }
    Ok(list.finish())
}

fn values(call: &Call<'_>, objects: &[Arc<Object>]) -> Result<Vec<Value>, Status> {
    objects.iter().map(|object| call.value_of(object)).collect()
}

/// As [`list_json`], of custom objects: they keep their kinds, and those that the schema says something
/// new of are made trees of first.
fn custom_list_json(
    call: &Call<'_>,
    mut metadata: Mapping,
    objects: &[Arc<Object>],
) -> Result<Vec<u8>, Status> {
    // Custom lists are written as they are held: nothing is left out of them.
    metadata.get_or_insert_with("continue", || Value::string(""));
    let kind = &call.resource.kind;
    let head = Value::mapping([
        ("apiVersion", Value::string(kind.api_version())),
        ("kind", Value::string(kind.list_kind())),
        ("metadata", Value::from(metadata)),
    ]);
    let mut json = head_json(&head, objects)?;
    for (at, object) in objects.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        if call.copies_bytes_of(object)? {
            object.write(&mut json);
        } else {
            let value = call.value_of(object)?;
            json.extend_from_slice(&Encoding::Json.encode(&value, false)?);
        }
    }
    json.extend_from_slice(b"]}");
    Ok(json)
}

/// The list's own fields, and the objects' bytes behind them.
fn list_json(head: &Value, objects: &[Arc<Object>]) -> Result<Vec<u8>, Status> {
    let mut json = head_json(head, objects)?;
    for (at, object) in objects.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        object.write_item(&mut json);
    }
    json.extend_from_slice(b"]}");
    Ok(json)
}

/// A list up to its first item, with room for the others.
fn head_json(head: &Value, objects: &[Arc<Object>]) -> Result<Vec<u8>, Status> {
    let mut text = String::new();
    write_json(head, &mut text, JsonStyle::Ordered).map_err(Status::internal)?;
    text.pop();
    text.push_str(",\"items\":[");
    let mut json = text.into_bytes();
    let lengths = objects.iter().map(|object| object.stored().len() + 48);
    json.reserve(lengths.sum());
    Ok(json)
}
