//! Writes the tree of a given number of applications: `generate-tree COUNT DIRECTORY`.

mod trees;

use std::env;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [count, directory] = arguments.as_slice() else {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "usage: generate-tree COUNT DIRECTORY",
        ));
    };
    let count = count
        .parse()
        .map_err(|error| Error::new(ErrorKind::InvalidInput, format!("{count}: {error}")))?;
    trees::write_tree(Path::new(directory), count)?;
    Ok(())
}
