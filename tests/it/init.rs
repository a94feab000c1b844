//! `init` in real repositories.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use ackgate::policy::{Fit, Policy, Source, choose, parse};
use ackgate::shell::init::{Options, init};

use crate::support::Scratch;

fn options(party: &str, other: &str, log_owner: &str) -> Options {
    let said = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    Options { party: said(party), other: said(other), log_owner: said(log_owner) }
}

fn run(repository: &Path, options: &Options) -> Result<String, String> {
    let mut out = Vec::new();
    match init(Some(repository), options, &mut out) {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(error) => Err(format!("{error}; {}", error.hints().join("; "))),
    }
}

fn repository(scratch: &Scratch, name: &str) -> std::path::PathBuf {
    let root = scratch.beside(name);
    scratch.git_in(scratch.root(), &["init", "-q", "-b", "main", root.to_str().unwrap()]);
    root
}

fn policy(root: &Path) -> Policy {
    let bytes = fs::read(root.join("ackgate.toml")).unwrap();
    parse(&bytes, "ackgate.toml").unwrap().policy.unwrap()
}

fn globs(policy: &Policy, class: &str) -> Vec<String> {
    policy.protect.classes().find(|(name, _)| *name == class).unwrap().1.to_vec()
}

#[test]
fn adopting_a_built_in_profile_changes_nothing() {
    let log = "docs/integration/CCC_AGENT_CHAT.md";
    let contract = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";
    for (path, holds_log, said) in [
        (log, true, "unchanged docs/integration/CCC_AGENT_CHAT.md\nwrote .gitattributes\nwrote ackgate.toml\n"),
        (contract, false, "wrote ackgate.toml\n"),
    ] {
        for committed in [true, false] {
            let scratch = Scratch::new();
            scratch.write(path, "as it was\n");
            scratch.write("other/schemas/x", "");
            if committed {
                scratch.commit("base");
                fs::remove_dir_all(scratch.root().join("docs")).unwrap();
            }
            let told = run(scratch.root(), &Options::default()).unwrap();
            assert!(committed || told.starts_with(said), "{told}");
            assert!(!committed || !holds_log || told.contains("left docs/integration"), "{told}");
            assert_eq!(scratch.root().join(path).exists(), !committed);
            let Fit::One(profile) = choose(holds_log, !holds_log).unwrap() else { panic!("no profile") };
            let written = Policy { source: profile.source.clone(), ..policy(scratch.root()) };
            assert_eq!(format!("{written:?}"), format!("{profile:?}"));
        }
    }
}

#[test]
fn a_repository_with_both_is_asked_whose_it_is() {
    let scratch = Scratch::new();
    scratch.write("docs/integration/CCC_AGENT_CHAT.md", "");
    scratch.write("docs/System/contracts/USAGE_EVENT_SCHEMA.md", "");
    let error = run(scratch.root(), &Options::default()).unwrap_err();
    assert!(error.contains("--party AgentOS") && error.contains("--party CCC"), "{error}");
    run(scratch.root(), &options("ccc", "", "")).unwrap();
    let policy = policy(scratch.root());
    assert_eq!((policy.party.as_str(), policy.log.owner.as_str()), ("CCC", "AgentOS"));
    for class in ["adapter", "schema", "licence"] {
        let Fit::Both(protect) = choose(true, true).unwrap() else { panic!("not both") };
        let both = protect.classes().filter(|(name, _)| *name == class).flat_map(|(_, globs)| globs.to_vec());
        assert_eq!(globs(&policy, class), both.collect::<Vec<_>>(), "what either protects");
    }
}

#[test]
fn other_parties_do_not_unprotect_what_a_profile_protects() {
    let scratch = Scratch::new();
    scratch.write("docs/integration/CCC_AGENT_CHAT.md", "");
    run(scratch.root(), &options("Frontend", "Backend", "")).unwrap();
    let policy = policy(scratch.root());
    assert_eq!(policy.log.path.to_string(), "docs/integration/CCC_AGENT_CHAT.md");
    assert_eq!(policy.log.owner, "Frontend");
    assert!(globs(&policy, "adapter").contains(&"agentos/integrations/**".to_owned()));
}

#[test]
fn two_fresh_repositories_find_each_other() {
    let scratch = Scratch::new();
    let (frontend, backend) = (repository(&scratch, "frontend"), repository(&scratch, "backend"));
    let told = run(&frontend, &options("Frontend", "Backend", "")).unwrap();
    assert!(
        told.starts_with("wrote docs/integration/AGENT_CHAT.md\nwrote .gitattributes\nwrote ackgate.toml\n"),
        "{told}"
    );
    assert!(told.contains("verify-gate install") && told.contains("nothing is protected yet"), "{told}");
    let told = run(&backend, &Options::default()).unwrap();
    assert!(told.starts_with("wrote ackgate.toml\nparties and log as in ../frontend/ackgate.toml\n"), "{told}");
    let (first, second) = (policy(&frontend), policy(&backend));
    assert_eq!((first.party.as_str(), second.party.as_str()), ("Frontend", "Backend"));
    assert_eq!((&first.log, &first.parties), (&second.log, &second.parties));
    assert!(first.is_log_owner() && !second.is_log_owner());
    assert_eq!(first.parties["Backend"].repositories, ["backend"]);
    assert!(!backend.join("docs").exists(), "one log only");

    let log = fs::read_to_string(frontend.join("docs/integration/AGENT_CHAT.md")).unwrap();
    assert!(ackgate::log::read(&log, &first.writers()).entries.is_empty());
    assert!(log.contains("Frontend (alignment gate: my-slice)") && log.contains("Backend (ACK)"));
}

#[test]
fn the_log_may_be_the_others() {
    let scratch = Scratch::new();
    let (frontend, backend) = (repository(&scratch, "frontend"), repository(&scratch, "backend"));
    for said in [options("Backend", "Frontend", "Frontend"), options("", "", "frontend")] {
        run(&backend, &said).unwrap();
        let policy = policy(&backend);
        assert!(!policy.is_log_owner() && policy.parties.len() == 2);
        assert_eq!(policy.repository_party("frontend").unwrap().name, policy.log.owner);
        assert!(!backend.join("docs").exists());
        fs::remove_file(backend.join("ackgate.toml")).unwrap();
    }
    fs::create_dir(frontend.join("notes")).unwrap();
    fs::write(frontend.join("notes/our-agent-chat.md"), "").unwrap();
    run(&backend, &options("Backend", "Frontend", "Frontend")).unwrap();
    assert_eq!(policy(&backend).log.path.to_string(), "notes/our-agent-chat.md");
    let error = run(&frontend, &options("Frontend", "Backend", "Else")).unwrap_err();
    assert!(error.contains("neither party"), "{error}");
}

#[test]
fn nobody_named_the_other_party() {
    let scratch = Scratch::new();
    let told = run(scratch.root(), &Options::default()).unwrap();
    assert!(told.contains("a blank to fill in"), "{told}");
    let policy = policy(scratch.root());
    assert_eq!(policy.party, "here");
    assert_eq!(policy.parties["Other"].repositories, ["Other"]);
    assert!(fs::read_to_string(scratch.root().join("ackgate.toml")).unwrap().contains("TO FILL IN"));
    assert!(matches!(policy.source, Source::File { .. }));
}

#[test]
fn folders_that_look_like_it_are_protected_to_the_letter() {
    let scratch = Scratch::new();
    let folders = [
        "src/adapters/ccc",
        "src/{a,b}*/Schemas",
        "it's \"odd\"\\x/licensing",
        "node_modules/x/schemas",
        "tests/contracts",
        "a/b/c/d/schemas",
        "api/schemas/contracts",
        ".hidden/schemas",
    ];
    for folder in folders {
        fs::create_dir_all(scratch.root().join(folder)).unwrap();
    }
    symlink("src/adapters", scratch.root().join("integrations")).unwrap();
    scratch.git_in(scratch.root(), &["init", "-q", "nested"]);
    fs::create_dir(scratch.root().join("nested/schemas")).unwrap();
    let told = run(scratch.root(), &options("One", "Two", "")).unwrap();
    let policy = policy(scratch.root());
    assert_eq!(globs(&policy, "adapter"), ["src/adapters/**"], "{told}");
    assert_eq!(globs(&policy, "schema"), ["api/schemas/**", "src/\\{a,b\\}\\*/Schemas/**"]);
    assert_eq!(globs(&policy, "licence"), ["it's \"odd\"\\\\x/licensing/**"]);
    for (path, class) in [
        ("src/{a,b}*/Schemas/x", Some("schema")),
        ("src/a/Schemas/x", None),
        ("it's \"odd\"\\x/licensing/y", Some("licence")),
        ("docs/integration/AGENT_CHAT.md", None),
    ] {
        assert_eq!(policy.protect.class_of(&path.into(), &[]), class, "{path}");
    }
}

#[test]
fn odd_names_are_escaped_and_impossible_ones_refused() {
    let scratch = Scratch::new();
    let odd = repository(&scratch, "it's \"my\" \\repo] # 1");
    let told = run(&odd, &options("", "Größe = 2", "")).unwrap();
    let policy = policy(&odd);
    assert_eq!(policy.party, "it's \"my\" \\repo] # 1", "{told}");
    assert!(policy.parties[&policy.party].repositories.is_empty(), "no path in a gate could name it");
    assert!(policy.parties.contains_key("Größe = 2"));

    let plain = repository(&scratch, "plain");
    for (said, message) in [
        (options("Same", "same", ""), "--party NAME --other NAME"),
        (options("", "Plain", ""), "--party NAME --other NAME"),
        (options(" x", "y", ""), "white space"),
        (options("x", "", "\u{1b}[2J"), "`\\u{1b}[2J` cannot be a party's name"),
        (options("", "", "a\nb"), "cannot be a party's name"),
    ] {
        let error = run(&plain, &said).unwrap_err();
        assert!(error.contains(message), "{said:?}: {error}");
        assert_eq!(fs::read_dir(&plain).unwrap().count(), 1, "nothing but .git");
    }
}

#[test]
fn running_twice_changes_nothing_and_a_missing_log_is_made_good() {
    let scratch = Scratch::new();
    run(scratch.root(), &options("One", "Two", "")).unwrap();
    let (file, log) = (scratch.root().join("ackgate.toml"), scratch.root().join("docs/integration/AGENT_CHAT.md"));
    let before = (fs::read(&file).unwrap(), fs::read(&log).unwrap());
    let unchanged = "unchanged ackgate.toml\nunchanged docs/integration/AGENT_CHAT.md\nunchanged .gitattributes\n";
    assert_eq!(run(scratch.root(), &Options::default()).unwrap(), unchanged);
    assert_eq!(run(&scratch.root().join("docs"), &options("One", "Two", "One")).unwrap(), unchanged);
    // Names that it does not have are not taken for done.
    for (other, told) in [
        (options("Three", "Two", ""), "`--party Three`"),
        (options("One", "Four", ""), "`--other Four`"),
        (options("One", "One", ""), "`--other One`"),
        (options("", "", "Two"), "`--log-owner Two`"),
    ] {
        let error = run(&scratch.root().join("docs"), &other).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    assert_eq!((fs::read(&file).unwrap(), fs::read(&log).unwrap()), before);

    fs::remove_file(&log).unwrap();
    let told = run(scratch.root(), &Options::default()).unwrap();
    assert_eq!(told, "unchanged ackgate.toml\nwrote docs/integration/AGENT_CHAT.md\nunchanged .gitattributes\n");
    assert_eq!(fs::read(&log).unwrap(), before.1);

    scratch.commit("adopt");
    fs::remove_file(&log).unwrap();
    let told = run(scratch.root(), &Options::default()).unwrap();
    assert!(told.contains("left docs/integration/AGENT_CHAT.md alone"), "{told}");
    fs::remove_file(&file).unwrap();
    let error = run(scratch.root(), &Options::default()).unwrap_err();
    assert!(error.contains("git restore ackgate.toml"), "{error}");
    assert!(!file.exists() && !log.exists());

    fs::write(&file, "version = 1\nparti = \"x\"\n").unwrap();
    let error = run(scratch.root(), &Options::default()).unwrap_err();
    assert!(error.contains("ackgate.toml:2:1") && error.contains("did you mean `party`"), "{error}");
}

#[test]
fn nothing_is_written_where_it_does_not_belong() {
    let scratch = Scratch::new();
    let outside = scratch.beside("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, scratch.root().join("docs")).unwrap();
    let error = run(scratch.root(), &options("One", "Two", "")).unwrap_err();
    assert!(error.contains("outside of this repository"), "{error}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert!(!scratch.root().join("ackgate.toml").exists());

    symlink("nowhere", scratch.root().join("ackgate.toml")).unwrap();
    assert!(run(scratch.root(), &options("One", "Two", "")).is_err());
    assert!(!scratch.root().join("nowhere").exists());

    let bare = Scratch::bare();
    let error = run(bare.root(), &Options::default()).unwrap_err();
    assert!(error.contains("no working tree"), "{error}");
    assert!(run(&outside, &Options::default()).unwrap_err().contains("cannot open a git repository"));
}

#[test]
fn neighbours_that_disagree_or_are_broken_are_not_guessed_at() {
    let scratch = Scratch::new();
    for (name, party) in [("one", "One"), ("two", "Two")] {
        run(&repository(&scratch, name), &options(party, "Here", "")).unwrap();
    }
    let error = run(scratch.root(), &Options::default()).unwrap_err();
    assert!(error.contains("one, two") && error.contains("--log-owner"), "{error}");
    run(scratch.root(), &options("Here", "Two", "Two")).unwrap();
    assert_eq!(policy(scratch.root()).log.owner, "Two");

    let scratch = Scratch::new();
    let broken = repository(&scratch, "broken");
    fs::write(broken.join("ackgate.toml"), "version = 2\n").unwrap();
    let told = run(scratch.root(), &Options::default()).unwrap();
    assert!(told.contains("note: passed over a policy that is broken: ") && told.contains("ackgate.toml:1:"), "{told}");
}

#[test]
fn a_linked_worktree_is_called_like_its_repository() {
    let scratch = Scratch::new();
    scratch.commit("base");
    let frontend = repository(&scratch, "frontend");
    run(&frontend, &options("Frontend", "Here", "")).unwrap();
    fs::create_dir(scratch.beside("elsewhere")).unwrap();
    let linked = scratch.beside("elsewhere/linked");
    scratch.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    run(&linked, &Options::default()).unwrap();
    let policy = policy(&linked);
    assert_eq!((policy.party.as_str(), policy.log.owner.as_str()), ("Here", "Frontend"));
    assert!(!scratch.root().join("ackgate.toml").exists());
}

#[test]
fn what_runs_ackgate_is_policy() {
    for log in ["docs/integration/CCC_AGENT_CHAT.md", "docs/x.md"] {
        let scratch = Scratch::new();
        scratch.write(log, "# Log\n");
        scratch.write(".pre-commit-config.yaml", "repos:\n- repo: x\n  hooks: [{id: ackgate-pre-commit}]\n");
        scratch.write("lefthook.yml", "pre-push: {commands: {lint: {run: lint}}}\n");
        scratch.write(".github/workflows/gate[1].yml", "run: verify-gate --range a..b\n");
        scratch.write(".github/workflows/test.yml", "run: cargo test\n");
        symlink("/dev/zero", scratch.root().join("prek.toml")).unwrap();
        let told = run(scratch.root(), &Options::default()).unwrap();
        assert!(
            told.contains("protects as policy, since they have ackgate run: .pre-commit-config.yaml .git"),
            "{told}"
        );
        let text = fs::read_to_string(scratch.root().join("ackgate.toml")).unwrap();
        assert!(!text.contains("built-in profile"), "it says more than the profile");
        let policy = policy(scratch.root());
        for (path, class) in [
            (".pre-commit-config.yaml", Some("policy")),
            (".github/workflows/gate[1].yml", Some("policy")),
            (".github/workflows/gate1.yml", None),
            ("lefthook.yml", None),
            (".github/workflows/test.yml", None),
        ] {
            assert_eq!(policy.protect.class_of(&path.into(), &[]), class, "{path}");
        }
    }
}

#[test]
fn git_is_told_how_to_merge_the_log() {
    let scratch = Scratch::new();
    scratch.write(".gitattributes", "*.md merge=union\n*.png binary");
    scratch.write("my log.md", "");
    scratch.write("ackgate.toml", ONE_LOG);
    let told = run(scratch.root(), &Options::default()).unwrap();
    assert!(told.contains("added to .gitattributes: \"/my log.md\" merge=ackgate-log\n"), "{told}");
    let file = scratch.root().join(".gitattributes");
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written, "*.md merge=union\n*.png binary\n\"/my log.md\" merge=ackgate-log\n");
    let merge = |path: &str| scratch.git(&["check-attr", "merge", "--", path]);
    assert_eq!(merge("my log.md"), "my log.md: merge: ackgate-log");
    assert_eq!(merge("other/my log.md"), "other/my log.md: merge: union");
    assert!(run(scratch.root(), &Options::default()).unwrap().contains("unchanged .gitattributes"));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);

    scratch.commit("base");
    fs::remove_file(&file).unwrap();
    assert!(run(scratch.root(), &Options::default()).unwrap().contains("left .gitattributes alone: HEAD has it"));
    fs::write(scratch.beside("shared"), "x\n").unwrap();
    symlink("../shared", &file).unwrap();
    assert!(
        run(scratch.root(), &Options::default()).unwrap().contains("left .gitattributes alone, since it is a link")
    );
    assert_eq!(fs::read_to_string(scratch.beside("shared")).unwrap(), "x\n");

    // Where the other party keeps the log, there is none to merge.
    let backend = repository(&scratch, "backend");
    run(&backend, &options("Backend", "Frontend", "Frontend")).unwrap();
    assert!(!backend.join(".gitattributes").exists());
}

const ONE_LOG: &str = "version = 1\nparty = \"One\"\nlog = { path = \"my log.md\", owner = \"One\" }\n\
                       parties.One.aliases = [\"One\"]\nparties.Two.aliases = [\"Two\"]\n";
