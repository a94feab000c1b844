//! The catalogue: every rule of the protocol that is checked, one file a rule, each blind to its siblings.
//!
//! A rule is one static value. Its documentation is its doc comment, and nothing else says what it means: `explain`,
//! the README's table and `--help` are made from it.

mod markdown;
pub mod names;

pub use markdown::markdown;

use crate::case::{Case, Found};
use crate::report::Severity;

/// One sentence of the protocol as a check.
pub struct Rule {
    /// Public and never reused.
    pub code: &'static str,
    /// What the rule refuses, as a word.
    pub name: &'static str,
    /// The protocol's sentence, in short.
    pub summary: &'static str,
    /// Unless the policy says otherwise.
    pub severity: Severity,
    /// Markdown, from the doc comment.
    pub documentation: &'static str,
    /// Looks at a case and says what it finds.
    pub check: fn(&Case<'_>, &mut Found<'_>),
}

impl Rule {
    /// Its documentation as Markdown, without the space that doc comments have before each line.
    pub fn page(&self) -> String {
        let lines = self.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Declares a rule; its doc comment becomes its documentation.
macro_rules! rule {
    ($(#[doc = $line:literal])* $id:ident: $code:literal, $name:literal, $severity:ident, $summary:literal, $check:path) => {
        $(#[doc = $line])*
        pub(super) static $id: crate::rules::Rule = crate::rules::Rule {
            code: $code,
            name: $name,
            summary: $summary,
            severity: crate::report::Severity::$severity,
            documentation: concat!($($line, "\n"),*),
            check: $check,
        };
    };
}

mod ag101;
mod ag102;
mod ag103;
mod ag104;
mod ag105;
mod ag106;
mod ag107;
mod ag108;
mod ag109;
mod ag110;
mod ag111;
mod ag112;
mod ag113;
mod ag114;
mod ag115;
mod ag201;
mod ag202;
mod ag203;
mod ag204;
mod ag205;
mod ag206;
mod ag301;
mod ag302;
mod ag303;
mod ag304;
mod ag311;
mod ag312;
mod ag313;
mod ag401;
mod ag402;
mod ag403;
mod ag404;
mod ag405;
mod ag501;
mod ag502;
mod ag503;
mod ag504;
mod ag505;
mod ag506;
mod ag507;
mod ag508;
mod ag509;
mod ag510;
mod ag901;
mod ag902;
mod licence;
mod next_step;

/// All rules, sorted by code.
pub static RULES: &[&Rule] = &[
    &ag101::GATE_MISSING,
    &ag102::ACK_MISSING,
    &ag103::SELF_ACK,
    &ag104::PATH_NOT_COVERED,
    &ag105::FIELD_NOT_COVERED,
    &ag106::CHANGES_REQUESTED,
    &ag107::GATE_INCOMPLETE,
    &ag108::GATE_REJECTED,
    &ag109::GATE_CLOSED,
    &ag110::GATE_EXPIRED,
    &ag111::GATE_CHANGED_AFTER_ACK,
    &ag112::GATE_TOO_BROAD,
    &ag113::ACK_UNPROVEN,
    &ag114::ACK_NOT_IN_BASE,
    &ag115::OVERRIDE_USED,
    &ag201::LOG_MISSING,
    &ag202::LOG_DUPLICATED,
    &ag203::LOG_REWRITTEN,
    &ag204::ENTRY_UNREADABLE,
    &ag205::PARTY_UNKNOWN,
    &ag206::LOG_STALE,
    &ag301::CONTRACT_NOT_ADDITIVE,
    &ag302::CONTRACT_NOT_FLAT,
    &ag303::CONTRACT_CLOSED,
    &ag304::CONTRACT_UNVERSIONED,
    &ag311::KEY_BUNDLE_INVALID,
    &ag312::LICENCE_INVALID,
    &ag313::LICENCE_DEPENDENCY,
    &ag401::READING_MISSING,
    &ag402::READING_STALE,
    &ag403::ROLE_OUT_OF_ORDER,
    &ag404::TURN_OUT_OF_ORDER,
    &ag405::SLICE_TOO_LONG,
    &ag501::PLAN_MISSING,
    &ag502::PLAN_INCOMPLETE,
    &ag503::BDD_PARITY,
    &ag504::DOCS_NOT_UPDATED,
    &ag505::EVIDENCE_MISSING,
    &ag506::BUNDLE_INCOMPLETE,
    &ag507::PROGRESS_POINTER,
    &ag508::HANDOFF_ENTRY,
    &ag509::READY_ENTRY,
    &ag510::NEXT_PLAN,
    &ag901::POLICY_CHANGED,
    &ag902::POLICY_INVALID,
];

/// Says what an emergency override lifted.
pub(crate) static OVERRIDE_USED: &Rule = &ag115::OVERRIDE_USED;

/// Whether an ACKed gate could have made right what a rule finds, so that an emergency override, which stands in for one,
/// lifts it.
pub fn asks_for_a_gate(code: &str) -> bool {
    ("AG101"..="AG114").contains(&code) || code == "AG901"
}

/// The rule with this code or name; case does not count.
pub fn find(word: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word))
}
