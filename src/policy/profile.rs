//! The built-in profiles: the protocol as written, for the two repositories it was written for.

use super::{Policy, PolicyError, Protect, Source, parse};

/// Who holds this is AgentOS: the chat log.
pub const LOG_PATH: &str = "docs/integration/CCC_AGENT_CHAT.md";

/// Who holds this is CCC: the usage contract.
pub const CONTRACT_PATH: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

/// What both profiles say.
const PARTIES: &str = r#"
[log]
path = "docs/integration/CCC_AGENT_CHAT.md"
owner = "AgentOS"
[parties.AgentOS]
aliases = ["AgentOS", "AgentOS executor"]
repositories = ["AgentOS"]
[parties.CCC]
aliases = ["CCC", "CCP", "CCP maintainer"]
repositories = ["ClaudeCodeProxy", "CCC"]
"#;

const AGENTOS: &str = r#"
[protect]
adapter = ["agentos/integrations/**", "agentos/tools/backfill_ccp.py", "agentos/metrics/**", "agentos/privacy/**"]
schema = ["agentos/schemas/**"]
licence = ["agentos/licensing/**"]
[session]
reading = [
  "docs/integration/INTEGRATION-ROADMAP-and-EXECUTION.md",
  "docs/integration/CCC_ADAPTER_PROPOSALS.md",
  "docs/integration/CROSS_REPO_SYNC_PROTOCOL.md",
]
[bdd]
features = ["features/*.feature"]
check = "behave --dry-run"
[docs]
update = ["README.md"]
"#;

const CCC: &str = r#"
[protect]
adapter = ["services/go-anth-shim/cmd/ccp/**"]
schema = ["docs/System/contracts/**"]
licence = ["docs/LEGAL/**", "services/go-anth-shim/license/**"]
[session]
reading = [
  "docs/System/integration/agentos-ccc-integration-plan.md",
  ["docs/System/contracts/USAGE_EVENT_SCHEMA.md", "docs/System/contracts/USAGE_EVENT_SCHEMA.PRO.md"],
]
[docs]
update = ["README.md"]
"#;

/// Which built-in profile fits a repository.
#[derive(Debug, Clone)]
pub enum Fit {
    /// None: nothing is protected.
    None,
    /// This one.
    One(Box<Policy>),
    /// Both: which repository this is cannot be told, so what either protects cannot be decided.
    Both(Protect),
}

/// Chooses a profile by what the base's tree holds: [`LOG_PATH`], [`CONTRACT_PATH`].
///
/// # Errors
/// Never, as long as this program's own texts are right.
pub fn choose(holds_log: bool, holds_contract: bool) -> Result<Fit, PolicyError> {
    Ok(match (holds_log, holds_contract) {
        (false, false) => Fit::None,
        (true, false) => Fit::One(Box::new(profile("agentos", "AgentOS", AGENTOS)?)),
        (false, true) => Fit::One(Box::new(profile("ccc", "CCC", CCC)?)),
        (true, true) => {
            let (agentos, ccc) = (profile("agentos", "AgentOS", AGENTOS)?, profile("ccc", "CCC", CCC)?);
            Fit::Both(agentos.protect.union(&ccc.protect))
        }
    })
}

fn profile(name: &'static str, party: &str, text: &str) -> Result<Policy, PolicyError> {
    let text = format!("version = 1\nparty = \"{party}\"\n{PARTIES}{text}");
    let file = format!("built-in profile {name}");
    let document = parse(text.as_bytes(), &file)?;
    let missing = || super::error::Place::of(&file, "").error(0, "has no policy");
    let policy = document.policy.ok_or_else(missing)?;
    Ok(Policy { source: Source::Profile(name), ..policy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::RepoPath;

    fn class(protect: &Protect, path: &str) -> Option<String> {
        protect.class_of(&RepoPath::from(path), &[]).map(str::to_owned)
    }

    fn one(holds_log: bool, holds_contract: bool) -> Policy {
        match choose(holds_log, holds_contract).unwrap() {
            Fit::One(policy) => *policy,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_profile_protects_its_own() {
        let (agentos, ccc) = (one(true, false), one(false, true));
        for (path, in_agentos, in_ccc) in [
            ("agentos/integrations/ccc.py", Some("adapter"), None),
            ("agentos/tools/backfill_ccp.py", Some("adapter"), None),
            ("agentos/metrics/x", Some("adapter"), None),
            ("agentos/privacy/x", Some("adapter"), None),
            ("agentos/schemas/v1/turn.json", Some("schema"), None),
            ("agentos/licensing/x", Some("licence"), None),
            ("services/go-anth-shim/cmd/ccp/main.go", None, Some("adapter")),
            ("docs/System/contracts/x.md", None, Some("schema")),
            ("docs/LEGAL/PUBKEYS.json", None, Some("licence")),
            ("services/go-anth-shim/license/x.go", None, Some("licence")),
            ("ackgate.toml", Some("policy"), Some("policy")),
            ("README.md", None, None),
            (LOG_PATH, None, None),
        ] {
            assert_eq!(class(&agentos.protect, path).as_deref(), in_agentos, "{path}");
            assert_eq!(class(&ccc.protect, path).as_deref(), in_ccc, "{path}");
        }
    }

    #[test]
    fn they_agree_on_parties_and_log() {
        let (agentos, ccc) = (one(true, false), one(false, true));
        assert_eq!(agentos.log.path, RepoPath::from(LOG_PATH));
        assert_eq!((agentos.log.clone(), agentos.parties.clone()), (ccc.log.clone(), ccc.parties.clone()));
        assert!(agentos.is_log_owner() && !ccc.is_log_owner());
        assert_eq!(agentos.source, Source::Profile("agentos"));
        assert_eq!(ccc.source, Source::Profile("ccc"));
        assert_eq!(agentos.parties["CCC"].aliases, ["CCC", "CCP", "CCP maintainer"]);
        assert_eq!(agentos.session.reading.unwrap().len(), 3);
        assert_eq!(ccc.session.reading.unwrap()[1].one_of[0], RepoPath::from(CONTRACT_PATH));
    }

    #[test]
    fn both_protect_what_either_does_and_none_nothing() {
        let Fit::Both(protect) = choose(true, true).unwrap() else { panic!("not both") };
        assert_eq!(class(&protect, "agentos/schemas/x").as_deref(), Some("schema"));
        assert_eq!(class(&protect, "docs/legal/x").as_deref(), Some("licence"));
        assert_eq!(class(&protect, "src/x"), None);
        assert!(protect.prefixes().is_some());
        assert!(matches!(choose(false, false), Ok(Fit::None)));
    }
}
