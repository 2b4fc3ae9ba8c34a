//! A merge patch or strategic merge patch of built-in objects.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::patch(text);
});
