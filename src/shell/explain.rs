//! `verify-gate rules` and `verify-gate explain`.

use std::io::Write;

use serde_json::{Value, json};

use crate::policy::nearest;
use crate::report::escape;
use crate::report::json as document;
use crate::rules::{RULES, Rule, find, markdown, names::NAMES};
use crate::shell::Error;
use crate::shell::cli::{Common, Format, RulesArgs};
use crate::shell::pager::Pager;
use crate::shell::terminal::Outcome;

/// Lists the rules.
pub fn rules(common: &Common, arguments: &RulesArgs) -> Result<Outcome, Error> {
    let mut out = Pager::start(common);
    let written = match common.format {
        Format::Human if arguments.markdown => out.write_all(markdown().as_bytes()),
        Format::Json => document::document(
            &mut out,
            json!({"version": 1, "rules": RULES.iter().map(|r| value(r)).collect::<Vec<_>>()}),
        ),
        Format::Human | Format::For(_) => RULES.iter().try_for_each(|rule| {
            writeln!(out, "{}  {:<24} {:<8} {}", rule.code, rule.name, rule.severity.as_str(), rule.summary)
        }),
    };
    out.end(written)?;
    Ok(Outcome::Pass)
}

/// Explains one rule.
pub fn explain(common: &Common, word: &str) -> Result<Outcome, Error> {
    let Some(rule) = find(word) else {
        let later = NAMES.iter().any(|(code, name)| code.eq_ignore_ascii_case(word) || name.eq_ignore_ascii_case(word));
        let what = if later { "is not checked by this version" } else { "is no rule" };
        let error = Error::new(format!("`{}` {what}", escape(word)));
        let error =
            nearest(word, NAMES.iter().flat_map(|(code, name)| [*code, *name])).into_iter().fold(error, Error::hint);
        return Err(error.hint("list the rules with `verify-gate rules`"));
    };
    let mut out = Pager::start(common);
    let written = match common.format {
        Format::Json => document::document(&mut out, json!({"version": 1, "rule": value(rule)})),
        Format::Human | Format::For(_) => {
            writeln!(out, "{} {} ({})\n\n{}", rule.code, rule.name, rule.severity.as_str(), rule.page())
        }
    };
    out.end(written)?;
    Ok(Outcome::Pass)
}

fn value(rule: &Rule) -> Value {
    json!({"code": rule.code, "name": rule.name, "severity": rule.severity.as_str(), "summary": rule.summary, "documentation": rule.page()})
}
