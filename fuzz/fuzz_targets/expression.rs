//! An expression of the Common Expression Language.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::expression(text);
});
