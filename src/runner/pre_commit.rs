//! `.pre-commit-config.yaml`, for pre-commit and prek; and prek's own `prek.toml`.

use super::RunnerError;
use super::block::Text;
use super::yaml;

const TYPES: &str = "default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]";

/// The programs on PATH: nothing to build, and the same for all hooks.
const HOOKS: &str = "\
- repo: local
  hooks:
    - id: ackgate-pre-commit
      name: ackgate (commit)
      entry: ackgate-pre-commit
      language: system
      stages: [pre-commit, pre-merge-commit]
      always_run: true
      pass_filenames: false
      require_serial: true
    - id: ackgate-commit-msg
      name: ackgate (message)
      entry: ackgate-commit-msg
      language: system
      stages: [commit-msg]
      always_run: true
      require_serial: true
    - id: ackgate-pre-push
      name: ackgate (push)
      entry: ackgate-pre-push
      language: system
      stages: [pre-push]
      always_run: true
      pass_filenames: false
      require_serial: true";

const TOML: &str = r#"[[repos]]
repo = "local"
hooks = [
  { id = "ackgate-pre-commit", name = "ackgate (commit)", entry = "ackgate-pre-commit", language = "system", stages = ["pre-commit", "pre-merge-commit"], always_run = true, pass_filenames = false, require_serial = true },
  { id = "ackgate-commit-msg", name = "ackgate (message)", entry = "ackgate-commit-msg", language = "system", stages = ["commit-msg"], always_run = true, require_serial = true },
  { id = "ackgate-pre-push", name = "ackgate (push)", entry = "ackgate-pre-push", language = "system", stages = ["pre-push"], always_run = true, pass_filenames = false, require_serial = true },
]"#;

pub(super) fn put(text: &mut Text) -> Result<(), RunnerError> {
    yaml::plain(&text.lines)?;
    if let Some(empty) = text.lines.iter_mut().find(|line| line.trim_end() == "repos: []") {
        "repos:".clone_into(empty);
    }
    let all = 0..text.lines.len();
    let repos = match yaml::key(&text.lines, all.clone(), 0, "repos")? {
        Some(line) => line,
        None => {
            text.lines.push("repos:".to_owned());
            text.lines.len() - 1
        }
    };
    let below = yaml::below(&text.lines, repos);
    let margin = yaml::margin(&text.lines, below.clone()).unwrap_or(2);
    // Last, so that what other hooks changed is what is judged.
    text.insert(below.end, margin, HOOKS);
    if !text.lines.iter().any(|line| line.starts_with("default_install_hook_types")) {
        text.insert(repos, 0, TYPES);
    }
    Ok(())
}

pub(super) fn put_toml(text: &mut Text) -> Result<(), RunnerError> {
    let inline = |line: &String| line.split_once('=').is_some_and(|(key, _)| key.trim().trim_matches('"') == "repos");
    if let Some(index) = text.lines.iter().position(inline) {
        let what = "`repos` is not written as `[[repos]]`: put ackgate's lines in by hand".to_owned();
        return Err(RunnerError::Shape { line: index + 1, what });
    }
    text.insert(text.lines.len(), 0, TOML);
    Ok(())
}
