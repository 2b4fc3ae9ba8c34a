//! No bytes make the readers panic, hang or take memory without bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_tree::{ParseOptions, decode, parse_documents, parse_json};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = decode(bytes.to_vec()) {
        let _ = parse_documents(&text, ParseOptions::default());
        let _ = parse_json(&text, 0);
    }
});
