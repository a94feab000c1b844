//! `verify-gate demo`: the whole protocol on two throwaway repositories, with the user's own git.
//!
//! Nothing is staged for show: git runs the hooks, the hooks run this program, and every step is held against what the
//! transcript says of it.

mod stage;
mod transcript;

use std::io::Write;

use jiff::civil::Date;

use self::stage::{Party, Repository, Said, Stage};
use self::transcript::Transcript;
use crate::policy::{CONTRACT_PATH, LOG_PATH};
use crate::shell::Error;
use crate::shell::world::World;

/// What the gate of the story lists.
const ADAPTER: &str = "agentos/integrations/ccc_adapter.py";

/// Protected too, and not in the gate.
const METRICS: &str = "agentos/metrics/usage.py";

/// Plays the protocol through on two repositories in a temporary folder, and tells it on `out`.
///
/// # Errors
/// A step that does not end as it is told, git or the temporary folder failing, a transcript that cannot be written.
/// The folder is removed whatever happens.
pub fn demo(out: &mut dyn Write, color: bool) -> Result<(), Error> {
    let stage = Stage::new()?;
    let mut story = Story { stage: &stage, transcript: Transcript::new(out, color), step: 0, refused: 0 };
    let played = story.play(World::new().today);
    let (steps, refused) = (story.step, story.refused);
    // First of all: whatever went wrong, nothing may stay behind.
    let removed = stage.remove();
    played.and(removed)?;
    Transcript::new(out, color).end(steps, refused)
}

/// How a command of the story has to end.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// Refused by ackgate with this rule's code, and nothing is changed.
    Refused(&'static str),
    /// Done, and that is what the step is about.
    Passes,
    /// Done, on the way there.
    Done,
}

struct Story<'s, 'o> {
    stage: &'s Stage,
    transcript: Transcript<'o>,
    step: usize,
    refused: usize,
}

impl Story<'_, '_> {
    fn play(&mut self, today: Date) -> Result<(), Error> {
        self.set_up()?;
        self.transcript.begin()?;
        self.agreement(today)?;
        self.bounds()?;
        self.push()?;
        self.landed()
    }

    /// Both repositories as they are before ackgate comes, the log's with a remote; then the hooks.
    fn set_up(&mut self) -> Result<(), Error> {
        let contract = "# Usage event\n\nVersion: 1.0\n\n| field | type |\n| --- | --- |\n| input_tokens | integer |\n";
        let files = [
            (Repository::AgentOs, LOG_PATH, "# AgentOS and CCC: the shared log\n"),
            (Repository::AgentOs, ADAPTER, "FIELDS = [\"input_tokens\"]\n"),
            (Repository::AgentOs, METRICS, "TOTALS = [\"input_tokens\"]\n"),
            (Repository::ClaudeCodeProxy, CONTRACT_PATH, contract),
        ];
        for repository in [Repository::AgentOs, Repository::ClaudeCodeProxy] {
            self.stage.init(repository)?;
            for (_, path, text) in files.iter().filter(|(of, ..)| *of == repository) {
                self.stage.append(repository, path, text)?;
            }
            for arguments in [&["add", "."] as &[&str], &["commit", "-m", "Begin"]] {
                self.stage.must(repository, arguments)?;
            }
        }
        self.stage.add_remote()?;
        self.stage.put_hooks(Repository::AgentOs)?;
        self.stage.put_hooks(Repository::ClaudeCodeProxy)
    }

    fn agreement(&mut self, today: Date) -> Result<(), Error> {
        let change = ["commit", "-am", "Read cache tokens"];
        self.step("AgentOS changes its adapter, a protected path. Nobody has been asked: there is no gate.")?;
        self.stage.append(Repository::AgentOs, ADAPTER, "FIELDS += [\"cache_read_tokens\"]\n")?;
        self.run(Party::AgentOs, Repository::AgentOs, &change, Told::Refused("AG101"))?;

        self.step("AgentOS posts the gate in the log. A question is no agreement yet: still refused.")?;
        self.post(Party::AgentOs, &gate(today), "Ask for r4-cache")?;
        self.run(Party::AgentOs, Repository::AgentOs, &change, Told::Refused("AG102"))?;

        self.step("AgentOS answers its own question. An agreement takes two: refused.")?;
        self.post(Party::AgentOs, "## AgentOS (ACK: r4-cache)\n", "Answer r4-cache")?;
        self.run(Party::AgentOs, Repository::AgentOs, &change, Told::Refused("AG103"))?;

        self.step("CCC, the other party, answers ACK in the log. The very same commit now passes.")?;
        self.post(Party::Ccc, "## CCC (ACK: r4-cache)\n", "Answer r4-cache")?;
        self.run(Party::AgentOs, Repository::AgentOs, &change, Told::Passes)
    }

    fn bounds(&mut self) -> Result<(), Error> {
        self.step("The ACK is to the paths that the gate lists. Another protected path is refused.")?;
        self.stage.append(Repository::AgentOs, METRICS, "TOTALS += [\"cache_read_tokens\"]\n")?;
        let change = ["commit", "-am", "Count cache tokens"];
        self.run(Party::AgentOs, Repository::AgentOs, &change, Told::Refused("AG104"))?;

        self.step("In the checkout beside it, CCC changes its contract. The same log counts there, read from AgentOS,\nand its gate lists nothing of CCC's: refused.")?;
        self.stage.append(Repository::ClaudeCodeProxy, CONTRACT_PATH, "| cache_read_tokens | integer |\n")?;
        let change = ["commit", "-am", "Add cache_read_tokens"];
        self.run(Party::Ccc, Repository::ClaudeCodeProxy, &change, Told::Refused("AG104"))
    }

    fn push(&mut self) -> Result<(), Error> {
        self.step("--no-verify gets the change of step 5 past the commit hook, but not past the push: every commit\nthat the remote lacks is judged. Once that commit is dropped, the rest passes.")?;
        let forced = ["commit", "--no-verify", "-am", "Count cache tokens"];
        self.run(Party::AgentOs, Repository::AgentOs, &forced, Told::Done)?;
        self.run(Party::AgentOs, Repository::AgentOs, &["push"], Told::Refused("AG104"))?;
        self.run(Party::AgentOs, Repository::AgentOs, &["reset", "--hard", "HEAD~1"], Told::Done)?;
        self.run(Party::AgentOs, Repository::AgentOs, &["push"], Told::Passes)
    }

    fn landed(&mut self) -> Result<(), Error> {
        self.step("The work is done, and AgentOS closes its gate. The next change needs a gate of its own: refused.")?;
        self.post(Party::AgentOs, "## AgentOS (landed: r4-cache)\n", "Close r4-cache")?;
        self.stage.append(Repository::AgentOs, ADAPTER, "FIELDS += [\"model\"]\n")?;
        self.run(Party::AgentOs, Repository::AgentOs, &["commit", "-am", "Read the model"], Told::Refused("AG109"))
    }

    fn step(&mut self, what: &str) -> Result<(), Error> {
        self.step += 1;
        self.transcript.step(self.step, what)
    }

    /// Appends an entry to the log and commits the log alone; that touches no protected path.
    fn post(&mut self, party: Party, entry: &str, message: &str) -> Result<(), Error> {
        self.stage.append(Repository::AgentOs, LOG_PATH, &format!("\n{entry}"))?;
        self.transcript.posted(entry)?;
        self.run(party, Repository::AgentOs, &["commit", "-m", message, LOG_PATH], Told::Done)
    }

    /// Runs git, shows what it and ackgate say, and holds the end against what is told.
    fn run(&mut self, party: Party, at: Repository, arguments: &[&str], told: Told) -> Result<(), Error> {
        self.transcript.command(party, at, arguments)?;
        let before = self.stage.tips(at)?;
        let said = self.stage.git(party, at, arguments)?;
        let changed = self.stage.tips(at)? != before;
        self.transcript.said(&self.stage.shown(&said.text))?;
        if !ended_as(told, &said, changed) {
            return Err(self.not_as_told(arguments, told));
        }
        match told {
            Told::Refused(code) => {
                self.refused += 1;
                self.transcript.refused(code)
            }
            Told::Passes => self.transcript.passed(),
            Told::Done => Ok(()),
        }
    }

    fn not_as_told(&self, arguments: &[&str], told: Told) -> Error {
        let wanted = match told {
            Told::Refused(code) => format!("be refused with {code}"),
            Told::Passes | Told::Done => "pass".to_owned(),
        };
        let command = arguments.first().unwrap_or(&"");
        Error::new(format!("step {} did not end as told: `git {command}` was to {wanted}", self.step))
            .hint("hooks cannot run in a temporary folder mounted noexec: set TMPDIR to another one")
            .hint("else this is a fault of ackgate's: please report it, with the lines above and `git --version`")
    }
}

fn ended_as(told: Told, said: &Said, changed: bool) -> bool {
    match told {
        Told::Refused(code) => !said.success && !changed && said.text.contains(&format!("error[{code}]")),
        Told::Passes | Told::Done => said.success && changed,
    }
}

/// The gate of the story, whole as the protocol's template wants it. It is of today, so that it has not expired.
fn gate(today: Date) -> String {
    format!(
        "## AgentOS {today} (alignment gate: r4-cache)\n\
         - What we will change: `{ADAPTER}`, field `cache_read_tokens`\n\
         - Exact field names: is it `cache_read_tokens`? Yes/No\n\
         - Validation matrix: pytest\n\
         - Packaging/licensing impacts: none\n\
         - D+1/D+2 timeline: done by D+1\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(success: bool, text: &str) -> Said {
        Said { success, text: text.to_owned() }
    }

    #[test]
    fn a_step_that_ends_otherwise_is_not_passed_off() {
        let refusal = said(false, "error[AG102]: no\n");
        assert!(ended_as(Told::Refused("AG102"), &refusal, false));
        assert!(!ended_as(Told::Refused("AG101"), &refusal, false), "another rule");
        assert!(!ended_as(Told::Refused("AG102"), &refusal, true), "something was changed");
        assert!(!ended_as(Told::Refused("AG102"), &said(true, "error[AG102]"), false), "git went on");
        assert!(!ended_as(Told::Refused("AG102"), &said(false, "error: git is ill"), false), "git failed by itself");
        assert!(ended_as(Told::Passes, &said(true, ""), true));
        assert!(!ended_as(Told::Passes, &said(true, ""), false), "nothing was done");
        assert!(!ended_as(Told::Passes, &refusal, false));
    }
}
