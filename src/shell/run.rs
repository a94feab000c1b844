//! The entry points of the binaries.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::report::Report;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::{
    CheckArgs, Cli, Command, Common, ExtendsCommand, Format, GateCommand, Hook, InitArgs, InstallArgs, RunnerName,
    SessionCommand,
};
use crate::shell::commit_msg::pin_message;
use crate::shell::git::Repo;
use crate::shell::judge::{Judge, Scope};
use crate::shell::overrides::add_uncovered;
use crate::shell::push::{Push, check_push};
use crate::shell::range::check_commits;
use crate::shell::receive::{check_receive, read_received};
use crate::shell::steps::{check_paths, check_staged, check_worktree, repo_path};
use crate::shell::terminal::{Outcome, end_at_panic, look, show, show_error, show_hook};
use crate::shell::trust::{Trusted, trusted_for, trusted_for_head};
use crate::shell::world::World;
use crate::shell::{
    Error, bundle, config, contract, demo, doctor, explain, extends, handoff, init, install, licence, manual,
    merge_log, plan, report, session, status, validate, write,
};

/// `verify-gate`.
pub fn verify_gate() -> ExitCode {
    end_at_panic();
    // Asked before all commands are told apart, which takes longer than all else.
    if let (Some(asked), None) = (std::env::args_os().nth(1), std::env::args_os().nth(2))
        && matches!(asked.to_str(), Some("--version" | "-V"))
    {
        return version("verify-gate").unwrap_or(Outcome::Undecided).code();
    }
    let cli = match Cli::read(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` come this way too; clap says where each goes.
            drop(error.print());
            return if error.use_stderr() { Outcome::Undecided.code() } else { Outcome::Pass.code() };
        }
    };
    let scope = match &cli.command {
        Command::Check(arguments) if !arguments.explain_config => scope_of(arguments).as_str(),
        _ => "",
    };
    match command(&cli) {
        Ok(outcome) => outcome.code(),
        Err(error) => {
            show_error(&error, !scope.is_empty(), Some((scope, &cli.common)));
            Outcome::Undecided.code()
        }
    }
}

/// `ackgate-pre-commit`, also as git's pre-merge-commit hook.
pub fn pre_commit() -> ExitCode {
    binary(on_pre_commit)
}

/// `ackgate-commit-msg`.
pub fn commit_msg() -> ExitCode {
    binary(on_commit_msg)
}

/// `ackgate-pre-push`.
pub fn pre_push() -> ExitCode {
    binary(on_pre_push)
}

/// `ackgate-pre-receive`.
pub fn pre_receive() -> ExitCode {
    binary(on_pre_receive)
}

/// `ackgate-agent`.
pub fn agent() -> ExitCode {
    binary(on_agent)
}

/// What a hook does, whichever binary it is called by. Each binary holds its own alone.
fn run_hook(hook: Hook, arguments: &[OsString]) -> Result<Outcome, Error> {
    match hook {
        Hook::PreCommit => on_pre_commit(arguments),
        Hook::CommitMsg => on_commit_msg(arguments),
        Hook::PrePush => on_pre_push(arguments),
        Hook::PreReceive => on_pre_receive(arguments),
        Hook::Agent => on_agent(arguments),
    }
}

fn on_pre_commit(arguments: &[OsString]) -> Result<Outcome, Error> {
    judge_hook(Hook::PreCommit, 0, arguments, |repo, world| {
        show_hook(&check_staged(&Judge::new(repo, world, false), repo, world, true, Vec::new())?)
    })
}

fn on_commit_msg(arguments: &[OsString]) -> Result<Outcome, Error> {
    judge_hook(Hook::CommitMsg, 1, arguments, |repo, world| pin_message(repo, world, arguments.first().map(Path::new)))
}

fn on_pre_push(arguments: &[OsString]) -> Result<Outcome, Error> {
    judge_hook(Hook::PrePush, 2, arguments, |repo, world| {
        let push = Push::read(arguments, std::io::stdin().lock(), variable)?;
        // What was read is not taken apart again: the process ends here.
        let judge = ManuallyDrop::new(Judge::new(repo, world, true));
        show_hook(&check_push(&judge, repo, &push)?)
    })
}

/// The log of another repository is never fetched while receiving.
fn on_pre_receive(arguments: &[OsString]) -> Result<Outcome, Error> {
    judge_hook(Hook::PreReceive, 0, arguments, |repo, world| {
        let refs = read_received(std::io::stdin().lock(), variable)?;
        show_hook(&check_receive(&Judge::new(repo, world, false), repo, &refs)?)
    })
}

fn on_agent(arguments: &[OsString]) -> Result<Outcome, Error> {
    match arguments.first() {
        None => Ok(crate::shell::agent::hook(std::io::stdin().lock(), &mut std::io::stdout(), &mut std::io::stderr())),
        first => usage(Hook::Agent, first),
    }
}

fn command(cli: &Cli) -> Result<Outcome, Error> {
    let common = &cli.common;
    if matches!(common.format, Format::For(_)) && !cli.command.has_findings() {
        return Err(
            Error::new("this command has no findings to show in that form").hint("use --format human or --format json")
        );
    }
    match &cli.command {
        Command::Check(arguments) if arguments.explain_config => config::explain_config(common),
        Command::Check(arguments) => check(common, arguments),
        Command::Status => status::status(common),
        Command::Log(arguments) => status::log(common, arguments.fetch),
        Command::Report(arguments) => report::report(common, arguments),
        Command::Gate { command: GateCommand::New(arguments) } => write::gate_new(common, arguments),
        Command::Gate { command: GateCommand::Show { slice } } => write::show_gate(common, slice.as_deref()),
        Command::Ack(arguments) => write::ack(common, arguments),
        Command::Nack(arguments) => write::nack(common, arguments),
        Command::Withdraw(arguments) => write::withdraw(common, arguments),
        Command::Landed(arguments) => write::landed(common, arguments),
        Command::Ready(arguments) => write::ready(common, arguments),
        Command::Session { command: SessionCommand::Begin(arguments) } => session::begin(common, arguments),
        Command::Session { command: SessionCommand::Status } => session::session_status(common),
        Command::Session { command: SessionCommand::End } => session::end(common),
        Command::Plan { command } => plan::plan(common, command),
        Command::Handoff(arguments) if arguments.write => handoff::write(common, arguments),
        Command::Handoff(arguments) => handoff::handoff(common, arguments),
        Command::Contract(arguments) => contract::contract(common, arguments),
        Command::Licence(arguments) => licence::licence(common, arguments),
        Command::Validate(arguments) => validate::validate(common, arguments),
        Command::Bundle(arguments) => bundle::bundle(common, arguments),
        Command::Rules(arguments) => explain::rules(common, arguments),
        Command::Schema => config::schema(),
        Command::Extends { command: ExtendsCommand::Show } => extends::show(common),
        Command::Extends { command: ExtendsCommand::Update(arguments) } => extends::update(common, arguments),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man(arguments) => manual::man(arguments),
        Command::Explain { code } => explain::explain(common, code),
        Command::MergeLog(arguments) => merge_log::merge_log(common, arguments),
        Command::Install(arguments) => installing(common, arguments, true),
        Command::Uninstall(arguments) => installing(common, arguments, false),
        Command::Doctor(arguments) => doctor::doctor(common, arguments, &folder(common)?),
        Command::Demo => demo::demo(&mut std::io::stdout().lock(), look(common).color).map(|()| Outcome::Pass),
        Command::Hook { name, arguments } => run_hook(*name, arguments),
        Command::Init(arguments) => init(common, arguments),
    }
}

fn installing(common: &Common, InstallArgs { agent, runner }: &InstallArgs, put: bool) -> Result<Outcome, Error> {
    let (folder, out) = (folder(common)?, &mut *said(common));
    match (agent, runner.and_then(RunnerName::runner), put) {
        (Some(agent), _, true) => install::install_agent(&folder, &own_folder()?, (*agent).into(), out)?,
        (Some(agent), _, false) => install::uninstall_agent(&folder, (*agent).into(), out)?,
        (None, Some(runner), true) => install::install_runner(&folder, &own_folder()?, runner, out)?,
        (None, Some(runner), false) => install::uninstall_runner(&folder, runner, out)?,
        (None, None, true) => install::install(&folder, &own_folder()?, out)?,
        (None, None, false) => install::uninstall(&folder, out)?,
    }
    Ok(Outcome::Pass)
}

fn init(common: &Common, arguments: &InitArgs) -> Result<Outcome, Error> {
    let InitArgs { party, other, log_owner, agents_md } = arguments.clone();
    if let Some(file) = agents_md {
        return init::agents_md(common.repo.as_deref(), &file, &mut *said(common)).map(|()| Outcome::Pass);
    }
    let options = init::Options { party, other, log_owner };
    init::init(common.repo.as_deref(), &options, &mut *said(common)).map(|()| Outcome::Pass)
}

/// Where a command says what it did: with `--quiet` nowhere.
fn said(common: &Common) -> Box<dyn std::io::Write> {
    if common.quiet { Box::new(std::io::sink()) } else { Box::new(std::io::stdout().lock()) }
}

fn check(common: &Common, arguments: &CheckArgs) -> Result<Outcome, Error> {
    let world = World::new();
    let repo = Repo::open(common.repo.as_deref())?;
    let by_hand = ByHand::read(common)?;
    let scope = scope_of(arguments);
    let judge = Judge::new(&repo, &world, scope == Scope::Range).by_hand(&by_hand);
    let mut report = match scope {
        Scope::Range => range(&judge, &repo, arguments.range.as_deref().unwrap_or_default())?,
        Scope::Paths => {
            let here = std::env::current_dir().ok();
            let given = arguments.paths.iter().flatten();
            let paths = given.map(|path| repo_path(&repo, here.as_deref(), path)).collect::<Result<Vec<_>, _>>()?;
            check_paths(&judge, &repo, &world, &paths)?
        }
        Scope::Worktree => check_worktree(&judge, &repo, &world)?,
        _ if repo.root().is_none() => {
            return Err(
                Error::new("a bare repository has nothing staged").hint("name commits: verify-gate --range A..B")
            );
        }
        Scope::Staged | Scope::Push | Scope::Receive => check_staged(&judge, &repo, &world, false, Vec::new())?,
    };
    if scope != Scope::Range && report.deviations.is_empty() {
        let law = || judge.law(repo.head()?.as_ref(), trusted_for_head(&repo)?.as_ref().map(|trusted| &trusted.id));
        // Worth telling also where nothing changes, which needs no policy to pass.
        law().iter().for_each(|law| report.deviate(&law.deviations()));
    }
    show(&report, common)
}

fn range(judge: &Judge<'_>, repo: &Repo, range: &str) -> Result<Report, Error> {
    let parts = range.split_once("..").filter(|(from, to)| !from.is_empty() && !to.is_empty() && !to.starts_with('.'));
    let Some((from, to)) = parts else {
        return Err(Error::new(format!("`{range}` is no range")).hint("say it as `A..B`, such as `origin/main..HEAD`"));
    };
    let (start, tip) = (repo.resolve_branch(from)?, repo.resolve_branch(to)?);
    let trusted = trusted_for(repo, Some(Trusted::old(start, from)))?;
    let (tips, hidden) = (std::slice::from_ref(&tip), std::slice::from_ref(&start));
    let mut report = check_commits(judge, repo, Scope::Range, tips, hidden, trusted.as_ref())?;
    add_uncovered(judge, &mut report, &tip, &start)?;
    // What the last of them loosens judges none of them yet; what it makes unreadable is found where it does.
    let law = judge.law(Some(&tip), trusted.as_ref().map(|trusted| &trusted.id));
    law.iter().for_each(|law| report.deviate(&law.deviations()));
    Ok(report)
}

fn scope_of(arguments: &CheckArgs) -> Scope {
    match arguments {
        CheckArgs { range: Some(_), .. } => Scope::Range,
        CheckArgs { paths: Some(_), .. } => Scope::Paths,
        CheckArgs { worktree: true, .. } => Scope::Worktree,
        CheckArgs { .. } => Scope::Staged,
    }
}

fn binary(hook: fn(&[OsString]) -> Result<Outcome, Error>) -> ExitCode {
    end_at_panic();
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match hook(&arguments) {
        Ok(outcome) => outcome.code(),
        Err(error) => {
            show_error(&error, true, None);
            Outcome::Undecided.code()
        }
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn judge_hook(
    hook: Hook,
    most: usize,
    arguments: &[OsString],
    judge: impl FnOnce(&Repo, &World) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    if arguments.len() > most || arguments.first().is_some_and(|a| a.as_encoded_bytes().starts_with(b"-")) {
        return usage(hook, arguments.first());
    }
    let repo = ManuallyDrop::new(Repo::open(None)?);
    judge(&repo, &World::new())
}

fn usage(hook: Hook, first: Option<&OsString>) -> Result<Outcome, Error> {
    let name = hook.binary();
    match first.and_then(|a| a.to_str()) {
        Some("--version" | "-V") => version(name),
        Some("--help" | "-h") => {
            let (about, more) = hook.about();
            let text = format!("{name}: {about}.\n\n{more}\nIt has no options. By hand, use `verify-gate`.\n");
            crate::shell::terminal::finish(std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes()))?;
            Ok(Outcome::Pass)
        }
        _ => Err(Error::new(format!("{name} takes no options")).hint("by hand, use `verify-gate`")),
    }
}

/// The folder whose repository is meant.
fn folder(common: &Common) -> Result<PathBuf, Error> {
    match &common.repo {
        Some(folder) => Ok(folder.clone()),
        None => std::env::current_dir().map_err(|error| Error::new(format!("cannot tell the current folder: {error}"))),
    }
}

/// The folder that this program lies in, with the hooks beside it.
fn own_folder() -> Result<PathBuf, Error> {
    let own =
        std::env::current_exe().map_err(|error| Error::new(format!("cannot tell where this program is: {error}")))?;
    own.parent().map(PathBuf::from).ok_or_else(|| Error::new("cannot tell where this program is"))
}

fn version(name: &str) -> Result<Outcome, Error> {
    let line = format!("{name} {}\n", env!("CARGO_PKG_VERSION"));
    crate::shell::terminal::finish(std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()))?;
    Ok(Outcome::Pass)
}
