//! AG104: what we will change, paths.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::policy::POLICY_CLASS;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path that the ACKed gate does not list.
    ///
    /// # Why
    ///
    /// The gate says “What we will change (paths + fields)”; the ACK was given to that list and to nothing else.
    ///
    /// # How to go on
    ///
    /// Leave the path out of the change, or post a new gate that lists it. `dir/` covers what is below the folder,
    /// `dir` only itself, `*` stops at `/`, and case counts. A gate without a list covers nothing.
    ///
    /// # Configuration
    ///
    /// `[gate] select = "latest-covering"` lets each path be covered by the latest gate that lists it.
    PATH_NOT_COVERED: "AG104", "path-not-covered", Error, "what we will change: paths", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    for touched in case.touched.iter().filter(|t| !t.adopted && !t.listed && t.class != POLICY_CLASS) {
        let Some((index, gate)) = touched.gate.and_then(|i| Some((i, reading.log.gates.get(i)?))) else { continue };
        if !case.opens(index, &touched.class) {
            continue;
        }
        let message =
            format!("{} is not among the paths of {}", next_step::shown(touched), next_step::named(reading, gate));
        let coverage = case.coverage(gate);
        let help = if gate.paths.is_empty() {
            "the gate lists no path under “What we will change”, so it opens nothing: post a gate that lists them"
                .to_owned()
        } else if let Some(pattern) = coverage.ambiguous.first() {
            format!(
                "`{}` could be meant from the workspace's root and from the member's folder: start it with `./` for the root",
                crate::report::escape(pattern)
            )
        } else if let Some((pattern, why)) = coverage.unreadable.first() {
            format!(
                "`{}` could not be read as a path or glob: {}",
                crate::report::escape(pattern),
                crate::report::escape(why)
            )
        } else {
            format!("leave it out, or {}", next_step::gate_template(case, &reading.path))
        };
        found.add(Draft::new(message).path(&touched.path).log(&reading.path, gate.line).help(help));
    }
}
