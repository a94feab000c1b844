//! `ackgate.toml` as it is written: shape only, every value with its place. `validate` says what it means.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

/// A text with its place.
pub(super) type Text = Spanned<String>;
/// Texts with their places.
pub(super) type Texts = Vec<Text>;
/// A table with free keys.
pub(super) type Table<T> = BTreeMap<Text, T>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct RawDocument {
    #[serde(rename = "version")]
    pub(super) _version: Option<IgnoredAny>,
    /// Read before all else, by itself.
    #[serde(rename = "extends")]
    pub(super) _extends: Option<RawExtends>,
    pub(super) baseline: Option<Spanned<RawBaseline>>,
    pub(super) party: Option<Text>,
    pub(super) log: Option<Spanned<RawLog>>,
    pub(super) parties: Option<Spanned<Table<RawParty>>>,
    pub(super) protect: Option<Table<Texts>>,
    pub(super) ack: Option<RawAck>,
    pub(super) gate: Option<RawGate>,
    pub(super) contract: Option<RawContract>,
    pub(super) session: Option<RawSession>,
    pub(super) bdd: Option<Spanned<RawBdd>>,
    pub(super) docs: Option<RawDocs>,
    #[serde(rename = "override")]
    pub(super) overrides: Option<RawOverride>,
    pub(super) licence: Option<RawLicence>,
    pub(super) rules: Option<Table<Text>>,
    pub(super) workspace: Option<RawWorkspace>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct RawExtends {
    pub(super) file: Option<Text>,
    pub(super) sha256: Option<Text>,
    pub(super) git: Option<Text>,
    pub(super) rev: Option<Text>,
    pub(super) path: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawBaseline {
    pub(super) forbid: Texts,
    pub(super) allow: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct RawLog {
    pub(super) path: Option<Text>,
    pub(super) owner: Option<Text>,
    pub(super) repo: Option<Text>,
    pub(super) url: Option<Text>,
    #[serde(rename = "ref")]
    pub(super) reference: Option<Text>,
    pub(super) format: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawParty {
    pub(super) aliases: Texts,
    pub(super) repositories: Texts,
    pub(super) emails: Texts,
    pub(super) keys: Texts,
    pub(super) allowed_signers: Option<Text>,
    pub(super) bundle: Option<Text>,
    pub(super) require: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawAck {
    pub(super) require: Option<Spanned<RawRequire>>,
    pub(super) committers: Texts,
}

/// A level, or a table of them.
#[derive(Debug)]
pub(super) enum RawRequire {
    Level(String),
    Table(Table<Spanned<RawRequire>>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawGate {
    pub(super) select: Option<Text>,
    pub(super) acks: Option<Spanned<RawAcks>>,
}

/// Whose ACK is asked for: a word, a list of parties, or a table of these.
#[derive(Debug)]
pub(super) enum RawAcks {
    Word(String),
    Names(Texts),
    Table(Table<Spanned<RawAcks>>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawContract {
    pub(super) flat: Option<Texts>,
    pub(super) retired: Texts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawSession {
    pub(super) reading: Option<Vec<Spanned<OneOf>>>,
    pub(super) push: Texts,
    pub(super) validation: Texts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawBdd {
    pub(super) features: Texts,
    pub(super) check: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawDocs {
    pub(super) update: Texts,
}

/// One text, or several of which one will do.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a path, or several of which one will do")]
pub(super) enum OneOf {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawOverride {
    pub(super) keys: Texts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawLicence {
    pub(super) verifier: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(super) struct RawWorkspace {
    pub(super) members: Texts,
}

impl<'de> Deserialize<'de> for RawRequire {
    /// By hand: serde's untagged enums lose the places of what is inside.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawRequire;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a level (declared, authored, signed) or a table of levels")
            }

            fn visit_str<E>(self, level: &str) -> Result<RawRequire, E> {
                Ok(RawRequire::Level(level.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRequire, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(RawRequire::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for RawAcks {
    /// By hand, as [`RawRequire`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = RawAcks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"any-other\", \"all-others\", a list of parties, or a table of these by class")
            }

            fn visit_str<E>(self, word: &str) -> Result<RawAcks, E> {
                Ok(RawAcks::Word(word.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<RawAcks, A::Error> {
                Texts::deserialize(SeqAccessDeserializer::new(names)).map(RawAcks::Names)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawAcks, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(RawAcks::Table)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
