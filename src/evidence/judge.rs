//! Whether evidence stands for a tree.

use std::collections::BTreeMap;

use super::manifest::{Manifest, Outcome, Ran, Status};
use crate::plan::matrix::{Check, Condition, Matrix};
use crate::report::escape;

/// A run, as it is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The name of its folder, by which runs are in order.
    pub folder: String,
    /// Its manifest, or why there is none.
    pub manifest: Result<Manifest, String>,
    /// What else is in the folder, by name.
    pub files: BTreeMap<String, Found>,
}

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal; `None` for what is no regular file.
    pub sha256: Option<String>,
}

/// Why evidence does not stand for a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// There is no run.
    Nothing,
    /// The latest run has no manifest that can be read.
    Unreadable(String, String),
    /// The latest run is of another tree.
    OtherTree(String),
    /// The latest run of this tree did not come to its end.
    Unfinished(String),
    /// The commands changed the tree, so it is not known what they checked.
    TreeChanged(String),
    /// A log is not what was archived.
    Edited(String, String),
    /// A log has been emptied.
    Emptied(String, String),
    /// A log is gone.
    Gone(String, String),
    /// A file has been added.
    Added(String, String),
    /// A command did not pass.
    Red(String, String, String),
    /// A command of the matrix was not run.
    NotRun(String),
    /// Every command of the matrix need not be run, and none was.
    AllSkipped(Vec<Check>),
    /// The matrix has nothing that can be run, and does not say that there is nothing.
    NoCommand,
}

/// What keeps the runs of a slice, oldest first, from standing for this tree under this matrix.
///
/// The runs of the tree count together: of each command its latest run does, so that one that was missing can be run by
/// itself. A command whose condition was never asked for need not have run; if it did, it has to have passed. Where no
/// command has run, nothing stands, unless the matrix says that there is nothing to run. A run that did not come to its end
/// counts for nothing, and what is in its folder neither.
pub fn judge(runs: &[Run], matrix: &Matrix, tree: &str) -> Vec<Lack> {
    if matrix.checks.is_empty() && matrix.nothing.is_some() {
        return Vec::new();
    }
    if matrix.checks.is_empty() {
        return vec![Lack::NoCommand];
    }
    let Some(latest) = runs.last() else { return vec![Lack::Nothing] };
    if let Err(why) = &latest.manifest {
        return vec![Lack::Unreadable(latest.folder.clone(), why.clone())];
    }
    let of_tree: Vec<(&Run, &Manifest)> = runs
        .iter()
        .filter_map(|run| run.manifest.as_ref().ok().map(|manifest| (run, manifest)))
        .filter(|(_, manifest)| manifest.tree == tree)
        .collect();
    let Some((last, manifest)) = of_tree.last() else { return vec![Lack::OtherTree(latest.folder.clone())] };
    if manifest.status != Status::Complete {
        return vec![Lack::Unfinished(last.folder.clone())];
    }
    let complete: Vec<(&Run, &Manifest)> =
        of_tree.into_iter().filter(|(_, manifest)| manifest.status == Status::Complete).collect();
    let mut lacks = Vec::new();
    for (run, manifest) in &complete {
        unedited(run, manifest, &mut lacks);
    }
    if matrix.checks.iter().all(|check| latest_of(check, &complete).is_none()) && matrix.only_skips() {
        lacks.push(Lack::AllSkipped(matrix.checks.clone()));
    }
    for check in &matrix.checks {
        lacks.extend(of_check(check, &complete));
    }
    lacks
}

/// The latest of these runs in which a command was started, and what became of it there.
fn latest_of<'r>(check: &Check, complete: &[(&'r Run, &'r Manifest)]) -> Option<(&'r Run, &'r Manifest, &'r Ran)> {
    complete.iter().rev().find_map(|(run, manifest)| {
        let ran = manifest.checks.iter().find(|ran| ran.command == check.command && ran.outcome.has_run())?;
        Some((*run, *manifest, ran))
    })
}

/// Of each command of the matrix that ran on this tree, its latest complete run: the command, how that ended, and the run's
/// folder.
pub fn shown<'r>(runs: &'r [Run], matrix: &Matrix, tree: &str) -> Vec<(&'r str, String, &'r str)> {
    let complete: Vec<(&Run, &Manifest)> = runs
        .iter()
        .filter_map(|run| run.manifest.as_ref().ok().map(|manifest| (run, manifest)))
        .filter(|(_, manifest)| manifest.tree == tree && manifest.status == Status::Complete)
        .collect();
    let latest = matrix.checks.iter().filter_map(|check| latest_of(check, &complete));
    latest.map(|(run, _, ran)| (ran.command.as_str(), ran.ending(), run.folder.as_str())).collect()
}

/// What keeps a command from standing, as it was last run on the tree.
fn of_check(check: &Check, complete: &[(&Run, &Manifest)]) -> Option<Lack> {
    match latest_of(check, complete) {
        None if check.condition.is_some() => None,
        None => Some(Lack::NotRun(check.command.clone())),
        Some((run, _, ran)) if ran.outcome != Outcome::Passed => {
            Some(Lack::Red(run.folder.clone(), ran.command.clone(), ran.ending()))
        }
        // A run that says “passed” and shows nothing for it.
        Some((run, _, Ran { log: None, .. })) => {
            Some(Lack::Gone(run.folder.clone(), format!("the log of {}", check.command)))
        }
        Some((run, manifest, _)) => manifest.changed_the_tree().then(|| Lack::TreeChanged(run.folder.clone())),
    }
}

fn unedited(run: &Run, manifest: &Manifest, lacks: &mut Vec<Lack>) {
    let named = |name: &str| manifest.checks.iter().find(|ran| ran.log.as_deref() == Some(name));
    for ran in &manifest.checks {
        let Some(log) = &ran.log else { continue };
        let place = (run.folder.clone(), log.clone());
        match run.files.get(log) {
            None => lacks.push(Lack::Gone(place.0, place.1)),
            Some(found) if found.bytes == 0 => lacks.push(Lack::Emptied(place.0, place.1)),
            Some(found) if found.sha256.is_none() || found.sha256 != ran.sha256 || found.bytes != ran.bytes => {
                lacks.push(Lack::Edited(place.0, place.1));
            }
            Some(_) => {}
        }
    }
    let added = run.files.keys().filter(|name| named(name).is_none());
    lacks.extend(added.map(|name| Lack::Added(run.folder.clone(), name.clone())));
}

/// Commands that were left out, and what each waits for; safe to print.
pub fn skipped(checks: &[Check]) -> String {
    let one = |check: &Check| {
        let command = escape(&check.command);
        match &check.condition {
            None => format!("`{command}` was not asked for"),
            Some(Condition::Elsewhere(party)) => format!("`{command}` is for {}", escape(party)),
            Some(condition) => format!("`{command}` runs with --{}", condition.as_str()),
        }
    };
    checks.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Lack {
    /// The word that JSON uses.
    pub fn reason(&self) -> &'static str {
        match self {
            Lack::Nothing => "no-run",
            Lack::Unreadable(..) => "unreadable",
            Lack::OtherTree(_) => "other-tree",
            Lack::Unfinished(_) => "unfinished",
            Lack::TreeChanged(_) => "tree-changed",
            Lack::Edited(..) => "edited",
            Lack::Emptied(..) => "emptied",
            Lack::Gone(..) => "gone",
            Lack::Added(..) => "added",
            Lack::Red(..) => "red",
            Lack::NotRun(_) => "not-run",
            Lack::AllSkipped(_) => "all-skipped",
            Lack::NoCommand => "no-command",
        }
    }

    /// What is wrong, in one sentence, safe to print.
    pub fn message(&self) -> String {
        let q = |text: &str| format!("`{}`", escape(text));
        match self {
            Lack::Nothing => "there is no evidence: the Validation Matrix has not been run".to_owned(),
            Lack::Unreadable(run, why) => format!("run {} has no manifest that can be read: {}", q(run), escape(why)),
            Lack::OtherTree(run) => {
                format!("the latest run, {}, is of another tree: something has changed since", q(run))
            }
            Lack::Unfinished(run) => {
                format!(
                    "the latest run of this tree, {}, did not come to its end: it was interrupted or killed",
                    q(run)
                )
            }
            Lack::TreeChanged(run) => {
                format!("the commands of run {} changed the tree that they were to check", q(run))
            }
            Lack::Edited(run, file) => format!("{} of run {} is not as it was archived", q(file), q(run)),
            Lack::Emptied(run, file) => format!("{} of run {} is empty", q(file), q(run)),
            Lack::Gone(run, file) => format!("{} of run {} is not there", q(file), q(run)),
            Lack::Added(run, file) => format!("{} of run {} is no part of what was archived", q(file), q(run)),
            Lack::Red(run, command, ending) => format!("{} {} in run {}", q(command), escape(ending), q(run)),
            Lack::NotRun(command) => format!("{} of the Validation Matrix has not been run on this tree", q(command)),
            Lack::AllSkipped(checks) => format!("nothing has been run on this tree: {}", skipped(checks)),
            Lack::NoCommand => "the Validation Matrix names no command that can be run".to_owned(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Lack::TreeChanged(_) => {
                "let git ignore what the commands write, or let them write below `artifacts/test_runs`, then run `verify-gate validate` again"
            }
            Lack::Edited(..) | Lack::Emptied(..) | Lack::Gone(..) | Lack::Added(..) => {
                "put the file back as it was, or remove the run's folder and run `verify-gate validate` again"
            }
            Lack::Red(..) => "mend what fails, then run `verify-gate validate`",
            Lack::AllSkipped(_) => {
                "run `verify-gate validate` with the option that is named, or let the matrix name a command that always runs, or `N/A` and why there is none"
            }
            Lack::NoCommand => "write each command as a code span (`pytest`), or `N/A` and why there is none",
            _ => "run `verify-gate validate`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &str, tree: &str, outcomes: &[(&str, Outcome)]) -> Run {
        let mut manifest = Manifest::begun("r4", "policy");
        (manifest.status, manifest.tree, manifest.tree_after) = (Status::Complete, tree.to_owned(), tree.to_owned());
        let mut files = BTreeMap::new();
        for (command, outcome) in outcomes {
            let mut ran = Ran::waiting(command, *outcome);
            if outcome.has_run() {
                let digest = Some(format!("digest of {command}"));
                (ran.log, ran.sha256, ran.bytes) = (Some(format!("{command}.log")), digest.clone(), 7);
                files.insert(format!("{command}.log"), Found { bytes: 7, sha256: digest });
            }
            manifest.checks.push(ran);
        }
        Run { folder: folder.to_owned(), manifest: Ok(manifest), files }
    }

    fn reasons(runs: &[Run]) -> Vec<&'static str> {
        let mut matrix = Matrix::of_commands(["a", "b", "c"]);
        matrix.checks[2].condition = Some(Condition::Online);
        judge(runs, &matrix, "t").iter().map(Lack::reason).collect()
    }

    const GREEN: [(&str, Outcome); 3] = [("a", Outcome::Passed), ("b", Outcome::Passed), ("c", Outcome::Skipped)];

    #[test]
    fn a_complete_green_run_of_this_tree_stands() {
        assert_eq!(reasons(&[run("1", "t", &GREEN)]), Vec::<&str>::new());
        assert_eq!(reasons(&[run("1", "other", &GREEN), run("2", "t", &GREEN)]), Vec::<&str>::new());
        // One after the other, and the rest of an old tree in between.
        let first = run("1", "t", &[("a", Outcome::Passed), ("b", Outcome::Failed)]);
        let second = run("2", "other", &[("a", Outcome::Failed)]);
        let third = run("3", "t", &[("a", Outcome::NotRun), ("b", Outcome::Passed)]);
        assert_eq!(reasons(&[first, second, third]), Vec::<&str>::new());
    }

    #[test]
    fn each_lack_has_its_reason() {
        let good = || run("1", "t", &GREEN);
        let manifest = |change: fn(&mut Manifest)| {
            let mut run = good();
            change(run.manifest.as_mut().unwrap());
            run
        };
        let files = |change: fn(&mut BTreeMap<String, Found>)| {
            let mut run = good();
            change(&mut run.files);
            run
        };
        let named = |outcome| run("1", "t", &[("a", Outcome::Passed), ("b", outcome)]);
        for (wanted, run) in [
            ("other-tree", run("1", "u", &GREEN)),
            ("unreadable", Run { manifest: Err("gone".to_owned()), ..good() }),
            ("unfinished", manifest(|m| m.status = Status::Running)),
            ("unfinished", manifest(|m| m.status = Status::Interrupted)),
            ("tree-changed", manifest(|m| m.tree_after = "u".to_owned())),
            ("edited", files(|f| f.get_mut("a.log").unwrap().sha256 = Some("other".to_owned()))),
            ("edited", files(|f| f.get_mut("a.log").unwrap().sha256 = None)),
            ("emptied", files(|f| f.get_mut("a.log").unwrap().bytes = 0)),
            ("gone", files(|f| drop(f.remove("a.log")))),
            ("added", files(|f| drop(f.insert("x".to_owned(), Found { bytes: 1, sha256: None })))),
            ("gone", manifest(|m| m.checks[0].log = None)),
            ("red", named(Outcome::Failed)),
            ("red", named(Outcome::TimedOut)),
            ("red", named(Outcome::Interrupted)),
            ("not-run", named(Outcome::Skipped)),
            ("not-run", named(Outcome::NotRun)),
            ("red", self::run("1", "t", &[("a", Outcome::Passed), ("b", Outcome::Passed), ("c", Outcome::Failed)])),
        ] {
            assert!(reasons(std::slice::from_ref(&run)).contains(&wanted), "{wanted}: {:?}", reasons(&[run]));
        }
        assert_eq!(reasons(&[]), ["no-run"]);
        // What came last counts.
        assert_eq!(reasons(&[good(), named(Outcome::Failed)]), ["red"]);
        assert_eq!(reasons(&[good(), Run { manifest: Err(String::new()), ..good() }]), ["unreadable"]);
    }

    #[test]
    fn a_run_that_was_killed_takes_nothing_from_a_later_one() {
        let mut killed = run("1", "t", &GREEN);
        let manifest = killed.manifest.as_mut().unwrap();
        (manifest.status, manifest.checks[0].log, manifest.checks[1].log) = (Status::Running, None, None);
        assert_eq!(reasons(std::slice::from_ref(&killed)), ["unfinished"]);
        assert_eq!(reasons(&[killed.clone(), run("2", "t", &GREEN)]), Vec::<&str>::new());
        // Of no run without a manifest is the tree known.
        let none = Run { folder: "0".to_owned(), manifest: Err("there is none".to_owned()), files: BTreeMap::new() };
        assert_eq!(reasons(&[none, run("2", "t", &GREEN)]), Vec::<&str>::new());
        // What was slipped into a complete run still counts, however many come after it.
        let mut added = run("1", "t", &GREEN);
        added.files.insert("x".to_owned(), Found { bytes: 1, sha256: None });
        assert_eq!(reasons(&[added, run("2", "t", &GREEN)]), ["added"]);
        assert_eq!(reasons(&[run("1", "t", &GREEN), killed]), ["unfinished"]);
    }

    #[test]
    fn where_nothing_was_run_nothing_stands() {
        let mut matrix = Matrix::of_commands(["c", "d"]);
        matrix.checks[0].condition = Some(Condition::Online);
        matrix.checks[1].condition = Some(Condition::Elsewhere("CCC".to_owned()));
        let reasons = |runs: &[Run]| judge(runs, &matrix, "t").iter().map(Lack::reason).collect::<Vec<_>>();
        assert_eq!(reasons(&[run("1", "t", &[("c", Outcome::Skipped), ("d", Outcome::Skipped)])]), ["all-skipped"]);
        assert_eq!(reasons(&[run("1", "t", &[("c", Outcome::Passed)])]), Vec::<&str>::new());
        assert_eq!(reasons(&[run("1", "t", &[("c", Outcome::Failed)])]), ["red"]);
        let said = judge(&[run("1", "t", &[])], &matrix, "t")[0].message();
        assert!(said.contains("`c` runs with --online") && said.contains("`d` is for CCC"), "{said}");
    }

    #[test]
    fn a_matrix_says_that_there_is_nothing_or_lacks_commands() {
        let nothing = Matrix { nothing: Some("N/A".to_owned()), ..Matrix::default() };
        assert_eq!(judge(&[], &nothing, "t"), []);
        assert_eq!(judge(&[], &Matrix::default(), "t"), [Lack::NoCommand]);
    }

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        let Ok(manifest) = run("1", "t", &GREEN).manifest else { panic!() };
        let text = serde_json::to_vec(&manifest).unwrap();
        assert_eq!(Manifest::read(&text).unwrap(), manifest);
        assert!(Manifest::read(b"{}").is_err() && Manifest::read(b"").is_err());
        let other = String::from_utf8(text).unwrap().replace("\"version\":1", "\"version\":2");
        assert!(Manifest::read(other.as_bytes()).unwrap_err().contains("version 2"));
    }
}
