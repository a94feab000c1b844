//! What a session has to read, and what has become of it since.

use crate::change::RepoPath;
use crate::markdown::{Body, parse, plain};
use crate::policy::{Fit, Policy, PolicyError, Reading, choose};

/// A document of the list, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Any of which will do, below the policy's folder.
    pub one_of: Vec<RepoPath>,
    /// What there is of it.
    pub state: State,
}

/// What there is of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// None of the names is a file.
    Missing,
    /// There is one.
    There {
        /// The first of the names that is a file.
        path: RepoPath,
        /// The id that git has for its content.
        id: String,
        /// When this party read it, in Unix seconds; `None` for never.
        read: Option<i64>,
        /// What is not as it was read.
        changes: Option<Changes>,
    },
}

/// How a document differs from what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Lines; `None` where what was read is not there any more to compare with.
    pub lines: Option<(usize, usize)>,
    /// The headings that the changed lines stand under, as they are now and, of what is gone, as they were; each once.
    pub headings: Vec<String>,
}

/// The lines that two versions of a document do not share, from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// Of the old one.
    pub removed: Vec<usize>,
    /// Of the new one.
    pub added: Vec<usize>,
}

/// The policy's list, else the protocol's for the party that holds the log, or for the other. The log is read besides.
///
/// # Errors
/// Never, as long as this program's own profiles are right.
pub fn required(policy: &Policy) -> Result<Vec<Reading>, PolicyError> {
    if let Some(reading) = &policy.session.reading {
        return Ok(reading.clone());
    }
    let owner = policy.is_log_owner();
    match choose(owner, !owner)? {
        Fit::One(profile) => Ok(profile.session.reading.unwrap_or_default()),
        Fit::None | Fit::Both(_) => Ok(Vec::new()),
    }
}

/// Sums up an edit.
pub fn changes(old: &str, new: &str, edits: &Edits) -> Changes {
    let mut headings = Vec::new();
    for (text, lines) in [(new, &edits.added), (old, &edits.removed)] {
        for heading in above(text, lines) {
            if !headings.contains(&heading) {
                headings.push(heading);
            }
        }
    }
    Changes { lines: Some((edits.added.len(), edits.removed.len())), headings }
}

/// The headings that lines stand under, each once.
fn above(text: &str, lines: &[usize]) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let blocks = parse(text).blocks;
    let headings: Vec<(usize, String)> = blocks
        .iter()
        .filter_map(|block| match &block.body {
            Body::Heading { text, .. } => Some((block.line, plain(text))),
            _ => None,
        })
        .collect();
    let mut found: Vec<String> = Vec::new();
    for line in lines {
        let after = headings.partition_point(|(at, _)| at <= line);
        if let Some((_, heading)) = after.checked_sub(1).and_then(|at| headings.get(at))
            && found.last() != Some(heading)
        {
            found.push(heading.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_summed_up_by_the_headings_it_stands_under() {
        let old = "intro\n# One\na\nb\n## Gone\nc\n";
        let new = "intro\n# One\na\nB\n# Two\n\n```\n# no heading\nx\n```\n";
        let edits = Edits { removed: vec![4, 5, 6], added: vec![4, 5, 6, 7, 8, 9, 10] };
        let found = changes(old, new, &edits);
        assert_eq!((found.lines, found.headings), (Some((7, 3)), vec!["One".into(), "Two".into(), "Gone".into()]));
        let first = changes("a\n# One\n", "b\n# One\n", &Edits { removed: vec![1], added: vec![1] });
        assert_eq!(first, Changes { lines: Some((1, 1)), headings: Vec::new() });
    }

    #[test]
    fn the_protocols_lists_hold_where_the_policy_names_none() {
        let profile = |owner: bool| match choose(owner, !owner).unwrap() {
            Fit::One(policy) => *policy,
            other => panic!("{other:?}"),
        };
        for (owner, documents, alternatives) in [(true, 3, 1), (false, 2, 2)] {
            let mut policy = profile(owner);
            let list = required(&policy).unwrap();
            assert_eq!((list.len(), list.last().unwrap().one_of.len()), (documents, alternatives));
            policy.session.reading = None;
            assert_eq!(required(&policy).unwrap(), list);
            policy.session.reading = Some(Vec::new());
            assert_eq!(required(&policy).unwrap(), []);
        }
    }
}
