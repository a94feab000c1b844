//! The policy and the log: are they there, can they be read, and do they have the say that somebody meant them to have?

use std::rc::Rc;

use super::item::Item;
use crate::case::{Case, LogCase};
use crate::change::{ObjectId, RepoPath};
use crate::check::warnings;
use crate::policy::{POLICY_CLASS, POLICY_FILE, Policy, Setting, Source, Workspace, same_name};
use crate::report::escape;
use crate::report::human::several;
use crate::shell::Error;
use crate::shell::git::{FileAt, Repo, tracked, worktree_file};
use crate::shell::init::survey::is_passed_over;
use crate::shell::judge::Judge;
use crate::shell::law::{Law, Unreadable, fits_a_profile, read_workspace};
use crate::shell::logs::Extent;
use crate::shell::logs::{Home, home};
use crate::shell::trust::{Trusted, trusted_for_head};
use crate::shell::world::World;

const POLICY: &str = "policy";
const LOG: &str = "log";

/// The policy that judges a change on HEAD, and a commit that has it.
pub(super) struct Ground {
    pub(super) law: Rc<Law>,
    pub(super) base: ObjectId,
}

/// Looks at policy and log; gives the ground that canaries are planted on, where there is one.
pub(super) fn policy(repo: &Repo, world: &World, items: &mut Vec<Item>) -> Result<Option<Ground>, Error> {
    let judge = Judge::new(repo, world, false);
    let head = repo.head()?;
    let trusted = match trusted_for_head(repo) {
        Ok(trusted) => trusted,
        Err(error) => {
            items.push(of_error(POLICY, "policy", &error));
            return Ok(None);
        }
    };
    let law = match judge.law(head.as_ref(), trusted.as_ref().map(|tip| &tip.id)) {
        Ok(law) => law,
        Err(error) => {
            items.push(of_error(POLICY, "policy", &error));
            return Ok(None);
        }
    };
    items.push(of_law(repo, &law)?);
    items.extend(in_work_tree(repo)?);
    let Law::Policy(workspace) = &*law else { return Ok(None) };
    items.extend(empty(workspace));
    items.extend(deviations(workspace));
    let members = (0..workspace.members.len()).map(Some);
    for member in workspace.root.iter().map(|_| None).chain(members) {
        if let Some(policy) = workspace.policy_of(member) {
            items.extend(log(&judge, head.as_ref(), trusted.as_ref(), workspace, member, policy, world));
        }
    }
    if !repo.is_bare() {
        let files = tracked(repo)?;
        items.extend(unnamed(workspace, &files));
        items.extend(copies(workspace, &files));
    }
    let base = match (&workspace.base, &head, trusted) {
        (Some(base), _, _) => Some(*base),
        (None, Some(head), _) if fits_a_profile(repo, head)? => Some(*head),
        (None, head, trusted) => trusted.map(|tip| tip.id).or(*head),
    };
    Ok(base.map(|base| Ground { law, base }))
}

/// An error that somebody has to mend.
pub(super) fn of_error(check: &'static str, subject: &str, error: &Error) -> Item {
    let item = Item::problem(check, subject, escape(&error.to_string()));
    match error.hints().first() {
        Some(hint) => item.help(escape(hint)),
        None => item,
    }
}

fn of_law(repo: &Repo, law: &Law) -> Result<Item, Error> {
    Ok(match law {
        Law::Policy(workspace) => match workspace.policies().find_map(|policy| match &policy.source {
            Source::Profile(name) => Some(name),
            Source::File { .. } => None,
        }) {
            Some(name) => {
                Item::ok(POLICY, "policy", format!("the built-in profile `{name}` judges: there is no {POLICY_FILE}"))
            }
            None => {
                let files = 1 + workspace.members.len();
                Item::ok(
                    POLICY,
                    "policy",
                    match files {
                        1 => format!("{POLICY_FILE} judges, as the base has it"),
                        _ => format!("{POLICY_FILE} judges, and those of {} members", workspace.members.len()),
                    },
                )
            }
        },
        Law::Ambiguous(_) => {
            Item::problem(POLICY, "policy", "both built-in profiles fit, so that nothing protected can be decided")
                .help("verify-gate init --party NAME, and commit what it writes")
        }
        Law::None => {
            let message = "no ackgate.toml that is committed and no built-in profile that fits: nothing is protected";
            let is_there = match repo.root() {
                Some(_) => matches!(worktree_file(repo, &POLICY_FILE.into())?, FileAt::File { .. }),
                None => false,
            };
            Item::problem(POLICY, "policy", message).help(match (is_there, repo.is_bare()) {
                (true, _) => format!("git add {POLICY_FILE} && git commit -m 'Adopt the protocol' -- {POLICY_FILE}"),
                (_, true) => "push a branch that has an ackgate.toml to the branch that HEAD names".to_owned(),
                _ => "verify-gate init".to_owned(),
            })
        }
    })
}

/// What the next commit would bring and could not be read.
fn in_work_tree(repo: &Repo) -> Result<Option<Item>, Error> {
    if repo.root().is_none() {
        return Ok(None);
    }
    match read_workspace(|path| worktree_file(repo, path)) {
        Ok(_) => Ok(None),
        Err(Unreadable::Shell(error)) => Err(error),
        Err(Unreadable::Policy(error)) => {
            let message = format!("AG902: in the work tree, {}", escape(&error.to_string()));
            let help = error.help.unwrap_or_else(|| format!("mend it, or: git restore {POLICY_FILE}"));
            Ok(Some(Item::problem(POLICY, POLICY_FILE, message).help(escape(&help))))
        }
    }
}

/// What loosens a baseline, which somebody may have forgotten.
fn deviations(workspace: &Workspace) -> Option<Item> {
    let count = workspace.deviations().count();
    (count > 0).then(|| {
        let message = format!("{} of the baseline that it extends", several(count, "deviation"));
        Item::note(POLICY, POLICY_FILE, message).help("verify-gate extends show")
    })
}

fn empty(workspace: &Workspace) -> Option<Item> {
    let protects =
        |policy: &Policy| policy.protect.classes().any(|(name, globs)| name != POLICY_CLASS && !globs.is_empty());
    (!workspace.policies().any(protects)).then(|| {
        Item::note(POLICY, "protected paths", "nothing is protected but the policy itself")
            .help(format!("list paths under [protect] in {POLICY_FILE}"))
    })
}

fn log(
    judge: &Judge<'_>,
    head: Option<&ObjectId>,
    trusted: Option<&Trusted>,
    workspace: &Workspace,
    member: Option<usize>,
    policy: &Policy,
    world: &World,
) -> Vec<Item> {
    let subject = match workspace.folder_of(member) {
        "" => LOG.to_owned(),
        folder => format!("log of {}", escape(folder)),
    };
    let case = match judge.log_at(head, trusted, workspace, member, Extent::Whole) {
        Ok(case) => case,
        Err(error) => return vec![of_error(LOG, &subject, &error)],
    };
    let found = warnings(&Case::without_change(policy, case.clone(), world.today));
    let mut items = vec![match &case {
        LogCase::Read(reading) => {
            Item::ok(LOG, &subject, format!("{} ({})", escape(&reading.path), escape(&reading.place)))
        }
        LogCase::Missing { place, help } => {
            Item::problem(LOG, &subject, format!("AG201: there is no log at {}", escape(place))).help(escape(help))
        }
        LogCase::NotNeeded => return Vec::new(),
    }];
    for finding in found.into_iter().filter(|finding| finding.code == "AG206") {
        let item = Item::problem("log-stale", &subject, format!("AG206: {}", finding.message));
        items.push(match finding.help {
            Some(help) => item.help(help),
            None => item,
        });
    }
    items
}

/// Policy files of folders that the root does not name: their owners may think that they count.
fn unnamed(workspace: &Workspace, files: &[RepoPath]) -> Vec<Item> {
    let has_say = |folder: &str| {
        folder.is_empty() || workspace.members.iter().any(|m| same_name(m.folder.as_bytes(), folder.as_bytes()))
    };
    let policies = files.iter().filter(|path| path.file_name() == POLICY_FILE.as_bytes());
    let mut items = Vec::new();
    for path in policies {
        let shown = path.to_string();
        let text = String::from_utf8_lossy(path.as_bytes()).into_owned();
        let folder = text.strip_suffix(POLICY_FILE).unwrap_or_default().trim_end_matches('/');
        if has_say(folder) {
            continue;
        }
        let message = "has no say: `[workspace] members` of the root's ackgate.toml does not name its folder";
        // What tests and vendors have is meant for others.
        let item = match folder.split('/').any(is_passed_over) {
            true => Item::note("members", &shown, message),
            false => Item::problem("members", &shown, message),
        };
        items.push(item.help(format!("name `{}` there, or take the file away", escape(folder))));
    }
    items
}

/// AG202 for what is there already.
fn copies(workspace: &Workspace, files: &[RepoPath]) -> Vec<Item> {
    let all = || (0..workspace.members.len()).map(Some).chain(workspace.root.iter().map(|_| None));
    let policies = || all().filter_map(|member| Some((member, workspace.policy_of(member)?)));
    let here: Vec<RepoPath> = policies()
        .filter_map(|(member, policy)| match home(workspace, member, policy) {
            Home::Here(path) => Some(path),
            Home::Other => None,
        })
        .collect();
    let mut items = Vec::new();
    for path in files.iter().filter(|path| !here.contains(path)) {
        let of = |policy: &Policy| same_name(path.file_name(), policy.log.path.file_name());
        let settings = policies().filter(|(_, policy)| of(policy)).map(|(_, policy)| policy.severity_of("AG202"));
        let Some(setting) = settings.into_iter().find(|setting| *setting != Some(Setting::Off)) else { continue };
        let message = "AG202: has the name of the canonical log, and is not it: one side may read the wrong one";
        let item = match setting {
            Some(Setting::Warning) => Item::note("log-copy", &path.to_string(), message),
            _ => Item::problem("log-copy", &path.to_string(), message),
        };
        items.push(item.help(format!("git rm -- '{path}', or give it another name")));
    }
    items
}
