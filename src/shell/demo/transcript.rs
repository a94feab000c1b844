//! What the demo prints.

use std::io::Write;

use super::stage::{Party, Repository};
use crate::report::human::{ERROR, HELP, paint, several};
use crate::rules;
use crate::shell::Error;
use crate::shell::terminal::finish;

const BOLD: &str = "1";

const BEGIN: &str = "\
Two throwaway repositories, your own git, and the protocol from gate to landed:
  AgentOS          holds the shared log, docs/integration/CCC_AGENT_CHAT.md
  ClaudeCodeProxy  lies beside it and belongs to the other party, CCC
In both, git's pre-commit and pre-push hooks ask ackgate. Nothing of yours is touched.
";

/// Where the transcript goes.
pub(super) struct Transcript<'o> {
    out: &'o mut dyn Write,
    color: bool,
    /// Whether the template that some findings end with has been shown.
    template_shown: bool,
}

impl<'o> Transcript<'o> {
    pub(super) fn new(out: &'o mut dyn Write, color: bool) -> Self {
        Transcript { out, color, template_shown: false }
    }

    /// What the reader is about to see.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.say(BEGIN)
    }

    /// What happens next, and why; further lines are indented as the first.
    pub(super) fn step(&mut self, number: usize, what: &str) -> Result<(), Error> {
        let what: Vec<String> = what.lines().map(|line| paint(line, BOLD, self.color)).collect();
        self.say(&format!("\n{number}. {}\n", what.join("\n   ")))
    }

    /// An entry that is appended to the log.
    pub(super) fn posted(&mut self, entry: &str) -> Result<(), Error> {
        let lines: String = entry.lines().map(|line| format!("   log + {line}\n")).collect();
        self.say(&lines)
    }

    /// A command as one would type it.
    pub(super) fn command(&mut self, party: Party, at: Repository, arguments: &[&str]) -> Result<(), Error> {
        let who = if party == at.owner() { String::new() } else { format!(" (as {})", party.name()) };
        let words: Vec<String> = arguments.iter().map(|a| word(a)).collect();
        let command = paint(&format!("git {}", words.join(" ")), BOLD, self.color);
        self.say(&format!("   {}{who} $ {command}\n", at.name()))
    }

    /// What came of it, without blank lines, git's count of changed lines, and the template of a gate once it has been
    /// shown.
    pub(super) fn said(&mut self, text: &str) -> Result<(), Error> {
        let known = self.template_shown;
        let mut left_out = false;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(" 1 file changed")) {
            if line.starts_with("      ") {
                self.template_shown = true;
                if known {
                    if !left_out {
                        self.say("           … (the template of step 1, for this path)\n")?;
                    }
                    left_out = true;
                    continue;
                }
            }
            let line = self.painted(line);
            self.say(&format!("     {line}\n"))?;
        }
        Ok(())
    }

    /// That it was refused by this rule, after it has been seen to be.
    pub(super) fn refused(&mut self, code: &str) -> Result<(), Error> {
        let name = rules::find(code).map_or("", |rule| rule.name);
        let line = paint(&format!("=> refused: {code} {name}"), ERROR, self.color);
        self.say(&format!("   {line}\n"))
    }

    /// That it passed, after it has been seen to.
    pub(super) fn passed(&mut self) -> Result<(), Error> {
        let line = paint("=> passes", HELP, self.color);
        self.say(&format!("   {line}\n"))
    }

    /// How it went, and what to do at home.
    pub(super) fn end(&mut self, steps: usize, refused: usize) -> Result<(), Error> {
        let well = format!("all {} ended as told, {} among them", several(steps, "step"), several(refused, "refusal"));
        let well = paint(&well, HELP, self.color);
        self.say(&format!(
            "\n{well}; cleaned up: both repositories are gone\n\n\
             In a repository of your own:\n\
             \x20 verify-gate init       write ackgate.toml: the parties, the log, the protected paths\n\
             \x20 verify-gate install    put the hooks in place\n"
        ))
    }

    fn painted(&self, line: &str) -> String {
        let head = line.split_once(':').map_or("", |(head, _)| head);
        let code = match head {
            "blocked" => ERROR,
            "  help" => HELP,
            head if head.starts_with("error[") => ERROR,
            _ => return line.to_owned(),
        };
        line.strip_prefix(head).map_or_else(|| line.to_owned(), |rest| paint(head, code, self.color) + rest)
    }

    /// A reader that stops listening does not end the demo: it goes on to check, and to clean up.
    fn say(&mut self, text: &str) -> Result<(), Error> {
        finish(self.out.write_all(text.as_bytes()))
    }
}

fn word(argument: &str) -> String {
    if argument.contains(' ') { format!("\"{argument}\"") } else { argument.to_owned() }
}
