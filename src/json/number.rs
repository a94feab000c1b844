//! A number as it is written, to the last digit.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// An exact decimal number: `1`, `1.0` and `10e-1` are one, `1e400` is not infinite.
#[derive(Debug, Clone)]
pub struct Number {
    written: String,
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten that the last digit stands for; 0 for zero.
    exponent: i64,
}

/// Exponents with more digits than this are not read: what they name is no number that anybody holds.
const LONGEST_EXPONENT: usize = 15;

impl Number {
    /// Reads what JSON's grammar lets a number be; `None` for anything else, and for an exponent beyond reason.
    pub(super) fn read(text: &str) -> Option<Number> {
        let written = text.to_owned();
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, "0"), |(m, e)| (m, e));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !is_digits(whole) || leading_zero || fraction.is_some_and(|f| !is_digits(f)) || !is_digits(unsigned) {
            return None;
        }
        let size = unsigned.trim_start_matches('0');
        if size.len() > LONGEST_EXPONENT {
            return None;
        }
        let size: i64 = if size.is_empty() { 0 } else { size.parse().ok()? };
        let exponent = if exponent.starts_with('-') { -size } else { size };
        let fraction = fraction.unwrap_or_default();
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0').trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Number { written, ..Number::zero() });
        }
        let zeros = all.len() - all.trim_end_matches('0').len();
        let exponent = exponent - i64::try_from(fraction.len()).ok()? + i64::try_from(zeros).ok()?;
        Some(Number { written, negative, digits, exponent })
    }

    /// The number as the file has it: Python, for one, tells `1` from `1.0`.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Nothing.
    pub fn zero() -> Number {
        Number { written: "0".to_owned(), negative: false, digits: String::new(), exponent: 0 }
    }

    /// Whether it has no fraction.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether it is a whole multiple of another; `None` where the two are too far apart to tell.
    pub fn is_multiple_of(&self, other: &Number) -> Option<bool> {
        if other.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(true);
        }
        let lowest = self.exponent.min(other.exponent);
        let scaled = |number: &Number| {
            let zeros = u32::try_from(number.exponent - lowest).ok()?;
            number.digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?)
        };
        scaled(self)?.checked_rem(scaled(other)?).map(|rest| rest == 0)
    }

    /// How large it is without its sign: the place of its first digit, then its digits.
    fn magnitude(&self) -> (i64, &str) {
        (self.exponent.saturating_add(i64::try_from(self.digits.len()).unwrap_or(i64::MAX)), &self.digits)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        (self.negative, &self.digits, self.exponent) == (other.negative, &other.digits, other.exponent)
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.negative, &self.digits, self.exponent).hash(state);
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Number| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.is_zero() {
            return by_sign;
        }
        let by_size = self.magnitude().cmp(&other.magnitude());
        if self.negative { by_size.reverse() } else { by_size }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// As short numbers are written; others as digits and exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        let sign = if self.negative { "-" } else { "" };
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        match (usize::try_from(self.exponent), usize::try_from(self.exponent.saturating_add(length))) {
            (Ok(zeros), _) if zeros <= 20 => write!(f, "{sign}{}{}", self.digits, "0".repeat(zeros)),
            (Err(_), Ok(whole)) if whole > 0 && whole < self.digits.len() => {
                let (before, after) = self.digits.split_at(whole);
                write!(f, "{sign}{before}.{after}")
            }
            (Err(_), _) if self.exponent >= -20 && self.exponent + length <= 0 => {
                let zeros = usize::try_from(-(self.exponent + length)).unwrap_or(0);
                write!(f, "{sign}0.{}{}", "0".repeat(zeros), self.digits)
            }
            _ => write!(f, "{sign}{}e{}", self.digits, self.exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn numbers_are_equal_by_value_and_shown_the_same() {
        for (one, two, shown) in [
            ("1", "1.0", "1"),
            ("10e-1", "1", "1"),
            ("-0", "0.000e5", "0"),
            ("1e400", "10E+399", "1e400"),
            ("120", "1.2e2", "120"),
            ("0.05", "5e-2", "0.05"),
            ("-12.50", "-125e-1", "-12.5"),
            ("1e000000000000000000002", "100", "100"),
        ] {
            assert_eq!(number(one), number(two), "{one} {two}");
            assert_eq!(number(one).to_string(), shown);
        }
    }

    #[test]
    fn order_is_exact() {
        let sorted = [
            "-1e400",
            "-9007199254740993",
            "-9007199254740992",
            "-0.1",
            "0",
            "1e-400",
            "0.09",
            "0.1",
            "1",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1.1e400",
        ];
        for (i, one) in sorted.iter().enumerate() {
            for (j, two) in sorted.iter().enumerate() {
                assert_eq!(number(one).cmp(&number(two)), i.cmp(&j), "{one} {two}");
            }
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (one, two, expected) in [
            ("4", "2", Some(true)),
            ("5", "2", Some(false)),
            ("0.3", "0.1", Some(true)),
            ("1", "0.3", Some(false)),
            ("0", "7", Some(true)),
            ("1e400", "3", None),
            ("1", "0", None),
        ] {
            assert_eq!(number(one).is_multiple_of(&number(two)), expected, "{one} {two}");
        }
    }

    #[test]
    fn what_json_does_not_let_a_number_be_is_none() {
        for text in ["", "-", "01", "+1", "1.", ".5", "1e", "1e+", "NaN", "0x1", "1_0", "1e9999999999999999"] {
            assert!(Number::read(text).is_none(), "{text}");
        }
    }
}
