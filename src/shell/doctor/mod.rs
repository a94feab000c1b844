//! `verify-gate doctor`: does what should be refused here really get refused? Looks at what is installed, and plants known
//! violations in a throwaway clone that has this repository's own hooks and configuration.

mod canary;
mod hooks;
mod item;
mod policy;
mod programs;
mod runners;
mod show;
mod surroundings;

use std::collections::BTreeSet;
use std::path::Path;

use self::item::{Item, State};
use self::policy::of_error;
use self::runners::Runners;
use crate::shell::Error;
use crate::shell::cli::{Common, DoctorArgs, Format};
use crate::shell::git::Repo;
use crate::shell::install::locate;
use crate::shell::law::Law;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::world::World;

/// Looks at the repository that `dir` lies in, and shows on standard output what it found.
///
/// # Errors
/// No repository, or one that cannot be read; a report that cannot be written.
pub fn doctor(common: &Common, arguments: &DoctorArgs, dir: &Path) -> Result<Outcome, Error> {
    let items = examine(common, arguments, dir)?;
    let mut out = std::io::stdout().lock();
    finish(match common.format {
        Format::For(form) => show::results(&items, form, common.quiet, &mut out),
        Format::Human => show::human(&items, look(common), &mut out),
        Format::Json => show::json(&items, &mut out),
    })?;
    Ok(match show::verdict(&items) {
        State::Problem => Outcome::Blocked,
        State::Unknown => Outcome::Undecided,
        State::Ok | State::Note => Outcome::Pass,
    })
}

fn examine(common: &Common, arguments: &DoctorArgs, dir: &Path) -> Result<Vec<Item>, Error> {
    let world = World::new();
    let repo = Repo::open(common.repo.as_deref())?;
    let (root, bare) = locate::root(dir)?;
    let mut items = Vec::new();
    let ground = policy::policy(&repo, &world, &mut items)?;
    let runners = if bare { Runners::default() } else { Runners::read(&root)? };
    let place = match locate::hooks_place(dir) {
        Ok(place) => {
            items.push(hooks::folder(&place));
            items.extend(hooks::hooks(&place, &runners));
            items.extend(runners.items(&place));
            Some(place)
        }
        Err(error) => {
            items.push(of_error("hooks-path", "hooks folder", &error));
            None
        }
    };
    items.extend(surroundings::environment());
    if !bare {
        if let Some(Law::Policy(workspace)) = ground.as_ref().map(|ground| &*ground.law) {
            items.extend(surroundings::merge_driver(&root, workspace)?);
        }
        items.extend(surroundings::agents(&root));
    }
    let planted = match (arguments.no_canaries, &ground, &place) {
        (true, _, _) => {
            items.push(Item::note(canary::CHECK, "canaries", "not planted, as asked"));
            return Ok(items);
        }
        (false, Some(ground), Some(place)) => canary::plant(&repo, &world, ground, place, arguments.patience),
        // What is amiss has been said.
        (false, _, _) => return Ok(items),
    };
    settle(&mut items, &planted.refused_by);
    let ailing: Vec<String> = items.iter().filter(|i| i.state == State::Problem).map(|i| i.subject.clone()).collect();
    items.extend(planted.items.into_iter().map(|item| match item.let_through_by {
        // What is to be done about the hook has been said with it.
        Some(hook) if ailing.iter().any(|ailing| ailing == hook) => Item { help: None, ..item },
        _ => item,
    }));
    Ok(items)
}

/// A hook that names ackgate nowhere may have it run by a way of its own: what it refused tells.
fn settle(items: &mut [Item], refused_by: &BTreeSet<&'static str>) {
    for item in items.iter_mut().filter(|item| item.doubtful && refused_by.contains(item.subject.as_str())) {
        item.state = State::Ok;
        item.message = "the hook that is there does not name ackgate, and has it run all the same".to_owned();
        item.help = None;
    }
}
