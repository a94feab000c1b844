//! AG901: policy is changed by agreement.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::policy::POLICY_CLASS;
use crate::report::Severity;

rule! {
    /// # What it refuses
    ///
    /// A change of `ackgate.toml`, of the snapshot that it extends, or of a path under `[protect] policy`, that no ACKed gate covers. The commit that
    /// brings the first `ackgate.toml` is the adoption: it passes, with a warning that says what it changes.
    ///
    /// # Why
    ///
    /// “This protocol is the single source for how AgentOS and CCC agents coordinate”: who can change it alone is bound by
    /// nothing, so the policy is part of what was agreed.
    ///
    /// # How to go on
    ///
    /// Post a gate that lists the file, and let it be ACKed.
    ///
    /// # Configuration
    ///
    /// `[protect] policy` adds paths to this class.
    POLICY_CHANGED: "AG901", "policy-changed", Error, "policy is changed by agreement", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for touched in case.touched.iter().filter(|t| t.class == POLICY_CLASS && !t.adopted) {
        if case.covered_by(touched).is_none() {
            let message = format!("`{}` is policy, and no ACKed gate covers it", touched.path);
            let help = match case.reading() {
                Some(reading) => next_step::gate_template(case, &reading.path),
                None => "post a gate that lists it, and let it be ACKed".to_owned(),
            };
            found.add(Draft::new(message).path(&touched.path).help(help));
        }
    }
    if let Some(adoption) = &case.adoption {
        found.add(Draft::new(adoption.clone()).path(&crate::policy::POLICY_FILE.into()).at_most(Severity::Warning));
    }
}
