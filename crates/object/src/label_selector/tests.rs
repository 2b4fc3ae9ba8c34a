use super::*;
use proptest::prelude::*;

fn selects(selector: &str, labels: &[(&str, &str)]) -> bool {
    let selector = LabelSelector::parse(selector).expect(selector);
    selector.matches(|key| {
        let found = labels.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| *value)
    })
}

#[test]
fn every_operator_selects_what_it_says() {
    let web = [("app", "web"), ("tier", "front"), ("weight", "7")];
    for yes in [
        "",
        " ",
        "app",
        "app=web",
        "app == web",
        "!canary",
        "! canary",
        "app!=db",
        "canary!=yes",
        "tier in (front, back)",
        "tier notin (back)",
        "canary notin (yes)",
        "app=web,tier=front , !canary",
        "weight>6",
        "weight<8",
    ] {
        assert!(selects(yes, &web), "{yes}");
    }
    for no in [
        "canary",
        "app=",
        "app=db",
        "!app",
        "tier in (back)",
        "tier in ()",
        "tier notin (front,back)",
        "app=web,canary",
        "weight>7",
        "app>1",
        "canary<1",
    ] {
        assert!(!selects(no, &web), "{no}");
    }
}

#[test]
fn a_value_left_out_is_the_empty_value() {
    for selector in ["app=", "app in ()", "app in (,)", "app in (x,)", "app=,app"] {
        assert!(selects(selector, &[("app", "")]), "{selector}");
    }
}

#[test]
fn words_may_be_keys_and_values() {
    assert!(selects("in in (notin)", &[("in", "notin")]));
    assert!(selects("notin=in", &[("notin", "in")]));
}

#[test]
fn what_is_no_selector_is_refused() {
    for bad in [
        "app=web,",
        ",app",
        "=web",
        "app web",
        "app in web",
        "app in (web",
        "app in (a b)",
        "app in",
        "app=(web)",
        "!app=web",
        "!",
        "a b c",
        "app=a=b",
        "weight>x",
        "weight>",
        "-app",
        "app-=x",
        "a/b/c",
        "Upper.Case/name",
        "/name",
        "prefix/",
        "app=-x",
        "app=a/b",
        "app=\u{e9}",
        "app\0",
    ] {
        assert!(LabelSelector::parse(bad).is_err(), "{bad}");
    }
    assert!(LabelSelector::parse(&"k".repeat(64)).is_err());
    assert!(LabelSelector::parse(&format!("k={}", "v".repeat(64))).is_err());
    assert!(LabelSelector::parse(&format!("{}/{}", "p".repeat(253), "k".repeat(63))).is_ok());
}

#[test]
fn labels_of_an_object_count_by_their_text() {
    let labels = Value::mapping([("port", Value::int(80)), ("none", Value::null())]);
    let selects = |selector: &str, labels: Option<&Value>| {
        LabelSelector::parse(selector)
            .unwrap()
            .matches_value(labels)
    };
    assert!(selects("port=80,none=", Some(&labels)));
    assert!(!selects("port=81", Some(&labels)));
    assert!(selects("!port", None));
}

fn requirement() -> impl Strategy<Value = String> {
    let key = "([a-z]{1,5}\\.io/)?[a-zA-Z0-9]([-._a-z0-9]{0,4}[a-z0-9])?";
    let values = proptest::collection::vec("([a-z0-9]([-._a-z]{0,3}[a-z0-9])?)?", 1..4);
    (key, values, 0..7usize).prop_map(|(key, values, form)| match form {
        0 => key,
        1 => format!("!{key}"),
        2 => format!("{key} = {}", values[0]),
        3 => format!("{key}=={}", values[0]),
        4 => format!("{key} != {}", values[0]),
        5 => format!("{key} in ({})", values.join(" , ")),
        _ => format!("{key} notin ({})", values.join(",")),
    })
}

proptest! {
    #[test]
    fn printing_a_selector_and_parsing_it_again_gives_the_same(
        requirements in proptest::collection::vec(requirement(), 0..4)
    ) {
        let selector = LabelSelector::parse(&requirements.join(",")).unwrap();
        prop_assert_eq!(LabelSelector::parse(&selector.to_string()).unwrap(), selector);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "[a-z=!(), ><.\u{0}\u{e9}-]{0,20}") {
        let _ = LabelSelector::parse(&text);
    }
}
