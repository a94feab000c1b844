//! `verify-gate handoff --write`: what a session leaves, drafted from what is known, shown, and then written.

use std::io::IsTerminal;

use crate::case::{Left, Planned};
use crate::change::RepoPath;
use crate::check::asked;
use crate::handoff::{self, Done, HANDOFF_LOG, PROGRESS, Role, pointers, read};
use crate::report::{Finding, escape};
use crate::shell::bundle::of_slice;
use crate::shell::cli::{Common, HandoffArgs, Ready, Writing};
use crate::shell::git::{commit_changes, new_commits};
use crate::shell::lock::lock;
use crate::shell::plans::Desk;
use crate::shell::terminal::{Outcome, word};
use crate::shell::validate::{Held, Subject};
use crate::shell::write::{confirmed, declined, ready, ready_drafted, say};
use crate::shell::{Error, files, folders, session};

/// What the lock is called, in git's directory of the work tree.
const LOCK: &str = "ackgate-handoff.lock";

/// How many commits and paths are named.
const NAMED: usize = 20;

/// A file of the work tree that gets more at its end.
struct Draft {
    path: &'static str,
    /// As it is; `None` where it is not there.
    before: Option<String>,
    after: String,
    /// What is added.
    more: String,
}

/// Drafts what is lacking, shows it, and writes it where that is wanted.
pub fn write(common: &Common, arguments: &HandoffArgs) -> Result<Outcome, Error> {
    let subject = Subject::find(common, arguments.slice.slice.as_deref())?;
    let desk = &subject.desk;
    let slice = subject.slice.as_str();
    let (mut drafts, mut hints) = (Vec::new(), Vec::new());
    let (progress, log) = (desk.text(PROGRESS)?, desk.text(HANDOFF_LOG)?);
    let now = |codes: &[&str]| lacking(&subject, progress.as_deref(), log.as_deref(), codes);
    if !now(&["AG507"]).is_empty() {
        match plan_of(&subject) {
            Some(plan) => drafts.push(pointer(&subject, progress.clone(), &plan)?),
            None => hints.push(format!("{PROGRESS}: draft the plan first, `verify-gate plan new --slice {slice}`")),
        }
    }
    if !now(&["AG508"]).is_empty() {
        match kept_from(&subject, log.as_deref())? {
            Some(why) => hints.push(format!("{HANDOFF_LOG}: {why}")),
            None => drafts.push(entry(common, &subject, log.clone())?),
        }
    }
    let text = |path: &str, old: &Option<String>| {
        drafts.iter().find(|draft: &&Draft| draft.path == path).map(|draft| draft.after.clone()).or(old.clone())
    };
    let (new_progress, new_log) = (text(PROGRESS, &progress), text(HANDOFF_LOG, &log));
    let open = open_line(&subject, new_log.as_deref());
    // Read by the rules as it will be: what they would still refuse is not written, but for what is left open to be said.
    for found in lacking(&subject, new_progress.as_deref(), new_log.as_deref(), &["AG507", "AG508"]) {
        let is_drafted = drafts.iter().any(|draft| rule_of(draft.path) == found.code);
        if is_drafted && !(found.code == "AG508" && open.is_some()) {
            return Err(Error::new(format!("what would be written is still lacking: {}", found.message))
                .hint("nothing was written"));
        }
    }
    let posts = match lacking(&subject, None, None, &["AG509"]).is_empty() {
        true => None,
        false => posted(common, slice, &mut hints),
    };
    hints.extend(
        lacking(&subject, None, None, &["AG510"])
            .into_iter()
            .map(|found| format!("next plan: {}; {}", found.message, found.help.unwrap_or_default())),
    );
    for draft in &drafts {
        let is_new = if draft.before.is_none() { " (a new file)" } else { "" };
        say(&format!("{}{is_new}\n{}\n", from_root(&subject, draft.path), added(&draft.more)))?;
    }
    if let Some((place, entry)) = &posts {
        say(&format!("{place}\n{}\n", added(entry)))?;
    }
    let by_hand = || hints.iter().try_for_each(|hint| say(&format!("by hand: {hint}\n")));
    if drafts.is_empty() && posts.is_none() {
        say("nothing is lacking that could be drafted\n")?;
        by_hand()?;
        return Ok(Outcome::Pass);
    }
    if !arguments.yes && !agreed()? {
        return Ok(declined());
    }
    put(&subject, &drafts)?;
    if posts.is_some() {
        let writing = Writing { slice: Some(slice.to_owned()), commit: arguments.commit };
        ready(common, &Ready { writing, note: None }).map_err(|error| match drafts.is_empty() {
            true => error,
            false => error.hint("the files above were written; run it again for the log alone"),
        })?;
    }
    let written: Vec<String> = drafts.iter().map(|draft| from_root(&subject, draft.path)).collect();
    if !written.is_empty() {
        let words: Vec<String> = written.iter().map(|path| word(path)).collect();
        say(&format!("written: {}; commit with the rest: git add {}\n", written.join(", "), words.join(" ")))?;
    }
    if let Some(line) = open.filter(|_| drafts.iter().any(|draft| draft.path == HANDOFF_LOG)) {
        let place = from_root(&subject, HANDOFF_LOG);
        say(&format!("by hand: say what is left open, from {place}:{line} on: it was not known\n"))?;
    }
    by_hand()?;
    say("next: verify-gate handoff\n")?;
    Ok(Outcome::Pass)
}

fn agreed() -> Result<bool, Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::new("nobody can be asked here whether this may be written")
            .hint("run it on a terminal, or add --yes"));
    }
    confirmed("Write this?")
}

/// What the rules with these codes find where the two files have these texts.
fn lacking(subject: &Subject, progress: Option<&str>, log: Option<&str>, codes: &[&str]) -> Vec<Finding> {
    let planned = Planned {
        slice: subject.slice.clone(),
        plans: subject.desk.plans.clone(),
        folder: subject.folder().to_owned(),
        left: Some(Left { pointers: progress.map(pointers), entries: log.map(read) }),
    };
    asked(&subject.desk.case(planned), codes)
}

fn rule_of(path: &str) -> &'static str {
    if path == PROGRESS { "AG507" } else { "AG508" }
}

/// The path of the slice's plan, from the policy's folder.
fn plan_of(subject: &Subject) -> Option<String> {
    subject.plan().and_then(|(path, _)| path.below(subject.folder())).map(|path| path.to_string())
}

fn pointer(subject: &Subject, before: Option<String>, plan: &str) -> Result<Draft, Error> {
    let more = handoff::pointer(subject.desk.world.today, &subject.slice, plan);
    let after = handoff::with_pointer(before.as_deref(), &more);
    Ok(Draft { path: PROGRESS, after: after.ok_or_else(|| misread(PROGRESS))?, before, more })
}

fn misread(path: &str) -> Error {
    Error::new(format!("what would be added to {path} would not be read as it is meant"))
        .hint("end what is left open at the end of that file, a fence or a comment; nothing was written")
}

/// Why no entry is to be drafted, though one is lacking.
fn kept_from(subject: &Subject, log: Option<&str>) -> Result<Option<String>, Error> {
    if let Some(line) = open_line(subject, log) {
        return Ok(Some(format!("say what is left open, from line {line} on")));
    }
    let open = session::open_now(&subject.repo, subject.folder())?;
    let is_on_it = |slice: Option<&str>| slice.is_none_or(|slice| slice == subject.slice);
    Ok(open.filter(|open| open.role != Role::Executor && is_on_it(open.slice.as_deref())).map(|open| {
        let role = open.role.word();
        format!(
            "the session that is open is the {role}'s, and the slice is handed over by its executor: \
             `verify-gate session begin --role executor`, or `session end`"
        )
    }))
}

/// The first line that an executor's entry about the slice leaves open.
fn open_line(subject: &Subject, log: Option<&str>) -> Option<usize> {
    let entries = log.map(read).unwrap_or_default();
    let is_handoff = |role: Option<Role>| !matches!(role, Some(Role::Scout | Role::Planner));
    entries.iter().filter(|entry| entry.is_about(&subject.slice) && is_handoff(entry.role)).find_map(|e| e.open_line())
}

fn entry(common: &Common, subject: &Subject, before: Option<String>) -> Result<Draft, Error> {
    let (work, touched) = worked(common, subject)?;
    let next = next_plan(subject);
    let done = Done {
        date: subject.desk.world.today,
        slice: subject.slice.clone(),
        plan: plan_of(subject),
        work,
        touched,
        validation: validated(subject)?,
        next,
    };
    let more = handoff::entry(&done);
    let after = handoff::with_entry(before.as_deref(), &more);
    Ok(Draft { path: HANDOFF_LOG, after: after.ok_or_else(|| misread(HANDOFF_LOG))?, before, more })
}

/// The plan that AG510 is content with.
fn next_plan(subject: &Subject) -> Option<String> {
    let since = subject.plan().map(|(_, plan)| plan.date);
    let plans = subject.desk.plans.iter().rev();
    let mut next =
        plans.filter(|(_, plan)| plan.slice != subject.slice && since.is_none_or(|since| plan.date >= since));
    let (path, _) = next.find(|(_, plan)| plan.lacks_for_the_next().is_empty())?;
    path.below(subject.folder()).map(|path| path.to_string())
}

/// The subjects of the slice's commits, and the paths that it touched; nothing where it is not known where it begins.
fn worked(common: &Common, subject: &Subject) -> Result<(Vec<String>, Vec<String>), Error> {
    // Then the entry leaves it open, and the handoff says why.
    let Ok(handed) = of_slice(common, subject) else { return Ok((Vec::new(), Vec::new())) };
    let is_work = |path: &RepoPath| path.below(subject.folder()).is_some_and(|path| !subject.is_left_out(&path));
    let mut paths: Vec<RepoPath> = handed.touched.paths().into_iter().map(|(path, _)| path).collect();
    paths.retain(is_work);
    paths.sort();
    let shown = |path: &RepoPath| {
        let gone = if handed.touched.is_gone(path) { ", deleted" } else { "" };
        format!("`{}`{gone}", path.to_string().replace('`', ""))
    };
    let mut work = Vec::new();
    if let Some(head) = subject.repo.head()? {
        let hidden: Vec<_> = handed.touched.base.iter().cloned().collect();
        for id in new_commits(&subject.repo, &[head], &hidden)?.commits {
            let commit = subject.repo.commit(&id)?;
            if commit.parents.len() < 2
                && commit_changes(&subject.repo, &id)?.iter().any(|change| is_work(&change.path))
            {
                let message = String::from_utf8_lossy(commit.message()).into_owned();
                work.push((commit.time(), message.lines().next().unwrap_or_default().to_owned()));
            }
        }
    }
    work.sort_by_key(|(time, _)| *time);
    let work: Vec<String> = work.into_iter().map(|(_, said)| said).filter(|said| !said.trim().is_empty()).collect();
    Ok((some(work), some(paths.iter().map(shown).collect())))
}

/// As many as are named, and how many more there are.
fn some(mut all: Vec<String>) -> Vec<String> {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    all.extend((more > 0).then(|| format!("and {more} more")));
    all
}

/// Each command and how it ended on the tree that is handed over; nothing where the evidence does not stand for it.
fn validated(subject: &Subject) -> Result<Vec<String>, Error> {
    let held = Held::find(subject)?;
    if !held.case(subject).lacks.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(words) = held.nothing() {
        return Ok(vec![words.to_owned()]);
    }
    let shown = held.shown();
    let mut lines: Vec<String> =
        shown.iter().map(|(command, ended, _)| format!("{}: {ended}", code(command))).collect();
    let mut runs: Vec<&str> = shown.iter().map(|(_, _, run)| *run).collect();
    runs.sort_unstable();
    runs.dedup();
    let folder = held.case(subject).folder;
    let folder = folder.below(subject.folder()).unwrap_or(folder);
    lines.extend(runs.iter().map(|run| format!("evidence: `{folder}/{run}/`")));
    Ok(lines)
}

/// A code span of a text that may hold marks of its own.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// The log's entry, and the log; where it cannot be written here, why goes to the hints.
fn posted(common: &Common, slice: &str, hints: &mut Vec<String>) -> Option<(String, String)> {
    match ready_drafted(common, slice) {
        Ok(Some(drafted)) => Some(drafted),
        Ok(None) => {
            hints.push("log: “Ready for ACK” stands there, and counts once it is committed".to_owned());
            None
        }
        Err(error) => {
            let help: String = error.hints().iter().map(|hint| format!("; {}", escape(hint))).collect();
            hints.push(format!("log: {}{help}", escape(&error.to_string())));
            None
        }
    }
}

/// Lines that are added, as a diff has them.
fn added(text: &str) -> String {
    text.lines().map(|line| format!("+ {}", escape(line)).trim_end().to_owned() + "\n").collect()
}

fn from_root(subject: &Subject, path: &str) -> String {
    RepoPath::from(path).under(subject.folder()).to_string()
}

/// Puts the files down one after the other, each whole, unless one has changed since it was read.
fn put(subject: &Subject, drafts: &[Draft]) -> Result<(), Error> {
    // Held until the end of the function, or of the process.
    let _lock = lock(&subject.repo.git_dir().join(LOCK), "writing a handoff")?;
    for draft in drafts {
        allow(&subject.desk, draft)?;
    }
    for draft in drafts {
        let file = subject.root().join(draft.path);
        if let Some((folder, _)) = draft.path.rsplit_once('/') {
            folders::walk(subject.root(), folder, true, "the handoff log is kept in a folder of the work tree")?;
        }
        files::remove_unfinished_of(&file)?;
        match draft.before {
            Some(_) => files::replace(&file, draft.after.as_bytes())?,
            None => files::put_new(&file, draft.after.as_bytes())?,
        }
    }
    Ok(())
}

/// Refuses what is no file of the work tree, and what somebody has changed in the meantime.
fn allow(desk: &Desk, draft: &Draft) -> Result<(), Error> {
    let file = desk.folder.join(draft.path);
    if let Some((folder, _)) = draft.path.rsplit_once('/') {
        folders::walk(&desk.folder, folder, false, "the handoff log is kept in a folder of the work tree")?;
    }
    if file.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(Error::new(format!("{} is no regular file", files::shown(&file)))
            .hint("put the file itself there; nothing was written"));
    }
    if desk.text(draft.path)? != draft.before {
        return Err(Error::new(format!("{} has changed in the meantime", files::shown(&file)))
            .hint("nothing was written: run it again"));
    }
    Ok(())
}
