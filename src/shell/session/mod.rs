//! `verify-gate session begin|status|end`: what must be read, what is new, and whose turn it is.

mod begin;
mod inherit;
mod look;
mod show;
mod store;

use std::io::{self, Write};

use serde_json::json;

pub(super) use self::begin::{begin, worked_on};
pub(super) use self::inherit::elsewhere;
use self::look::documents;
pub(super) use self::look::stale;
use self::store::{Kept, keep, kept};
use crate::case::{Case, LogCase, Reading, Stale};
use crate::check::asked;
use crate::policy::Policy;
use crate::report::human::{self, HELP, paint};
use crate::report::{escape, json as document};
use crate::session::{Document, Open, Record, Turn, turn};
use crate::shell::Error;
use crate::shell::cli::{Common, Format};
use crate::shell::git::Repo;
use crate::shell::status::{self, Asked, Standing};
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::world::World;

/// The repository, its policy and log, and what was read of them.
struct Place {
    repo: Repo,
    standing: Standing,
    kept: Kept,
}

impl Place {
    fn open(common: &Common, world: &World) -> Result<Place, Error> {
        let repo = Repo::open(common.repo.as_deref())?;
        let standing = status::standing(common, world, Asked::Session)?;
        Place::of(repo, standing)
    }

    fn of(repo: Repo, standing: Standing) -> Result<Place, Error> {
        if repo.is_bare() {
            return Err(Error::new("a bare repository has nothing to work on").hint("begin the session in a clone"));
        }
        let kept = kept(&repo)?;
        Ok(Place { repo, standing, kept })
    }

    fn record(&self) -> Option<&Record> {
        self.kept.records.of(&self.standing.folder)
    }

    fn reading(&self) -> Option<&Reading> {
        match &self.standing.log {
            LogCase::Read(reading) => Some(reading),
            LogCase::NotNeeded | LogCase::Missing { .. } => None,
        }
    }

    fn documents(&self) -> Result<Vec<Document>, Error> {
        documents(&self.repo, &self.standing.folder, &self.standing.policy, self.record())
    }

    fn unread(&self) -> Vec<usize> {
        let Some(reading) = self.reading() else { return Vec::new() };
        self.record().cloned().unwrap_or_default().unread(&reading.log)
    }

    fn turn(&self, case: &Case<'_>) -> Turn {
        turn(&self.standing.policy, &self.standing.log, status::latest(case).as_ref())
    }

    fn show_list(&self, out: &mut dyn Write, documents: &[Document], unread: usize) -> io::Result<()> {
        show_list(out, documents, self.reading().map(|reading| (reading, unread)), self.record().is_some())
    }

    /// What is worth a line besides.
    fn notes(&self) -> Vec<String> {
        self.kept.damage.iter().map(|why| format!("{}: nothing counts as read", escape(why))).collect()
    }
}

/// The session that is open in the folder of a policy.
pub(super) fn open_now(repo: &Repo, folder: &str) -> Result<Option<Open>, Error> {
    Ok(kept(repo)?.records.of(folder).and_then(|record| record.open.clone()))
}

/// What an agent's session is told as it starts: gate, turn and what it has to read. Nothing counts as read for that.
pub(super) fn briefing(out: &mut dyn Write, common: &Common, world: &World) -> Result<(), Error> {
    let repo = Repo::open(common.repo.as_deref())?;
    let standing = status::standing(common, world, Asked::Log { fetch: false })?;
    let place = Place::of(repo, standing)?;
    let (documents, unread) = (place.documents()?, place.unread());
    let written = status::show(out, common, &place.standing, world)
        .and_then(|()| place.show_list(out, &documents, unread.len()))
        .and_then(|()| show_notes(out, &place.notes()))
        .and_then(|()| writeln!(out, "{BEGIN}"));
    finish(written)
}

const BEGIN: &str = "`verify-gate session begin --role scout|planner|executor` shows the log's new entries in full, what has changed \
                     in the rest and the other party's last handoff, and takes all of it as read.";

/// What rule AG402 says where something depends on the reading of the open session.
pub(super) fn warn_of_stale(out: &mut dyn Write, policy: &Policy, stale: Vec<Stale>, world: &World) {
    let mut case = Case::without_change(policy, LogCase::NotNeeded, world.today);
    case.stale = stale;
    for finding in asked(&case, &["AG402"]) {
        // Where nobody listens, nothing is lost: a commit says it again.
        drop(human::finding(&finding, human::Look::default(), out));
    }
}

/// Shows the open session, and what has changed since.
pub fn session_status(common: &Common) -> Result<Outcome, Error> {
    let world = World::new();
    let place = Place::open(common, &world)?;
    let open = place.record().and_then(|record| record.open.as_ref());
    let (documents, unread, notes) = (place.documents()?, place.unread(), place.notes());
    let case = status::case(&place.standing, &world);
    let turn = place.turn(&case);
    let mut out = io::stdout().lock();
    let written = match common.format {
        Format::Json => document::document(
            &mut out,
            json!({
                "version": 1,
                "open": open.map(show::open),
                "party": place.standing.policy.party,
                "reading": show::documents(&documents),
                "unread": unread.len(),
                "turn": turn.party(),
                "why": turn.why,
                "next": turn.next,
                "notes": notes,
            }),
        ),
        Format::Human | Format::For(_) => (|| {
            let label = paint("session:", HELP, look(common).color);
            match open {
                Some(open) => writeln!(out, "{label} {}", show::phrase(open))?,
                None => writeln!(out, "{label} none is open; `verify-gate session begin --role ROLE` begins one")?,
            }
            place.show_list(&mut out, &documents, unread.len())?;
            if let Some(reading) = place.reading().filter(|_| place.record().is_some() && !unread.is_empty()) {
                writeln!(out, "New in the log:")?;
                for entry in unread.iter().filter_map(|index| reading.log.entries.get(*index)) {
                    writeln!(out, "- line {}: {}", entry.line, escape(&entry.heading))?;
                }
            }
            status::show(&mut out, common, &place.standing, &world)?;
            show_notes(&mut out, &notes)
        })(),
    };
    finish(written)?;
    Ok(Outcome::Pass)
}

/// Ends the open session. What was read stays read.
pub fn end(common: &Common) -> Result<Outcome, Error> {
    let world = World::new();
    let place = Place::open(common, &world)?;
    let open = place.record().and_then(|record| record.open.clone());
    if open.is_some() {
        let record = Record { open: None, ..place.record().cloned().unwrap_or_default() };
        keep(&place.repo, &place.standing.folder, record)?;
    }
    let notes = place.notes();
    let mut out = io::stdout().lock();
    let written = match common.format {
        Format::Json => document::document(
            &mut out,
            json!({"version": 1, "ended": open.as_ref().map(show::open), "next": HAND_OVER, "notes": notes}),
        ),
        Format::Human | Format::For(_) => (|| {
            let label = |text: &str| paint(text, HELP, look(common).color);
            match &open {
                Some(open) => writeln!(out, "{} ended: {}", label("session:"), show::phrase(open))?,
                None => writeln!(out, "{} none was open", label("session:"))?,
            }
            writeln!(out, "{}    {HAND_OVER}", label("next:"))?;
            show_notes(&mut out, &notes)
        })(),
    };
    finish(written)?;
    Ok(Outcome::Pass)
}

const HAND_OVER: &str = "each session ends with the plan's pointer in progress.md, an entry in docs/SESSION_HANDOFF.md and \
                         “Ready for ACK” in the log: `verify-gate handoff` says what is left";

/// The list of what is to be read: the log, and the documents with what has become of them.
fn show_list(
    out: &mut dyn Write,
    documents: &[Document],
    log: Option<(&Reading, usize)>,
    has_record: bool,
) -> io::Result<()> {
    writeln!(out, "Required reading before you change anything:")?;
    if let Some((reading, unread)) = log {
        let unread = match has_record {
            true => format!(": {unread} of {} not read yet", reading.log.entries.len()),
            false => String::new(),
        };
        let (path, place) = (escape(&reading.path), escape(&reading.place));
        writeln!(out, "- the latest entries of {path} ({place}){unread}")?;
    }
    documents.iter().try_for_each(|document| writeln!(out, "- {}", show::line(document, has_record)))
}

fn show_notes(out: &mut dyn Write, notes: &[String]) -> io::Result<()> {
    notes.iter().try_for_each(|note| writeln!(out, "note: {}", escape(note)))
}
