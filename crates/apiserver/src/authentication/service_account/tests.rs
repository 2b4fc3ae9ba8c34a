use super::*;

fn claims() -> Claims {
    Claims {
        subject: "system:serviceaccount:ns:a".to_owned(),
        audiences: vec!["one".to_owned(), "two".to_owned()],
        expires: Some(2000),
        not_before: Some(1000),
        issued_at: Some(1000),
        id: "j".to_owned(),
        namespace: "ns".to_owned(),
        account: Bound::new("a", "u"),
        pod: Some(Bound::new("p", "v")),
        secret: None,
        node: None,
        warn_after: None,
        is_legacy: false,
    }
}

#[test]
fn a_token_says_what_was_signed() {
    let accounts = ServiceAccounts::default();
    let token = accounts.issue(&claims()).unwrap();
    let said = accounts.verified(&token).unwrap().unwrap();
    assert_eq!(*said, claims());
    // The second time it is remembered.
    assert_eq!(*accounts.verified(&token).unwrap().unwrap(), claims());
}

#[test]
fn a_token_that_was_tampered_with_is_refused() {
    let accounts = ServiceAccounts::default();
    let token = accounts.issue(&claims()).unwrap();
    let longer = accounts.verified(&format!("{token}x"));
    assert!(!matches!(longer, Ok(Some(_))));
    let other = ServiceAccounts::default();
    assert!(other.verified(&token).is_err());
    let mut parts: Vec<&str> = token.split('.').collect();
    let forged = Claims {
        namespace: "other".to_owned(),
        ..claims()
    };
    let forged = accounts.issue(&forged).unwrap();
    parts[1] = forged.split('.').nth(1).unwrap();
    assert!(accounts.verified(&parts.join(".")).is_err());
}

#[test]
fn what_is_no_token_of_ours_is_nobodys() {
    let accounts = ServiceAccounts::default();
    for token in [
        "",
        "a",
        "a.b",
        "a.b.c",
        "e30.e30.e30",
        "e30.eyJpc3MiOiJ4In0.e30",
    ] {
        assert!(accounts.verified(token).unwrap().is_none(), "{token}");
    }
}

#[test]
fn times_have_a_minute_of_leeway() {
    for (now, good) in [
        (940, true),
        (939, false),
        (1500, true),
        (2060, true),
        (2061, false),
    ] {
        assert_eq!(check_time(&claims(), now).is_ok(), good, "{now}");
    }
}

#[test]
fn a_key_without_an_algorithm_of_its_own_does_not_let_the_token_choose() {
    let accounts = ServiceAccounts::default();
    let token = accounts.issue(&claims()).unwrap();
    let none = "eyJhbGciOiJub25lIn0";
    let mut parts: Vec<&str> = token.split('.').collect();
    parts[0] = none;
    parts[2] = "";
    assert!(accounts.verified(&parts.join(".")).is_err());
}
