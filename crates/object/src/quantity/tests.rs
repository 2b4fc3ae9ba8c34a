use super::*;
use proptest::prelude::*;

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn canonical_texts() {
    for (text, canonical) in [
        ("0", "0"),
        ("0Mi", "0"),
        ("-0.0", "0"),
        ("1", "1"),
        ("1.5", "1500m"),
        ("1.5Gi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("1024Mi", "1Gi"),
        ("1024", "1024"),
        ("1000m", "1"),
        ("1000", "1k"),
        ("0.1", "100m"),
        ("1e9", "1e9"),
        ("1500e-3", "1500e-3"),
        ("12e6", "12e6"),
        ("1000E", "1000E"),
        ("1Ki", "1Ki"),
        ("1023Ki", "1023Ki"),
        ("0.5Ki", "512"),
        ("0.0001Ki", "102400u"),
        ("1.1Ki", "1126400m"),
        ("0.1n", "1n"),
        ("-1.5", "-1500m"),
        ("+3", "3"),
        ("-2Ki", "-2Ki"),
        ("9999999999Ei", "9223372036854775807"),
        ("100Gi", "100Gi"),
        ("123456789n", "123456789n"),
    ] {
        assert_eq!(quantity(text).canonical(), canonical, "{text}");
    }
}

/// As a kube-apiserver answers where nothing rounds the quantity.
#[test]
fn some_texts_are_repeated_as_written() {
    for (text, repeated) in [
        ("0010", "0010"),
        ("+3", "+3"),
        ("1.500", "1.500"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("1e9", "1e9"),
        ("10e2", "1e3"),
        ("1024Mi", "1Gi"),
        ("8Gi", "8Gi"),
        ("1025Mi", "1025Mi"),
        ("0.1", "100m"),
    ] {
        assert_eq!(quantity(text).to_string(), repeated, "{text}");
    }
    assert_eq!(quantity("0010").round_up_to_millis().to_string(), "0010");
    assert_eq!(quantity("1u").round_up_to_millis().to_string(), "1m");
}

#[test]
fn what_is_no_quantity_is_refused() {
    for (text, error) in [
        ("", QuantityError::Format),
        ("1 ", QuantityError::Format),
        ("1.2.3", QuantityError::Format),
        ("abc", QuantityError::Format),
        ("1x", QuantityError::Format),
        ("1٣", QuantityError::Format),
        ("1mm", QuantityError::Suffix),
        ("1Mii", QuantityError::Suffix),
        ("1m5", QuantityError::Suffix),
        ("1e", QuantityError::Suffix),
        ("1e99999999999", QuantityError::Suffix),
        ("1e2147483647", QuantityError::TooLarge),
        ("1e29", QuantityError::TooLarge),
        (&"9".repeat(1000), QuantityError::TooLarge),
    ] {
        assert_eq!(Quantity::parse(text).unwrap_err(), error, "{text}");
    }
    assert_eq!(quantity("1e-2147483648").canonical(), "1e-9");
}

#[test]
fn counting() {
    assert_eq!(quantity("1500m").millis(), 1500);
    assert_eq!(quantity("1500m").units(), 2);
    assert_eq!(quantity("-1500m").units(), -2);
    assert_eq!(quantity("1Gi").units(), 1 << 30);
    assert_eq!(quantity("1e20").millis(), i64::MAX);
    assert_eq!(Quantity::from_millis(2500).to_string(), "2500m");
    assert_eq!(Quantity::from_units(3), quantity("3000m"));
    assert!(!quantity("1500m").is_whole());
    assert!(quantity("100m") < quantity("1"));
    let sum: Quantity = [quantity("1Gi"), quantity("512Mi")].iter().sum();
    assert_eq!(sum.to_string(), "1536Mi");
    assert_eq!((sum - &quantity("2Gi")).to_string(), "-512Mi");
}

proptest! {
    #[test]
    fn canonical_text_is_worth_the_same(
        text in "[+-]?[0-9]{1,9}(\\.[0-9]{0,9})?(n|u|m|k|M|G|T|Ki|Mi|Gi|e[+-]?[0-9]{1})?"
    ) {
        let read = quantity(&text);
        let canonical = quantity(&read.canonical());
        prop_assert_eq!(&canonical, &read);
        prop_assert_eq!(canonical.canonical(), read.canonical());
        prop_assert_eq!(quantity(&read.to_string()), read);
    }

    #[test]
    fn sums_and_order_agree_with_whole_numbers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000) {
        let (x, y) = (Quantity::from_millis(a), Quantity::from_millis(b));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        prop_assert_eq!((x.clone() + &y).millis(), a + b);
        prop_assert_eq!((x - &y).millis(), a - b);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,12}|[-+.0-9eEKMi]{0,40}") {
        if let Ok(read) = Quantity::parse(&text) {
            prop_assert_eq!(quantity(&read.canonical()), read);
        }
    }
}
