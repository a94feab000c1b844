use super::*;

const EACH: [(Runner, &str); 7] = [
    (Runner::PreCommit, ".pre-commit-config.yaml"),
    (Runner::Prek, "prek.toml"),
    (Runner::Lefthook, "lefthook.yml"),
    (Runner::Husky, ".husky/pre-commit"),
    (Runner::Husky, ".husky/pre-merge-commit"),
    (Runner::Husky, ".husky/commit-msg"),
    (Runner::Husky, ".husky/pre-push"),
];

fn put(runner: Runner, file: &str, text: &str) -> String {
    with_hooks(runner, file, Some(text)).unwrap_or_else(|error| panic!("{file}: {error}: {text}")).unwrap()
}

#[test]
fn what_is_put_in_is_there_once_and_comes_out_again() {
    let there = [
        "",
        "repos: []\n",
        "repos:\n- repo: local\n  hooks:\n  - id: a\n",
        "# ours\nrepos:\n  # first\n  - repo: local\n    hooks: [{id: a}]\n\n# the end\nci:\n  skip: [a]\n",
    ];
    let lefthook = [
        "",
        "pre-commit:\n  parallel: true\n  commands:\n    lint:\n      run: lint\n\n# pushes\npre-push:\n  jobs:\n    - run: t\n",
        "commit-msg:\n  scripts:\n    \"a.sh\":\n      runner: sh\noutput: false\n",
    ];
    let husky = ["", "#!/bin/sh\n. \"$(dirname \"$0\")/_/husky.sh\"\n\nnpm test\n"];
    let toml = ["", "default_stages = [\"pre-commit\"]\n[[repos]]\nrepo = \"builtin\"\nhooks = [{ id = \"a\" }]\n"];
    for (runner, file) in EACH {
        let texts: &[&str] = match runner {
            Runner::PreCommit => &there,
            Runner::Prek => &toml,
            Runner::Lefthook => &lefthook,
            Runner::Husky => &husky,
        };
        for text in texts {
            let new = put(runner, file, text);
            let programs =
                HOOKS.iter().filter(|(hook, _)| runner != Runner::Husky || file.ends_with(&format!("/{hook}")));
            assert!(programs.clone().all(|(_, program)| new.contains(program)), "{new}");
            assert_eq!(with_hooks(runner, file, Some(&new)), Ok(None), "{new}");
            let left = without_hooks(&new).unwrap().unwrap();
            let old = if *text == "repos: []\n" { "" } else { text };
            assert_eq!(left, old, "{new}");
            assert_eq!(without_hooks(&left), Ok(None));
        }
    }
}

#[test]
fn lines_go_where_the_others_are() {
    let text = "repos:\n- repo: local\n  hooks:\n  - id: a\n\n# for the service\nci:\n  skip: [a]\n";
    let new = put(Runner::PreCommit, ".pre-commit-config.yaml", text);
    let expected =
        ["default_install_hook_types", "repos:", "- id: a", "- repo: local", "- id: ackgate-pre-push", "# for the"];
    let mut rest = new.as_str();
    for words in expected {
        rest = rest.split_once(words).unwrap_or_else(|| panic!("{words}: {new}")).1;
    }
    assert!(new.contains("\n- repo: local\n  hooks:\n    - id: ackgate-pre-commit\n"), "{new}");

    let text = "pre-push:\n    jobs:\n        - run: t\n    piped: true\n";
    let new = put(Runner::Lefthook, "lefthook.yml", text);
    assert!(new.contains("\n        - name: ackgate\n          use_stdin: true\n"), "{new}");

    let new = put(Runner::Husky, ".husky/pre-push", "#!/bin/sh\ngit lfs pre-push \"$@\"\n");
    assert!(new.find("ackgate-pre-push") < new.find("git lfs"), "{new}");
    let new = put(Runner::Husky, ".husky/pre-commit", "npx lint-staged\n");
    assert!(new.find("lint-staged") < new.find("ackgate-pre-commit"), "{new}");
}

#[test]
fn line_ends_stay_as_they_are() {
    let text = "repos:\r\n  - repo: local\r\n    hooks:\r\n      - id: a\r\n";
    let new = put(Runner::PreCommit, ".pre-commit-config.yaml", text);
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    assert_eq!(without_hooks(&new).unwrap().unwrap(), text);
}

#[test]
fn what_lines_do_not_tell_is_refused_with_its_line() {
    for (runner, file, text, line) in [
        (Runner::PreCommit, ".pre-commit-config.yaml", "a: 1\nrepos: [{repo: local}]\n", 2),
        (Runner::PreCommit, ".pre-commit-config.yaml", "\"repos\":\n  - repo: x\n", 1),
        (Runner::PreCommit, ".pre-commit-config.yaml", "repos: &all\n  - repo: x\n", 1),
        (Runner::PreCommit, ".pre-commit-config.yaml", "{repos: []}\n", 1),
        (Runner::PreCommit, ".pre-commit-config.yaml", "repos:\n---\nrepos:\n", 2),
        (Runner::Prek, "prek.toml", "repos = []\n", 1),
        (Runner::Lefthook, "lefthook.yml", "pre-commit: {commands: {}}\n", 1),
        (Runner::Lefthook, "lefthook.yml", "pre-push:\n  jobs: []\n", 2),
        (Runner::Husky, ".husky/pre-commit", "lint\nexit 0\n", 2),
        (Runner::Husky, ".husky/commit-msg", "[ -n \"$CI\" ] && exit 0\nlint\n", 1),
        (Runner::Husky, ".husky/pre-commit", "exec lint\n", 1),
    ] {
        match with_hooks(runner, file, Some(text)) {
            Err(RunnerError::Shape { line: found, .. }) => assert_eq!(found, line, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(with_hooks(Runner::Lefthook, "lefthook.json", Some("{}")), Err(RunnerError::Format));
    let cut = put(Runner::Lefthook, "lefthook.yml", "").replace("# ackgate: end", "");
    assert!(without_hooks(&cut).is_err());
}

#[test]
fn hooks_that_somebody_put_in_stay() {
    let text = "repos:\n- repo: https://example.org/ackgate\n  rev: v1\n  hooks: [{id: ackgate-pre-commit}]\n";
    assert_eq!(with_hooks(Runner::PreCommit, ".pre-commit-config.yaml", Some(text)), Ok(None));
    let comment = "# ackgate-pre-commit once ran here\n";
    assert!(with_hooks(Runner::Lefthook, "lefthook.yml", Some(comment)).unwrap().is_some());
}

#[test]
fn the_file_that_is_there_is_the_one_that_is_changed() {
    let files = |runner: Runner, there: &str| runner.files(|file| file == there);
    assert_eq!(files(Runner::Lefthook, ""), ["lefthook.yml"]);
    assert_eq!(files(Runner::Lefthook, ".config/lefthook.toml"), [".config/lefthook.toml"]);
    assert_eq!(files(Runner::Prek, ""), [".pre-commit-config.yaml"]);
    assert_eq!(files(Runner::Prek, "prek.toml"), ["prek.toml"]);
    assert_eq!(files(Runner::Husky, "").len(), 4);
}

/// The pages show what `install --runner` writes, so that what is tried on real runners is what people copy.
#[test]
fn the_pages_show_what_is_written() {
    for (runner, file) in EACH {
        let page = match runner {
            Runner::PreCommit => include_str!("../../docs/clients/pre-commit.md"),
            Runner::Prek => include_str!("../../docs/clients/prek.md"),
            Runner::Lefthook => include_str!("../../docs/clients/lefthook.md"),
            Runner::Husky => include_str!("../../docs/clients/husky.md"),
        };
        let text = put(runner, file, "");
        let shown: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("# ackgate:")).collect();
        assert!(page.contains(&shown.join("\n")), "{file}:\n{}", shown.join("\n"));
    }
}
