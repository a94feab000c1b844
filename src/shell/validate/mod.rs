//! `verify-gate validate`: the Validation Matrix, run and archived.

mod archive;
mod capture;
mod group;
mod progress;
mod runner;
mod show;
mod subject;
mod tools;

use std::os::unix::ffi::OsStringExt;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use self::archive::{Archive, runs};
use self::progress::Progress;
pub(super) use self::runner::once;
use self::runner::{Runner, Stop, rounded};
pub(super) use self::subject::Subject;
use crate::case::{Case, EvidenceCase, LogCase};
use crate::check::report_of;
use crate::evidence::{Manifest, Masker, Outcome, Ran, Run, Status, is_secret_name, judge, shown, skipped};
use crate::plan::matrix::{Check, Condition, Matrix};
use crate::policy::Setting;
use crate::report::escape;
use crate::report::human::several;
use crate::shell::Error;
use crate::shell::cli::{Common, Format, ValidateArgs};
use crate::shell::terminal::Outcome as Verdict;
use crate::shell::terminal::{self, look};

/// Runs the matrix, shows it, or says what its evidence is worth.
pub fn validate(common: &Common, arguments: &ValidateArgs) -> Result<Verdict, Error> {
    let subject = Subject::find(common, arguments.slice.as_deref())?;
    if arguments.check {
        return check(common, &subject);
    }
    let (matrix, source) = subject.matrix()?;
    let wanted = wanted(&matrix, arguments)?;
    if arguments.list {
        return show::list(common, &subject.slice, &source, &matrix, &wanted);
    }
    if matrix.checks.is_empty() && matrix.nothing.is_none() {
        return Err(Error::new(format!(
            "the Validation Matrix ({}) names no command that can be run",
            escape(&source)
        ))
        .hint("write each command as a code span (`pytest`), or `N/A` and why there is none"));
    }
    if !matrix.checks.is_empty() && !wanted.contains(&Outcome::Passed) {
        let left: Vec<Check> = matrix
            .checks
            .iter()
            .zip(&wanted)
            .filter(|(_, what)| **what == Outcome::Skipped)
            .map(|(check, _)| check.clone())
            .collect();
        return Err(Error::new(format!(
            "nothing of the Validation Matrix ({}) would be run: {}",
            escape(&source),
            skipped(&left)
        ))
        .hint("ask for it with the option that is named; `verify-gate validate --list` shows the whole matrix")
        .hint("or let the matrix name a command that always runs, or `N/A` and why there is none"));
    }
    run(common, arguments, &subject, (&matrix, &source), &wanted)
}

/// The evidence of a slice, for the work tree as it is now.
pub(super) struct Held {
    matrix: Matrix,
    tree: String,
    runs: Vec<Run>,
}

impl Held {
    /// Finds it.
    pub(super) fn find(subject: &Subject) -> Result<Held, Error> {
        // A slice without a matrix has one that names no command.
        let matrix = subject.matrix().map(|(matrix, _)| matrix).unwrap_or_default();
        let tree = subject.tree()?.to_string();
        let runs = runs(subject.root(), &subject.slice, &tree)?;
        Ok(Held { matrix, tree, runs })
    }

    /// Why it does not stand for the work tree, as the rules see it.
    pub(super) fn case(&self, subject: &Subject) -> EvidenceCase {
        EvidenceCase::new(&subject.slice, subject.folder(), judge(&self.runs, &self.matrix, &self.tree))
    }

    /// Each command that ran on the tree, how it ended, and the run that shows it.
    pub(super) fn shown(&self) -> Vec<(&str, String, &str)> {
        shown(&self.runs, &self.matrix, &self.tree)
    }

    /// That there is nothing to run, in the words of the matrix.
    pub(super) fn nothing(&self) -> Option<&str> {
        self.matrix.nothing.as_deref().filter(|_| self.matrix.checks.is_empty())
    }

    /// What it comes to, where it stands.
    fn holds(&self, subject: &Subject) -> String {
        let slice = escape(&subject.slice);
        match self.nothing() {
            Some(words) => format!("slice `{slice}` has nothing to run: {}", escape(words)),
            None => {
                let (ran, left) = (self.shown().len(), self.matrix.checks.len() - self.shown().len());
                let left = if left == 0 { String::new() } else { format!(", {left} under a condition not run") };
                format!("the evidence of slice `{slice}` stands for this tree: {} green{left}", several(ran, "command"))
            }
        }
    }
}

fn check(common: &Common, subject: &Subject) -> Result<Verdict, Error> {
    let mut case = Case::without_change(subject.policy(), LogCase::NotNeeded, subject.desk.world.today);
    let held = Held::find(subject)?;
    case.evidence = Some(held.case(subject));
    let mut report = report_of(&case, "validate", &["AG505"]);
    report.holds = Some(match subject.policy().severity_of("AG505") {
        Some(Setting::Off) => "the policy asks for no evidence (AG505)".to_owned(),
        _ => held.holds(subject),
    });
    terminal::show(&report, common)
}

/// For each command of the matrix, what is to become of it: [`Outcome::Passed`] stands for being run.
fn wanted(matrix: &Matrix, arguments: &ValidateArgs) -> Result<Vec<Outcome>, Error> {
    let patterns: Vec<String> = arguments.only.iter().map(|text| text.to_lowercase()).collect();
    let holds = |check: &Check, pattern: &String| {
        let label = check.label.as_deref().unwrap_or_default();
        check.command.to_lowercase().contains(pattern) || label.to_lowercase().contains(pattern)
    };
    for (pattern, said) in patterns.iter().zip(&arguments.only) {
        if !matrix.checks.iter().any(|check| holds(check, pattern)) {
            return Err(Error::new(format!("no command of the matrix holds `{}`", escape(said)))
                .hint("`verify-gate validate --list` shows them"));
        }
    }
    let asked = |check: &Check| match &check.condition {
        None => true,
        Some(Condition::Online) => arguments.online,
        Some(Condition::Available) => arguments.available,
        Some(Condition::Applicable) => arguments.applicable,
        Some(Condition::Elsewhere(_)) => false,
    };
    let of = |check: &Check| match () {
        () if !patterns.is_empty() && !patterns.iter().any(|pattern| holds(check, pattern)) => Outcome::NotRun,
        () if !asked(check) => Outcome::Skipped,
        () => Outcome::Passed,
    };
    Ok(matrix.checks.iter().map(of).collect())
}

fn run(
    common: &Common,
    arguments: &ValidateArgs,
    subject: &Subject,
    (matrix, source): (&Matrix, &str),
    wanted: &[Outcome],
) -> Result<Verdict, Error> {
    let stop = Stop::listen()?;
    let (now, start) = (Timestamp::now(), Instant::now());
    let mut manifest = begun(subject, matrix, source, wanted)?;
    manifest.started = now.to_string();
    let archive = Archive::new(subject.root(), now, &manifest)?;
    let to_run: Vec<usize> =
        (0..).zip(wanted).filter(|(_, what)| **what == Outcome::Passed).map(|(at, _)| at).collect();
    let mut progress = Progress::new(to_run.len(), look(common), common.format == Format::Human);
    let secrets = std::env::vars_os().filter(|(name, _)| is_secret_name(&name.to_string_lossy()));
    let masker = Masker::new(secrets.map(|(_, value)| value.into_vec()));
    let runner = Runner {
        root: subject.root(),
        archive: &archive,
        jobs: usize::from(arguments.jobs),
        limit: Duration::from_secs(arguments.timeout.into()),
        most: u64::from(arguments.log_limit) << 20,
        masker: &masker,
        stop: &stop,
    };
    let status = runner.run(&to_run, &mut manifest, &mut progress);
    progress.clear();
    let status = status?;
    manifest.seconds = rounded(start.elapsed().as_secs_f64());
    if status == Status::Complete {
        let commands = to_run.iter().filter_map(|at| manifest.checks.get(*at)).map(|ran| ran.command.as_str());
        manifest.tools = tools::versions(subject.root(), commands);
        manifest.tree_after = subject.tree()?.to_string();
    }
    // Only now, with all of it on the disk, is the run said to be complete.
    manifest.status = if stop.was_told() { Status::Interrupted } else { status };
    archive.put(&manifest)?;
    show::ran(common, &manifest, &archive, &progress.notes)?;
    Ok(match manifest.status {
        Status::Complete if manifest.is_green() && !manifest.changed_the_tree() => Verdict::Pass,
        Status::Complete => Verdict::Blocked,
        Status::Running | Status::Interrupted => Verdict::Undecided,
    })
}

/// The manifest before anything has run.
fn begun(subject: &Subject, matrix: &Matrix, source: &str, wanted: &[Outcome]) -> Result<Manifest, Error> {
    let mut manifest = Manifest::begun(&subject.slice, source);
    manifest.tree = subject.tree()?.to_string();
    manifest.commit = subject.repo.head()?.map(|id| id.to_string());
    for (check, what) in matrix.checks.iter().zip(wanted) {
        // Until it has run, it has not.
        let outcome = if *what == Outcome::Skipped { Outcome::Skipped } else { Outcome::NotRun };
        let mut ran = Ran::waiting(&check.command, outcome);
        ran.label.clone_from(&check.label);
        ran.condition = check.condition.as_ref().map(|condition| condition.as_str().to_owned());
        manifest.checks.push(ran);
    }
    manifest.manual = matrix.manual.iter().map(|manual| manual.text.clone()).chain(matrix.nothing.clone()).collect();
    Ok(manifest)
}
