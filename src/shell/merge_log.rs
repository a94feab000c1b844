//! `verify-gate merge-log`: git's merge driver for the log.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::change::RepoPath;
use crate::merge::{Conflict, Order, Reader, Texts, marked, merge};
use crate::report::escape;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::{Common, MergeLog};
use crate::shell::git::{Repo, githead_parents, merge_parents};
use crate::shell::judge::Judge;
use crate::shell::law::Law;
use crate::shell::logs::{Home, home};
use crate::shell::status::member_here;
use crate::shell::terminal::{Outcome, show_error};
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;
use crate::shell::{Error, files};

/// Merges the log into the file that git calls `%A`. Where that takes a person, the file gets conflict markers, standard
/// error says why, and the outcome is a conflict.
pub fn merge_log(common: &Common, arguments: &MergeLog) -> Result<Outcome, Error> {
    let [base, ours, theirs] = [&arguments.base, &arguments.ours, &arguments.theirs].map(|file| bytes(file));
    let (base, ours, theirs) = (base?, ours?, theirs?);
    match merged(common, arguments, [&base, &ours, &theirs]) {
        Ok(text) => write(&arguments.ours, text.as_bytes()).map(|()| Outcome::Pass),
        Err(error) => {
            write(&arguments.ours, &marked(&ours, &theirs, arguments.marker_size))?;
            show_error(&error, false, None);
            Ok(Outcome::Blocked)
        }
    }
}

fn merged(common: &Common, arguments: &MergeLog, texts: [&[u8]; 3]) -> Result<String, Error> {
    let name = arguments.path.as_deref().map_or("the log".to_owned(), files::shown);
    let [base, ours, theirs] = texts.map(std::str::from_utf8);
    let (Ok(base), Ok(ours), Ok(theirs)) = (base, ours, theirs) else {
        return Err(Error::new(format!("{name} is not UTF-8 on every side, so its entries cannot be joined"))
            .hint("save it as UTF-8 where it is not, commit that, and merge again"));
    };
    let repo = Repo::open(common.repo.as_deref())?;
    let world = World::new();
    let order = order(&repo, &world)?;
    let mut found: Option<String> = None;
    for reader in readers(common, arguments, &repo, &world)? {
        let text = merge(Texts { base, ours, theirs }, &reader, order).map_err(|why| refused(&name, &why, order))?;
        if found.as_ref().is_some_and(|known| *known != text) {
            return Err(Error::new(format!("the policies that name {name} read it differently")).hint(BY_HAND));
        }
        found = Some(text);
    }
    found.ok_or_else(|| {
        Error::new(format!("no policy at HEAD names {name} as its log, so nobody can tell whose entries it holds"))
            .hint("name it in ackgate.toml (`[log] path`), or take its line out of .gitattributes")
            .hint(BY_HAND)
    })
}

const BY_HAND: &str =
    "keep every entry of both sides as it is and in its order, take the markers out, and `git add` the file";

fn refused(name: &str, why: &Conflict, order: Order) -> Error {
    let error = Error::new(format!("{name} cannot be joined: {}", escape(&why.to_string())));
    match why {
        Conflict::Meaning(_) if order == Order::OursFirst => error
            .hint("what comes on top of ours must say by name what it answers, such as `(ACK: SLICE)`: word it so, and take the markers out")
            .hint("or merge instead of rebasing: a merge may put either side first"),
        Conflict::Meaning(_) => error
            .hint(BY_HAND)
            .hint("then append an entry that says by name what stands, such as `(ACK: SLICE)` or `(NACK: SLICE)`"),
        Conflict::Lost { .. } => error.hint(
            "entries are only ever appended (AG203): put it back as it was, and append an entry that says what has changed",
        ),
        _ => error.hint(BY_HAND),
    }
}

/// Only a merge commit builds on both sides. git names its parents when it merges; a rebase, a cherry-pick and all else
/// may only append to what is there.
fn order(repo: &Repo, world: &World) -> Result<Order, Error> {
    let named = githead_parents(repo, world.variables.iter().cloned())?;
    let merges = !named.is_empty() || !merge_parents(repo)?.is_empty();
    Ok(if merges { Order::Either } else { Order::OursFirst })
}

/// The parties of each policy at HEAD whose log this is.
fn readers(common: &Common, arguments: &MergeLog, repo: &Repo, world: &World) -> Result<Vec<Reader>, Error> {
    let by_hand = ByHand::read(common)?;
    let trusted = trusted_for_head(repo)?;
    let judge = Judge::new(repo, world, false).by_hand(&by_hand);
    let law = judge.law(repo.head()?.as_ref(), trusted.as_ref().map(|t| &t.id))?;
    let Law::Policy(workspace) = &*law else { return Ok(Vec::new()) };
    let path = arguments.path.as_deref().map(|path| RepoPath::new(path.as_os_str().as_bytes()));
    let here = member_here(repo, workspace);
    let root = workspace.root.iter().map(|policy| (None, policy));
    let members = workspace.members.iter().enumerate().map(|(index, member)| (Some(index), &member.policy));
    let mut found = Vec::new();
    for (member, policy) in root.chain(members) {
        let is_meant = match (&path, home(workspace, member, policy)) {
            (Some(path), Home::Here(log)) => *path == log,
            (Some(_), Home::Other) => false,
            (None, _) => member == here,
        };
        let reader = Reader { writers: policy.writers(), each: policy.acks.count_each() };
        if is_meant && !found.contains(&reader) {
            found.push(reader);
        }
    }
    Ok(found)
}

fn bytes(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|error| files::failed("read", file, &error))
}

fn write(file: &Path, content: &[u8]) -> Result<(), Error> {
    fs::write(file, content).map_err(|error| files::failed("write", file, &error))
}
