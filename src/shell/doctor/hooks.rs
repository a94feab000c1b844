//! Each hook that should ask ackgate: is it there, does git run it, and does what it runs exist?

use std::path::Path;

use super::item::Item;
use super::programs::{Named, named, on_path};
use super::runners::Runners;
use crate::shell::files::{self, Present};
use crate::shell::init::runners::mentions;
use crate::shell::install::locate::Place;
use crate::shell::install::script::{self, Hook};

const CHECK: &str = "hook";
const INSTALL: &str = "verify-gate install";

/// Where git looks for hooks.
pub(super) fn folder(place: &Place) -> Item {
    let shown = files::shown(&place.path);
    match &place.setting {
        None => Item::ok("hooks-path", "hooks folder", shown),
        Some(setting) if place.shared => {
            let message = format!(
                "{shown}, which lies outside of this repository: core.hooksPath, in {}, puts what is in this \
                 repository's own folder out of use",
                setting.origin
            );
            Item::note("hooks-path", "hooks folder", message)
                .help("git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\" gives this one its own")
        }
        Some(setting) => {
            Item::ok("hooks-path", "hooks folder", format!("{shown} (core.hooksPath, in {})", setting.origin))
        }
    }
}

/// The hooks, in the order of git's.
pub(super) fn hooks(place: &Place, runners: &Runners) -> Vec<Item> {
    script::hooks(place.bare).iter().map(|hook| Look { place, runners, hook }.item()).collect()
}

/// Whether hooks are husky's, which run those of the folder above.
pub(super) fn is_husky(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "_")
        && ["h", "husky.sh"].iter().any(|script| path.join(script).exists())
}

struct Look<'a> {
    place: &'a Place,
    runners: &'a Runners,
    hook: &'a Hook,
}

impl Look<'_> {
    fn item(&self) -> Item {
        let path = self.place.path.join(self.hook.name);
        let present = match files::look(&path) {
            Ok(Some(present)) => present,
            Ok(None) => return self.missing(),
            Err(error) => {
                let item = self.problem(error.to_string());
                return match error.hints().first() {
                    Some(hint) => item.help(hint.clone()),
                    None => item,
                };
            }
        };
        if let Some(target) = present.link.as_ref().filter(|_| path.metadata().is_err()) {
            let message = format!("is a link to {}, where nothing is", files::shown(target));
            return self.problem(message).help(format!("rm {} && {INSTALL}", files::shown(&path)));
        }
        if !present.executable {
            let message = "git passes over it: the file is not executable";
            return self.problem(message).help(format!("chmod +x {}", files::shown(&path)));
        }
        self.carried(&present)
    }

    /// Who runs ackgate from a hook that git runs.
    fn carried(&self, present: &Present) -> Item {
        let (name, content) = (self.hook.name, present.content.as_slice());
        if script::is_ours(content) {
            return self.ours(content, "");
        }
        if script::runs_legacy(content) {
            let legacy = files::look(&self.place.path.join(format!("{name}.legacy"))).ok().flatten();
            if let Some(legacy) = legacy.filter(|legacy| legacy.executable && script::is_ours(&legacy.content)) {
                return self.ours(&legacy.content, &format!(", from {name}.legacy"));
            }
            return self.by_runner("pre-commit");
        }
        if mentions(content, "LEFTHOOK") {
            return self.by_runner("lefthook");
        }
        if is_husky(&self.place.path) {
            let folder = self.place.path.parent().unwrap_or(&self.place.path);
            return match files::look(&folder.join(name)) {
                Ok(Some(own)) => self.by_name(&own.content, &format!("husky's {name}")),
                _ => self.problem(format!("husky runs, and has no {name} of its own")).help(format!(
                    "put this line into {}: {} \"$@\"",
                    files::shown(&folder.join(name)),
                    self.hook.program
                )),
            };
        }
        self.by_name(content, "the hook that is there")
    }

    fn ours(&self, content: &[u8], how: &str) -> Item {
        let program = self.hook.program;
        let Some(location) = script::location(content).filter(|_| script::runs(content, program)) else {
            return self.problem(format!("is a script of ackgate's that does not run {program}")).help(INSTALL);
        };
        let shown = files::shown(&location);
        if files::is_program(&location) {
            return match content == self.hook.script(&location).as_slice() {
                true => self.ok(format!("runs {shown}{how}")),
                false => {
                    Item::note(CHECK, self.hook.name, format!("runs {shown}{how}, by a script of another version"))
                        .help(INSTALL)
                }
            };
        }
        match on_path(program) {
            Some(other) => self.ok(format!("runs {}{how}, since {shown} is gone", files::shown(&other))),
            None => self
                .problem(format!("refuses everything: {program} is neither at {shown} nor on PATH"))
                .help(format!("run `cargo install --path .` in ackgate's sources, then {INSTALL}")),
        }
    }

    fn by_runner(&self, runner: &str) -> Item {
        let (program, name) = (self.hook.program, self.hook.name);
        match self.runners.file_that_names(runner, program) {
            Some(file) => self.ok(format!("{runner} runs {program}, as {file} says")),
            None => self
                .problem(format!("{runner} runs here, and its configuration does not name {program}"))
                .help(format!("name {program} in it for {name}, or `{INSTALL}`, which runs both")),
        }
    }

    fn by_name(&self, content: &[u8], whose: &str) -> Item {
        let program = self.hook.program;
        match named(content, program, self.place) {
            Named::Runs(path) => self.ok(format!("{whose} runs {}", files::shown(&path))),
            Named::Unclear(word) => self.ok(format!("{whose} names {word}")),
            Named::Missing(word) => self
                .problem(format!("{whose} calls {word}, which is not there"))
                .help(format!("put {program} there or on PATH, or delete the hook and run {INSTALL}")),
            Named::Nowhere => {
                let item = self.problem(format!("{whose} does not name ackgate")).help(self.install());
                Item { doubtful: true, ..item }
            }
        }
    }

    fn missing(&self) -> Item {
        let kept = self.place.path.join(format!("{}.ackgate-chained", self.hook.name));
        let left = if kept.exists() { ", though what was there before ackgate is kept beside it" } else { "" };
        self.problem(format!("git runs no such hook here{left}")).help(self.install())
    }

    /// The runner whose configuration names ackgate puts it in place; else ackgate does.
    fn install(&self) -> String {
        match self.runners.install_command(self.hook.program) {
            Some(command) if !self.place.bare => command,
            _ => INSTALL.to_owned(),
        }
    }

    fn ok(&self, message: String) -> Item {
        Item::ok(CHECK, self.hook.name, message)
    }

    fn problem(&self, message: impl Into<String>) -> Item {
        Item::problem(CHECK, self.hook.name, message)
    }
}
