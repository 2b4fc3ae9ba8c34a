//! Bearer tokens.

use crate::server::{KEY, answer, ask};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use trimtab_tree::{Value, parse_json};

/// No token makes what reads tokens panic. The input is the header and the claims of one, a line each,
/// which are signed as the server signs them; without a second line, it is the token itself.
pub fn token(text: &str) -> bool {
    let token = match text.split_once('\n') {
        Some((header, claims)) => signed(header, claims),
        None => text.to_owned(),
    };
    let request = http::Request::builder()
        .uri("/api/v1/namespaces/default")
        .header("Authorization", format!("Bearer {token}"));
    answer(request, "").is_some_and(|(code, _)| code != 401)
}

fn signed(header: &str, claims: &str) -> String {
    let random = SystemRandom::new();
    let body = KEY.lines().filter(|line| !line.starts_with('-'));
    let key = STANDARD.decode(body.collect::<String>());
    let key = key.expect("the key is in PEM");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key, &random);
    let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let text = format!(
        "{}.{}",
        encode(header.as_bytes()),
        encode(claims.as_bytes())
    );
    let signature = pair.expect("it is a key on P-256");
    let signature = signature.sign(&random, text.as_bytes());
    let signature = signature.expect("the system gives randomness");
    format!("{text}.{}", encode(signature.as_ref()))
}

/// Tokens of a service account: one as the server issues it, and its parts.
pub(crate) fn seeds() -> Vec<String> {
    let accounts = "/api/v1/namespaces/default/serviceaccounts";
    ask("POST", accounts, r#"{"metadata":{"name":"fuzz"}}"#);
    let (_, answer) = ask("POST", &format!("{accounts}/fuzz/token"), "{}");
    let answer = parse_json(&answer, 0).expect("the answer is JSON");
    let token = answer.get_path(&["status", "token"]);
    let token = token.and_then(Value::as_str).expect("a token was made");
    let parts = token.split('.').take(2).map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("it is in base64");
        String::from_utf8(bytes).expect("it is JSON")
    });
    let parts: Vec<String> = parts.collect();
    vec![token.to_owned(), parts.join("\n")]
}
