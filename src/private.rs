//! Files and directories that only the user may read: keys, objects that may be Secrets.
//!
//! On Windows what is made is as private as the directory that it is in, which is the user's profile
//! unless the user says otherwise.

use std::fs::{DirBuilder, OpenOptions};

/// For a new file to be written.
pub(crate) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// For a directory and those above it that are not there yet.
pub(crate) fn directory() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
