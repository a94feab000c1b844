//! Whether a joined log says what its two sides say.

use std::collections::HashMap;

use super::join::Item;
use super::quoted;
use crate::log::{Entry, Gate, Log, State};

/// Whether every entry reads as on its own side, and no gate is open that a reply closes; else what would be otherwise.
///
/// `each`: that holds for what each party by itself answered.
pub(super) fn reads_the_same(merged: &Log, items: &[Item], ours: &Log, theirs: &Log, each: bool) -> Result<(), String> {
    let sides = [Side::new(ours, items, |item| item.ours), Side::new(theirs, items, |item| item.theirs)];
    stand_alone(merged, items, &sides)?;
    for side in &sides {
        for (entry, at) in side.log.entries.iter().zip(&side.places) {
            let Some(now) = merged.entries.get(*at) else { return Err("an entry would be lost".to_owned()) };
            same_entry(merged, side, entry, now)?;
        }
    }
    let gates = [Gates::new(ours, &sides[0].places), Gates::new(theirs, &sides[1].places)];
    for gate in &merged.gates {
        same_gate(merged, gate, items, &gates, None)?;
        for answer in gate.answers.iter().filter(|_| each) {
            same_gate(merged, gate, items, &gates, Some(&answer.party))?;
        }
    }
    Ok(())
}

/// A side, and where its entries stand in the joined log.
struct Side<'l> {
    log: &'l Log,
    places: Vec<usize>,
}

impl<'l> Side<'l> {
    fn new(log: &'l Log, items: &[Item], of: impl Fn(&Item) -> Option<usize>) -> Self {
        // Items keep the order of each side, so these come in the order of its entries.
        let places = items.iter().enumerate().filter(|(_, item)| of(item).is_some()).map(|(at, _)| at).collect();
        Side { log, places }
    }
}

/// A side's gates by the place of their entry in the joined log.
struct Gates<'l> {
    places: &'l [usize],
    by_place: HashMap<usize, &'l Gate>,
}

impl<'l> Gates<'l> {
    fn new(log: &'l Log, places: &'l [usize]) -> Self {
        let by_place = log.gates.iter().filter_map(|gate| Some((*places.get(gate.entry)?, gate))).collect();
        Gates { places, by_place }
    }
}

/// No entry swallows another, or is cut in two.
fn stand_alone(merged: &Log, items: &[Item], sides: &[Side<'_>; 2]) -> Result<(), String> {
    let of = |item: &Item| {
        let [ours, theirs] = sides;
        let (ours, theirs) = (item.ours.and_then(|at| ours.log.entries.get(at)), item.theirs.map(|at| (theirs, at)));
        ours.or_else(|| theirs.and_then(|(side, at)| side.log.entries.get(at)))
    };
    for (n, item) in items.iter().enumerate() {
        let Some(wanted) = of(item) else { return Err("an entry would be lost".to_owned()) };
        if merged.entries.get(n).is_none_or(|entry| entry.text != wanted.text) {
            return Err(format!(
                "{} would run into the entry next to it (a fence, a comment or a tag is left open there)",
                shown(wanted)
            ));
        }
    }
    match merged.entries.len() == items.len() {
        true => Ok(()),
        false => Err("there would be more entries than before".to_owned()),
    }
}

fn same_entry(merged: &Log, side: &Side<'_>, then: &Entry, now: &Entry) -> Result<(), String> {
    let [answered, answers] = [(side.log, then), (merged, now)].map(|(log, entry)| answered(log, entry));
    let place = answered.and_then(|gate| side.places.get(gate.entry)).copied();
    if place != answers.map(|gate| gate.entry) {
        let name = |gate: Option<&Gate>| gate.map_or("no gate".to_owned(), |gate| format!("gate `{}`", gate.slice));
        let (now, before) = (name(answers), name(answered));
        let now = if now == before { format!("another {now}") } else { now };
        return Err(format!("{} would answer {now}, and not {before}", shown(then)));
    }
    if now.kind != then.kind {
        return Err(format!("{} would be read as {}, and not {}", shown(then), now.kind.as_str(), then.kind.as_str()));
    }
    if now.slice != then.slice {
        let name = |entry: &Entry| entry.slice.clone().unwrap_or_else(|| "nothing".to_owned());
        return Err(format!("the slice of {} would be `{}`, and not `{}`", shown(then), name(now), name(then)));
    }
    let rest = |e: &Entry| (e.heading.clone(), e.party.clone(), e.role.clone(), e.date, e.almost.clone());
    match rest(now) == rest(then) {
        true => Ok(()),
        false => Err(format!("{} would be read otherwise", shown(then))),
    }
}

fn answered<'l>(log: &'l Log, entry: &Entry) -> Option<&'l Gate> {
    entry.answers.and_then(|gate| log.gates.get(gate))
}

/// A gate asks for what it asked for, and is open only if a side has it so and no reply of the other alone closes it: as it
/// was answered last, or by `answerer`.
fn same_gate(
    merged: &Log,
    gate: &Gate,
    items: &[Item],
    sides: &[Gates<'_>; 2],
    answerer: Option<&str>,
) -> Result<(), String> {
    let asked = |gate: &Gate| {
        (gate.party.clone(), gate.paths.clone(), gate.fields.clone(), gate.parts.clone(), gate.questions.clone())
    };
    let known: Vec<(&Gates<'_>, &Gate)> =
        sides.iter().filter_map(|side| Some((side, *side.by_place.get(&gate.entry)?))).collect();
    if known.iter().any(|(_, then)| asked(then) != asked(gate)) || known.is_empty() {
        return Err(format!("gate `{}` would ask for something else", gate.slice));
    }
    if gate.stand(answerer).0 != State::Acked {
        return Ok(());
    }
    let is_shut = |then: &Gate| then.stand(answerer).0 != State::Acked;
    if known.iter().all(|(_, then)| is_shut(then)) {
        return Err(format!("gate `{}` would be open, which it is on neither side", gate.slice));
    }
    for (side, then) in known.iter().filter(|(_, then)| is_shut(then)) {
        let place = then.stand(answerer).1.and_then(|reply| side.places.get(reply));
        let alone =
            place.and_then(|at| items.get(*at)).is_some_and(|item| item.ours.is_none() || item.theirs.is_none());
        if alone {
            let reply = place.and_then(|at| merged.entries.get(*at)).map(shown).unwrap_or_default();
            return Err(format!("gate `{}` would be open, which {reply} closes on one side", gate.slice));
        }
    }
    Ok(())
}

fn shown(entry: &Entry) -> String {
    format!("“{}”", quoted(&entry.heading))
}
