//! AG301: versioned, additive only.

use std::collections::HashSet;

use crate::case::{Case, ContractChange, Draft, Found};
use crate::contract::{Change, Judged, Kind};
use crate::report::{Severity, escape};

rule! {
    /// # What it refuses
    ///
    /// A change of a contract (a file of class `schema`) after which some document that was valid is not, or after which
    /// a field is gone, renamed, moved, retyped, narrowed, or required where it was optional and the other way round;
    /// a contract that is taken away; and whatever cannot be proved to be none of these, such as a contract that cannot
    /// be read. JSON Schema (draft-07, 2019-09, 2020-12) and fields in Markdown lists and tables are compared with what
    /// the base has; a file that moves is compared with what it was. Markdown that names no field is prose: a note.
    ///
    /// # Why
    ///
    /// “Schema: versioned, additive only; flat keys for current R4 items.”
    ///
    /// # How to go on
    ///
    /// Add a field and leave the old one as it is. A break on purpose is a new contract at a new version path beside the
    /// old one: `schemas/v2/usage.json`. `verify-gate contract OLD NEW` shows every change with its reason.
    ///
    /// # Configuration
    ///
    /// `[contract] retired` lists contracts that may be removed.
    CONTRACT_NOT_ADDITIVE: "AG301", "contract-not-additive", Error, "versioned, additive only", check
}

/// As many changes of one contract as are shown.
const MOST: usize = 50;

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for contract in &case.contracts {
        for judged in &contract.judged {
            match judged {
                Judged::Unreadable { is_new, error } => unreadable(contract, *is_new, error, found),
                Judged::Prose => {
                    let message = format!("`{}` names no field, so it is read as prose", contract.path);
                    found.add(Draft::new(message).path(&contract.path).at_most(Severity::Note));
                }
                Judged::Compared(_) | Judged::NoContract => {}
            }
        }
        let retired = case.policy.contract.is_retired(&contract.below);
        let mut said = HashSet::new();
        let changes = contract.comparisons().into_iter().flat_map(|comparison| &comparison.changes);
        let breaking = changes.filter(|change| {
            let goes = retired && change.kind == Kind::ContractRemoved;
            change.kind.is_breaking() && !goes && said.insert((&change.pointer, change.kind))
        });
        let breaking: Vec<&Change> = breaking.collect();
        for change in breaking.iter().take(MOST) {
            found.add(broken(contract, change));
        }
        if let Some(more @ [_, ..]) = breaking.get(MOST..) {
            let message = format!("`{}` breaks in {} more places", contract.path, more.len());
            found.add(Draft::new(message).path(&contract.path).help(HELP));
        }
    }
}

const HELP: &str = "leave what is there and add beside it; a break on purpose is a new contract at a new version path";

fn broken(contract: &ContractChange, change: &Change) -> Draft {
    let message = format!("{} (`{}`, {})", change.message, escape(&change.pointer), change.kind.as_str());
    let help = match change.kind {
        Kind::ContractRemoved => {
            format!(
                "keep it; once nobody uses it, list `{}` under `[contract] retired` in ackgate.toml",
                contract.below
            )
        }
        _ => HELP.to_owned(),
    };
    Draft::new(message).path(&contract.path).line(change.line).help(help)
}

fn unreadable(contract: &ContractChange, is_new: bool, error: &crate::contract::ContractError, found: &mut Found<'_>) {
    let when = if is_new { "the contract" } else { "the contract as it was" };
    let message = format!("{when} {error}, so that nothing can be proved of it");
    let draft = Draft::new(message).path(&contract.path).line(error.line().filter(|_| is_new));
    found.add(draft.help(match is_new {
        true => "mend the file",
        false => "put what it should have been at a new version path",
    }));
}
