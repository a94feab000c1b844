//! `authored`: the commit that brought the ACK is by the party that its heading names.

use super::{Origin, Who};
use crate::policy::{Party, Policy};

/// Whether an ACK is *authored*: the author of each commit that brought it is an identity of `party`, and neither author
/// nor committer of the gate or of the change; its committer is of that party, or one of `ack.committers`, the services
/// that commit for people. `change` is who makes the change, if that can be told.
///
/// # Errors
/// Why it is not, in words.
pub fn authored(policy: &Policy, party: &Party, origin: &Origin, change: Option<&Who>) -> Result<(), String> {
    brought_by(policy, party, origin)?;
    let Some(change) = change else { return Err("it cannot be told who makes this change".to_owned()) };
    match origin.ack.iter().find(|who| is_maker(who, change)) {
        Some(who) => Err(format!("`{}` wrote the ACK and makes the change", who.author)),
        None => Ok(()),
    }
}

/// The part of [`authored`] that is the ACK's alone, whoever makes the change.
///
/// # Errors
/// Why it is not, in words.
pub fn brought_by(policy: &Policy, party: &Party, origin: &Origin) -> Result<(), String> {
    if !origin.is_known || origin.ack.is_empty() || origin.gate.is_empty() {
        return Err("the history does not reach back to the commits that brought the gate and its ACK".to_owned());
    }
    for who in &origin.ack {
        if !party.has_email(&who.author) {
            return Err(format!(
                "the commit that brought the ACK is by `{}`, who is nobody of {}",
                who.author, party.name
            ));
        }
        let service = policy.ack.committers.iter().any(|pattern| pattern.matches(&who.committer));
        if !service && !party.has_email(&who.committer) {
            return Err(format!("the ACK was committed by `{}`, who is nobody of {}", who.committer, party.name));
        }
        if origin.gate.iter().any(|other| is_maker(who, other)) {
            return Err(format!("`{}` wrote the ACK and made the gate", who.author));
        }
    }
    Ok(())
}

/// Whether the author of one commit made another.
fn is_maker(who: &Who, other: &Who) -> bool {
    same(&who.author, &other.author) || same(&who.author, &other.committer)
}

/// Addresses are compared without regard to case: no provider tells two people apart by it.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version = 1\nparty = \"A\"\n[log]\npath = \"log.md\"\nowner = \"A\"\n[ack]\nrequire = \"authored\"\n\
        committers = [\"web@host.example\"]\n[parties.A]\nrepositories = [\"a\"]\nemails = [\"*@a.example\"]\n\
        [parties.B]\nrepositories = [\"b\"]\nemails = [\"*@b.example\"]\n[protect]\nadapter = [\"x/**\"]\n";

    fn who(author: &str, committer: &str) -> Who {
        Who { author: author.to_owned(), committer: committer.to_owned() }
    }

    fn judged(ack: Who, gate: Who, change: Option<Who>) -> Result<(), String> {
        let policy = crate::policy::parse(POLICY.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
        let party = policy.party("B").unwrap().clone();
        authored(
            &policy,
            &party,
            &Origin { ack: vec![ack], gate: vec![gate], times: vec![0], is_known: true },
            change.as_ref(),
        )
    }

    #[test]
    fn the_author_is_of_the_party_and_made_neither_gate_nor_change() {
        let (ada, bob) = (who("ada@a.example", "ada@a.example"), who("bob@b.example", "bob@b.example"));
        assert_eq!(judged(bob.clone(), ada.clone(), Some(ada.clone())), Ok(()));
        assert_eq!(judged(who("bob@b.example", "web@host.example"), ada.clone(), Some(ada.clone())), Ok(()));
        for (ack, gate, change) in [
            (ada.clone(), ada.clone(), Some(ada.clone())),
            (who("bob@b.example", "ada@a.example"), ada.clone(), Some(ada.clone())),
            (who("ada@a.example", "bob@b.example"), ada.clone(), Some(ada.clone())),
            (bob.clone(), bob.clone(), Some(ada.clone())),
            (bob.clone(), who("ada@a.example", "BOB@b.example"), Some(ada.clone())),
            (bob.clone(), ada.clone(), Some(bob.clone())),
            (bob.clone(), ada.clone(), Some(who("ada@a.example", "bob@b.example"))),
            (who("bob@b.example.evil.example", "bob@b.example"), ada.clone(), Some(ada.clone())),
            (bob.clone(), ada.clone(), None),
        ] {
            assert!(judged(ack.clone(), gate, change).is_err(), "{ack:?}");
        }
    }

    #[test]
    fn a_history_that_does_not_reach_back_proves_nothing() {
        let policy = crate::policy::parse(POLICY.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
        let party = policy.party("B").unwrap();
        let change = who("ada@a.example", "ada@a.example");
        assert!(authored(&policy, party, &Origin::default(), Some(&change)).is_err());
    }
}
