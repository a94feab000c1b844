//! The pages under `docs/` whose commands are run: blocks of `console`, each line after `$ ` a command, the rest what it says.
//!
//! A page begins in a folder with two repositories, `widgets` and `gadgets`; one with `<!-- continues PAGE -->` where that page
//! ends. What differs from run to run is said as `…`, and a line `…` stands for any number of lines.
//! `ACKGATE_UPDATE=1 cargo test --test it pages` writes anew what is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Two repositories as they are before ackgate, in a home of their own.
struct World {
    temp: TempDir,
    at: PathBuf,
}

const BEGIN: &str = "
git init -q widgets && cd widgets && mkdir -p src/adapters schemas/v1
echo 'timeout = 10' >src/adapters/gadgets.py && echo '# Widgets' >README.md
printf '%s\\n' '{' '  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",' '  \"title\": \"usage.v1\",' '  \"type\": \"object\",' \
  '  \"properties\": {' '    \"tokens\": { \"type\": \"integer\" }' '  },' '  \"required\": [\"tokens\"]' '}' >schemas/v1/usage.json
git add -A && git commit -qm 'Begin' && cd ..
git init -q gadgets && cd gadgets && mkdir client && echo 'retries = 3' >client/widgets.py
git add -A && git commit -qm 'Begin'
";

impl World {
    fn new() -> World {
        let temp = tempfile::tempdir().unwrap();
        let at = temp.path().canonicalize().unwrap().join("work");
        fs::create_dir(&at).unwrap();
        let config = "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n";
        fs::write(temp.path().join(".gitconfig"), config).unwrap();
        let mut world = World { temp, at };
        let said = world.run(BEGIN);
        assert_eq!(said, "");
        world.at = world.temp.path().canonicalize().unwrap().join("work");
        world
    }

    /// What a command says on both its outputs, where the last one stopped.
    fn run(&mut self, command: &str) -> String {
        let programs = Path::new(env!("CARGO_BIN_EXE_verify-gate")).parent().unwrap();
        let others = std::env::var_os("PATH").unwrap();
        let path = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&others));
        let place = self.temp.path().join("place");
        let script = format!("{{ {command}\n}} 2>&1; pwd -P >\"$ACKGATE_TEST_PLACE\"");
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&self.at)
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", self.temp.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C")
            .env("ACKGATE_TEST_PLACE", &place)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        self.at = PathBuf::from(fs::read_to_string(place).unwrap().trim_end());
        let root = self.temp.path().canonicalize().unwrap().join("work");
        masked(&String::from_utf8(output.stdout).unwrap().replace(root.to_str().unwrap(), "…"))
    }
}

/// Text without what differs from run to run: digests, ids of commits, dates.
fn masked(text: &str) -> String {
    let is_id = |word: &str| {
        word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
    };
    let is_date = |word: &str| {
        word.len() == 10
            && word.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_alphanumeric() || c == '-' {
            word.push(c);
            continue;
        }
        out.push_str(if is_id(&word) || is_date(&word) { "…" } else { &word });
        word.clear();
        out.extend((c != '\0').then_some(c));
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Whether lines say what is expected, where a line `…` is any lines.
fn fits(expected: &[&str], said: &[&str]) -> bool {
    match expected.split_first() {
        None => said.is_empty(),
        Some((&"…", rest)) => (0..=said.len()).any(|skipped| fits(rest, &said[skipped..])),
        Some((line, rest)) => said.first() == Some(line) && fits(rest, &said[1..]),
    }
}

fn read(page: &str) -> String {
    fs::read_to_string(folder().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

fn before(page: &str) -> Option<String> {
    let text = read(page);
    let (_, rest) = text.split_once("<!-- continues ")?;
    Some(rest.split(" -->").next().unwrap().to_owned())
}

/// The page with what its commands say.
fn follow(world: &mut World, text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    let mut is_console = false;
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line.starts_with("```") {
            is_console = line == "```console";
        }
        let Some(mut command) = line.strip_prefix("$ ").filter(|_| is_console).map(str::to_owned) else { continue };
        while command.ends_with('\\') {
            let more = lines.next().unwrap();
            out.push_str(&format!("{more}\n"));
            command = format!("{command}\n{more}");
        }
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
            expected.push(line);
        }
        let said = world.run(&command);
        let said: Vec<&str> = said.trim_end().lines().collect();
        let kept = if fits(&expected, &said) { expected } else { said };
        kept.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    out
}

fn check(page: &str) {
    let mut world = World::new();
    let mut earlier = Vec::new();
    let mut one = before(page);
    while let Some(name) = one {
        one = before(&name);
        earlier.push(name);
    }
    for name in earlier.iter().rev() {
        follow(&mut world, &read(name));
    }
    let text = read(page);
    assert!(text.contains("```console\n$ "), "{page} has no command");
    let new = follow(&mut world, &text);
    if std::env::var_os("ACKGATE_UPDATE").is_some() {
        fs::write(folder().join(page), &new).unwrap();
    }
    let differ = text.lines().zip(new.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(text == new, "docs/{page}: it is not so any more, from line {:?} on:\n{new}", differ.map(|(at, _)| at + 1));
}

#[test]
fn adopt() {
    check("adopt.md");
}

#[test]
fn write_a_gate() {
    check("write-a-gate.md");
}

#[test]
fn answer_a_gate() {
    check("answer-a-gate.md");
}

#[test]
fn sign_acks() {
    check("sign-acks.md");
}

#[test]
fn shared_policy() {
    check("shared-policy.md");
}

#[test]
fn report() {
    check("report.md");
}

#[test]
fn repositories() {
    check("repositories.md");
}

#[test]
fn log_formats() {
    check("log-formats.md");
}

#[test]
fn every_page_with_commands_is_run() {
    let run = [
        "adopt.md",
        "write-a-gate.md",
        "answer-a-gate.md",
        "sign-acks.md",
        "shared-policy.md",
        "repositories.md",
        "ci-and-server.md",
        "report.md",
        "log-formats.md",
    ];
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") && !run.contains(&name.as_str()) {
            assert!(!read(&name).contains("```console"), "{name} has commands that nobody runs");
        }
    }
}

#[test]
fn ci_and_server() {
    check("ci-and-server.md");
}

/// What the page on messages quotes is said somewhere.
#[test]
fn quoted_messages_are_those_of_the_program() {
    fn all(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => all(&path, out),
                false => out.push_str(&fs::read_to_string(path).unwrap_or_default()),
            }
        }
    }
    let mut sources = String::new();
    all(&folder().with_file_name("src"), &mut sources);
    let page = read("troubleshooting.md");
    let first = page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split_once('`'));
    let quoted: Vec<&str> = first.map(|(quoted, _)| quoted).collect();
    assert!(quoted.len() > 15, "{quoted:?}");
    for part in quoted.iter().flat_map(|quoted| quoted.split('…')).map(str::trim) {
        assert!(sources.contains(part), "nothing says `{part}`");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    fn all(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => all(&path, out),
                false => out.extend(path.extension().is_some_and(|end| end == "md").then_some(path)),
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = ["README.md", "SECURITY.md", "CONTRIBUTING.md"].map(|name| root.join(name)).to_vec();
    all(&folder(), &mut pages);
    let mut links = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        // Not in code.
        let text: String = text.split('`').step_by(2).collect();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.contains(['{', ' ']) {
                continue;
            }
            links += 1;
            assert!(page.with_file_name(file).exists(), "{}: nothing is at {target}", page.display());
        }
    }
    assert!(links > 40, "{links}");
}
