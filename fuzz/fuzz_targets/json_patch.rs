//! A document, and a JSON patch of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::json_patch(text);
});
