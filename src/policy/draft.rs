//! A policy file as it is first written, with comments that say what may be changed.

use super::{POLICY_CLASS, Policy, Reading, Source};

/// What a first `ackgate.toml` says; all else stays as it is without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose repository this is.
    pub party: String,
    /// The log's path in its owner's repository.
    pub log_path: String,
    /// The party whose repository holds the log.
    pub owner: String,
    /// All parties.
    pub parties: Vec<DraftParty>,
    /// Globs by class, without the policy files themselves, which always are of theirs.
    pub protect: Vec<(String, Vec<String>)>,
    /// What a session must read; `None` to leave it to the profile.
    pub reading: Option<Vec<Vec<String>>>,
    /// Globs of features and the command that checks their steps; `None` where none are asked for.
    pub bdd: Option<(Vec<String>, Option<String>)>,
    /// Documents that a slice updates.
    pub docs: Vec<String>,
    /// The built-in profile that all this comes from.
    pub profile: Option<&'static str>,
}

/// A party, as far as a first policy knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftParty {
    /// Its name.
    pub name: String,
    /// Names in log headings.
    pub aliases: Vec<String>,
    /// Names of its repositories.
    pub repositories: Vec<String>,
    /// Whether the name is only a blank to be filled in.
    pub placeholder: bool,
}

impl Draft {
    /// What a built-in profile says, so that writing it down changes nothing. `None` where it names a path that no
    /// TOML can hold; those of this program never do.
    pub fn of(policy: &Policy) -> Option<Draft> {
        let text = |path: &crate::change::RepoPath| path.to_str().map(str::to_owned);
        let one_of = |reading: &Reading| reading.one_of.iter().map(text).collect::<Option<Vec<_>>>();
        let reading = match &policy.session.reading {
            Some(all) => Some(all.iter().map(one_of).collect::<Option<Vec<_>>>()?),
            None => None,
        };
        let mut protect: Vec<_> =
            policy.protect.classes().map(|(class, globs)| (class.to_owned(), globs.to_vec())).collect();
        protect.retain(|(class, _)| class != POLICY_CLASS);
        Some(Draft {
            party: policy.party.clone(),
            log_path: text(&policy.log.path)?,
            owner: policy.log.owner.clone(),
            parties: policy.parties.values().map(DraftParty::of).collect(),
            protect,
            reading,
            bdd: policy.bdd.as_ref().map(|bdd| (bdd.written.clone(), bdd.check.clone())),
            docs: policy.docs.iter().map(text).collect::<Option<Vec<_>>>()?,
            profile: match policy.source {
                Source::Profile(name) => Some(name),
                Source::File { .. } => None,
            },
        })
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        let mut out = String::from(HEAD);
        if let Some(profile) = self.profile {
            out.push_str(&format!("# It says what the built-in profile `{profile}` says, until you change it.\n"));
        }
        out.push_str(&format!(
            "version = 1\n\n# Whose repository this is: one of [parties].\nparty = {}\n\n\
             # The chat log: the one record that both parties write, kept in its owner's repository.\n\
             [log]\npath = {}\nowner = {}\n",
            text(&self.party),
            text(&self.log_path),
            text(&self.owner)
        ));
        if self.owner != self.party {
            out.push_str(ELSEWHERE);
        }
        out.push_str(PARTIES);
        for party in &self.parties {
            party.write(&mut out);
        }
        out.push_str(PROTECT);
        for (class, globs) in &self.protect {
            out.push_str(&format!("{class} = {}\n", texts(globs)));
        }
        out.push_str(REST);
        if let Some(reading) = &self.reading {
            out.push_str(READING);
            for one_of in reading {
                let item = match one_of.as_slice() {
                    [path] => text(path),
                    paths => texts(paths),
                };
                out.push_str(&format!("  {item},\n"));
            }
            out.push_str("]\n");
        }
        if let Some((features, check)) = &self.bdd {
            out.push_str(&format!("{BDD}features = {}\n", texts(features)));
            check.iter().for_each(|check| out.push_str(&format!("check = {}\n", text(check))));
        }
        if !self.docs.is_empty() {
            out.push_str(&format!("{DOCS}update = {}\n", texts(&self.docs)));
        }
        out
    }
}

impl DraftParty {
    /// A party of another policy.
    pub fn of(party: &super::Party) -> DraftParty {
        DraftParty {
            name: party.name.clone(),
            aliases: party.aliases.clone(),
            repositories: party.repositories.clone(),
            placeholder: false,
        }
    }

    fn write(&self, out: &mut String) {
        if self.placeholder {
            out.push_str("# TO FILL IN: the other party's own name, and its repository's.\n");
        }
        out.push_str(&format!("[parties.{}]\n", key(&self.name)));
        out.push_str(&format!("aliases = {}\n", texts(&self.aliases)));
        out.push_str(&format!("repositories = {}\n", texts(&self.repositories)));
    }
}

const HEAD: &str = "\
# Which changes to this repository need the other party's ACK in the log, and how ackgate finds that log.
# The commit before a change is what counts: edits to this file hold from the commit after them on, and need an ACK.
";

const ELSEWHERE: &str = "\
# Looked for in a folder beside this repository that is named like one of the owner's. If it is elsewhere, one of:
# repo = \"../path/to/its/repository\"
# url = \"git@example.org:them/repository.git\"
# Read at its origin/HEAD, else its HEAD, unless you say:
# ref = \"origin/main\"
";

const PARTIES: &str = "
# The two sides. Headings of log entries start with an alias; `repositories` are names of folders, and the first is what
# signatures name, so both parties' files should agree on it.
# Also: emails = [\"*@example.org\"], keys = [\"ssh-ed25519 AAAA…\"], or a file of keys, allowed_signers = \"FILE\" or
# bundle = \"PUBKEYS.json\", which [ack] may ask for.
";

const PROTECT: &str = "
# Paths that only change under an ACKed gate, by class: globs from this folder; `dir/**` is all below a folder.
# This file itself is always protected.
[protect]
";

const REST: &str = "
# How much an ACK must prove: \"declared\" (its heading names the other party), \"authored\" (the commit that brought it is
# by that party's `emails`), or \"signed\" (it carries an SSH signature by one of that party's `keys`). By class:
# { default = \"declared\", schema = \"signed\" }
[ack]
require = \"declared\"

# Which gate counts: \"latest\" of the log, or \"latest-covering\" the path.
[gate]
select = \"latest\"

# Who may let a commit pass without an ACK in an emergency, signed and with a reason: OpenSSH public keys; nobody, unless
# you say (`verify-gate explain AG115`).
# [override]
# keys = [\"ssh-ed25519 AAAA…\"]

# Severities of rules, by name: \"error\", \"warning\" or \"off\"; `verify-gate rules` lists them.
# [rules]
# gate-expired = \"warning\"
";

const READING: &str = "
# What every session reads before it plans, besides the log; of a list in the list, one will do.
[session]
reading = [
";

const BDD: &str = "
# A slice that changes an adapter touches a feature; `handoff` runs the check, which fails where a step is not defined.
[bdd]
";

const DOCS: &str = "
# What a slice updates, or its handoff says needs nothing: the README, and your SOP and operator guide.
[docs]
";

fn texts(all: &[String]) -> String {
    format!("[{}]", all.iter().map(|one| text(one)).collect::<Vec<_>>().join(", "))
}

/// A name as a key of TOML.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { text(name) }
}

/// A basic string of TOML. What reorders or hides text is escaped too: a reader of the file is to see what it says.
pub(super) fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || crate::report::is_invisible(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Fit, choose, parse};
    use super::*;
    use proptest::prelude::*;

    fn party(name: &str, aliases: &[&str], repositories: &[&str]) -> DraftParty {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        DraftParty { name: name.into(), aliases: owned(aliases), repositories: owned(repositories), placeholder: false }
    }

    fn draft(name: &str) -> Draft {
        Draft {
            party: name.into(),
            log_path: "docs/log.md".into(),
            owner: "The other".into(),
            parties: vec![party(name, &[], &[]), party("The other", &[], &["other"])],
            protect: vec![("adapter".into(), Vec::new())],
            reading: None,
            bdd: None,
            docs: Vec::new(),
            profile: None,
        }
    }

    #[test]
    fn writing_a_profile_down_changes_nothing() {
        for (holds_log, holds_contract) in [(true, false), (false, true)] {
            let Fit::One(profile) = choose(holds_log, holds_contract).unwrap() else { panic!("no profile") };
            let text = Draft::of(&profile).unwrap().to_toml();
            let written = parse(text.as_bytes(), "ackgate.toml").unwrap();
            assert!(written.members.is_empty());
            let written = written.policy.unwrap();
            assert_eq!(written.source, Source::File { path: "ackgate.toml".into() });
            let same = Policy { source: profile.source.clone(), ..written };
            assert_eq!(format!("{same:?}"), format!("{profile:?}"));
        }
    }

    #[test]
    fn names_that_toml_would_misread_are_escaped() {
        for name in ["a\"b", "a.b", "a]\nversion = 2", "\\u0041", "it's", "Größe 👍", "a\u{202e}b\u{7f}", "#x"] {
            let text = draft(name).to_toml();
            let policy = parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
            assert_eq!(policy.party, name);
            assert!(policy.parties.contains_key(name));
        }
    }

    #[test]
    fn every_comment_that_shows_a_setting_shows_one_that_holds() {
        let text = draft("This").to_toml();
        let shown: Vec<_> = ["# repo =", "# ref =", "# [rules]", "# gate-expired"]
            .into_iter()
            .map(|start| text.lines().find(|line| line.starts_with(start)).unwrap())
            .collect();
        let mut with = text.clone();
        for line in shown {
            with = with.replace(line, line.trim_start_matches("# "));
        }
        assert_ne!(with, text);
        parse(with.as_bytes(), "ackgate.toml").unwrap();
    }

    proptest! {
        #[test]
        fn any_glob_comes_back_as_it_was(globs in proptest::collection::vec("[a-z\"'\n\t 0-9é\u{202e}]{1,9}", 0..3)) {
            let written = Draft { protect: vec![("adapter".into(), globs.clone())], ..draft("This") }.to_toml();
            let policy = parse(written.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
            let read: Vec<_> = policy.protect.classes().find(|(class, _)| *class == "adapter").unwrap().1.to_vec();
            prop_assert_eq!(read, globs);
        }
    }
}
