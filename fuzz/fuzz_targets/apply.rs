//! Two objects: what is there, and what is applied.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::apply(text);
});
