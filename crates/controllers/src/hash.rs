//! Short names for what bytes say.

/// The characters of hashes in names: Kubernetes' `rand.SafeEncodeString`.
const CHARACTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Names `bytes`, the same in every process and release: their FNV-1a hash in characters that form
/// no words.
pub(crate) fn safe_hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    let digits = hash.to_string();
    let encode = |digit: u8| char::from(CHARACTERS[usize::from(digit) % CHARACTERS.len()]);
    digits.bytes().map(encode).collect()
}
