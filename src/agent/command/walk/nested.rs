//! Commands that run others, or hold scripts and programs of their own.

use super::{Fed, Walk};
use crate::agent::act::How;
use crate::agent::command::code::{Code, code};
use crate::agent::command::expand::Field;
use crate::agent::command::git::git;
use crate::agent::command::prefix::{prefix, program};
use crate::agent::command::search::search;
use crate::agent::command::writers::{Given, Use, usage};
use crate::agent::patch;

impl Walk<'_> {
    pub(super) fn shell(&mut self, given: &Given<'_>, fed: &Fed) {
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

    pub(super) fn git(&mut self, arguments: &[Field], fed: &Fed, set: &[(String, String)], is_fed: bool) {
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

    pub(super) fn find(&mut self, arguments: &[Field]) -> Fed {
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

    pub(super) fn interpreter(&mut self, name: &str, given: &Given<'_>, fed: &Fed) {
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

    pub(super) fn patch(&mut self, text: &str, by: &str) {
        for (path, how) in patch::written(text) {
            self.write(&Field { text: path, pattern: None, is_known: true }, how, by);
        }
    }
}
