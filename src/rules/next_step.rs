//! What to do next, in words that several rules share.

use crate::case::{Case, Reading, Touched};
use crate::log::{Entry, Gate, Kind, Log, Part};
use crate::report::escape;

/// The entry to post, as a template filled with what the change touches; where a later gate stands in a copy of the log that
/// does not judge yet, what brings it there.
pub(super) fn gate_template(case: &Case<'_>, place: &str) -> String {
    if let Some(waiting) = uncommitted(case) {
        return waiting;
    }
    let pinned = case.reading().is_some_and(|reading| reading.pins.log.is_some());
    let pinned = if pinned { format!("{AMEND}. Else ") } else { String::new() };
    let paths: Vec<String> = case.touched.iter().filter(|t| !t.adopted).take(20).map(|t| said(case, t)).collect();
    let format = case.policy.log.format;
    let by_command = match format.is_headings() {
        true => " (`verify-gate gate new --slice SLICE --path …` writes it)",
        false => "",
    };
    let parts = Part::ALL.map(|part| match part {
        Part::Change => (part, paths.join(", ")),
        _ => (part, "…".to_owned()),
    });
    format!(
        "{pinned}post an alignment gate in {}, commit it, and wait for the ACK{by_command}:\n\n{}",
        escape(place),
        (format.gate)(&escape(&case.policy.party), "SLICE", &parts)
    )
}

/// A gate that only a later copy of the log has.
fn uncommitted(case: &Case<'_>) -> Option<String> {
    let reading = case.reading()?;
    reading.elsewhere.iter().find_map(|copy| {
        let gate = copy.log.latest()?;
        let text = |log: &Log, gate: &Gate| log.entry_of(gate).map(|entry| entry.text.clone());
        let asked = text(&copy.log, gate);
        let base = reading.log.whole();
        let is_known = base.gates.iter().any(|known| text(base, known) == asked);
        let waiting = || {
            format!(
                "gate `{}` is {}, and not yet in the log that judges: {}",
                escape(&gate.slice),
                copy.place,
                copy.help
            )
        };
        (!is_known).then(waiting)
    })
}

/// A touched path as a gate says it: from the policy's folder, and for what lies outside of a workspace's member from
/// the root.
fn said(case: &Case<'_>, touched: &Touched) -> String {
    let outside = !case.folders.member.is_empty() && touched.path == touched.below;
    if outside { format!("`./{}`", touched.path) } else { format!("`{}`", touched.below) }
}

/// What is done about a pin that does not hold.
pub(super) const AMEND: &str = "take the trailer out of the message (`git commit --amend`, `git rebase -i`): the log as it is now \
     judges then; or let it name what the commit was made by";

/// How another party answers, or each of those that are waited for.
pub(super) fn ack_wanted(case: &Case<'_>, gate: &Gate, awaited: &[&str]) -> String {
    let format = case.policy.log.format;
    let others: Vec<String> = case
        .policy
        .parties
        .values()
        .filter(|p| p.name != gate.party && (awaited.is_empty() || awaited.contains(&p.name.as_str())))
        .map(|p| (format.reply)(&escape(p.aliases.first().unwrap_or(&p.name)), Kind::Ack, &escape(&gate.slice)))
        .collect();
    let by_command = match format.is_headings() {
        true => format!("; in a repository of theirs: `verify-gate ack --slice {} --commit`", escape(&gate.slice)),
        false => String::new(),
    };
    if !awaited.is_empty() {
        let each = if awaited.len() > 1 { " each" } else { "" };
        return format!(
            "{} has{each} to append an entry such as `{}` to the log, and commit it{by_command}",
            all_of(awaited),
            others.join("` and `"),
        );
    }
    format!(
        "another party than {} has to append an entry such as `{}` to the log, and commit it{by_command}",
        escape(&gate.party),
        others.join("` or `")
    )
}

/// The paths that a rule is about, in a phrase: the first, and how many more.
pub(super) fn touched(case: &Case<'_>, gate: Option<usize>) -> String {
    touched_by(case, |t| t.gate == gate)
}

/// The paths of which something holds, likewise.
pub(super) fn touched_by(case: &Case<'_>, holds: impl Fn(&Touched) -> bool) -> String {
    let mut all = case.touched.iter().filter(|t| !t.adopted && holds(t));
    let Some(first) = all.next() else { return String::new() };
    match all.count() {
        0 => format!("`{}` ({}) is protected", first.path, first.class),
        more => format!("`{}` ({}) and {more} more are protected", first.path, first.class),
    }
}

/// Parties in a phrase.
pub(super) fn all_of(parties: &[&str]) -> String {
    parties.iter().map(|party| escape(party)).collect::<Vec<_>>().join(" and ")
}

/// Whose answer it is that a gate is looked at with, as the end of a phrase; nothing where the last one counts.
pub(super) fn of_answerer(gate: &Gate, word: &str) -> String {
    gate.answerer.as_ref().map(|party| format!(" {word} {}", escape(party))).unwrap_or_default()
}

/// A gate by name, with the log it was read from.
pub(super) fn named(reading: &Reading, gate: &Gate) -> String {
    format!("gate `{}` ({})", escape(&gate.slice), escape(&reading.place))
}

/// The touched path as a finding shows it.
pub(super) fn shown(touched: &Touched) -> String {
    format!("`{}` ({})", touched.path, touched.class)
}

/// An entry's heading, cut where it is too long to show.
pub(super) fn heading(entry: &Entry) -> String {
    let short: String = entry.heading.chars().take(80).collect();
    let cut = if entry.heading.chars().nth(80).is_some() { "…" } else { "" };
    format!("{}{cut}", escape(&short))
}
