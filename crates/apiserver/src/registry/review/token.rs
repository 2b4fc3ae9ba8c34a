//! `TokenReview`: whom a token names.

use trimtab_tree::{Mapping, Value};

use super::user_info;
use crate::Status;
use crate::registry::Call;

/// The `status` that answers it.
///
/// # Errors
/// When there is no token in it.
pub(super) async fn review(call: &Call<'_>, review: &Value) -> Result<Value, Status> {
    let token = review.get_path(&["spec", "token"]).and_then(Value::as_str);
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        let message = "token is required for TokenReview in authentication";
        return Err(Status::bad_request(message));
    };
    let audiences = review.get_path(&["spec", "audiences"]);
    let audiences = audiences.and_then(Value::as_sequence).unwrap_or_default();
    let audiences = audiences.iter().filter_map(Value::as_str);
    let mut audiences: Vec<String> = audiences.map(str::to_owned).collect();
    let authentication = &call.server.authentication;
    if audiences.is_empty() {
        audiences = authentication.service_accounts.audiences().to_vec();
    }
    // As it would stand in a header.
    let known = authentication
        .authenticate_token(
            &**call.server,
            call.server.clock.now(),
            token.trim(),
            &audiences,
        )
        .await;
    Ok(match known {
        Ok((identity, audiences)) => {
            let audiences = audiences.iter().map(Value::string).collect();
            Value::mapping([
                ("authenticated", Value::bool(true)),
                ("user", user_info(&identity)),
                ("audiences", Value::sequence(audiences)),
            ])
        }
        Err(rejected) => Value::from(Mapping::from([
            ("user", Value::mapping([])),
            ("error", Value::string(rejected.told())),
        ])),
    })
}
