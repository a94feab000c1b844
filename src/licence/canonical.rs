//! JSON as Python writes it: `json.dumps(value, sort_keys=True, separators=(",", ":"))`.

use crate::json::{Data, Value};

/// The bytes that a pack's signature is over: keys by code point, no white space, all but printable ASCII escaped, integers as
/// written, other numbers as `repr` writes a float.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Number(read) => out.push_str(&number(read.written())),
        Data::String(text) => string(text, out),
        Data::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Data::Object(members) => {
            out.push('{');
            // Members are sorted as UTF-8 is, which is as code points are.
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(name, out);
                out.push(':');
                write(&member.value, out);
            }
            out.push('}');
        }
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

/// Python reads `-0` as the integer 0, and what has a fraction or an exponent as a float.
fn number(text: &str) -> String {
    if text == "-0" {
        return "0".to_owned();
    }
    match text.contains(['.', 'e', 'E']) {
        true => text.parse().map_or_else(|_| text.to_owned(), repr),
        false => text.to_owned(),
    }
}

/// `repr` of a float: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e16 on.
fn repr(value: f64) -> String {
    let written = shortest(value);
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let distance = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(distance - 1));
    }
    while digits.len() < distance + 2 {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at(distance + 1);
    format!("{sign}{whole}.{fraction}")
}

/// The shortest digits that read back the same, with an exponent. Where two are as short and as near, Rust takes the
/// greater one and Python the even one.
fn shortest(value: f64) -> String {
    let greater = format!("{value:e}");
    let mantissa = greater.split_once('e').map_or(greater.as_str(), |(mantissa, _)| mantissa);
    let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let even = format!("{value:.places$e}");
    // Below a power of two floats lie closer than above it: what is nearer there may read back as another.
    if even.parse() == Ok(value) { even } else { greater }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    /// Each right side is what Python 3 prints for the left one.
    #[test]
    fn as_python_writes_it() {
        for (json, python) in [
            ("{\"b\": 1, \"a\": [true, false, null], \"B\": {}}", "{\"B\":{},\"a\":[true,false,null],\"b\":1}"),
            ("{\"\u{e000}\": 1, \"\u{10000}\": 2}", "{\"\\ue000\":1,\"\\ud800\\udc00\":2}"),
            (
                "\"é😀\\u007f\\u0000\\b\\f\\n\\r\\t\\\"\\\\\\/ ~\"",
                "\"\\u00e9\\ud83d\\ude00\\u007f\\u0000\\b\\f\\n\\r\\t\\\"\\\\/ ~\"",
            ),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("-0", "0"),
            ("-0.0", "-0.0"),
            ("1.0", "1.0"),
            ("1e5", "100000.0"),
            ("1E15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("123456789012345680000.0", "1.2345678901234568e+20"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1.5e-7", "1.5e-07"),
            ("1e-400", "0.0"),
            ("-1e-400", "-0.0"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("5e-324", "5e-324"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("9007199254740993.0", "9007199254740992.0"),
            ("1e22", "1e+22"),
            ("-1.0", "-1.0"),
            ("-0.00012", "-0.00012"),
            ("-120.5", "-120.5"),
            ("9999999999999998.0", "9999999999999998.0"),
            // As near to .62 as to .63, .2 to .3: Python takes the even digit.
            ("206162740172183.625", "206162740172183.62"),
            ("686136079447307.25", "686136079447307.2"),
            ("686136079447307.75", "686136079447307.8"),
            // The nearest of sixteen digits ends in 1, and reads back as another float.
            ("5.6843418860808015e-14", "5.684341886080802e-14"),
            ("100", "100"),
        ] {
            assert_eq!(canonical(&parse(json).unwrap()), python, "{json}");
        }
    }
}
