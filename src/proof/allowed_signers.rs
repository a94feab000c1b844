//! `allowed_signers` files, as `ssh-keygen(1)` describes them under ALLOWED SIGNERS.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::NAMESPACE;
use super::keys::{Key, KeyError, fit, parse};
use crate::policy::Party;

/// Reads the keys that a file lists for a party. A line counts for a party that lists `emails` only where one of its
/// principals is such an address, a name of the party or `*`; for a party that lists none, every line does.
///
/// Times without a `Z` are taken as UTC, so that the same ACK is judged alike on every machine.
pub(super) fn read(bytes: &[u8], file: &str, party: &Party) -> Result<Vec<Key>, KeyError> {
    let mut keys = Vec::new();
    for (line, number) in bytes.split(|b| *b == b'\n').zip(1..) {
        let error = |message: String| KeyError::new(file, number, message);
        let text = std::str::from_utf8(line).map_err(|_| error("is not UTF-8".to_owned()))?;
        let text = text.strip_suffix('\r').unwrap_or(text).trim_matches([' ', '\t']);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let line = Line::read(text).map_err(error)?;
        let unfit = line.unfit(party);
        let place = format!("line {number} of `{file}`");
        keys.push(Key { public: line.key, place, after: line.options.after, before: line.options.before, unfit });
    }
    Ok(keys)
}

struct Line {
    principals: String,
    options: Options,
    key: ssh_key::PublicKey,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    authority: bool,
    namespaces: Option<String>,
    after: Option<i64>,
    before: Option<i64>,
}

impl Line {
    fn read(text: &str) -> Result<Line, String> {
        let (principals, rest) = field(text)?;
        let principals = unquoted(principals);
        let first = rest.split([' ', '\t']).next().unwrap_or_default();
        let (options, key) = match is_kind(first) {
            true => ("", rest),
            false => field(rest)?,
        };
        if principals.is_empty() || key.is_empty() {
            return Err("is no line of principals, options, kind of key and key".to_owned());
        }
        let key = parse(key).map_err(|why| format!("the key {why}"))?;
        Ok(Line { principals, options: Options::read(options)?, key })
    }

    /// Why the key signs no ACK of the party.
    fn unfit(&self, party: &Party) -> Option<String> {
        if self.options.authority {
            return Some("is a certificate authority's, which signs certificates and no ACK".to_owned());
        }
        if self.options.namespaces.as_ref().is_some_and(|list| !in_list(list, NAMESPACE)) {
            return Some(format!("is not for the namespace `{NAMESPACE}`"));
        }
        let is_ours = |name: &str| {
            name == "*"
                || (!name.starts_with('!') && party.has_email(name))
                || party.aliases.iter().chain([&party.name]).any(|alias| alias.eq_ignore_ascii_case(name))
        };
        if !party.emails.is_empty() && !self.principals.split(',').any(is_ours) {
            return Some(format!("is of `{}`, who is nobody of {}", self.principals, party.name));
        }
        fit(self.key.key_data()).err()
    }
}

impl Options {
    fn read(text: &str) -> Result<Options, String> {
        let mut found = Options::default();
        if text.is_empty() {
            return Ok(found);
        }
        for option in split(text, ',')? {
            let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let value = value.map(quoted).transpose()?;
            let twice = match (name.to_ascii_lowercase().as_str(), value) {
                ("cert-authority", None) => std::mem::replace(&mut found.authority, true),
                ("namespaces", Some(list)) => found.namespaces.replace(list).is_some(),
                ("valid-after", Some(time)) => found.after.replace(moment(&time)?).is_some(),
                ("valid-before", Some(time)) => found.before.replace(moment(&time)?).is_some(),
                _ => return Err(format!("`{option}` is no option of such a file")),
            };
            if twice {
                return Err(format!("the option `{name}` stands twice"));
            }
        }
        if let (Some(after), Some(before)) = (found.after, found.before)
            && after >= before
        {
            return Err("the key's time is over before it begins".to_owned());
        }
        Ok(found)
    }
}

fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].iter().any(|start| word.starts_with(start))
}

/// The first field and the rest: up to white space that stands in no quotation marks.
fn field(text: &str) -> Result<(&str, &str), String> {
    let first = split_at_first(text, &[' ', '\t'])?;
    let rest = text.get(first.len()..).unwrap_or_default();
    Ok((first, rest.trim_start_matches([' ', '\t'])))
}

/// The parts between marks that stand in no quotation marks.
fn split(mut text: &str, mark: char) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    loop {
        let part = split_at_first(text, &[mark])?;
        parts.push(part);
        match text.get(part.len()..).and_then(|rest| rest.strip_prefix(mark)) {
            Some(rest) => text = rest,
            None => return Ok(parts),
        }
    }
}

fn split_at_first<'t>(text: &'t str, marks: &[char]) -> Result<&'t str, String> {
    let (mut inside, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            c if !inside && marks.contains(&c) => return Ok(text.get(..at).unwrap_or_default()),
            _ => {}
        }
    }
    if inside { Err("a quotation mark is not closed".to_owned()) } else { Ok(text) }
}

fn unquoted(text: &str) -> String {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// An option's value, which stands in quotation marks.
fn quoted(text: &str) -> Result<String, String> {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|_| text.len() >= 2);
    let inner = inner.ok_or_else(|| format!("`{text}` wants quotation marks"))?;
    Ok(inner.replace("\\\"", "\""))
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without a `Z`, in Unix seconds.
fn moment(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no time; write YYYYMMDD or YYYYMMDDHHMM[SS], with a Z");
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let number = |from: usize, to: usize| match digits.get(from..to) {
        Some(part) => part.parse::<i16>().map_err(|_| wrong()),
        None => Ok(0),
    };
    let small = |from: usize| number(from, from + 2)?.try_into().map_err(|_| wrong());
    let time = DateTime::new(number(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, 0)
        .map_err(|_| wrong())?;
    let zoned = time.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(zoned.timestamp().as_second())
}

/// OpenSSH's pattern-list: separated by commas, `*` and `?`, and `!` in front of what is not meant.
fn in_list(list: &str, name: &str) -> bool {
    let (not, meant): (Vec<&str>, Vec<&str>) = list.split(',').partition(|pattern| pattern.starts_with('!'));
    let matches = |pattern: &str| wild(pattern.as_bytes(), name.as_bytes());
    meant.into_iter().any(matches) && !not.into_iter().any(|pattern| matches(pattern.trim_start_matches('!')))
}

fn wild(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            wild(rest, text) || text.split_first().is_some_and(|(_, shorter)| wild(pattern, shorter))
        }
        (Some((b'?', pattern)), Some((_, text))) => wild(pattern, text),
        (Some((one, pattern)), Some((other, text))) => one == other && wild(pattern, text),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    fn party(emails: &str) -> Party {
        let text = format!(
            "version = 1\nparty = \"A\"\n[log]\npath = \"log.md\"\nowner = \"A\"\n[parties.A]\n[parties.B]\n\
             aliases = [\"Bee\"]\nemails = [{emails}]\n[protect]\nadapter = [\"x/**\"]\n"
        );
        crate::policy::parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap().party("B").unwrap().clone()
    }

    #[test]
    fn a_line_says_whose_a_key_is_what_for_and_when() {
        for (start, unfit) in [
            ("bob@b.example ", None),
            ("carol@c.example,bob@b.example\t", None),
            ("\"bob@b.example\" ", None),
            ("bee ", None),
            ("* ", None),
            ("bob@b.example namespaces=\"ackgate\" ", None),
            ("bob@b.example NameSpaces=\"file,ack*\",valid-after=\"20200101\" ", None),
            ("ada@a.example ", Some("nobody of B")),
            ("!bob@b.example ", Some("nobody of B")),
            ("bob@b.example namespaces=\"file\" ", Some("namespace")),
            ("bob@b.example namespaces=\"*,!ackgate\" ", Some("namespace")),
            ("bob@b.example cert-authority ", Some("certificate authority")),
        ] {
            let text = format!("# ours\n\n  {start}{KEY} bob at home\r\n");
            let keys = read(text.as_bytes(), "k/signers", &party("\"*@b.example\"")).unwrap();
            assert_eq!(keys.len(), 1, "{start}");
            assert_eq!(keys[0].place, "line 3 of `k/signers`");
            match (unfit, &keys[0].unfit) {
                (None, None) => {}
                (Some(why), Some(said)) => assert!(said.contains(why), "{start}: {said}"),
                other => panic!("{start}: {other:?}"),
            }
        }
        let anyone = read(format!("ada@a.example {KEY}").as_bytes(), "f", &party("")).unwrap();
        assert_eq!(anyone[0].unfit, None);
    }

    #[test]
    fn what_ssh_keygen_would_not_read_is_an_error_with_its_line() {
        for (line, why) in [
            ("bob", "no line of"),
            (KEY, "no line of"),
            ("bob ssh-ed25519 AAAA", "no public key"),
            ("bob ssh-ed25519", "no public key"),
            (&format!("bob no-such-option {KEY}"), "no option"),
            (&format!("bob cert-authority=\"x\" {KEY}"), "no option"),
            (&format!("bob valid-after {KEY}"), "no option"),
            (&format!("bob valid-after=20200101 {KEY}"), "quotation marks"),
            (&format!("bob valid-after=\"2020\" {KEY}"), "no time"),
            (&format!("bob valid-after=\"20201301\" {KEY}"), "no time"),
            (&format!("bob valid-after=\"20200101\",valid-after=\"20200102\" {KEY}"), "twice"),
            (&format!("bob valid-after=\"20200102\",valid-before=\"20200101\" {KEY}"), "before it begins"),
            (&format!("bob namespaces=\"x {KEY}"), "not closed"),
        ] {
            let error = read(format!("# x\n{line}\n").as_bytes(), "f", &party("")).err();
            let error = error.unwrap_or_else(|| panic!("{line} is read"));
            assert!(error.message.contains(why) && error.line == 2, "{line}: {error}");
        }
        assert!(read(b"bob \xff", "f", &party("")).is_err());
    }

    #[test]
    fn times_are_utc() {
        for (text, seconds) in
            [("19700101", 0), ("19700102Z", 86_400), ("200001010000", 946_684_800), ("20000101000001Z", 946_684_801)]
        {
            assert_eq!(moment(text), Ok(seconds), "{text}");
        }
        for text in ["", "Z", "2000010", "2000010100", "20000101 ", "+2000101", "20000101T0000", "20000230"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
