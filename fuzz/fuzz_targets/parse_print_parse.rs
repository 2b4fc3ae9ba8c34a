//! What was printed reads back as the same tree, and prints the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_tree::{ParseOptions, decode, parse_document, write_yaml};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let Ok(value) = parse_document(&text, ParseOptions::default()) else {
        return;
    };
    let mut printed = String::new();
    if write_yaml(&value, &mut printed).is_err() {
        return;
    }
    let read = parse_document(&printed, ParseOptions::default()).expect("what we print is YAML");
    let mut again = String::new();
    write_yaml(&read, &mut again).expect("what was printed once prints again");
    assert_eq!(printed, again);
});
