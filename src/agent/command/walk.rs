//! Goes through a script, command by command.

use super::code::{Code, code};
use super::expand::{Field, Known, Surroundings, Variables};
use super::git::git;
use super::lexer::{Piece, Word, tokens};
use super::prefix::{prefix, program};
use super::search::search;
use super::simple::{Simple, Step, assignment, steps};
use super::writers::{Given, SOME_BELOW, Use, usage};
use crate::agent::act::{Act, Around, How, Write, join};
use crate::agent::patch;

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

    /// What the next command in the pipeline is fed with: the names that this one was given, and what it says.
    fn handed(&self, name: &str, given: &Given<'_>, fed: &Fed) -> Fed {
        let names = given.operands(&[]);
        match name {
            "echo" | "printf" => {
                let texts = vec![names.iter().map(|field| field.text.as_str()).collect::<Vec<_>>().join(" ")];
                let split = |field: &Field| {
                    let parts: Vec<Field> =
                        field.text.split_whitespace().map(|t| super::writers::part(field, t)).collect();
                    parts
                };
                Fed { files: names.iter().flat_map(split).map(|field| (field, How::Into)).collect(), texts }
            }
            "cat" | "tee" if !fed.texts.is_empty() => Fed { files: Vec::new(), texts: fed.texts.clone() },
            "head" | "tail" | "sort" | "uniq" | "xargs" | "tr" | "grep" | "awk" | "sed" if !fed.files.is_empty() => {
                // Some of those that it was fed with.
                let some = |(field, how): &(Field, How)| match how {
                    How::Below { only, .. } => (field.clone(), How::Below { only: only.clone(), all: false }),
                    _ => (field.clone(), How::Into),
                };
                Fed { files: fed.files.iter().map(some).collect(), texts: Vec::new() }
            }
            "ls" | "fd" | "fdfind" | "git" => below(names),
            "grep" | "egrep" | "fgrep" | "rg" | "ag" if lists_files(given) => below(names),
            _ => Fed::default(),
        }
    }

    fn shell(&mut self, given: &Given<'_>, fed: &Fed) {
        let is_command = |field: &Field| {
            field.text.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains('c'))
        };
        let at = given.arguments.iter().position(is_command);
        let script = at.and_then(|at| given.arguments.iter().skip(at + 1).find(|f| !f.text.starts_with('-')));
        match script {
            Some(script) => self.nested(&script.text),
            None if given.first().is_none() || given.has("-s") => {
                fed.texts.iter().for_each(|text| self.nested(text));
            }
            None => {}
        }
    }

    fn git(&mut self, arguments: &[Field], fed: &Fed, set: &[(String, String)], is_fed: bool) {
        let found = git(arguments);
        let outer = self.folder.clone();
        for folder in &found.folder {
            self.enter(folder);
        }
        for (field, how) in found.writes {
            self.write(&field, how, &found.name);
        }
        if is_fed && matches!(found.name.as_str(), "git rm" | "git mv" | "git checkout" | "git restore") {
            for (field, how) in &fed.files {
                self.write(field, how.clone(), &found.name);
            }
        }
        if found.takes_patch {
            fed.texts.iter().for_each(|text| self.patch(text, &found.name));
        }
        if let Some(around) = found.around {
            self.around(around);
        }
        if found.runs_hooks {
            set.iter().for_each(|(name, value)| self.skips(name, value));
        }
        self.folder = outer;
    }

    fn find(&mut self, arguments: &[Field]) -> Fed {
        let search = search(arguments);
        let by = match &search.command {
            Some(command) => {
                let own = command.get(prefix(command).length..).and_then(<[Field]>::split_first);
                let writer = own.filter(|(first, rest)| matches!(usage(program(first), rest), Use::Writes(_)));
                writer.map(|(first, _)| format!("find -exec {}", program(first)))
            }
            None => search.deletes.then(|| "find -delete".to_owned()),
        };
        if let Some(by) = by {
            for field in &search.folders {
                self.write(field, search.how.clone(), &by);
            }
        }
        Fed { files: search.folders.into_iter().map(|field| (field, search.how.clone())).collect(), texts: Vec::new() }
    }

    fn interpreter(&mut self, name: &str, given: &Given<'_>, fed: &Fed) {
        let option: &[&str] = match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "python" | "pypy" => &["-c"],
            "php" => &["-r"],
            "perl" => &["-e", "-E", "-ne", "-pe", "-le", "-we", "-0pe", "-lne", "-0777pe", "-0777ne"],
            _ => &["-e", "--eval", "-p", "--print", "-pe", "eval"],
        };
        let is_code = |field: &Field| option.contains(&field.text.as_str());
        let at = given.arguments.iter().position(is_code);
        let text = at.and_then(|at| given.arguments.get(at + 1));
        let is_stdin = text.is_none() && matches!(given.first(), None | Some("-"));
        let texts = text.map(|field| field.text.clone()).into_iter();
        for text in texts.chain(fed.texts.iter().filter(|_| is_stdin).cloned()) {
            let Code { paths, commands } = code(&text);
            for path in paths {
                self.write(&Field { text: path, pattern: None, is_known: true }, How::Into, name);
            }
            commands.iter().for_each(|command| self.nested(command));
        }
    }

    fn patch(&mut self, text: &str, by: &str) {
        for (path, how) in patch::written(text) {
            self.write(&Field { text: path, pattern: None, is_known: true }, how, by);
        }
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

/// Names of files below these.
fn below(names: Vec<Field>) -> Fed {
    Fed { files: names.into_iter().map(|field| (field, SOME_BELOW)).collect(), texts: Vec::new() }
}

/// Whether a search says in which files it found something, and not what.
fn lists_files(given: &Given<'_>) -> bool {
    given.arguments.iter().any(|field| match field.text.strip_prefix('-') {
        Some(letters) if !letters.starts_with('-') => letters.contains(['l', 'L']),
        Some(long) => long.starts_with("-files"),
        None => false,
    })
}

fn is_interpreter(name: &str) -> bool {
    let family = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        family,
        "python" | "pypy" | "node" | "nodejs" | "deno" | "bun" | "ruby" | "perl" | "php" | "tsx" | "ts-node"
    )
}
