//! The policy: who the parties are, where the log is, what is protected and how much an ACK must prove.
//!
//! Bytes of an `ackgate.toml` go in ([`parse`]), or none at all ([`choose`] a built-in profile); a [`Policy`] comes
//! out whose every value has been checked. The only room that knows TOML and globs.

mod acks;
pub mod adoption;
mod classes;
mod draft;
mod error;
mod explained;
mod extends;
mod fold;
mod glob;
mod identity;
mod levels;
mod parties;
mod pattern;
mod profile;
mod protect;
mod raw;
mod reach;
mod reader;
mod schema;
mod sections;
mod setting;
mod slices;
mod validate;
mod values;
mod workspace;

use std::collections::BTreeMap;

pub use acks::{Acks, Asked};
pub use draft::{Draft, DraftParty};
pub use error::PolicyError;
pub(crate) use error::nearest;
pub use explained::{Explained, Origin, explain};
pub use extends::{Deviation, Extends, Pinned, Record, Revision, Snapshot, Wanted};
pub use glob::GlobError;
pub use identity::EmailPattern;
pub use pattern::{Pattern, PatternError};
pub use profile::{CONTRACT_PATH, Fit, LOG_PATH, choose};
pub use protect::{POLICY_CLASS, POLICY_FILE, Protect, same_name};
pub use reach::Reach;
pub use schema::schema;
pub use sections::{Contract, Reading, Session};
pub use slices::Bdd;
pub use validate::{is_relative, parse, parse_extending, parse_verifier};
pub use workspace::{Governor, Member, Protected, Workspace};

use crate::change::RepoPath;
use crate::log::{Format, Speaker, Writers};

/// What a policy file holds.
#[derive(Debug, Clone)]
pub struct Document {
    /// The policy; `None` for a root that only names its workspace's members.
    pub policy: Option<Policy>,
    /// Folders of the workspace's members, without a trailing slash.
    pub members: Vec<String>,
}

/// A policy, checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where it was read.
    pub source: Source,
    /// The baseline that it extends, if it does.
    pub extends: Option<Extends>,
    /// Whose repository this is.
    pub party: String,
    /// The chat log.
    pub log: Log,
    /// All parties by name.
    pub parties: BTreeMap<String, Party>,
    /// The protected paths.
    pub protect: Protect,
    /// What an ACK must prove.
    pub ack: Ack,
    /// Which gate counts.
    pub select: Select,
    /// Whose ACK it needs.
    pub acks: Acks,
    /// What `[rules]` says, by code.
    pub severities: BTreeMap<&'static str, Setting>,
    /// `[contract]`.
    pub contract: Contract,
    /// `[session]`.
    pub session: Session,
    /// `[bdd]`; `None` where features are not asked for.
    pub bdd: Option<Bdd>,
    /// `[docs] update`: what a slice touches or says to need nothing, below the policy's folder.
    pub docs: Vec<RepoPath>,
    /// `[override] keys`: OpenSSH public keys that may sign an emergency override; none, no override.
    pub override_keys: Vec<String>,
    /// `[licence] verifier`, a program and its arguments. Never to be run from a tracked file that was found by
    /// itself: a clone must not choose what runs.
    pub verifier: Option<Vec<String>>,
}

impl Policy {
    /// What `[rules]` says about a rule, by code; `None` where it says nothing.
    pub fn severity_of(&self, code: &str) -> Option<Setting> {
        self.severities.get(code).copied()
    }

    /// What of it loosens the baseline that it extends.
    pub fn deviations(&self) -> &[Deviation] {
        self.extends.as_ref().map_or(&[], |extends| &extends.deviations)
    }

    /// Who writes in the log, and how, as its reader knows them.
    pub fn writers(&self) -> Writers {
        let speaker = |party: &Party| Speaker {
            name: party.name.clone(),
            aliases: party.aliases.clone(),
            repositories: party.repositories.clone(),
        };
        Writers { speakers: self.parties.values().map(speaker).collect(), format: self.log.format }
    }

    /// Whether this repository holds the log.
    pub fn is_log_owner(&self) -> bool {
        self.party == self.log.owner
    }

    /// A party by its name.
    pub fn party(&self, name: &str) -> Option<&Party> {
        self.parties.get(name)
    }

    /// The party that has a repository of this name, in its exact case.
    pub fn repository_party(&self, repository: &str) -> Option<&Party> {
        self.parties.values().find(|party| party.repositories.iter().any(|name| name == repository))
    }
}

/// Where a policy was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File {
        /// As the caller named it.
        path: String,
    },
    /// A built-in profile.
    Profile(&'static str),
}

/// Where the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its path in the owner's repository; in a workspace member, below the member's folder.
    pub path: RepoPath,
    /// The party whose repository holds it.
    pub owner: String,
    /// The owner's repository as a path relative to this repository's root.
    pub repo: Option<String>,
    /// The owner's repository as an address to fetch from.
    pub url: Option<String>,
    /// The ref to read it at (`ref`).
    pub reference: Option<String>,
    /// How its entries are written.
    pub format: Format,
}

/// A side of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name, the key of its table.
    pub name: String,
    /// Names in log headings; the party's own name is one.
    pub aliases: Vec<String>,
    /// Names of its repositories, the first of them the one that signatures name.
    pub repositories: Vec<String>,
    /// Who commits for it.
    pub emails: Vec<EmailPattern>,
    /// OpenSSH public keys.
    pub keys: Vec<String>,
    /// An `allowed_signers` file (`ssh-keygen(1)`), relative to the policy's folder.
    pub allowed_signers: Option<RepoPath>,
    /// A key bundle (`PUBKEYS.json`), relative to the policy's folder.
    pub bundle: Option<RepoPath>,
    /// What its own ACKs must prove at least.
    pub require: Option<Level>,
}

impl Party {
    /// Whether a commit by this e-mail address is by this party.
    pub fn has_email(&self, email: &str) -> bool {
        self.emails.iter().any(|pattern| pattern.matches(email))
    }
}

/// How much an ACK must prove, weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The heading names another party.
    #[default]
    Declared,
    /// The commit that brought it is by that party.
    Authored,
    /// It is signed.
    Signed,
}

/// `[ack]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ack {
    /// For classes that ask for nothing of their own.
    pub default: Level,
    /// By class.
    pub classes: BTreeMap<String, Level>,
    /// By the name of the party that ACKs.
    pub parties: BTreeMap<String, Level>,
    /// Services that commit for people.
    pub committers: Vec<EmailPattern>,
}

impl Ack {
    /// What an ACK by `party` must prove to open a path of `class`: the class's level, else the default, or the
    /// party's where that is stricter.
    pub fn level_for(&self, class: &str, party: &str) -> Level {
        let class = self.classes.get(class).copied().unwrap_or(self.default);
        let party = self.parties.get(party).copied().unwrap_or_default();
        class.max(party)
    }
}

/// Which gate counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Select {
    /// The log's latest.
    #[default]
    Latest,
    /// The latest that covers the path.
    LatestCovering,
}

/// A rule's severity as the policy sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Blocks.
    Error,
    /// Is shown.
    Warning,
    /// Is silent.
    Off,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_level_wins() {
        let ack = Ack {
            default: Level::Authored,
            classes: [("schema".into(), Level::Signed), ("adapter".into(), Level::Declared)].into(),
            parties: [("CCC".into(), Level::Authored)].into(),
            committers: Vec::new(),
        };
        for (class, party, level) in [
            ("schema", "AgentOS", Level::Signed),
            ("schema", "CCC", Level::Signed),
            ("licence", "AgentOS", Level::Authored),
            ("adapter", "AgentOS", Level::Declared),
            ("adapter", "CCC", Level::Authored),
        ] {
            assert_eq!(ack.level_for(class, party), level, "{class} {party}");
        }
        assert!(Level::Declared < Level::Authored && Level::Authored < Level::Signed);
    }
}
