//! A bearer token.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::token(text);
});
