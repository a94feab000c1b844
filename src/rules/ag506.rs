//! AG506: the bundle holds every file that the slice touched, as it is, and nothing else.

use crate::bundle::Flaw;
use crate::case::{Case, Draft, Found};

rule! {
    /// # What it refuses
    ///
    /// A handoff whose bundle is not there, lacks a file that the slice touched, holds one that it did not, holds a file that is
    /// not as it is in the tree (content, run bit, link), or a path that would be unpacked outside of its folder. What is gone
    /// and the commits of submodules stand in the bundle's `ackgate-bundle.json`; a zip that was packed without it will do.
    ///
    /// A slice begins with the commit that brought its gate, or where the log is in another repository, with the last commit
    /// here before that; and where it was packed with `--since` or `--include`, as its manifest says. Only files that git keeps count, as they are in the work tree.
    ///
    /// # Why
    ///
    /// “Bundle: zip all touched files to `~/Downloads/<repo>_<slice>_bundle.zip`.”
    ///
    /// # How to go on
    ///
    /// `verify-gate bundle` packs it; `verify-gate bundle --check` says what is wrong with it.
    ///
    /// # Configuration
    ///
    /// None. It is looked for on this machine alone, never at a push.
    BUNDLE_INCOMPLETE: "AG506", "bundle-incomplete", Error, "every touched file, nothing else", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(bundle) = &case.bundle else { return };
    let place = crate::report::escape(&bundle.path);
    for flaw in &bundle.flaws {
        let help = match flaw {
            Flaw::Unknown(_) => "run `verify-gate bundle --since REV`".to_owned(),
            Flaw::Unreadable(_) => {
                format!("run `verify-gate bundle --force`, which puts a new one in the place of {place}")
            }
            _ => format!("run `verify-gate bundle`, which packs {place} anew"),
        };
        found.add(Draft::new(flaw.message()).help(help));
    }
}
