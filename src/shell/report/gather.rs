//! Puts together what a page shows.

use std::rc::Rc;

use super::brought::{When, brought};
use super::proofs::proofs;
use super::repository::{Known, Place, look};
use crate::case::{Case, LogCase, Proof};
use crate::change::{ObjectId, RepoPath};
use crate::log::Log;
use crate::page::{GateCard, Page, Repository};
use crate::policy::{Policy, Select};
use crate::report::escape;
use crate::session::turn;
use crate::shell::Error;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::Common;
use crate::shell::git::{OtherLog, Repo, fetched, sibling};
use crate::shell::judge::Judge;
use crate::shell::law::Law;
use crate::shell::logs::{Home, home};
use crate::shell::session::elsewhere;
use crate::shell::status::{self, Asked, Standing};
use crate::shell::world::{World, date_of};

/// The page of the repository that is asked, with `most` commits of each repository.
pub(super) fn page(common: &Common, most: usize) -> Result<Page, Error> {
    let world = World::new();
    let standing = status::standing(common, &world, Asked::Log { fetch: false })?;
    let Some(law) = standing.law.clone() else {
        let mut page = alone(&standing, &world, &[]);
        page.notes.push("the log was given as a file: no repository was looked at".to_owned());
        return Ok(page);
    };
    let by_hand = ByHand::read(common)?;
    let repo = Repo::open(common.repo.as_deref())?;
    let tip = repo.head()?;
    let others = others(&repo, &world, &standing, &law)?;
    let tips = (tip.iter().map(|tip| (&repo, tip)))
        .chain(others.iter().filter_map(|other| other.found.as_ref()).map(|found| (&found.repo, &found.commit)));
    let mut day = None;
    for (repo, tip) in tips {
        day = day.max(Some(date_of(repo.commit(tip)?.time())));
    }
    // The same data make the same page, whenever it is made.
    let world = World { today: day.unwrap_or(world.today), ..world };
    let judge = Judge::new(&repo, &world, false).by_hand(&by_hand);
    let mut notes = Vec::new();
    let proofs = match (&*law, &tip) {
        (Law::Policy(workspace), Some(tip)) => proofs(&judge, tip, workspace, standing.member, &mut notes)?,
        _ => Vec::new(),
    };
    let mut page = alone(&standing, &world, &proofs);
    page.day = day;
    page.notes = notes;
    let times = when(&repo, tip.as_ref(), &world, &standing, &law)?;
    page.brought = times.iter().map(|when| when.as_ref().map(|(brought, _)| brought.clone())).collect();
    let known = Known {
        log: page.log.as_ref().ok().map(|log| &**log),
        gates: &page.gates,
        times: times.iter().map(|when| when.as_ref().map(|(_, time)| *time)).collect(),
        places: places(&repo, &standing.policy, &others),
    };
    let own = Place { judge, name: name_of(&standing.policy, &standing.policy.party), tip };
    let mut repositories = vec![look(&own, &known, most)];
    for other in &others {
        repositories.push(match &other.found {
            Some(found) => there(other, found, &repo, &world, &standing, &known, most),
            None => {
                let notes = vec![other.why.clone()];
                Repository { name: other.name.clone(), notes, ..Repository::default() }
            }
        });
    }
    page.repositories = repositories;
    Ok(page)
}

/// Where the repositories lie, and what each is called.
fn places(repo: &Repo, policy: &Policy, others: &[Other]) -> Vec<(String, String)> {
    let own = repo.root().map(|root| (root.display().to_string(), name_of(policy, &policy.party)));
    let others = others.iter().filter_map(|other| Some((other.found.as_ref()?.place.clone(), other.name.clone())));
    let mut places: Vec<(String, String)> = own.into_iter().chain(others).collect();
    // The longest first: one may lie in another.
    places.sort_by_key(|(place, _)| std::cmp::Reverse(place.len()));
    places
}

/// The page without any repository.
fn alone(standing: &Standing, world: &World, proofs: &[Option<Proof>]) -> Page {
    let policy = &standing.policy;
    let case = status::case(standing, world);
    let turn = turn(policy, &standing.log, status::latest(&case).as_ref());
    let (log_path, log_place, log) = match &standing.log {
        LogCase::Read(reading) => (reading.path.clone(), place(&reading.place, policy), Ok(Rc::clone(&reading.log))),
        LogCase::Missing { place, help } => (place.clone(), "not there".to_owned(), Err(help.clone())),
        LogCase::NotNeeded => (String::new(), String::new(), Err("it was not read".to_owned())),
    };
    let gates = match &log {
        Ok(log) => (0..log.gates.len()).filter_map(|gate| card(&case, log, gate, proofs)).collect(),
        Err(_) => Vec::new(),
    };
    let entries = log.as_ref().map_or(0, |log: &Rc<Log>| log.entries.len());
    Page {
        party: policy.party.clone(),
        parties: policy.parties.keys().cloned().collect(),
        policy: standing.why.clone(),
        log_path,
        log_place,
        day: None,
        log,
        brought: vec![None; entries],
        gates,
        turn,
        repositories: Vec::new(),
        notes: Vec::new(),
    }
}

/// What the log was read from, without where that lies on this machine.
fn place(place: &str, policy: &Policy) -> String {
    match place.split_once(", at ") {
        Some((owner, _)) => format!("in the repository {} of {owner}", name_of(policy, owner)),
        None => place.to_owned(),
    }
}

fn card(case: &Case<'_>, log: &Log, index: usize, proofs: &[Option<Proof>]) -> Option<GateCard> {
    let gate = log.gates.get(index)?;
    let proof = proofs.get(index).cloned().flatten();
    let classes = case.policy.protect.classes().map(|(class, _)| class);
    let asked: Vec<_> = match &proof {
        Some(proof) => {
            classes.map(|class| (class.to_owned(), case.policy.ack.level_for(class, &proof.party))).collect()
        }
        None => Vec::new(),
    };
    let counts = case.policy.select == Select::LatestCovering || index + 1 == log.gates.len();
    let is_proven = |proof: &Proof| asked.iter().any(|(_, level)| proof.meets(*level));
    let opens = case.policy.protect.classes().any(|(class, _)| case.opens(index, class));
    Some(GateCard {
        view: case.view(index)?,
        entry: gate.entry,
        open: counts && opens && !gate.paths.is_empty() && proof.as_ref().is_none_or(is_proven),
        excluded: gate.paths.iter().filter(|path| path.excluded).map(|path| path.text.clone()).collect(),
        questions: gate.questions.clone(),
        digest: log.entry_of(gate)?.digest(),
        proof,
        asked,
    })
}

/// When the entries of the log were committed.
fn when(
    repo: &Repo,
    tip: Option<&ObjectId>,
    world: &World,
    standing: &Standing,
    law: &Law,
) -> Result<Vec<When>, Error> {
    let (LogCase::Read(reading), Law::Policy(workspace)) = (&standing.log, law) else { return Ok(Vec::new()) };
    let policy = &standing.policy;
    match home(workspace, standing.member, policy) {
        Home::Here(path) => match tip {
            Some(tip) => brought(repo, tip, &path, &reading.log),
            None => Ok(Vec::new()),
        },
        Home::Other => {
            let path: &RepoPath = &policy.log.path;
            if let Some(url) = &policy.log.url {
                return match fetched(repo, url)? {
                    Some(tip) => brought(repo, &tip, path, &reading.log),
                    None => Ok(Vec::new()),
                };
            }
            match elsewhere(repo, world, standing)? {
                Some(other) => brought(&other.repo, &other.commit, path, &reading.log),
                None => Ok(Vec::new()),
            }
        }
    }
}

/// Another party's repository.
struct Other {
    party: String,
    name: String,
    found: Option<Rc<OtherLog>>,
    /// Why it was not found.
    why: String,
}

/// The repositories of the other parties, as far as they are not members of this one's workspace.
fn others(repo: &Repo, world: &World, standing: &Standing, law: &Law) -> Result<Vec<Other>, Error> {
    let policy = &standing.policy;
    let is_here = |name: &str| match law {
        Law::Policy(workspace) => workspace.policies().any(|policy| policy.party == name),
        Law::Ambiguous(_) | Law::None => name == policy.party,
    };
    let mut all = Vec::new();
    for party in policy.parties.values().filter(|party| party.name != policy.party && !is_here(&party.name)) {
        let found = match party.name == policy.log.owner {
            true => elsewhere(repo, world, standing)?,
            false => None,
        };
        let (found, why) = match found {
            Some(found) => (Some(found), String::new()),
            None => match sibling(repo, &party.repositories) {
                Ok(Some(found)) => (Some(Rc::new(found)), String::new()),
                Ok(None) => (None, "it is not beside this repository, so nothing of it is shown".to_owned()),
                Err(error) => (None, escape(&error.to_string())),
            },
        };
        all.push(Other { party: party.name.clone(), name: name_of(policy, &party.name), found, why });
    }
    Ok(all)
}

fn there(
    other: &Other,
    found: &OtherLog,
    own: &Repo,
    world: &World,
    standing: &Standing,
    known: &Known<'_>,
    most: usize,
) -> Repository {
    // Whatever this repository's folder is called, the log that was read here is the one that is meant there.
    let log_repo = match standing.policy.is_log_owner() && other.party != standing.policy.log.owner {
        true => own.root().map(|root| root.as_os_str().to_owned()),
        false => world.log_repo.clone(),
    };
    let world = World { log_repo, ..world.clone() };
    let judge = Judge::new(&found.repo, &world, false);
    look(&Place { judge, name: other.name.clone(), tip: Some(found.commit) }, known, most)
}

/// What a party's repository is called.
fn name_of(policy: &Policy, party: &str) -> String {
    let names = policy.party(party).map(|party| party.repositories.as_slice()).unwrap_or_default();
    names.first().cloned().unwrap_or_else(|| party.to_owned())
}
