//! What a party has read, as it is kept from session to session.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::handoff::Role;
use crate::log::Log;

/// What is kept in one work tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    version: u8,
    /// By the folder of the workspace's member; the root's own policy is the empty one.
    members: BTreeMap<String, Record>,
}

impl Default for Records {
    fn default() -> Self {
        Records { version: VERSION, members: BTreeMap::new() }
    }
}

const VERSION: u8 = 1;

impl Records {
    /// Reads what [`Records::text`] wrote.
    ///
    /// # Errors
    /// In words: what it is that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Records, String> {
        let records: Records = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match records.version {
            VERSION => Ok(records),
            other => Err(format!("its version is {other}, not {VERSION}")),
        }
    }

    /// The text to be kept.
    ///
    /// # Errors
    /// None that could be named: these are maps of text.
    pub fn text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| error.to_string())
    }

    /// What is kept for a member.
    pub fn of(&self, folder: &str) -> Option<&Record> {
        self.members.get(folder)
    }

    /// The same with this for a member.
    pub fn with(mut self, folder: &str, record: Record) -> Records {
        self.members.insert(folder.to_owned(), record);
        self
    }
}

/// What a party has read, and the session it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The session that was begun and not ended.
    pub open: Option<Open>,
    /// Documents, by path below the policy's folder.
    pub reading: BTreeMap<String, Read>,
    /// Digests of the log's entries.
    pub entries: Vec<String>,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// In what role.
    pub role: Role,
    /// On which slice.
    pub slice: Option<String>,
    /// When it began, in Unix seconds.
    pub since: i64,
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The id that git has for its content.
    pub id: String,
    /// When, in Unix seconds.
    pub at: i64,
}

impl Record {
    /// The log's entries that were not read yet, by index. An entry that was edited since is one of them, and so is a
    /// second one of the same words.
    pub fn unread(&self, log: &Log) -> Vec<usize> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        for digest in &self.entries {
            *known.entry(digest.as_str()).or_default() += 1;
        }
        let is_new = |digest: String| match known.get_mut(digest.as_str()) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            Some(_) | None => true,
        };
        let new: Vec<bool> = log.entries.iter().map(|entry| entry.digest()).map(is_new).collect();
        new.into_iter().enumerate().filter_map(|(index, is_new)| is_new.then_some(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> Log {
        crate::log::read(text, &crate::log::two_parties())
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let read = Read { id: "ab".to_owned(), at: 5 };
        let open = Open { role: Role::Planner, slice: Some("r4".to_owned()), since: 7 };
        let record =
            Record { open: Some(open), reading: [("a.md".to_owned(), read)].into(), entries: vec!["cd".into()] };
        let records = Records::default().with("projects/a", record.clone());
        let text = records.text().unwrap();
        assert_eq!(Records::parse(text.as_bytes()).unwrap(), records);
        assert_eq!((records.of("projects/a"), records.of("")), (Some(&record), None));
        assert!(text.contains("\"planner\""), "{text}");
    }

    #[test]
    fn a_damaged_record_is_told_from_an_empty_one() {
        for text in
            ["", "{", "{}", "{\"version\":2,\"members\":{}}", "{\"version\":1,\"members\":{},\"more\":1}", "\u{0}"]
        {
            assert!(Records::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(Records::parse(b"{\"version\":1,\"members\":{}}").unwrap(), Records::default());
    }

    #[test]
    fn new_entries_are_those_of_other_words_wherever_they_stand() {
        let before = log("## CCC\n\nx\n\n## AgentOS\n\ny\n");
        let record =
            Record { entries: before.entries.iter().map(crate::log::Entry::digest).collect(), ..Record::default() };
        for (text, new) in [
            ("## CCC\n\nx\n\n## AgentOS\n\ny\n", &[][..]),
            ("## CCC\n\nx\n\n## AgentOS\n\ny\n\n## CCC\n\nz\n", &[2]),
            ("## CCC\n\nz\n\n## CCC\n\nx\n\n## AgentOS\n\ny\n", &[0]),
            ("## CCC\n\nx, edited\n\n## AgentOS\n\ny\n", &[0]),
            // The same words once more.
            ("## CCC\n\nx\n\n## AgentOS\n\ny\n\n## CCC\n\nx\n", &[2]),
            ("", &[]),
        ] {
            assert_eq!(record.unread(&log(text)), new, "{text}");
        }
        assert_eq!(Record::default().unread(&before), [0, 1]);
    }
}
