//! What `--help` and the man pages show of each command by example.

use clap::{Args, Command, CommandFactory};

use super::{CheckArgs, Cli};

/// Each command with lines that can be typed as they are.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("", &["verify-gate --range origin/main..HEAD", "verify-gate status", "verify-gate explain AG104"]),
    (
        "check",
        &[
            "verify-gate check --staged",
            "verify-gate --paths agentos/schemas/v1/turn.json",
            "verify-gate --range origin/main..HEAD --format sarif",
            "verify-gate --explain-config",
        ],
    ),
    ("status", &["verify-gate status", "verify-gate status --repo ../AgentOS --format json"]),
    ("log", &["verify-gate log", "verify-gate log --fetch", "verify-gate --log draft.md log"]),
    ("report", &["verify-gate report --html report.html", "verify-gate report --commits 100 --html -"]),
    (
        "gate new",
        &[
            "verify-gate gate new --slice r4-adapter --path agentos/integrations/ --commit",
            "verify-gate gate new --edit",
        ],
    ),
    ("gate show", &["verify-gate gate show", "verify-gate gate show --slice r4-adapter"]),
    ("ack", &["verify-gate ack --commit", "verify-gate ack --slice r4-adapter --sign --commit"]),
    ("nack", &["verify-gate nack --reason 'the cap is 100' --commit"]),
    ("withdraw", &["verify-gate withdraw --slice r4-adapter --commit"]),
    ("landed", &["verify-gate landed --commit"]),
    ("ready", &["verify-gate ready --note 'evidence is in the bundle' --commit"]),
    (
        "session begin",
        &["verify-gate session begin --role scout", "verify-gate session begin --role executor --slice r4-adapter"],
    ),
    ("session status", &["verify-gate session status"]),
    ("session end", &["verify-gate session end"]),
    ("plan new", &["verify-gate plan new --slice r4-adapter"]),
    ("plan check", &["verify-gate plan check", "verify-gate plan check plans/2025-11-06_r4-adapter.plan.md"]),
    ("plan list", &["verify-gate plan list --format json"]),
    ("handoff", &["verify-gate handoff", "verify-gate handoff --slice r4-adapter --format junit"]),
    (
        "contract",
        &["verify-gate contract HEAD:v1/usage.json v1/usage.json", "verify-gate contract old.md new.md --format json"],
    ),
    (
        "licence",
        &[
            "verify-gate licence --bundle docs/LEGAL/PUBKEYS.json --pack trial.json",
            "verify-gate licence --bundle PUBKEYS.json --file policy.json --signature policy.json.sig --key-id default",
        ],
    ),
    ("validate", &["verify-gate validate --list", "verify-gate validate --online", "verify-gate validate --check"]),
    ("bundle", &["verify-gate bundle", "verify-gate bundle --check"]),
    ("rules", &["verify-gate rules", "verify-gate rules --markdown"]),
    ("explain", &["verify-gate explain AG102", "verify-gate explain ack-missing"]),
    ("schema", &["verify-gate schema"]),
    ("extends show", &["verify-gate extends show", "verify-gate extends show --format json"]),
    (
        "extends update",
        &[
            "verify-gate extends update --from ../policies/baseline.toml",
            "verify-gate extends update --git git@example.org:us/policies.git --rev 4b825dc642cb6eb9a060e54bf8d69288fbee4904 --path baseline.toml",
        ],
    ),
    ("completions", &["verify-gate completions bash", "verify-gate completions zsh", "verify-gate completions fish"]),
    (
        "man",
        &["verify-gate man", "verify-gate man verify-gate-check", "verify-gate man --output ~/.local/share/man/man1"],
    ),
    ("init", &["verify-gate init", "verify-gate init --party AgentOS --other CCC", "verify-gate init --agents-md"]),
    ("merge-log", &["verify-gate merge-log base.md ours.md theirs.md --path docs/log.md"]),
    (
        "install",
        &["verify-gate install", "verify-gate install --runner pre-commit", "verify-gate install --agent claude"],
    ),
    ("uninstall", &["verify-gate uninstall", "verify-gate uninstall --agent claude"]),
    ("doctor", &["verify-gate doctor", "verify-gate doctor --no-canaries"]),
    ("demo", &["verify-gate demo"]),
];

/// The command line, with examples under each command.
pub fn command() -> Command {
    with_examples(Cli::command(), "")
}

/// The same for completions and man pages: without a command `check` is meant, so its options stand beside the others.
pub fn described() -> Command {
    CheckArgs::augment_args(command()).arg_required_else_help(false)
}

fn with_examples(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command.mut_subcommand(name, |inner| with_examples(inner, &path))
    });
    let Some((_, lines)) = EXAMPLES.iter().find(|(known, _)| *known == path) else { return command };
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    let examples = format!("Examples:\n{}", lines.join("\n"));
    let text = match command.get_after_help() {
        Some(more) => format!("{examples}\n\n{more}"),
        None => examples,
    };
    command.after_help(text)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::FromArgMatches;

    use super::*;

    fn leaves(command: &Command, path: &str, found: &mut Vec<String>) {
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
            let path = format!("{path} {}", inner.get_name()).trim().to_owned();
            match inner.has_subcommands() {
                true => leaves(inner, &path, found),
                false => found.push(path),
            }
        }
    }

    #[test]
    fn every_command_has_examples_that_can_be_typed() {
        let mut all = vec![String::new()];
        leaves(&Cli::command(), "", &mut all);
        let mut known: Vec<&str> = EXAMPLES.iter().map(|(path, _)| *path).collect();
        known.sort_unstable();
        all.sort();
        assert_eq!(known, all);
        for line in EXAMPLES.iter().flat_map(|(_, lines)| *lines) {
            let words: Vec<String> = line
                .split('\'')
                .enumerate()
                .flat_map(|(at, part)| match at % 2 {
                    1 => vec![part.to_owned()],
                    _ => part.split_whitespace().map(str::to_owned).collect(),
                })
                .collect();
            let words = super::super::with_default_command(words.iter().map(OsString::from));
            let matches = command().try_get_matches_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
            Cli::from_arg_matches(&matches).unwrap();
        }
    }

    #[test]
    fn what_is_described_is_well_formed() {
        command().debug_assert();
        described().debug_assert();
    }
}
