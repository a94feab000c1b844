//! The one list of what may stand in an `ackgate.toml`: its JSON Schema and `--explain-config` are made of it, and a test
//! holds it against what is read.

use crate::log::FORMAT_NAMES;

/// A key of the file.
pub(super) struct Setting {
    /// From the root, `.` between tables; `*` for a name that the file chooses.
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    /// One sentence.
    pub(super) about: &'static str,
    pub(super) unset: Unset,
    /// How a file loosens here the baseline that it extends.
    pub(super) looser: Looser,
}

/// What, of a file's own values, lets pass what its baseline would not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looser {
    /// Nothing: it can only add, or is the file's own matter.
    Nothing,
    /// A word that comes before the baseline's in this list.
    Before(&'static [&'static str]),
    /// What the baseline does not have.
    More,
    /// That something is missing which the baseline has.
    Fewer,
    /// That it asks for the ACKs of fewer parties.
    FewerAcks,
    /// Whatever differs from what the baseline says; where it says nothing, it leaves the choice.
    Otherwise,
    /// Whatever differs, from its saying nothing too.
    Any,
}

/// What a value looks like.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// The number 1.
    Version,
    Text,
    /// A path below the policy's folder, to the letter.
    Path,
    Texts,
    /// Hexadecimal, of one of these lengths.
    Hex(&'static [usize]),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A level, or a table of levels.
    Require,
    /// Whose ACK is needed, or a table of that by class.
    Acks,
    /// Texts, or texts of which one will do.
    Reading,
    /// Codes or names of rules.
    Rules,
    /// The severity of a rule.
    Severity,
}

/// What counts where the file says nothing.
#[derive(Clone, Copy)]
pub(super) enum Unset {
    /// It has to be said.
    Never,
    /// This value, as TOML.
    Value(&'static str),
    /// No value; in words, what happens then.
    Words(&'static str),
}

/// How much an ACK can prove, weakest first.
pub(super) const LEVELS: &[&str] = &["declared", "authored", "signed"];
/// What a rule may weigh.
pub(super) const SEVERITIES: &[&str] = &["error", "warning", "off"];
/// The same with what some rules have by themselves, weakest first.
const WEIGHTS: &[&str] = &["off", "note", "warning", "error"];
/// Which gate counts, the one that opens more first.
const SELECTS: &[&str] = &["latest-covering", "latest"];

/// Whose ACK is needed.
pub(super) const ACKS: &[&str] = &["any-other", "all-others"];

/// What may stand in the file, in the order in which it is best written.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        key: "version",
        kind: Kind::Version,
        about: "The version of this format.",
        unset: Unset::Never,
        looser: Looser::Nothing,
    },
    path(
        "extends.file",
        "The snapshot of a baseline that counts where this file says nothing.",
        Unset::Words("nothing is extended"),
    ),
    hex("extends.sha256", "The SHA-256 of that snapshot, in hexadecimal.", &[64]),
    text(
        "extends.git",
        "The repository that the snapshot comes from: a record for `extends update`.",
        Unset::Words("none"),
    ),
    hex("extends.rev", "The commit there, in full.", &[40, 64]),
    path("extends.path", "The file there.", Unset::Words("none")),
    texts("baseline.forbid", "In a baseline: settings that a file which extends it may not loosen; `*` is all.", NONE),
    texts("baseline.allow", "In a baseline: settings of these that it may loosen after all.", NONE),
    text("party", "Whose repository this is: one of `[parties]`.", Unset::Never).looser(Looser::Otherwise),
    path("log.path", "The log, in the repository of its owner.", Unset::Never).looser(Looser::Otherwise),
    text("log.owner", "The party whose repository holds the log.", Unset::Never).looser(Looser::Otherwise),
    text(
        "log.repo",
        "Where the owner's repository is, relative to this one's root.",
        Unset::Words("ACKGATE_LOG_REPO, else a folder beside this repository that is named like one of the owner's"),
    )
    .looser(Looser::Otherwise),
    text("log.url", "Where the owner's repository is fetched from.", Unset::Words("nothing is fetched"))
        .looser(Looser::Otherwise),
    text("log.ref", "The ref that the log is read at.", Unset::Words("origin/HEAD where there is one, else HEAD"))
        .looser(Looser::Otherwise),
    Setting {
        key: "log.format",
        kind: Kind::Choice(FORMAT_NAMES),
        about: "How the log's entries are written.",
        unset: Unset::Value("\"headings\""),
        looser: Looser::Otherwise,
    },
    texts("parties.*.aliases", "Names that start headings of its entries, beside its own.", NONE).looser(Looser::Any),
    texts("parties.*.repositories", "Names of its repositories; signatures name the first.", NONE).looser(Looser::Any),
    texts("parties.*.emails", "Who commits for it: addresses, each with one `*` at most.", NONE).looser(Looser::More),
    texts("parties.*.keys", "OpenSSH public keys that sign its ACKs.", NONE).looser(Looser::More),
    path("parties.*.allowed_signers", "A file of its keys, as ssh-keygen(1) has it.", Unset::Words("none"))
        .looser(Looser::More),
    path("parties.*.bundle", "A key bundle (`PUBKEYS.json`) of its keys.", Unset::Words("none")).looser(Looser::More),
    Setting {
        key: "parties.*.require",
        kind: Kind::Choice(LEVELS),
        about: "What its own ACKs must prove at least.",
        unset: Unset::Words("what `ack.require` asks for"),
        looser: Looser::Before(LEVELS),
    },
    texts("protect.*", "Globs of protected paths, by class; `dir/**` is all below a folder.", NONE),
    Setting {
        key: "ack.require",
        kind: Kind::Require,
        about: "How much an ACK must prove: declared, authored or signed; or a table of levels by class, with `default` and `parties`.",
        unset: Unset::Value("\"declared\""),
        looser: Looser::Before(LEVELS),
    },
    texts("ack.committers", "Addresses of services that commit for people.", NONE).looser(Looser::More),
    Setting {
        key: "gate.select",
        kind: Kind::Choice(&["latest", "latest-covering"]),
        about: "Which gate counts: the latest of the log, or the latest that covers the path.",
        unset: Unset::Value("\"latest\""),
        looser: Looser::Before(SELECTS),
    },
    Setting {
        key: "gate.acks",
        kind: Kind::Acks,
        about: "Whose ACK a gate needs: that of any other party, of all others, or of each in a list; or a table of these by class, with `default`.",
        unset: Unset::Value("\"any-other\""),
        looser: Looser::FewerAcks,
    },
    texts("contract.flat", "Globs of contracts whose keys must be flat (AG302).", Unset::Value("[\"**\"]"))
        .looser(Looser::Fewer),
    texts("contract.retired", "Globs of contracts that may be removed.", NONE).looser(Looser::More),
    Setting {
        key: "session.reading",
        kind: Kind::Reading,
        about: "What every session reads; of a list in the list, one will do.",
        unset: Unset::Words("the protocol's list"),
        looser: Looser::Fewer,
    },
    Setting {
        key: "session.push",
        kind: Kind::Rules,
        about: "Rules about sessions and slices that are also asked for at push and receive.",
        unset: NONE,
        looser: Looser::Fewer,
    },
    texts("session.validation", "Commands that `validate` runs where neither plan nor gate has a matrix.", NONE)
        .looser(Looser::Fewer),
    texts(
        "bdd.features",
        "Globs of features: a change to an adapter touches one (AG503).",
        Unset::Words("none are asked for"),
    )
    .looser(Looser::Otherwise),
    text(
        "bdd.check",
        "The command that fails where a step is not defined; only `handoff` runs it.",
        Unset::Words("none is run"),
    )
    .looser(Looser::Otherwise),
    texts("docs.update", "Documents that a slice touches or says to need nothing (AG504).", NONE).looser(Looser::Fewer),
    texts("override.keys", "OpenSSH public keys that may sign an emergency override (AG115).", NONE)
        .looser(Looser::More),
    texts(
        "licence.verifier",
        "The program that `licence --config FILE` asks about signatures, and its arguments.",
        Unset::Words("signatures are checked by ackgate"),
    ),
    Setting {
        key: "rules.*",
        kind: Kind::Severity,
        about: "The severity of a rule, by name or code.",
        unset: Unset::Words("what the rule has by itself"),
        looser: Looser::Before(WEIGHTS),
    },
    texts("workspace.members", "Folders of a monorepo with policies of their own.", NONE).looser(Looser::More),
];

const NONE: Unset = Unset::Value("[]");

const fn text(key: &'static str, about: &'static str, unset: Unset) -> Setting {
    Setting { key, kind: Kind::Text, about, unset, looser: Looser::Nothing }
}

const fn path(key: &'static str, about: &'static str, unset: Unset) -> Setting {
    Setting { key, kind: Kind::Path, about, unset, looser: Looser::Nothing }
}

const fn texts(key: &'static str, about: &'static str, unset: Unset) -> Setting {
    Setting { key, kind: Kind::Texts, about, unset, looser: Looser::Nothing }
}

const fn hex(key: &'static str, about: &'static str, lengths: &'static [usize]) -> Setting {
    Setting { key, kind: Kind::Hex(lengths), about, unset: Unset::Words("none"), looser: Looser::Nothing }
}

impl Setting {
    const fn looser(self, looser: Looser) -> Setting {
        Setting { looser, ..self }
    }

    /// What counts where no file says anything.
    pub(super) fn default(&self) -> Option<&'static str> {
        match self.unset {
            Unset::Value(value) => Some(value),
            Unset::Never | Unset::Words(_) => None,
        }
    }
}
