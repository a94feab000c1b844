//! An entry's heading: who writes, in what role, when, and the qualifier in parentheses.

use jiff::civil::Date;

use super::object::{Names, same_words};
use super::tokens::Token;

/// What a heading says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// The party whose alias starts the heading.
    pub(super) party: Option<String>,
    pub(super) role: Option<String>,
    pub(super) date: Option<Date>,
    /// What stands in the first parentheses that hold more than a date.
    pub(super) qualifier: Vec<Token>,
    /// What stands between author and qualifier, and behind the qualifier.
    pub(super) rest: Vec<Token>,
}

/// Reads the tokens of a heading.
pub(super) fn heading(tokens: &[Token], names: &Names) -> Heading {
    let mut found = Heading { date: tokens.iter().find_map(|t| date_of(t.word()?)), ..Heading::default() };
    let mut rest = tokens;
    if let Some((party, role, after)) = author(tokens, names) {
        found.party = Some(party);
        found.role = role;
        rest = after;
    }
    let (qualifier, around) = qualifier(rest);
    found.qualifier = qualifier;
    found.rest = around;
    found
}

/// A valid date written `YYYY-MM-DD`.
pub(crate) fn date_of(word: &str) -> Option<Date> {
    let shape = word.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    shape.then(|| word.parse().ok()).flatten()
}

/// The longest alias that starts the heading, then at most one word, the role, then nothing, a parenthesis, a dash, a
/// colon or a date.
fn author<'t>(tokens: &'t [Token], names: &Names) -> Option<(String, Option<String>, &'t [Token])> {
    let fits = |(alias, _): &&(Vec<Token>, String)| {
        tokens.get(..alias.len()).is_some_and(|start| !alias.is_empty() && same_words(alias, start))
    };
    let (alias, party) = names.aliases.iter().filter(fits).max_by_key(|(alias, _)| alias.len())?;
    let rest = tokens.get(alias.len()..)?;
    if ends_author(rest.first()) {
        return Some((party.clone(), role_of(alias, party, names), rest));
    }
    let (role, after) = rest.split_first()?;
    let role = role.word().filter(|w| is_role(w))?;
    ends_author(after.first()).then(|| (party.clone(), Some(role.to_owned()), after))
}

/// The role within an alias: `executor` in `AgentOS executor`, where `AgentOS` is an alias too or the party's name.
fn role_of(alias: &[Token], party: &str, names: &Names) -> Option<String> {
    let (last, shorter) = alias.split_last().filter(|(_, shorter)| !shorter.is_empty())?;
    names.party(shorter).filter(|p| *p == party).and_then(|_| last.word()).map(str::to_owned)
}

/// A word that can be a role; an answer is none.
fn is_role(word: &str) -> bool {
    let verb = ["ack", "nack", "withdrawn", "landed"].iter().any(|verb| word.eq_ignore_ascii_case(verb));
    !verb && word.starts_with(char::is_alphabetic) && word.chars().all(|c| c.is_alphanumeric() || c == '-')
}

fn ends_author(next: Option<&Token>) -> bool {
    match next {
        None | Some(Token::Mark('(' | ':')) => true,
        Some(token @ Token::Mark(_)) => token.is_dash(),
        Some(Token::Word(word)) => date_of(word).is_some(),
        Some(_) => false,
    }
}

/// The tokens in the first parentheses that hold more than a date, and all others.
fn qualifier(tokens: &[Token]) -> (Vec<Token>, Vec<Token>) {
    let mut around = Vec::new();
    let mut rest = tokens;
    while let Some(open) = rest.iter().position(|t| *t == Token::Mark('(')) {
        let (before, from) = rest.split_at(open);
        around.extend_from_slice(before);
        let length = closing(from);
        let inner = from.get(1..length).unwrap_or_default();
        rest = from.get(length + 1..).unwrap_or_default();
        if inner.iter().any(|t| t.word().is_none_or(|w| date_of(w).is_none())) {
            around.extend_from_slice(rest);
            return (inner.to_vec(), around);
        }
    }
    around.extend_from_slice(rest);
    (Vec::new(), around)
}

/// Where the parenthesis that `from` starts with is closed; its length if it is not.
fn closing(from: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (i, token) in from.iter().enumerate() {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    from.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::object::alias_tokens;
    use crate::log::tokens::words;

    fn read(text: &str) -> Heading {
        let alias = |a: &str, p: &str| (alias_tokens(a), p.to_owned());
        let aliases = vec![
            alias("AgentOS", "AgentOS"),
            alias("AgentOS executor", "AgentOS"),
            alias("CCC", "CCC"),
            alias("CCP maintainer", "CCC"),
        ];
        heading(&words(text), &Names { aliases, ..Names::default() })
    }

    #[test]
    fn knows_authors_by_whole_words_and_one_role() {
        for (text, party, role) in [
            ("AgentOS executor (reply)", Some("AgentOS"), Some("executor")),
            ("agentos planner — note", Some("AgentOS"), Some("planner")),
            ("AgentOS", Some("AgentOS"), None),
            ("AgentOS executor planner: x", Some("AgentOS"), Some("planner")),
            ("CCC 2025-11-06", Some("CCC"), None),
            ("CCC scout 2025-11-06 (ACK)", Some("CCC"), Some("scout")),
            ("CCC co-lead (ACK)", Some("CCC"), Some("co-lead")),
            ("CCC adapter status (ACK)", None, None),
            ("CCC's reviewer (ACK)", None, None),
            ("CCC-bot (ACK)", None, None),
            ("CCC, AgentOS (ACK)", None, None),
            ("CCC/AgentOS (ACK)", None, None),
            ("CCCP (ACK)", None, None),
            ("the CCC (ACK)", None, None),
            ("\u{421}CC (ACK)", None, None),
            ("CCC\u{200b} (ACK)", None, None),
        ] {
            let found = read(text);
            assert_eq!((found.party.as_deref(), found.role.as_deref()), (party, role), "{text}");
        }
    }

    #[test]
    fn finds_date_and_qualifier() {
        let found = read("CCC (2025-11-06) (reply 5 (short) — ACK) r4-adapter");
        assert_eq!(found.date, Some(jiff::civil::date(2025, 11, 6)));
        assert_eq!(found.qualifier, words("reply 5 (short) — ACK"));
        assert_eq!(found.rest, words("r4-adapter"));
        for none in ["2025-13-40", "2025-11", "2025-11-061", "20251106", "2025-11-06T10:00"] {
            assert_eq!(read(&format!("CCC {none} (x)")).date, None, "{none}");
        }
    }
}
