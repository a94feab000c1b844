//! `manifest.json`: what a run was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// What a run was; keys are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1.
    pub version: u32,
    /// The slice.
    pub slice: String,
    /// How far the run came.
    pub status: Status,
    /// Where its matrix stands: `plan: plans/….plan.md`, `gate`, `policy`.
    pub matrix: String,
    /// The digest of the tree when the run began: the id that git gives it, without what a handoff itself changes.
    pub tree: String,
    /// The same when the run ended; empty before.
    pub tree_after: String,
    /// `HEAD` when the run began; `None` before the first commit.
    pub commit: Option<String>,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// Each command of the matrix, in its order.
    pub checks: Vec<Ran>,
    /// What the matrix leaves to people.
    pub manual: Vec<String>,
    /// Versions of the programs that were used, as these say them.
    pub tools: BTreeMap<String, String>,
}

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has begun; where nothing is running any more, it was killed.
    Running,
    /// It was told to stop.
    Interrupted,
    /// It came to its end, whatever that was.
    Complete,
}

/// What became of one command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// The command, as written.
    pub command: String,
    /// What the matrix calls it.
    pub label: Option<String>,
    /// `online`, `available`, `applicable`, `elsewhere`: when it need not be run.
    pub condition: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its exit status.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// When it began, RFC 3339 in UTC.
    pub started: Option<String>,
    /// How long it took.
    pub seconds: f64,
    /// The file with all it said; none where it was not run.
    pub log: Option<String>,
    /// The size of that file.
    pub bytes: u64,
    /// The SHA-256 of that file, in hexadecimal.
    pub sha256: Option<String>,
    /// How many bytes were left out in the middle of the log, because it said too much.
    pub left_out: u64,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// With status 0.
    Passed,
    /// With another status, or by a signal.
    Failed,
    /// It took too long and was ended.
    TimedOut,
    /// It was ended with the run.
    Interrupted,
    /// Its condition was not asked for.
    Skipped,
    /// It was left out (`--only`), or the run ended before it.
    NotRun,
}

impl Outcome {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::TimedOut => "timed-out",
            Outcome::Interrupted => "interrupted",
            Outcome::Skipped => "skipped",
            Outcome::NotRun => "not-run",
        }
    }

    /// Whether the command was started.
    pub fn has_run(self) -> bool {
        !matches!(self, Outcome::Skipped | Outcome::NotRun)
    }
}

impl Ran {
    /// A command that has not been started.
    pub fn waiting(command: &str, outcome: Outcome) -> Ran {
        Ran {
            command: command.to_owned(),
            label: None,
            condition: None,
            outcome,
            exit: None,
            signal: None,
            started: None,
            seconds: 0.0,
            log: None,
            bytes: 0,
            sha256: None,
            left_out: 0,
        }
    }

    /// How it ended, for people.
    pub fn ending(&self) -> String {
        match (self.outcome, self.exit, self.signal) {
            (Outcome::Failed, Some(127), _) => "failed with status 127: the shell found no such program".to_owned(),
            (Outcome::Failed, Some(126), _) => "failed with status 126: the program cannot be run".to_owned(),
            (Outcome::Failed, Some(status), _) => format!("failed with status {status}"),
            (Outcome::Failed, None, Some(signal)) => format!("was ended by signal {signal}"),
            (Outcome::TimedOut, ..) => "took too long and was ended".to_owned(),
            (Outcome::Interrupted, ..) => "was interrupted".to_owned(),
            (Outcome::Skipped, ..) => "was skipped".to_owned(),
            (Outcome::NotRun, ..) => "was not run".to_owned(),
            (Outcome::Passed | Outcome::Failed, ..) => self.outcome.as_str().to_owned(),
        }
    }
}

impl Manifest {
    /// One whose run has begun.
    pub fn begun(slice: &str, matrix: &str) -> Manifest {
        Manifest {
            version: VERSION,
            slice: slice.to_owned(),
            status: Status::Running,
            matrix: matrix.to_owned(),
            tree: String::new(),
            tree_after: String::new(),
            commit: None,
            started: String::new(),
            seconds: 0.0,
            checks: Vec::new(),
            manual: Vec::new(),
            tools: BTreeMap::new(),
        }
    }

    /// Reads one; an error says in words why it cannot be.
    ///
    /// # Errors
    /// No such JSON, or another version.
    pub fn read(bytes: &[u8]) -> Result<Manifest, String> {
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match manifest.version {
            VERSION => Ok(manifest),
            other => Err(format!("version {other} is not known here")),
        }
    }

    /// Whether it came to its end and nothing that was run failed.
    pub fn is_green(&self) -> bool {
        let red = |ran: &Ran| ran.outcome.has_run() && ran.outcome != Outcome::Passed;
        self.status == Status::Complete && !self.checks.iter().any(red)
    }

    /// Whether the commands changed the tree that they were to check.
    pub fn changed_the_tree(&self) -> bool {
        self.status == Status::Complete && self.tree != self.tree_after
    }
}
