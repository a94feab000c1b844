//! `verify-gate gate new|show`, `ack`, `nack`, `withdraw`, `landed`, `ready`: entries are written whole or not at all.

mod ack;
mod append;
mod asked;
mod edit;
mod place;
mod show;
mod sign;

use std::io::{BufRead, IsTerminal, Write};

use jiff::civil::Date;

pub(super) use self::ack::ack;
use self::append::append;
use self::place::Place;
pub(super) use self::place::place;
pub(super) use self::show::show_gate;
use crate::compose::{self, Composed, GateWish, Misread, Wish, Writer, compose};
use crate::log::{self, Kind, Log};
use crate::report::escape;
use crate::shell::cli::{Common, GateNew, Nack, Ready, Writing};
use crate::shell::git::remote_branches;
use crate::shell::terminal::{Outcome, finish};
use crate::shell::world::World;
use crate::shell::{Error, session};

/// Posts a gate.
pub fn gate_new(common: &Common, arguments: &GateNew) -> Result<Outcome, Error> {
    let world = World::new();
    let place = place(common, &world)?;
    let party = match &arguments.party {
        None => None,
        Some(name) => Some(place.party(name)?),
    };
    let or = |text: &Option<String>, other: &str| text.clone().unwrap_or_else(|| other.to_owned());
    let wish = GateWish {
        slice: or(&arguments.slice, ""),
        paths: arguments.paths.clone(),
        fields: arguments.fields.clone(),
        questions: arguments.questions.clone(),
        validation: arguments.validation.clone(),
        packaging: or(&arguments.packaging, "none"),
        timeline: or(&arguments.timeline, "D+1, at most D+2"),
    };
    let date = match arguments.date.as_deref() {
        None => Some(world.today),
        Some("none") => None,
        Some(text) => Some(text.parse::<Date>().map_err(|_| {
            Error::new(format!("`{}` is no date", escape(text))).hint("say it as YYYY-MM-DD, or `none`")
        })?),
    };
    let writer = Saying { place: &place, party: party.as_deref(), date };
    let stale = place.stale(&writer.read(&place.text()?));
    session::warn_of_stale(&mut std::io::stderr(), &place.policy, stale, &world);
    let is_whole = arguments.slice.is_some() && !arguments.paths.is_empty();
    if arguments.edit || (!is_whole && std::io::stdin().is_terminal()) {
        let Some(edited) = edit::edit(&place, wish)? else { return Ok(declined()) };
        // To save it was to say yes.
        return edited.done(post(&writer, edited.wish.clone(), arguments.commit, false));
    }
    if !is_whole {
        return Err(Error::new("a gate names its slice and what will change")
            .hint("say it with --slice and --path, or add --edit to write it in your editor"));
    }
    post(&writer, wish, arguments.commit, !arguments.yes && std::io::stdin().is_terminal())
}

/// Posts a gate whose paths are as a person says them.
fn post(writer: &Saying<'_>, wish: GateWish, commit: bool, ask: bool) -> Result<Outcome, Error> {
    let place = writer.place;
    let paths = wish.paths.iter().map(|path| place.path(path)).collect::<Result<Vec<_>, _>>()?;
    let message = format!("Ask for {}", wish.slice);
    let wish = Wish::Gate(GateWish { paths, ..wish });
    let shown = writer.compose(&wish, &place.text()?)?;
    if ask {
        say(&lines(&shown.entry))?;
        if !confirmed(&format!("Post this gate in {}?", place.shown()))? {
            return Ok(declined());
        }
    }
    writer.write(commit, &message, |_| Ok(wish.clone()))
}

/// Rejects a gate.
pub fn nack(common: &Common, arguments: &Nack) -> Result<Outcome, Error> {
    let reason = arguments.reason.clone();
    answer(common, &arguments.writing, Kind::Nack, "NACK", |gate| Wish::Nack { gate, reason: reason.clone() })
}

/// Takes the party's own gate or ACK back.
pub fn withdraw(common: &Common, arguments: &Writing) -> Result<Outcome, Error> {
    answer(common, arguments, Kind::Withdrawn, "Withdraw", |gate| Wish::Withdraw { gate })
}

/// Says that the slice is done.
pub fn landed(common: &Common, arguments: &Writing) -> Result<Outcome, Error> {
    answer(common, arguments, Kind::Landed, "Close", |gate| Wish::Landed { gate })
}

/// Says “Ready for ACK”.
pub fn ready(common: &Common, arguments: &Ready) -> Result<Outcome, Error> {
    let world = World::new();
    let place = place(common, &world)?;
    let writer = Saying { place: &place, party: None, date: Some(world.today) };
    writer.write(arguments.writing.commit, "Ready for ACK", |log| {
        let slice = arguments.writing.slice.clone().or_else(|| log.latest().map(|g| g.slice.clone()));
        Ok(Wish::Ready { slice, note: arguments.note.clone() })
    })
}

/// The entry that [`ready`] would write of a slice, and the log that takes it; `None` where the log's work tree has it already.
pub(super) fn ready_drafted(common: &Common, slice: &str) -> Result<Option<(String, String)>, Error> {
    let world = World::new();
    let place = place(common, &world)?;
    let writer = Saying { place: &place, party: None, date: Some(world.today) };
    let text = place.text()?;
    let log = writer.read(&text);
    let latest = log.entries.iter().rev().find(|entry| entry.party.as_deref() == Some(place.own()));
    if latest.is_some_and(|entry| entry.kind == Kind::Ready) {
        return Ok(None);
    }
    let composed = writer.compose(&Wish::Ready { slice: Some(slice.to_owned()), note: None }, &text)?;
    Ok(Some((place.shown(), composed.entry)))
}

fn answer(
    common: &Common,
    arguments: &Writing,
    kind: Kind,
    verb: &str,
    wish: impl Fn(usize) -> Wish,
) -> Result<Outcome, Error> {
    let world = World::new();
    let place = place(common, &world)?;
    let writer = Saying { place: &place, party: None, date: Some(world.today) };
    let find = |log: &Log| found(log, place.own(), kind, arguments.slice.as_deref());
    let log = writer.read(&place.text()?);
    let message = format!("{verb} {}", slice_of(&log, find(&log)?));
    writer.write(arguments.commit, &message, |log| Ok(wish(find(log)?)))
}

fn slice_of(log: &Log, gate: usize) -> String {
    log.gates.get(gate).map(|g| g.slice.clone()).unwrap_or_default()
}

/// The gate that is meant.
fn found(log: &Log, party: &str, kind: Kind, slice: Option<&str>) -> Result<usize, Error> {
    compose::target(log, party, kind, slice).ok_or_else(|| match slice {
        Some(slice) => Error::new(format!("the log has no gate called `{}`", escape(slice)))
            .hint("`verify-gate log` shows what it has"),
        None => Error::new("the log has no gate").hint("post one with `verify-gate gate new`"),
    })
}

/// One entry on its way into the log.
struct Saying<'a> {
    place: &'a Place,
    /// Instead of the policy's own.
    party: Option<&'a str>,
    date: Option<Date>,
}

impl Saying<'_> {
    fn read(&self, text: &str) -> Log {
        log::read(text, &self.place.policy.writers())
    }

    fn compose(&self, wish: &Wish, text: &str) -> Result<Composed, Error> {
        let policy = &self.place.policy;
        let format = policy.log.format;
        if !format.is_headings() {
            let why = format!("this log is written in the format `{}`, which no command writes", format.name);
            let line = (format.reply)("PARTY", Kind::Ack, "SLICE");
            return Err(Error::new(why).hint(format!("append a line to it by hand, such as `{line}`")));
        }
        let party = self.party.unwrap_or(&policy.party);
        let alias = policy.party(party).and_then(|p| p.aliases.first()).map_or(party, String::as_str);
        let writers = policy.writers();
        let writer = Writer { writers: &writers, party, alias, date: self.date, each: policy.acks.count_each() };
        compose(&writer, wish, text).map_err(|error| match error {
            Misread::Refused(why) => Error::new(escape(&why))
                .hint("`verify-gate status` says whose turn it is; `verify-gate log` shows every entry"),
            error => Error::new(escape(&error.to_string())).hint("nothing was written: put it in other words"),
        })
    }

    fn write(&self, commit: bool, message: &str, wish: impl Fn(&Log) -> Result<Wish, Error>) -> Result<Outcome, Error> {
        self.write_composed(commit, message, |text| self.compose(&wish(&self.read(text))?, text))
    }

    /// Composes the entry on the log as it is once nobody else writes, appends it, and commits it if that is asked for.
    fn write_composed(
        &self,
        commit: bool,
        message: &str,
        compose: impl Fn(&str) -> Result<Composed, Error>,
    ) -> Result<Outcome, Error> {
        let place = self.place;
        let entry = append(place, commit.then_some(message), compose)?;
        let done = if commit { "committed" } else { "written; it counts once it is committed" };
        say(&format!("{}\n{}: {done}\n", lines(&entry).trim_end(), place.shown()))?;
        if !commit {
            say(&format!("commit it: git -C {} commit -m '{message}' -- {}\n", place.root(), place.log_path()))?;
        }
        if !remote_branches(place.repo())?.is_empty() {
            say(&format!("others read it once it is pushed: git -C {} push\n", place.root()))?;
        }
        Ok(Outcome::Pass)
    }
}

/// What others wrote, line by line, safe to print.
fn lines(text: &str) -> String {
    text.lines().map(|line| escape(line) + "\n").collect()
}

pub(super) fn say(text: &str) -> Result<(), Error> {
    finish(std::io::stdout().lock().write_all(text.as_bytes()))
}

pub(super) fn confirmed(question: &str) -> Result<bool, Error> {
    drop(write!(std::io::stderr(), "{question} [y/N] "));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Error::new(format!("cannot read the answer: {error}")))?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes" | "Yes"))
}

pub(super) fn declined() -> Outcome {
    drop(writeln!(std::io::stderr(), "nothing was written"));
    Outcome::Blocked
}
