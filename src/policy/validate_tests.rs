use super::*;
use proptest::prelude::*;

const BASE: &str = r#"version = 1
party = "AgentOS"
[log]
path = "docs/log.md"
owner = "AgentOS"
[parties.AgentOS]
aliases = ["AgentOS executor"]
repositories = ["AgentOS"]
[parties.CCC]
"#;

/// The example of the documentation.
const EXAMPLE: &str = r#"
version = 1
party = "AgentOS"

[log]
path = "docs/integration/CCC_AGENT_CHAT.md"
owner = "AgentOS"
ref = "origin/main"

[parties.AgentOS]
aliases = ["AgentOS", "AgentOS executor"]
repositories = ["AgentOS"]
emails = ["*@agentos.example"]
[parties.CCC]
aliases = ["CCC", "CCP", "CCP maintainer"]
repositories = ["ClaudeCodeProxy", "CCC"]

[protect]
adapter = ["agentos/integrations/**", "agentos/tools/backfill_ccp.py"]
schema  = ["agentos/schemas/**"]
licence = ["agentos/licensing/**", "docs/LEGAL/**"]

[ack]
require = "declared"
committers = []
[gate]
select = "latest"
[contract]
flat = ["**"]
retired = []
[session]
reading = []
push = []
[override]
keys = []
[rules]
gate-expired = "warning"
[licence]
verifier = ["cmd", "--x"]
"#;

/// A key that may sign overrides.
const OVERRIDE: &str =
    "[override]\nkeys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\"]\n";

/// A policy that is complete, and what follows it.
pub(in crate::policy) fn complete(more: &str) -> String {
    format!("{BASE}{more}")
}

pub(in crate::policy) fn policy(text: &str) -> Policy {
    parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap()
}

pub(in crate::policy) fn failure(text: &str) -> PolicyError {
    parse(text.as_bytes(), "ackgate.toml").map(|_| text).unwrap_err()
}

fn replaced(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    BASE.replace(from, to)
}

#[test]
fn takes_the_documented_example() {
    let policy = policy(EXAMPLE);
    assert_eq!(policy.party, "AgentOS");
    assert!(policy.is_log_owner());
    assert_eq!(policy.log.path, RepoPath::from("docs/integration/CCC_AGENT_CHAT.md"));
    assert_eq!(policy.log.reference.as_deref(), Some("origin/main"));
    assert_eq!(policy.severity_of("AG110"), Some(Setting::Warning));
    assert_eq!(policy.severity_of("AG101"), None);
    assert_eq!(policy.verifier, Some(vec!["cmd".to_owned(), "--x".to_owned()]));
    assert_eq!(policy.protect.class_of(&RepoPath::from("docs/legal/x"), &[]), Some("licence"));
    assert_eq!(policy.protect.class_of(&RepoPath::from("ackgate.toml"), &[]), Some("policy"));
    assert_eq!(policy.session.reading, Some(Vec::new()));
    assert_eq!(policy.source, Source::File { path: "ackgate.toml".into() });
}

#[test]
fn takes_levels_as_a_word_or_a_table() {
    let table = complete(
        "[protect]\npaper = [\"p/\"]\npolicy = [\"ci/**\"]\n[ack]\nrequire = { default = \"authored\", \
         schema = \"signed\", paper = \"signed\", parties = { CCC = \"signed\" } }\n[gate]\nselect = \"latest-covering\"\n",
    );
    let policy = policy(&table);
    for (class, party, level) in [
        ("adapter", "AgentOS", Level::Authored),
        ("schema", "AgentOS", Level::Signed),
        ("paper", "AgentOS", Level::Signed),
        ("adapter", "CCC", Level::Signed),
    ] {
        assert_eq!(policy.ack.level_for(class, party), level, "{class} {party}");
    }
    assert_eq!(policy.select, Select::LatestCovering);
    assert_eq!(policy.protect.class_of(&RepoPath::from("CI/x"), &[]), Some("policy"));
    assert_eq!(policy.protect.class_of(&RepoPath::from("p/x"), &[]), Some("paper"));
}

#[test]
fn says_where_and_what_is_wrong() {
    for (text, line, column, message) in [
        ("", 1, 1, "`version` is missing"),
        ("version = 2\nfuture = 1\n", 1, 11, "`version` is not 1"),
        ("version = \"1\"\n", 1, 11, "`version` is not 1"),
        ("version = 1\nversion = 1\n", 2, 1, "duplicate key"),
        ("version = 1\n", 1, 1, "`party` is missing"),
        ("version = 1\nparty = \n", 2, 9, ""),
        ("version = 1\nparty = 3\n", 2, 9, "invalid type: integer `3`"),
        ("version = 1\npartie = \"x\"\n", 2, 1, "unknown key `partie`"),
        ("version = 1\n# \u{e9}\u{e9}\nlog = { \"\u{e9}\" = 1 }\n", 3, 9, "unknown key `\u{e9}`"),
        ("version = 1\nlog = 3\n", 2, 7, "expected a table"),
        ("version = 1\nparty = \"a\"\n[log]\npath = \"x\"\nowner = \"a\"\n", 1, 1, "`[parties]` is missing"),
        ("version = 1\nparty = \"a\"\n[parties.a]\n[parties.b]\n", 1, 1, "`[log]` is missing"),
        ("version = 1\n[licence]\nverifier = [\"x\"]\n", 1, 1, "`party` is missing"),
        (&replaced("path = \"docs/log.md\"\n", ""), 3, 1, "`log.path` is missing"),
        (&replaced("owner = \"AgentOS\"\n", ""), 3, 1, "`log.owner` is missing"),
        (&replaced("party = \"AgentOS\"", "party = \"AgentOs\""), 2, 9, "`[parties]` does not name"),
        (&replaced("owner = \"AgentOS\"", "owner = \"X\""), 5, 9, "`[parties]` does not name"),
        (&replaced("[parties.CCC]\n", ""), 6, 2, "fewer than two"),
        (&replaced("docs/log.md", "/docs/log.md"), 4, 8, "is absolute"),
        (&replaced("docs/log.md", "docs/../log.md"), 4, 8, "`..`"),
        (&replaced("docs/log.md", ""), 4, 8, "is empty"),
        (&replaced("docs/log.md", "docs/*.md"), 4, 8, "is a glob"),
        (&replaced("docs/log.md", "docs/"), 4, 8, "empty component"),
        (&replaced("docs/log.md", "AckGate.toml"), 4, 8, "is the policy file"),
        (
            &replaced("owner = \"AgentOS\"", "owner = \"AgentOS\"\nrepo = \"../x\""),
            6,
            8,
            "repository of the log's owner",
        ),
        (&replaced("owner = \"AgentOS\"", "owner = \"AgentOS\"\nurl = \"x\""), 6, 7, "repository of the log's owner"),
        (&replaced("owner = \"AgentOS\"", "owner = \"CCC\"\nrepo = \"x\"\nurl = \"x\""), 7, 7, "both set"),
        (&replaced("owner = \"AgentOS\"", "owner = \"CCC\"\nurl = \"--upload-pack=x\""), 6, 7, "cannot be"),
        (&replaced("owner = \"AgentOS\"", "owner = \"CCC\"\nref = \"a b\""), 6, 7, "cannot be"),
        (&complete("[protect]\nschema = [\"a\", \"b[\"]\n"), 11, 16, "bad glob"),
        (&complete("[protect]\nschema = [\"\"]\n"), 11, 11, "is empty"),
        (&complete("[protect]\nschema = [\"/a\"]\n"), 11, 11, "is absolute"),
        (&complete("[protect]\nschema = [\"a/../b\"]\n"), 11, 11, "`..`"),
        (&complete("[protect]\nschema = ['\\']\n"), 11, 11, "escapes nothing"),
        (&complete("[protect]\npolicy = [\"./\"]\n"), 11, 11, "names no path"),
        (&complete("[protect]\nSchema = []\n"), 11, 1, "name of a class"),
        (&complete("[protect]\ndefault = []\n"), 11, 1, "name of a class"),
        (&complete("[rules]\nack-mising = \"off\"\n"), 11, 1, "unknown rule"),
        (&complete("[rules]\nack-missing = \"of\"\n"), 11, 15, "unknown severity"),
        (&complete("[rules]\nack-missing = \"off\"\nAG102 = \"off\"\n"), 12, 1, "set twice"),
        (&complete("[rules]\nAG115 = \"off\"\n"), 11, 9, "cannot be silenced"),
        (&complete("[ack]\nrequire = \"sign\"\n"), 11, 11, "unknown level"),
        (&complete("[ack]\nrequire = { schem = \"signed\" }\n"), 11, 13, "unknown class"),
        (&complete("[ack]\nrequire = { parties = { X = \"signed\" } }\n"), 11, 25, "does not name"),
        (&complete("[ack]\nrequire = { schema = \"x\" }\n"), 11, 22, "unknown level"),
        (&complete("[ack]\nrequire = 3\n"), 11, 11, "a level"),
        (&complete("[ack]\ncommitters = [\"x\"]\n"), 11, 15, "no e-mail"),
        (&complete("[gate]\nselect = \"last\"\n"), 11, 10, "unknown choice"),
        (&complete("[override]\nkeys = [\"x\"]\n"), 11, 9, "no public key"),
        (&complete(&format!("{OVERRIDE}[rules]\noverride-used = \"error\"\n")), 13, 17, "lets pass"),
        (&complete("[licence]\nverifier = []\n"), 11, 12, "names no program"),
        (&complete("[contract]\nflat = [\"[!a]\"]\n"), 11, 9, "bad glob"),
    ] {
        let error = failure(text);
        assert!(error.message.contains(message), "{text}\n{error}");
        assert_eq!((error.line, error.column), (line, column), "{text}\n{error}");
    }
}

#[test]
fn says_what_was_meant() {
    for (text, help) in [
        ("version = 1\npartie = \"x\"\n".to_owned(), "did you mean `parties`?"),
        (replaced("party = \"AgentOS\"", "party = \"AgentOs\""), "did you mean `AgentOS`?"),
        (complete("[rules]\nack-mising = \"off\"\n"), "did you mean `ack-missing`?"),
        (complete("[ack]\nrequire = \"sign\"\n"), "one of: declared, authored, signed"),
        (complete("[gate]\nxyzzy = 1\n"), "known here: select, acks"),
    ] {
        assert_eq!(failure(&text).help.as_deref(), Some(help), "{text}");
    }
    assert_eq!(parse(b"version = 1\n\xff", "a\nb").unwrap_err().to_string(), "a\\nb:2:1: is not UTF-8");
}

#[test]
fn settles_what_may_be_settled() {
    let policy =
        policy(&complete("[rules]\noverride-used = \"error\"\nAG901 = \"off\"\npolicy-invalid = \"warning\"\n"));
    for (code, setting) in [("AG115", Setting::Error), ("AG901", Setting::Off), ("AG902", Setting::Warning)] {
        assert_eq!(policy.severity_of(code), Some(setting), "{code}");
    }
}

#[test]
fn a_root_may_only_name_its_members() {
    let document = parse(b"version = 1\n[workspace]\nmembers = [\"p/a\", \"p/b\"]\n", "x").unwrap();
    assert!(document.policy.is_none());
    assert_eq!(document.members, ["p/a", "p/b"]);
    let both = parse(complete("[workspace]\nmembers = [\"p/a\"]\n").as_bytes(), "x").unwrap();
    assert!(both.policy.is_some());
    let error = failure("version = 1\n[workspace]\nmembers = []\n[rules]\n");
    assert!(error.message.contains("`party` is missing"), "{error}");
}

#[test]
fn a_verifier_can_be_read_by_itself() {
    let only = b"version = 1\n[licence]\nverifier = [\"v\"]\n";
    assert_eq!(parse_verifier(only, "x").unwrap(), Some(vec!["v".to_owned()]));
    assert_eq!(parse_verifier(b"version = 1\n", "x").unwrap(), None);
    assert!(parse_verifier(b"version = 1\n[licence]\nverifier = [\"\"]\n", "x").is_err());
    assert!(parse_verifier(b"[licence]\nverifier = [\"v\"]\n", "x").is_err());
}

#[test]
fn tables_may_be_dotted_or_inline() {
    let text = "version = 1\nparty = \"a\"\nlog.path = \"x\"\nlog.owner = \"b\"\nlog.url = \"https://x\"\n\
                parties = { a = {}, b = { aliases = [\"bee\"] } }\nrules.AG110 = \"error\"\n";
    let policy = policy(text);
    assert_eq!(policy.log.url.as_deref(), Some("https://x"));
    assert_eq!(policy.severity_of("AG110"), Some(Setting::Error));
    assert!(!policy.is_log_owner());
    let error = failure(&text.replace("log.owner = \"b\"\n", ""));
    assert!(error.message.contains("`log.owner` is missing") && error.line == 3, "{error}");
    // The owner's log is not here, so a path of its name is like any other.
    let docs = format!("{text}protect.schema = [\"x\"]\n");
    assert_eq!(self::policy(&docs).protect.class_of(&RepoPath::from("x"), &[]), Some("schema"));
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("version = 1\nparty = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    assert!(parse(deep.as_bytes(), "x").is_err());
}

proptest! {
    #[test]
    fn never_panics(bytes in any::<Vec<u8>>()) {
        let _ = parse(&bytes, "x");
    }

    #[test]
    fn never_panics_on_a_damaged_policy(at in 0..EXAMPLE.len(), byte in any::<u8>()) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[at] = byte;
        if let Err(error) = parse(&bytes, "x") {
            prop_assert!(error.line >= 1 && error.column >= 1);
        }
    }
}
