//! A definition of a custom kind.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::definition(text);
});
