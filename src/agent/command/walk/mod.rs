//! Goes through a script, command by command.

mod feed;
mod nested;

use super::expand::{Field, Known, Surroundings, Variables};
use super::lexer::{Piece, Word, tokens};
use super::prefix::{prefix, program};
use super::simple::{Simple, Step, assignment, steps};
use super::writers::{Given, Use, usage};
use crate::agent::act::{Act, Around, How, Write, join};

/// Scripts in scripts beyond this depth are not looked into.
const DEEPEST: usize = 8;

/// What a shell command would write as far as it says so, and how it would go around the gate.
pub fn acts(command: &str, known: &Known) -> Vec<Act> {
    let mut walk = Walk { known, acts: Vec::new(), folder: Some(String::new()), variables: Variables::new(), depth: 0 };
    walk.script(command);
    let mut acts: Vec<Act> = Vec::new();
    for act in walk.acts {
        if !acts.contains(&act) {
            acts.push(act);
        }
    }
    acts
}

struct Walk<'k> {
    known: &'k Known,
    acts: Vec<Act>,
    /// Where the script stands, from the session's folder; `None` where that cannot be told.
    folder: Option<String>,
    variables: Variables,
    depth: usize,
}

/// What a command is fed with by the one before it in its pipeline.
#[derive(Default)]
struct Fed {
    /// Names that it may be handed by `xargs`.
    files: Vec<(Field, How)>,
    /// Text on its standard input.
    texts: Vec<String>,
}

impl Walk<'_> {
    fn script(&mut self, text: &str) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        let mut scopes = Vec::new();
        for step in steps(tokens(text)) {
            match step {
                Step::Open => scopes.push((self.folder.clone(), self.variables.clone())),
                Step::Close => {
                    if let Some((folder, variables)) = scopes.pop() {
                        (self.folder, self.variables) = (folder, variables);
                    }
                }
                Step::Pipeline(commands) => {
                    let mut fed = Fed::default();
                    for command in commands {
                        fed = self.simple(&command, fed);
                    }
                }
            }
        }
        self.depth -= 1;
    }

    /// A script of its own, which leaves folder and variables as they are.
    fn nested(&mut self, text: &str) {
        let (folder, variables) = (self.folder.clone(), self.variables.clone());
        self.script(text);
        (self.folder, self.variables) = (folder, variables);
    }

    fn fields(&self, word: &Word) -> Vec<Field> {
        self.surroundings().fields(word)
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings { known: self.known, variables: &self.variables, folder: self.folder.as_deref() }
    }

    /// One command; what it hands to the next.
    fn simple(&mut self, simple: &Simple, mut fed: Fed) -> Fed {
        let all = [&simple.words, &simple.outputs, &simple.inputs, &simple.here].into_iter().flatten();
        for piece in all.flatten() {
            if let Piece::Script { text, .. } = piece {
                self.nested(text);
            }
        }
        for word in &simple.outputs {
            for field in self.fields(word) {
                self.write(&field, How::Into, ">");
            }
        }
        for word in &simple.here {
            fed.texts.extend(self.fields_of_text(word));
        }
        let mut words = simple.words.as_slice();
        let mut set = Vec::new();
        while let Some((word, rest)) = words.split_first() {
            let Some((name, value)) = assignment(word) else { break };
            set.push((name, self.surroundings().values(&value)));
            words = rest;
        }
        if words.is_empty() {
            self.variables.extend(set);
            return Fed::default();
        }
        if self.binds(words) {
            return Fed::default();
        }
        let fields: Vec<Field> = words.iter().flat_map(|word| self.fields(word)).collect();
        let text = |value: &Vec<Vec<_>>| value.iter().map(|v| Surroundings::text(v)).next().unwrap_or_default();
        let set: Vec<(String, String)> = set.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        self.command(&fields, &fed, set)
    }

    fn fields_of_text(&self, word: &Word) -> Option<String> {
        // A here-document is quoted text, as it stands.
        match word.as_slice() {
            [Piece::Text { text, .. }] => Some(text.clone()),
            _ => self.surroundings().values(word).first().map(|value| Surroundings::text(value)),
        }
    }

    /// `for NAME in …` and `export NAME=…`, which say what names stand for.
    fn binds(&mut self, words: &[Word]) -> bool {
        let plain = |word: &Word| match word.as_slice() {
            [Piece::Text { text, quoted: false }] => Some(text.clone()),
            _ => None,
        };
        match (words.first().and_then(plain).as_deref(), words) {
            (Some("for" | "select"), [_, name, _, values @ ..]) => {
                let values = values.iter().flat_map(|word| self.surroundings().values(word)).collect();
                self.variables.extend(plain(name).map(|name| (name, values)));
                true
            }
            (Some("export" | "local" | "declare" | "readonly" | "typeset"), [_, rest @ ..]) => {
                let set: Vec<_> = rest.iter().filter_map(assignment).collect();
                for (name, value) in set {
                    let values = self.surroundings().values(&value);
                    let text = values.first().map(|value| Surroundings::text(value)).unwrap_or_default();
                    self.skips(&name, &text);
                    self.variables.insert(name, values);
                }
                true
            }
            _ => false,
        }
    }

    fn command(&mut self, fields: &[Field], fed: &Fed, mut set: Vec<(String, String)>) -> Fed {
        let prefix = prefix(fields);
        set.extend(prefix.variables);
        let Some((first, arguments)) = fields.get(prefix.length..).and_then(<[Field]>::split_first) else {
            return Fed::default();
        };
        let outer = self.folder.clone();
        for folder in &prefix.folders {
            self.enter(folder);
        }
        let name = program(first);
        let handed = self.run(name, arguments, fed, &set, prefix.is_fed);
        if !prefix.folders.is_empty() {
            self.folder = outer;
        }
        handed
    }

    fn run(&mut self, name: &str, arguments: &[Field], fed: &Fed, set: &[(String, String)], is_fed: bool) -> Fed {
        let given = Given { arguments };
        match name {
            "cd" | "pushd" => self.change_folder(&given),
            "popd" => self.folder = None,
            "eval" => {
                let text: Vec<&str> = arguments.iter().map(|field| field.text.as_str()).collect();
                self.script(&text.join(" "));
            }
            "bash" | "sh" | "zsh" | "dash" | "ksh" | "fish" => self.shell(&given, fed),
            "git" => self.git(arguments, fed, set, is_fed),
            "apply_patch" | "applypatch" => {
                let texts = arguments.iter().map(|field| field.text.clone()).chain(fed.texts.iter().cloned());
                texts.collect::<Vec<_>>().iter().for_each(|text| self.patch(text, name));
            }
            "find" | "gfind" => return self.find(arguments),
            "verify-gate" | "pre-commit" | "prek" | "lefthook" if given.first() == Some("uninstall") => {
                self.around(format!("{name} uninstall"));
            }
            "pre-commit" | "prek" => set.iter().for_each(|(name, value)| self.skips(name, value)),
            _ if is_interpreter(name) => self.interpreter(name, &given, fed),
            _ => {}
        }
        if name == "patch" && !given.has("--dry-run") {
            fed.texts.iter().for_each(|text| self.patch(text, name));
        }
        if let Use::Writes(written) = usage(name, arguments)
            && name != "git"
        {
            for (field, how) in written {
                self.write(&field, how, name);
            }
            if is_fed {
                for (field, how) in &fed.files {
                    self.write(field, how.clone(), name);
                }
            }
        }
        self.handed(name, &given, fed)
    }

    fn change_folder(&mut self, given: &Given<'_>) {
        let home =
            || Field { text: "~".to_owned(), pattern: None, is_known: self.known.variables.contains_key("HOME") };
        let target = given.operands(&[]).into_iter().next().unwrap_or_else(home);
        match target.text.as_str() {
            "~" => self.folder = self.known.variables.get("HOME").cloned(),
            "-" => self.folder = None,
            _ => self.enter(&target),
        }
    }

    fn enter(&mut self, folder: &Field) {
        let is_plain = folder.is_known && folder.pattern.is_none();
        let from = match folder.text.starts_with('/') {
            true => Some(String::new()),
            false => self.folder.clone(),
        };
        self.folder = from.filter(|_| is_plain).map(|from| join(&from, &folder.text));
    }

    fn write(&mut self, field: &Field, how: How, by: &str) {
        if !field.is_known || field.text.is_empty() || field.text.starts_with("/dev/") {
            return;
        }
        let folder = match (&self.folder, field.text.starts_with('/')) {
            (_, true) => String::new(),
            (Some(folder), false) => folder.clone(),
            (None, false) => return,
        };
        let is_pattern = field.pattern.is_some();
        let path = field.pattern.clone().unwrap_or_else(|| field.text.clone());
        self.acts.push(Act::Write(Write { path, is_pattern, folder, by: by.to_owned(), how }));
    }

    fn around(&mut self, by: String) {
        if let Some(folder) = self.folder.clone() {
            self.acts.push(Act::Around(Around { folder, by }));
        }
    }

    /// Variables that have hook runners skip the gate's hooks.
    fn skips(&mut self, name: &str, value: &str) {
        let off = matches!(value, "0" | "false" | "False");
        let skips = match name {
            "SKIP" | "PREK_SKIP" | "LEFTHOOK_EXCLUDE" => value.contains("ackgate") || value.contains("verify-gate"),
            "HUSKY" | "LEFTHOOK" => off,
            name => name.starts_with("GIT_CONFIG_KEY_") && value.eq_ignore_ascii_case("core.hooksPath"),
        };
        if skips {
            self.around(format!("{name}={value}"));
        }
    }
}

fn is_interpreter(name: &str) -> bool {
    let family = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        family,
        "python" | "pypy" | "node" | "nodejs" | "deno" | "bun" | "ruby" | "perl" | "php" | "tsx" | "ts-node"
    )
}
