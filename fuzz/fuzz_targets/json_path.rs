//! A path of JSONPath, or a template of such.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::json_path(text);
});
