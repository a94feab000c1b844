//! What else has a say: variables that bypass hooks, the log's merge driver, the settings of coding agents.

use std::path::Path;

use super::item::Item;
use super::programs::on_path;
use crate::agent::config::{Agent, PROGRAM};
use crate::change::RepoPath;
use crate::merge::DRIVER;
use crate::policy::{Policy, Workspace};
use crate::report::escape;
use crate::shell::init::runners::mentions;
use crate::shell::install::driver::{self, Effective};
use crate::shell::install::locate::{failed, run};
use crate::shell::logs::{Home, home};
use crate::shell::{Error, files};

const ENVIRONMENT: &str = "environment";

/// What a runner lets through when it is set so.
const BYPASSES: &[(&str, &str, When)] = &[
    ("SKIP", "pre-commit", When::Names),
    ("PREK_SKIP", "prek", When::Names),
    ("LEFTHOOK", "lefthook", When::Off),
    ("LEFTHOOK_EXCLUDE", "lefthook", When::Names),
    ("HUSKY", "husky", When::Off),
    ("HUSKY_SKIP_HOOKS", "husky", When::Set),
    ("PRE_COMMIT_ALLOW_NO_CONFIG", "pre-commit, where its configuration is gone,", When::Set),
];

/// When a variable bypasses something.
#[derive(Debug, Clone, Copy)]
enum When {
    /// It lists ackgate.
    Names,
    /// It is `0` or `false`.
    Off,
    /// It is anything but empty.
    Set,
}

/// Variables that are set right now, by which hooks do not run.
pub(super) fn environment() -> Vec<Item> {
    let mut items = Vec::new();
    for (name, who, when) in BYPASSES {
        let value = std::env::var_os(name).unwrap_or_default();
        let value = value.to_string_lossy();
        let bypasses = match when {
            When::Names => mentions(value.as_bytes(), "ackgate") || mentions(value.as_bytes(), "verify-gate"),
            When::Off => matches!(value.trim(), "0" | "false"),
            When::Set => !value.is_empty() && value != "0",
        };
        if bypasses {
            let message = format!("is `{}`: {who} passes ackgate over", escape(&value));
            items.push(Item::problem(ENVIRONMENT, name, message).help(format!("unset {name}")));
        }
    }
    for (name, value) in std::env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy().to_lowercase());
        let sets = name == "GIT_CONFIG_PARAMETERS" || name.starts_with("GIT_CONFIG_KEY_");
        if sets && value.contains("core.hookspath") {
            let message = "has git look for hooks elsewhere than this repository says";
            items.push(Item::problem(ENVIRONMENT, &escape(&name), message).help(format!("unset {}", escape(&name))));
        }
    }
    if let Some(place) = std::env::var_os("ACKGATE_LOG_REPO") {
        let message = format!("says where the log is: {}", files::shown(Path::new(&place)));
        items.push(Item::note(ENVIRONMENT, "ACKGATE_LOG_REPO", message));
    }
    if items.is_empty() {
        items.push(Item::ok(ENVIRONMENT, "environment", "no variable that bypasses a hook is set"));
    }
    items
}

/// Whether git joins the log, where it is here, entry by entry.
pub(super) fn merge_driver(dir: &Path, workspace: &Workspace) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    let members = (0..workspace.members.len()).map(Some);
    for member in workspace.root.iter().map(|_| None).chain(members) {
        let policy: Option<&Policy> = workspace.policy_of(member).filter(|policy| policy.is_log_owner());
        let Some(Home::Here(path)) = policy.map(|policy| home(workspace, member, policy)) else { continue };
        items.push(driver_of(dir, &path)?);
    }
    Ok(items)
}

fn driver_of(dir: &Path, log: &RepoPath) -> Result<Item, Error> {
    let (check, subject) = ("merge-driver", "merge driver");
    let Some(path) = log.to_str() else { return Ok(Item::note(check, subject, "no line can name the log")) };
    let output = run(dir, ["check-attr", "-z", "merge", "--", path])?;
    if !output.status.success() {
        return Err(failed("check-attr", &output.stderr));
    }
    let value = output.stdout.split(|byte| *byte == 0).nth(2).unwrap_or_default();
    if value != DRIVER.as_bytes() {
        let message = format!(".gitattributes does not name {DRIVER} for {log}: git merges the log line by line");
        return Ok(Item::note(check, subject, message).help("verify-gate init adds the line"));
    }
    let install = "verify-gate install";
    Ok(match driver::effective(dir)? {
        Effective::None => {
            let message =
                format!(".gitattributes names {DRIVER} for {log}, and git's configuration here does not know it");
            Item::problem(check, subject, message).help(install)
        }
        Effective::Ours(program) if files::is_program(&program) => {
            Item::ok(check, subject, format!("{log}: runs {}", files::shown(&program)))
        }
        Effective::Ours(program) => {
            let message = format!("{} is not there, so that the log is not merged", files::shown(&program));
            Item::problem(check, subject, message).help(install)
        }
        Effective::Theirs(value) => {
            let shown = escape(&String::from_utf8_lossy(&value));
            Item::note(check, subject, format!("{log}: runs what ackgate did not set up: {shown}"))
        }
    })
}

/// The agents whose settings are in the repository. Advice, so that what is missing is no problem.
pub(super) fn agents(root: &Path) -> Vec<Item> {
    [Agent::Claude, Agent::Codex, Agent::Gemini, Agent::Cursor].into_iter().filter_map(|one| agent(root, one)).collect()
}

fn agent(root: &Path, agent: Agent) -> Option<Item> {
    let (file, name) = (root.join(agent.file()), agent.name());
    let install = format!("verify-gate install --agent {}", name.split(' ').next().unwrap_or_default().to_lowercase());
    let check = "agent";
    let present = files::look(&file).ok().flatten();
    let Some(present) = present.filter(|present| mentions(&present.content, PROGRAM)) else {
        let is_used = file.parent().is_some_and(Path::is_dir);
        return is_used
            .then(|| Item::note(check, name, format!("{} does not name {PROGRAM}", agent.file())).help(install));
    };
    let text = String::from_utf8_lossy(&present.content).into_owned();
    let words = text.split(['"', '\'', ' ', '\\']).filter(|word| word.rsplit('/').next() == Some(PROGRAM));
    let is_there = |word: &str| match word.contains('/') {
        true => files::is_program(&root.join(word)),
        false => on_path(word).is_some(),
    };
    let mut words = words.peekable();
    let is_named = words.peek().is_some();
    Some(match is_named && !words.any(is_there) {
        true => {
            Item::problem(check, name, format!("{} names {PROGRAM}, which is not there", agent.file())).help(install)
        }
        false => Item::ok(check, name, format!("{} has {PROGRAM} run", agent.file())),
    })
}
