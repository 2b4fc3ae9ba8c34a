//! A copy of the store, for who may see all of it: what `trimtab backup` asks a running server for.
//!
//! `GET /trimtab/backup` answers with the file, its length and its digest (`Content-Digest`, RFC
//! 9530). The path is authorised as any that is not about objects, so that of the default roles only
//! `cluster-admin` has it. Values that are encrypted at rest are in the copy as they are in the store.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use sha2::{Digest as _, Sha256};
use trimtab_store::{Store, StoreError};

use crate::body::{BoxError, Response};
use crate::status::store_failed;
use crate::{Reason, Status};

/// Where it is.
pub const BACKUP_PATH: &str = "/trimtab/backup";

/// How much is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// Answers with a copy of the store.
///
/// # Errors
/// When it has none, or it cannot be made.
pub(crate) async fn answer(store: &dyn Store, method: &Method) -> Result<Response, Status> {
    if method != Method::GET {
        return Err(Status::no_such_method());
    }
    let file = store.snapshot().await.map_err(|error| match error {
        StoreError::NoBackup => Status::new(501, Reason::Unknown, error.to_string()),
        other => store_failed(other),
    })?;
    let digested = tokio::task::spawn_blocking(move || digest(file)).await;
    let digested = digested.map_err(Status::internal)?;
    let (file, length, digest) = digested.map_err(Status::internal)?;
    let pieces = stream::unfold(Some(file), |file| async move {
        let read = tokio::task::spawn_blocking(move || piece(file?));
        match read.await {
            Ok(None) => None,
            Ok(Some(Ok((file, bytes)))) => Some((Ok(Frame::data(bytes)), Some(file))),
            Ok(Some(Err(error))) => Some((Err(BoxError::from(error)), None)),
            Err(error) => Some((Err(BoxError::from(error)), None)),
        }
    });
    let mut response = Response::new(StreamBody::new(pieces).boxed_unsync());
    let headers = response.headers_mut();
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, octets);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest));
    if let Ok(digest) = HeaderValue::from_str(&digest) {
        headers.insert("content-digest", digest);
    }
    Ok(response)
}

/// The file at its beginning again, its length and its SHA-256.
fn digest(mut file: File) -> std::io::Result<(File, u64, [u8; 32])> {
    let mut digest = Sha256::new();
    let length = std::io::copy(&mut file, &mut digest)?;
    file.seek(SeekFrom::Start(0))?;
    Ok((file, length, digest.finalize().into()))
}

/// The next piece of the file; nothing at its end.
fn piece(mut file: File) -> Option<std::io::Result<(File, Bytes)>> {
    let mut bytes = vec![0; PIECE];
    match file.read(&mut bytes) {
        Ok(0) => None,
        Ok(read) => {
            bytes.truncate(read);
            Some(Ok((file, bytes.into())))
        }
        Err(error) => Some(Err(error)),
    }
}
