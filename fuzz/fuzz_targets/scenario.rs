//! No text makes the reader of scenario files panic or hang.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_node::Scenario;
use trimtab_tree::SourceMap;

fuzz_target!(|text: &str| {
    let _ = Scenario::read("scenario.yaml", text, &mut SourceMap::default());
});
