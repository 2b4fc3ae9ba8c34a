//! Bad input: every golden input of the repository, changed in hundreds of ways that people and
//! broken tools change files. Whatever comes of it, the build neither panics nor runs on, and what it
//! refuses it points at: a place in a file of the input, or the file or directory itself.

#[path = "bad_input/fields.rs"]
mod fields;
#[path = "bad_input/files.rs"]
mod files;
#[path = "bad_input/harness.rs"]
mod harness;
#[path = "bad_input/products.rs"]
mod products;
#[path = "bad_input/texts.rs"]
mod texts;

use harness::{Campaign, Change};

/// The issue asks for 200.
const FEWEST_KINDS: usize = 400;

#[test]
fn bad_input_of_every_kind_is_refused_with_its_place() {
    let mut campaign = Campaign::new();
    let text_kinds: Vec<Change> = texts::changes();
    let file_kinds: Vec<Change> = files::changes();
    let field_kinds: Vec<Change> = fields::changes();
    // Every kind meets a few inputs, and every input a few kinds.
    campaign.run(&text_kinds, 6);
    campaign.run(&file_kinds, 12);
    campaign.run(&field_kinds, 2);
    campaign.finish(FEWEST_KINDS);
}
