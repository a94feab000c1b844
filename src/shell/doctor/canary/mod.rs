//! Canaries: real commits and pushes of known violations, each of which must be refused by ackgate, and of something harmless,
//! which must pass.

mod hooks;
mod log;
mod plants;
mod sandbox;
mod sparse;

use std::collections::BTreeSet;
use std::time::Duration;

use self::plants::{Plant, choose};
use self::sandbox::{BRANCH, Said, Sandbox};
use super::item::{Item, State};
use super::policy::Ground;
use crate::report::escape;
use crate::shell::git::Repo;
use crate::shell::install::locate::Place;
use crate::shell::law::Law;
use crate::shell::world::World;
use crate::shell::{Error, files};

pub(super) const CHECK: &str = "canary";

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Planted {
    pub(super) items: Vec<Item>,
    /// The hooks that refused something, by ackgate's word.
    pub(super) refused_by: BTreeSet<&'static str>,
}

/// How a canary ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// ackgate refused it, by this rule, for what it is.
    Refused(String),
    /// ackgate refused it by this rule, which says nothing of it.
    Besides(String),
    /// ackgate could not decide, and so refused it: why.
    Undecided(String),
    /// It passed.
    Accepted,
    /// Something else refused it: its words.
    Otherwise(String),
    /// It took too long.
    Late,
}

/// Plants them. What keeps that from being done is an item too: it does not make what was seen before unseen.
pub(super) fn plant(repo: &Repo, world: &World, ground: &Ground, place: &Place, patience: u64) -> Planted {
    let mut planted = Planted::default();
    let patience = Duration::from_secs(patience.max(1));
    let done = Sandbox::new(repo, world, &ground.law, &ground.base, place, patience).and_then(|mut sandbox| {
        let tried = planted.all(&mut sandbox, world, ground, place);
        let removed = sandbox.remove();
        tried.and(removed)
    });
    if let Err(error) = done {
        let item =
            Item::unknown(CHECK, "canaries", format!("could not all be planted: {}", escape(&error.to_string())));
        planted.items.push(match error.hints().first() {
            Some(hint) => item.help(escape(hint)),
            None => item,
        });
    }
    planted
}

impl Planted {
    fn all(&mut self, sandbox: &mut Sandbox, world: &World, ground: &Ground, place: &Place) -> Result<(), Error> {
        let bare = place.bare;
        let Law::Policy(workspace) = &*ground.law else { return Ok(()) };
        sandbox.asked_at_push = workspace.policies().flat_map(|policy| policy.session.push.clone()).collect();
        let mut notes = Vec::new();
        let plants = choose(sandbox, world, workspace, &mut notes)?;
        self.items.extend(notes.into_iter().map(|note| Item::note(CHECK, "canaries", note)));
        if !plants.iter().any(|plant| !matches!(plant, Plant::Harmless(_))) {
            self.items.push(Item::note(CHECK, "canaries", "no violation could be thought of: nothing is tried"));
            return Ok(());
        }
        if bare {
            let branch = sandbox.branch.clone();
            for plant in plants.iter().filter(|plant| !matches!(plant, Plant::Merge(..))) {
                let ended = push(sandbox, plant, &branch)?;
                self.tell("push", "pre-receive", plant, ended)?;
            }
            if let Some(plant) = change(&plants) {
                let ended = push(sandbox, plant, BRANCH)?;
                self.tell("new branch", "pre-receive", plant, ended)?;
            }
            return Ok(());
        }
        for plant in &plants {
            let ended = commit(sandbox, plant)?;
            self.tell("commit", "pre-commit", plant, ended)?;
        }
        self.each_alone(sandbox, &plants, place)?;
        // One violation is enough for the push hook of a clone, which judges as the others do.
        let harmless = plants.iter().find(|plant| matches!(plant, Plant::Harmless(_)));
        for plant in harmless.into_iter().chain(change(&plants)) {
            let ended = push(sandbox, plant, BRANCH)?;
            self.tell("push", "pre-push", plant, ended)?;
        }
        Ok(())
    }

    /// Whether each hook that stands in a commit's way does so without the others.
    fn each_alone(&mut self, sandbox: &mut Sandbox, plants: &[Plant], place: &Place) -> Result<(), Error> {
        let merge = plants.iter().find(|plant| matches!(plant, Plant::Merge(..)));
        for (hook, plant) in
            [("pre-commit", change(plants)), ("commit-msg", change(plants)), ("pre-merge-commit", merge)]
        {
            // One that git does not run has been spoken of.
            let Some(plant) = plant.filter(|_| files::is_program(&place.path.join(hook))) else { continue };
            sandbox.only = Some(hook);
            let ended = commit(sandbox, plant);
            sandbox.only = None;
            self.tell(hook, hook, plant, ended?)?;
        }
        Ok(())
    }

    fn tell(&mut self, how: &str, hook: &'static str, plant: &Plant, ended: Ended) -> Result<(), Error> {
        let is_harmless = matches!(plant, Plant::Harmless(_));
        if how != "commit"
            && matches!(ended, Ended::Refused(_) | Ended::Besides(_) | Ended::Undecided(_))
            && !is_harmless
        {
            self.refused_by.insert(hook);
        }
        let past = match hook {
            "pre-push" if !is_harmless => ", committed with --no-verify",
            _ if how == hook => ", with no other hook",
            _ => "",
        };
        let subject = if how == hook { format!("{how} alone") } else { format!("{how}: {}", plant.what()) };
        let deed = format!("{}{past}", plant.deed());
        let late = matches!(ended, Ended::Late);
        self.items.push(item(&subject, ended, is_harmless, hook, &deed));
        match late {
            // Whatever comes next would take as long.
            true => Err(Error::new("the hooks took too long")),
            false => Ok(()),
        }
    }
}

/// What an end says of a hook.
fn item(subject: &str, ended: Ended, is_harmless: bool, hook: &'static str, deed: &str) -> Item {
    let item = Item::new(CHECK, subject, State::Ok, "");
    match (ended, is_harmless) {
        (Ended::Accepted, true) => Item { message: format!("passes: {deed}"), ..item },
        (Ended::Refused(code), false) => Item { message: format!("refused with {code}: {deed}"), ..item },
        (Ended::Undecided(why), false) => {
            Item { message: format!("refused, since it cannot be decided ({why}): {deed}"), ..item }
        }
        (Ended::Accepted, false) => {
            Item { state: State::Problem, message: format!("let through: {deed}"), let_through_by: Some(hook), ..item }
                .help(format!("see what the {hook} hook runs; `verify-gate install` puts ackgate's own there"))
        }
        (Ended::Refused(code), true) => {
            Item { state: State::Problem, message: format!("refused with {code}: {deed}"), ..item }
                .help(format!("verify-gate explain {code}"))
        }
        (Ended::Besides(code), true) => Item {
            state: State::Note,
            message: format!("refused with {code}, which `[session] push` asks of every push: {deed}"),
            ..item
        },
        (Ended::Besides(code), false) => Item {
            state: State::Unknown,
            message: format!("cannot tell: refused with {code}, which says nothing of it: {deed}"),
            ..item
        }
        .help(format!("verify-gate explain {code}")),
        (Ended::Undecided(why), true) => Item {
            state: State::Problem,
            message: format!("refused, since it cannot be decided ({why}): {deed}"),
            ..item
        },
        (Ended::Otherwise(said), _) => {
            let message = format!("cannot tell: refused by something other than ackgate ({said}): {deed}");
            Item { state: State::Unknown, message, ..item }
                .help(format!("see that the {hook} hook lets a harmless change of a clean clone pass"))
        }
        (Ended::Late, _) => {
            Item { state: State::Unknown, message: format!("cannot tell, since it took too long: {deed}"), ..item }
                .help("verify-gate doctor --patience 600, once the hook runner has installed what it needs")
        }
    }
}

/// Commits it, with every hook.
fn commit(sandbox: &mut Sandbox, plant: &Plant) -> Result<Ended, Error> {
    sandbox.reset()?;
    plant.put(sandbox)?;
    let said = match plant {
        Plant::Merge(..) => {
            let work = sandbox.work.clone();
            sandbox.must(&work, &["commit", "--quiet", "--no-verify", "-m", MESSAGE])?;
            let side = sandbox.head()?.to_string();
            sandbox.reset()?;
            sandbox.git(&["merge", "--quiet", "--no-ff", "--strategy=ours", "-m", MESSAGE, &side])?
        }
        _ => sandbox.git(&["commit", "--quiet", "-m", MESSAGE])?,
    };
    let accepted = !sandbox.is_untouched()?;
    Ok(ended(&said, accepted, |code| plant.is_refused_by(code, &sandbox.asked_at_push)))
}

/// Pushes it to a branch, committed past every hook.
fn push(sandbox: &mut Sandbox, plant: &Plant, branch: &str) -> Result<Ended, Error> {
    sandbox.reset()?;
    plant.put(sandbox)?;
    let work = sandbox.work.clone();
    sandbox.must(&work, &["commit", "--quiet", "--no-verify", "-m", MESSAGE])?;
    let to = format!("HEAD:refs/heads/{branch}");
    let said = sandbox.git(&["push", "--force", "origin", &to])?;
    Ok(ended(&said, said.success == Some(true), |code| plant.is_refused_by(code, &sandbox.asked_at_push)))
}

/// The first change of a protected path.
fn change(plants: &[Plant]) -> Option<&Plant> {
    plants.iter().find(|plant| matches!(plant, Plant::Change(_)))
}

/// As hooks that look at messages like them.
const MESSAGE: &str = "chore: plant a canary";

/// How it ended; `is_why` says whether a rule is one that the canary breaks.
fn ended(said: &Said, accepted: bool, is_why: impl Fn(&str) -> bool) -> Ended {
    if said.success.is_none() {
        return Ended::Late;
    }
    if accepted {
        return Ended::Accepted;
    }
    let code = |line: &str| line.get(line.find("error[AG")? + 6..)?.get(..5).map(str::to_owned);
    let mut codes = said.text.lines().filter_map(code).peekable();
    if let Some(first) = codes.peek().cloned() {
        return codes.find(|code| is_why(code)).map_or(Ended::Besides(first), Ended::Refused);
    }
    let line = |needle: &str| said.text.lines().find_map(|line| line.get(line.find(needle)?..));
    if said.text.contains("cannot decide (exit status 2)") {
        let why = line("error: ").and_then(|line| line.strip_prefix("error: ")).unwrap_or_default();
        return Ended::Undecided(shortened(why));
    }
    let first = said.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
    Ended::Otherwise(shortened(first))
}

fn shortened(line: &str) -> String {
    let short: String = line.chars().take(120).collect();
    escape(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(success: Option<bool>, text: &str) -> Said {
        Said { success, text: text.to_owned() }
    }

    #[test]
    fn only_ackgates_own_word_counts_as_its_refusal() {
        let is_why = |code: &str| code.starts_with("AG1");
        for (text, expected) in [
            ("error[AG101]: no\n", Ended::Refused("AG101".to_owned())),
            ("error[AG501]: no\nerror[AG101]: no\n", Ended::Refused("AG101".to_owned())),
            ("warning[AG101]: no\nerror[AG501]: no\nerror[AG502]: no\n", Ended::Besides("AG501".to_owned())),
            ("error[AG", Ended::Otherwise("error[AG".to_owned())),
            ("remote: error[AG102]: no\n", Ended::Refused("AG102".to_owned())),
            ("error: no log\ncannot decide (exit status 2): x\n", Ended::Undecided("no log".to_owned())),
            ("\nruff: bad\nerror: failed to push\n", Ended::Otherwise("ruff: bad".to_owned())),
            ("", Ended::Otherwise("it said nothing".to_owned())),
        ] {
            assert_eq!(ended(&said(Some(false), text), false, is_why), expected);
            assert_eq!(ended(&said(Some(true), text), true, is_why), Ended::Accepted, "whatever was printed");
            assert_eq!(ended(&said(None, text), false, is_why), Ended::Late);
        }
    }
}
