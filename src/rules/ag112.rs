//! AG112: paths, not everything.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path that only a pattern such as `**`, `*.py` or `/` of the gate would cover: a pattern
    /// whose first component is a wildcard opens nothing.
    ///
    /// # Why
    ///
    /// The gate lists “What we will change (paths + fields)”. Everything is no list.
    ///
    /// # How to go on
    ///
    /// Post a gate that names the folders: `agentos/integrations/**`.
    ///
    /// # Configuration
    ///
    /// None.
    GATE_TOO_BROAD: "AG112", "gate-too-broad", Error, "paths, not everything", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    let mut said = Vec::new();
    for touched in case.touched.iter().filter(|t| !t.adopted && !t.listed) {
        let Some((index, gate)) = touched.gate.and_then(|i| Some((i, reading.log.gates.get(i)?))) else { continue };
        let broad = case.coverage(gate).too_broad;
        if broad.is_empty() || said.contains(&index) || gate.state.is_final() {
            continue;
        }
        said.push(index);
        let patterns: Vec<String> = broad.iter().map(|p| format!("`{}`", escape(p))).collect();
        let message = format!(
            "{} lists {}, which is too broad and opens nothing",
            next_step::named(reading, gate),
            patterns.join(", ")
        );
        let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
        found.add(draft.help("post a gate that names the folders, such as `agentos/integrations/**`"));
    }
}
