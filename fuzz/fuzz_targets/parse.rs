//! No bytes make the readers panic, hang or take memory without bound; and keeping comments changes
//! nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_tree::{ParseOptions, decode, parse_documents, parse_json};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let plain = parse_documents(&text, ParseOptions::default());
    let options = ParseOptions {
        comments: true,
        ..ParseOptions::default()
    };
    assert_eq!(plain, parse_documents(&text, options));
    let _ = parse_json(&text, 0);
});
