//! What a git command writes of what it names, and what keeps the gate's hooks from running.

use super::expand::Field;
use super::writers::{Given, part};
use crate::agent::act::How;

/// What a git command does.
#[derive(Debug, Default)]
pub(super) struct GitUse {
    /// Where it stands (`-C`), from where the command does.
    pub(super) folder: Vec<Field>,
    /// The files it writes.
    pub(super) writes: Vec<(Field, How)>,
    /// The command as it is called, to be shown.
    pub(super) name: String,
    /// How it goes around the gate, if it does.
    pub(super) around: Option<String>,
    /// Whether it takes a patch on its standard input.
    pub(super) takes_patch: bool,
    /// Whether it makes or sends commits, so that hooks run.
    pub(super) runs_hooks: bool,
}

/// Reads the arguments of `git`.
pub(super) fn git(arguments: &[Field]) -> GitUse {
    let mut found = GitUse::default();
    let mut rest = arguments;
    let mut without_hooks = None;
    while let Some((option, after)) = rest.split_first() {
        let (value, behind) = match after.split_first() {
            Some((value, behind)) => (Some(value), behind),
            None => (None, after),
        };
        rest = match option.text.as_str() {
            "-C" => {
                found.folder.extend(value.cloned());
                behind
            }
            "-c" | "--config-env" => {
                without_hooks =
                    without_hooks.or(value.filter(|v| sets_hooks_path(&v.text)).map(|_| "-c core.hooksPath"));
                behind
            }
            "--git-dir" | "--work-tree" | "--namespace" | "--super-prefix" => behind,
            text if text.starts_with('-') => {
                let inline = text.strip_prefix("-c").or_else(|| text.strip_prefix("--config-env="));
                without_hooks = without_hooks.or(inline.filter(|v| sets_hooks_path(v)).map(|_| "-c core.hooksPath"));
                after
            }
            _ => break,
        };
    }
    let Some((command, arguments)) = rest.split_first() else { return found };
    let given = Given { arguments };
    found.name = format!("git {}", command.text);
    found.runs_hooks = RUN_HOOKS.contains(&command.text.as_str());
    if found.runs_hooks {
        let skips = skips_hooks(&command.text, arguments).then_some("--no-verify");
        found.around = without_hooks.or(skips).map(|how| match how {
            "--no-verify" => format!("git {} --no-verify", command.text),
            how => format!("git {how} {}", command.text),
        });
    }
    if command.text == "config" && sets_config(&given) {
        found.around = Some("git config core.hooksPath".to_owned());
    }
    found.takes_patch = matches!(command.text.as_str(), "apply" | "am") && changes_files(&given);
    found.writes = writes(&command.text, &given);
    found
}

/// Commands that run hooks of git's.
const RUN_HOOKS: &[&str] = &["commit", "push", "merge", "rebase", "am", "pull", "cherry-pick", "revert"];

fn writes(command: &str, given: &Given<'_>) -> Vec<(Field, How)> {
    let as_how = |fields: Vec<Field>, how: fn() -> How| fields.into_iter().map(|field| (field, how())).collect();
    match command {
        // What is brought back from a commit or the index: of a folder, nobody sees which files.
        "checkout" | "restore" | "checkout-index" => {
            let only_unstages = command == "restore"
                && given.has_any(&["--staged", "-S"])
                && !given.has_any(&["--worktree", "-W", "-SW", "-WS", "--source", "-s"]);
            if only_unstages {
                return Vec::new();
            }
            as_how(given.operands(&["-b", "-B", "--orphan", "-s", "--source", "--conflict"]), || {
                super::writers::SOME_BELOW
            })
        }
        "rm" | "mv" if !given.has_any(&["-n", "--dry-run"]) => as_how(given.operands(&[]), || How::Tree),
        "reset" if given.has("--hard") => as_how(given.operands(&[]), || super::writers::SOME_BELOW),
        "update-index" => {
            let info = given.values(&["--cacheinfo"]);
            // `--cacheinfo mode,object,path`
            let last = |field: &Field| field.text.rsplit(',').next().map(|rest| part(field, rest));
            let named = info.iter().filter_map(last).chain(given.operands(&[])).collect();
            as_how(named, || How::Tree)
        }
        "submodule" if given.first() == Some("add") => as_how(given.operands(&["-b", "--name"]), || How::Tree),
        "subtree" if given.first() != Some("split") => {
            as_how(given.values(&["-P", "--prefix"]), || super::writers::SOME_BELOW)
        }
        "diff" | "log" | "show" | "format-patch" => as_how(given.values(&["--output"]), || How::Into),
        "archive" => as_how(given.values(&["-o", "--output"]), || How::Into),
        _ => Vec::new(),
    }
}

/// Whether `git apply` or `am` would write.
fn changes_files(given: &Given<'_>) -> bool {
    !given.has_any(&["--check", "--stat", "--numstat", "--summary", "--abort", "--quit", "--skip", "--continue"])
}

fn sets_hooks_path(setting: &str) -> bool {
    setting.split('=').next().is_some_and(|key| key.trim().eq_ignore_ascii_case("core.hookspath"))
}

/// Whether `git config` sets or unsets `core.hooksPath`, and does not only read it.
fn sets_config(given: &Given<'_>) -> bool {
    let operands = given.operands(&["-f", "--file", "--blob", "--type", "--default", "--comment"]);
    let words: Vec<&str> = operands.iter().map(|field| field.text.as_str()).collect();
    let removes = given.has_any(&["--unset", "--unset-all"]);
    if given.has_any(&["--get", "--get-all", "--list", "-l", "--show-origin", "--get-regexp"]) {
        return false;
    }
    match words.as_slice() {
        ["set" | "unset", key, ..] => sets_hooks_path(key),
        ["get" | "list", ..] => false,
        ["remove-section" | "rename-section", section, ..] => section.eq_ignore_ascii_case("core"),
        [key, _, ..] => sets_hooks_path(key),
        [key] => removes && sets_hooks_path(key),
        [] => false,
    }
}

/// `--no-verify`, as far as git takes an abbreviation, and commit's `-n`, which may stand among other letters.
fn skips_hooks(command: &str, arguments: &[Field]) -> bool {
    let mut is_value = false;
    for field in arguments {
        let text = field.text.as_str();
        if std::mem::take(&mut is_value) {
            continue;
        }
        match text.strip_prefix("--") {
            Some("") => return false,
            Some(long) if long.len() >= "no-veri".len() && "no-verify".starts_with(long) => return true,
            Some(long) => is_value = command == "commit" && LONG_WITH_VALUE.contains(&long),
            None => {
                let Some(letters) = text.strip_prefix('-') else { continue };
                let with_value = if command == "commit" { "mFcCt" } else { "msSXCo" };
                let mut seen = letters.chars();
                // `-S` and `-u` of a commit take the rest of the word, if anything.
                let flags: String = seen.by_ref().take_while(|c| !with_value.contains(*c)).collect();
                let own = flags.split(['S', 'u']).next().unwrap_or_default();
                if own.contains('n') && matches!(command, "commit" | "am") {
                    return true;
                }
                is_value = flags.len() < letters.len() && seen.as_str().is_empty();
            }
        }
    }
    false
}

/// Options of `git commit` whose value may be the next word.
const LONG_WITH_VALUE: &[&str] = &[
    "message",
    "file",
    "author",
    "date",
    "reuse-message",
    "reedit-message",
    "template",
    "fixup",
    "squash",
    "cleanup",
    "trailer",
    "pathspec-from-file",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn around(command: &str) -> bool {
        let words =
            command.split(' ').map(|word| Field { text: word.replace('_', " "), pattern: None, is_known: true });
        git(&words.collect::<Vec<_>>()).around.is_some()
    }

    #[test]
    fn what_skips_hooks_is_seen_and_what_looks_like_it_is_not() {
        for command in [
            "commit --no-verify",
            "commit -n",
            "commit -nm x",
            "commit -anm x",
            "commit -am x -n",
            "commit -m x --no-verify",
            "commit --no-veri -m x",
            "commit -vn",
            "-C sub commit -qn",
            "push --no-verify",
            "push origin main --no-verify",
            "merge --no-verify x",
            "rebase --no-verify main",
            "am --no-verify x",
            "-c core.hooksPath=/dev/null commit -m x",
            "-c CORE.HOOKSPATH= push",
            "-ccore.hooksPath=x commit",
            "--config-env=core.hooksPath=X commit",
            "config core.hooksPath /dev/null",
            "config --local core.hookspath x",
            "config --unset core.hooksPath",
            "config set core.hooksPath x",
        ] {
            assert!(around(command), "{command}");
        }
        for command in [
            "commit -m x",
            "commit -m -n",
            "commit -m --no-verify",
            "commit -mno",
            "commit -am -n",
            "commit -m x -- -n",
            "commit --message -n",
            "commit --author n_<n@n> -m x",
            "commit -uno -m x",
            "commit -Sn -m x",
            "commit -C n",
            "commit --no-edit",
            "commit --no-verbose -m x",
            "commit --amend --no-edit",
            "log -n 3",
            "log -n3 --oneline",
            "push -n",
            "push --dry-run",
            "merge -n x",
            "cherry-pick -n x",
            "revert -n x",
            "rebase -n x",
            "config core.hooksPath",
            "config --get core.hooksPath",
            "config get core.hooksPath",
            "config user.name n",
            "-c core.hooksPath=x status",
            "-c user.name=x commit -m y",
            "clean -n",
            "fetch --no-verify-signatures",
            "",
        ] {
            assert!(!around(command), "{command}");
        }
    }
}
