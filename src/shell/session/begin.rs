//! `verify-gate session begin`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::inherit::{elsewhere, inherited, own};
use super::store::keep;
use super::{Place, show, show_notes};
use crate::case::{Began, Beginning, Case};
use crate::check::{asked, warnings};
use crate::handoff::Role;
use crate::log::Entry;
use crate::policy::Policy;
use crate::report::human::{self, HELP, paint};
use crate::report::results::{self, Results};
use crate::report::{LogPlace, Severity, escape, json as document};
use crate::session::{Document, Held, Open, Read, Record, State, began, skipped};
use crate::shell::Error;
use crate::shell::cli::{Begin, Common, Format};
use crate::shell::law::short;
use crate::shell::status;
use crate::shell::terminal::{Outcome, finish, look, word};
use crate::shell::world::World;

/// Begins a session: shows what is to be read, and takes it as read unless something keeps the session from beginning.
pub fn begin(common: &Common, arguments: &Begin) -> Result<Outcome, Error> {
    let world = World::new();
    let place = Place::open(common, &world)?;
    let standing = &place.standing;
    let (role, documents, unread) = (Role::from(arguments.role), place.documents()?, place.unread());
    let handoffs = Held::handed(&own(&place.repo, &standing.folder)?);
    let mut case = status::case(standing, &world);
    case.beginning = Some(beginning_of(&place, &case, role, arguments.slice.as_deref(), &documents, &handoffs));
    let mut findings = asked(&case, SESSION_RULES);
    findings.extend(warnings(&case));
    let passes = !findings.iter().any(|finding| finding.severity == Severity::Error);
    // A form for other tools has the findings alone, and not what is to be read.
    let begins = passes && !matches!(common.format, Format::For(_));
    let (handed, mut notes) = inherited(&place.repo, &world, standing);
    notes.extend(place.notes());
    if let Some(open) = place.record().and_then(|record| record.open.as_ref()).filter(|_| begins) {
        notes.push(format!("the session that was open ({}) is over: this one takes its place", show::phrase(open)));
    }
    let session = Open { role, slice: arguments.slice.clone(), since: world.now };
    let mut out = io::stdout().lock();
    let shown = match common.format {
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
                    "deviations": document::deviations(standing.policy.deviations()),
                    "notes": notes,
                }),
            )
        }
        Format::For(form) => {
            let what = format!("session ({})", session.role.word());
            let deviations = standing.policy.deviations();
            let (findings, notes, quiet) = (&findings, &notes, common.quiet);
            let results = Results { what, findings, notes, deviations, quiet, ..Results::default() };
            results::write(form, &results, &mut out)
        }
        Format::Human => (|| {
            place.show_list(&mut out, &documents, unread.len())?;
            if let Some(reading) = place.reading() {
                show::entries(&mut out, reading, &unread, &whole(&place, &world))?;
            }
            handed.iter().try_for_each(|inherited| show::handoff(&mut out, inherited))?;
            status::show(&mut out, common, standing, &world)?;
            findings.iter().try_for_each(|finding| human::finding(finding, look(common), &mut out))?;
            show_notes(&mut out, &notes)
        })(),
    };
    let shown = shown.and_then(|()| out.flush());
    if begins {
        // What nobody could see, nobody has read.
        shown.map_err(|error| {
            Error::new(format!("not all that is to be read could be shown: {error}"))
                .hint("the session has not begun, and nothing counts as read: run it again, and take in all of it")
        })?;
        let record = read_now(&place, &documents, session.clone(), world.now);
        keep(&place.repo, &standing.folder, record)?;
    } else {
        finish(shown)?;
    }
    if common.format == Format::Human {
        let slice = session.slice.as_deref().map(|s| format!(" on slice `{}`", escape(s))).unwrap_or_default();
        let label = paint("session:", HELP, look(common).color);
        let (party, role) = (escape(&standing.policy.party), role.word());
        finish(match begins {
            true => writeln!(out, "{label} {party}, {role}{slice}; all of the above counts as read"),
            false => writeln!(out, "{label} not begun, and nothing counts as read: see the error above"),
        })?;
    }
    Ok(if passes { Outcome::Pass } else { Outcome::Blocked })
}

/// Those that look at a session that begins.
const SESSION_RULES: &[&str] = &["AG401", "AG403", "AG404", "AG405"];

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
    let began = worked_on(case, policy, slice, handoffs, &said);
    let skipped = skipped(handoffs, &said, role, slice);
    let (documents, turn) = (documents.to_vec(), place.turn(case));
    Beginning { role, slice: slice.map(str::to_owned), documents, skipped, turn, began }
}

/// Since when a slice, or the one that this party has in hand, is worked on.
pub(in crate::shell) fn worked_on(
    case: &Case<'_>,
    policy: &Policy,
    slice: Option<&str>,
    handoffs: &[Held],
    said: &[Held],
) -> Option<Began> {
    let in_hand = in_hand(case, policy);
    let worked_on = slice.or(in_hand.as_ref().map(|(slice, _)| *slice))?;
    let named = began(handoffs.iter().chain(said), worked_on).map(|(date, held)| Began {
        slice: worked_on.to_owned(),
        date,
        place: held.place.clone(),
    });
    let posted = in_hand.filter(|(own, _)| *own == worked_on).and_then(|(_, posted)| posted);
    named.into_iter().chain(posted).min_by_key(|began| began.date)
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
        Ok(Some(other)) => format!("-C {} ", word(&other.place)),
        Ok(None) | Err(_) => String::new(),
    };
    format!("git {folder}show {}", format_args!("{commit}:{}", word(&reading.path)))
}
