//! The `managedFields` of an object.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    trimtab_fuzz::managed_fields(text);
});
