//! `verify-gate status` and `verify-gate log`: what stands in the log, without a change.

use std::io::Write;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::case::{Brought, Case, LogCase};
use crate::check::warnings;
use crate::log::{Entry, Log};
use crate::policy::{self, Fit, Policy, Source, Workspace};
use crate::report::human::{self, HELP, paint};
use crate::report::results::{self, Results};
use crate::report::{GateView, escape, json as document};
use crate::session::{Turn, turn};
use crate::shell::Error;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::{Common, Format};
use crate::shell::git::Repo;
use crate::shell::judge::Judge;
use crate::shell::law::Law;
use crate::shell::logs::{Extent, read_text};
use crate::shell::overrides::{Uncovered, uncovered};
use crate::shell::pager::Pager;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;

/// The policy, the log and where both come from.
pub(in crate::shell) struct Standing {
    pub(super) policy: Policy,
    pub(super) why: String,
    pub(super) log: LogCase,
    /// The policy's folder, from the root.
    pub(super) folder: String,
    /// The workspace's member; `None` for the root's own policy.
    pub(super) member: Option<usize>,
    /// All policies of the repository; `None` for a log in a file.
    pub(super) law: Option<Rc<Law>>,
    overrides: Uncovered,
}

/// Which command wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Status,
    Session,
    Log {
        /// Whether a log of another repository is fetched first.
        fetch: bool,
    },
}

/// Shows the gate, its state, whose turn it is and what to do next.
pub fn status(common: &Common) -> Result<Outcome, Error> {
    let world = World::new();
    let standing = standing(common, &world, Asked::Status)?;
    let case = case(&standing, &world);
    let gate = latest(&case);
    let turn = turn(&standing.policy, &standing.log, gate.as_ref());
    let mut out = std::io::stdout().lock();
    let written = match common.format {
        Format::Json => document::document(
            &mut out,
            json!({"version": 1, "gate": gate.as_ref().map(document::gate), "turn": turn.party(), "why": turn.why, "next": turn.next, "policy": standing.why, "overrides": document::overrides(&standing.overrides.overrides), "deviations": document::deviations(standing.policy.deviations()), "notes": standing.overrides.notes}),
        ),
        Format::Human | Format::For(_) => show_status(&mut out, common, &standing, gate.as_ref(), &turn),
    };
    finish(written)?;
    Ok(Outcome::Pass)
}

/// Writes for people what [`status`] shows.
pub(super) fn show(out: &mut dyn Write, common: &Common, standing: &Standing, world: &World) -> std::io::Result<()> {
    let case = case(standing, world);
    let gate = latest(&case);
    show_status(out, common, standing, gate.as_ref(), &turn(&standing.policy, &standing.log, gate.as_ref()))
}

/// The latest gate.
pub(super) fn latest(case: &Case<'_>) -> Option<GateView> {
    case.reading().and_then(|r| r.log.gates.len().checked_sub(1)).and_then(|latest| case.view(latest))
}

/// Shows what every entry was taken for.
pub fn log(common: &Common, fetch: bool) -> Result<Outcome, Error> {
    let world = World::new();
    let standing = standing(common, &world, Asked::Log { fetch })?;
    let mut case = case(&standing, &world);
    let Some((log, path)) = case.reading().map(|r| (Rc::clone(&r.log), r.path.clone())) else {
        let LogCase::Missing { place, help } = &standing.log else { return Err(Error::new("there is no log to read")) };
        return Err(Error::new(format!("there is no log at {place}")).hint(help.clone()));
    };
    let log = if standing.policy.acks.count_each() { Rc::new(log.with_taken_back()) } else { log };
    let path_shown = path.clone();
    let first = log.latest().map_or(0, |gate| gate.entry);
    let before = Log { entries: log.entries.iter().take(first).cloned().collect(), ..Log::default() };
    case.brought = Some(Brought { log: Rc::clone(&log), is_utf8: true, before: vec![Rc::new(before)], path });
    let findings = warnings(&case);
    let mut out = Pager::start(common);
    let written = match common.format {
        Format::Json => {
            let entries: Vec<Value> = log.entries.iter().enumerate().map(|(i, e)| entry(&log, i, e)).collect();
            document::document(
                &mut out,
                json!({"version": 1, "entries": entries, "diagnostics": document::diagnostics(&findings)}),
            )
        }
        Format::For(form) => {
            let what = format!("log ({})", escape(&path_shown));
            results::write(
                form,
                &Results { what, findings: &findings, quiet: common.quiet, ..Results::default() },
                &mut out,
            )
        }
        Format::Human => (|| {
            for (index, entry) in log.entries.iter().enumerate() {
                show_entry(&mut out, &log, index, entry, look(common).color)?;
            }
            findings.iter().try_for_each(|finding| human::finding(finding, look(common), &mut out))
        })(),
    };
    out.end(written)?;
    Ok(Outcome::Pass)
}

/// The log as the rules see it, without a change.
pub(super) fn case<'a>(standing: &'a Standing, world: &World) -> Case<'a> {
    Case::without_change(&standing.policy, standing.log.clone(), world.today)
}

/// Finds policy and log: those of HEAD, or what the command line puts in their place.
pub(super) fn standing(common: &Common, world: &World, asked: Asked) -> Result<Standing, Error> {
    let by_hand = ByHand::read(common)?;
    let repo = match (Repo::open(common.repo.as_deref()), &by_hand.log) {
        (Ok(repo), _) => Some(repo),
        // A log in a file can be read anywhere.
        (Err(_), Some(_)) if common.repo.is_none() => None,
        (Err(error), _) => return Err(error),
    };
    let Some(repo) = repo else { return from_file(&by_hand, None) };
    let judge = Judge::new(&repo, world, asked == Asked::Log { fetch: true }).by_hand(&by_hand);
    let head = repo.head()?;
    let trusted = trusted_for_head(&repo)?;
    let law = judge.law(head.as_ref(), trusted.as_ref().map(|t| &t.id))?;
    let Law::Policy(workspace) = &*law else {
        if by_hand.log.is_some() {
            return from_file(&by_hand, None);
        }
        let what = match &*law {
            Law::Ambiguous(_) => "both built-in profiles fit this repository",
            _ => "there is no ackgate.toml at HEAD, and no built-in profile fits",
        };
        return Err(Error::new(what).hint("write one with `verify-gate init` and commit it"));
    };
    let index = member_here(&repo, workspace);
    let member = index.and_then(|index| workspace.members.get(index));
    let policy = member.map(|m| &m.policy).or(workspace.root.as_ref()).cloned();
    let policy = policy.ok_or_else(|| Error::new("the workspace has no members"))?;
    let why = why(&policy, &law, member.map(|m| m.folder.as_str()));
    if by_hand.log.is_some() {
        return from_file(&by_hand, Some((policy, why)));
    }
    let extent = if asked == Asked::Status { Extent::Latest } else { Extent::Whole };
    let log = judge.log_at(head.as_ref(), trusted.as_ref(), workspace, index, extent)?;
    let overrides = match &head {
        Some(head) if matches!(asked, Asked::Status | Asked::Session) => uncovered(&judge, head, &law, &[])?,
        _ => Uncovered::default(),
    };
    let folder = member.map(|m| m.folder.clone()).unwrap_or_default();
    Ok(Standing { policy, why, log, folder, member: index, law: Some(Rc::clone(&law)), overrides })
}

/// The member whose policy counts in the folder that a person stands in; `None` for the root's own. Where the root has
/// none, it is the first member's.
pub fn member_here(repo: &Repo, workspace: &Workspace) -> Option<usize> {
    let here = std::env::current_dir().ok();
    let folder = here.as_deref().zip(repo.root()).and_then(|(here, root)| here.strip_prefix(root).ok());
    let member = workspace.members.iter().position(|m| folder.is_some_and(|f| f.starts_with(&m.folder)));
    member.or(workspace.root.is_none().then_some(0))
}

fn from_file(by_hand: &ByHand, policy: Option<(Policy, String)>) -> Result<Standing, Error> {
    let (policy, why) = match (policy, &by_hand.config) {
        (Some(found), _) => found,
        (None, Some(config)) => (config.clone(), "the file given with --config".to_owned()),
        (None, None) => match policy::choose(true, false).map_err(|error| Error::new(error.to_string()))? {
            Fit::One(policy) => {
                (*policy, "the parties of the built-in profile `agentos`: there is no policy here".to_owned())
            }
            Fit::None | Fit::Both(_) => return Err(Error::new("there is no policy here")),
        },
    };
    let Some((name, bytes)) = &by_hand.log else { return Err(Error::new("there is no log to read")) };
    let log = read_text(bytes, name, &policy)?;
    let log = LogCase::given(Rc::new(log), name, &policy);
    let overrides = Uncovered::default();
    Ok(Standing { policy, why, log, folder: String::new(), member: None, law: None, overrides })
}

fn why(policy: &Policy, law: &Law, member: Option<&str>) -> String {
    match (&policy.source, law.profile()) {
        (Source::Profile("ccc"), _) => {
            format!("built-in profile `ccc`: no ackgate.toml, and the base holds `{}`", policy::CONTRACT_PATH)
        }
        (Source::Profile(name), _) => {
            format!("built-in profile `{name}`: no ackgate.toml, and the base holds `{}`", policy::LOG_PATH)
        }
        (Source::File { path }, _) => match member {
            Some(folder) => format!("`{}`, a member of the workspace ({})", escape(path), escape(folder)),
            None => format!("`{}`", escape(path)),
        },
    }
}

fn show_status(
    out: &mut dyn Write,
    common: &Common,
    standing: &Standing,
    gate: Option<&GateView>,
    turn: &Turn,
) -> std::io::Result<()> {
    let label = |text: &str| paint(text, HELP, look(common).color);
    writeln!(out, "{} {}, party {}", label("policy:"), standing.why, escape(&standing.policy.party))?;
    human::deviations(standing.policy.deviations(), look(common).color, out)?;
    if let LogCase::Read(reading) = &standing.log {
        writeln!(out, "{}    {} ({})", label("log:"), escape(&reading.path), escape(&reading.place))?;
    }
    match gate {
        None => writeln!(out, "{}   none", label("gate:"))?,
        Some(gate) => {
            writeln!(
                out,
                "{}   `{}` by {}, line {}: {}",
                label("gate:"),
                escape(&gate.slice),
                escape(&gate.party),
                gate.line,
                gate.state
            )?;
            if let Some(reply) = &gate.reply {
                writeln!(out, "{}  {} by {}, line {}", label("reply:"), reply.kind, escape(&reply.party), reply.line)?;
            }
            if let Some(answers) = &gate.answers {
                writeln!(out, "{}   {}", label("acks:"), human::answers(answers))?;
            }
            let paths: Vec<String> = gate.paths.iter().map(|p| format!("`{}`", escape(p))).collect();
            let listed = if paths.is_empty() { "none, so it opens nothing".to_owned() } else { paths.join(", ") };
            writeln!(out, "{}  {listed}", label("paths:"))?;
            if let Some(expires) = gate.expires {
                writeln!(out, "{}  until {expires} (D+2)", label("slice:"))?;
            }
        }
    }
    if let Some(party) = turn.party() {
        let why = turn.why.as_ref().map(|why| format!(": {}", escape(why))).unwrap_or_default();
        writeln!(out, "{}   {}{why}", label("turn:"), escape(&party))?;
    }
    writeln!(out, "{}   {}", label("next:"), escape(&turn.next))?;
    standing.overrides.show(out, look(common).color)
}

fn show_entry(out: &mut dyn Write, log: &Log, index: usize, entry: &Entry, color: bool) -> std::io::Result<()> {
    let party = entry.party.as_deref().unwrap_or("nobody");
    let answers = slice_of(log, entry).map(|slice| format!(" → `{}`", escape(slice))).unwrap_or_default();
    let short: String = entry.heading.chars().take(120).collect();
    writeln!(
        out,
        "{:>4}  line {:<5} {:<17} {}{answers}",
        index + 1,
        entry.line,
        entry.kind.as_str(),
        paint(&escape(&short), "1", color)
    )?;
    writeln!(out, "      {}: {}", escape(party), escape(&entry.why))
}

fn slice_of<'l>(log: &'l Log, entry: &Entry) -> Option<&'l str> {
    entry.answers.and_then(|gate| log.gates.get(gate)).map(|gate| gate.slice.as_str())
}

fn entry(log: &Log, index: usize, entry: &Entry) -> Value {
    let mut map = Map::new();
    map.insert("index".to_owned(), (index + 1).into());
    map.insert("line".to_owned(), entry.line.into());
    map.insert("heading".to_owned(), entry.heading.clone().into());
    map.insert("party".to_owned(), entry.party.clone().into());
    let optional =
        [("role", entry.role.clone()), ("date", entry.date.map(|d| d.to_string())), ("slice", entry.slice.clone())];
    for (key, value) in optional {
        if let Some(value) = value {
            map.insert(key.to_owned(), value.into());
        }
    }
    map.insert("kind".to_owned(), entry.kind.as_str().into());
    map.insert("answers".to_owned(), slice_of(log, entry).into());
    map.insert("why".to_owned(), entry.why.clone().into());
    Value::Object(map)
}
