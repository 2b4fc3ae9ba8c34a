//! The directory of certificates: keys are their owner's alone, and no file is ever half written.

use super::{KeyPair, PkiError};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> PkiError {
    let path = path.to_owned();
    move |source| PkiError::File {
        action,
        path,
        source,
    }
}

/// Makes the directory, for its owner alone, if it is not there.
pub(super) fn create_directory(directory: &Path) -> Result<(), PkiError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
        .create(directory)
        .map_err(failed("create", directory))
}

/// A file's text; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, PkiError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// `NAME.crt` and `NAME.key`, if both are there.
pub(super) fn read_pair(directory: &Path, name: &str) -> Result<Option<KeyPair>, PkiError> {
    let certificate = read(&directory.join(format!("{name}.crt")))?;
    let key = read(&directory.join(format!("{name}.key")))?;
    Ok(certificate
        .zip(key)
        .map(|(certificate_pem, key_pem)| KeyPair {
            certificate_pem,
            key_pem,
        }))
}

/// Writes `NAME.key`, then `NAME.crt`.
pub(super) fn write_pair(directory: &Path, name: &str, pair: &KeyPair) -> Result<(), PkiError> {
    write(&directory.join(format!("{name}.key")), &pair.key_pem, 0o600)?;
    let certificate = directory.join(format!("{name}.crt"));
    write(&certificate, &pair.certificate_pem, 0o644)
}

/// Puts `text` in the place of a file, at once: a reader sees the old one or the new one.
pub(super) fn write(path: &Path, text: &str, mode: u32) -> Result<(), PkiError> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let written = write_new(&new, text, mode);
    written.map_err(failed("write", &new))?;
    fs::rename(&new, path).map_err(failed("replace", path))
}

fn write_new(path: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    // A left-over of an earlier process of the same number would keep its mode.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
