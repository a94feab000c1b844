//! `verify-gate completions` and `verify-gate man`: the command line, for shells and for `man`.

use std::io::Write;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use crate::report::escape;
use crate::shell::cli::{Hook, ManArgs, ShellName, described};
use crate::shell::terminal::{Outcome, finish};
use crate::shell::{Error, files};

/// Writes what a shell reads to complete `verify-gate`.
pub fn completions(shell: ShellName) -> Result<Outcome, Error> {
    let shell = match shell {
        ShellName::Bash => clap_complete::Shell::Bash,
        ShellName::Zsh => clap_complete::Shell::Zsh,
        ShellName::Fish => clap_complete::Shell::Fish,
    };
    // Into memory: the generator panics where nobody listens.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut visible(), "verify-gate", &mut text);
    finish(std::io::stdout().lock().write_all(&text))?;
    Ok(Outcome::Pass)
}

/// Writes one man page to standard output, or all of them to a folder.
pub fn man(arguments: &ManArgs) -> Result<Outcome, Error> {
    let pages = pages()?;
    if let Some(folder) = &arguments.output {
        return put(folder, &pages);
    }
    let wanted = arguments.page.as_deref().unwrap_or("verify-gate");
    let wanted = wanted.strip_suffix(".1").unwrap_or(wanted);
    let page = pages.iter().find(|page| page.name == wanted || page.name == format!("verify-gate-{wanted}"));
    let Some(page) = page else {
        let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
        return Err(Error::new(format!("there is no man page `{}`", escape(wanted)))
            .hint(format!("one of: {}", names.join(", "))));
    };
    finish(std::io::stdout().lock().write_all(&page.text))?;
    Ok(Outcome::Pass)
}

/// When the pages last changed for more than a word.
const REVISED: &str = "2026-11-22";

/// A man page, of section 1.
struct Page {
    name: String,
    text: Vec<u8>,
}

fn put(folder: &Path, pages: &[Page]) -> Result<Outcome, Error> {
    files::make_folder(folder)?;
    for page in pages {
        files::put(&folder.join(format!("{}.1", page.name)), &page.text)?;
    }
    finish(writeln!(std::io::stdout().lock(), "wrote {} pages to {}", pages.len(), files::shown(folder)))?;
    Ok(Outcome::Pass)
}

fn pages() -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let mut root = visible();
    root.build();
    add(&root, &mut pages)?;
    for hook in Hook::ALL {
        let (about, more) = hook.about();
        let long = format!("{about}.\n\n{more}");
        let mut hook = Command::new(hook.binary()).version(env!("CARGO_PKG_VERSION")).about(about).long_about(long);
        hook.build();
        add(&hook, &mut pages)?;
    }
    Ok(pages)
}

/// The page of a command, and those of its commands.
fn add(command: &Command, pages: &mut Vec<Page>) -> Result<(), Error> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut text = Vec::new();
    let source = concat!("ackgate ", env!("CARGO_PKG_VERSION"));
    let page = Man::new(command.clone()).title(&name).section("1").date(REVISED).manual("ackgate").source(source);
    page.render(&mut text).map_err(|error| Error::new(format!("cannot write the page {name}: {error}")))?;
    let text = tidy(&text);
    pages.push(Page { name, text });
    command.get_subcommands().filter(|inner| is_shown(inner)).try_for_each(|inner| add(inner, pages))
}

/// With plain vertical space before lists of values, where the generator puts an empty line between two breaks.
fn tidy(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.replace("\n.br\n\n.br\n", "\n.sp\n").into_bytes()
}

fn is_shown(command: &Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

/// The command line without what is hidden from people: shells would offer it.
fn visible() -> Command {
    let whole = described();
    let arguments: Vec<_> = whole.get_arguments().cloned().collect();
    let groups: Vec<_> = whole.get_groups().cloned().collect();
    let shown: Vec<_> = whole.get_subcommands().filter(|inner| is_shown(inner)).cloned().collect();
    let mut visible = Command::new("verify-gate").version(env!("CARGO_PKG_VERSION")).disable_help_subcommand(true);
    if let Some(about) = whole.get_about() {
        visible = visible.about(about.clone());
    }
    if let Some(text) = whole.get_after_help() {
        visible = visible.after_help(text.clone());
    }
    visible.args(arguments).groups(groups).subcommands(shown)
}
