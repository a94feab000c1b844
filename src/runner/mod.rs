//! The files in which hook runners name what they run, with ackgate's hooks put in or taken out. All else stays.
//!
//! What is ackgate's stands between two comments, each a line of its own, so that it is found again. There is no reader of
//! YAML that keeps comments, so a file is only changed where its lines leave no doubt.

mod block;
mod husky;
mod lefthook;
mod pre_commit;
mod yaml;

use self::block::{Text, without_blocks};

/// A program that runs what a file names when git calls its hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// <https://pre-commit.com>
    PreCommit,
    /// prek, which reads pre-commit's file, or one of its own.
    Prek,
    /// Lefthook.
    Lefthook,
    /// Husky, one file a hook.
    Husky,
}

/// A file that cannot be changed by its lines alone.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunnerError {
    /// Written in another form than that of the runner's own documentation.
    #[error("line {line}: {what}")]
    Shape {
        /// From one.
        line: usize,
        /// What stands there.
        what: String,
    },
    /// Another format than ackgate writes.
    #[error("is in a format that is not changed by itself")]
    Format,
}

/// The hooks of git's that ackgate stands behind in a clone, each with its program.
pub const HOOKS: [(&str, &str); 4] = [
    ("pre-commit", "ackgate-pre-commit"),
    ("pre-merge-commit", "ackgate-pre-commit"),
    ("commit-msg", "ackgate-commit-msg"),
    ("pre-push", "ackgate-pre-push"),
];

impl Runner {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Runner::PreCommit => "pre-commit",
            Runner::Prek => "prek",
            Runner::Lefthook => "lefthook",
            Runner::Husky => "husky",
        }
    }

    /// The command that has git call it, once its file names ackgate.
    pub fn command(self) -> &'static str {
        match self {
            Runner::PreCommit => {
                "pre-commit install --install-hooks -t pre-commit -t pre-merge-commit -t commit-msg -t pre-push"
            }
            Runner::Prek => "prek install -t pre-commit -t pre-merge-commit -t commit-msg -t pre-push",
            Runner::Lefthook => "lefthook install",
            Runner::Husky => "npx husky",
        }
    }

    /// The files that it may go by, from the root, in its order; none of husky's, which are named like hooks.
    pub fn known_files(self) -> &'static [&'static str] {
        match self {
            Runner::PreCommit => &[".pre-commit-config.yaml", ".pre-commit-config.yml"],
            Runner::Prek => &["prek.toml", ".pre-commit-config.yaml", ".pre-commit-config.yml"],
            Runner::Lefthook => lefthook::FILES,
            Runner::Husky => &[],
        }
    }

    /// The files to change, from the root: of those that it may go by the one that is there, else the usual one; of
    /// husky's one for each hook.
    pub fn files(self, is_there: impl Fn(&str) -> bool) -> Vec<String> {
        if self == Runner::Husky {
            return HOOKS.iter().map(|(hook, _)| format!(".husky/{hook}")).collect();
        }
        let usual = self.known_files();
        let there = usual.iter().find(|file| is_there(file));
        let new = usual.iter().find(|file| file.ends_with(".yaml") || file.ends_with(".yml"));
        there.or(new).map(|file| (*file).to_owned()).into_iter().collect()
    }
}

/// What a file says with ackgate's hooks; `None` where that is what it says already, or names them as somebody put them.
/// `text` is what it says now, if it is there.
///
/// # Errors
/// A file that cannot be changed by its lines alone.
pub fn with_hooks(runner: Runner, file: &str, text: Option<&str>) -> Result<Option<String>, RunnerError> {
    let given = text.unwrap_or_default();
    let mut lines = Text::read(&without_blocks(given)?);
    if HOOKS.iter().any(|(_, program)| lines.mentions(program)) {
        return Ok(None);
    }
    match runner {
        Runner::Husky => husky::put(file, &mut lines)?,
        _ if file.ends_with(".toml") && runner == Runner::Prek => pre_commit::put_toml(&mut lines)?,
        _ if !(file.ends_with(".yaml") || file.ends_with(".yml")) => return Err(RunnerError::Format),
        Runner::Lefthook => lefthook::put(&mut lines)?,
        Runner::PreCommit | Runner::Prek => pre_commit::put(&mut lines)?,
    }
    let new = lines.to_string();
    Ok((new != given).then_some(new))
}

/// What a file says without them; `None` where it says nothing of them, and empty where nothing is left.
///
/// # Errors
/// A block whose end is missing.
pub fn without_hooks(text: &str) -> Result<Option<String>, RunnerError> {
    let left = without_blocks(text)?;
    if left == text {
        return Ok(None);
    }
    let says_nothing =
        left.lines().all(|line| matches!(line.trim_end(), "" | "repos:" | "#!/bin/sh" | "#!/usr/bin/env sh"));
    Ok(Some(if says_nothing { String::new() } else { left }))
}

#[cfg(test)]
mod tests;
