//! The bytes of files, never more than a text may have: what a path leads to may be a device without
//! an end.

use crate::MAX_LENGTH;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file to its end, which may be a pipe too.
///
/// # Errors
/// When it cannot be read; [`io::ErrorKind::FileTooLarge`] when it has more than [`MAX_LENGTH`] bytes.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_LENGTH as u64 {
        return Err(too_large());
    }
    read_stream(file)
}

/// Reads a stream to its end.
///
/// # Errors
/// As [`read_file`].
pub fn read_stream(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_LENGTH {
        return Err(too_large());
    }
    Ok(bytes)
}

fn too_large() -> io::Error {
    let most = MAX_LENGTH >> 20;
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        format!("it has more than {most} MiB"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_refused() {
        let endless = read_stream(io::repeat(b'a')).unwrap_err();
        assert_eq!(endless.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read_stream(&b"text"[..]).unwrap(), b"text");
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/read.rs");
        assert_eq!(read_file(&own).unwrap(), include_bytes!("read.rs"));
        assert!(read_file(Path::new(env!("CARGO_MANIFEST_DIR"))).is_err());
    }
}
