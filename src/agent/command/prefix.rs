//! Words before a command that leave it the command that it is: keywords, `sudo`, `env`, `npx`, ….

use super::expand::Field;

/// What stands before a command.
#[derive(Debug, Default)]
pub(super) struct Prefix {
    /// How many words it has.
    pub(super) length: usize,
    /// Variables that `env` sets.
    pub(super) variables: Vec<(String, String)>,
    /// Folders that it goes to (`env -C`).
    pub(super) folders: Vec<Field>,
    /// The command gets its arguments from what it reads (`xargs`).
    pub(super) is_fed: bool,
}

/// Looks for what stands before a command.
pub(super) fn prefix(words: &[Field]) -> Prefix {
    let mut prefix = Prefix::default();
    while let Some((word, rest)) = words.get(prefix.length..).and_then(<[Field]>::split_first) {
        let name = program(word);
        let Some(kind) = KINDS.iter().find(|kind| kind.names.contains(&name)) else { break };
        let mut taken = 1;
        if !kind.words.is_empty() {
            // `uv run black`, but not `uv pip`.
            match rest.first() {
                Some(next) if kind.words.contains(&next.text.as_str()) => taken += 1,
                _ if kind.needs_word => break,
                _ => {}
            }
        }
        let mut left = kind.values;
        while let Some(option) = words.get(prefix.length + taken) {
            let text = option.text.as_str();
            if text == "--" {
                taken += 1;
                break;
            } else if let Some((name, value)) =
                text.split_once('=').filter(|(n, _)| kind.is_env() && !n.starts_with('-'))
            {
                prefix.variables.push((name.to_owned(), value.to_owned()));
            } else if kind.with_value.contains(&text) {
                taken += 1;
                if kind.is_env() && matches!(text, "-C" | "--chdir") {
                    prefix.folders.extend(words.get(prefix.length + taken).cloned());
                }
            } else if !(text.len() > 1 && text.starts_with('-')) {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            taken += 1;
        }
        prefix.is_fed |= name == "xargs";
        prefix.length += taken;
    }
    prefix.length = prefix.length.min(words.len());
    prefix
}

/// The name that a program is known by.
pub(super) fn program(word: &Field) -> &str {
    let name = word.text.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Programs and keywords of one kind.
struct Kind {
    names: &'static [&'static str],
    /// Words that may follow the name.
    words: &'static [&'static str],
    /// Whether one of them must.
    needs_word: bool,
    /// Options whose value is the next word.
    with_value: &'static [&'static str],
    /// How many words that are no options come before the command.
    values: usize,
}

impl Kind {
    fn is_env(&self) -> bool {
        self.names.contains(&"env")
    }
}

const fn kind(names: &'static [&'static str], with_value: &'static [&'static str], values: usize) -> Kind {
    Kind { names, words: &[], needs_word: false, with_value, values }
}

const fn runner(names: &'static [&'static str], words: &'static [&'static str], needs_word: bool) -> Kind {
    Kind { names, words, needs_word, with_value: &["-p", "--package", "--with", "--from", "--python"], values: 0 }
}

const KINDS: &[Kind] = &[
    kind(&["then", "do", "else", "elif", "if", "while", "until", "!", "{", "coproc"], &[], 0),
    kind(&["nohup", "setsid", "command", "builtin", "exec", "busybox", "chronic", "unbuffer", "time"], &["-a"], 0),
    kind(&["env", "sudo", "doas"], &["-u", "--unset", "-C", "--chdir", "-S", "-g", "--user", "--group", "-h", "-p"], 0),
    kind(&["nice", "ionice", "stdbuf", "chrt"], &["-n", "-c", "-i", "-o", "-e"], 0),
    kind(&["timeout", "gtimeout"], &["-s", "--signal", "-k", "--kill-after"], 1),
    kind(&["xargs", "gxargs"], &["-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs"], 0),
    runner(&["npx", "bunx", "uvx", "pipx"], &["run"], false),
    runner(&["pnpm", "yarn", "npm", "bun"], &["exec", "dlx", "x"], true),
    runner(&["uv", "poetry", "pipenv", "pdm", "hatch", "rye"], &["run"], true),
    runner(&["bundle", "mise", "direnv"], &["exec"], true),
    runner(&["python", "python3", "py"], &["-m"], true),
];
