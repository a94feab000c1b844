//! `verify-gate session begin|status|end`: what must be read, what is new, and whose turn it is.

mod inherit;
mod look;
mod show;
mod store;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use self::inherit::{elsewhere, inherited, own};
use self::look::documents;
pub(super) use self::look::stale;
use self::store::{Kept, keep, kept};
use crate::case::{Began, Beginning, Case, LogCase, Reading, Stale};
use crate::check::{beginning, warnings};
use crate::handoff::Role;
use crate::log::Entry;
use crate::policy::Policy;
use crate::report::human::{self, HELP, paint};
use crate::report::{LogPlace, Severity, escape, json as document};
use crate::session::{Document, Held, Open, Read, Record, State, Turn, began, skipped, turn};
use crate::shell::Error;
use crate::shell::cli::{Begin, Common, Format};
use crate::shell::git::Repo;
use crate::shell::law::short;
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
        let standing = status::standing(common, world, Asked::Status)?;
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
    for finding in beginning(&case) {
        // Where nobody listens, nothing is lost: a commit says it again.
        drop(human::finding(&finding, human::Look::default(), out));
    }
}

/// Begins a session: shows what is to be read, and takes it as read unless something keeps the session from beginning.
pub fn begin(common: &Common, arguments: &Begin) -> Result<Outcome, Error> {
    let world = World::new();
    let place = Place::open(common, &world)?;
    let standing = &place.standing;
    let (role, documents, unread) = (Role::from(arguments.role), place.documents()?, place.unread());
    let handoffs = Held::handed(&own(&place.repo, &standing.folder)?);
    let mut case = status::case(standing, &world);
    case.beginning = Some(beginning_of(&place, &case, role, arguments.slice.as_deref(), &documents, &handoffs));
    let mut findings = beginning(&case);
    findings.extend(warnings(&case));
    let begins = !findings.iter().any(|finding| finding.severity == Severity::Error);
    let (handed, mut notes) = inherited(&place.repo, &world, standing);
    notes.extend(place.notes());
    if let Some(open) = place.record().and_then(|record| record.open.as_ref()).filter(|_| begins) {
        notes.push(format!("the session that was open ({}) is over: this one takes its place", show::phrase(open)));
    }
    let session = Open { role, slice: arguments.slice.clone(), since: world.now };
    if begins {
        let record = read_now(&place, &documents, session.clone(), world.now);
        keep(&place.repo, &standing.folder, record)?;
    }
    let mut out = io::stdout().lock();
    let written = match common.format {
        Format::Json => {
            let gate = status::latest(&case);
            let turn = place.turn(&case);
            let log = place.reading().map(|reading| show::log(reading, &unread, &whole(&place, &world)));
            document::document(
                &mut out,
                json!({
                    "version": 1,
                    "begun": begins,
                    "party": standing.policy.party,
                    "role": session.role.word(),
                    "slice": session.slice,
                    "reading": show::documents(&documents),
                    "log": log,
                    "handoffs": show::handoffs(&handed),
                    "gate": gate.as_ref().map(document::gate),
                    "turn": turn.party(),
                    "why": turn.why,
                    "next": turn.next,
                    "diagnostics": document::diagnostics(&findings),
                    "notes": notes,
                }),
            )
        }
        Format::Human => (|| {
            place.show_list(&mut out, &documents, unread.len())?;
            if let Some(reading) = place.reading() {
                show::entries(&mut out, reading, &unread, &whole(&place, &world))?;
            }
            handed.iter().try_for_each(|inherited| show::handoff(&mut out, inherited))?;
            status::show(&mut out, common, standing, &world)?;
            findings.iter().try_for_each(|finding| human::finding(finding, look(common), &mut out))?;
            show_notes(&mut out, &notes)?;
            let slice = session.slice.as_deref().map(|s| format!(" on slice `{}`", escape(s))).unwrap_or_default();
            let label = paint("session:", HELP, look(common).color);
            let (party, role) = (escape(&standing.policy.party), role.word());
            match begins {
                true => writeln!(out, "{label} {party}, {role}{slice}; all of the above counts as read"),
                false => writeln!(out, "{label} not begun, and nothing counts as read: see the error above"),
            }
        })(),
    };
    finish(written)?;
    Ok(if begins { Outcome::Pass } else { Outcome::Blocked })
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
        Format::Human => (|| {
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
        Format::Human => (|| {
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

/// What the rules look at.
fn beginning_of(
    place: &Place,
    case: &Case<'_>,
    role: Role,
    slice: Option<&str>,
    documents: &[Document],
    handoffs: &[Held],
) -> Beginning {
    let policy = &place.standing.policy;
    let said =
        place.reading().map(|reading| Held::said(&reading.log, &reading.path, &policy.party)).unwrap_or_default();
    let in_hand = in_hand(case, policy);
    let named = |slice: &str| {
        let (date, held) = began(handoffs.iter().chain(&said), slice)?;
        Some(Began { slice: slice.to_owned(), date, place: held.place.clone() })
    };
    let worked_on = slice.or(in_hand.as_ref().map(|(slice, _)| *slice));
    let posted = in_hand.as_ref().filter(|(own, _)| Some(*own) == worked_on).and_then(|(_, posted)| posted.clone());
    let began = worked_on.and_then(named).into_iter().chain(posted).min_by_key(|began| began.date);
    let skipped = skipped(handoffs, &said, role, slice);
    let (documents, turn) = (documents.to_vec(), place.turn(case));
    Beginning { role, slice: slice.map(str::to_owned), documents, skipped, turn, began }
}

/// The slice of this party's latest gate, until it lands, and the day on which the gate was posted, which may be that of
/// its commit alone.
fn in_hand<'c>(case: &'c Case<'_>, policy: &Policy) -> Option<(&'c str, Option<Began>)> {
    let reading = case.reading()?;
    let index = reading.log.gates.len().checked_sub(1)?;
    let gate = reading.log.gates.get(index).filter(|gate| gate.party == policy.party && !gate.state.is_final())?;
    let place = LogPlace { path: reading.path.clone(), line: gate.line };
    let posted = case.posted(index).map(|date| Began { slice: gate.slice.clone(), date, place });
    Some((&gate.slice, posted))
}

/// The record once all that is shown is read.
fn read_now(place: &Place, documents: &[Document], open: Open, now: i64) -> Record {
    let read = |document: &Document| match &document.state {
        State::There { path, id, .. } => Some((path.to_str()?.to_owned(), Read { id: id.clone(), at: now })),
        State::Missing => None,
    };
    let reading: BTreeMap<String, Read> = documents.iter().filter_map(read).collect();
    let entries = match place.reading() {
        Some(reading) => reading.log.entries.iter().map(Entry::digest).collect(),
        None => place.record().map(|record| record.entries.clone()).unwrap_or_default(),
    };
    Record { open: Some(open), reading, entries }
}

/// The command that shows the log whole, as it was read.
fn whole(place: &Place, world: &World) -> String {
    let Some(reading) = place.reading() else { return String::new() };
    let Some(commit) = reading.commit.as_ref().map(short) else { return escape(&reading.path) };
    let folder = match elsewhere(&place.repo, world, &place.standing) {
        Ok(Some(other)) => format!("-C {} ", escape(&other.place)),
        Ok(None) | Err(_) => String::new(),
    };
    format!("git {folder}show {commit}:{}", escape(&reading.path))
}

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
