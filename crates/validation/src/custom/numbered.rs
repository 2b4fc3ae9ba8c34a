//! Formats of numbers that others give out: of books, cards and people.
//!
//! Upstream: `kube-openapi/pkg/internal/third_party/govalidator`.

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// The text without spaces and hyphens.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.collect()
}

/// Ten digits, the last of which checks the others; X is ten.
pub(super) fn is_isbn_10(text: &str) -> bool {
    let text = plain(text);
    let (first, check) = match text.strip_suffix('X') {
        Some(first) => (digits(first), Some(10)),
        None => match digits(&text) {
            Some(mut all) => {
                let check = all.pop();
                (Some(all), check)
            }
            None => (None, None),
        },
    };
    let (Some(first), Some(check)) = (first, check) else {
        return false;
    };
    let weighted = first.iter().zip(1..).map(|(digit, weight)| digit * weight);
    first.len() == 9 && (weighted.sum::<u32>() + 10 * check).is_multiple_of(11)
}

/// Thirteen digits, the last of which checks the others.
pub(super) fn is_isbn_13(text: &str) -> bool {
    let Some(digits) = digits(&plain(text)) else {
        return false;
    };
    let weighted = digits.iter().zip([1, 3].into_iter().cycle());
    digits.len() == 13 && weighted.map(|(digit, weight)| digit * weight).sum::<u32>() % 10 == 0
}

/// The number of a card of one of the large networks, its check digit right.
pub(super) fn is_credit_card(text: &str) -> bool {
    let kept: String = text.chars().filter(char::is_ascii_digit).collect();
    let starts = |prefixes: std::ops::RangeInclusive<u32>, length: usize| {
        let digits = prefixes.start().to_string().len();
        let start = kept.get(..digits).and_then(|start| start.parse().ok());
        kept.len() == length && start.is_some_and(|start: u32| prefixes.contains(&start))
    };
    let is_of_a_network = starts(4..=4, 13)
        || starts(4..=4, 16)
        || starts(51..=55, 16)
        || starts(6011..=6011, 16)
        || starts(65..=65, 16)
        || starts(34..=34, 15)
        || starts(37..=37, 15)
        || starts(300..=305, 14)
        || starts(36..=36, 14)
        || starts(38..=38, 14)
        || starts(2131..=2131, 15)
        || starts(1800..=1800, 15)
        || starts(35..=35, 16);
    let doubled = |(at, digit): (usize, u32)| match (at % 2, digit * 2) {
        (0, _) => digit,
        (_, twice) if twice > 9 => twice - 9,
        (_, twice) => twice,
    };
    let sum: u32 = kept
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(doubled)
        .sum();
    is_of_a_network && sum.is_multiple_of(10)
}

/// Three, two and four digits, with hyphens or spaces between them.
pub(super) fn is_social_security_number(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', ' ']).collect();
    let is_of = |part: &&str, length| part.len() == length && digits(part).is_some();
    matches!(parts.as_slice(), [a, b, c] if is_of(a, 3) && is_of(b, 2) && is_of(c, 4))
}
