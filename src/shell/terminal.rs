//! Standard output and error, and the exit status.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use crate::report::human::{ERROR, HELP, Look, paint};
use crate::report::results::{self, Results, Undecided};
use crate::report::{Report, Verdict, escape, human, json};
use crate::shell::Error;
use crate::shell::cli::{Color, Common, Format};

/// How a command ends: exit status 0, 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Pass,
    /// Something blocks.
    Blocked,
    /// It could not be decided.
    Undecided,
}

impl Outcome {
    /// The exit status, decided here alone.
    pub fn code(self) -> ExitCode {
        match self {
            Outcome::Pass => ExitCode::SUCCESS,
            Outcome::Blocked => ExitCode::from(1),
            Outcome::Undecided => ExitCode::from(2),
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Outcome::Pass,
            Verdict::Block => Outcome::Blocked,
        }
    }
}

/// How a command of `verify-gate` shows things on standard output.
pub fn look(common: &Common) -> Look {
    let color = match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_colorful(std::io::stdout().is_terminal()),
    };
    Look { color, quiet: common.quiet, verbose: common.verbose, silent_pass: false }
}

fn is_colorful(is_terminal: bool) -> bool {
    colors(is_terminal, |name| std::env::var_os(name).and_then(|value| value.into_string().ok()))
}

/// Whether there are colours where nobody chose: no-color.org, bixense.com/clicolors, terminfo's `dumb`.
fn colors(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    is_terminal && set("CLICOLOR").as_deref() != Some("0") && set("TERM").as_deref() != Some("dumb")
}

/// Shows a report on standard output.
pub fn show(report: &Report, common: &Common) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    let written = match common.format {
        Format::For(form) => results::write(form, &Results::of(report, common.quiet), &mut out),
        Format::Human => human::report(report, look(common), &mut out),
        Format::Json => json::report(report, &mut out),
    };
    finish(written)?;
    Ok(report.verdict().into())
}

/// Shows a hook's report on standard error; a pass without anything to say shows nothing.
pub fn show_hook(report: &Report) -> Result<Outcome, Error> {
    let mut err = std::io::stderr().lock();
    let color = is_colorful(std::io::stderr().is_terminal());
    let look = Look { color, silent_pass: true, ..Look::default() };
    finish(human::report(report, look, &mut err))?;
    Ok(report.verdict().into())
}

/// Says on standard error what went wrong; where a change was being judged, that it does not pass for that, and on
/// standard output in the form that was asked for.
pub fn show_error(error: &Error, judging: bool, scope: Option<(&str, &Common)>) {
    let color = match scope.map(|(_, common)| common.color) {
        Some(Color::Always) => true,
        Some(Color::Never) => false,
        Some(Color::Auto) | None => is_colorful(std::io::stderr().is_terminal()),
    };
    let text = error_text(error, judging, color);
    // Where nobody listens, the exit status still says it.
    drop(std::io::stderr().write_all(text.as_bytes()));
    let Some((scope, common)) = scope else { return };
    let hints: Vec<String> = error.hints().iter().map(|h| escape(h)).collect();
    let message = escape(&error.to_string());
    let mut out = std::io::stdout().lock();
    match common.format {
        Format::Human => {}
        Format::Json => drop(json::error(scope, &message, &hints, &mut out)),
        Format::For(form) => {
            let undecided = vec![Undecided { message, help: (!hints.is_empty()).then(|| hints.join("; ")) }];
            let what = if scope.is_empty() { "verify-gate" } else { scope }.to_owned();
            drop(results::write(form, &Results { what, undecided, ..Results::default() }, &mut out));
        }
    }
}

/// What went wrong and what to do about it; where a change was being judged, that it does not pass for that.
pub fn error_text(error: &Error, judging: bool, color: bool) -> String {
    let mut text = format!("{}: {}\n", paint("error", ERROR, color), escape(&error.to_string()));
    for hint in error.hints() {
        text.push_str(&format!("  {} {}\n", paint("help:", HELP, color), escape(hint)));
    }
    if judging {
        text.push_str("cannot decide (exit status 2): what cannot be decided does not pass\n");
    }
    text
}

/// Makes a defect of this program end it with exit status 2: a caller may take any other status for a pass.
pub fn end_at_panic() {
    std::panic::set_hook(Box::new(|defect| {
        let error = Error::new(format!("a defect of ackgate: {defect}")).hint("please report it, with what was asked");
        let text = error_text(&error, true, false);
        drop(std::io::stderr().write_all(text.as_bytes()));
        std::process::exit(2)
    }));
}

/// Text as one word of a shell's command, safe to print.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", escape(text).replace('\'', "'\\''")) }
}

/// A reader that stops listening (`| head`) is no error of ours; the verdict stands.
pub fn finish(written: std::io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("cannot write the report: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn colours_follow_the_environment() {
        for (set, on_terminal, elsewhere) in [
            (&[][..], true, false),
            (&[("NO_COLOR", "1")], false, false),
            (&[("NO_COLOR", "")], true, false),
            (&[("CLICOLOR", "0")], false, false),
            (&[("CLICOLOR", "1")], true, false),
            (&[("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR_FORCE", "0")], true, false),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false, false),
            (&[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true, true),
            (&[("TERM", "dumb")], false, false),
        ] {
            let find = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            assert_eq!((colors(true, find), colors(false, find)), (on_terminal, elsewhere), "{set:?}");
        }
    }

    #[test]
    #[ignore = "the program that the test below runs"]
    fn panics() {
        super::end_at_panic();
        panic!("for a test");
    }

    #[test]
    fn a_defect_ends_with_exit_status_2() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.args(["--exact", "--ignored", "--nocapture", "shell::terminal::tests::panics"]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("a defect of ackgate") && said.contains("does not pass"), "{said}");
    }
}
