//! The file with the findings that are known.

use super::findings::Findings;
use crate::exit::Failure;
use crate::ui::stderr;
use std::path::Path;
use trimtab_check::{Baseline, Entry};

/// Writes the present findings to the file.
pub(super) fn write(path: &Path, findings: &Findings) -> Result<(), Failure> {
    let entries = findings.found.iter().flat_map(|found| &found.entries);
    let entries: Vec<Entry> = entries.cloned().collect();
    let count = entries.len();
    std::fs::write(path, Baseline::render(entries)).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })?;
    stderr::line(&format!("wrote {count} findings to {}", path.display()));
    Ok(())
}

/// Removes the findings that the file knows. A finding stays in the overlays for which it is new.
pub(super) fn apply(path: &Path, findings: &mut Findings) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let failure = Failure::io("read", path, &error);
        match error.kind() {
            std::io::ErrorKind::NotFound => failure.hint("--write-baseline makes it"),
            _ => failure,
        }
    })?;
    let mut baseline = Baseline::parse(&text).map_err(|message| {
        let message = format!("{} is no baseline: {message}", path.display());
        Failure::new("bad-baseline", message).hint("--write-baseline makes it anew")
    })?;
    for found in &mut findings.found {
        found.entries.retain(|entry| !baseline.take(entry));
        let entries = &found.entries;
        found
            .overlays
            .retain(|overlay| entries.iter().any(|entry| entry.overlay() == overlay));
    }
    findings.found.retain(|found| !found.entries.is_empty());
    let overlays: Vec<&str> = findings
        .checked
        .iter()
        .map(|it| it.overlay.as_str())
        .collect();
    let gone = baseline.left_of(&overlays);
    if gone > 0 {
        let which = if gone == 1 { "a finding" } else { "findings" };
        stderr::line(&format!(
            "note: {} has {which} that did not come ({gone}): --write-baseline renews it",
            path.display()
        ));
    }
    Ok(())
}
