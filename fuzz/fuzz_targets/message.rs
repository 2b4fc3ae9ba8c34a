//! An object in Protocol Buffers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    trimtab_fuzz::message(bytes);
});
