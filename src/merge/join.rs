//! Which entries of the two sides are the same, and the text with all of them.

use std::collections::HashSet;
use std::fmt;

use super::cut::{BOM, Cut};
use super::{Conflict, quoted};
use crate::log::{Entry, Log};

/// Whose entries come first where both sides added some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Ours,
    Theirs,
}

impl fmt::Display for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            First::Ours => "with ours first",
            First::Theirs => "with theirs first",
        })
    }
}

/// An entry of the joined log, by its place on each side that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) ours: Option<usize>,
    pub(super) theirs: Option<usize>,
    base: Option<usize>,
}

/// Both sides, and which of their entries they share.
pub(super) struct Joined<'c> {
    base: &'c Cut<'c>,
    ours: &'c Cut<'c>,
    theirs: &'c Cut<'c>,
    /// For each entry, whether the other side has it too.
    shared: [Vec<bool>; 2],
    /// For each entry of ours, its place in the base.
    kept: Vec<Option<usize>>,
}

impl<'c> Joined<'c> {
    /// Matches the entries: those of the base, which each side must have in their order, and those that both added.
    pub(super) fn new(base: &'c Cut<'c>, ours: &'c Cut<'c>, theirs: &'c Cut<'c>) -> Result<Self, Conflict> {
        let kept = [kept(&base.log, &ours.log, "ours")?, kept(&base.log, &theirs.log, "theirs")?];
        let [of_ours, of_theirs] = [added(&ours.log, &kept[0]), added(&theirs.log, &kept[1])];
        let [both_ours, both_theirs] = [common(&of_ours, &of_theirs), common(&of_theirs, &of_ours)];
        let same = |one: &Added<'_>, other: &Added<'_>| one.below == other.below && one.entry.text == other.entry.text;
        let pairs = both_ours.iter().zip(&both_theirs);
        let differs = pairs.clone().find(|(one, other)| !same(one, other)).map(|(one, _)| one);
        let longer = if both_ours.len() > both_theirs.len() { &both_ours } else { &both_theirs };
        let spare = (both_ours.len() != both_theirs.len()).then(|| longer.get(pairs.len())).flatten();
        if let Some(twice) = differs.or(spare) {
            return Err(Conflict::Twice { heading: quoted(&twice.entry.heading) });
        }
        let mut shared = [&kept[0], &kept[1]].map(|kept| kept.iter().map(Option::is_some).collect::<Vec<bool>>());
        for (shared, both) in shared.iter_mut().zip([&both_ours, &both_theirs]) {
            for added in both {
                shared.get_mut(added.at).into_iter().for_each(|is_shared| *is_shared = true);
            }
        }
        let [kept, _] = kept;
        Ok(Joined { base, ours, theirs, shared, kept })
    }

    /// All entries, each once, in the order of both sides; between two that both have, one side's before the other's.
    pub(super) fn items(&self, first: First) -> Vec<Item> {
        let [mut ours, mut theirs] =
            [&self.shared[0], &self.shared[1]].map(|shared| shared.iter().copied().enumerate().peekable());
        let mut items = Vec::new();
        loop {
            let alone = |ours, theirs| Item { ours, theirs, base: None };
            let mut of_ours = Vec::new();
            while let Some((at, _)) = ours.next_if(|(_, shared)| !shared) {
                of_ours.push(alone(Some(at), None));
            }
            let mut of_theirs = Vec::new();
            while let Some((at, _)) = theirs.next_if(|(_, shared)| !shared) {
                of_theirs.push(alone(None, Some(at)));
            }
            match first {
                First::Ours => items.extend(of_ours.into_iter().chain(of_theirs)),
                First::Theirs => items.extend(of_theirs.into_iter().chain(of_ours)),
            }
            let (Some((ours, _)), Some((theirs, _))) = (ours.next(), theirs.next()) else { return items };
            let base = self.kept.get(ours).copied().flatten();
            items.push(Item { ours: Some(ours), theirs: Some(theirs), base });
        }
    }

    /// The text: what stood next to each other on a side is left so, all else gets an empty line between.
    pub(super) fn text(&self, opening: &str, items: &[Item]) -> String {
        let end = if opening.contains("\r\n") || self.ours.entries.iter().any(|entry| entry.contains("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        let mut out = opening.to_owned();
        let mut above: Option<&Item> = None;
        for item in items {
            let follows = |above: Option<usize>, at: Option<usize>| at.is_some() && at == above.map(|above| above + 1);
            let beside = match above {
                None => {
                    let opens = |cut: &Cut<'_>, at: Option<usize>| at == Some(0) && cut.opening == opening;
                    opens(self.ours, item.ours) || opens(self.theirs, item.theirs)
                }
                Some(above) => follows(above.ours, item.ours) || follows(above.theirs, item.theirs),
            };
            part(&mut out, end, beside);
            out.push_str(self.written(item));
            above = Some(item);
        }
        out
    }

    /// An entry as it is written; where both have it, as ours has it, but with a closing decoration that theirs alone put
    /// below it.
    fn written(&self, item: &Item) -> &'c str {
        let of = |cut: &'c Cut<'c>, at: Option<usize>| at.and_then(|at| cut.entries.get(at)).copied();
        match (of(self.ours, item.ours), of(self.theirs, item.theirs), of(self.base, item.base)) {
            (Some(ours), Some(theirs), Some(base))
                if ours.trim_end() == base.trim_end() && theirs.trim_end() != base.trim_end() =>
            {
                theirs
            }
            (Some(one), ..) | (None, Some(one), _) => one,
            (None, None, _) => "",
        }
    }
}

/// What stands above the first entry, where at most one side changed it.
pub(super) fn opening<'t>(base: &Cut<'t>, ours: &Cut<'t>, theirs: &Cut<'t>) -> Result<&'t str, Conflict> {
    let [old, our, their] = [base, ours, theirs].map(|cut| said(cut.opening));
    if our == their {
        return Ok(if ours.opening == base.opening { theirs.opening } else { ours.opening });
    }
    match (our == old, their == old) {
        (true, _) => Ok(theirs.opening),
        (_, true) => Ok(ours.opening),
        _ => Err(Conflict::Opening),
    }
}

/// Lines without white space at their ends.
fn said(opening: &str) -> String {
    let lines: Vec<&str> = opening.trim_start_matches(BOM).lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

/// For each entry of a side, its place in the base.
fn kept(base: &Log, side: &Log, name: &'static str) -> Result<Vec<Option<usize>>, Conflict> {
    let mut next = 0;
    let kept = side.entries.iter().map(|entry| {
        let is_next = base.entries.get(next).is_some_and(|wanted| wanted.text == entry.text);
        let at = is_next.then_some(next);
        next += usize::from(is_next);
        at
    });
    let kept = kept.collect();
    match base.entries.get(next) {
        Some(lost) => Err(Conflict::Lost { side: name, heading: quoted(&lost.heading), line: lost.line }),
        None => Ok(kept),
    }
}

/// An entry that the base does not have.
#[derive(Clone, Copy)]
struct Added<'l> {
    at: usize,
    /// How many of the base's entries stand above it.
    below: usize,
    entry: &'l Entry,
}

fn added<'l>(side: &'l Log, kept: &[Option<usize>]) -> Vec<Added<'l>> {
    let mut below = 0;
    let mut added = Vec::new();
    for (at, (entry, kept)) in side.entries.iter().zip(kept).enumerate() {
        match kept {
            Some(_) => below += 1,
            None => added.push(Added { at, below, entry }),
        }
    }
    added
}

/// Those of `one` whose text is among those of `other`.
fn common<'l>(one: &[Added<'l>], other: &[Added<'_>]) -> Vec<Added<'l>> {
    let texts: HashSet<&str> = other.iter().map(|added| added.entry.text.as_str()).collect();
    one.iter().filter(|added| texts.contains(added.entry.text.as_str())).copied().collect()
}

/// Ends the last line, and puts an empty one below it unless what follows stood there already.
fn part(out: &mut String, end: &str, beside: bool) {
    if out.trim_start_matches(BOM).is_empty() {
        return;
    }
    let ends = |text: &str| text.ends_with(['\n', '\r']);
    if !ends(out) {
        out.push_str(end);
    }
    let last = out.strip_suffix("\r\n").or(out.strip_suffix(['\n', '\r'])).unwrap_or(out);
    if !beside && !last.is_empty() && !ends(last) {
        out.push_str(end);
    }
}
