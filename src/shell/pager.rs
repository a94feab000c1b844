//! Long output on a terminal, through the pager that git uses.

use std::io::{self, IsTerminal, StdoutLock, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::shell::Error;
use crate::shell::cli::{Common, Format};
use crate::shell::terminal::finish;

/// Standard output, or a pager in front of it.
pub(super) enum Pager {
    /// As it is.
    Plain(StdoutLock<'static>),
    /// Read by a pager.
    Paged(Child, Option<ChildStdin>),
}

impl Pager {
    /// A pager where a person reads: on a terminal, for text, unless told otherwise by `--no-pager`, `GIT_PAGER`, `PAGER`
    /// (`cat` or empty: none). A pager that cannot be started is none.
    pub(super) fn start(common: &Common) -> Pager {
        let plain = || Pager::Plain(io::stdout().lock());
        if common.no_pager || common.format != Format::Human || !io::stdout().is_terminal() {
            return plain();
        }
        let Some(mut command) = command(|name| std::env::var(name).ok()) else { return plain() };
        match command.stdin(Stdio::piped()).spawn() {
            Ok(mut child) => {
                // The key that ends the pager's search must not end this process before it.
                drop(signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false))));
                let input = child.stdin.take();
                Pager::Paged(child, input)
            }
            Err(_) => plain(),
        }
    }

    /// Waits until it has been read.
    ///
    /// # Errors
    /// What writing failed with; a reader that has seen enough is none.
    pub(super) fn end(self, written: io::Result<()>) -> Result<(), Error> {
        if let Pager::Paged(mut child, input) = self {
            drop(input);
            drop(child.wait());
        }
        finish(written)
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Pager::Plain(out) => out.write(bytes),
            Pager::Paged(_, Some(input)) => input.write(bytes),
            Pager::Paged(_, None) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Pager::Plain(out) => out.flush(),
            Pager::Paged(_, Some(input)) => input.flush(),
            Pager::Paged(_, None) => Ok(()),
        }
    }
}

/// The pager as git finds it, but for its configuration; `None` for none.
fn command(variable: impl Fn(&str) -> Option<String>) -> Option<Command> {
    let chosen = variable("GIT_PAGER").or_else(|| variable("PAGER"));
    let mut command = match chosen.as_deref().map(str::trim) {
        Some("" | "cat") => return None,
        Some(text) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", text]);
            shell
        }
        None => Command::new("less"),
    };
    // As git does: what fits is shown at once, colours are kept, and the screen is left as it is.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if variable(name).is_none() {
            command.env(name, value);
        }
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(set: &[(&str, &str)]) -> Option<Vec<String>> {
        let find = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let command = command(find)?;
        let all = std::iter::once(command.get_program()).chain(command.get_args());
        Some(all.map(|word| word.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn the_pager_is_the_one_that_git_would_use() {
        assert_eq!(words(&[]).unwrap(), ["less"]);
        assert_eq!(words(&[("PAGER", "more -s")]).unwrap(), ["sh", "-c", "more -s"]);
        assert_eq!(words(&[("PAGER", "more"), ("GIT_PAGER", "most")]).unwrap(), ["sh", "-c", "most"]);
        for none in ["", "cat", " "] {
            assert_eq!(words(&[("PAGER", "more"), ("GIT_PAGER", none)]), None);
        }
    }
}
