//! `[parties]`: read so that every name in a log means one party at most.

use std::collections::BTreeMap;

use super::error::Place;
use super::raw::{RawParty, Table, Text, Texts};
use super::validate::{level, relative_path};
use super::{EmailPattern, Party, PolicyError, fold};
use crate::change::RepoPath;
use crate::proof::public_key;

pub(super) fn parties(place: &Place<'_>, raw: Table<RawParty>) -> Result<BTreeMap<String, Party>, PolicyError> {
    let mut all = BTreeMap::new();
    let mut owners = Owners::default();
    for (key, raw) in raw {
        if fold::name(key.get_ref()).is_empty() || key.get_ref().trim() != key.get_ref() {
            return Err(place.error(key.span().start, "a party's name is empty or has white space around it"));
        }
        owners.claim(place, &key, &raw)?;
        let party = party(place, key.get_ref(), raw)?;
        all.insert(key.into_inner(), party);
    }
    Ok(all)
}

/// Addresses of people or services.
pub(super) fn emails(place: &Place<'_>, texts: &Texts) -> Result<Vec<EmailPattern>, PolicyError> {
    let read = |text: &Text| {
        EmailPattern::parse(text.get_ref()).map_err(|why| place.error(text.span().start, format!("`{text}` {why}")))
    };
    texts.iter().map(read).collect()
}

/// OpenSSH public keys that can prove something.
pub(super) fn keys(place: &Place<'_>, texts: &Texts) -> Result<Vec<String>, PolicyError> {
    for text in texts {
        public_key(text.get_ref()).map_err(|why| {
            let error = place.error(text.span().start, format!("`{text}` {why}"));
            error.with_help("one line as in id_ed25519.pub: `ssh-ed25519 AAAA…`")
        })?;
    }
    Ok(texts.iter().map(|text| text.get_ref().clone()).collect())
}

/// Which party a folded name means, and how it got it.
#[derive(Default)]
struct Owners {
    names: BTreeMap<String, (String, &'static str)>,
    emails: BTreeMap<String, String>,
}

impl Owners {
    /// An error where another party has one of the names. Aliases and repositories share one room: `CCC: docs/x` in
    /// a gate may be either.
    fn claim(&mut self, place: &Place<'_>, key: &Text, raw: &RawParty) -> Result<(), PolicyError> {
        let own = std::iter::once((key, "name"));
        let aliases = raw.aliases.iter().map(|alias| (alias, "alias"));
        let repositories = raw.repositories.iter().map(|repository| (repository, "repository"));
        for (text, what) in own.chain(aliases).chain(repositories) {
            let offset = text.span().start;
            let folded = fold::name(text.get_ref());
            if folded.is_empty() {
                return Err(place.error(offset, format!("an {what} of `{key}` is empty").replace("an repo", "a repo")));
            }
            let claimed = self.names.entry(folded).or_insert_with(|| (key.get_ref().clone(), what));
            if claimed.0 != *key.get_ref() {
                let (other, as_what) = claimed;
                let message = format!("`{text}`, {what} of party `{key}`, is also {as_what} of party `{other}`");
                return Err(place.error(offset, message).with_help("a name must mean one party"));
            }
        }
        for text in &raw.emails {
            let owner = self.emails.entry(text.get_ref().to_lowercase()).or_insert_with(|| key.get_ref().clone());
            if owner != key.get_ref() {
                let message = format!("`{text}` is of party `{key}` and of party `{owner}`");
                return Err(place.error(text.span().start, message));
            }
        }
        Ok(())
    }
}

fn party(place: &Place<'_>, name: &str, raw: RawParty) -> Result<Party, PolicyError> {
    for text in &raw.repositories {
        let repository = text.get_ref();
        let odd = |c: char| matches!(c, '/' | '\\' | ':' | '@') || c.is_whitespace() || c.is_control();
        if repository.contains(odd) || matches!(repository.as_str(), "." | "..") {
            let error = place.error(text.span().start, format!("`{repository}` is no repository's name"));
            return Err(error.with_help("the name of its folder, without path or address"));
        }
    }
    let mut aliases: Vec<_> = raw.aliases.iter().map(|alias| alias.get_ref().clone()).collect();
    if !aliases.iter().any(|alias| fold::name(alias) == fold::name(name)) {
        aliases.insert(0, name.to_owned());
    }
    let file = |text: Option<Text>| match text {
        None => Ok(None),
        Some(text) => relative_path(text.get_ref())
            .map(|()| Some(RepoPath::from(text.get_ref().as_str())))
            .map_err(|why| place.error(text.span().start, format!("`{text}` {why}"))),
    };
    Ok(Party {
        name: name.to_owned(),
        aliases,
        repositories: raw.repositories.into_iter().map(toml::Spanned::into_inner).collect(),
        emails: emails(place, &raw.emails)?,
        keys: keys(place, &raw.keys)?,
        allowed_signers: file(raw.allowed_signers)?,
        bundle: file(raw.bundle)?,
        require: raw.require.map(|text| level(place, text.span().start, text.get_ref())).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::validate::tests::{complete, failure, policy};
    use super::super::{Level, PolicyError};
    use crate::change::RepoPath;

    fn with(ccc: &str) -> String {
        complete("").replace("[parties.CCC]\n", &format!("[parties.CCC]\n{ccc}\n"))
    }

    #[test]
    fn a_party_has_all_its_keys() {
        let text = with(
            "aliases = [\"CCP\"]\nrepositories = [\"ClaudeCodeProxy\"]\nemails = [\"*@ccc.example\"]\n\
             keys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ccc\"]\n\
             allowed_signers = \"k/signers\"\nbundle = \"k/B.json\"\nrequire = \"signed\"",
        );
        let policy = policy(&text);
        let party = policy.party("CCC").unwrap();
        assert_eq!(party.aliases, ["CCC", "CCP"]);
        assert_eq!(
            party.keys,
            ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ccc"]
        );
        assert_eq!(party.allowed_signers, Some(RepoPath::from("k/signers")));
        assert_eq!(party.bundle, Some(RepoPath::from("k/B.json")));
        for file in ["k/signers", "k/B.json", "K/b.json", "k"] {
            assert_eq!(policy.protect.class_of(&RepoPath::from(file), &[]), Some("policy"), "{file}");
        }
        assert!(party.has_email("x@CCC.example") && !party.has_email("x@agentos.example"));
        assert_eq!(policy.ack.level_for("adapter", "CCC"), Level::Signed);
        assert_eq!(policy.ack.level_for("adapter", "AgentOS"), Level::Declared);
        assert_eq!(policy.repository_party("ClaudeCodeProxy").unwrap().name, "CCC");
        assert!(policy.repository_party("claudecodeproxy").is_none());
    }

    #[test]
    fn a_name_means_one_party() {
        for (ccc, message) in [
            ("aliases = [\"agentos\"]", "is also"),
            ("aliases = [\" AGENTOS \\t Executor\"]", "is also"),
            ("repositories = [\"AgentOS\"]", "is also"),
            ("aliases = [\"\"]", "is empty"),
            ("aliases = [\" \"]", "is empty"),
            ("repositories = [\"\"]", "is empty"),
            ("repositories = [\"../x\"]", "no repository's name"),
            ("emails = [\"*\"]", "no e-mail"),
            ("keys = [\"AAAA\"]", "no public key"),
            ("keys = [\"ssh-ed25519 AAAA\"]", "no public key"),
            ("bundle = \"../x\"", "`..`"),
            ("require = \"sworn\"", "unknown level"),
            ("alias = [\"x\"]", "unknown key `alias`"),
        ] {
            let PolicyError { message: said, line, .. } = failure(&with(ccc));
            assert!(said.contains(message), "{ccc}: {said}");
            assert!(line > 5, "{ccc}: {line}");
        }
        policy(&with("aliases = [\"CCC\", \"ccc\"]\nrepositories = [\"CCC\"]"));
    }
}
