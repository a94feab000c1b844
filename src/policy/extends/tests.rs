use super::super::{Level, Policy, PolicyError, Select, Setting, Snapshot, parse, parse_extending};
use super::*;
use crate::change::RepoPath;
use crate::digest::sha256;
use proptest::prelude::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

/// What a baseline says at least here.
const BASE: &str = "[log]\npath = \"docs/log.md\"\nowner = \"A\"\n[parties.A]\nrepositories = [\"a\"]\n[parties.B]\nrepositories = [\"b\"]\n";

fn both(baseline: &str, own: &str) -> Result<Policy, PolicyError> {
    let baseline = format!("version = 1\n[baseline]\n{baseline}");
    let digest = sha256(baseline.as_bytes());
    let own = format!("version = 1\nextends = {{ file = \"x/base.toml\", sha256 = \"{digest}\" }}\n{own}");
    let read = |_: &Wanted| Ok::<_, PolicyError>(Snapshot::File(baseline.into_bytes()));
    parse_extending(own.as_bytes(), "sub/ackgate.toml", read).map(|document| document.policy.unwrap())
}

fn deviations(policy: &Policy) -> Vec<String> {
    policy.extends.as_ref().unwrap().deviations.iter().map(|one| one.setting.clone()).collect()
}

#[test]
fn each_setting_loosens_in_one_direction() {
    for (baseline, own, loose) in [
        ("[rules]\nplan-missing = \"error\"", "[rules]\nplan-missing = \"warning\"", &["rules.plan-missing"][..]),
        ("[rules]\nAG110 = \"warning\"", "[rules]\ngate-expired = \"off\"", &["rules.gate-expired"]),
        ("[rules]\nAG110 = \"warning\"", "[rules]\ngate-expired = \"error\"", &[]),
        ("", "[rules]\nack-missing = \"warning\"", &["rules.ack-missing"]),
        ("", "[rules]\nack-missing = \"error\"", &[]),
        ("[gate]\nacks = \"all-others\"", "[gate]\nacks = \"any-other\"", &["gate.acks.default"]),
        ("[gate]\nacks = \"all-others\"", "[gate]\nacks = [\"A\", \"B\"]", &["gate.acks.default"]),
        ("[gate]\nacks = \"all-others\"", "[gate.acks]\nschema = \"any-other\"", &["gate.acks.schema"]),
        ("[gate]\nacks = [\"A\", \"B\"]", "[gate]\nacks = [\"B\"]", &["gate.acks.default"]),
        ("[gate]\nacks = [\"A\", \"B\"]", "[gate]\nacks = [\"B\", \"A\"]", &[]),
        ("[gate]\nacks = [\"B\"]", "[gate]\nacks = \"all-others\"", &[]),
        ("[gate.acks]\nschema = [\"B\"]", "[gate]\nacks = \"any-other\"", &[]),
        ("[gate.acks]\nschema = [\"B\"]", "[gate.acks]\nschema = \"any-other\"", &["gate.acks.schema"]),
        ("", "[gate]\nacks = [\"B\"]", &[]),
        ("", "[gate]\nacks = \"any-other\"", &[]),
        ("[ack]\nrequire = \"authored\"", "[ack]\nrequire = \"declared\"", &["ack.require.default"]),
        ("[ack]\nrequire = \"authored\"", "[ack]\nrequire = \"signed\"", &[]),
        ("[ack]\nrequire = \"authored\"", "[ack.require]\nschema = \"declared\"", &["ack.require.schema"]),
        ("[ack.require]\ndefault = \"signed\"\nschema = \"authored\"", "[ack.require]\nschema = \"authored\"", &[]),
        (
            "[ack.require.parties]\nB = \"signed\"",
            "[ack.require.parties]\nB = \"authored\"",
            &["ack.require.parties.B"],
        ),
        ("[ack]\nrequire = \"signed\"", "[ack.require.parties]\nB = \"authored\"", &[]),
        ("[ack]\ncommitters = [\"a@x.y\"]", "[ack]\ncommitters = [\"a@x.y\", \"b@x.y\"]", &["ack.committers"]),
        ("[ack]\ncommitters = [\"a@x.y\"]", "[ack]\ncommitters = []", &[]),
        ("[gate]\nselect = \"latest\"", "[gate]\nselect = \"latest-covering\"", &["gate.select"]),
        ("", "[gate]\nselect = \"latest-covering\"", &["gate.select"]),
        ("[gate]\nselect = \"latest-covering\"", "[gate]\nselect = \"latest\"", &[]),
        ("", "[contract]\nflat = [\"a/**\"]", &["contract.flat"]),
        ("[contract]\nflat = [\"a/**\"]", "[contract]\nflat = [\"**\", \"a/**\"]", &[]),
        ("[contract]\nretired = [\"a\"]", "[contract]\nretired = [\"b\"]", &["contract.retired"]),
        ("[contract]\nretired = [\"a\", \"b\"]", "[contract]\nretired = [\"b\"]", &[]),
        ("[session]\npush = [\"AG501\"]", "[session]\npush = [\"plan-incomplete\"]", &["session.push"]),
        ("[session]\npush = [\"AG501\"]", "[session]\npush = [\"plan-incomplete\", \"plan-missing\"]", &[]),
        ("[session]\nreading = [\"a\", \"b\"]", "[session]\nreading = [\"b\"]", &["session.reading"]),
        ("[session]\nreading = [\"a\"]", "[session]\nreading = [[\"b\", \"c\"], \"a\"]", &[]),
        ("[session]\nvalidation = [\"a\"]", "[session]\nvalidation = [\"b\"]", &["session.validation"]),
        ("[bdd]\nfeatures = [\"a\"]\ncheck = \"b\"", "[bdd]\ncheck = \"true\"", &["bdd.check"]),
        ("[bdd]\nfeatures = [\"a\"]", "[bdd]\nfeatures = [\"a\", \"**\"]", &["bdd.features"]),
        ("", "[bdd]\nfeatures = [\"a\"]\ncheck = \"b\"", &[]),
        ("[docs]\nupdate = [\"a\"]", "[docs]\nupdate = []", &["docs.update"]),
        ("", "[docs]\nupdate = [\"a\"]", &[]),
        ("", &format!("[override]\nkeys = [\"{KEY}\"]"), &["override.keys"]),
        (&format!("[override]\nkeys = [\"{KEY}\"]"), "[override]\nkeys = []", &[]),
        ("", &format!("[parties.B]\nkeys = [\"{KEY}\"]"), &["parties.B.keys"]),
        ("", "[parties.B]\nemails = [\"b@x.y\"]", &["parties.B.emails"]),
        ("", "[parties.B]\naliases = [\"Bee\"]", &["parties.B.aliases"]),
        ("", "[parties.B]\nrepositories = [\"b\", \"c\"]", &["parties.B.repositories"]),
        ("", "[parties.B]\nrepositories = [\"b\"]\nrequire = \"signed\"", &[]),
        (
            "",
            "[parties.B]\nallowed_signers = \"k\"\nbundle = \"l\"",
            &["parties.B.allowed_signers", "parties.B.bundle"],
        ),
        ("", "[parties.C]\naliases = [\"Cee\"]\nemails = [\"c@x.y\"]", &["parties.C"]),
        ("", "[log]\npath = \"log.md\"", &["log.path"]),
        ("", "[log]\nowner = \"B\"", &["log.owner"]),
        ("", "[log]\nref = \"origin/x\"", &[]),
        ("", "[protect]\nadapter = [\"x/**\"]", &[]),
        ("[protect]\nadapter = [\"x/**\"]", "[protect]\nadapter = []", &[]),
        ("", "[workspace]\nmembers = [\"sub\"]", &["workspace.members"]),
        ("", "[licence]\nverifier = [\"x\"]", &[]),
    ] {
        let policy =
            both(&format!("{baseline}\n{BASE}").replacen("[baseline]\n", "", 1), &format!("party = \"A\"\n{own}\n"));
        let policy = policy.unwrap_or_else(|error| panic!("{baseline} / {own}: {error}"));
        assert_eq!(deviations(&policy), loose, "{baseline} / {own}");
    }
}

#[test]
fn who_the_own_file_says_it_is_is_its_own_matter_where_the_baseline_is_silent() {
    let own = format!("party = \"A\"\n{BASE}");
    assert_eq!(deviations(&both("", &own).unwrap()), [""; 0]);
    let other = both(BASE, "party = \"B\"\n").unwrap();
    assert_eq!(other.party, "B");
    let said = both(BASE, "party = \"B\"\n[log]\nrepo = \"../a\"\n").unwrap();
    assert_eq!((said.log.repo.as_deref(), deviations(&said).len()), (Some("../a"), 0));
}

#[test]
fn a_log_among_what_the_baseline_protects_is_told() {
    let parties = "[parties.A]\n[parties.B]\n";
    let own = |path: &str| format!("party = \"A\"\n[log]\npath = \"{path}\"\nowner = \"A\"\n");
    let baseline = format!("{parties}[protect]\nadapter = [\"x/**\"]\n");
    assert_eq!(deviations(&both(&baseline, &own("x/log.md")).unwrap()), ["log.path"]);
    assert_eq!(deviations(&both(&baseline, &own("y/log.md")).unwrap()), [""; 0]);
}

#[test]
fn what_the_baseline_protects_keeps_its_class() {
    let baseline =
        format!("[ack.require]\nschema = \"signed\"\n[protect]\nschema = [\"s/**\"]\nadapter = [\"a/**\"]\n{BASE}");
    let own = "party = \"A\"\n[protect]\npolicy = [\"s/**\", \"p/**\"]\nlicence = [\"s/v1/**\", \"l/**\"]\nadapter = [\"b/**\"]\n";
    let policy = both(&baseline, own).unwrap();
    assert_eq!(deviations(&policy), [""; 0]);
    for (path, class) in [
        ("s/v1/x", Some("schema")),
        ("S/x", Some("schema")),
        ("l/x", Some("licence")),
        ("p/x", Some("policy")),
        ("a/x", Some("adapter")),
        ("b/x", Some("adapter")),
        ("x/base.toml", Some("policy")),
        ("X/BASE.toml", Some("policy")),
        ("x", Some("policy")),
        ("ackgate.toml", Some("policy")),
        ("c", None),
    ] {
        assert_eq!(policy.protect.class_of(&RepoPath::from(path), &[]), class, "{path}");
    }
}

#[test]
fn a_baseline_says_what_may_be_loosened() {
    let own = "party = \"A\"\n[rules]\ngate-expired = \"off\"\nAG101 = \"off\"\n[ack]\ncommitters = [\"a@x.y\"]\n";
    for (terms, refused) in [
        ("", None),
        ("forbid = [\"gate\", \"session.push\"]", None),
        ("forbid = [\"*\"]", Some("8:1: `ack.committers`")),
        (
            "forbid = [\"rules\"]",
            Some("6:1: `rules.gate-missing` is \"off\" here and \"error\" in the baseline, which"),
        ),
        ("forbid = [\"rules.AG110\"]", Some("`rules.gate-expired`")),
        ("forbid = [\"*\"]\nallow = [\"ack\", \"rules\"]", None),
        ("forbid = [\"*\"]\nallow = [\"ack.committers\", \"rules.gate-expired\"]", Some("`rules.gate-missing`")),
        ("forbid = [\"*\", \"rules.gate-expired\"]\nallow = [\"ack\", \"rules\"]", Some("`rules.gate-expired`")),
        ("allow = [\"*\"]\nforbid = [\"ack\"]", Some("`ack.committers`")),
    ] {
        let found = both(&format!("{terms}\n{BASE}"), own);
        match (found, refused) {
            (Ok(policy), None) => assert_eq!(deviations(&policy).len(), 3, "{terms}"),
            (Err(error), Some(message)) => {
                assert!(error.to_string().contains(message), "{terms}: {error}");
                assert!(error.help.unwrap().contains("[baseline] allow"));
            }
            (found, _) => panic!("{terms}: {found:?}"),
        }
    }
}

#[test]
fn errors_name_the_file_that_is_wrong() {
    let base = "sub/x/base.toml";
    for (baseline, own, at) in [
        (BASE, "party = \"A\"\nzzz = 1\n", "sub/ackgate.toml:4:1: unknown key `zzz`".to_owned()),
        (BASE, "party = \"Z\"\n", "sub/ackgate.toml:3:9: `party` is `Z`".to_owned()),
        (&format!("zzz = 1\n{BASE}"), "party = \"A\"\n", format!("{base}:3:1: unknown key `zzz`")),
        (&format!("{BASE}[zzz]\n"), "party = \"A\"\n", format!("{base}:10:2: unknown key `zzz`")),
        (&format!("{BASE}["), "party = \"A\"\n", format!("{base}:10:2: ")),
        (&format!("{BASE}[protect]\na = [\"/x\"]\n"), "party = \"A\"\n", format!("{base}:11:6: bad glob")),
        (&format!("{BASE}[rules]\nAG101 = \"of\"\n"), "party = \"A\"\n", format!("{base}:11:9: unknown severity")),
        (
            &format!("{BASE}[rules]\nAG101 = \"of\"\n"),
            "party = \"A\"\n[rules]\nAG101 = \"off\"\n",
            format!("{base}:11:1: `rules.gate-missing` cannot be \"of\""),
        ),
        (&format!("{BASE}[extends]\n"), "party = \"A\"\n", format!("{base}:10:2: `extends` cannot be")),
        (&format!("{BASE}[workspace]\n"), "party = \"A\"\n", format!("{base}:10:2: `workspace` cannot be")),
        (&format!("{BASE}[licence]\n"), "party = \"A\"\n", format!("{base}:10:2: `licence` cannot be")),
        ("forbid = [\"rules.gate-expird\"]\n", "party = \"A\"\n", format!("{base}:3:11: `rules.gate-expird`")),
        ("forbid = [\"ack.requre\"]\n", "party = \"A\"\n", format!("{base}:3:11: `ack.requre`")),
        ("forbid = [\"extends.file\"]\n", "party = \"A\"\n", format!("{base}:3:11: `extends.file`")),
        ("forbid = [\"a = 1\"]\n", "party = \"A\"\n", format!("{base}:3:11: `a = 1`")),
        ("forbid = [\"ack\"]\nallow = [\"ack\"]\n", "party = \"A\"\n", format!("{base}:4:10: `ack` is in")),
        ("forbit = []\n", "party = \"A\"\n", format!("{base}:3:1: unknown key `forbit`")),
        (BASE, "", "sub/ackgate.toml:1:1: `party` is missing".to_owned()),
        (BASE, "party = \"A\"\n[baseline]\n", "sub/ackgate.toml:4:1: `[baseline]` makes this".to_owned()),
        (
            BASE,
            "party = \"A\"\n[workspace]\nmembers = [\"x\"]\n",
            "sub/ackgate.toml:2:20: `extends.file` lies in".to_owned(),
        ),
        (
            &format!("{BASE}[protect]\nschema = [\"k\"]\n"),
            "party = \"A\"\n[parties.B]\nallowed_signers = \"k\"\n",
            "sub/ackgate.toml:5:19: `k` is policy, and the baseline protects it as schema".to_owned(),
        ),
    ] {
        let error = both(baseline, own).unwrap_err().to_string();
        assert!(error.starts_with(&at), "{baseline} / {own}: {error}");
    }
}

#[test]
fn a_snapshot_is_the_one_that_is_pinned() {
    let digest = sha256(b"version = 1\n[baseline]\n");
    let rev = "0123456789012345678901234567890123456789";
    let file = |rest: &str| format!("version = 1\n[extends]\n{rest}\n");
    let pinned = format!("file = \"b.toml\"\nsha256 = \"{digest}\"");
    let good = || Snapshot::File(b"version = 1\n[baseline]\n".to_vec());
    for (text, found, message) in [
        (file(""), good(), "2:2: `extends.file` is missing"),
        (file("file = \"b.toml\""), good(), "`extends.sha256` is missing"),
        (file("file = \"b.toml\"\nsha256 = \"main\""), good(), "4:10: `extends.sha256` is no SHA-256"),
        (file(&format!("file = \"b.toml\"\nsha256 = \"{}\"", digest.to_uppercase())), good(), "no SHA-256"),
        (
            file(&format!("file = \"../b.toml\"\nsha256 = \"{digest}\"")),
            good(),
            "3:8: `extends.file` `../b.toml` has `..`",
        ),
        (file(&format!("file = \"/b.toml\"\nsha256 = \"{digest}\"")), good(), "is absolute"),
        (file(&format!("file = \"AckGate.toml\"\nsha256 = \"{digest}\"")), good(), "is the policy file itself"),
        (file(&format!("{pinned}\nzzz = 1")), good(), "5:1: unknown key `zzz`"),
        (file(&format!("{pinned}\ngit = \"x\"")), good(), "not all of `git`, `rev` and `path`"),
        (file(&format!("{pinned}\ngit = \"x\"\nrev = \"main\"\npath = \"b\"")), good(), "6:7: `extends.rev` is `main`"),
        (
            file(&format!("{pinned}\ngit = \"x\"\nrev = \"0123456\"\npath = \"b\"")),
            good(),
            "`extends.rev` is `0123456`",
        ),
        (file(&format!("{pinned}\ngit = \"-x\"\nrev = \"{rev}\"\npath = \"b\"")), good(), "`extends.git` cannot be"),
        (file(&format!("{pinned}\ngit = \"x\"\nrev = \"{rev}\"\npath = \"../b\"")), good(), "`extends.path`"),
        (file(&pinned), Snapshot::Missing, "3:8: extends `b.toml`, which is not there"),
        (file(&pinned), Snapshot::NotAFile, "a link, a folder or a submodule"),
        (file(&pinned), Snapshot::OutOfReach, "cannot be read from here"),
        (file(&pinned), Snapshot::File(Vec::new()), "4:10: `b.toml` is not what `extends.sha256` pins: it has e3b0c4"),
        (file(&pinned), Snapshot::File(vec![b' '; (1 << 20) + 1]), "b.toml:1:1: is larger than"),
        (file(&pinned), good(), "`party` is missing"),
        ("version = 1\nextends = 1\n".to_owned(), good(), "2:11: invalid type"),
    ] {
        let error = parse_extending(text.as_bytes(), "ackgate.toml", |_| Ok::<_, PolicyError>(found)).unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
    }
    let text = file(&format!("{pinned}\ngit = \"x\"\nrev = \"{rev}\"\npath = \"b\"")) + BASE;
    let text = text.replace("version = 1\n", "version = 1\nparty = \"A\"\n");
    let policy =
        parse_extending(text.as_bytes(), "ackgate.toml", |_| Ok::<_, PolicyError>(good())).unwrap().policy.unwrap();
    let extends = policy.extends.unwrap();
    assert_eq!(extends.revision, Some(Revision { git: "x".into(), rev: rev.into(), path: "b".into() }));
    assert!(parse(text.as_bytes(), "ackgate.toml").unwrap_err().message.contains("cannot be read from here"));
    let latin = sha256(b"\xff");
    let text = file(&format!("file = \"b.toml\"\nsha256 = \"{latin}\""));
    let error = parse_extending(text.as_bytes(), "a", |_| Ok::<_, PolicyError>(Snapshot::File(vec![255]))).unwrap_err();
    assert!(error.to_string().starts_with("b.toml:1:1: is not UTF-8"), "{error}");
}

/// Lines of a policy, each of which may be in the baseline, in the own file, in both or in neither.
fn some_settings() -> impl Strategy<Value = String> {
    let one_of = |key: &'static str, values: &'static [&'static str]| {
        proptest::option::of(proptest::sample::select(values))
            .prop_map(move |value| value.map(|value| format!("{key} = {value}\n")).unwrap_or_default())
    };
    let levels = &["\"declared\"", "\"authored\"", "\"signed\""];
    let severities = &["\"off\"", "\"warning\"", "\"error\""];
    let globs = &["[]", "[\"s/**\"]", "[\"s/v1/**\", \"t/*\"]", "[\"**/x\"]", "[\"t/y\", \"keys\"]"];
    let strategies: Vec<BoxedStrategy<String>> = vec![
        one_of("rules.AG101", severities).boxed(),
        one_of("rules.gate-expired", severities).boxed(),
        one_of("rules.plan-missing", severities).boxed(),
        one_of("ack.require.default", levels).boxed(),
        one_of("ack.require.schema", levels).boxed(),
        one_of("ack.require.policy", levels).boxed(),
        one_of("ack.require.parties.B", levels).boxed(),
        one_of("parties.B.require", levels).boxed(),
        one_of("parties.B.emails", &["[]", "[\"b@x.y\"]", "[\"b@x.y\", \"*@x.z\"]"]).boxed(),
        one_of("parties.B.aliases", &["[]", "[\"Bee\"]", "[\"Bee\", \"Bea\"]"]).boxed(),
        one_of("parties.C.aliases", &["[]", "[\"Cee\"]"]).boxed(),
        one_of("ack.committers", &["[]", "[\"a@x.y\"]", "[\"a@x.y\", \"b@x.y\"]"]).boxed(),
        one_of("gate.acks.default", &["\"any-other\"", "\"all-others\"", "[\"B\"]", "[\"A\", \"B\"]"]).boxed(),
        one_of("gate.acks.schema", &["\"any-other\"", "\"all-others\"", "[\"A\"]", "[\"B\", \"A\"]"]).boxed(),
        one_of("gate.select", &["\"latest\"", "\"latest-covering\""]).boxed(),
        one_of("contract.flat", &["[]", "[\"**\"]", "[\"s/**\", \"**\"]"]).boxed(),
        one_of("contract.retired", &["[]", "[\"s/x\"]", "[\"s/x\", \"t/x\"]"]).boxed(),
        one_of("session.push", &["[]", "[\"AG501\"]", "[\"plan-missing\", \"AG502\"]"]).boxed(),
        one_of("protect.schema", globs).boxed(),
        one_of("protect.adapter", globs).boxed(),
        one_of("protect.licence", globs).boxed(),
        one_of("protect.policy", globs).boxed(),
    ];
    strategies.prop_map(|lines| lines.concat())
}

/// In what one policy lets pass what the other does not.
fn looser(here: &Policy, baseline: &Policy) -> Vec<String> {
    let mut all = Vec::new();
    for rule in crate::rules::RULES {
        let weight = |policy: &Policy| match policy.severity_of(rule.code) {
            Some(Setting::Off) => 0,
            Some(Setting::Warning) => 2,
            Some(Setting::Error) => 3,
            None => rule.severity as usize + 1,
        };
        if weight(here) < weight(baseline) {
            all.push(format!("{} weighs less", rule.code));
        }
    }
    for path in ["s/v1/x", "s/y", "t/x", "t/y", "x", "keys", "t/x/y", "ackgate.toml", "z"] {
        let class = |policy: &Policy| policy.protect.class_of(&RepoPath::from(path), &[]).map(str::to_owned);
        let Some(before) = class(baseline) else { continue };
        let Some(after) = class(here) else {
            all.push(format!("{path} is open"));
            continue;
        };
        if after != before {
            all.push(format!("{path} has another class"));
        }
        let asks = |policy: &Policy, class: &str, party: &str| match policy.acks.of(class) {
            super::super::Asked::AnyOther => false,
            super::super::Asked::AllOthers => true,
            super::super::Asked::Named(names) => names.iter().any(|name| name == party),
        };
        for party in ["A", "B"] {
            if asks(baseline, &before, party) && !asks(here, &after, party) {
                all.push(format!("{path} needs no ACK of {party}"));
            }
            if here.ack.level_for(&after, party) < baseline.ack.level_for(&before, party) {
                all.push(format!("{path} needs less of {party}"));
            }
        }
    }
    let texts = |policy: &Policy| policy.parties.values().flat_map(|p| p.aliases.clone()).collect::<Vec<_>>();
    if texts(here) != texts(baseline) {
        all.push("other names".to_owned());
    }
    for email in ["a@x.y", "b@x.y", "c@x.z"] {
        let is_known = |policy: &Policy| {
            let of_parties = policy.parties.values().filter(|party| party.has_email(email)).count();
            of_parties + policy.ack.committers.iter().filter(|pattern| pattern.matches(email)).count()
        };
        if is_known(here) > is_known(baseline) {
            all.push(format!("{email} may ACK"));
        }
    }
    for path in ["s/x", "t/x"].map(RepoPath::from) {
        if here.contract.is_retired(&path) && !baseline.contract.is_retired(&path) {
            all.push(format!("{path} may be removed"));
        }
        if !here.contract.is_flat(&path) && baseline.contract.is_flat(&path) {
            all.push(format!("{path} need not be flat"));
        }
    }
    if here.select == Select::LatestCovering && baseline.select == Select::Latest {
        all.push("another gate counts".to_owned());
    }
    if baseline.session.push.iter().any(|code| !here.session.push.contains(code)) {
        all.push("less is asked at push".to_owned());
    }
    all
}

proptest! {
    #[test]
    fn what_is_not_told_is_no_looser(baseline in some_settings(), own in some_settings()) {
        let (head, parties) = ("party = \"A\"\n", "log = { path = \"log.md\", owner = \"A\" }\nparties.A = {}\nparties.B.repositories = [\"b\"]\n");
        let (Ok(alone), Ok(merged)) = (
            parse(format!("version = 1\n{head}{parties}{baseline}").as_bytes(), "x").map(|one| one.policy.unwrap()),
            under(&format!("{parties}{baseline}"), &format!("{head}{own}")),
        ) else {
            // A party C with no name but its own, a rule named twice: refused alike.
            return Ok(());
        };
        let loose = looser(&merged, &alone);
        if deviations(&merged).is_empty() {
            prop_assert!(loose.is_empty(), "{:?}\n{}\n--\n{}", loose, baseline, own);
        }
        let nothing_said = under(&format!("{parties}{baseline}"), head).unwrap();
        prop_assert!(deviations(&nothing_said).is_empty());
        prop_assert!(looser(&nothing_said, &alone).is_empty() && looser(&alone, &nothing_said).is_empty());
        prop_assert_eq!(format!("{:?}", (&nothing_said.parties, &nothing_said.ack, &nothing_said.severities, &nothing_said.session)),
            format!("{:?}", (&alone.parties, &alone.ack, &alone.severities, &alone.session)));
        let same = under(&format!("{parties}{baseline}"), &format!("{head}{baseline}")).unwrap();
        prop_assert_eq!(deviations(&same), Vec::<String>::new());
    }
}

/// The same with the baseline's table behind its settings, so that those may be of its root.
fn under(baseline: &str, own: &str) -> Result<Policy, PolicyError> {
    let baseline = format!("version = 1\n{baseline}[baseline]\n");
    let text =
        format!("version = 1\n{own}[extends]\nfile = \"b.toml\"\nsha256 = \"{}\"\n", sha256(baseline.as_bytes()));
    let read = |_: &Wanted| Ok::<_, PolicyError>(Snapshot::File(baseline.into_bytes()));
    parse_extending(text.as_bytes(), "ackgate.toml", read).map(|document| document.policy.unwrap())
}

#[test]
fn levels_of_parties_keep_the_stricter() {
    let policy = both(
        &format!("[ack.require.parties]\nB = \"signed\"\n{BASE}"),
        "party = \"A\"\n[parties.B]\nrequire = \"authored\"\n",
    );
    assert_eq!(policy.unwrap().ack.level_for("schema", "B"), Level::Signed);
}
