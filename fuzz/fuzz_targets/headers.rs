//! The headers of a request.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::headers(text);
});
