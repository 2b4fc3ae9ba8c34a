//! No text makes the reader of quantities panic, and the canonical text means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_object::Quantity;

fuzz_target!(|text: &str| {
    let Ok(quantity) = Quantity::parse(text) else {
        return;
    };
    let canonical = quantity.canonical();
    let again = Quantity::parse(&canonical).expect("a canonical quantity can be read");
    assert_eq!(again.canonical(), canonical);
    let _ = (quantity.units(), quantity.millis());
});
