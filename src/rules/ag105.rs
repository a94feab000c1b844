//! AG105: what we will change, fields.

use std::collections::BTreeSet;

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::contract::Change;
use crate::log::Gate;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A field that the change adds to a contract, or alters there, and that the ACKed gate does not name under *What we
    /// will change* or *Exact field names*. A nested field is named by itself or by its path: `auto`, `warn_pct.auto`; a new
    /// object by its own name.
    ///
    /// # Why
    ///
    /// The gate says “What we will change (paths + fields)” and “Exact field names/contracts (Yes/No confirms)”.
    ///
    /// # How to go on
    ///
    /// Leave the field out of the change, or post a new gate that names it as a code span.
    ///
    /// # Configuration
    ///
    /// None.
    FIELD_NOT_COVERED: "AG105", "field-not-covered", Error, "what we will change: fields", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    for contract in &case.contracts {
        let Some(touched) = case.touched.iter().find(|t| t.path == contract.path && t.listed && !t.adopted) else {
            continue;
        };
        let Some((index, gate)) = touched.gate.and_then(|i| Some((i, reading.log.gates.get(i)?))) else { continue };
        if !case.opens(index, &touched.class) {
            continue;
        }
        let mut said = BTreeSet::new();
        for change in
            contract.own_changes().into_iter().filter(|change| !change.field.is_empty() && !names(gate, change))
        {
            let field = change.field.join(".");
            if !said.insert(field.clone()) {
                continue;
            }
            let message = format!(
                "the field `{}` ({}) is not among the fields of {}",
                escape(&field),
                change.kind.as_str(),
                next_step::named(reading, gate)
            );
            let draft = Draft::new(message).path(&contract.path).line(change.line).log(&reading.path, gate.line);
            let help = format!(
                "leave it out, or post a gate that names it: `verify-gate gate new --field '{}' …`",
                escape(&field)
            );
            found.add(draft.help(help));
        }
    }
}

/// Whether a gate names a changed field: by its path, or the end of that.
fn names(gate: &Gate, change: &Change) -> bool {
    let path = &change.field;
    let ends = (0..path.len()).filter_map(|from| path.get(from..));
    let names: BTreeSet<String> = ends.map(|end| end.join(".")).collect();
    gate.fields.iter().flat_map(|field| written(field)).any(|field| names.contains(&field))
}

/// The names that a gate's field stands for: `a: float` and `a[24]` are `a`, `a.{b,c}` is two.
fn written(field: &str) -> Vec<String> {
    if let Some((before, inner)) = field.split_once(".{").and_then(|(b, rest)| Some((b, rest.strip_suffix('}')?))) {
        return inner.split([',', '|']).map(|name| format!("{before}.{}", name.trim())).collect();
    }
    let name = field.split(':').next().unwrap_or(field).trim().trim_end_matches('?');
    let bare = name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map_or(name, |(bare, _)| bare);
    vec![bare.to_owned(), field.to_owned()]
}
