//! The command line and its files.

super::rules! {
    "io", Error, "A file cannot be read or written.", "a full disk";
    "no-objects", Error, "No objects were given.", "an empty file with `-f`";
    "unknown-command", Error, "There is no such command.", "`trimtab man biuld`";
    "usage", Error, "The command line is wrong.", "`trimtab apply` without `-f` or `-k`";
}
