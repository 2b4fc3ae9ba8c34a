//! Amounts of resources: `100m`, `1.5Gi`, `2e3`.
//!
//! After apimachinery's `resource.Quantity`: the same texts are read, the same texts are written.
//! An amount is a whole number of billionths, so that sums and comparisons are exact.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;
use trimtab_tree::Text;

/// Billionths in one.
const NANOS: i128 = 1_000_000_000;
/// The largest magnitude that is read, in billionths: far over anything countable, and far enough
/// under `i128::MAX` for sums.
const LIMIT: i128 = 10_i128.pow(37);
/// Digits of a number that Kubernetes reads into a 64-bit integer.
const SHORT_DIGITS: usize = 18;
/// What a binary amount is capped at, as Kubernetes caps it.
const MAX_BINARY: i128 = i64::MAX as i128 * NANOS;

/// Suffixes of powers of ten, by the power.
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
/// Suffixes of powers of two, by the power.
const BINARY: [(&str, u32); 6] = [
    ("Ki", 10),
    ("Mi", 20),
    ("Gi", 30),
    ("Ti", 40),
    ("Pi", 50),
    ("Ei", 60),
];

/// How an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `5M`
    Decimal,
    /// `5Mi`
    Binary,
    /// `5e6`
    Exponent,
}

/// An amount of a resource. Two are equal when they are worth the same, however they are written;
/// `Display` writes what Kubernetes would answer.
///
/// Amounts are exact to a billionth; smaller parts are rounded up (away from zero). Magnitudes over
/// 10²⁸ are refused, where Kubernetes goes on with ever longer numbers.
#[derive(Clone, Debug)]
pub struct Quantity {
    nanos: i128,
    format: Format,
    /// The text as read, where Kubernetes takes it for canonical and repeats it.
    kept: Option<Text>,
}

/// Why a text is no [`Quantity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// Not a number with an optional suffix.
    Format,
    /// The number cannot be read.
    Number,
    /// The suffix is none of the known ones.
    Suffix,
    /// The magnitude is over 10²⁸.
    TooLarge,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => {
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Self::Number => "unable to parse numeric part of quantity",
            Self::Suffix => "unable to parse quantity's suffix",
            Self::TooLarge => "quantities must be at most 1e28",
        })
    }
}

impl std::error::Error for QuantityError {}

/// The parts of a quantity's text.
struct Parts<'a> {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: &'a str,
    /// Digits behind the point.
    fraction: &'a str,
    suffix: &'a str,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Result<Self, QuantityError> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, rest) = split_digits(rest.trim_start_matches('0'));
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("", rest),
        };
        let power = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
        let power = power.strip_prefix(['-', '+']).unwrap_or(power);
        if !power.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QuantityError::Format);
        }
        Ok(Self {
            negative,
            whole: if whole.is_empty() { "0" } else { whole },
            fraction,
            suffix,
        })
    }

    fn digits(&self) -> usize {
        self.whole.len() + self.fraction.len()
    }

    /// Whether all digits, written one behind the other, begin or end as told.
    fn ends_with_thousand(&self) -> bool {
        let mut digits = self.fraction.bytes().rev().chain(self.whole.bytes().rev());
        self.digits() >= 3 && digits.by_ref().take(3).all(|digit| digit == b'0')
    }

    /// All digits as one number.
    fn mantissa(&self) -> Result<i128, QuantityError> {
        let digits = self.whole.bytes().chain(self.fraction.bytes());
        digits
            .map(|digit| i128::from(digit - b'0'))
            .try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
            .ok_or(QuantityError::TooLarge)
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// What a suffix says: the format and the power, of two for a binary one, else of ten.
fn interpret(suffix: &str) -> Result<(Format, i32), QuantityError> {
    if let Some(&(_, power)) = DECIMAL.iter().find(|(text, _)| *text == suffix) {
        return Ok((Format::Decimal, power));
    }
    if let Some(&(_, power)) = BINARY.iter().find(|(text, _)| *text == suffix) {
        return Ok((Format::Binary, power.cast_signed()));
    }
    let power = suffix.strip_prefix(['e', 'E']);
    let power = power.and_then(|power| power.parse().ok());
    Ok((Format::Exponent, power.ok_or(QuantityError::Suffix)?))
}

/// `mantissa` · 10^`power`, in units of one; parts of a unit are rounded up.
fn scale(mantissa: i128, power: i32) -> Result<i128, QuantityError> {
    if mantissa == 0 {
        return Ok(0);
    }
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    if power < 0 {
        return Ok(factor.map_or(1, |factor| divide_up(mantissa, factor)));
    }
    factor
        .and_then(|factor| mantissa.checked_mul(factor))
        .ok_or(QuantityError::TooLarge)
}

/// Divides by a positive number, rounding away from zero.
fn divide_up(value: i128, by: i128) -> i128 {
    let rest = value % by;
    value / by + rest.signum()
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self {
        nanos: 0,
        format: Format::Decimal,
        kept: None,
    };

    /// Reads a quantity.
    ///
    /// # Errors
    /// When `text` is none, or worth more than 10²⁸.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let parts = Parts::split(text)?;
        let (format, power) = interpret(parts.suffix)?;
        let places = i32::try_from(parts.fraction.len()).map_err(|_| QuantityError::Number)?;
        let mantissa = parts.mantissa()?;
        let magnitude = if format == Format::Binary {
            let factor = 1_i128 << power;
            let product = mantissa
                .checked_mul(factor)
                .ok_or(QuantityError::TooLarge)?;
            scale(product, 9 - places)?.min(MAX_BINARY)
        } else {
            let power = power.checked_sub(places).and_then(|p| p.checked_add(9));
            scale(mantissa, power.ok_or(QuantityError::TooLarge)?)?
        };
        if magnitude > LIMIT {
            return Err(QuantityError::TooLarge);
        }
        let nanos = if parts.negative {
            -magnitude
        } else {
            magnitude
        };
        let keep = match format {
            Format::Binary => keeps_binary(&parts, mantissa, power),
            Format::Decimal | Format::Exponent => keeps_decimal(&parts, power - places),
        };
        let small = format == Format::Binary && magnitude < NANOS;
        Ok(Self {
            nanos,
            format: if small { Format::Decimal } else { format },
            kept: keep.then(|| text.into()),
        })
    }

    /// A whole number of units.
    #[must_use]
    pub fn from_units(units: i64) -> Self {
        Self {
            nanos: i128::from(units) * NANOS,
            ..Self::ZERO
        }
    }

    /// A number of thousandths, as CPU is counted.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self {
            nanos: i128::from(millis) * (NANOS / 1000),
            ..Self::ZERO
        }
    }

    /// Units, parts rounded up; at most what an `i64` holds.
    #[must_use]
    pub fn units(&self) -> i64 {
        saturate(divide_up(self.nanos, NANOS))
    }

    /// Thousandths, parts rounded up; at most what an `i64` holds.
    #[must_use]
    pub fn millis(&self) -> i64 {
        saturate(divide_up(self.nanos, NANOS / 1000))
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.nanos == 0
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.nanos < 0
    }

    /// Its worth, if it is a whole number of 64 bits.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if self.nanos % NANOS != 0 {
            return None;
        }
        i64::try_from(self.nanos / NANOS).ok()
    }

    /// Its worth, about.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "about is what was asked for")]
    pub fn as_approximate_float(&self) -> f64 {
        self.nanos as f64 / NANOS as f64
    }

    /// Whether it is a whole number of units.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.nanos % NANOS == 0
    }

    /// Rounded up to thousandths, as defaulting does with every list of resources.
    #[must_use]
    pub fn round_up_to_millis(&self) -> Self {
        let milli = NANOS / 1000;
        if self.nanos % milli == 0 {
            return self.clone();
        }
        Self {
            nanos: divide_up(self.nanos, milli) * milli,
            format: self.format,
            kept: None,
        }
    }

    /// The canonical text: no fraction, the largest suffix with which nothing is lost. `Display`
    /// differs in the few texts that Kubernetes repeats as they were read, such as `0010`.
    #[must_use]
    pub fn canonical(&self) -> String {
        if self.nanos == 0 {
            return "0".to_owned();
        }
        if self.format == Format::Binary
            && self.nanos.abs() >= 1024 * NANOS
            && self.nanos % NANOS == 0
        {
            return canonical_binary(self.nanos / NANOS);
        }
        let (mut mantissa, mut power) = (self.nanos, -9);
        while mantissa % 1000 == 0 && (power < 18 || self.format == Format::Exponent) {
            mantissa /= 1000;
            power += 3;
        }
        let suffix = DECIMAL.iter().find(|&&(_, of)| of == power);
        match suffix {
            Some((suffix, _)) if self.format != Format::Exponent => format!("{mantissa}{suffix}"),
            _ if power == 0 => mantissa.to_string(),
            _ => format!("{mantissa}e{power}"),
        }
    }

    /// The sum, written as the first operand is unless that is zero.
    fn plus(&self, nanos: i128, other: &Self) -> Self {
        Self {
            nanos: self.nanos.saturating_add(nanos),
            format: if self.is_zero() {
                other.format
            } else {
                self.format
            },
            kept: None,
        }
    }
}

fn saturate(value: i128) -> i64 {
    let limit = if value < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(value).unwrap_or(limit)
}

fn canonical_binary(mut mantissa: i128) -> String {
    let mut suffix = "";
    for (next, _) in BINARY {
        if mantissa % 1024 != 0 {
            break;
        }
        mantissa /= 1024;
        suffix = next;
    }
    format!("{mantissa}{suffix}")
}

/// Whether Kubernetes takes the text of a binary quantity for canonical: a short whole number that
/// is not a multiple of eight.
fn keeps_binary(parts: &Parts<'_>, mantissa: i128, power: i32) -> bool {
    let spare = 14 - i64::try_from(parts.whole.len()).unwrap_or(i64::MAX);
    parts.fraction.is_empty() && spare >= i64::from(power * 3 / 10) && mantissa % 8 != 0
}

/// Whether Kubernetes takes the text of a decimal quantity for canonical: a short number whose last
/// digit stands at a power of a thousand and that no larger suffix would shorten.
fn keeps_decimal(parts: &Parts<'_>, power: i32) -> bool {
    parts.digits() <= SHORT_DIGITS
        && power >= -9
        && power % 3 == 0
        && !parts.whole.starts_with('0')
        && !parts.ends_with_thousand()
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kept {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.canonical()),
        }
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        Self::parse(text)
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ZERO
    }
}

/// By worth.
impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nanos.hash(state);
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By worth.
impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl Add<&Quantity> for Quantity {
    type Output = Quantity;

    fn add(self, other: &Quantity) -> Quantity {
        self.plus(other.nanos, other)
    }
}

impl Sub<&Quantity> for Quantity {
    type Output = Quantity;

    fn sub(self, other: &Quantity) -> Quantity {
        self.plus(-other.nanos, other)
    }
}

impl AddAssign<&Quantity> for Quantity {
    fn add_assign(&mut self, other: &Quantity) {
        *self = self.plus(other.nanos, other);
    }
}

impl SubAssign<&Quantity> for Quantity {
    fn sub_assign(&mut self, other: &Quantity) {
        *self = self.plus(-other.nanos, other);
    }
}

impl<'a> Sum<&'a Quantity> for Quantity {
    fn sum<I: Iterator<Item = &'a Quantity>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, |sum, quantity| sum + quantity)
    }
}

#[cfg(test)]
mod tests;
