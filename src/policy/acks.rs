//! `[gate] acks`: whose ACK a gate needs.

use std::collections::BTreeMap;

use super::error::{Place, nearest};
use super::levels::known_class;
use super::raw::{RawAcks, Table, Texts};
use super::setting::ACKS;
use super::validate::{choice, known_party};
use super::{Party, PolicyError};

/// Whose ACK a gate needs, by the class of what it lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acks {
    /// For classes that ask for nothing of their own.
    pub default: Asked,
    /// By class.
    pub classes: BTreeMap<String, Asked>,
}

/// Whose ACK a gate needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Asked {
    /// That of any other party, and of several answers the last one counts.
    #[default]
    AnyOther,
    /// That of every party but the gate's own.
    AllOthers,
    /// That of each of these, but the gate's own.
    Named(Vec<String>),
}

impl Acks {
    /// Whose ACK opens a path of `class`.
    pub fn of(&self, class: &str) -> &Asked {
        self.classes.get(class).unwrap_or(&self.default)
    }

    /// Whether each party's own answer counts somewhere, and not the last one alone.
    pub fn count_each(&self) -> bool {
        std::iter::once(&self.default).chain(self.classes.values()).any(|asked| *asked != Asked::AnyOther)
    }
}

pub(super) fn acks(
    place: &Place<'_>,
    raw: Option<toml::Spanned<RawAcks>>,
    protect: &Table<Texts>,
    parties: &BTreeMap<String, Party>,
) -> Result<Acks, PolicyError> {
    let mut acks = Acks::default();
    let Some(raw) = raw else { return Ok(acks) };
    let table = match raw.get_ref() {
        RawAcks::Table(_) => raw.into_inner(),
        _ => {
            acks.default = asked(place, "gate.acks", raw, parties)?;
            return Ok(acks);
        }
    };
    let RawAcks::Table(table) = table else { return Ok(acks) };
    for (key, value) in table {
        let name = key.get_ref();
        let asked = asked(place, &format!("gate.acks.{name}"), value, parties)?;
        if name == "default" {
            acks.default = asked;
        } else {
            known_class(place, "gate.acks", &key, protect, &["default"])?;
            acks.classes.insert(name.clone(), asked);
        }
    }
    Ok(acks)
}

fn asked(
    place: &Place<'_>,
    key: &str,
    raw: toml::Spanned<RawAcks>,
    parties: &BTreeMap<String, Party>,
) -> Result<Asked, PolicyError> {
    let at = raw.span().start;
    let names = match raw.into_inner() {
        RawAcks::Word(word) => {
            let choices = [("any-other", Asked::AnyOther), ("all-others", Asked::AllOthers)];
            return choice(place, at, &format!("choice for `{key}`"), &word, &choices).map_err(|error| {
                let help = nearest(&word, ACKS.iter().copied());
                let help = help.unwrap_or_else(|| format!("one of: {}, or a list of parties", ACKS.join(", ")));
                PolicyError { help: Some(help), ..error }
            });
        }
        RawAcks::Names(names) => names,
        RawAcks::Table(_) => return Err(place.error(at, format!("`{key}` is a word or a list of parties"))),
    };
    if names.is_empty() {
        let error = place.error(at, format!("`{key}` names nobody, so no gate could ever be ACKed"));
        return Err(error.with_help("name the parties that have to ACK, or say \"all-others\""));
    }
    let mut known: Vec<String> = Vec::new();
    for name in &names {
        let party = known_party(place, key, name, parties)?;
        if known.contains(&party) {
            return Err(place.error(name.span().start, format!("`{key}` names `{party}` twice")));
        }
        known.push(party);
    }
    Ok(Asked::Named(known))
}

#[cfg(test)]
mod tests {
    use super::super::validate::tests::{complete, failure, policy};
    use super::*;

    #[test]
    fn whose_ack_is_asked_for_by_class() {
        let named = |names: &[&str]| Asked::Named(names.iter().map(|name| (*name).to_owned()).collect());
        for (written, adapter, schema, each) in [
            ("", Asked::AnyOther, Asked::AnyOther, false),
            ("[gate]\nacks = \"any-other\"", Asked::AnyOther, Asked::AnyOther, false),
            ("[gate]\nacks = \"all-others\"", Asked::AllOthers, Asked::AllOthers, true),
            ("[gate]\nacks = [\"CCC\", \"AgentOS\"]", named(&["CCC", "AgentOS"]), named(&["CCC", "AgentOS"]), true),
            ("[gate]\nacks = { schema = \"all-others\" }", Asked::AnyOther, Asked::AllOthers, true),
            ("[gate]\nacks = { default = [\"CCC\"], schema = \"any-other\" }", named(&["CCC"]), Asked::AnyOther, true),
            ("[gate.acks]\ndefault = \"any-other\"\npolicy = [\"CCC\"]", Asked::AnyOther, Asked::AnyOther, true),
        ] {
            let acks = policy(&complete(&format!("{written}\n"))).acks;
            assert_eq!(
                (acks.of("adapter"), acks.of("schema"), acks.count_each()),
                (&adapter, &schema, each),
                "{written}"
            );
        }
    }

    #[test]
    fn what_asks_nobody_or_a_stranger_is_refused_with_its_line() {
        for (written, message) in [
            ("acks = []", "`gate.acks` names nobody"),
            ("acks = [\"CCCC\"]", "`gate.acks` is `CCCC`, which `[parties]` does not name"),
            ("acks = [\"CCP\"]", "`gate.acks` is `CCP`, which"),
            ("acks = [\"CCC\", \"CCC\"]", "names `CCC` twice"),
            ("acks = \"all-other\"", "unknown choice for `gate.acks` `all-other`"),
            ("acks = \"CCC\"", "unknown choice for `gate.acks` `CCC`"),
            ("acks = true", "invalid type"),
            ("acks = [1]", "invalid type"),
            ("acks = { schema = [] }", "`gate.acks.schema` names nobody"),
            ("acks = { schema = { a = \"any-other\" } }", "`gate.acks.schema` is a word or a list"),
            ("acks = { shema = \"all-others\" }", "`gate.acks` names an unknown class `shema`"),
            ("acks = { parties = \"all-others\" }", "`gate.acks` names an unknown class `parties`"),
            ("ack = \"all-others\"", "unknown key `ack`"),
        ] {
            let text = complete(&format!("[gate]\n{written}\n"));
            let error = failure(&text);
            assert!(error.message.contains(message), "{written}: {error}");
            assert_eq!(text.lines().nth(error.line - 1), Some(written), "{written}: {error}");
        }
    }
}
