//! `verify-gate gate show`: a gate in full, what stands of it, and its digest.

use std::io::Write;
use std::rc::Rc;

use jiff::civil::Date;
use serde_json::json;

use super::place::place;
use super::{found, lines};
use crate::case::{Case, LogCase};
use crate::log::{self, Kind, Log};
use crate::policy::Policy;
use crate::report::{GateView, escape, human, json as document};
use crate::shell::Error;
use crate::shell::cli::{Common, Format};
use crate::shell::terminal::{Outcome, finish};
use crate::shell::world::World;

/// Shows a gate of the log as it stands in the work tree.
pub fn show_gate(common: &Common, slice: Option<&str>) -> Result<Outcome, Error> {
    let place = place(common, &World::new())?;
    let log = log::read(&place.text()?, &place.policy.writers());
    let index = found(&log, place.own(), Kind::Ack, slice)?;
    let (Some(gate), Some(entry)) = (log.gates.get(index), log.gates.get(index).and_then(|g| log.entry_of(g))) else {
        return Err(Error::new("the log has no such gate"));
    };
    let view = view(&log, index, &place.policy);
    let mut out = std::io::stdout().lock();
    let mut shown = json!({
                    "slice": gate.slice,
                    "line": gate.line,
                    "party": gate.party,
                    "state": view.as_ref().map_or(gate.state.as_str(), |view| view.state),
                    "paths": gate.paths.iter().filter(|p| !p.excluded).map(|p| &p.text).collect::<Vec<_>>(),
                    "fields": gate.fields,
                    "questions": gate.questions,
                    "digest": format!("sha256:{}", entry.digest()),
                    "text": entry.text,
    });
    if let (Some(answers), Some(map)) = (view.and_then(|view| view.answers), shown.as_object_mut()) {
        document::answers(&answers, map);
    }
    finish(match common.format {
        Format::Json => document::document(&mut out, json!({"version": 1, "gate": shown})),
        Format::Human | Format::For(_) => out.write_all(in_full(&log, index, &place.policy).as_bytes()),
    })?;
    Ok(Outcome::Pass)
}

/// The gate as it stands under a policy.
fn view(log: &Log, index: usize, policy: &Policy) -> Option<GateView> {
    let log = LogCase::given(Rc::new(log.clone()), "", policy);
    Case::without_change(policy, log, Date::MIN).view(index)
}

/// The gate's text, its state and its digest.
pub(super) fn in_full(log: &Log, index: usize, policy: &Policy) -> String {
    let Some(gate) = log.gates.get(index) else { return String::new() };
    let Some(entry) = log.entry_of(gate) else { return String::new() };
    let answers = view(log, index, policy).and_then(|view| Some((view.state, view.answers?)));
    let state = match gate.reply.and_then(|r| log.entries.get(r)) {
        _ if let Some((state, answers)) = &answers => format!("{state}: {}", human::answers(answers)),
        Some(reply) => format!(
            "{} by {}, line {}",
            gate.state.as_str(),
            escape(reply.party.as_deref().unwrap_or("nobody")),
            reply.line
        ),
        None => gate.state.as_str().to_owned(),
    };
    format!(
        "{}\ngate:   `{}` by {}, line {}\nstate:  {state}\ndigest: sha256:{}\n",
        lines(&entry.text),
        escape(&gate.slice),
        escape(&gate.party),
        gate.line,
        entry.digest()
    )
}
