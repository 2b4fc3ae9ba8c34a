//! The events of a watch: frames of a length and a `WatchEvent`.

use crate::Writer;

/// The media type of a stream of frames.
pub const STREAM_CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf;stream=watch";

/// Appends a frame: the length of an event in four bytes, the most significant first, and the
/// event, whose object, envelope and all, `object` writes. The event itself has no envelope.
///
/// # Errors
/// When the object cannot be written; `out` is then as it was.
pub fn frame<E>(
    event: &str,
    out: &mut Vec<u8>,
    object: impl FnOnce(&mut Writer) -> Result<(), E>,
) -> Result<(), E> {
    let begin = out.len();
    let mut writer = Writer::after(std::mem::take(out));
    writer.raw(&[0; 4]);
    writer.bytes(1, event.as_bytes());
    // `RawExtension`, which holds bytes.
    let extension = writer.open(2);
    let raw = writer.open(1);
    let written = object(&mut writer);
    if written.is_ok() {
        writer.close(raw);
        writer.close(extension);
        let length = u32::try_from(writer.len() - begin - 4).unwrap_or(u32::MAX);
        writer.written_mut()[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    }
    *out = writer.into_bytes();
    if written.is_err() {
        out.truncate(begin);
    }
    written
}
