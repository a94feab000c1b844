//! What is seen while commands run: a line a command that has ended, and on a terminal what runs now.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::evidence::{Outcome, Ran};
use crate::report::escape;
use crate::report::human::{ERROR, HELP, Look, paint};

/// How many lines of a failed command's log are shown.
const TAIL: usize = 20;

/// How wide the line is that says what runs.
const WIDTH: usize = 78;

/// How often that line is drawn.
const EVERY: Duration = Duration::from_millis(200);

/// Shows how far a run is. For scripts it shows nothing.
pub(super) struct Progress {
    look: Look,
    shown: bool,
    bar: bool,
    drawn: Option<Instant>,
    total: usize,
    done: usize,
    /// What else is worth saying.
    pub(super) notes: Vec<String>,
}

impl Progress {
    /// Of so many commands; `shown` to people.
    pub(super) fn new(total: usize, look: Look, shown: bool) -> Progress {
        let bar = shown && !look.quiet && std::io::stderr().is_terminal();
        Progress { look, shown, bar, drawn: None, total, done: 0, notes: Vec::new() }
    }

    /// Draws what runs now.
    pub(super) fn tick<'a>(&mut self, running: impl Iterator<Item = (&'a str, Duration)>) {
        if !self.bar || self.drawn.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        let commands: Vec<String> = running
            .map(|(command, time)| format!("{} ({}:{:02})", escape(command), time.as_secs() / 60, time.as_secs() % 60))
            .collect();
        let filled = (self.done * 10).checked_div(self.total).unwrap_or_default();
        let bar: String = (0..10).map(|at| if at < filled { '█' } else { '░' }).collect();
        let line: String =
            format!("{bar} {}/{} {}", self.done, self.total, commands.join(", ")).chars().take(WIDTH).collect();
        self.say(&format!("\r\x1b[K{line}"));
        self.drawn = Some(Instant::now());
    }

    /// Says how a command ended, and shows the end of its log if it did not pass.
    pub(super) fn finished(&mut self, ran: &Ran, recent: &[u8], is_closed: bool) {
        self.done += 1;
        if !is_closed {
            self.notes.push(format!(
                "`{}` left a process running outside of its group: look for it and end it",
                escape(&ran.command)
            ));
        }
        self.clear();
        let passed = ran.outcome == Outcome::Passed;
        if !self.shown || (passed && self.look.quiet) {
            return;
        }
        let mut text = line(ran, self.look.color);
        if !passed {
            for line in String::from_utf8_lossy(recent).lines().rev().take(TAIL).collect::<Vec<_>>().iter().rev() {
                text.push_str(&format!("    {}\n", escape(line)));
            }
        }
        // Nobody may be reading; the evidence says it too.
        drop(std::io::stdout().lock().write_all(text.as_bytes()));
    }

    /// Takes away the line that says what runs.
    pub(super) fn clear(&mut self) {
        if self.bar && self.drawn.take().is_some() {
            self.say("\r\x1b[K");
        }
    }

    fn say(&self, text: &str) {
        drop(std::io::stderr().lock().write_all(text.as_bytes()));
    }
}

/// One command and how it ended.
pub(super) fn line(ran: &Ran, color: bool) -> String {
    let command = escape(&ran.command);
    match ran.outcome {
        Outcome::Passed => format!("{} {command} ({:.1} s)\n", paint("passed", HELP, color), ran.seconds),
        Outcome::Skipped => format!("skipped {command} ({})\n", ran.condition.as_deref().unwrap_or("not asked for")),
        Outcome::NotRun => format!("not run {command}\n"),
        _ => format!("{} {command}: {} ({:.1} s)\n", paint("FAILED", ERROR, color), ran.ending(), ran.seconds),
    }
}
