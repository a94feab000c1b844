//! What a first policy file changes.

use std::collections::BTreeSet;

use super::{POLICY_FILE, Policy, Source};

/// What adopting `after` changes against `before`, the built-in profile that judged so far; `after` is `None` where it
/// cannot be told.
pub fn describe(before: Option<&Policy>, after: Option<&Policy>) -> String {
    let Some((before, Source::Profile(name))) = before.map(|policy| (policy, &policy.source)) else {
        return format!("this adopts `{POLICY_FILE}`: from the next commit on it judges");
    };
    let mut text = format!("this adopts `{POLICY_FILE}` in place of the built-in profile `{name}`");
    let Some(after) = after else { return format!("{text}: from the next commit on it judges") };
    let (old, new) = (globs(before), globs(after));
    let list = |globs: Vec<&String>| globs.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(", ");
    let lost: Vec<&String> = old.difference(&new).collect();
    let won: Vec<&String> = new.difference(&old).collect();
    for (globs, what) in [(lost, "no longer protects"), (won, "also protects")] {
        if !globs.is_empty() {
            text.push_str(&format!("; it {what} {}", list(globs)));
        }
    }
    if before.party != after.party || before.log != after.log {
        text.push_str(&format!("; its party is {}, its log `{}` of {}", after.party, after.log.path, after.log.owner));
    }
    let softened: Vec<&str> = after.severities.keys().copied().collect();
    if !softened.is_empty() {
        text.push_str(&format!("; it sets the severity of {}", softened.join(", ")));
    }
    if let Some(extends) = &after.extends {
        text.push_str(&format!("; it extends `{}`", crate::report::escape(&extends.name)));
    }
    if !after.override_keys.is_empty() {
        text.push_str("; it names keys that may override a gate in an emergency");
    }
    text
}

fn globs(policy: &Policy) -> BTreeSet<String> {
    policy.protect.classes().flat_map(|(_, globs)| globs.iter().map(|glob| crate::report::escape(glob))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Fit, choose, parse};
    use super::*;

    #[test]
    fn says_what_is_lost_and_won() {
        let Fit::One(profile) = choose(true, false).unwrap() else { panic!("a profile") };
        let text = "version = 1\nparty = \"AgentOS\"\n[log]\npath = \"log.md\"\nowner = \"AgentOS\"\n[parties.AgentOS]\n[parties.CCC]\n\
            [protect]\nadapter = [\"agentos/integrations/**\", \"x/**\"]\n[rules]\nack-missing = \"off\"\n\
            [override]\nkeys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\"]\n";
        let after = parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
        let said = describe(Some(&profile), Some(&after));
        for part in [
            "`agentos/tools/backfill_ccp.py`",
            "also protects `x/**`",
            "its log `log.md` of AgentOS",
            "AG102",
            "may override",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("`agentos/integrations/**`"), "{said}");
        assert!(describe(None, Some(&after)).contains("adopts"));
    }
}
